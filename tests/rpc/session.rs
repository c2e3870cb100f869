//! One session with every command that changes the log, and what everybody sees at its end.

use std::{collections::BTreeSet, sync::OnceLock};

use kernel::Timestamp;
use serde_json::{Value, json};
use testkit::{
    ANNA, BORIS, CARLA, CONFERENCE, CP, DMITRI, GA, Person, WS, assignment, conference_form,
    details, id, invoice, registration, seat_type_form,
};

use crate::harness::{Rpc, line};

/// Moves the clock instead of being stored under an id.
pub const ADVANCE: &str = "AdvanceClock";

/// Costs nothing.
const FREE: &str = "01930000-0000-7000-8000-0000000000a4";
/// Is deleted again.
const NEVER_SOLD: &str = "01930000-0000-7000-8000-0000000000a5";
/// Is settled at the desk, and then the processor says yes, too.
const AT_DESK: Person = Person { order: "01930000-0000-7000-8000-0000000000b5", ..ANNA };
/// The same, with a processor that takes its time.
const SLOW: Person = Person { order: "01930000-0000-7000-8000-0000000000b6", ..BORIS };

/// Begins a payment.
const INITIATE: &str = "InitiateThirdPartyProcessorPayment";
/// Is the processor's yes.
const COMPLETE: &str = "CompleteThirdPartyProcessorPayment";

type Step = (&'static str, Value);

/// The session: each command with an id of its own.
pub fn session() -> Vec<Step> {
    played().0.clone()
}

/// The session as lines; the id of each is its number.
pub fn lines() -> Vec<String> {
    (0..).zip(session()).map(|(number, (method, params))| line(number, method, &params)).collect()
}

/// What everybody sees after an undisturbed run.
pub fn undisturbed() -> Vec<Value> {
    played().1.clone()
}

/// How far the clock has gone after so many steps, in seconds since the first one.
pub fn clock_after(steps: usize) -> i64 {
    let advances = session().into_iter().take(steps).filter(|(method, _)| *method == ADVANCE);
    advances.map(|(_, params)| params["seconds"].as_i64().expect("a number")).sum()
}

/// Moves the clock on to where it is so many seconds after the first event; where it is there
/// already, it stays, and what is due happens. Answers by how much, or the refusal.
pub fn advance_to(rpc: &mut Rpc, seconds: i64) -> Result<i64, Value> {
    let mut ask = |method, params| {
        let mut answer = rpc.request(method, &params);
        if answer["error"].is_null() { Ok(answer["result"].take()) } else { Err(answer) }
    };
    let history = ask("GetHistory", json!({ "conferenceId": CONFERENCE, "limit": 1 }))?;
    let application = ask("GetApplication", json!({}))?;
    let moment = |value: &Value| -> Timestamp {
        value.as_str().and_then(|text| text.parse().ok()).expect("a moment")
    };
    let began = moment(&history["items"][0]["recordedAt"]);
    let gone = moment(&application["now"]).micros() - began.micros();
    let missing = (seconds - gone.div_euclid(1_000_000)).max(0);
    ask(ADVANCE, json!({ "seconds": missing }))?;
    Ok(missing)
}

/// What everybody sees at the end, and half an hour later, without times and codes.
pub fn end_state(rpc: &mut Rpc) -> Vec<Value> {
    let mut seen = Vec::new();
    for _ in 0..2 {
        for method in [
            "GetConference",
            "GetSeatTypes",
            "ListOrders",
            "ListAttendees",
            "ListAttentionCards",
            "GetDashboard",
            "ListMails",
        ] {
            let mut params = json!({ "conferenceId": CONFERENCE });
            if method == "ListMails" {
                params = json!({});
            }
            seen.push(rpc.call(method, &params));
        }
        for Person { order, .. } in [ANNA, BORIS, CARLA, DMITRI, AT_DESK, SLOW] {
            let flow = json!({ "correlationId": order, "limit": 500 });
            for item in rpc.call("GetHistory", &flow)["items"].as_array().expect("a list") {
                seen.push(json!([item["position"], item["stream"], item["event"]]));
            }
            for method in ["GetDraftOrder", "GetPricedOrder", "GetOrderSeats"] {
                seen.push(rpc.call(method, &json!({ "orderId": order })));
            }
        }
        rpc.call(ADVANCE, &json!({ "seconds": 30 * 60 }));
    }
    seen.iter_mut().for_each(forget_times_and_codes);
    seen
}

fn forget_times_and_codes(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for forgotten in [
                "accessCode",
                "createdAt",
                "device",
                "initiatedAt",
                "extendableFrom",
                "now",
                "queuedAt",
                "raisedAt",
                "reservationExpiration",
                "seatsReleasedAt",
                "text",
            ] {
                fields.remove(forgotten);
            }
            fields.values_mut().for_each(forget_times_and_codes);
        }
        Value::Array(values) => values.iter_mut().for_each(forget_times_and_codes),
        _ => {}
    }
}

/// The session with the ids that the program makes itself, which follow from those of the commands,
/// and the end of an undisturbed run.
fn played() -> &'static (Vec<Step>, Vec<Value>) {
    static PLAYED: OnceLock<(Vec<Step>, Vec<Value>)> = OnceLock::new();
    PLAYED.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let mut rpc = Rpc::sandbox(folder.path());
        let mut session = sketch();
        for (method, params) in &mut session {
            fill_in(&mut rpc, params);
            rpc.call(method, params);
        }
        let end = end_state(&mut rpc);
        (session, end)
    })
}

/// Puts the card that is open, and the entry of whoever placed an order.
fn fill_in(rpc: &mut Rpc, params: &mut Value) {
    let conference = json!({ "conferenceId": CONFERENCE });
    if params.get("attentionId").is_some() {
        let cards = rpc.call("ListAttentionCards", &conference);
        params["attentionId"] = cards["items"][0]["attentionId"].clone();
    }
    if let Some(order) = params.get("personId").cloned() {
        let orders = rpc.call("ListOrders", &conference);
        let orders = orders["items"].as_array().expect("a list");
        let row = orders.iter().find(|row| row["orderId"] == order).expect("the order");
        params["personId"] = row["registrantId"].clone();
    }
}

fn sketch() -> Vec<Step> {
    let parts = [opening(), selling(), paying_late(), the_desk_and_afterwards()];
    let mut session = parts.concat();
    for (number, (method, params)) in (1..).zip(&mut session) {
        if *method != ADVANCE {
            params["commandId"] = id(0x20_000 + number).into();
        }
    }
    session
}

fn opening() -> Vec<Step> {
    let conference = || json!({ "conferenceId": CONFERENCE });
    let mut changed = conference_form(CONFERENCE, "cqrs-days");
    for fixed in ["slug", "currency", "ownerName", "ownerEmail"] {
        changed.as_object_mut().expect("a form").remove(fixed);
    }
    changed["location"] = json!("Bellevue");
    let mut free = seat_type_form(FREE, 10);
    (free["name"], free["price"]["amount"]) = (json!("Keynote"), json!(0));
    let mut never_sold = seat_type_form(NEVER_SOLD, 10);
    never_sold["name"] = json!("Dinner");
    let at_once = json!({ "conferenceId": CONFERENCE, "invoicePolicy": "confirmAtOnce" });
    vec![
        ("CreateConference", conference_form(CONFERENCE, "cqrs-days")),
        ("UpdateConference", changed),
        ("CreateSeatType", seat_type_form(GA, 4)),
        ("CreateSeatType", seat_type_form(WS, 1)),
        ("CreateSeatType", seat_type_form(CP, 10)),
        ("CreateSeatType", free),
        ("CreateSeatType", never_sold),
        ("DeleteSeatType", json!({ "conferenceId": CONFERENCE, "seatTypeId": NEVER_SOLD })),
        ("SetInvoicePolicy", at_once),
        ("SetBackupFolder", json!({ "folder": "" })),
        ("SetHoldLimit", json!({ "holdLimit": 50 })),
        ("PublishConference", conference()),
        ("UnpublishConference", conference()),
        ("PublishConference", conference()),
    ]
}

fn selling() -> Vec<Step> {
    let cancel = json!({
        "orderId": ANNA.order, "positions": [1], "reason": "ill", "returned": "backToSale",
    });
    vec![
        ("RegisterToConference", registration(ANNA.order, &[(GA, 3), (WS, 1)])),
        ("AssignRegistrantDetails", details(ANNA.order, &ANNA)),
        ("RegisterToConference", registration(BORIS.order, &[(GA, 2), (WS, 1)])),
        (INITIATE, payment(1, &ANNA)),
        ("CancelThirdPartyProcessorPayment", paid(1)),
        (INITIATE, payment(2, &ANNA)),
        (COMPLETE, paid(2)),
        ("AssignSeat", assignment(ANNA.order, 0, &ANNA)),
        ("AssignSeat", assignment(ANNA.order, 2, &BORIS)),
        ("UnassignSeat", json!({ "orderId": ANNA.order, "position": 2 })),
        ("AssignRegistrantDetails", details(BORIS.order, &BORIS)),
        ("InitiateInvoicePayment", invoice(&id(3), BORIS.order, &BORIS)),
        ("MarkInvoicePaid", json!({ "invoiceNumber": "K1-0001" })),
        ("CancelOrderSeats", cancel),
    ]
}

/// Carla's money comes when her seats are gone, and then there are more.
fn paying_late() -> Vec<Step> {
    vec![
        ("UpdateSeatType", seat_type_form(GA, 6)),
        ("RegisterToConference", registration(CARLA.order, &[(GA, 2), (CP, 3)])),
        ("AssignRegistrantDetails", details(CARLA.order, &CARLA)),
        (INITIATE, payment(4, &CARLA)),
        (ADVANCE, json!({ "seconds": 14 * 60 })),
        ("ExtendReservation", json!({ "orderId": CARLA.order })),
        (ADVANCE, json!({ "seconds": 26 * 60 })),
        ("UpdateSeatType", seat_type_form(GA, 4)),
        (COMPLETE, paid(4)),
        ("UpdateSeatType", seat_type_form(GA, 8)),
        ("RetryLatePayment", json!({ "attentionId": null })),
    ]
}

fn the_desk_and_afterwards() -> Vec<Step> {
    let refund = json!({ "attentionId": null, "amount": { "amount": 5_000, "currency": "USD" } });
    vec![
        ("RegisterToConference", registration(DMITRI.order, &[(FREE, 1)])),
        ("AssignRegistrantDetails", details(DMITRI.order, &DMITRI)),
        ("ConfirmFreeOrder", json!({ "orderId": DMITRI.order })),
        ("RegisterToConference", registration(AT_DESK.order, &[(CP, 1)])),
        ("AssignRegistrantDetails", details(AT_DESK.order, &AT_DESK)),
        (INITIATE, payment(5, &AT_DESK)),
        ("SettleAtDesk", json!({ "orderId": AT_DESK.order, "means": "cash" })),
        (COMPLETE, paid(5)),
        ("RecordRefund", refund),
        ("RegisterToConference", registration(SLOW.order, &[(CP, 1)])),
        ("AssignRegistrantDetails", details(SLOW.order, &SLOW)),
        (INITIATE, payment(6, &SLOW)),
        (
            "ScriptThirdPartyProcessorPayment",
            json!({ "paymentId": id(6), "script": { "acceptAfter": 30 } }),
        ),
        ("SettleAtDesk", json!({ "orderId": SLOW.order, "means": "terminal" })),
        (ADVANCE, json!({ "seconds": 60 })),
        ("DismissAttention", json!({ "attentionId": null, "reason": "paid back in cash" })),
        ("MarkMailsExported", json!({ "mailIds": [1] })),
        ("ErasePerson", json!({ "personId": DMITRI.order, "reason": "asked for by letter" })),
    ]
}

fn payment(number: u64, person: &Person) -> Value {
    json!({ "paymentId": id(number), "orderId": person.order })
}

fn paid(number: u64) -> Value {
    json!({ "paymentId": id(number) })
}

#[test]
fn the_session_has_every_command_but_those_that_do_not_change_the_log() {
    let session = session();
    let has: BTreeSet<&str> = session.iter().map(|(method, _)| *method).collect();
    let all = app::use_cases::COMMANDS.iter().map(|command| command.name);
    let missing: Vec<&str> = all.filter(|name| !has.contains(name)).collect();
    assert_eq!(
        missing,
        [
            "SetMailServer",
            "RemoveMailServer",
            "TestMailServer",
            "SendMails",
            "RetryMails",
            "MakeBackup",
            "CancelBackup",
            "VerifyData",
            "CancelVerification",
            "RebuildReadModels",
            "CancelRebuild"
        ]
    );
}
