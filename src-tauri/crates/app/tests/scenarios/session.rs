//! A session that uses every command that a sandbox carries out, each at least once.

use std::path::{Path, PathBuf};

use app::Role::{self, Desk, Organizer, Registrant};
use serde_json::{Value, json};
use testkit::{
    ANNA, BORIS, CARLA, CONFERENCE, CP, DMITRI, GA, Stage, WS, assignment, conference_form,
    details, id, invoice, items, registration, seat_type_form,
};

/// A seat type that costs nothing.
const VOLUNTEER: u64 = 0x30;
/// An order of one of its seats.
const FREE: u64 = 0x31;
/// An order that is given more time.
const SLOW: u64 = 0x32;
/// Orders of three workshops each that are paid for when the seats are gone.
const LATE: [u64; 3] = [0x33, 0x34, 0x35];
/// Who has the seats then.
const QUICK: u64 = 0x36;
/// Later payments have the numbers of their orders and this.
const PAYMENT: u64 = 0x100;

/// Something that is done in the session.
pub enum Step {
    /// A command. What it says may follow from what came before.
    Sends(Role, &'static str, Box<dyn Fn(&Stage) -> Value>),
    /// So many minutes pass.
    Passes(u32),
}

use Step::{Passes, Sends};

fn sends(role: Role, method: &'static str, params: Value) -> Step {
    Sends(role, method, Box::new(move |_| params.clone()))
}

fn organizes(method: &'static str, params: Value) -> Step {
    sends(Organizer, method, params)
}

/// The session; backups go to a folder.
pub fn session(backups: &Path) -> Vec<Step> {
    let parts = [
        a_conference_opens(),
        anna_pays_and_assigns(),
        others_pay_in_other_ways(),
        some_pay_too_late(),
        the_organizer_tidies_up(backups.to_owned()),
    ];
    parts.into_iter().flatten().collect()
}

fn a_conference_opens() -> Vec<Step> {
    let conference = json!({ "conferenceId": CONFERENCE });
    let mut update = conference_form(CONFERENCE, "");
    for fixed in ["slug", "currency", "ownerName", "ownerEmail"] {
        update.as_object_mut().expect("a form").remove(fixed);
    }
    update["description"] = "Three days on events.".into();
    let policy = json!({ "conferenceId": CONFERENCE, "invoicePolicy": { "payFirst": 14 } });
    let mut volunteer = seat_type_form(GA, 5);
    volunteer["seatTypeId"] = id(VOLUNTEER).into();
    volunteer["price"]["amount"] = 0.into();
    let cocktail = json!({ "conferenceId": CONFERENCE, "seatTypeId": CP });
    vec![
        organizes("CreateConference", conference_form(CONFERENCE, "cqrs-days")),
        organizes("UpdateConference", update),
        organizes("SetInvoicePolicy", policy),
        organizes("SetHoldLimit", json!({ "holdLimit": 30 })),
        organizes("CreateSeatType", seat_type_form(GA, 10)),
        organizes("CreateSeatType", seat_type_form(WS, 10)),
        organizes("CreateSeatType", seat_type_form(CP, 10)),
        organizes("CreateSeatType", volunteer),
        organizes("DeleteSeatType", cocktail),
        organizes("PublishConference", conference),
        organizes("UpdateSeatType", seat_type_form(GA, 20)),
    ]
}

fn begins_to_pay(payment: u64, order: &str) -> Step {
    let params = json!({ "paymentId": id(payment), "orderId": order });
    sends(Registrant, "InitiateThirdPartyProcessorPayment", params)
}

fn accepts(payment: u64) -> Step {
    organizes("CompleteThirdPartyProcessorPayment", json!({ "paymentId": id(payment) }))
}

fn registers(order: &str, seats: &[(&str, i64)]) -> Step {
    sends(Registrant, "RegisterToConference", registration(order, seats))
}

fn anna_pays_and_assigns() -> Vec<Step> {
    let script = json!({ "paymentId": id(2), "script": "neverAnswer" });
    let seat = json!({ "orderId": ANNA.order, "position": 0 });
    vec![
        registers(ANNA.order, &[(GA, 2), (WS, 1)]),
        registers(ANNA.order, &[(GA, 3)]),
        sends(Registrant, "AssignRegistrantDetails", details(ANNA.order, &ANNA)),
        begins_to_pay(1, ANNA.order),
        organizes("CancelThirdPartyProcessorPayment", json!({ "paymentId": id(1) })),
        begins_to_pay(2, ANNA.order),
        organizes("ScriptThirdPartyProcessorPayment", script),
        accepts(2),
        sends(Registrant, "AssignSeat", assignment(ANNA.order, 0, &ANNA)),
        sends(Registrant, "AssignSeat", assignment(ANNA.order, 0, &BORIS)),
        sends(Registrant, "UnassignSeat", seat),
    ]
}

fn others_pay_in_other_ways() -> Vec<Step> {
    let cancel = json!({
        "orderId": CARLA.order, "positions": [0], "reason": "ill", "returned": "backToSale",
    });
    let (free, slow) = (id(FREE), id(SLOW));
    vec![
        registers(BORIS.order, &[(GA, 1)]),
        sends(Registrant, "AssignRegistrantDetails", details(BORIS.order, &BORIS)),
        sends(Registrant, "InitiateInvoicePayment", invoice(&id(3), BORIS.order, &BORIS)),
        organizes("MarkInvoicePaid", json!({ "invoiceNumber": "K1-0001" })),
        sends(Desk, "RegisterToConference", registration(CARLA.order, &[(WS, 2)])),
        sends(Desk, "SettleAtDesk", json!({ "orderId": CARLA.order, "means": "cash" })),
        organizes("CancelOrderSeats", cancel),
        registers(&free, &[(&id(VOLUNTEER), 1)]),
        sends(Registrant, "AssignRegistrantDetails", details(&free, &DMITRI)),
        sends(Registrant, "ConfirmFreeOrder", json!({ "orderId": free })),
        registers(&slow, &[(GA, 1)]),
        Passes(14),
        sends(Registrant, "ExtendReservation", json!({ "orderId": slow })),
    ]
}

fn some_pay_too_late() -> Vec<Step> {
    let mut steps = Vec::new();
    for order in LATE {
        steps.push(registers(&id(order), &[(WS, 3)]));
        let registrant = details(&id(order), &CARLA);
        steps.push(sends(Registrant, "AssignRegistrantDetails", registrant));
        steps.push(begins_to_pay(PAYMENT + order, &id(order)));
    }
    let quick = id(QUICK);
    steps.extend([
        Passes(30),
        sends(Desk, "RegisterToConference", registration(&quick, &[(WS, 8)])),
        sends(Desk, "SettleAtDesk", json!({ "orderId": quick, "means": "terminal" })),
    ]);
    steps.extend(LATE.map(|order| accepts(PAYMENT + order)));
    let [retried, refunded, dismissed] = LATE;
    steps.extend([
        organizes("UpdateSeatType", seat_type_form(WS, 12)),
        on_card("RetryLatePayment", retried, json!({})),
        on_card(
            "RecordRefund",
            refunded,
            json!({ "amount": { "amount": 150_000, "currency": "USD" } }),
        ),
        on_card("DismissAttention", dismissed, json!({ "reason": "paid by phone" })),
    ]);
    steps
}

/// What is done about the card of an order.
fn on_card(method: &'static str, order: u64, more: Value) -> Step {
    let params = move |stage: &Stage| {
        let cards = stage.cards();
        let card = cards.iter().find(|card| card["orderId"] == id(order)).expect("its card");
        let mut params = more.clone();
        params["attentionId"] = card["attentionId"].clone();
        params
    };
    Sends(Organizer, method, Box::new(params))
}

fn the_organizer_tidies_up(backups: PathBuf) -> Vec<Step> {
    let erases = |stage: &Stage| {
        let person = &stage.row(ANNA.order)["registrantId"];
        json!({ "personId": person, "reason": "asked for" })
    };
    let exported = |stage: &Stage| {
        let queued = stage.asks("ListMails", json!({}));
        let mails: Vec<_> = items(&queued["items"]).iter().map(|mail| &mail["mailId"]).collect();
        json!({ "mailIds": mails })
    };
    let closed = json!({ "conferenceId": CONFERENCE, "redirectUrl": "https://example.org" });
    let server = json!({
        "server": "localhost", "port": 25, "security": "none", "senderAddress": "desk@example.org",
    });
    vec![
        Sends(Organizer, "ErasePerson", Box::new(erases)),
        Sends(Organizer, "MarkMailsExported", Box::new(exported)),
        organizes("SetMailServer", server),
        organizes("RetryMails", json!({ "mailIds": [] })),
        organizes("RemoveMailServer", json!({})),
        organizes("UnpublishConference", closed),
        organizes("SetBackupFolder", json!({ "folder": backups })),
        organizes("MakeBackup", json!({})),
        organizes("CancelBackup", json!({})),
        organizes("VerifyData", json!({})),
        organizes("CancelVerification", json!({})),
        organizes("RebuildReadModels", json!({})),
        organizes("CancelRebuild", json!({})),
    ]
}
