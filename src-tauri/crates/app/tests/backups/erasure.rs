//! Erased persons stay erased.

use std::fs;

use app::backup::{ERASED_FILE, RestoreOptions, list, restore_with};
use serde_json::json;
use testkit::{ANNA, BORIS, CONFERENCE, GA, Person, Stage, items, text};

use crate::given::{Shelf, goes_on_with, is_in, names};

/// Words that no other text holds.
const CANARY: Person = Person {
    first: "Kanarienzita",
    last: "Vogelsangova",
    email: "kanarienzita@vogelsangova.example",
    order: ANNA.order,
};
const WORDS: [&str; 2] = ["anarienzita", "ogelsangova"];

fn stage_with_canary() -> Stage {
    let stage = Stage::std_conference(10);
    stage.buys(&CANARY, &[(GA, 2)]);
    stage.assigns(CANARY.order, 0, &CANARY);
    stage.assigns(CANARY.order, 1, &BORIS);
    stage
}

fn erase(stage: &Stage) {
    let person = text(&stage.row(CANARY.order)["registrantId"]);
    stage.organizes("ErasePerson", json!({ "personId": person, "reason": "asked for" }));
}

/// The files of a folder in which a word of the canary's is found.
fn traces(folder: &std::path::Path) -> Vec<String> {
    let named = |name: &String| WORDS.iter().any(|word| is_in(word, &folder.join(name)));
    names(folder).into_iter().filter(named).collect()
}

#[test]
fn a_person_erased_after_the_backup_is_not_brought_back_by_it() {
    let shelf = Shelf::new();
    let stage = stage_with_canary();
    let backup = shelf.backup(&stage, "before.lanyard-backup");
    shelf.restore(&backup, "not yet").expect("it can be restored");
    assert!(!traces(&shelf.place("not yet")).is_empty(), "or the search proves nothing");
    erase(&stage);
    let counts = stage.asks("GetDashboard", json!({ "conferenceId": CONFERENCE }));

    let options = RestoreOptions {
        erased_from: Some(stage.folder().to_owned()),
        ..RestoreOptions::default()
    };
    let restored = shelf.place("restored");
    let report = restore_with(&backup.file, &restored, &options, |_| true).expect("restored");
    assert_eq!(report.erased_again, 2, "the registrant and the attendee");
    assert_eq!(traces(&restored), [""; 0]);
    let stage = goes_on_with(stage, &restored);
    assert_eq!(stage.asks("GetDashboard", json!({ "conferenceId": CONFERENCE })), counts);
    assert_eq!(stage.row(CANARY.order)["registrantName"], json!(null));
    stage.views_equal_the_log();
    assert_eq!(traces(stage.folder()), [""; 0]);
    let history = stage.asks("GetHistory", json!({ "conferenceId": CONFERENCE, "limit": 500 }));
    assert!(!items(&history["items"]).is_empty());
}

#[test]
fn a_person_erased_before_the_backup_is_not_in_it() {
    let shelf = Shelf::new();
    let stage = stage_with_canary();
    erase(&stage);
    let backup = shelf.backup(&stage, "after.lanyard-backup");
    let report = shelf.restore(&backup, "restored").expect("it can be restored");
    assert_eq!(report.erased_again, 0);
    assert_eq!(traces(&shelf.place("restored")), [""; 0]);
}

#[test]
fn who_was_erased_is_known_beside_the_data_when_the_database_is_lost() {
    let shelf = Shelf::new();
    let stage = stage_with_canary();
    let backup = shelf.backup(&stage, "before.lanyard-backup");
    erase(&stage);
    let lost = shelf.place("data");
    let _stage = stage.reopened_after(|folder| {
        fs::create_dir(&lost).expect("a folder");
        fs::copy(folder.join(ERASED_FILE), lost.join(ERASED_FILE)).expect("the list");
        fs::write(lost.join("lanyard.db"), b"a destroyed database").expect("a file");
    });
    let report = shelf.restore(&backup, "data").expect("it can be restored");
    assert_eq!(report.erased_again, 2);
    assert_eq!(traces(&lost), [""; 0]);
    let aside = report.kept_aside.expect("the destroyed one is kept");
    assert_eq!(fs::read(aside.join("lanyard.db")).expect("it"), b"a destroyed database");
}

#[test]
fn copies_made_before_an_erasure_lose_the_key_with_the_next_copy() {
    let shelf = Shelf::new();
    let stage = stage_with_canary();
    let copies = shelf.place("copies");
    let folder = copies.to_string_lossy().into_owned();
    stage.organizes("SetBackupFolder", json!({ "folder": folder }));
    stage.organizes("MakeBackup", json!({}));
    stage.minutes_pass(7);
    erase(&stage);
    stage.organizes("MakeBackup", json!({}));

    let mut both = list(&copies);
    assert_eq!(both.len(), 2);
    let before = both.remove(1);
    // Without any list of those who were erased, as in other hands.
    fs::remove_file(copies.join(ERASED_FILE)).expect("the list");
    let report = shelf.restore(&before, "restored").expect("it is whole");
    assert_eq!(report.erased_again, 0);
    assert_eq!(traces(&shelf.place("restored")), [""; 0]);
    assert_eq!(report.backup.orders, Some(1), "the log in it is what it was");
}

#[test]
fn copies_made_before_a_restore_lose_the_key_too() {
    let shelf = Shelf::new();
    let stage = stage_with_canary();
    let copies = shelf.place("copies");
    stage.organizes("SetBackupFolder", json!({ "folder": copies.to_string_lossy() }));
    stage.organizes("MakeBackup", json!({}));
    let before = list(&copies).remove(0);
    let stage = stage.reopened_after(|folder| {
        let restored = restore_with(&before.file, folder, &RestoreOptions::default(), |_| true);
        let aside = restored.expect("it can be restored").kept_aside;
        fs::remove_dir_all(aside.expect("what was there")).expect("a folder");
    });
    erase(&stage);
    stage.organizes("MakeBackup", json!({}));

    fs::remove_file(copies.join(ERASED_FILE)).expect("the list");
    let report = shelf.restore(&before, "restored").expect("it is there, and whole");
    assert_eq!(report.erased_again, 0);
    assert_eq!(traces(&shelf.place("restored")), [""; 0]);
}

#[test]
fn an_erasure_is_noted_before_it_is_answered_and_again_at_a_start() {
    let stage = stage_with_canary();
    let list = |stage: &Stage| {
        let path = stage.folder().join(ERASED_FILE);
        fs::read_to_string(path).unwrap_or_default().split_whitespace().count()
    };
    assert_eq!(list(&stage), 0);
    erase(&stage);
    assert_eq!(list(&stage), 2);
    let stage = stage.reopened_after(|folder| {
        fs::remove_file(folder.join(ERASED_FILE)).expect("the list");
    });
    stage.registers(BORIS.order, &[(GA, 1)]);
    assert_eq!(list(&stage), 2);
}
