//! The disk fails under the running program: nobody is told yes for what is not stored, and the
//! program goes on by itself when the disk works again.
//!
//! `strace` lets the kernel refuse a stretch of the writer's own system calls, so each point of a
//! session can be tried, again and again in the same way.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    harness::{BINARY, Rpc, SANDBOX, line, require_strace, run},
    kills::seed,
    session::{ADVANCE, advance_to, clock_after, end_state, session, undisturbed},
};

/// Far longer than the second after which a failed disk is tried again.
const LONGEST_OUTAGE: Duration = Duration::from_secs(20);

/// Every so many writes one is tried, and ten times as many when `EVERY_WRITE` is set: each costs a
/// session and the second until the disk is tried again.
const WRITES: usize = 300;
/// Every so many flushes one is tried: there are far fewer of them than writes.
const FLUSHES: usize = 7;

/// The program, whose calls fail from one to another, counted in each thread.
fn with_failing(folder: &Path, calls: &str, error: &str, first: usize, last: usize) -> Command {
    let mut command = Command::new("strace");
    command
        .args(["-f", "-q", "--seccomp-bpf", "-o", "/dev/null", "-e", &format!("trace={calls}")])
        .args(["-e", &format!("inject={calls}:error={error}:when={first}..{last}")])
        .args([BINARY, "rpc", "--data"])
        .arg(folder)
        .args(SANDBOX);
    command
}

/// Sends a command until it is accepted. Answers the codes of its refusals.
fn insist(method: &str, mut send: impl FnMut() -> Result<(), Value>) -> Vec<String> {
    let began = Instant::now();
    let mut refusals: Vec<String> = Vec::new();
    loop {
        let Err(answer) = send() else { return refusals };
        let code = answer["error"]["data"]["code"].as_str().unwrap_or_default();
        assert!(code.contains("Storage"), "{method}: {answer}");
        if refusals.last().is_none_or(|last| last != code) {
            refusals.push(code.to_owned());
        }
        assert!(began.elapsed() < LONGEST_OUTAGE, "{method} is still refused: {answer}");
    }
}

/// Lives through the session on a disk that fails for a while. Answers the codes of the refusals:
/// none if the session was over before the disk failed; nothing if it failed before the start was.
#[track_caller]
fn lives_through(
    calls: &str,
    error: &str,
    first: usize,
    expected: &[Value],
) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(run(folder.path(), SANDBOX).status.success());
    let mut rpc = Rpc::start(with_failing(folder.path(), calls, error, first, first + 2));
    rpc.send(line(0, "GetApplication", &json!({})).as_bytes());
    if rpc.hear().is_none() {
        assert!(!rpc.end().1.success(), "a start that failed says so");
        assert!(run(folder.path(), SANDBOX).status.success(), "and does no harm");
        return None;
    }
    let mut refusals = Vec::new();
    for (steps, (method, params)) in (1..).zip(session()) {
        refusals.extend(insist(method, || {
            if method == ADVANCE {
                return advance_to(&mut rpc, clock_after(steps)).map(drop);
            }
            let answer = rpc.request(method, &params);
            if answer["error"].is_null() { Ok(()) } else { Err(answer) }
        }));
    }
    // The outage may come only now, when nothing is left but to close.
    rpc.end();
    let mut rpc = Rpc::sandbox(folder.path());
    for (is, should_be) in end_state(&mut rpc).iter().zip(expected) {
        assert_eq!(is, should_be, "{calls} {error} from {first}: the end is another one");
    }
    assert!(rpc.end().1.success());
    let verified = Command::new(BINARY).args(["verify", "--data"]).arg(folder.path()).output();
    let verified = verified.expect("it runs");
    let said = String::from_utf8_lossy(&verified.stdout);
    assert!(verified.status.success(), "{calls} {error} from {first}: {said}");
    Some(refusals)
}

#[track_caller]
fn lives_through_all(calls: &str, error: &str, code: &str, stride: usize) {
    require_strace();
    let every = std::env::var_os("EVERY_WRITE").is_some();
    let stride = if every { stride.div_ceil(10) } else { stride };
    let expected = undisturbed();
    let mut rng = fastrand::Rng::with_seed(seed(&format!("{calls} {error}")));
    let mut first = 1 + rng.usize(..stride);
    let mut outages = 0;
    loop {
        // Nothing: this one was over before the program was at work.
        if let Some(refusals) = lives_through(calls, error, first, &expected) {
            if refusals.is_empty() {
                break;
            }
            assert!(refusals.iter().all(|refusal| refusal == code), "{refusals:?}");
            outages += 1;
        }
        first += stride;
    }
    assert!(1 < outages, "the disk did not fail");
}

#[test]
fn a_full_disk_refuses_and_takes_everything_when_there_is_room_again() {
    lives_through_all("pwrite64", "ENOSPC", "BusyStorageFull", WRITES);
}

#[test]
fn a_failed_flush_is_never_acknowledged_and_the_commands_are_done_once() {
    lives_through_all("fsync,fdatasync", "EIO", "BusyStorageFailed", FLUSHES);
}

#[test]
fn a_failed_write_is_never_acknowledged_and_the_commands_are_done_once() {
    lives_through_all("pwrite64", "EIO", "BusyStorageFailed", WRITES);
}

/// The witness's change of length confirms a flush; see the decision "The witness confirms a flush".
#[test]
fn a_flush_that_cannot_be_confirmed_is_never_acknowledged_and_the_commands_are_done_once() {
    lives_through_all("ftruncate", "EIO", "BusyStorageFailed", FLUSHES);
}

/// Moves the clock of a new sandbox until one call fails. Answers the refusal, and whether the clock
/// is then where it was before.
fn refused_to_move(calls: &str, error: &str) -> (Value, bool) {
    require_strace();
    let refused = (1..200).step_by(8).find_map(|call| {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(run(folder.path(), SANDBOX).status.success());
        let mut rpc = Rpc::start(with_failing(folder.path(), calls, error, call, call));
        rpc.send(line(0, "GetApplication", &json!({})).as_bytes());
        // Calls are counted in each thread: with the first ones the start fails.
        let mut before = rpc.hear()?["result"]["now"].take();
        for _ in 0..40 {
            let mut answer = rpc.request(ADVANCE, &json!({ "seconds": 60 }));
            if answer["error"].is_object() {
                let is_unmoved = rpc.call("GetApplication", &json!({}))["now"] == before;
                return Some((answer, is_unmoved));
            }
            before = answer["result"]["now"].take();
        }
        None
    });
    refused.expect("one of the calls is the clock's")
}

#[test]
fn where_the_commit_of_a_moved_clock_cannot_be_confirmed_its_outcome_is_said_to_be_unknown() {
    let (refused, _) = refused_to_move("ftruncate", "EIO");
    let error = &refused["error"];
    assert_eq!(error["data"]["details"]["outcome"], "unknown", "{error}");
    assert!(error["message"].as_str().expect("a text").contains("ask for the time"), "{error}");
}

#[test]
fn a_clock_that_could_not_be_moved_for_a_full_disk_stands_where_it_stood() {
    let (refused, is_unmoved) = refused_to_move("pwrite64", "ENOSPC");
    assert_eq!(refused["error"]["data"]["code"], "BusyStorageFull", "{refused}");
    assert!(is_unmoved, "{refused}");
}

/// As where it goes into a file on the disk that is full.
#[test]
fn where_standard_error_takes_nothing_the_program_goes_on_all_the_same() {
    require_strace();
    let folder = tempfile::tempdir().expect("a folder");
    assert!(run(folder.path(), SANDBOX).status.success());
    let failing = with_failing(folder.path(), "fsync,fdatasync", "EIO", 6, 8);
    let mut command = Command::new("sh");
    command.args(["-c", "exec \"$@\" 2>/dev/full", "sh", "strace"]).args(failing.get_args());
    let mut rpc = Rpc::start(command);
    let mut refusals = Vec::new();
    for (method, params) in session().into_iter().filter(|(method, _)| *method != ADVANCE).take(6) {
        refusals.extend(insist(method, || {
            let answer = rpc.request(method, &params);
            if answer["error"].is_null() { Ok(()) } else { Err(answer) }
        }));
    }
    assert!(refusals.iter().any(|code| code == "BusyStorageFailed"), "no flush failed");
    assert!(rpc.end().1.success());
}
