//! Backups of the real program: killed anywhere, out of space, beside a running copy.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};
use testkit::{ANNA, CONFERENCE, GA, conference_form, details, registration, seat_type_form};

use crate::{
    harness::{BINARY, Rpc, closed_folder, files, without_privileges},
    kills::{at_calls, calls_of, killed_at},
};

/// A folder with one order; it is at rest.
fn sold(folder: &Path) {
    let mut rpc = Rpc::sandbox(folder);
    sell(&mut rpc, ANNA.order);
    assert!(rpc.end().1.success());
}

fn sell(rpc: &mut Rpc, order: &str) {
    rpc.call("CreateConference", &conference_form(CONFERENCE, "cqrs-days"));
    rpc.call("CreateSeatType", &seat_type_form(GA, 4));
    rpc.call("PublishConference", &json!({ "conferenceId": CONFERENCE }));
    rpc.call("RegisterToConference", &registration(order, &[(GA, 3)]));
    rpc.call("AssignRegistrantDetails", &details(order, &ANNA));
}

fn lanyard(arguments: &[&str], paths: [&Path; 2]) -> Vec<String> {
    let [last, data] = paths.map(|path| path.to_string_lossy().into_owned());
    let mut all: Vec<String> = arguments.iter().map(|&one| one.to_owned()).collect();
    all.extend([last, "--data".to_owned(), data]);
    all
}

#[track_caller]
fn works(arguments: &[String]) -> Output {
    let output = Command::new(BINARY).args(arguments).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    output
}

/// Runs a program to its end, or to where it is killed. Answers whether it came to its end.
fn ends_well(mut program: Command, arguments: &[String]) -> bool {
    program.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    program.status().expect("it starts").success()
}

fn backups(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "lanyard-backup"))
        .collect()
}

/// Everything in a folder, hidden names included.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn s58_a_backup_that_is_killed_anywhere_is_whole_or_not_there() {
    let place = tempfile::tempdir().expect("a folder");
    let data = place.path().join("data");
    sold(&data);
    let before = files(&data);
    let arguments = |copies: &Path| lanyard(&["backup", "--to"], [copies, &data]);
    let undisturbed = arguments(&place.path().join("undisturbed"));
    let calls = calls_of(|program| assert!(ends_well(program, &undisturbed)));
    at_calls("a backup", &calls, |number| {
        let copies = place.path().join(format!("copies {number}"));
        let arguments = arguments(&copies);
        let ended_well = ends_well(killed_at(number), &arguments);
        for file in backups(&copies) {
            let target = place.path().join(format!("restored {number}"));
            works(&lanyard(&["restore"], [&file, &target]));
        }
        assert_eq!(files(&data), before, "killed at {number}: the data is as it was");
        let made = backups(&copies).len();
        assert!(!ended_well || made == 1, "it ended well without a backup");
        works(&arguments);
        let left = names(&copies);
        assert_eq!(left.len(), made + 1, "killed at {number}, and tidied up: {left:?}");
        ended_well
    });
}

#[test]
fn s58_a_restore_that_is_killed_anywhere_leaves_no_folder_or_a_whole_one() {
    let place = tempfile::tempdir().expect("a folder");
    let data = place.path().join("data");
    sold(&data);
    let backup = place.path().join("one.lanyard-backup");
    works(&lanyard(&["backup"], [&backup, &data]));
    let arguments = |target: &Path| lanyard(&["restore"], [&backup, target]);
    let undisturbed = arguments(&place.path().join("undisturbed").join("restored"));
    let calls = calls_of(|program| assert!(ends_well(program, &undisturbed)));
    at_calls("a restore", &calls, |number| {
        let shelf = place.path().join(format!("shelf {number}"));
        let target = shelf.join("restored");
        let ended_well = ends_well(killed_at(number), &arguments(&target));
        let is_there = target.exists();
        assert!(!ended_well || is_there, "it ended well without a folder");
        if is_there {
            works(&["verify", "--data", &target.to_string_lossy()].map(str::to_owned));
        }
        works(&arguments(&target));
        works(&["verify", "--data", &target.to_string_lossy()].map(str::to_owned));
        let left = names(&shelf);
        let expected = if is_there { 2 } else { 1 };
        assert_eq!(left.len(), expected, "killed at {number}, and tidied up: {left:?}");
        ended_well
    });
}

#[test]
fn where_files_cannot_grow_any_more_there_is_no_backup_and_a_clear_word() {
    let place = tempfile::tempdir().expect("a folder");
    let data = place.path().join("data");
    sold(&data);
    let copies = place.path().join("copies");
    for blocks in [0, 1, 20, 100, 200] {
        // A write beyond the limit fails, as on a full disk, instead of ending the program.
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        let output = Command::new("sh")
            .args(["-c", &limited, "sh", BINARY])
            .args(lanyard(&["backup", "--to"], [&copies, &data]))
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{blocks} blocks were enough");
        assert!(said.contains("see that there is space"), "{blocks} blocks: {said}");
        assert!(backups(&copies).is_empty(), "{blocks} blocks");
    }
    works(&lanyard(&["backup", "--to"], [&copies, &data]));
    assert_eq!(names(&copies).len(), 1, "nothing is left but the one backup");
}

#[test]
fn s58_beside_a_running_copy_a_backup_is_made_and_a_restore_is_refused() {
    let place = tempfile::tempdir().expect("a folder");
    let data = place.path().join("data");
    let mut rpc = Rpc::sandbox(&data);
    sell(&mut rpc, ANNA.order);
    let backup = place.path().join("one.lanyard-backup");
    let mut arguments = lanyard(&["backup"], [&backup, &data]);
    arguments.push("--json".to_owned());
    let made = works(&arguments);
    assert_eq!(String::from_utf8_lossy(&made.stderr), "", "it is over at once");
    let made: Value = serde_json::from_slice(&made.stdout).expect("JSON");
    assert_eq!((&made["orders"], &made["verified"]), (&json!(1), &json!(true)));

    let refused = Command::new(BINARY)
        .args(lanyard(&["restore"], [&backup, &data]))
        .output()
        .expect("it runs");
    assert_eq!(refused.status.code(), Some(3), "the folder is in use");
    // The running one goes on, and writes on.
    rpc.call("UnpublishConference", &json!({ "conferenceId": CONFERENCE }));
    assert!(rpc.end().1.success());
    works(&["verify", "--data", &data.to_string_lossy()].map(str::to_owned));

    let said = works(&lanyard(&["restore"], [&backup, &data])).stdout;
    let said = String::from_utf8_lossy(&said);
    let totals = "1 conference, 1 order, 0 seats, 0 attendees, 0 payments, 597.00 USD: identical";
    assert!(said.contains(totals), "{said}");
    assert!(said.contains("kept in"), "{said}");
}

/// A restore that is refused: its exit code, and what it says.
fn refused(mut program: Command, backup: &Path, target: &Path) -> (Option<i32>, String) {
    let output = program.args(lanyard(&["restore"], [backup, target])).output().expect("it runs");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn where_nothing_may_be_written_a_restore_ends_with_the_code_for_that() {
    let place = tempfile::tempdir().expect("a folder");
    let data = place.path().join("data");
    sold(&data);
    let backup = place.path().join("one.lanyard-backup");
    works(&lanyard(&["backup"], [&backup, &data]));
    let closed = closed_folder();
    // Who may write everywhere may not write there either.
    for target in [closed.path().join("new"), closed.path().join("new/new"), "/proc/nope".into()] {
        let (code, said) = refused(without_privileges(), &backup, &target);
        assert_eq!(code, Some(7), "{}: {said}", target.display());
        assert!(said.contains("cannot be written"), "{}: {said}", target.display());
    }
}

#[test]
fn a_backup_that_is_missing_or_may_not_be_read_is_told_by_its_name_and_nothing_is_made() {
    let place = tempfile::tempdir().expect("a folder");
    let target = place.path().join("new").join("data");
    let missing = place.path().join("misspelt.lanyard-backup");
    let (code, said) = refused(Command::new(BINARY), &missing, &target);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("misspelt.lanyard-backup does not exist; check its name"), "{said}");

    let closed = closed_folder();
    let backup = closed.path().join("one.lanyard-backup");
    let (code, said) = refused(without_privileges(), &backup, &target);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("cannot be read: Permission denied"), "{said}");
    assert_eq!(names(place.path()), [""; 0], "nothing was made");
}

#[test]
fn a_running_program_makes_its_own_backups_on_demand() {
    let place = tempfile::tempdir().expect("a folder");
    let mut rpc = Rpc::sandbox(&place.path().join("data"));
    sell(&mut rpc, ANNA.order);
    let copies = place.path().join("copies");
    rpc.call("SetBackupFolder", &json!({ "folder": copies.to_string_lossy() }));
    let made = rpc.request("MakeBackup", &json!({}));
    // One may be under way by itself already.
    assert!(
        made["result"]["backup"]["verified"] == true || made["error"]["data"]["code"] == "Busy"
    );
    assert!(rpc.end().1.success());
    assert!(backups(&copies).len() <= 2);
}
