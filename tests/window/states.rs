//! A conference with an order in every state, a new one, and one without seats. The clock stands.

use serde_json::{Value, json};
use testkit::{
    ANNA, BORIS, CARLA, CONFERENCE, CP, DMITRI, GA, OTHER_CONFERENCE, Person, WS, assignment,
    conference_form, details, id, invoice, items, registration,
};

use crate::given::purchase;
use crate::harness::{Launch, Window};

pub const PAID_LATE: u64 = 1;
pub const EXPIRED: u64 = 2;
pub const SHORT_OF_TIME: u64 = 4;
pub const NAMELESS: u64 = 5;
pub const LATE_PAYMENT: u64 = 6;
pub const OPEN_PAYMENT: u64 = 7;
pub const INVOICE: u64 = 8;
pub const CANCELLED: u64 = 9;
pub const ERASED: u64 = 10;
/// The registrant's time is over, but the seats are not on sale yet.
pub const OVERDUE: u64 = 11;
/// Nothing to pay.
pub const FREE: u64 = 12;
/// An id that nothing has.
pub const ANYBODY: &str = "01930000-0000-7000-9000-00000000ffff";
/// A conference that is open and sells nothing yet.
pub const EMPTY_SLUG: &str = "empty-days";

/// A conference that was open, and points elsewhere now.
pub const CLOSED: u64 = 17;

const LATECOMER: u64 = 3;
const TWICE_PAID: u64 = 13;
const SECOND_PAYMENT: u64 = 14;
const EMPTY_CONFERENCE: u64 = 15;
const VOLUNTEER: u64 = 16;

/// The launch with all that can be given before the window opens.
pub fn in_many_states(launch: Launch) -> Launch {
    let pay_first = json!({ "conferenceId": CONFERENCE, "invoicePolicy": { "payFirst": 14 } });
    let (empty, closed) = (id(EMPTY_CONFERENCE), id(CLOSED));
    let elsewhere =
        json!({ "conferenceId": closed, "redirectUrl": "https://example.org/next-year" });
    let server = json!({
        "server": "smtp.example.org", "port": 587, "security": "startTls", "user": "desk",
        "password": "Kanarienvogel", "senderAddress": "desk@example.org", "senderName": "CQRS Days",
    });
    launch
        .with(&["--clock", "manual"])
        .given("SetMailServer", server)
        .published(12)
        .given("CreateSeatType", free_seat_type())
        .given("SetInvoicePolicy", pay_first)
        .given("CreateConference", conference_form(OTHER_CONFERENCE, "other-days"))
        .given("CreateConference", conference_form(&empty, EMPTY_SLUG))
        .given("PublishConference", json!({ "conferenceId": empty }))
        .given("CreateConference", conference_form(&closed, "closed-days"))
        .given("PublishConference", json!({ "conferenceId": closed }))
        .given("UnpublishConference", elsewhere)
        .given_all(orders_whose_time_is_over())
        .given_all(orders_that_are_paid())
        .given_all(orders_that_are_open())
        // The access code of the first conference.
        .given("MarkMailsExported", json!({ "mailIds": [1] }))
}

fn free_seat_type() -> Value {
    json!({
        "conferenceId": CONFERENCE,
        "seatTypeId": id(VOLUNTEER),
        "name": "Volunteer",
        "description": "For those who lend a hand.",
        "price": { "amount": 0, "currency": "USD" },
        "quantity": 100,
    })
}

type Call = (&'static str, Value);

fn pass(minutes: u32) -> Call {
    ("AdvanceClock", json!({ "seconds": 60 * minutes }))
}

fn paying(payment: u64, order: &str) -> Call {
    let params = json!({ "paymentId": id(payment), "orderId": order });
    ("InitiateThirdPartyProcessorPayment", params)
}

fn paid(payment: u64) -> Call {
    ("CompleteThirdPartyProcessorPayment", json!({ "paymentId": id(payment) }))
}

fn orders_whose_time_is_over() -> Vec<Call> {
    let [late, expired, latecomer, short, overdue] =
        [PAID_LATE, EXPIRED, LATECOMER, SHORT_OF_TIME, OVERDUE].map(id);
    let mut calls = vec![
        ("RegisterToConference", registration(&late, &[(CP, 10)])),
        ("AssignRegistrantDetails", details(&late, &BORIS)),
        paying(LATE_PAYMENT, &late),
        ("RegisterToConference", registration(&expired, &[(GA, 1)])),
        pass(30),
    ];
    calls.extend(purchase(&latecomer, &CARLA, &[(CP, 10)]));
    calls.extend([
        paid(LATE_PAYMENT),
        ("RegisterToConference", registration(&overdue, &[(GA, 1)])),
        pass(3),
        ("RegisterToConference", registration(&short, &[(GA, 1)])),
        pass(14),
    ]);
    calls
}

fn orders_that_are_paid() -> Vec<Call> {
    let [cancelled, erased, twice] = [CANCELLED, ERASED, TWICE_PAID].map(id);
    let cancel = json!({
        "orderId": cancelled, "reason": "Cannot come", "returned": "backToSale",
        "fee": { "amount": 2000, "currency": "USD" },
    });
    let emil = Person { first: "Emil", last: "Eriksen", email: "emil@example.org", order: "" };
    let mut calls = Vec::from(purchase(ANNA.order, &ANNA, &[(GA, 2), (WS, 1)]));
    calls.push(("AssignSeat", assignment(ANNA.order, 0, &ANNA)));
    calls.extend(purchase(&cancelled, &CARLA, &[(WS, 1)]));
    calls.push(("CancelOrderSeats", cancel));
    calls.extend(purchase(&erased, &emil, &[(WS, 1)]));
    calls.push(("AssignSeat", assignment(&erased, 0, &emil)));
    calls.extend([
        ("RegisterToConference", registration(&twice, &[(GA, 1)])),
        ("AssignRegistrantDetails", details(&twice, &CARLA)),
        paying(SECOND_PAYMENT, &twice),
        ("SettleAtDesk", json!({ "orderId": twice, "means": "cash" })),
        paid(SECOND_PAYMENT),
    ]);
    calls
}

fn orders_that_are_open() -> Vec<Call> {
    let [nameless, free] = [NAMELESS, FREE].map(id);
    vec![
        ("RegisterToConference", registration(BORIS.order, &[(WS, 14), (GA, 1)])),
        ("RegisterToConference", registration(CARLA.order, &[(GA, 1)])),
        ("AssignRegistrantDetails", details(CARLA.order, &CARLA)),
        paying(OPEN_PAYMENT, CARLA.order),
        ("RegisterToConference", registration(DMITRI.order, &[(GA, 1)])),
        ("AssignRegistrantDetails", details(DMITRI.order, &DMITRI)),
        ("InitiateInvoicePayment", invoice(&id(INVOICE), DMITRI.order, &DMITRI)),
        ("RegisterToConference", registration(&nameless, &[(GA, 2)])),
        ("RegisterToConference", registration(&free, &[(&id(VOLUNTEER), 1)])),
    ]
}

impl Window {
    /// Erases the person whose id only an answer can tell.
    pub fn erase_somebody(&self) {
        let orders = self.query("ListOrders", json!({ "conferenceId": CONFERENCE, "limit": 100 }));
        let orders = orders.expect("a list");
        let erased = items(&orders["items"]).iter().find(|row| row["orderId"] == id(ERASED));
        let person = &erased.expect("their order")["registrantId"];
        let erase = json!({ "personId": person, "reason": "Asked for it" });
        self.execute("ErasePerson", erase).expect("they are erased");
    }
}
