//! Lines of every kind to `lanyard rpc`: each is answered, nothing panics, memory stays bounded.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    process::{Command, Stdio},
    thread,
};

use app::use_cases::{COMMANDS, QUERIES};
use fastrand::Rng;
use serde_json::{Value, json};
use testkit::{
    ANNA, BORIS, CONFERENCE, GA, WS, assignment, conference_form, details, id, invoice,
    registration, seat_type_form,
};

use crate::harness::{BINARY, randomness, rounds, say};

/// Lines of one process.
const LINES: u64 = 400;
/// The most memory that the process may have had, in KiB. Idle, it has about 30,000; the lines of
/// a round together have some ten million bytes.
const MOST_MEMORY: u64 = 256 * 1024;
/// What went wrong inside.
const BROKEN: i64 = -32603;

/// A request that works, or at least could.
fn request(rng: &mut Rng) -> (&'static str, Value) {
    let order = rng.choice([ANNA.order, BORIS.order]).expect("one");
    let conference = json!({ "conferenceId": CONFERENCE });
    let payment = id(rng.u64(1..4));
    let known = [
        ("CreateConference", conference_form(CONFERENCE, "cqrs-days")),
        ("CreateSeatType", seat_type_form(GA, 100)),
        ("UpdateSeatType", seat_type_form(WS, 3)),
        ("PublishConference", conference.clone()),
        ("SetInvoicePolicy", json!({ "conferenceId": CONFERENCE, "invoicePolicy": "payFirst" })),
        ("RegisterToConference", registration(order, &[(GA, 2), (WS, 1)])),
        ("AssignRegistrantDetails", details(order, &ANNA)),
        ("InitiateThirdPartyProcessorPayment", json!({ "paymentId": payment, "orderId": order })),
        ("CompleteThirdPartyProcessorPayment", json!({ "paymentId": payment })),
        ("InitiateInvoicePayment", invoice(&payment, order, &BORIS)),
        ("AssignSeat", assignment(order, 0, &BORIS)),
        (
            "CancelOrderSeats",
            json!({ "orderId": order, "positions": [1], "reason": "ill", "returned": "held",
                    "fee": { "amount": 100, "currency": "USD" } }),
        ),
        ("ErasePerson", json!({ "personId": id(1), "reason": "asked for" })),
        ("AdvanceClock", json!({ "seconds": 60 })),
        ("ListOrders", json!({ "conferenceId": CONFERENCE, "limit": 10, "search": "anna" })),
        ("GetHistory", json!({ "correlationId": order, "limit": 500 })),
        ("GetDashboard", json!({ "conferenceId": CONFERENCE, "asOf": 3 })),
        ("GetDraftOrder", json!({ "orderId": order, "atLeast": 1 })),
    ];
    let any: Vec<_> = COMMANDS.iter().chain(QUERIES).map(|case| case.name).collect();
    match rng.u8(..4) {
        // Every method, with parameters that are mostly those of another one.
        0 => (rng.choice(any).expect("one"), rng.choice(known).expect("one").1),
        _ => rng.choice(known).expect("one"),
    }
}

/// A value that nobody expects.
fn odd(rng: &mut Rng) -> Value {
    let deep = |depth: usize, inner: &str| {
        let text = format!("{}{inner}{}", "[".repeat(depth), "]".repeat(depth));
        serde_json::from_str(&text).unwrap_or_default()
    };
    match rng.u8(..12) {
        0 => Value::Null,
        1 => json!(rng.bool()),
        2 => json!(rng.i64(..)),
        3 => json!(rng.choice([i64::MIN, i64::MAX, -1, 0, 1 << 53, 100_001])),
        4 => json!(u64::MAX),
        5 => json!(rng.choice([1e308, -0.0, 0.1, 1e-320])),
        6 => json!(""),
        7 => json!("x".repeat(rng.usize(..20_000))),
        8 => json!(rng.choice(["\0", "\u{202e}", "é́́́", "🪑", "' OR 1=1 --", "%", "../..", "\n"])),
        9 => deep(rng.usize(1..100), "0"),
        10 => json!({ "$": [{}, [], { "a": null }] }),
        _ => json!(["2026-13-45T99:99:99Z", "-0001-01-01", &id(1), CONFERENCE][rng.usize(..4)]),
    }
}

/// Puts odd values in the place of some, or beside them.
fn disturb(value: &mut Value, rng: &mut Rng) {
    match value {
        Value::Object(fields) if !fields.is_empty() && rng.u8(..5) != 0 => {
            let name = rng.choice(fields.keys()).expect("a field").clone();
            match rng.u8(..6) {
                0 => drop(fields.remove(&name)),
                1 => drop(fields.insert(format!("{name}2"), odd(rng))),
                _ => disturb(&mut fields[&name], rng),
            }
        }
        Value::Array(values) if !values.is_empty() && rng.u8(..5) != 0 => {
            let place = rng.usize(..values.len());
            match rng.u8(..6) {
                0 => drop(values.remove(place)),
                1 => *values = vec![values[place].clone(); rng.usize(1..3_000)],
                _ => disturb(&mut values[place], rng),
            }
        }
        other => *other = odd(rng),
    }
}

/// Damages the bytes of a line; it stays one line.
fn garble(line: &mut Vec<u8>, rng: &mut Rng) {
    for _ in 0..rng.u8(1..5) {
        let at = rng.usize(..line.len().max(1)).min(line.len());
        let end = (at + rng.usize(1..40)).min(line.len());
        match rng.u8(..8) {
            0 if at < line.len() => line[at] ^= 1 << rng.u8(..8),
            1 => drop(line.drain(at..end)),
            2 => line.extend_from_within(at..end),
            3 => line.truncate(at),
            4 => drop(line.splice(at..at, [0xff, 0xc0, 0x80, 0xed, 0xa0])),
            5 => drop(line.splice(at..at, b"1e999".iter().copied())),
            6 => drop(line.splice(at..at, "\u{0}\u{1f}\\u d800\"{}[],:".bytes())),
            _ => drop(line.splice(at..end, (0..rng.usize(1..60)).map(|_| rng.u8(..)))),
        }
    }
    match rng.u8(..40) {
        // Longer than a line may be, and just so long; deeper than anybody can follow.
        0 => line.resize(rng.usize(1_000_000..2_500_000), b'x'),
        1 => line.resize(1024 * 1024 - 1, b' '),
        2 => line.splice(.., b"{\"jsonrpc\":\"2.0\",\"params\":".repeat(30_000)).for_each(drop),
        3 => *line = vec![b'['; rng.usize(1..1_000_000)],
        _ => {}
    }
    line.retain(|byte| *byte != b'\n');
}

/// How many answers a damaged line gets: one, unless it is empty, or a notification by now.
fn answers_to(line: &[u8]) -> (u64, u64) {
    if line.trim_ascii().is_empty() {
        return (0, 0);
    }
    let is_notification = serde_json::from_slice::<Value>(line)
        .is_ok_and(|request| request.is_object() && request.get("id").is_none());
    (u64::from(!is_notification), 1)
}

/// What a process did with its lines.
struct Heard {
    answers: Vec<Value>,
    said: String,
    memory: u64,
    ended_well: bool,
}

/// Sends lines to one process.
fn tell(lines: &[Vec<u8>]) -> Heard {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rpc = Command::new(BINARY);
    rpc.args(["rpc", "--sandbox", "--clock", "manual", "--data"]).arg(folder.path());
    let pipes = rpc.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut rpc = pipes.spawn().expect("it starts");
    let (mut input, output) = (rpc.stdin.take().expect("a pipe"), rpc.stdout.take());
    let mut errors = rpc.stderr.take().expect("a pipe");
    let output = BufReader::new(output.expect("a pipe"));
    let answer = |line: std::io::Result<String>| {
        let line = line.expect("an answer is UTF-8");
        serde_json::from_str(&line).unwrap_or_else(|wrong| panic!("{wrong}: {line}"))
    };
    let answers = thread::spawn(move || output.lines().map(answer).collect());
    let said = thread::spawn(move || {
        let mut said = String::new();
        errors.read_to_string(&mut said).expect("text");
        said
    });
    for line in lines {
        // A program that is gone is found out below.
        let _ = input.write_all(line).and_then(|()| input.write_all(b"\n"));
    }
    let status = fs::read_to_string(format!("/proc/{}/status", rpc.id())).unwrap_or_default();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let memory = most.and_then(|most| most.trim().trim_end_matches(" kB").parse().ok());
    drop(input);
    Heard {
        answers: answers.join().expect("answers"),
        said: said.join().expect("text"),
        memory: memory.expect("how much memory it had"),
        ended_well: rpc.wait().expect("it ends").success(),
    }
}

#[test]
fn every_line_is_answered_whatever_is_in_it() {
    let mut rng = randomness("lines");
    // A round is a process of some hundred lines.
    let rounds = rounds(3);
    let (mut answered, mut worked, mut most) = (0, 0, 0);
    for round in 1..=rounds {
        let (mut lines, mut least, mut at_most) = (Vec::new(), 0, 0);
        for number in 0..LINES {
            let (method, mut params) = request(&mut rng);
            let whole = number < 20 || rng.bool();
            if whole && rng.u8(..4) != 0 {
                disturb(&mut params, &mut rng);
            }
            let id = if whole { json!(number) } else { json!("garbled") };
            let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
            let mut line = request.to_string().into_bytes();
            if !whole {
                garble(&mut line, &mut rng);
                let (low, high) = answers_to(&line);
                least += low;
                at_most += high;
            }
            lines.push(line);
        }
        let heard = tell(&lines);
        assert!(!heard.said.contains("panicked"), "round {round}: {}", heard.said);
        assert!(heard.ended_well, "round {round}: it did not end well: {}", heard.said);
        let mut whole = BTreeSet::new();
        for answer in &heard.answers {
            assert_ne!(answer["error"]["code"], BROKEN, "round {round}: {answer}: {}", heard.said);
            worked += u64::from(answer["error"].is_null());
            if let Some(number) = answer["id"].as_u64() {
                assert!(whole.insert(number), "round {round}: answered twice: {answer}");
            }
        }
        let sent: BTreeSet<u64> = (0..)
            .zip(&lines)
            .filter(|(number, line)| {
                serde_json::from_slice(line).is_ok_and(|it: Value| it["id"] == *number)
            })
            .map(|(number, _)| number)
            .collect();
        assert_eq!(whole, sent, "round {round}: not every request was answered");
        let others = (heard.answers.len() - whole.len()) as u64;
        assert!((least..=at_most).contains(&others), "round {round}: {others} of {least}");
        assert!(heard.memory < MOST_MEMORY, "round {round}: {} KiB of memory", heard.memory);
        answered += heard.answers.len();
        most = most.max(heard.memory);
    }
    say(&format!(
        "lines: {} of {rounds} processes, {answered} answers, {worked} of them no error; no panic, \
         at most {} MiB of memory",
        rounds * LINES,
        most / 1024
    ));
    assert!(0 < worked, "no line at all was understood: the rig tests the parser alone");
}
