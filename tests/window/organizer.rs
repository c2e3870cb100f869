//! An organizer creates, opens, changes and closes a conference.
//!
//! The numbers are those of the acceptance scenarios.

use serde_json::{Value, json};
use testkit::{ANNA, CONFERENCE, GA, items, registration};

use crate::harness::{Launch, Window};
use crate::page::{button, field, heading, link};

const ENTER: &str = "\u{e007}";

/// 28.
#[test]
fn a_new_conference_gets_a_page_of_its_own_and_an_access_code() {
    let window = Window::open();
    window.click(&link("Create a conference"));
    window.fill_in_conference();
    assert_eq!(window.value(&field("Web name")), "rustfest-ghent");
    window.click(&button("Create a conference"));

    window.text(&heading("RustFest Ghent is created"));
    let created = &window.conferences()[0];
    assert_eq!(created["slug"], "rustfest-ghent");
    let id = json!({ "conferenceId": created["conferenceId"] });
    let code = window.query("GetConference", id).expect("a conference")["accessCode"].clone();
    let code = code.as_str().expect("a code");
    assert_eq!(code.len(), 5);
    window.see(code);
    window.assert_accessible();
    window.screenshot("organizer-created");

    window.click(&link("To the dashboard"));
    window.click(&link("Details"));
    window.see("May 1 – 2, 2099");
    window.see("Europe/Brussels");
    window.see("EUR");
    window.see("olga@example.org");
    window.see(code);
}

/// 29.
#[test]
fn mistakes_in_a_new_conference_are_marked_and_what_was_typed_stays() {
    let window = Launch::main().unpublished(10).open();
    window.go("/organizer/create");
    window.click(&button("Create a conference"));
    window.see("Name: Please fill in this field.");
    window.see("Place: Please fill in this field.");
    window.see("Owner’s e-mail: Please fill in this field.");

    window.fill_in_conference();
    window.fill(&field("Last day"), "2099-04-30");
    window.refuses_with("The conference ends before it begins.");
    window.fill(&field("Last day"), "2099-05-02");
    for (slug, refusal) in [
        ("CQRS-Days", "This web name is taken already."),
        ("organizer", "This web name is kept for Lanyard itself."),
        ("a b", "A web name has 2 to 64 letters, digits, hyphens or underscores."),
    ] {
        window.fill(&field("Web name"), slug);
        window.refuses_with(refusal);
        assert_eq!(window.marked(), ["slug"]);
        assert_eq!(window.value(&field("Web name")), slug);
        assert_eq!(window.value(&field("Name")), "RustFest Ghent");
    }
    window.assert_accessible();
    window.screenshot("organizer-create-mistakes");
    assert_eq!(window.conferences().len(), 1);
}

/// 30.
#[test]
fn publishing_opens_registration_and_editing_does_not_close_it() {
    let window = Launch::main().unpublished(10).open();
    window.go("/register/cqrs-days");
    window.text(&heading("Registration is not open"));
    window.go(&format!("/organizer/{CONFERENCE}"));
    window.click(&button("Publish"));
    window.see("Registration for CQRS Days is open.");
    window.see("Registration open");

    window.click(&link("Details"));
    window.click(&link("Edit details"));
    window.fill(&field("Description"), "Three days on events.");
    window.click(&button("Save"));
    window.text(&heading("Details"));
    window.see("Three days on events.");
    window.see("Registration open");

    window.see("Saved.");
    window.click(&link("Registration page"));
    window.text(&link("Register"));
    window.see("Three days on events.");
    assert!(!window.shows(&button("Close this message")), "news outlives its page");
    window.click(&link("Register"));
    window.text(&heading("Choose your seats"));
}

/// 31.
#[test]
fn a_closed_conference_sells_nothing_by_any_route_and_keeps_its_orders() {
    let window = Launch::main().published(10).bought(&ANNA, &[(GA, 1)]).open();
    window.go(&format!("/organizer/{CONFERENCE}"));
    window.click(&button("Close registration"));
    window.see("Existing orders keep working");
    window.assert_accessible();
    window.fill(&field("Point visitors to this web address"), "https://example.org/waiting-list");
    // The button behind the dialog has the same name; the keyboard means the one in front.
    window.press(ENTER);
    window.see("Registration for CQRS Days is closed.");
    window.see("Not published");

    for route in ["/register/cqrs-days", "/register/cqrs-days/seats"] {
        window.go(route);
        window.text(&heading("Registration is not open"));
        window.see("The organizer points to: https://example.org/waiting-list");
        assert!(!window.shows(&button("Hold these seats")));
    }
    let again = format!("/register/cqrs-days/seats?again={}", ANNA.order);
    window.go(&again);
    window.text(&heading("Registration is not open"));
    let order = registration(&testkit::id(1), &[(GA, 1)]);
    let refusal = window.execute("RegisterToConference", order).expect_err("it is closed");
    assert_eq!(refusal["code"], "RefusedNotPublished");
    assert_eq!(window.orders(), 1);

    window.click(&link("Find my order"));
    window.fill(&field("E-mail"), ANNA.email);
    window.fill(&field("Access code"), &window.code_of(ANNA.order));
    window.click(&button("Find order"));
    window.text(&heading("Your order"));
    window.see("1 × General admission");
    window.click(&link("Assign attendees"));
    window.text(&heading("Who comes?"));

    window.go(&format!("/organizer/{CONFERENCE}/orders"));
    window.choose(&field("Status"), "Expired");
    window.text(&heading("No order fits"));
    window.choose(&field("Status"), "Confirmed");
    window.click(&link(&window.code_of(ANNA.order)));
    window.see("Anna Andersen");
}

impl Window {
    fn fill_in_conference(&self) {
        self.fill(&field("Name"), "RustFest Ghent");
        self.fill(&field("Description"), "Rust");
        self.fill(&field("Place"), "Ghent");
        self.fill(&field("First day"), "2099-05-01");
        self.fill(&field("Last day"), "2099-05-02");
        self.fill(&field("Time zone"), "Brussels");
        self.press(ENTER);
        self.fill(&field("Currency"), "EUR");
        self.press(ENTER);
        self.fill(&field("Owner’s name"), "Olga Owner");
        self.fill(&field("Owner’s e-mail"), "olga@example.org");
    }

    pub(crate) fn refuses_with(&self, refusal: &str) {
        self.click(&button("Create a conference"));
        self.see(refusal);
    }

    pub(crate) fn conferences(&self) -> Vec<Value> {
        let answer = self.query("ListConferences", json!({ "publishedOnly": false }));
        items(&answer.expect("a list")["items"]).clone()
    }
}
