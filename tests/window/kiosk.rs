//! The unattended window sells, and does nothing else.

use serde_json::{Value, json};
use testkit::{ANNA, CONFERENCE, GA, seat_type_form};

use crate::harness::{Launch, Window};
use crate::page::{button, heading, link};

/// In CSS pixels. Twice what WCAG 2.2 asks for, because a thumb at arm's length is no pointer.
const SMALLEST_TARGET: f64 = 48.0;

#[test]
fn somebody_registers_at_a_kiosk_with_a_thumb() {
    let kiosk = Launch::kiosk().published(10).on_screen("1080x1920").open();
    kiosk.check("kiosk-welcome");
    kiosk.click(&link("Register"));
    kiosk.text(&heading("Choose your seats"));
    kiosk.click(&button("One more: General admission"));
    kiosk.click(&button("One more: General admission"));
    kiosk.see("Estimated total $398.00");
    kiosk.check("kiosk-seats");
    kiosk.click(&button("Hold these seats"));
    kiosk.text(&heading("Your details and payment"));
    kiosk.give_details(&ANNA);
    kiosk.check("kiosk-details");
    kiosk.click(&button("Continue to payment"));
    kiosk.in_processor(|processor| {
        processor.see("$398.00");
        processor.check("kiosk-processor");
        processor.click(&button("Accept payment"));
    });
    kiosk.text(&heading("Thank you, Anna!"));
    kiosk.check("kiosk-thanks");
    kiosk.click(&link("Assign attendees"));
    kiosk.text(&heading("Who comes?"));
    kiosk.check("kiosk-assign");
}

#[test]
fn no_more_seats_are_held_from_a_kiosk_than_the_organizer_has_set() {
    let limit = json!({ "holdLimit": 1 });
    let kiosk = Launch::kiosk().published(10).given("SetHoldLimit", limit).open();
    kiosk.click(&link("Register"));
    kiosk.click(&button("One more: General admission"));
    kiosk.click(&button("One more: General admission"));
    kiosk.click(&button("Hold these seats"));
    kiosk.see("Too many seats are being held here at the same time.");
    kiosk.click(&button("One less: General admission"));
    kiosk.click(&button("Hold these seats"));
    kiosk.text(&heading("Your details and payment"));
}

/// 54.
#[test]
fn the_organizers_side_is_closed_to_a_kiosk() {
    let kiosk = Launch::kiosk().published(10).bought(&ANNA, &[(GA, 1)]).open();
    let id = json!({ "conferenceId": CONFERENCE });
    for (method, params) in [
        ("UnpublishConference", id.clone()),
        ("CreateSeatType", seat_type_form(GA, 99)),
        ("UpdateSeatType", seat_type_form(GA, 99)),
        ("SettleAtDesk", json!({ "orderId": ANNA.order, "means": "cash" })),
        (
            "CancelOrderSeats",
            json!({ "orderId": ANNA.order, "reason": "none", "returned": "backToSale" }),
        ),
        ("CompleteThirdPartyProcessorPayment", json!({ "paymentId": testkit::id(1) })),
    ] {
        assert_eq!(code(kiosk.execute(method, params)), "RefusedRole", "{method}");
    }
    for (method, params) in [
        ("ListOrders", id.clone()),
        ("ListAttendees", id.clone()),
        ("GetDashboard", id.clone()),
        ("ListMails", json!({})),
    ] {
        assert_eq!(code(kiosk.query(method, params)), "RefusedRole", "{method}");
    }
    for route in ["/organizer", &format!("/organizer/{CONFERENCE}/orders")] {
        kiosk.go(route);
        kiosk.text(&heading("This page does not exist"));
    }
    kiosk.check("kiosk-not-found");
}

fn code(answer: Result<Value, Value>) -> Value {
    answer.expect_err("not the kiosk's")["code"].clone()
}

impl Window {
    fn check(&self, name: &str) {
        self.assert_accessible();
        self.assert_thumbable();
        self.screenshot(name);
    }

    /// Fails if a control is too small for a thumb.
    pub fn assert_thumbable(&self) {
        // A radio button and a check box are hit by their label.
        let script = "
            const [least] = arguments;
            const controls = 'a[href], button, select, textarea, input:not([type=radio]), label:has(input)';
            return [...document.querySelectorAll(controls)]
                .filter((one) => one.checkVisibility() && !one.matches('.skip'))
                .map((one) => [one, one.getBoundingClientRect()])
                .filter(([, { width, height }]) => width < least || height < least)
                .map(([one, { width, height }]) => `${one.outerHTML.slice(0, 200)}: ${width} × ${height}`)";
        let small = self.script(script, vec![json!(SMALLEST_TARGET)]);
        assert_eq!(small, json!([]), "{} has targets that are too small", self.route());
    }
}
