//! The computer's clock jumps while seats are sold, and between starts. R16.
//!
//! How much time has really passed is told by the counter of this process, which nobody sets.

use std::{
    collections::BTreeSet,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use crate::harness::{BINARY, Place, Running, randomness, require, rounds, said, say, until};

/// What the clock shows: so far from the truth, or this.
const JUMPS: [&str; 6] =
    ["+2h", "-2h", "+1d", "-1d", "@1970-01-02 00:00:00", "@2099-12-30 00:00:00"];

/// How long seats are held at least.
const HELD: Duration = Duration::from_secs(15 * 60);
/// After so many seconds nothing that is not settled is held any more.
const NO_LONGER_HELD: u32 = 30 * 60;

/// The library that shows another time to a program.
fn library() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").expect("a folder").map_while(Result::ok);
    let library = |folder: &Path| folder.join("faketime/libfaketimeMT.so.1");
    let found = folders.map(|folder| library(&folder.path())).find(|path| path.exists());
    found.expect("this rig needs libfaketimeMT.so.1, of the package faketime")
}

/// Where the log ended, and how much time had really passed.
struct Mark {
    position: i64,
    passed: Duration,
}

impl Mark {
    fn now(place: &Place, began: Instant) -> Self {
        let sql = "SELECT max(position) FROM events";
        let position = log(place).query_row(sql, [], |row| row.get(0)).expect("events");
        Self { position, passed: began.elapsed() }
    }
}

fn log(place: &Place) -> Connection {
    let database = place.data.join(event_store::DATABASE_FILE);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    Connection::open_with_flags(database, flags).expect("a database")
}

/// The times in the log go with its order, and follow no jump. Answers how many events there are.
#[track_caller]
fn is_in_order(place: &Place) -> usize {
    let log = log(place);
    let mut events =
        log.prepare("SELECT hlc, recorded_at FROM events ORDER BY position").expect("events");
    let events: Vec<(i64, i64)> = events
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("events")
        .map(|event| event.expect("an event"))
        .collect();
    let reordered = events.windows(2).filter(|pair| pair[1].0 <= pair[0].0).count();
    let backwards: Vec<_> = events.windows(2).filter(|pair| pair[1].1 < pair[0].1).collect();
    assert_eq!(reordered, 0, "events whose logical time is not after that of the one before");
    assert!(backwards.is_empty(), "recorded before the event before: {backwards:?}");
    let (first, last) =
        (events.iter().map(|event| event.1).min(), events.iter().map(|event| event.1).max());
    let years = |moment: Option<i64>| moment.expect("an event") / 1_000_000 / 31_557_600;
    assert_eq!(years(first), years(last), "the log followed a jump");
    events.len()
}

/// The orders that an event of this name tells of, with its position.
fn orders(place: &Place, event: &str) -> Vec<(i64, String)> {
    let mut log = Command::new(BINARY);
    log.args(["log", "--type", event, "--data"]).arg(&place.data);
    let output = log.output().expect("it starts").stdout;
    let line = |line: &str| {
        let event: Value = serde_json::from_str(line).expect("JSON");
        let order = event["data"]["orderId"].as_str().expect("an order").to_owned();
        (event["position"].as_i64().expect("a position"), order)
    };
    String::from_utf8(output).expect("text").lines().map(line).collect()
}

/// The orders that expired though less time had really passed than they are held.
fn expired_too_early(place: &Place, marks: &[Mark]) -> Vec<String> {
    let placed = orders(place, "OrderPlaced");
    // As late as it may have been, and as early.
    let before_the_mark_after = |position| {
        let after = marks.iter().find(|mark| position <= mark.position);
        after.expect("a mark at the end").passed
    };
    let after_the_mark_before = |position| {
        let before = marks.iter().rfind(|mark| mark.position < position);
        before.map_or(Duration::ZERO, |mark| mark.passed)
    };
    let is_too_early = |(position, order): &(i64, String)| {
        let (at, _) = placed.iter().find(|placed| placed.1 == *order).expect("it was placed");
        before_the_mark_after(*position) < after_the_mark_before(*at) + HELD
    };
    let expired = orders(place, "OrderExpired").into_iter();
    expired.filter(is_too_early).map(|(_, order)| order).collect()
}

/// The orders that are neither paid nor expired.
fn held(place: &Place) -> BTreeSet<String> {
    let named = |event| orders(place, event).into_iter().map(|(_, order)| order);
    let settled: BTreeSet<String> =
        named("OrderPaymentConfirmed").chain(named("OrderExpired")).collect();
    named("OrderPlaced").filter(|order| !settled.contains(order)).collect()
}

/// Lets the application's own time go on by so much.
#[track_caller]
fn time_passes(place: &Place, seconds: u32) {
    let mut rpc = Command::new(BINARY);
    rpc.args(["rpc", "--sandbox", "--clock", "manual", "--data"]).arg(&place.data);
    let mut rpc = rpc.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let advance = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"AdvanceClock","params":{{"seconds":{seconds}}}}}"#
    );
    writeln!(rpc.stdin.take().expect("a pipe"), "{advance}").expect("it listens");
    let answer = rpc.wait_with_output().expect("it ends").stdout;
    let answer: Value = serde_json::from_slice(&answer).expect("an answer");
    assert!(answer["error"].is_null(), "{answer}");
}

#[track_caller]
fn sell_while_the_clock_is_right(place: &Place, seed: u64) {
    let mut load = place.under(Command::new(BINARY), seed, 600, 4);
    let output = load.args(["--orders", "4"]).output().expect("it starts");
    assert!(output.status.success(), "the load failed: {}", said(&output));
}

#[test]
fn when_the_clock_jumps_the_log_keeps_its_order_and_no_hold_ends_before_its_time() {
    require("faketime", "faketime");
    let mut rng = randomness("clock");
    let (rounds, mut jumps) = (rounds(2), 0);
    let place = Place::new();
    let shown = place.beside("shown");
    // Where nothing is stored yet, a start has nothing but the clock to go by; and what the check
    // of the ledger asks again is stored at the true time.
    let began = Instant::now();
    sell_while_the_clock_is_right(&place, rng.u64(1..1 << 53));
    let mut marks = Vec::new();
    for round in 1..=rounds {
        fs::write(&shown, rng.choice(JUMPS).expect("a jump")).expect("written");
        let mut load = place.under(Command::new(BINARY), rng.u64(1..1 << 53), 600, 4);
        load.env("LD_PRELOAD", library()).env("FAKETIME_TIMESTAMP_FILE", &shown);
        load.env("FAKETIME_NO_CACHE", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        let mut load = Running::start(&mut load);
        let mut order = JUMPS;
        rng.shuffle(&mut order);
        for jump in order {
            fs::write(&shown, jump).expect("written");
            jumps += 1;
            let enough = place.acknowledged() + 20;
            let sells = || enough < place.acknowledged() || load.has_ended();
            until(&format!("it sells after {jump}"), sells);
        }
        assert!(!load.has_ended(), "round {round}: the load ended");
        load.kill();
        place.is_complete(&format!("round {round}"));
        marks.push(Mark::now(&place, began));
    }
    let events = is_in_order(&place);
    let too_early = expired_too_early(&place, &marks);
    assert!(too_early.is_empty(), "held for less than {HELD:?}: {too_early:?}");
    let held_to_the_end = held(&place);
    assert!(!held_to_the_end.is_empty(), "nobody went away: there was no hold that could end");
    time_passes(&place, NO_LONGER_HELD);
    let still_held = held(&place);
    assert!(still_held.is_empty(), "held for ever: {still_held:?}");
    say(&format!(
        "clock: {jumps} jumps, {} events in order; no time went back; none of {} orders expired \
         before its time, and the {} that were held expired when it had come",
        events,
        orders(&place, "OrderPlaced").len(),
        held_to_the_end.len()
    ));
    // The control: a program that follows its clock is really shown those times.
    fs::write(&shown, "@2099-12-30 00:00:00").expect("written");
    let mut date = Command::new("date");
    date.arg("+%Y").env("LD_PRELOAD", library()).env("FAKETIME_TIMESTAMP_FILE", &shown);
    let told = date.output().expect("date").stdout;
    assert_eq!(String::from_utf8_lossy(&told).trim(), "2099", "the clock did not jump");
}

/// The control: an application whose time runs ahead, as if it had followed a clock that jumps.
#[test]
fn control_a_hold_that_ends_before_its_time_is_found() {
    let place = Place::new();
    let began = Instant::now();
    // Between two orders of a caller this load lets half a minute pass that does not pass.
    place.orders(randomness("clock, control").u64(1..1 << 53), 400);
    place.is_complete("an undisturbed load");
    let mark = Mark::now(&place, began);
    assert!(mark.passed < HELD, "this is too slow to show anything");
    let found = expired_too_early(&place, &[mark]).len();
    say(&format!("clock, control: {found} holds ended before their time, and were found"));
    assert!(0 < found, "no hold that ended too early was found");
}
