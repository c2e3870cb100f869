//! A write or a flush fails with an error of the disk, once or from then on. R9.
//!
//! The error is injected into the system call, so nothing really reaches the disk; whatever the
//! program is told about it, it must not acknowledge what is not there.

use std::{fs, process::Command};

use crate::harness::{BINARY, Place, Running, deaf, randomness, require, rounds, say, until};

/// What fails, in strace's words: which calls, and from when on.
struct Fault {
    calls: &'static str,
    from: u64,
    lasts: bool,
}

impl Fault {
    /// A program with this fault.
    fn inject(&self, program: &Command) -> Command {
        let Self { calls, from, lasts } = self;
        let lasts = if *lasts { "+" } else { "" };
        let mut strace = Command::new("strace");
        strace.args(["-f", "-q", "-o", "/dev/null", "-e", &format!("trace={calls}")]);
        strace.args(["-e", &format!("inject={calls}:error=EIO:when={from}{lasts}")]);
        for (name, value) in program.get_envs() {
            let value = value.unwrap_or_default().display();
            strace.args(["-E", &format!("{}={value}", name.display())]);
        }
        strace.arg(program.get_program());
        strace
    }
}

/// How many commands were acknowledged after the first one that failed.
fn acknowledged_after_a_failure(ledger: &str) -> usize {
    let lines = ledger.lines().skip_while(|line| !line.starts_with("{\"line\":\"failed\""));
    lines.filter(|line| line.starts_with("{\"line\":\"acked\"")).count()
}

#[test]
fn after_a_failed_write_or_flush_nothing_is_acknowledged_falsely() {
    require("strace", "strace");
    let mut rng = randomness("write error");
    let rounds = rounds(8);
    let (mut felt, mut failed, mut acknowledged, mut stored) = (0, 0, 0, 0);
    for round in 1..=rounds {
        let fault = Fault {
            calls: rng
                .choice(["pwrite64,fsync,fdatasync,ftruncate", "fsync,fdatasync", "pwrite64"])
                .unwrap(),
            from: rng.u64(1..=120),
            lasts: rng.bool(),
        };
        let what = format!("round {round}: {} fails at {}", fault.calls, fault.from);
        let what = if fault.lasts { format!("{what} and from then on") } else { what };
        let place = Place::new();
        place.orders(rng.u64(1..1 << 53), 3);
        let mut load =
            place.under(fault.inject(&Command::new(BINARY)), rng.u64(1..1 << 53), 600, 2);
        load.args(["--clock", "manual", "--orders", "20"]);
        let mut load = Running::start(&mut load);
        if rng.bool() {
            // What a failed flush has left in the files is then as the failure left it.
            until("a command fails", || 0 < place.lines("failed") || load.has_ended());
            load.end();
        }
        let (summary, said) = load.finish();
        assert!(!said.contains("panicked"), "{what}: {said}");

        let failures = place.lines("failed");
        let ledger = fs::read_to_string(&place.ledger).expect("a ledger");
        let goes_on = 0 < acknowledged_after_a_failure(&ledger);
        let says_why = said.contains("lanyard:");
        assert!(failures == 0 || goes_on || says_why, "{what}: it stopped without a word");
        felt += u64::from(0 < failures || summary.is_null());
        failed += failures;
        let report = place.is_complete(&what);
        acknowledged += report["acknowledged"].as_u64().expect("a number");
        stored += report["unknownButStored"].as_u64().expect("a number");
    }
    assert!(0 < felt, "no error was felt: nothing was injected");
    say(&format!(
        "write error: {rounds} faults, {felt} of them felt; {acknowledged} commands acknowledged: \
         0 lost; {failed} failed, {stored} of them stored as a whole all the same"
    ));
}

/// The log beside the database takes everything, and cannot be emptied into it: SQLite says nothing of
/// that.
#[test]
fn where_the_database_file_alone_takes_no_writes_that_is_told_and_nothing_is_lost() {
    require("strace", "strace");
    let mut rng = randomness("write error, the database alone");
    let place = Place::new();
    place.orders(rng.u64(1..1 << 53), 3);
    let mut strace = Command::new("strace");
    strace.args(["-f", "-q", "-o", "/dev/null", "-e", "trace=pwrite64", "-P"]);
    // The start empties a log of some pages; far more come when commits empty it.
    strace.arg(place.data.join("lanyard.db")).args(["-e", "inject=pwrite64:error=EIO:when=200+"]);
    strace.arg(BINARY);
    let mut load = place.under(strace, rng.u64(1..1 << 53), 600, 16);
    let mut load = Running::start(load.args(["--clock", "manual"]));
    until("a command fails", || 0 < place.lines("failed") || load.has_ended());
    load.end();
    let (_, said) = load.finish();
    assert!(said.contains("the WAL grows, for it could not be emptied"), "{said}");
    let report = place.is_complete("a database that takes no writes");
    say(&format!(
        "write error, the database alone: {} acknowledged, 0 lost",
        report["acknowledged"]
    ));
}

/// The control: the same with a program that is not told.
#[test]
fn control_what_is_acknowledged_falsely_after_a_failed_write_is_found() {
    require("strace", "strace");
    let mut rng = randomness("write error, control");
    let place = Place::new();
    place.orders(rng.u64(1..1 << 53), 3);
    // Far enough for the start, which writes a few dozen times.
    let fault = Fault { calls: "pwrite64", from: 100, lasts: true };
    let begun = place.acknowledged();
    let mut load = place.under(fault.inject(&deaf()), rng.u64(1..1 << 53), 600, 2);
    let mut load = Running::start(load.args(["--clock", "manual"]));
    until("it sells", || begun + 50 < place.acknowledged() || load.has_ended());
    load.kill();
    let falsely = place.acknowledged() - begun;
    let checked = place.check_without_witness();
    say(&format!(
        "write error, control: {falsely} acknowledged after the start, {} lost, exit code {:?}",
        checked.lost(),
        checked.code
    ));
    assert!(0 < falsely && checked.finds_a_loss(), "{checked:?}");
}
