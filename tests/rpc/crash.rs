//! Scenario 40: the program is killed at many points, started again, and told again what it had
//! not answered. The end is that of an undisturbed run.

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use testkit::{
    ANNA, BORIS, CARLA, CONFERENCE, CP, GA, WS, assignment, conference_form, details, id, invoice,
    registration, seat_type_form,
};

use crate::harness::{BINARY, Rpc, SANDBOX, line, require_strace, run};

/// Every n-th write is tried; all of them when `EVERY_WRITE` is set.
const STRIDE: usize = 29;

/// A session with everything that matters: each command with an id of its own.
pub fn session() -> Vec<(&'static str, Value)> {
    let pay = |payment: u64, order: &str| json!({ "paymentId": id(payment), "orderId": order });
    let paid = |payment: u64| json!({ "paymentId": id(payment) });
    let initiate = "InitiateThirdPartyProcessorPayment";
    let cancel = json!({
        "orderId": ANNA.order, "positions": [1], "reason": "ill", "returned": "backToSale",
    });
    let mut session = vec![
        ("CreateConference", conference_form(CONFERENCE, "cqrs-days")),
        ("CreateSeatType", seat_type_form(GA, 4)),
        ("CreateSeatType", seat_type_form(WS, 1)),
        ("CreateSeatType", seat_type_form(CP, 10)),
        ("PublishConference", json!({ "conferenceId": CONFERENCE })),
        ("RegisterToConference", registration(ANNA.order, &[(GA, 3), (WS, 1)])),
        ("AssignRegistrantDetails", details(ANNA.order, &ANNA)),
        ("RegisterToConference", registration(BORIS.order, &[(GA, 2), (WS, 1)])),
        (initiate, pay(1, ANNA.order)),
        ("CompleteThirdPartyProcessorPayment", paid(1)),
        ("AssignSeat", assignment(ANNA.order, 0, &ANNA)),
        ("AssignRegistrantDetails", details(BORIS.order, &BORIS)),
        ("InitiateInvoicePayment", invoice(&id(2), BORIS.order, &BORIS)),
        ("MarkInvoicePaid", json!({ "invoiceNumber": "K1-0001" })),
        ("CancelOrderSeats", cancel),
        ("UpdateSeatType", seat_type_form(GA, 6)),
        ("RegisterToConference", registration(CARLA.order, &[(GA, 2), (CP, 3)])),
        ("AssignRegistrantDetails", details(CARLA.order, &CARLA)),
    ];
    for (number, (_, params)) in (1..).zip(&mut session) {
        params["commandId"] = id(0x20_000 + number).into();
    }
    session
}

/// The session as lines; the id of each is its number.
pub fn lines() -> Vec<String> {
    (0..).zip(session()).map(|(number, (method, params))| line(number, method, &params)).collect()
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
        ] {
            seen.push(rpc.call(method, &json!({ "conferenceId": CONFERENCE })));
        }
        for order in [ANNA.order, BORIS.order, CARLA.order] {
            let flow = json!({ "correlationId": order, "limit": 500 });
            for item in rpc.call("GetHistory", &flow)["items"].as_array().expect("a list") {
                seen.push(json!([item["position"], item["stream"], item["event"]]));
            }
            seen.push(rpc.call("GetDraftOrder", &json!({ "orderId": order })));
            seen.push(rpc.call("GetPricedOrder", &json!({ "orderId": order })));
        }
        rpc.call("AdvanceClock", &json!({ "seconds": 30 * 60 }));
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
                "initiatedAt",
                "extendableFrom",
                "now",
                "raisedAt",
                "reservationExpiration",
                "seatsReleasedAt",
            ] {
                fields.remove(forgotten);
            }
            fields.values_mut().for_each(forget_times_and_codes);
        }
        Value::Array(values) => values.iter_mut().for_each(forget_times_and_codes),
        _ => {}
    }
}

/// The undisturbed run.
pub fn undisturbed() -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rpc = Rpc::sandbox(folder.path());
    for (method, params) in session() {
        rpc.call(method, &params);
    }
    end_state(&mut rpc)
}

/// Starts again, tells the whole session again, and compares. What had been answered before the
/// kill must be answered the same now.
#[track_caller]
fn recovers(folder: &Path, answered: &[Value], expected: &[Value], killed_at: &str) {
    let first: BTreeMap<u64, &Value> = answered
        .iter()
        .map(|answer| (answer["id"].as_u64().expect("an id"), &answer["result"]))
        .collect();
    let mut rpc = Rpc::sandbox(folder);
    for (number, (method, params)) in (0..).zip(session()) {
        let answer = rpc.request(method, &params);
        assert!(answer["error"].is_null(), "killed {killed_at}: {method}: {answer}");
        if let Some(first) = first.get(&number) {
            assert_eq!(answer["result"], **first, "killed {killed_at}: {method} was lost");
        }
    }
    for (is, should_be) in end_state(&mut rpc).iter().zip(expected) {
        assert_eq!(is, should_be, "killed {killed_at}: the end is another one");
    }
    assert!(rpc.end().1.success());
    let verified =
        Command::new(BINARY).args(["verify", "--data"]).arg(folder).output().expect("it runs");
    let said = String::from_utf8_lossy(&verified.stdout);
    assert!(verified.status.success(), "killed {killed_at}: {said}");
}

#[test]
fn s40_killed_after_any_line_nothing_answered_is_lost_and_nothing_is_done_twice() {
    let expected = undisturbed();
    let lines = lines();
    for sent in 1..=lines.len() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut rpc = Rpc::sandbox(folder.path());
        rpc.send(lines[..sent].concat().as_bytes());
        // With an odd number the last line is on its way; with an even one it is answered.
        let mut answered = Vec::new();
        if sent % 2 == 0 {
            answered.extend((0..sent).filter_map(|_| rpc.hear()));
        }
        answered.extend(rpc.kill());
        recovers(folder.path(), &answered, &expected, &format!("after line {sent}"));
    }
}

/// The program under `strace`, killed by the kernel at the n-th write of a thread.
fn killed_at_write(folder: &Path, arguments: &[&str], number: usize) -> Command {
    let mut command = Command::new("strace");
    command
        .args(["-f", "-q", "-o", "/dev/null", "-e", "trace=pwrite64,fsync,fdatasync,ftruncate"])
        .args([
            "-e",
            &format!("inject=pwrite64,fsync,fdatasync,ftruncate:signal=KILL:when={number}"),
        ])
        .args([BINARY, "rpc", "--data"])
        .arg(folder)
        .args(arguments);
    command
}

pub fn stride() -> usize {
    if std::env::var_os("EVERY_WRITE").is_some() { 1 } else { STRIDE }
}

#[test]
fn s40_killed_at_any_write_the_end_is_that_of_an_undisturbed_run() {
    require_strace();
    let expected = undisturbed();
    let mut number = 1;
    loop {
        let folder = tempfile::tempdir().expect("a folder");
        // The folder is made beforehand, so that the writes that count are the session's.
        assert!(run(folder.path(), SANDBOX).status.success());
        let mut rpc = Rpc::start(killed_at_write(folder.path(), SANDBOX, number));
        let mut answered = Vec::new();
        for line in lines() {
            // One after the other, so that every command has a commit of its own.
            let Some(answer) = rpc.send(line.as_bytes()).then(|| rpc.hear()).flatten() else {
                break;
            };
            answered.push(answer);
        }
        let survived = answered.len() == session().len();
        rpc.end();
        recovers(folder.path(), &answered, &expected, &format!("at write {number}"));
        if survived {
            break;
        }
        number += stride();
    }
    assert!(STRIDE < number, "the kills had no effect");
}

#[test]
fn s40_killed_while_the_folder_is_made_it_is_made_at_the_next_start() {
    require_strace();
    let mut number = 1;
    loop {
        let folder = tempfile::tempdir().expect("a folder");
        let made = killed_at_write(folder.path(), &[], number)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .expect("it runs");
        let again = run(folder.path(), &[]);
        let said = String::from_utf8_lossy(&again.stderr);
        assert!(again.status.success(), "killed at write {number} of the first start: {said}");
        if made.status.success() {
            break;
        }
        number += stride();
    }
    assert!(1 < number, "the kills had no effect");
}
