//! Copies that the running application makes by itself.

use std::{
    fs,
    time::{Duration, Instant},
};

use app::{Role, backup::list};
use serde_json::{Value, json};
use testkit::{GA, Stage, id, number};

use crate::given::{Shelf, three_orders};

/// A copy that does not come fails its test instead of stopping all of them.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

fn state(stage: &Stage) -> Value {
    stage.asks("GetBackups", json!({}))
}

fn choose(stage: &Stage, shelf: &Shelf, name: &str) {
    let folder = shelf.place(name).to_string_lossy().into_owned();
    stage.organizes("SetBackupFolder", json!({ "folder": folder }));
}

#[track_caller]
fn wait_until(stage: &Stage, is_so: impl Fn(&Value) -> bool) -> Value {
    let began = Instant::now();
    loop {
        let state = state(stage);
        if is_so(&state) {
            return state;
        }
        assert!(began.elapsed() < LONGEST_WAIT, "it did not come: {state}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

#[test]
fn the_first_copy_comes_by_itself_and_the_next_after_two_hundred_events() {
    let shelf = Shelf::new();
    let stage = three_orders();
    stage.app().keep_backups();
    choose(&stage, &shelf, "copies");
    let first = wait_until(&stage, |state| state["last"].is_object());
    assert_eq!(first["last"]["events"], stage.app().position());
    assert_eq!((&first["eventsSince"], &first["isAutomatic"]), (&json!(0), &json!(true)));

    let before = stage.app().position();
    stage.registers(&id(0x20_0000), &[(GA, 1)]);
    assert_eq!(list(&shelf.place("copies")).len(), 1, "a few events are no reason yet");
    let orders = (0x20_0001..).map(id);
    for order in orders.take_while(|_| stage.app().position() < before + 200) {
        stage.registers(&order, &[(GA, 1)]);
    }
    let due = |state: &Value| before + 200 <= number(&state["last"]["events"]);
    let second = wait_until(&stage, due);
    assert!(number(&second["eventsSince"]) < 200, "{second}");
    stage.app().close().expect("it closes");
}

#[test]
fn a_folder_is_refused_before_it_is_chosen() {
    let shelf = Shelf::new();
    let stage = Stage::new();
    fs::write(shelf.place("file"), b"").expect("a file");
    let file = shelf.place("file").to_string_lossy().into_owned();
    let inside = stage.folder().join("copies").to_string_lossy().into_owned();
    for folder in ["relative/folder", &file, &inside] {
        let refused =
            stage.refused(Role::Organizer, "SetBackupFolder", json!({ "folder": folder }));
        assert_eq!(
            (refused.code, refused.field.as_deref()),
            ("InvalidBackupFolder", Some("folder"))
        );
    }
    assert_eq!(state(&stage).get("folder"), None);
}

#[test]
fn a_failure_is_told_until_a_copy_succeeds() {
    let shelf = Shelf::new();
    let stage = three_orders();
    choose(&stage, &shelf, "copies");
    stage.organizes("MakeBackup", json!({}));
    // The other disk goes away, and comes back.
    fs::rename(shelf.place("copies"), shelf.place("elsewhere")).expect("a folder");
    fs::write(shelf.place("copies"), b"").expect("a file");
    let refused = stage.refused(Role::Organizer, "MakeBackup", json!({}));
    assert_eq!(refused.code, "RefusedBackupFailed");
    let failed = state(&stage);
    assert!(failed["failure"]["message"].as_str().is_some_and(|text| text.contains("copies")));
    assert!(failed["last"].is_object(), "the last one is still told");
    fs::remove_file(shelf.place("copies")).expect("the file");
    stage.organizes("MakeBackup", json!({}));
    assert_eq!(state(&stage).get("failure"), None);
}

#[test]
fn a_copy_that_failed_is_tried_again_a_minute_later() {
    let shelf = Shelf::new();
    let stage = three_orders();
    stage.app().keep_backups();
    choose(&stage, &shelf, "copies");
    wait_until(&stage, |state| state["last"].is_object());
    stage.registers(&id(0x20_0000), &[(GA, 1)]);
    // The other disk is away when the next copy is due, five minutes after the first.
    fs::rename(shelf.place("copies"), shelf.place("elsewhere")).expect("a folder");
    fs::write(shelf.place("copies"), b"").expect("a file");
    stage.minutes_pass(5);
    let failed = wait_until(&stage, |state| state["failure"].is_object());
    assert_eq!(failed["failure"]["at"], "2026-11-23T09:05:00Z");

    fs::remove_file(shelf.place("copies")).expect("the file");
    stage.minutes_pass(1);
    let made = wait_until(&stage, |state| state.get("failure").is_none());
    assert_eq!(made["last"]["madeAt"], "2026-11-23T09:06:00Z");
    assert_eq!(made["eventsSince"], 0);
    stage.app().close().expect("it closes");
}

#[test]
fn the_choice_outlives_a_restart_and_the_newest_copy_is_known() {
    let shelf = Shelf::new();
    let stage = three_orders();
    choose(&stage, &shelf, "copies");
    stage.organizes("MakeBackup", json!({}));
    let stage = stage.restarted();
    let told = state(&stage);
    assert_eq!(told["folder"], shelf.place("copies").to_string_lossy().into_owned());
    assert_eq!(told["last"]["events"], stage.app().position());
    stage.organizes("SetBackupFolder", json!({ "folder": "" }));
    assert_eq!(state(&stage.restarted()).get("folder"), None);
}

#[test]
fn old_copies_of_this_device_go_and_others_stay() {
    let shelf = Shelf::new();
    let stage = three_orders();
    choose(&stage, &shelf, "copies");
    let other = three_orders();
    let foreign = shelf.place("copies").join("foreign.lanyard-backup");
    fs::rename(shelf.backup(&other, "foreign.lanyard-backup").file, &foreign).expect("a file");
    for _ in 0..4 {
        // All within one span of five minutes, so that only the last of them stays.
        stage.seconds_pass(1);
        stage.organizes("MakeBackup", json!({}));
    }
    let listed = stage.asks("ListBackups", json!({}));
    let kept: Vec<&str> = testkit::items(&listed["items"])
        .iter()
        .filter_map(|one| one["file"].as_str())
        .map(|path| path.rsplit('/').next().unwrap_or_default())
        .collect();
    let events = stage.app().position();
    let own = format!("lanyard-20261123T090004Z-{events}.lanyard-backup");
    assert_eq!(kept, [own.as_str(), "foreign.lanyard-backup"]);
}

#[test]
fn selling_goes_on_while_a_copy_is_made_and_closing_ends_it() {
    let shelf = Shelf::new();
    let stage = three_orders();
    choose(&stage, &shelf, "copies");
    let organizer = || app::Caller::new(Role::Organizer, "Web");
    let pending = stage.app().execute(organizer(), "MakeBackup", json!({}));
    stage.buys(&testkit::DMITRI, &[(GA, 1)]);
    let _ = stage.app().execute(organizer(), "CancelBackup", json!({})).wait();
    // Stopped or made: either is whole.
    match pending.wait() {
        Ok(_) => assert_eq!(list(&shelf.place("copies")).len(), 1),
        Err(refused) => assert_eq!(refused.code, "RefusedStopped"),
    }
    stage.app().close().expect("it closes");
    let left: Vec<String> = crate::given::names(&shelf.place("copies"));
    assert!(left.iter().all(|name| !name.starts_with(".lanyard")), "{left:?}");
}
