//! What a registrant does, from the first look at the seats to the names on them.
//!
//! The numbers are those of the acceptance scenarios.

use serde_json::json;
use testkit::{ANNA, BORIS, CP, GA, OTHER_CONFERENCE, Person, conference_form, seat_type_form};

use crate::harness::{Launch, Window};
use crate::page::{Target, button, field, having_role, heading, link};

const TABULATOR: &str = "\u{e004}";

/// 1, 2 and 3.
#[test]
fn seats_are_held_while_the_time_runs_and_are_paid_for_with_an_access_code_in_return() {
    let window = Launch::main().published(100).open();
    window.go("/register/cqrs-days");
    window.click(&link("Register"));
    window.choose_seats(&[("General admission", 1), ("Cocktail party", 1)]);
    window.screenshot("seats");
    window.click(&button("Hold these seats"));

    window.text(&heading("Your details and payment"));
    window.see("1 × General admission $199.00");
    window.see("1 × Cocktail party $50.00");
    window.see_no("CQRS Workshop");
    window.see("Total $249.00");
    let first = window.seconds_left();
    assert!(0 < first && first <= 15 * 60, "{first} seconds are left");
    window.wait_until("the time runs", |window| window.seconds_left() < first);

    window.give_details(&ANNA);
    window.screenshot("details");
    window.click(&button("Continue to payment"));
    window.in_processor(|processor| {
        processor.see("Amount $249.00");
        processor.click(&button("Accept payment"));
    });

    window.text(&heading("Thank you, Anna!"));
    window.see("This is a test: no confirmation is sent to anna@example.org.");
    let route = window.route();
    let order = route.trim_start_matches("/order/").trim_end_matches("/thanks");
    let code = window.code_of(order);
    assert_eq!(code.len(), 5);
    window.see(&code);
    window.click(&link("open my order"));
    window.text(&heading("Your order"));
    window.see("Confirmed");
    window.see("1 × General admission");
    window.see("1 × Cocktail party");
    window.see(&code);
    window.screenshot("order");
}

/// 6.
#[test]
fn the_estimate_before_ordering_is_the_total_afterwards() {
    let window = Launch::main().published(100).open();
    window.go("/register/cqrs-days/seats");
    window.choose_seats(&[("General admission", 1), ("CQRS Workshop", 1)]);
    window.click(&button("One more: Cocktail party"));
    window.see("Estimated total $749.00");
    window.click(&button("Hold these seats"));
    window.text(&heading("Your details and payment"));
    window.see("Total $749.00");
}

/// 7.
#[test]
fn an_order_is_found_by_its_code_in_small_letters_but_not_in_another_conference() {
    let window = Launch::main()
        .published(100)
        .bought(&ANNA, &[(GA, 1)])
        .given("CreateConference", conference_form(OTHER_CONFERENCE, "other-days"))
        .given("PublishConference", json!({ "conferenceId": OTHER_CONFERENCE }))
        .open();
    let code = window.code_of(ANNA.order);
    let find = |slug: &str| {
        window.go(&format!("/register/{slug}/find"));
        window.fill(&field("E-mail"), ANNA.email);
        window.fill(&field("Access code"), &code.to_lowercase());
        window.click(&button("Find order"));
    };
    find("other-days");
    window.see("No order of this conference has this e-mail address and code.");
    window.go("/");
    window.text(&heading("Conferences"));
    find("cqrs-days");
    window.text(&heading("Your order"));
    assert_eq!(window.route(), format!("/order/{}", ANNA.order));
    window.see("1 × General admission");
}

/// 9, and on to 10.
#[test]
fn what_others_bought_meanwhile_is_said_line_by_line_and_asked_about() {
    let window = Launch::main().published(100).open();
    window.go("/register/cqrs-days/seats");
    window.choose_seats(&[("General admission", 2), ("CQRS Workshop", 1), ("Cocktail party", 2)]);
    window.others_buy(&[(GA, 99), (CP, 100)]);
    window.click(&button("Hold these seats"));

    let short = "Could not reserve all the requested seats. \
                 The seat quantity is set to the available seats.";
    window.see("Fewer seats were left than you asked for.");
    assert_eq!(
        window.row("General admission"),
        format!("General admission A seat. {short} $199.00")
    );
    assert_eq!(window.row("CQRS Workshop"), "CQRS Workshop A seat. $500.00");
    assert_eq!(
        window.row("Cocktail party"),
        format!("Cocktail party A seat. {short} $50.00 Sold out")
    );
    assert_eq!(window.value(&field("General admission")), "1");
    assert_eq!(window.value(&field("CQRS Workshop")), "1");
    window.see("Estimated total $699.00");
    window.assert_accessible();
    window.screenshot("seats-short");

    window.click(&button("Continue with these seats"));
    window.text(&heading("Your details and payment"));
    window.see("Total $699.00");
}

/// 13.
#[test]
fn nothing_can_be_asked_of_a_seat_type_that_is_sold_out() {
    let window = Launch::main().published(30).bought_by_others(&[(CP, 30)]).open();
    window.go("/register/cqrs-days/seats");
    window.text(&field("General admission"));
    assert_eq!(window.row("Cocktail party"), "Cocktail party A seat. $50.00 Sold out");
    assert!(!window.shows(&field("Cocktail party")));
    assert!(!window.shows(&button("One more: Cocktail party")));
    // 18, as far as the page lets it come: 20 seats of a type are the most in one order.
    window.choose_seats(&[("General admission", 20)]);
    window.wait_until("more are not offered", |window| {
        !window.is_enabled(&button("One more: General admission"))
    });
}

#[test]
fn however_many_seat_types_there_are_the_way_on_is_in_sight() {
    let more = (0x20..0x28).map(|number| {
        let mut form = seat_type_form(GA, 10);
        form["seatTypeId"] = json!(testkit::id(number));
        form["name"] = json!(format!("Workshop {number}"));
        ("CreateSeatType", form)
    });
    let window = Launch::main().published(100).given_all(more).open();
    window.go("/register/cqrs-days/seats");
    window.text(&field("General admission"));
    let sight = "const { top, bottom } = document.querySelector('[type=submit]')
        .getBoundingClientRect();
        return [innerHeight < document.body.scrollHeight, 0 <= top && bottom <= innerHeight]";
    assert_eq!(window.script(sight, vec![]), json!([true, true]));
    window.screenshot("seats-many");
}

/// 15 and 16.
#[test]
fn what_is_missing_is_said_where_it_is_missing_and_nothing_is_stored() {
    let window = Launch::main().published(100).open();
    window.go("/register/cqrs-days/seats");
    window.click(&button("Hold these seats"));
    window.see("One or more items are required.");
    assert_eq!(window.route(), "/register/cqrs-days/seats");
    assert_eq!(window.orders(), 0);

    window.choose_seats(&[("General admission", 1)]);
    window.see_no("One or more items are required.");
    window.click(&button("Hold these seats"));
    window.fill(&field("First name"), "Anna");
    window.fill(&field("E-mail"), "anna at home");
    window.click(&button("Continue to payment"));
    window.see("Please check 2 entries");
    window.see("Last name: Please fill in this field.");
    window.see("E-mail: Please enter an e-mail address such as name@example.org.");
    assert_eq!(window.marked(), ["lastName", "email"]);
    assert_eq!(window.value(&field("First name")), "Anna");
    assert_eq!(window.value(&field("E-mail")), "anna at home");
    window.assert_accessible();
    window.screenshot("details-mistakes");
    let order = window.route().replace("/order/", "").replace("/details", "");
    let draft = window.query("GetDraftOrder", json!({ "orderId": order })).expect("an order");
    assert!(draft.get("registrantFirstName").is_none_or(serde_json::Value::is_null), "{draft}");

    // The way out of a mistake is the mistake itself.
    window.click(&button("Last name: Please fill in this field."));
    assert_eq!(window.focused(), "Last name");
}

/// 17.
#[test]
fn after_a_rejected_payment_the_seats_are_held_and_the_time_goes_on() {
    let window = Launch::main().published(100).open();
    window.go("/register/cqrs-days/seats");
    window.choose_seats(&[("General admission", 2)]);
    window.click(&button("Hold these seats"));
    window.give_details(&ANNA);
    let before = window.seconds_left();
    window.click(&button("Continue to payment"));
    window.in_processor(|processor| processor.click(&button("Reject payment")));

    window.see("You were not charged, and your seats are still held.");
    window.text(&heading("Your details and payment"));
    assert!(window.seconds_left() <= before, "the time began anew");
    let after = window.seconds_left();
    window.wait_until("the time runs", |window| window.seconds_left() < after);
    assert_eq!(window.taken(GA), 2);

    window.wait_until_processor_closes();
    window.click(&button("Continue to payment"));
    window.in_processor(|processor| processor.click(&button("Accept payment")));
    window.text(&heading("Thank you, Anna!"));
}

/// 25.
#[test]
fn one_person_may_have_all_seats_and_others_may_wait_for_their_names() {
    let window = Launch::main()
        .published(100)
        .bought(&ANNA, &[(GA, 1), (CP, 1)])
        .bought(&BORIS, &[(GA, 4), (CP, 2)])
        .open();
    window.go(&format!("/order/{}/assign", ANNA.order));
    window.see("2 seats have no attendee yet.");
    window.name_attendees(&[&ANNA, &ANNA]);
    window.click(&button("Save"));
    window.see("Every seat has an attendee.");
    assert_eq!(window.attendees(ANNA.order), ["Anna", "Anna"]);

    window.go(&format!("/order/{}/assign", BORIS.order));
    window.see("6 seats have no attendee yet.");
    window.name_attendees(&[&BORIS, &ANNA, &testkit::CARLA]);
    window.click(&button("Save"));
    window.see("3 seats have no attendee yet.");
    assert_eq!(window.attendees(BORIS.order), ["Boris", "Anna", "Carla", "", "", ""]);
    window.assert_accessible();
    window.click(&link("Open the order"));
    window.see("Boris Baumgartner");
    window.see("Not assigned yet");
    let free = "return [...document.querySelectorAll('td')]
        .filter((cell) => cell.innerText === 'Not assigned yet').length";
    assert_eq!(window.script(free, vec![]), json!(3));
}

impl Window {
    pub fn choose_seats(&self, seats: &[(&str, u32)]) {
        for (name, quantity) in seats {
            self.fill(&field(name), &quantity.to_string());
        }
    }

    pub fn give_details(&self, person: &Person) {
        self.fill(&field("First name"), person.first);
        self.fill(&field("Last name"), person.last);
        self.fill(&field("E-mail"), person.email);
    }

    /// Names the attendees of the first seats, by keyboard from field to field.
    fn name_attendees(&self, people: &[&Person]) {
        self.fill(&field("First name"), people[0].first);
        for (number, person) in people.iter().enumerate() {
            let parts = [person.first, person.last, person.email];
            for part in &parts[usize::from(number == 0)..] {
                self.press(TABULATOR);
                self.press(part);
            }
        }
    }

    /// What the countdown shows.
    fn seconds_left(&self) -> u32 {
        let text = self.text(&countdown());
        let time = text.trim_start_matches("Seats are held for ");
        let (minutes, seconds) = time.split_once(':').expect("minutes and seconds");
        60 * minutes.parse::<u32>().expect("minutes") + seconds.parse::<u32>().expect("seconds")
    }

    /// The row of a list that begins with a text; what stands in fields is not part of it.
    fn row(&self, name: &str) -> String {
        let script = "return [...document.querySelectorAll('form li')]
            .map((row) => row.innerText.replace(/\\s+/g, ' ').trim())
            .find((text) => text.startsWith(arguments[0])) ?? ''";
        let row = self.script(script, vec![json!(name)]);
        row.as_str().unwrap_or_default().to_owned()
    }

    /// The fields that are marked as wrong.
    pub fn marked(&self) -> Vec<String> {
        let script = "return [...document.querySelectorAll('[aria-invalid=true]')]
            .map((field) => field.name)";
        serde_json::from_value(self.script(script, vec![])).expect("names")
    }

    /// The first names on an order's seats; nothing on a free one.
    fn attendees(&self, order: &str) -> Vec<String> {
        let answer = self.query("GetOrderSeats", json!({ "orderId": order })).expect("its seats");
        let name = |seat: &serde_json::Value| {
            seat["attendee"]["firstName"].as_str().unwrap_or_default().to_owned()
        };
        testkit::items(&answer["seats"]).iter().map(name).collect()
    }
}

fn countdown() -> Target {
    having_role("timer", "")
}
