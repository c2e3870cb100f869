//! A registrant buys seats, from the choice to the thanks.

use serde_json::{Value, json};

use crate::{
    harness::{Launch, Window},
    page::{button, field, heading},
};

const CONFERENCE: &str = "01999999-0000-7000-8000-000000000001";
const FULL_PASS: &str = "01999999-0000-7000-8000-000000000002";

#[test]
fn a_registrant_pays_in_the_processors_window_and_is_thanked() {
    let window = rustfest().open();
    hold_two_seats(&window);
    give_details(&window);
    window.in_processor(|processor| {
        processor.see("398.00");
        processor.assert_accessible();
        processor.screenshot("processor");
        processor.click(&button("Accept payment"));
    });
    window.wait_until_processor_closes();
    window.wait_until("the thanks are shown", |window| window.route().ends_with("/thanks"));
    window.assert_accessible();
    window.screenshot("thanks");
}

#[test]
fn a_rejected_payment_leads_back_and_paying_again_works() {
    let window = rustfest().open();
    hold_two_seats(&window);
    give_details(&window);
    window.in_processor(|processor| processor.click(&button("Reject payment")));
    window.wait_until_processor_closes();
    window.see("The payment was not accepted.");
    window.click(&button("Continue to payment"));
    window.in_processor(|processor| processor.click(&button("Accept payment")));
    window.wait_until("the thanks are shown", |window| window.route().ends_with("/thanks"));
}

fn rustfest() -> Launch {
    let id = || json!({ "conferenceId": CONFERENCE });
    let with = |more: Value| {
        let mut params = id();
        params.as_object_mut().expect("an object").extend(more.as_object().expect("one").clone());
        params
    };
    Launch::main()
        .given(
            "CreateConference",
            with(json!({
                "name": "RustFest", "description": "Rust", "location": "Ghent",
                "slug": "rustfest", "startDate": "2099-05-01", "endDate": "2099-05-02",
                "timeZone": "Europe/Brussels", "currency": "USD",
                "ownerName": "Olga Owner", "ownerEmail": "olga@example.org",
            })),
        )
        .given(
            "CreateSeatType",
            with(json!({
                "seatTypeId": FULL_PASS, "name": "Full pass", "description": "Both days",
                "price": { "amount": 19900, "currency": "USD" }, "quantity": 10,
            })),
        )
        .given("PublishConference", id())
}

fn hold_two_seats(window: &Window) {
    window.go("/register/rustfest/seats");
    window.fill(&field("Full pass"), "2");
    window.click(&button("Hold these seats"));
}

fn give_details(window: &Window) {
    window.text(&heading("Your details and payment"));
    window.fill(&field("First name"), "Anna");
    window.fill(&field("Last name"), "Adler");
    window.fill(&field("E-mail"), "anna@example.org");
    window.click(&button("Continue to payment"));
}
