//! A data folder that cannot be used is refused with a code of its own, and nothing in it is
//! touched.

use std::{fs, path::Path, process::Output};

use serde_json::json;
use testkit::{CONFERENCE, conference_form};

use crate::{
    crash::rpc_on,
    harness::{Rpc, SANDBOX, command, files, line, run},
    kills::{NEVER, killed_at},
};

fn told(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Refused with this code and a message that names this; the files are as before.
#[track_caller]
fn is_refused(folder: &Path, arguments: &[&str], code: i32, names: &str) {
    let before = files(folder);
    let (told_code, message) = told(&run(folder, arguments));
    assert_eq!(told_code, Some(code), "{message}");
    assert!(message.contains(names), "{message}");
    assert!(files(folder) == before, "a refused folder was changed");
}

/// A folder with a conference in it.
fn used(arguments: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rpc = Rpc::start(command(folder.path(), arguments));
    rpc.call("CreateConference", &conference_form(CONFERENCE, "cqrs-days"));
    assert!(rpc.end().1.success());
    folder
}

#[test]
fn a_second_process_on_a_folder_is_refused_and_names_the_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = Rpc::sandbox(folder.path());
    first.call("CreateConference", &conference_form(CONFERENCE, "cqrs-days"));
    let (code, message) = told(&run(folder.path(), SANDBOX));
    assert_eq!(code, Some(3), "{message}");
    assert!(message.contains(&first.process().to_string()), "{message}");
    let shown = first.call("GetConference", &json!({ "conferenceId": CONFERENCE }));
    assert_eq!(shown["slug"], "cqrs-days");
    assert!(first.end().1.success());
    assert!(run(folder.path(), SANDBOX).status.success(), "the folder is free again");
}

#[test]
fn the_lock_of_a_killed_process_is_free() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = Rpc::sandbox(folder.path());
    first.call("CreateConference", &conference_form(CONFERENCE, "cqrs-days"));
    first.kill();
    let mut second = Rpc::sandbox(folder.path());
    let shown = second.call("GetConference", &json!({ "conferenceId": CONFERENCE }));
    assert_eq!(shown["slug"], "cqrs-days");
}

#[test]
fn a_file_of_another_program_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join(event_store::DATABASE_FILE);
    fs::write(&database, "Dear diary, this is no database at all.").unwrap();
    is_refused(folder.path(), &[], 5, "not a database of this program");
    is_refused(folder.path(), SANDBOX, 5, "not a database of this program");

    fs::remove_file(&database).unwrap();
    let other = rusqlite::Connection::open(&database).unwrap();
    other.execute_batch("CREATE TABLE diary (entry TEXT)").unwrap();
    drop(other);
    is_refused(folder.path(), &[], 5, "not a database of this program");
}

#[test]
fn a_database_of_a_later_release_is_refused() {
    let folder = used(SANDBOX);
    let database = folder.path().join(event_store::DATABASE_FILE);
    let later = rusqlite::Connection::open(&database).unwrap();
    later.pragma_update(None, "user_version", 1_000).unwrap();
    drop(later);
    is_refused(folder.path(), SANDBOX, 4, "later release");
}

#[test]
fn a_stopped_clock_on_real_data_is_refused() {
    let folder = used(&[]);
    is_refused(folder.path(), &["--clock", "manual"], 6, "sandbox");
}

#[test]
fn a_sandbox_is_not_made_of_real_data_nor_among_other_files() {
    let real = used(&[]);
    is_refused(real.path(), SANDBOX, 6, "nor what was asked for");
    is_refused(real.path(), &["--sandbox"], 6, "nor what was asked for");

    let letters = tempfile::tempdir().expect("a folder");
    fs::write(letters.path().join("letter.txt"), "Dear Anna").unwrap();
    let takes = "such as letter.txt, and no data of this program; choose a new or empty folder";
    is_refused(letters.path(), SANDBOX, 5, takes);
}

#[test]
fn real_data_is_not_made_among_other_files_but_beside_those_of_a_file_system() {
    let letters = tempfile::tempdir().expect("a folder");
    fs::write(letters.path().join("letter.txt"), "Dear Anna").unwrap();
    is_refused(letters.path(), &[], 5, "has other files in it, such as letter.txt");

    let disk = tempfile::tempdir().expect("a folder");
    fs::create_dir(disk.path().join("lost+found")).unwrap();
    fs::create_dir(disk.path().join(".Trash-1000")).unwrap();
    assert!(run(disk.path(), &[]).status.success(), "a disk of its own is as good as empty");
    // And whoever puts a letter beside data has it opened as before.
    fs::write(disk.path().join("letter.txt"), "Dear Anna").unwrap();
    assert!(run(disk.path(), &[]).status.success(), "the data is there");
}

#[test]
fn a_log_that_lost_its_end_is_refused() {
    let folder = used(SANDBOX);
    let old = files(folder.path());
    let mut rpc = Rpc::sandbox(folder.path());
    rpc.call("PublishConference", &json!({ "conferenceId": CONFERENCE }));
    assert!(rpc.end().1.success());
    let database = event_store::DATABASE_FILE;
    fs::write(folder.path().join(database), &old[database]).unwrap();
    is_refused(folder.path(), SANDBOX, 8, "missing");
}

/// So many are started at once.
const AT_ONCE: usize = 20;

/// Starts many programs on one folder at once. One of them gets it, and is answered; the others end
/// with exit code 3 and have changed no file.
#[track_caller]
fn race(folder: &Path) -> Rpc {
    let notes = tempfile::tempdir().expect("a folder");
    let note = |number: usize| notes.path().join(number.to_string());
    let start = |number| {
        let mut program = killed_at(NEVER);
        program.env("CALLS", note(number));
        Rpc::start(rpc_on(folder, program, SANDBOX))
    };
    let all: Vec<Rpc> = (0..AT_ONCE).map(start).collect();
    let mut winners = Vec::new();
    for (number, mut one) in all.into_iter().enumerate() {
        one.send(line(1, "ListConferences", &json!({})).as_bytes());
        if let Some(answer) = one.hear() {
            assert!(answer["error"].is_null(), "{answer}");
            winners.push(one);
            continue;
        }
        assert_eq!(one.end().1.code(), Some(3));
        let calls = fs::read_to_string(note(number)).expect("the calls");
        // The folder and the lock are made where they are missing, and no more.
        let more: Vec<&str> =
            calls.lines().filter(|call| !["mkdirat", "openat"].contains(call)).collect();
        assert!(more.is_empty(), "who was refused changed files: {more:?}");
    }
    assert_eq!(winners.len(), 1, "one gets the folder");
    winners.remove(0)
}

#[test]
fn of_twenty_that_start_at_once_one_gets_the_folder_and_the_others_change_nothing() {
    for _ in 0..3 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut first = race(&folder.path().join("new"));
        first.call("CreateConference", &conference_form(CONFERENCE, "cqrs-days"));
        // Killed with the folder open.
        first.kill();
        let mut second = race(&folder.path().join("new"));
        second.call("PublishConference", &json!({ "conferenceId": CONFERENCE }));
        assert!(second.end().1.success());
        // Closed, and at rest.
        let mut third = race(&folder.path().join("new"));
        let shown = third.call("GetConference", &json!({ "conferenceId": CONFERENCE }));
        assert_eq!(shown["slug"], "cqrs-days");
        assert!(third.end().1.success());
    }
}

/// A first start that was killed leaves an unfinished database; the next one makes it anew.
#[test]
fn a_sandbox_whose_first_start_was_killed_is_made_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let unfinished = Path::new(event_store::DATABASE_FILE).with_extension("new");
    fs::write(folder.path().join(unfinished), "").expect("written");
    assert!(run(folder.path(), SANDBOX).status.success());
    assert!(!folder.path().join("lanyard.new").exists());
}
