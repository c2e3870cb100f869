//! A story in which every message of the seed's table is sent.

use std::cell::RefCell;

use app::Role::{self, Desk, Organizer, Processor, Registrant};
use serde_json::{Value, json};
use testkit::{
    ANNA, BORIS, CARLA, CONFERENCE, DMITRI, GA, Person, Stage, WS, assignment, conference_form,
    details, invoice, registration, seat_type_form,
};

use crate::observed::{Observed, Sent};

/// So long that a reservation has lapsed and its seats are released.
const LONG_MINUTES: u32 = 40;

struct Story {
    stage: Stage,
    sent: RefCell<Vec<Sent>>,
    answered: RefCell<Vec<(Role, &'static str)>>,
}

impl Story {
    fn says(&self, role: Role, method: &'static str, params: Value) {
        self.note(role, method);
        self.stage.does(role, method, params);
    }

    fn asks(&self, role: Role, method: &'static str, params: Value) {
        let answer = self.stage.inquire(role, method, params);
        answer.unwrap_or_else(|refused| panic!("{method}: {refused}"));
        self.answered.borrow_mut().push((role, method));
    }

    fn organizes(&self, method: &'static str, params: Value) {
        self.says(Organizer, method, params);
    }

    fn time_passes(&self) {
        self.note(Organizer, "ExpireRegistrationProcess");
        self.stage.minutes_pass(LONG_MINUTES);
    }

    fn note(&self, role: Role, method: &'static str) {
        let after = self.stage.app().position();
        self.sent.borrow_mut().push(Sent { role, method, after });
    }

    fn registers(&self, person: &Person, seats: &[(&str, i64)]) {
        self.says(Registrant, "RegisterToConference", registration(person.order, seats));
        self.says(Registrant, "AssignRegistrantDetails", details(person.order, person));
    }

    fn begins_to_pay(&self, person: &Person) -> String {
        let payment = self.stage.fresh();
        let params = json!({ "paymentId": payment, "orderId": person.order });
        self.says(Registrant, "InitiateThirdPartyProcessorPayment", params);
        payment
    }

    fn processor(&self, method: &'static str, payment: &str) {
        let id = payment.parse().expect("an id");
        let token = self.stage.app().processor_token(id);
        self.says(Processor, method, json!({ "paymentId": payment, "token": token }));
    }
}

/// Plays the story.
pub fn played() -> Observed {
    let story =
        Story { stage: Stage::new(), sent: RefCell::default(), answered: RefCell::default() };
    a_conference_opens(&story);
    anna_buys_and_assigns(&story);
    boris_gets_a_part_and_pays_late(&story);
    carla_pays_when_nothing_is_left(&story);
    the_organizer_changes_things(&story);
    Observed::of(story.stage.app(), story.sent.take(), story.answered.take())
}

fn a_conference_opens(story: &Story) {
    story.organizes("CreateConference", conference_form(CONFERENCE, "cqrs-days"));
    story.organizes("CreateSeatType", seat_type_form(GA, 10));
    story.organizes("PublishConference", json!({ "conferenceId": CONFERENCE }));
    story.organizes("CreateSeatType", seat_type_form(WS, 1));
    story.organizes("UpdateSeatType", seat_type_form(GA, 12));
    story.organizes("UpdateSeatType", seat_type_form(GA, 8));
    let mut form = conference_form(CONFERENCE, "cqrs-days");
    for fixed in ["slug", "currency", "ownerName", "ownerEmail"] {
        form.as_object_mut().expect("a form").remove(fixed);
    }
    form["location"] = json!("Bellevue");
    story.organizes("UpdateConference", form);
    story.organizes("UnpublishConference", json!({ "conferenceId": CONFERENCE }));
    story.organizes("PublishConference", json!({ "conferenceId": CONFERENCE }));
}

fn anna_buys_and_assigns(story: &Story) {
    story.asks(Registrant, "GetConference", json!({ "slug": "cqrs-days" }));
    story.asks(Registrant, "GetSeatTypes", json!({ "conferenceId": CONFERENCE }));
    story.registers(&ANNA, &[(GA, 1)]);
    story.says(Registrant, "RegisterToConference", registration(ANNA.order, &[(GA, 2)]));
    let order = || json!({ "orderId": ANNA.order });
    story.asks(Registrant, "GetDraftOrder", order());
    let payment = story.begins_to_pay(&ANNA);
    story.asks(Processor, "GetPaymentDetails", json!({ "paymentId": payment }));
    story.processor("CancelThirdPartyProcessorPayment", &payment);
    let payment = story.begins_to_pay(&ANNA);
    story.processor("CompleteThirdPartyProcessorPayment", &payment);
    story.asks(Registrant, "GetPricedOrder", order());
    story.asks(Registrant, "GetOrderSeats", order());
    story.says(Registrant, "AssignSeat", assignment(ANNA.order, 0, &ANNA));
    let married = Person { last: "Baumgartner", ..ANNA };
    story.says(Registrant, "AssignSeat", assignment(ANNA.order, 0, &married));
    story.says(Registrant, "AssignSeat", assignment(ANNA.order, 0, &BORIS));
    let seat = json!({ "orderId": ANNA.order, "position": 0 });
    story.says(Registrant, "UnassignSeat", seat);
}

fn boris_gets_a_part_and_pays_late(story: &Story) {
    story.registers(&BORIS, &[(GA, 9)]);
    let payment = story.begins_to_pay(&BORIS);
    story.time_passes();
    story.processor("CompleteThirdPartyProcessorPayment", &payment);
}

fn carla_pays_when_nothing_is_left(story: &Story) {
    story.registers(&CARLA, &[(WS, 1)]);
    let payment = story.begins_to_pay(&CARLA);
    story.time_passes();
    story.registers(&DMITRI, &[(WS, 1)]);
    let params = json!({ "orderId": DMITRI.order, "means": "cash" });
    story.says(Desk, "SettleAtDesk", params);
    story.processor("CompleteThirdPartyProcessorPayment", &payment);
}

fn the_organizer_changes_things(story: &Story) {
    story.organizes(
        "CancelOrderSeats",
        json!({ "orderId": DMITRI.order, "reason": "Fell ill", "returned": "backToSale" }),
    );
    let order = Person { order: "01930000-0000-7000-8000-0000000000b9", ..ANNA };
    story.registers(&order, &[(WS, 1)]);
    let billing = invoice(&story.stage.fresh(), order.order, &ANNA);
    story.says(Registrant, "InitiateInvoicePayment", billing);
}
