//! What people do, and what they see.

use app::{AppError, Role};
use serde_json::{Value, json};

use crate::{
    ids::{CONFERENCE, CP, GA, WS, seat_name},
    people::{CARLA, Person},
    stage::Stage,
};

/// The most seats of one type in one order.
const MOST_PER_TYPE: u32 = 20;

impl Stage {
    /// A stage with the standard conference: three seat types, so many seats of each.
    #[track_caller]
    pub fn std_conference(quota: u32) -> Self {
        let stage = Self::new();
        stage.opens_std_conference(quota);
        stage
    }

    /// Makes the standard conference and opens it: three seat types, so many seats of each.
    #[track_caller]
    pub fn opens_std_conference(&self, quota: u32) {
        self.creates_conference(CONFERENCE, "cqrs-days");
        self.defines_standard_seats(quota);
        self.organizes("PublishConference", json!({ "conferenceId": CONFERENCE }));
    }

    /// A conference in USD without seat types.
    #[track_caller]
    pub fn creates_conference(&self, conference: &str, slug: &str) -> Value {
        self.organizes("CreateConference", conference_form(conference, slug))
    }

    /// General admission 199.00, CQRS Workshop 500.00, Cocktail party 50.00.
    #[track_caller]
    pub fn defines_standard_seats(&self, quota: u32) {
        for seat_type in [GA, WS, CP] {
            self.organizes("CreateSeatType", seat_type_form(seat_type, quota));
        }
    }

    /// Changes a quota of the standard conference.
    #[track_caller]
    pub fn sets_quota(&self, seat_type: &str, quota: u32) {
        self.organizes("UpdateSeatType", seat_type_form(seat_type, quota));
    }

    /// Places an order, or changes its seats.
    ///
    /// # Errors
    /// The refusal.
    pub fn tries_to_register(&self, order: &str, seats: &[(&str, i64)]) -> Result<Value, AppError> {
        self.attempt(Role::Registrant, "RegisterToConference", registration(order, seats))
    }

    /// Places an order, or changes its seats. Answers its access code.
    #[track_caller]
    pub fn registers(&self, order: &str, seats: &[(&str, i64)]) -> String {
        match self.tries_to_register(order, seats) {
            Ok(answer) => text(&answer["accessCode"]),
            Err(error) => panic!("the registration was refused: {error}"),
        }
    }

    /// Says who registers.
    #[track_caller]
    pub fn gives_details(&self, order: &str, person: &Person) {
        self.does(Role::Registrant, "AssignRegistrantDetails", details(order, person));
    }

    /// Begins a payment, and answers its id.
    #[track_caller]
    pub fn begins_to_pay(&self, order: &str) -> String {
        let payment = self.fresh();
        let params = json!({ "paymentId": payment, "orderId": order });
        self.does(Role::Registrant, "InitiateThirdPartyProcessorPayment", params);
        payment
    }

    /// The processor accepts.
    #[track_caller]
    pub fn processor_accepts(&self, payment: &str) {
        self.organizes("CompleteThirdPartyProcessorPayment", json!({ "paymentId": payment }));
    }

    /// The processor rejects.
    #[track_caller]
    pub fn processor_rejects(&self, payment: &str) {
        self.organizes("CancelThirdPartyProcessorPayment", json!({ "paymentId": payment }));
    }

    /// Pays through the processor. Answers the payment.
    #[track_caller]
    pub fn pays(&self, order: &str) -> String {
        let payment = self.begins_to_pay(order);
        self.processor_accepts(&payment);
        payment
    }

    /// Pays by invoice. Answers its number.
    #[track_caller]
    pub fn pays_by_invoice(&self, order: &str, person: &Person) -> String {
        let params = invoice(&self.fresh(), order, person);
        text(&self.does(Role::Registrant, "InitiateInvoicePayment", params)["invoiceNumber"])
    }

    /// Orders, gives details and pays. Answers the order's access code.
    #[track_caller]
    pub fn buys(&self, person: &Person, seats: &[(&str, i64)]) -> String {
        let code = self.registers(person.order, seats);
        self.gives_details(person.order, person);
        self.pays(person.order);
        code
    }

    /// Somebody else really orders and pays for so many seats, in as many orders as it takes.
    #[track_caller]
    pub fn others_buy(&self, seats: &[(&str, u32)]) {
        let mut left = seats.to_vec();
        while left.iter().any(|(_, quantity)| 0 < *quantity) {
            let mut now = Vec::new();
            for (seat_type, quantity) in &mut left {
                let part = MOST_PER_TYPE.min(*quantity);
                *quantity -= part;
                now.push((*seat_type, i64::from(part)));
            }
            let order = self.fresh();
            self.registers(&order, &now);
            self.gives_details(&order, &CARLA);
            self.pays(&order);
        }
    }

    /// Gives a seat to a person.
    #[track_caller]
    pub fn assigns(&self, order: &str, position: u32, person: &Person) {
        self.does(Role::Registrant, "AssignSeat", assignment(order, position, person));
    }

    /// The draft order.
    #[track_caller]
    pub fn draft(&self, order: &str) -> Value {
        self.asks("GetDraftOrder", json!({ "orderId": order }))
    }

    /// Where the draft order stands.
    #[track_caller]
    pub fn state(&self, order: &str) -> String {
        text(&self.draft(order)["state"])
    }

    /// The order's lines: seat type, requested, reserved.
    #[track_caller]
    pub fn lines(&self, order: &str) -> Vec<(&'static str, i64, i64)> {
        let draft = self.draft(order);
        let mut lines: Vec<_> = items(&draft["lines"])
            .iter()
            .map(|line| {
                let name = seat_name(line["seatTypeId"].as_str().expect("an id"));
                (name, number(&line["requested"]), number(&line["reserved"]))
            })
            .collect();
        lines.sort_by_key(|line| ["GA", "WS", "CP"].iter().position(|name| *name == line.0));
        lines
    }

    /// What the order costs, in cents.
    #[track_caller]
    pub fn total(&self, order: &str) -> i64 {
        number(&self.asks("GetPricedOrder", json!({ "orderId": order }))["total"]["amount"])
    }

    /// A column of the standard seat types, such as `available`: GA, WS, CP.
    #[track_caller]
    pub fn seats(&self, column: &str) -> [i64; 3] {
        let answer = self.asks("GetSeatTypes", json!({ "conferenceId": CONFERENCE }));
        [GA, WS, CP].map(|id| {
            items(&answer["seatTypes"])
                .iter()
                .find(|seat_type| seat_type["seatTypeId"] == id)
                .map_or(0, |seat_type| number(&seat_type[column]))
        })
    }

    /// Who sits where, by position: first names, nothing for a free seat.
    #[track_caller]
    pub fn attendees(&self, order: &str) -> Vec<Option<String>> {
        let answer = self.asks("GetOrderSeats", json!({ "orderId": order }));
        let first_name = |seat: &Value| seat["attendee"]["firstName"].as_str().map(str::to_owned);
        items(&answer["seats"]).iter().map(first_name).collect()
    }

    /// The open cards of the standard conference.
    #[track_caller]
    pub fn cards(&self) -> Vec<Value> {
        let answer = self.asks("ListAttentionCards", json!({ "conferenceId": CONFERENCE }));
        items(&answer["items"]).clone()
    }

    /// The names of a stream's events.
    #[track_caller]
    pub fn events_of(&self, stream: &str) -> Vec<String> {
        let answer = self.asks("GetHistory", json!({ "streamId": stream, "limit": 500 }));
        items(&answer["items"]).iter().map(|item| text(&item["event"])).collect()
    }

    /// A figure of the dashboard.
    #[track_caller]
    pub fn figure(&self, name: &str) -> i64 {
        let answer = self.asks("GetDashboard", json!({ "conferenceId": CONFERENCE }));
        let figures = items(&answer["figures"]);
        let found = figures.iter().find(|figure| figure["figure"] == name);
        number(&found.unwrap_or_else(|| panic!("no figure {name} in {answer}"))["value"])
    }

    /// The organizer's row of an order.
    #[track_caller]
    pub fn row(&self, order: &str) -> Value {
        let answer = self.asks("ListOrders", json!({ "conferenceId": CONFERENCE, "limit": 500 }));
        let found = items(&answer["items"]).iter().find(|row| row["orderId"] == order);
        found.unwrap_or_else(|| panic!("{order} is not listed")).clone()
    }

    /// Every figure equals the facts behind it, quota = sold + held + remaining everywhere, and no
    /// order has more seats assigned than it has.
    #[track_caller]
    pub fn figures_add_up(&self) {
        let conference = json!({ "conferenceId": CONFERENCE });
        for figure in items(&self.asks("GetDashboard", conference)["figures"]) {
            let name = &figure["figure"];
            let params = json!({ "conferenceId": CONFERENCE, "figure": name });
            let explained = self.asks("ExplainFigure", params);
            assert_eq!(explained["value"], figure["value"], "{name}");
        }
        let [quota, sold, held, remaining] =
            ["quantity", "sold", "held", "remaining"].map(|column| self.seats(column));
        for at in 0..3 {
            assert_eq!(quota[at], sold[at] + held[at] + remaining[at], "seat type {at}");
        }
        let orders = self.asks("ListOrders", json!({ "conferenceId": CONFERENCE, "limit": 500 }));
        for row in items(&orders["items"]) {
            assert!(number(&row["assigned"]) <= number(&row["seatCount"]), "{row}");
        }
    }

    /// The read models are what a fresh fold of the log gives.
    #[track_caller]
    pub fn views_equal_the_log(&self) {
        assert_eq!(self.app().compare_views().expect("the log can be read"), []);
    }
}

/// The form of a conference with nothing wrong in it.
pub fn conference_form(conference: &str, slug: &str) -> Value {
    json!({
        "conferenceId": conference,
        "name": "CQRS Days",
        "description": "Two days on events.",
        "location": "Redmond",
        "tagline": "Say what happened",
        "slug": slug,
        "startDate": "2027-03-01",
        "endDate": "2027-03-02",
        "timeZone": "America/Los_Angeles",
        "currency": "USD",
        "ownerName": "Olga Owner",
        "ownerEmail": "olga@example.org",
    })
}

/// The form of a standard seat type.
pub fn seat_type_form(seat_type: &str, quota: u32) -> Value {
    let (name, amount) = match seat_type {
        GA => ("General admission", 19_900),
        WS => ("CQRS Workshop", 50_000),
        _ => ("Cocktail party", 5_000),
    };
    json!({
        "conferenceId": CONFERENCE,
        "seatTypeId": seat_type,
        "name": name,
        "description": "A seat.",
        "price": { "amount": amount, "currency": "USD" },
        "quantity": quota,
    })
}

/// The parameters of an order at the standard conference.
pub fn registration(order: &str, seats: &[(&str, i64)]) -> Value {
    let seats: Vec<Value> = seats
        .iter()
        .map(|(id, quantity)| json!({ "seatTypeId": id, "quantity": quantity }))
        .collect();
    json!({ "orderId": order, "conferenceId": CONFERENCE, "seats": seats })
}

/// The parameters of a registrant's details.
pub fn details(order: &str, person: &Person) -> Value {
    json!({
        "orderId": order,
        "firstName": person.first,
        "lastName": person.last,
        "email": person.email,
    })
}

/// The parameters of an invoice.
pub fn invoice(payment: &str, order: &str, person: &Person) -> Value {
    let name = format!("{} {}", person.first, person.last);
    let billing = json!({ "name": name, "address": "Marktplatz 1, Linz", "country": "AT" });
    json!({ "paymentId": payment, "orderId": order, "billing": billing })
}

/// The parameters of a seat assignment.
pub fn assignment(order: &str, position: u32, person: &Person) -> Value {
    let Person { first, last, email, .. } = person;
    let attendee = json!({ "firstName": first, "lastName": last, "email": email });
    json!({ "orderId": order, "position": position, "attendee": attendee })
}

/// The elements of a list.
#[track_caller]
pub fn items(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{value} is not a list"))
}

/// A whole number.
#[track_caller]
pub fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value} is not a whole number"))
}

/// A text.
#[track_caller]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a text")).to_owned()
}
