//! `verify`, `rebuild` and `log` on a folder: what they say, what they leave alone, and a rebuild
//! that is killed.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

use rusqlite::Connection;
use serde_json::{Value, json};
use testkit::{
    ANNA, CONFERENCE, GA, assignment, conference_form, details, id, registration, seat_type_form,
};

use crate::{
    harness::{BINARY, Rpc, SANDBOX, closed_folder, command, files, without_privileges},
    kills::{at_calls, calls_of, killed_at},
};

fn lanyard(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(BINARY)
        .args(arguments)
        .arg("--data")
        .arg(folder)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

fn said(output: &Output) -> String {
    let (out, error) = (&output.stdout, &output.stderr);
    format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(error))
}

/// A sandbox that has sold, with its clock standing before the timeout of what is held.
fn sold() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rpc = Rpc::sandbox(folder.path());
    rpc.call("CreateConference", &conference_form(CONFERENCE, "cqrs-days"));
    rpc.call("CreateSeatType", &seat_type_form(GA, 100));
    rpc.call("PublishConference", &json!({ "conferenceId": CONFERENCE }));
    for number in 1..=12 {
        let (order, payment) = (id(number), id(100 + number));
        rpc.call("RegisterToConference", &registration(&order, &[(GA, 1)]));
        rpc.call("AssignRegistrantDetails", &details(&order, &ANNA));
        let pay = json!({ "paymentId": payment, "orderId": order });
        rpc.call("InitiateThirdPartyProcessorPayment", &pay);
        rpc.call("CompleteThirdPartyProcessorPayment", &json!({ "paymentId": payment }));
        rpc.call("AssignSeat", &assignment(&order, 0, &ANNA));
    }
    rpc.call("RegisterToConference", &registration(ANNA.order, &[(GA, 2)]));
    assert!(rpc.end().1.success());
    folder
}

fn write(folder: &Path, sql: &str) {
    let database = Connection::open(folder.join(event_store::DATABASE_FILE)).expect("a database");
    database.execute_batch(sql).expect("it can be written");
}

#[track_caller]
fn is_sound(folder: &Path, when: &str) {
    let verified = lanyard(folder, &["verify"]);
    assert!(verified.status.success(), "{when}: {}", said(&verified));
}

/// With a clock that runs, the timeout of the held seats is long due: opening the folder to sell
/// would fire it.
#[test]
fn looking_at_a_folder_changes_nothing_in_it() {
    let folder = sold();
    let before = files(folder.path());
    let verified = lanyard(folder.path(), &["verify", "--json"]);
    assert!(verified.status.success(), "{}", said(&verified));
    let report: Value = serde_json::from_slice(&verified.stdout).expect("JSON");
    assert_eq!(report["sound"], true);
    let logged = lanyard(folder.path(), &["log"]);
    let lines = String::from_utf8_lossy(&logged.stdout).lines().count();
    assert_eq!(i64::try_from(lines).unwrap(), report["lastPosition"].as_i64().unwrap());
    assert_eq!(files(folder.path()), before);
}

#[test]
fn the_log_is_filtered_by_time_from_both_sides() {
    let folder = sold();
    let positions = |filter: &[&str]| -> Vec<i64> {
        let mut arguments = vec!["log", "--json"];
        arguments.extend(filter);
        let logged = lanyard(folder.path(), &arguments);
        assert!(logged.status.success(), "{}", said(&logged));
        let lines = String::from_utf8_lossy(&logged.stdout).into_owned();
        let position = |line: &str| -> Value { serde_json::from_str(line).expect("JSON") };
        lines.lines().filter_map(|line| position(line)["position"].as_i64()).collect()
    };
    let all = positions(&[]);
    assert_eq!(positions(&["--since", "2001-01-01T00:00:00Z"]), all);
    assert_eq!(positions(&["--since", "9999-01-01T00:00:00Z"]), [0; 0]);
    assert_eq!(positions(&["--as-of", "2001-01-01T00:00:00Z"]), [0; 0]);
    let third = lanyard(folder.path(), &["log", "--after", "2", "--as-of", "3"]);
    let third: Value = serde_json::from_slice(&third.stdout).expect("one event");
    let moment = third["recordedAt"].as_str().expect("a moment").to_owned();
    let since = positions(&["--since", &moment]);
    assert!(since.contains(&3) && since.ends_with(&all[3..]), "{since:?} of {all:?}");
    let day = &moment[..10];
    assert_eq!(positions(&["--since", day]), positions(&["--since", &format!("{day}T00:00:00Z")]));
    assert_eq!(positions(&["--since", day]), all, "the day begins before what was recorded on it");
    assert_eq!(positions(&["--as-of", day]), [0; 0]);
    assert_eq!(positions(&["--since", "9999-01-01"]), [0; 0]);
}

#[test]
fn what_the_log_has_nothing_of_is_told() {
    let folder = sold();
    let known = "lanyard: this log has no event of type PaymentRejected\n";
    let typed = |slip: &str| {
        format!(
            "lanyard: this log has no event of type {slip}, and this release knows none; most like \
             it are OrderPlaced, "
        )
    };
    let stream = "lanyard: this log has no stream order-1; each event that `lanyard log` prints";
    for (filter, beginning, is_nothing) in [
        (&["--type", "OrderPlaced"][..], "", false),
        (&["--type", "OrderPlaced", "--after", "1000"], "", true),
        (&["--type", "PaymentRejected"], known, true),
        (&["--type", "orderplaced"], &typed("orderplaced"), true),
        (&["--type", "OrderPlcaed"], &typed("OrderPlcaed"), true),
        (&["--type", "OrderPlaced", "--type", "OrderPlacd"], &typed("OrderPlacd"), false),
        (&["--stream", "order-1"], stream, true),
    ] {
        let logged = lanyard(folder.path(), &[&["log"], filter].concat());
        assert!(logged.status.success(), "{}", said(&logged));
        let told = String::from_utf8_lossy(&logged.stderr).into_owned();
        assert!(told.starts_with(beginning), "{filter:?}: {told}");
        assert_eq!(logged.stdout.is_empty(), is_nothing, "{filter:?}");
        assert_eq!(told.ends_with("lanyard: no event matches\n"), is_nothing, "{filter:?}: {told}");
        assert_eq!(told.is_empty(), beginning.is_empty() && !is_nothing, "{filter:?}: {told}");
    }
}

#[test]
fn an_option_that_is_not_understood_is_named_with_what_it_takes() {
    let folder = tempfile::tempdir().expect("a folder");
    let moment = ["2026-11-23T09:00:00Z", "2026-11-23 for the beginning of that day"];
    let sender = ["desk@example.org", "Desk <desk@example.org>"];
    for (arguments, option, takes) in [
        (&["log", "--since", "yesterday"][..], "--since", moment),
        (&["log", "--since", "2026-11-31"], "--since", moment),
        (&["log", "--as-of", "yesterday"], "--as-of", moment),
        (&["log", "--as-of", "yesterday"], "--as-of", ["a position", "or"]),
        (&["log", "--after", "abc"], "--after", ["a position in the log", "such as 120"]),
        (&["demo", "--no-window", "--at", "now"], "--at", moment),
        (&["demo", "--no-window", "--seed", "x"], "--seed", ["a whole number", "such as 16"]),
        (&["mail", "--export", "x", "--from", "nonsense"], "--from", sender),
        (&["backup"], "FILE", ["--to DIR", "--without-key"]),
    ] {
        let refused = lanyard(folder.path(), arguments);
        let said = said(&refused);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {said}");
        for word in [option, takes[0], takes[1]] {
            assert!(said.contains(word), "{arguments:?} without {word}: {said}");
        }
    }
}

#[test]
fn mails_and_the_sample_are_told_of_in_json() {
    let folder = sold();
    let export = tempfile::tempdir().expect("a folder");
    let to = export.path().to_string_lossy().into_owned();
    let told = |folder: &Path, arguments: &[&str]| -> Value {
        let ended = lanyard(folder, arguments);
        assert!(ended.status.success(), "{}", said(&ended));
        serde_json::from_slice(&ended.stdout).expect("one JSON object")
    };
    let mails = told(folder.path(), &["mail", "--json", "--export", &to]);
    let written = std::fs::read_dir(export.path()).expect("the folder").count();
    assert!(0 < written);
    assert_eq!(mails, json!({ "written": written, "kept": 0, "folder": to }));

    let sample = tempfile::tempdir().expect("a folder");
    let arguments = ["demo", "--no-window", "--json"];
    let made = told(sample.path(), &arguments);
    assert_eq!(
        (&made["made"], &told(sample.path(), &arguments)["made"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(made["folder"], sample.path().to_string_lossy().into_owned());
    assert!(0 < made["position"].as_i64().expect("a position"));
}

#[test]
fn the_sample_says_where_it_is_what_is_in_it_and_how_to_open_it() {
    let place = tempfile::tempdir().expect("a folder");
    let sample = place.path().join("the sample");
    let shown = sample.display();
    for begins in ["made the sample in", "the sample is in"] {
        let told = lanyard(&sample, &["demo", "--no-window"]);
        assert!(told.status.success(), "{}", said(&told));
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        let lines: Vec<&str> = told.lines().collect();
        let [first, second, third] = lines[..] else { panic!("{told}") };
        assert_eq!(first, format!("{begins} {shown}"));
        let words: Vec<&str> = second.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        let ["1", "conference", orders, "orders", events, "events"] = words[..] else {
            panic!("{second}");
        };
        for count in [orders, events] {
            assert!(1 < count.parse::<u32>().expect("a number"), "{second}");
        }
        let next = "opens it in a window; lanyard rpc";
        assert_eq!(
            third,
            format!("lanyard demo --data '{shown}' {next} --data '{shown}' answers for it")
        );
    }
    let mut rpc = Rpc::start(command(&sample, &[]));
    assert_eq!(rpc.call("GetApplication", &json!({}))["mode"], "demo");
}

#[test]
fn a_sample_that_is_there_stays_as_it_is_and_says_so_to_who_asks_for_another() {
    let sample = tempfile::tempdir().expect("a folder");
    let made = lanyard(sample.path(), &["demo", "--no-window", "--seed", "7"]);
    assert_eq!((made.status.code(), made.stderr.len()), (Some(0), 0), "{}", said(&made));
    let there = lanyard(sample.path(), &["log"]).stdout;
    for (asked, is_told) in
        [(&[][..], false), (&["--seed", "8"], true), (&["--at", "2026-11-23"], true)]
    {
        let arguments = [&["demo", "--no-window", "--json"], asked].concat();
        let told = lanyard(sample.path(), &arguments);
        assert!(told.status.success(), "{}", said(&told));
        let words = String::from_utf8_lossy(&told.stderr).into_owned();
        for word in ["has a sample already, which stays as it is", "a new or empty folder"] {
            assert_eq!(words.contains(word), is_told, "{asked:?}: {words}");
        }
    }
    assert!(lanyard(sample.path(), &["log"]).stdout == there, "the sample was changed");
}

#[test]
fn a_failure_is_one_json_object_with_the_exit_code_and_the_words_of_standard_error() {
    let place = tempfile::tempdir().expect("a folder");
    let letters = place.path().join("letters");
    std::fs::create_dir(&letters).expect("a folder");
    std::fs::write(letters.join("letter.txt"), "Dear Anna").expect("a letter");
    let other = place.path().join("other").to_string_lossy().into_owned();
    for (arguments, code) in [
        (&["demo", "--no-window"][..], 5),
        (&["rpc"], 5),
        (&["load", "--ledger", &other], 6),
        (&["load", "--check", &other], 5),
        (&["log"], 5),
        (&["log", "--after", "abc"], 2),
        (&["load", "--ledger", &other, "--callers", "many"], 2),
        (&["mail", "--send"], 5),
        (&["mail", "--export", &other], 5),
        (&["verify"], 5),
        (&["rebuild"], 5),
        (&["backup", &other], 5),
        (&["restore", &other], 1),
    ] {
        let silent = lanyard(&letters, arguments);
        let told = lanyard(&letters, &[arguments, &["--json"]].concat());
        assert_eq!((silent.status, silent.stdout), (told.status, vec![]), "{arguments:?}");
        let failure: Value = serde_json::from_slice(&told.stdout).expect("one JSON object");
        let message = failure["error"]["message"].as_str().expect("a message");
        assert_eq!(failure, json!({ "error": { "code": code, "message": message } }));
        assert_eq!(told.status.code(), Some(code), "{arguments:?}: {message}");
        let said = String::from_utf8_lossy(&told.stderr).into_owned();
        assert!(!message.is_empty() && said.contains(message), "{arguments:?}: {said}");
    }
}

#[test]
fn a_folder_that_does_not_exist_is_named_and_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("nowhere");
    let export = missing.join("mails");
    let export = export.to_string_lossy();
    for arguments in [
        &["verify"][..],
        &["verify", "--json"],
        &["verify", "--repair-views"],
        &["log"],
        &["rebuild"],
        &["mail", "--export", &export],
    ] {
        let refused = lanyard(&missing, arguments);
        assert_eq!(refused.status.code(), Some(5), "{arguments:?}");
        assert!(said(&refused).contains("does not exist"), "{arguments:?}: {}", said(&refused));
        assert!(!missing.exists(), "{arguments:?}");
    }
}

#[test]
fn a_folder_that_may_not_be_looked_into_is_not_called_missing() {
    let folder = closed_folder();
    let mails = folder.path().join("mails");
    let mails = mails.to_string_lossy();
    for arguments in [
        &["verify"][..],
        &["verify", "--repair-views"],
        &["log"],
        &["rebuild"],
        &["mail", "--export", &mails],
        &["backup", &mails],
    ] {
        let mut lanyard = without_privileges();
        let lanyard = lanyard.args(arguments).arg("--data").arg(folder.path());
        let refused = lanyard.output().expect("the program starts");
        let said = said(&refused);
        assert_eq!(refused.status.code(), Some(7), "{arguments:?}: {said}");
        assert!(said.contains("cannot be read: Permission denied"), "{arguments:?}: {said}");
        assert!(!said.contains("does not exist"), "{arguments:?}: {said}");
    }
}

#[test]
fn what_is_wrong_is_said_in_words_and_repaired_on_demand() {
    let folder = sold();
    write(
        folder.path(),
        "UPDATE rm_order SET seats = 99 WHERE seats = 2; DELETE FROM payments
         WHERE payment_id = (SELECT min(payment_id) FROM payments);
         UPDATE conferences SET name = 'Another';",
    );
    let verified = lanyard(folder.path(), &["verify"]);
    assert_eq!(verified.status.code(), Some(1));
    for sentence in [
        "rm_order: 0 rows that the log does not tell of, 0 missing, 1 different",
        "different in seats",
        "payments: 0 rows that the log does not tell of, 1 missing, 0 different",
        "conferences: 0 rows that the log does not tell of, 0 missing, 1 different",
        "different in name",
        "something is wrong",
    ] {
        assert!(said(&verified).contains(sentence), "{sentence}: {}", said(&verified));
    }
    let repaired = lanyard(folder.path(), &["verify", "--repair-views"]);
    assert!(repaired.status.success(), "{}", said(&repaired));
    assert!(said(&repaired).contains("repaired: rm_order, conferences, payments"));
    is_sound(folder.path(), "repaired");
}

#[test]
fn a_damaged_log_is_named_and_nothing_is_repaired_from_it() {
    let folder = sold();
    write(
        folder.path(),
        "DROP TRIGGER events_are_not_updated; UPDATE rm_order SET seats = 99;
         UPDATE events SET hash = zeroblob(32) WHERE position = 7;",
    );
    let before = files(folder.path());
    let refused = lanyard(folder.path(), &["verify", "--repair-views"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("position 7: the event or its hash was altered"));
    assert!(said(&refused).contains("nothing was repaired"));
    for arguments in [&["verify", "--json"][..], &["verify", "--repair-views", "--json"]] {
        let refused = lanyard(folder.path(), arguments);
        let report: Value = serde_json::from_slice(&refused.stdout).expect("one JSON object");
        assert_eq!((&report["sound"], &report["error"]), (&json!(false), &Value::Null));
    }
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_rebuild_killed_at_any_call_leaves_what_was_and_is_taken_up() {
    let rebuilt = |folder: &Path, mut program: Command| {
        program.args(["rebuild", "--data"]).arg(folder).args(SANDBOX).stdin(Stdio::null());
        program.output().expect("it starts").status.success()
    };
    let calls = calls_of(|program| assert!(rebuilt(sold().path(), program)));
    at_calls("a rebuild", &calls, |number| {
        let folder = sold();
        let ended_well = rebuilt(folder.path(), killed_at(number));
        is_sound(folder.path(), &format!("killed at call {number}"));
        let mut arguments = vec!["rebuild", "--resume"];
        arguments.extend(SANDBOX);
        let resumed = lanyard(folder.path(), &arguments);
        assert!(resumed.status.success(), "killed at call {number}: {}", said(&resumed));
        is_sound(folder.path(), &format!("resumed after call {number}"));
        ended_well
    });
}
