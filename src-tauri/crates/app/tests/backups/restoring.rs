//! The way back.

use std::{collections::BTreeSet, fs};

use app::{
    Inspection, Role,
    backup::{Destination, Request, RestoreError, RestoreOptions, Step, make, restore_with},
    verification::verify_folder,
};
use event_store::{DataFolder, Mode, Opening, Store};
use serde_json::json;
use testkit::{ANNA, BORIS, CONFERENCE, DMITRI, GA, Stage, number};

use crate::given::{Shelf, events, goes_on_with, is_in, names, request, three_orders};

#[test]
fn s58_the_restored_copy_has_the_same_totals_and_a_new_identity() {
    let shelf = Shelf::new();
    let stage = three_orders();
    let backup = shelf.backup(&stage, "one.lanyard-backup");
    let before = stage.asks("GetDashboard", json!({ "conferenceId": CONFERENCE }));
    let report = shelf.restore(&backup, "restored").expect("it can be restored");
    assert!(report.compared);
    assert_eq!((report.totals.orders, report.totals.attendees), (3, 1));
    assert_ne!(report.old_device, report.new_device);
    assert_eq!(report.kept_aside, None);

    let stage = goes_on_with(stage, &shelf.place("restored"));
    assert_eq!(stage.asks("GetDashboard", json!({ "conferenceId": CONFERENCE })), before);
    stage.views_equal_the_log();
}

#[test]
fn s58_after_a_restore_the_story_goes_on_under_the_new_identity() {
    let shelf = Shelf::new();
    let stage = three_orders();
    let version = number(&stage.draft(BORIS.order)["version"]);
    let backup = shelf.backup(&stage, "one.lanyard-backup");
    let report = shelf.restore(&backup, "restored").expect("it can be restored");

    let stage = goes_on_with(stage, &shelf.place("restored"));
    // An order from before is paid, another one changed, and a new one placed.
    stage.pays(BORIS.order);
    assert!(version < number(&stage.draft(BORIS.order)["version"]), "it counts on");
    stage.assigns(ANNA.order, 1, &BORIS);
    stage.buys(&DMITRI, &[(GA, 1)]);
    assert_eq!(stage.seats("sold"), [3, 1, 0]);
    stage.views_equal_the_log();
    let stage = stage.restarted();
    stage.minutes_pass(60);
    assert_eq!(stage.state("01930000-0000-7000-8000-0000000000b3"), "Rejected");

    let _stage = stage.reopened_after(|folder| {
        let events = events(folder);
        let old = events.iter().filter(|(_, _, device)| device.to_string() == report.old_device);
        assert_eq!(old.count() as i64, backup.events);
        let devices: BTreeSet<String> =
            events.iter().map(|(_, _, device)| device.to_string()).collect();
        assert_eq!(devices.len(), 2);
        assert!(devices.contains(&report.new_device));
    });
}

#[test]
fn a_copy_of_a_copy_remembers_both_earlier_identities() {
    let shelf = Shelf::new();
    let stage = three_orders();
    let first = shelf.backup(&stage, "first.lanyard-backup");
    shelf.restore(&first, "once").expect("it can be restored");
    let stage = goes_on_with(stage, &shelf.place("once"));
    stage.pays(BORIS.order);
    let second = shelf.backup(&stage, "second.lanyard-backup");
    shelf.restore(&second, "twice").expect("it can be restored");
    let stage = goes_on_with(stage, &shelf.place("twice"));
    stage.assigns(BORIS.order, 0, &BORIS);
    stage.views_equal_the_log();
    let _stage = stage.reopened_after(|folder| {
        let devices: BTreeSet<_> = events(folder).into_iter().map(|event| event.2).collect();
        assert_eq!(devices.len(), 3);
    });
}

#[test]
fn a_copy_numbers_its_invoices_in_a_series_that_no_other_copy_has() {
    let shelf = Shelf::new();
    let pays = |stage: &Stage| {
        let order = stage.fresh();
        stage.registers(&order, &[(GA, 1)]);
        stage.gives_details(&order, &ANNA);
        stage.pays_by_invoice(&order, &ANNA)
    };
    let stage = Stage::std_conference(20);
    let before: Vec<_> = (1..=7).map(|_| pays(&stage)).collect();
    assert_eq!(before.last().map(String::as_str), Some("K1-0007"));
    let backup = shelf.backup(&stage, "one.lanyard-backup");
    shelf.restore(&backup, "first").expect("it can be restored");
    shelf.restore(&backup, "second").expect("it can be restored");
    assert_eq!(pays(&stage), "K1-0008");

    let stage = goes_on_with(stage, &shelf.place("first"));
    let first = pays(&stage);
    assert!(first.ends_with("-0001") && first != "K1-0001", "{first}");
    let stage = stage.restarted();
    assert_eq!(pays(&stage), first.replace("-0001", "-0002"));
    stage.views_equal_the_log();
    let again = shelf.backup(&stage, "two.lanyard-backup");
    shelf.restore(&again, "third").expect("it can be restored");

    let mut numbers = vec![first];
    let mut stage = stage;
    for copy in ["second", "third"] {
        stage = goes_on_with(stage, &shelf.place(copy));
        numbers.push(pays(&stage));
    }
    assert!(numbers.iter().all(|number| number.ends_with("-0001")), "{numbers:?}");
    let numbers: BTreeSet<_> = numbers.into_iter().collect();
    assert_eq!(numbers.len(), 3, "{numbers:?}");
    stage.app().close().expect("it closes");
    let inspection = Inspection::open(stage.folder(), app::MIGRATIONS).expect("it can be read");
    let found = verify_folder(&inspection, &mut |_| true).expect("it can be asked");
    assert!(found.expect("it was not stopped").sound);
}

#[test]
fn a_command_from_before_the_backup_is_answered_as_the_first_time() {
    let shelf = Shelf::new();
    let stage = three_orders();
    let command = "01930000-0000-7000-8000-00000000abcd";
    let params = json!({ "conferenceId": CONFERENCE, "commandId": command });
    stage.organizes("UnpublishConference", params.clone());
    let first = stage.organizes("UnpublishConference", params.clone());
    let backup = shelf.backup(&stage, "one.lanyard-backup");
    shelf.restore(&backup, "restored").expect("it can be restored");
    let stage = goes_on_with(stage, &shelf.place("restored"));
    assert_eq!(stage.organizes("UnpublishConference", params), first);
}

#[test]
fn what_was_there_before_is_kept_under_a_dated_name() {
    let shelf = Shelf::new();
    let stage = three_orders();
    let backup = shelf.backup(&stage, "one.lanyard-backup");
    shelf.restore(&backup, "data").expect("it can be restored");
    let first = names(&shelf.place("data"));
    let report = shelf.restore(&backup, "data").expect("it can be restored again");
    let aside = report.kept_aside.expect("what was there");
    assert_eq!(names(&aside), first);
    assert_eq!(names(&shelf.place("data")), first);
    assert_eq!(shelf.names().len(), 3, "the backup and two folders: {:?}", shelf.names());
}

#[test]
fn a_folder_of_something_else_or_in_use_is_left_alone() {
    let shelf = Shelf::new();
    let stage = three_orders();
    let backup = shelf.backup(&stage, "one.lanyard-backup");
    fs::create_dir(shelf.place("photos")).expect("a folder");
    fs::write(shelf.place("photos").join("cat.jpg"), b"cat").expect("a file");
    let refused = shelf.restore(&backup, "photos").expect_err("these are photos");
    assert!(matches!(refused, RestoreError::TargetTaken { .. }), "{refused}");
    assert_eq!(names(&shelf.place("photos")), ["cat.jpg"]);

    shelf.restore(&backup, "data").expect("it can be restored");
    let held = DataFolder::open(shelf.place("data"), Opening::ExistingOrReal).expect("it");
    let refused = shelf.restore(&backup, "data").expect_err("somebody works there");
    assert!(refused.to_string().contains("in use by another running copy"), "{refused}");
    drop(held);
    fs::create_dir(shelf.place("empty")).expect("a folder");
    shelf.restore(&backup, "empty").expect("an empty folder will do");
}

#[test]
fn a_restore_that_is_stopped_at_any_step_leaves_the_target_as_it_was() {
    let shelf = Shelf::new();
    let stage = three_orders();
    let backup = shelf.backup(&stage, "one.lanyard-backup");
    for stopped_at in [Step::Unpacking, Step::Checking, Step::Restoring] {
        let options = RestoreOptions::default();
        let target = shelf.place("data");
        let stopped = restore_with(&backup.file, &target, &options, |now| now.step != stopped_at);
        let refused = stopped.expect_err("it was stopped");
        assert!(matches!(refused, RestoreError::Stopped), "{stopped_at:?}: {refused}");
        assert_eq!(shelf.names(), ["one.lanyard-backup"], "{stopped_at:?}");
    }
}

#[test]
fn without_the_store_key_a_backup_tells_nobody_and_needs_it_to_be_restored() {
    let shelf = Shelf::new();
    let stage = three_orders();
    let file = shelf.place("one.lanyard-backup");
    let request = Request { with_key: false, ..request(&stage, &file) };
    let backup = make(&request, |_| true).expect("a backup");
    assert!(!backup.has_key);
    let refused = shelf.restore(&backup, "data").expect_err("there is no key");
    assert!(matches!(refused, RestoreError::KeyMissing { .. }), "{refused}");

    let with = |key| RestoreOptions { key: Some(key), ..RestoreOptions::default() };
    let other = Stage::new();
    let wrong = with(other.folder().join("store.key"));
    let refused = restore_with(&file, &shelf.place("data"), &wrong, |_| true);
    assert!(matches!(refused, Err(RestoreError::WrongKey { .. })));
    assert_eq!(shelf.names(), ["one.lanyard-backup"]);
    let right = with(stage.folder().join("store.key"));
    restore_with(&file, &shelf.place("data"), &right, |_| true).expect("this is the key");
    // In the place of the folder that it was made of, its own key is there.
    shelf.restore(&backup, "data").expect("the key is there");
    assert!(is_in("Andersen", &shelf.place("data").join("lanyard.db")));
}

#[test]
fn backups_go_on_where_they_went_when_the_data_is_restored_in_its_own_place() {
    let shelf = Shelf::new();
    let stage = three_orders();
    let copies = shelf.place("copies");
    stage.organizes("SetBackupFolder", json!({ "folder": copies.to_string_lossy() }));
    stage.organizes("MakeBackup", json!({}));
    let backup = app::backup::list(&copies).remove(0);
    let stage = stage.reopened_after(|folder| {
        fs::write(folder.join("lanyard.db"), b"a destroyed database").expect("a file");
        let restored = restore_with(&backup.file, folder, &RestoreOptions::default(), |_| true);
        let report = restored.expect("it can be restored");
        assert_eq!(report.backup_folder.as_ref(), Some(&copies));
        fs::remove_dir_all(report.kept_aside.expect("what was there")).expect("a folder");
    });
    assert_eq!(stage.asks("GetBackups", json!({}))["folder"], copies.to_string_lossy().as_ref());
    stage.registers(DMITRI.order, &[(GA, 1)]);
    stage.organizes("MakeBackup", json!({}));
    assert_eq!(app::backup::list(&copies).len(), 2);
    // The recovery window of the restored data knows it as well.
    assert_eq!(app::backup::folder_of(stage.folder()), Some(copies));
}

#[test]
fn where_backups_go_is_not_restored_elsewhere() {
    let shelf = Shelf::new();
    let stage = three_orders();
    let folder = shelf.place("copies").to_string_lossy().into_owned();
    stage.organizes("SetBackupFolder", json!({ "folder": folder }));
    let made = stage.organizes("MakeBackup", json!({}));
    assert_eq!(made["backup"]["verified"], true);
    let backup = app::backup::list(&shelf.place("copies")).remove(0);
    let report = shelf.restore(&backup, "restored").expect("it can be restored");
    assert_eq!(report.backup_folder, None);
    let stage = goes_on_with(stage, &shelf.place("restored"));
    assert_eq!(stage.asks("GetBackups", json!({})).get("folder"), None);
    let answer = stage.inquire(Role::Desk, "GetBackups", json!({}));
    assert_eq!(answer.expect_err("a desk").code, "RefusedRole");
}

#[test]
fn a_backup_goes_to_a_folder_under_a_name_of_its_own() {
    let shelf = Shelf::new();
    let stage = three_orders();
    let to = Destination::Folder(shelf.place("copies"));
    let request = Request { to, ..request(&stage, shelf.path()) };
    let events = stage.app().position();
    for again in ["", "-1"] {
        let made = make(&request, |_| true).expect("a backup");
        let name = format!("lanyard-20261123T090000Z-{events}{again}.lanyard-backup");
        assert_eq!(made.file, shelf.place("copies").join(name));
    }
}

#[test]
fn rehearsals_do_not_come_in_the_place_of_real_registrations() {
    let shelf = Shelf::new();
    let stage = three_orders();
    let rehearsed = shelf.backup(&stage, "rehearsed.lanyard-backup");
    let real = shelf.place("real");
    let folder = DataFolder::open(&real, Opening::ExistingOrReal).expect("a new folder");
    Store::open(&folder, app::MIGRATIONS, None).expect("a new log").close().expect("it closes");
    drop(folder);
    let before = names(&real);
    let refused = shelf.restore(&rehearsed, "real").expect_err("it is for something else");
    let said = refused.to_string();
    assert!(matches!(refused, RestoreError::OtherMode { .. }), "{said}");
    assert!(
        said.contains("rehearsals (a sandbox)") && said.contains("real registrations"),
        "{said}"
    );
    assert_eq!(names(&real), before);

    let for_real = RestoreOptions { mode: Some(Mode::Real), ..RestoreOptions::default() };
    let refused = restore_with(&rehearsed.file, &shelf.place("new"), &for_real, |_| true);
    assert!(matches!(refused, Err(RestoreError::OtherMode { .. })), "{refused:?}");
    assert!(!shelf.place("new").exists());
    shelf.restore(&rehearsed, "new").expect("nobody said what it is for");
}
