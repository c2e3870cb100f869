//! The computer's clock jumps while seats are sold, and between starts. R16.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use kernel::Timestamp;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use crate::harness::{BINARY, Place, Running, randomness, require, rounds, said, say, until};

/// What the clock shows: so far from the truth, or this.
const JUMPS: [&str; 6] =
    ["+2h", "-2h", "+1d", "-1d", "@1970-01-02 00:00:00", "@2099-12-30 00:00:00"];

/// How long seats are held, in microseconds.
const HELD: i64 = 15 * 60 * 1_000_000;

/// The library that shows another time to a program.
fn library() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").expect("a folder").map_while(Result::ok);
    let library = |folder: &Path| folder.join("faketime/libfaketimeMT.so.1");
    let found = folders.map(|folder| library(&folder.path())).find(|path| path.exists());
    found.expect("this rig needs libfaketimeMT.so.1, of the package faketime")
}

fn order_placed(place: &Place) -> Vec<Value> {
    let mut log = Command::new(BINARY);
    log.args(["log", "--type", "OrderPlaced", "--data"]).arg(&place.data);
    let output = log.output().expect("it starts").stdout;
    let text = String::from_utf8(output).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[track_caller]
fn sell_while_the_clock_is_right(place: &Place, seed: u64) {
    let mut load = place.under(Command::new(BINARY), seed, 600, 4);
    let output = load.args(["--orders", "4"]).output().expect("it starts");
    assert!(output.status.success(), "the load failed: {}", said(&output));
}

fn moment(value: &Value) -> i64 {
    let moment: Timestamp = value.as_str().and_then(|text| text.parse().ok()).expect("a moment");
    moment.micros()
}

#[test]
fn when_the_clock_jumps_the_log_keeps_its_order_and_every_hold_gets_its_whole_time() {
    require("faketime", "faketime");
    let mut rng = randomness("clock");
    let (rounds, mut jumps) = (rounds(2), 0);
    let place = Place::new();
    let shown = place.beside("shown");
    // Where nothing is stored yet, a start has nothing but the clock to go by; and what the check
    // of the ledger asks again is stored at the true time.
    sell_while_the_clock_is_right(&place, rng.u64(1..1 << 53));
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
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let database = place.data.join(event_store::DATABASE_FILE);
    let log = Connection::open_with_flags(database, flags).expect("a database");
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
    let orders = order_placed(&place);
    for order in &orders {
        let held = moment(&order["data"]["reservationAutoExpiration"]);
        assert_eq!(held - moment(&order["recordedAt"]), HELD, "{order}");
    }
    assert!(backwards.is_empty(), "recorded before the event before: {backwards:?}");
    let (first, last) =
        (events.iter().map(|event| event.1).min(), events.iter().map(|event| event.1).max());
    let years = |moment: Option<i64>| moment.expect("an event") / 1_000_000 / 31_557_600;
    assert_eq!(years(first), years(last), "the log followed a jump");
    say(&format!(
        "clock: {jumps} jumps, {} events in order, {} holds of 15 minutes each; no time went back",
        events.len(),
        orders.len()
    ));
    // The control: a program that follows its clock is really shown those times.
    fs::write(&shown, "@2099-12-30 00:00:00").expect("written");
    let mut date = Command::new("date");
    date.arg("+%Y").env("LD_PRELOAD", library()).env("FAKETIME_TIMESTAMP_FILE", &shown);
    let told = date.output().expect("date").stdout;
    assert_eq!(String::from_utf8_lossy(&told).trim(), "2099", "the clock did not jump");
}
