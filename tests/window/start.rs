//! Opening the window, closing it, and losing it.

use serde_json::{Value, json};

use crate::harness::{Launch, Window};

const CONFERENCE: &str = "01999999-0000-7000-8000-000000000001";

#[test]
fn the_first_page_is_there_and_accessible() {
    let window = Window::open();
    window.assert_accessible();
    window.screenshot("start");
}

#[test]
fn what_was_answered_is_there_after_closing_and_after_a_crash() {
    let mut window = Launch::main().given("CreateConference", rustfest("Ghent")).open();
    assert_eq!(location(&window), "Ghent");
    window.execute("UpdateConference", update("Antwerp")).expect("it is stored");
    window.restart();
    assert_eq!(location(&window), "Antwerp");
    window.execute("UpdateConference", update("Bruges")).expect("it is stored");
    window.crash_and_restart();
    assert_eq!(location(&window), "Bruges");
    window.while_closed(&[("UpdateConference", update("Ostend"))]);
    assert_eq!(location(&window), "Ostend");
}

fn location(window: &Window) -> String {
    let answer = window.query("GetConference", json!({ "conferenceId": CONFERENCE }));
    answer.expect("it is known")["location"].as_str().expect("a text").to_owned()
}

fn update(location: &str) -> Value {
    json!({
        "conferenceId": CONFERENCE, "name": "RustFest", "description": "Rust",
        "location": location, "startDate": "2099-05-01", "endDate": "2099-05-02",
        "timeZone": "Europe/Brussels",
    })
}

fn rustfest(location: &str) -> Value {
    let mut conference = update(location);
    for (field, value) in [
        ("slug", "rustfest"),
        ("currency", "EUR"),
        ("ownerName", "Olga Owner"),
        ("ownerEmail", "olga@example.org"),
    ] {
        conference[field] = json!(value);
    }
    conference
}
