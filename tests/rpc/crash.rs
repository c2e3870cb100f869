//! Scenario 40: the program is killed at many points, started again, and told again what it had
//! not answered. The end is that of an undisturbed run.

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::{
    harness::{BINARY, Rpc, SANDBOX, run},
    kills::{at_calls, calls_of, killed_at},
    session::{ADVANCE, advance_to, clock_after, end_state, lines, session, undisturbed},
};

/// Every n-th line is tried; all of them when `EVERY_WRITE` is set.
const LINES: usize = 5;

/// Starts again, tells the whole session again, and compares. What had been answered before the
/// kill must be answered the same now.
#[track_caller]
fn recovers(folder: &Path, answered: &[Value], killed_at: &str) {
    let first: BTreeMap<u64, &Value> = answered
        .iter()
        .map(|answer| (answer["id"].as_u64().expect("an id"), &answer["result"]))
        .collect();
    let mut rpc = Rpc::sandbox(folder);
    for (number, (method, params)) in (0..).zip(session()) {
        let first = first.get(&number);
        if method == ADVANCE {
            let steps = usize::try_from(number).expect("a number") + 1;
            let missing = advance_to(&mut rpc, clock_after(steps));
            let missing = missing.unwrap_or_else(|answer| panic!("killed {killed_at}: {answer}"));
            assert!(first.is_none() || missing == 0, "killed {killed_at}: the clock went back");
            continue;
        }
        let answer = rpc.request(method, &params);
        assert!(answer["error"].is_null(), "killed {killed_at}: {method}: {answer}");
        if let Some(first) = first {
            assert_eq!(answer["result"], **first, "killed {killed_at}: {method} was lost");
        }
    }
    for (is, should_be) in end_state(&mut rpc).iter().zip(undisturbed()) {
        assert_eq!(*is, should_be, "killed {killed_at}: the end is another one");
    }
    assert!(rpc.end().1.success());
    let verified =
        Command::new(BINARY).args(["verify", "--data"]).arg(folder).output().expect("it runs");
    let said = String::from_utf8_lossy(&verified.stdout);
    assert!(verified.status.success(), "killed {killed_at}: {said}");
}

#[test]
fn s40_killed_after_any_line_nothing_answered_is_lost_and_nothing_is_done_twice() {
    let lines = lines();
    let stride = if std::env::var_os("EVERY_WRITE").is_some() { 1 } else { LINES };
    for sent in (1..=lines.len()).step_by(stride) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut rpc = Rpc::sandbox(folder.path());
        rpc.send(lines[..sent].concat().as_bytes());
        // With an odd number the last line is on its way; with an even one it is answered.
        let mut answered = Vec::new();
        if sent % 2 == 0 {
            answered.extend((0..sent).filter_map(|_| rpc.hear()));
        }
        answered.extend(rpc.kill());
        recovers(folder.path(), &answered, &format!("after line {sent}"));
    }
}

/// A program's `rpc` on a folder.
pub fn rpc_on(folder: &Path, mut program: Command, arguments: &[&str]) -> Command {
    program.args(["rpc", "--data"]).arg(folder).args(arguments);
    program
}

/// Tells the session, one line after the other, so that every command has a commit of its own.
/// Answers what was answered, and whether the program came to its end.
fn told(mut rpc: Rpc) -> (Vec<Value>, bool) {
    let mut answered = Vec::new();
    for line in lines() {
        let Some(answer) = rpc.send(line.as_bytes()).then(|| rpc.hear()).flatten() else {
            break;
        };
        answered.push(answer);
    }
    (answered, rpc.end().1.success())
}

#[test]
fn s40_killed_at_any_call_the_end_is_that_of_an_undisturbed_run() {
    // The folder is made beforehand, so that what counts is the session's, from the start to the
    // end of closing.
    let made = || {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(run(folder.path(), SANDBOX).status.success());
        folder
    };
    let folder = made();
    let calls = calls_of(|program| {
        assert!(told(Rpc::start(rpc_on(folder.path(), program, SANDBOX))).1);
    });
    at_calls("a session", &calls, |number| {
        let folder = made();
        let rpc = Rpc::start(rpc_on(folder.path(), killed_at(number), SANDBOX));
        let (answered, ended_well) = told(rpc);
        recovers(folder.path(), &answered, &format!("at call {number}"));
        ended_well
    });
}

#[test]
fn s40_killed_while_the_folder_is_made_it_is_made_at_the_next_start() {
    let made = |folder: &Path, program: Command| {
        let mut rpc = rpc_on(folder, program, &[]);
        rpc.stdin(Stdio::null()).stderr(Stdio::null()).output().expect("it runs").status.success()
    };
    let folder = tempfile::tempdir().expect("a folder");
    let calls = calls_of(|program| assert!(made(&folder.path().join("data"), program)));
    at_calls("a first start", &calls, |number| {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let ended_well = made(&data, killed_at(number));
        let mut rpc = Rpc::start(rpc_on(&data, Command::new(BINARY), &[]));
        let answer = rpc.request("ListConferences", &json!({}));
        assert!(answer["error"].is_null(), "killed at call {number}: {answer}");
        assert!(rpc.end().1.success(), "killed at call {number}");
        ended_well
    });
}
