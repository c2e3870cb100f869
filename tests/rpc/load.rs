//! `load`: what it says of itself, of what it did before, and of a folder that is not for it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::{Value, json};

use crate::harness::{BINARY, Rpc, closed_folder, command, run, without_privileges};

fn load(data: &Path, arguments: &[&str]) -> Output {
    let mut load = Command::new(BINARY);
    load.arg("load").args(arguments).arg("--data").arg(data);
    load.output().expect("it starts")
}

#[track_caller]
fn told(output: &Output) -> (Value, String) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    (serde_json::from_slice(&output.stdout).expect("one JSON object"), said)
}

#[test]
fn a_load_and_its_check_count_the_same_commands_and_a_repeat_says_that_it_is_one() {
    let place = tempfile::tempdir().expect("a folder");
    let (data, ledger) = (place.path().join("data"), place.path().join("ledger"));
    let ledger = ledger.to_string_lossy();
    let buys =
        ["--sandbox", "--clock", "manual", "--ledger", &ledger, "--orders", "5", "--callers", "1"];
    let checks = ["--clock", "manual", "--check", &ledger];
    let number = |report: &Value, name: &str| report[name].as_i64().expect("a number");

    let (first, said) = told(&load(&data, &buys));
    assert_eq!(number(&first, "answeredBefore"), 0);
    assert!(said.contains("seed 2026") && !said.contains("earlier load"), "{said}");
    let all = number(&first, "acknowledged") + number(&first, "settingUp");
    let (checked, _) = told(&load(&data, &checks));
    assert_eq!(number(&checked, "acknowledged"), all);

    let (again, said) = told(&load(&data, &buys));
    assert_eq!(number(&again, "acknowledged"), number(&first, "acknowledged"));
    assert_eq!(number(&again, "answeredBefore"), number(&again, "acknowledged"));
    assert!(said.contains("by an earlier load with seed 2026"), "{said}");
    assert!(said.contains("give another --seed"), "{said}");
    let (checked, _) = told(&load(&data, &checks));
    assert_eq!(number(&checked, "acknowledged"), all, "each counts once");
}

#[test]
fn a_load_on_a_folder_that_is_no_sandbox_says_what_helps() {
    let place = tempfile::tempdir().expect("a folder");
    let (data, ledger) = (place.path().join("data"), place.path().join("ledger"));
    let ledger = ledger.to_string_lossy();
    assert!(command(&data, &[]).output().expect("it starts").status.success());
    fs::write(&*ledger, "").expect("a ledger without a command");
    for arguments in
        [&["--ledger", &ledger][..], &["--ledger", &ledger, "--sandbox"], &["--check", &ledger]]
    {
        let refused = load(&data, arguments);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(6), "{said}");
        assert!(said.contains("name a new or empty folder with --data"), "{said}");
        assert!(!said.contains("leave that out"), "{said}");
    }
    assert!(run(&data, &[]).status.success(), "the folder is as it was");
}

#[test]
fn neither_a_check_nor_a_load_without_a_ledger_makes_a_folder() {
    let place = tempfile::tempdir().expect("a folder");
    let (data, ledger) = (place.path().join("data"), place.path().join("ledger"));
    fs::write(&ledger, "").expect("a ledger without a command");
    let refused = load(&data, &["--sandbox", "--check", &ledger.to_string_lossy()]);
    assert_eq!(refused.status.code(), Some(5), "{}", String::from_utf8_lossy(&refused.stderr));
    let nowhere = place.path().join("nowhere").join("ledger");
    let refused = load(&data, &["--sandbox", "--ledger", &nowhere.to_string_lossy()]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("the ledger"), "{said}");
    assert!(!data.exists());
}

#[test]
fn a_ledger_that_cannot_be_written_is_told_by_the_exit_code() {
    let (place, closed) = (tempfile::tempdir().expect("a folder"), closed_folder());
    let data = place.path().join("data");
    for (ledger, code) in [(closed.path().join("ledger"), 7), (PathBuf::from("/dev/full"), 9)] {
        let mut load = without_privileges();
        load.args(["load", "--sandbox", "--orders", "1", "--ledger"]).arg(&ledger);
        let refused = load.arg("--data").arg(&data).output().expect("it starts");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(code), "{said}");
        assert!(said.contains(&format!("the ledger {}", ledger.display())), "{said}");
        // That a disk is full shows only when something is written.
        assert_eq!(data.exists(), code == 9, "{said}");
    }
}

#[test]
fn a_load_that_is_refused_leaves_no_ledger_behind() {
    let place = tempfile::tempdir().expect("a folder");
    let (sandbox, real) = (place.path().join("sandbox"), place.path().join("real"));
    let letters = place.path().join("letters");
    fs::create_dir(&letters).expect("a folder");
    fs::write(letters.join("letter.txt"), "Dear Anna").expect("a letter");
    assert!(run(&real, &[]).status.success());
    let mut olga = Rpc::sandbox(&sandbox);
    olga.call("ListConferences", &json!({}));
    let ledger = place.path().join("ledger");
    for (data, code) in [(&sandbox, 3), (&letters, 5), (&real, 6)] {
        let refused = load(data, &["--sandbox", "--ledger", &ledger.to_string_lossy()]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(code), "{said}");
        assert!(!ledger.exists(), "{said}");
    }
    // One that was there before is of somebody's load.
    fs::write(&ledger, "").expect("a ledger without a command");
    assert!(!load(&real, &["--sandbox", "--ledger", &ledger.to_string_lossy()]).status.success());
    assert!(ledger.exists());
    assert!(olga.end().1.success());
}
