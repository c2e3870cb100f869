//! What a test begins with: the standard conference, and what others have bought of it.
//!
//! All of it is done by the one API, before the window opens or behind its back.

use serde_json::{Value, json};
use testkit::{
    CARLA, CONFERENCE, CP, GA, Person, WS, conference_form, details, id, items, registration,
    seat_type_form,
};

use crate::harness::{Launch, Window};

/// The most seats of one type in one order.
const MOST_PER_TYPE: u32 = 20;
/// Orders of others have numbers from here on, so that they meet nobody else's.
const OTHERS: u64 = 0x1000;

type Call = (&'static str, Value);

impl Launch {
    /// Several commands, one after the other.
    pub fn given_all(self, calls: impl IntoIterator<Item = Call>) -> Self {
        calls.into_iter().fold(self, |launch, (method, params)| launch.given(method, params))
    }

    /// CQRS Days in USD with General admission 199.00, CQRS Workshop 500.00 and Cocktail party
    /// 50.00, so many seats of each. Nobody has published it yet.
    pub fn unpublished(self, quota: u32) -> Self {
        self.given("CreateConference", conference_form(CONFERENCE, "cqrs-days"))
            .given_all([GA, WS, CP].map(|one| ("CreateSeatType", seat_type_form(one, quota))))
    }

    /// The same, open for registration.
    pub fn published(self, quota: u32) -> Self {
        self.unpublished(quota).given("PublishConference", json!({ "conferenceId": CONFERENCE }))
    }

    /// Somebody has ordered and paid.
    pub fn bought(self, person: &Person, seats: &[(&str, i64)]) -> Self {
        self.given_all(purchase(person.order, person, seats))
    }

    /// Others have ordered and paid for so many seats, in as many orders as it takes.
    pub fn bought_by_others(self, seats: &[(&str, u32)]) -> Self {
        self.given_all(purchases(seats))
    }
}

impl Window {
    /// Others order and pay for so many seats while this window is open.
    pub fn others_buy(&self, seats: &[(&str, u32)]) {
        for (method, params) in purchases(seats) {
            self.execute(method, params).unwrap_or_else(|error| panic!("{method}: {error}"));
        }
    }

    /// The access code of an order.
    pub fn code_of(&self, order: &str) -> String {
        let draft = self.query("GetDraftOrder", json!({ "orderId": order })).expect("an order");
        testkit::text(&draft["accessCode"])
    }

    /// How many orders the standard conference has.
    pub fn orders(&self) -> usize {
        let orders = self.query("ListOrders", json!({ "conferenceId": CONFERENCE }));
        items(&orders.expect("a list")["items"]).len()
    }

    /// How many seats of a type are held or sold.
    pub fn taken(&self, seat_type: &str) -> i64 {
        let answer = self.query("GetSeatTypes", json!({ "conferenceId": CONFERENCE }));
        let answer = answer.expect("a list");
        let found = items(&answer["seatTypes"]).iter().find(|one| one["seatTypeId"] == seat_type);
        let found = found.expect("the seat type");
        testkit::number(&found["held"]) + testkit::number(&found["sold"])
    }
}

/// An order that is paid at the desk.
pub fn purchase(order: &str, person: &Person, seats: &[(&str, i64)]) -> [Call; 3] {
    [
        ("RegisterToConference", registration(order, seats)),
        ("AssignRegistrantDetails", details(order, person)),
        ("SettleAtDesk", json!({ "orderId": order, "means": "cash" })),
    ]
}

fn purchases(seats: &[(&str, u32)]) -> Vec<Call> {
    let most = seats.iter().map(|&(_, quantity)| quantity).max().unwrap_or(0);
    let orders = most.div_ceil(MOST_PER_TYPE);
    (0..orders)
        .flat_map(|number| {
            let before = number * MOST_PER_TYPE;
            let part = |quantity: u32| quantity.saturating_sub(before).min(MOST_PER_TYPE);
            let seats: Vec<_> =
                seats.iter().map(|&(one, quantity)| (one, i64::from(part(quantity)))).collect();
            purchase(&id(OTHERS + u64::from(number)), &CARLA, &seats)
        })
        .collect()
}
