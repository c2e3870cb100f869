//! Damage of each kind is named.

use std::{fs, path::Path};

use app::{
    MIGRATIONS,
    verification::verify_folder,
    wire::health::{FaultName, Verification, WitnessWord},
};
use event_store::{DATABASE_FILE, Inspection, KEY_FILE};
use rusqlite::Connection;
use serde_json::{Value, json};
use testkit::{ANNA, BORIS, CP, GA, Stage, WS, registration};

/// A conference that has sold, holds seats, and waits for late money's decision.
fn told() -> Stage {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 2), (CP, 1)]);
    stage.assigns(ANNA.order, 0, &ANNA);
    stage.registers(BORIS.order, &[(WS, 1)]);
    stage
}

/// What verifying says after somebody without respect for triggers wrote into the file.
fn after(damage: &str) -> Verification {
    let stage = told();
    stage.app().close().expect("it closes");
    alter(stage.folder(), damage);
    let inspection = Inspection::open(stage.folder(), MIGRATIONS).expect("it can be looked at");
    verify_folder(&inspection, &mut |_| true).expect("it can be asked").expect("not stopped")
}

fn alter(folder: &Path, damage: &str) {
    let database = Connection::open(folder.join(DATABASE_FILE)).expect("a database");
    let open = "DROP TRIGGER events_are_not_updated; DROP TRIGGER events_are_not_deleted;
                DROP TRIGGER events_are_only_appended; PRAGMA foreign_keys = OFF;";
    database.execute_batch(open).expect("triggers");
    database.execute_batch(damage).expect("the damage is done");
}

/// The tables that differ, with their counts.
fn tables(found: &Verification) -> Vec<(&str, i64, i64, i64)> {
    let counts = |one: &'_ app::compare::Difference| (one.only_live, one.only_fresh, one.different);
    let tables = found.tables.iter().map(|one| {
        let (live, fresh, different) = counts(one);
        (one.table.as_str(), live, fresh, different)
    });
    tables.collect()
}

#[test]
fn what_nobody_touched_is_sound() {
    let found = after("");
    assert!(found.sound, "{found:?}");
    assert_eq!(found.events, found.last_position);
    assert_eq!(found.witness.map(|witness| witness.says), Some(WitnessWord::Agrees));
}

#[test]
fn a_flipped_bit_in_a_payload_is_named_by_its_position() {
    let found = after("UPDATE events SET payload = replace(payload, 'e', 'd') WHERE position = 9");
    assert!(!found.sound);
    assert_eq!(
        (found.faults[0].position, found.faults[0].what.as_str()),
        (9, "the event or its hash was altered")
    );
}

#[test]
fn an_altered_hash_and_a_deleted_event_are_named_by_their_positions() {
    let found = after("UPDATE events SET hash = zeroblob(32) WHERE position = 5");
    assert_eq!(found.faults[0].position, 5);
    let found = after("DELETE FROM events WHERE position = 6");
    assert!(found.faults.iter().any(|fault| fault.what == "events 6 to 6 are missing"));
    assert!(!found.tables.is_empty() || found.not_compared.is_some());
}

#[test]
fn a_payload_that_cannot_be_read_is_named_and_the_tables_wait() {
    let found = after("UPDATE events SET payload = CAST(x'FF00FE' AS TEXT) WHERE position = 7");
    assert_eq!(found.faults[0].position, 7);
    assert!(found.not_compared.is_some(), "{found:?}");
}

#[test]
fn a_foreign_row_a_missing_one_and_an_altered_one_are_named_by_table_key_and_column() {
    let found = after(
        "UPDATE rm_order SET seats = 99 WHERE access_code = (SELECT min(access_code) FROM rm_order);
         DELETE FROM rm_seat_type WHERE place = (SELECT min(place) FROM rm_seat_type);
         INSERT INTO rm_attention SELECT zeroblob(16), order_id, conference_id, 'LatePayment', 1,
             'USD', 1, 1 FROM rm_order LIMIT 1;",
    );
    let expected = [("rm_seat_type", 0, 1, 0), ("rm_order", 0, 0, 1), ("rm_attention", 1, 0, 0)];
    assert_eq!(tables(&found), expected);
    assert_eq!(found.tables[1].rows[0].columns, ["seats"]);
    assert_eq!(found.tables[2].rows[0].key, "00000000-0000-0000-0000-000000000000");
}

#[test]
fn an_altered_state_table_and_a_changed_capital_are_named() {
    let found =
        after("UPDATE payments SET state = 'Rejected'; UPDATE conferences SET slug = upper(slug)");
    assert_eq!(tables(&found), [("conferences", 0, 0, 1), ("payments", 0, 0, 1)]);
    assert_eq!(found.tables[0].rows[0].columns, ["slug"]);
}

#[test]
fn an_altered_process_and_a_lost_or_early_timeout_are_named() {
    let found = after("UPDATE process_managers SET state = replace(state, 'confirmed', 'expired')");
    assert_eq!(tables(&found), [("process_managers", 0, 0, 1)]);
    let found = after("DELETE FROM timeouts");
    assert_eq!(tables(&found), [("timeouts", 0, 1, 0)]);
    let found = after("UPDATE timeouts SET due = due - 1");
    assert_eq!(tables(&found), [("timeouts", 0, 0, 1)]);
    let found = after("INSERT INTO timeouts VALUES ('Nobody', zeroblob(16), 1, '{}')");
    assert_eq!(tables(&found), [("timeouts", 1, 0, 0)]);
}

#[test]
fn a_command_that_points_elsewhere_and_a_false_snapshot_are_named() {
    let found = after(
        "UPDATE commands SET first_position = 2 WHERE first_position = 1;
         INSERT INTO snapshots VALUES (1, x'00', 1, '{}', zeroblob(32));",
    );
    assert_eq!(found.commands.len(), 1, "{found:?}");
    assert_eq!(found.commands[0].what, "event 2 is not its first event");
    assert_eq!(found.snapshots.len(), 1);
}

#[test]
fn where_the_newest_page_is_damaged_the_report_says_from_which_event_on() {
    let stage = told();
    stage.app().close().expect("it closes");
    let path = stage.folder().join(DATABASE_FILE);
    let database = Connection::open(&path).expect("a database");
    let newest = "SELECT position, hash FROM events ORDER BY position DESC LIMIT 1";
    let (position, hash): (i64, Vec<u8>) =
        database.query_row(newest, [], |row| Ok((row.get(0)?, row.get(1)?))).expect("an event");
    drop(database);
    let mut bytes = fs::read(&path).expect("a file");
    let place = bytes.windows(32).position(|part| part == hash).expect("the event");
    bytes[place / 4096 * 4096..][..8].fill(0xFF);
    fs::write(&path, bytes).expect("the damage is done");

    let inspection = Inspection::open(stage.folder(), MIGRATIONS).expect("it can be looked at");
    let found = verify_folder(&inspection, &mut |_| true).expect("it is walked").expect("no stop");
    assert!(!found.sound);
    let [fault] = &found.faults[..] else { panic!("{found:?}") };
    assert_eq!((fault.position, fault.kind), (found.last_position + 1, FaultName::Broken));
    assert!(0 < found.last_position && found.last_position < position, "{found:?}");
    let reason = found.not_compared.expect("the tables wait");
    assert!(reason.contains("the log is damaged") && reason.contains("malformed"), "{reason}");
}

#[test]
fn without_the_key_all_that_tells_no_names_is_checked_all_the_same() {
    let stage = told();
    stage.app().close().expect("it closes");
    alter(
        stage.folder(),
        "UPDATE commands SET first_position = 2 WHERE first_position = 1;
         INSERT INTO snapshots VALUES (1, x'00', 1, '{}', zeroblob(32));
         INSERT INTO quarantine VALUES (3, 'nobody knew it');",
    );
    fs::remove_file(stage.folder().join(KEY_FILE)).expect("a key");
    let inspection = Inspection::open(stage.folder(), MIGRATIONS).expect("it can be looked at");
    let found = verify_folder(&inspection, &mut |_| true).expect("it is walked").expect("no stop");
    assert!(found.not_compared.is_some_and(|reason| reason.contains("store.key is missing")));
    assert_eq!((found.commands.len(), found.snapshots.len(), found.quarantine.len()), (1, 1, 1));
}

#[test]
fn an_event_that_nobody_understands_is_listed_and_no_fault() {
    let stage = told();
    stage.app().close().expect("it closes");
    let folder = event_store::DataFolder::open(stage.folder(), event_store::Opening::Sandbox)
        .expect("nobody holds it");
    let mut store = event_store::Store::open(&folder, MIGRATIONS, None).expect("a store");
    let event =
        event_store::NewEvent { type_name: "ThingOfTomorrow", schema_version: 1, payload: "{}" };
    let cause = event_store::Cause {
        command_id: kernel::CommandId::from_u128(1),
        first_ordinal: 0,
        correlation_id: uuid::Uuid::nil(),
        causation_id: None,
        actor: "desk",
        recorded_at: kernel::Timestamp::from_micros(1),
    };
    store.begin().unwrap();
    store.append("thing-1", event_store::Expected::NoStream, &[event], &cause).unwrap();
    store.commit().unwrap();
    let position = store.last_position();
    store.close().unwrap();
    drop(folder);
    let inspection = Inspection::open(stage.folder(), MIGRATIONS).unwrap();
    let found = verify_folder(&inspection, &mut |_| true).unwrap().unwrap();
    assert!(found.sound, "{found:?}");
    let listed: Vec<_> =
        found.quarantine.iter().map(|event| (event.position, event.type_name.as_str())).collect();
    assert_eq!(listed, [(position, "ThingOfTomorrow")]);
}

#[test]
fn the_report_has_its_stable_shape() {
    let mut found = serde_json::to_value(after(
        "UPDATE events SET hash = zeroblob(32) WHERE position = 5;
         UPDATE rm_order SET seats = 99 WHERE seats = 1;",
    ))
    .unwrap();
    found["seconds"] = json!(0);
    forget_ids(&mut found);
    let golden = include_str!("../../../../../tests/data/verify.json");
    let expected: Value = serde_json::from_str(golden).expect("JSON");
    assert_eq!(found, expected, "{found:#}");
}

fn forget_ids(found: &mut Value) {
    found["tables"][0]["rows"][0]["key"] = "an order".into();
}

#[test]
fn in_the_running_application_a_verification_begins_tells_and_is_stopped() {
    let stage = told();
    stage.organizes("VerifyData", json!({}));
    let health = loop {
        let health = stage.asks("GetDataHealth", json!({}));
        if health["verification"]["state"] != "running" {
            break health;
        }
        std::thread::yield_now();
    };
    assert_eq!(health["verification"]["state"], "done", "{health}");
    assert_eq!(health["verification"]["found"]["sound"], true, "{health}");
    stage.organizes("CancelVerification", json!({}));
    stage.app().scan_log().unwrap();
    let scan = loop {
        let health = stage.asks("GetDataHealth", json!({}));
        if health["scan"]["state"] != "running" {
            break health["scan"].clone();
        }
        std::thread::yield_now();
    };
    assert_eq!(scan["state"], "sound");
    assert_eq!(scan["done"], stage.app().position());
}

#[test]
fn damage_among_old_events_is_found_by_the_next_start_though_the_last_one_found_them_sound() {
    let stage = told();
    // The newest thousand events are looked at before the application opens; the fifth is older.
    for change in 0..340 {
        let params = registration(BORIS.order, &[(WS, 1 + (change + 1) % 2)]);
        stage.organizes("RegisterToConference", params);
    }
    assert!(1_005 < stage.app().position());
    stage.app().scan_log().unwrap();
    assert_eq!(wait_for_scan(&stage)["state"], "sound");
    let before = stage.app().position();
    let stage = stage.reopened_after(|folder| {
        alter(folder, "UPDATE events SET hash = zeroblob(32) WHERE position = 5");
    });
    stage.app().scan_log().unwrap();
    let scan = wait_for_scan(&stage);
    assert_eq!((&scan["state"], &scan["faults"][0]["position"]), (&json!("damaged"), &json!(5)));
    assert!(before <= scan["done"].as_i64().unwrap());
}

#[test]
fn data_that_is_worked_with_is_cared_for_and_a_copy_to_look_at_is_not() {
    let stage = told();
    stage.app().begin_care().expect("it begins");
    assert_eq!(stage.asks("GetBackups", json!({}))["isAutomatic"], true);
    assert_eq!(wait_for_scan(&stage)["state"], "sound");

    let folder = stage.folder().to_owned();
    let (opening, clock) = (app::Opening::ExistingOrReal, app::ClockChoice::default());
    let copy = app::OpenOptions { folder, opening, clock, codes: None };
    let copy = app::App::open_to_look(copy).expect("a copy");
    copy.begin_care().expect("nothing to begin");
    let asks = |method: &str| {
        let organizer = app::Caller::new(app::Role::Organizer, "Web");
        let answer = copy.query(&organizer, method, json!({})).expect("an answer");
        serde_json::from_str::<Value>(answer.get()).expect("JSON")
    };
    assert_eq!(asks("GetBackups")["isAutomatic"], false);
    assert_eq!(asks("GetDataHealth").get("scan"), None);
}

fn wait_for_scan(stage: &Stage) -> Value {
    loop {
        let health = stage.asks("GetDataHealth", json!({}));
        if health["scan"]["state"] != "running" {
            return health["scan"].clone();
        }
        std::thread::yield_now();
    }
}
