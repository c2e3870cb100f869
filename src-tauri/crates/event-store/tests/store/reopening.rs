//! What happens to a store whose disk failed: it is opened anew, and trusted only when it is whole.

use std::fs;

use event_store::{
    DAMAGE_FILE, DATABASE_FILE, Expected, OpenError, Store, StoreError, check_newest, mark_damaged,
    open_reader, set_witness_aside, verify_chain,
};

use crate::given::{
    MIGRATIONS, NINE_O_CLOCK, append, commit_events, files, hold, open, restore, try_open,
};

#[test]
fn a_store_that_was_given_up_refuses_until_it_is_reopened() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..3);
    given.store.give_up().unwrap();
    assert!(matches!(given.store.begin(), Err(StoreError::Sqlite(_))));
    given.store.reopen(&given.folder).unwrap();
    assert_eq!(given.store.last_position(), 2);
    commit_events(&mut given.store, 3..5);
    assert_eq!(given.store.last_position(), 4);
    let report = verify_chain(given.store.connection(), 0, |_, _| {}).unwrap();
    assert!(report.is_sound());
    assert_eq!(report.events, 4);
}

#[test]
fn giving_up_leaves_the_wal_and_reopening_empties_it() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..3);
    let wal = || std::fs::metadata(path.path().join("lanyard.db-wal")).map_or(0, |file| file.len());
    let before = wal();
    assert!(0 < before);
    given.store.give_up().unwrap();
    assert_eq!(wal(), before, "the failed disk was written to");
    given.store.reopen(&given.folder).unwrap();
    assert_eq!(wal(), 0);
}

#[test]
fn what_was_not_committed_is_gone_after_the_reopening() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..3);
    given.store.begin().unwrap();
    crate::given::append(&mut given.store, "order-9", event_store::Expected::NoStream, 9).unwrap();
    assert_eq!(given.store.last_position(), 3);
    given.store.reopen(&given.folder).unwrap();
    assert_eq!(given.store.last_position(), 2);
    assert_eq!(given.store.revision("order-9").unwrap(), 0);
}

#[test]
fn while_a_reader_is_open_nothing_is_accepted() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..3);
    let reader = open_reader(&given.folder).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM events").unwrap();
    assert!(matches!(given.store.reopen(&given.folder), Err(OpenError::Sqlite { .. })));
    assert!(given.store.begin().is_err());
    drop(reader);
    given.store.reopen(&given.folder).unwrap();
    assert_eq!(given.store.last_position(), 2);
}

#[test]
fn a_restored_folder_without_events_of_its_own_is_what_its_witness_saw_after_a_reopening() {
    let (path, restored) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..4);
    given.store.close().unwrap();
    restore(path.path(), restored.path());
    let mut given = open(restored.path());
    given.store.reopen(&given.folder).unwrap();
    given.store.reopen(&given.folder).expect("it is sound");
    given.store.close().unwrap();
    drop(given.folder);
    assert_eq!(open(restored.path()).store.last_position(), 3);
}

#[test]
fn damage_is_found_at_the_reopening_and_at_the_start() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..1_102);
    let alter = |position: i64| {
        let log = rusqlite::Connection::open(path.path().join(DATABASE_FILE)).unwrap();
        log.execute_batch("DROP TRIGGER IF EXISTS events_are_not_updated").unwrap();
        let sql = "UPDATE events SET recorded_at = recorded_at + 1 WHERE position = ?1";
        log.execute(sql, [position]).unwrap();
    };
    alter(101);
    check_newest(given.store.connection(), path.path()).expect("older ones are for `verify`");
    alter(102);
    let refused = given.store.reopen(&given.folder).unwrap_err();
    let OpenError::Damaged { reason, .. } = &refused else { panic!("{refused:?}") };
    assert!(reason.starts_with("event 102:"), "{reason}");
    assert!(given.store.begin().is_err());
    drop(given);
    let before = files(path.path());
    let folder = hold(path.path());
    let refused = Store::open_whole(&folder, MIGRATIONS, None).unwrap_err();
    assert!(matches!(refused, OpenError::Damaged { .. }), "{refused:?}");
    assert!(files(path.path()) == before, "a damaged log was written to");
    assert_eq!(try_open(&folder).expect("to be inspected").last_position(), 1_101);
}

#[test]
fn after_damage_was_met_the_next_start_looks_at_every_event_and_every_page() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..1_102);
    given.store.close().unwrap();
    let database = path.path().join(DATABASE_FILE);
    let sound = std::fs::read(&database).unwrap();
    let open_whole = || Store::open_whole(&given.folder, MIGRATIONS, None);

    // The number in one of the oldest events, and the first byte of its page, which says what page
    // it is.
    let payload = find(&sound, br#"{"number":50}"#);
    let page = payload / 4_096 * 4_096;
    for (place, reason) in [(payload + 11, "event 50:"), (page, "database disk image is malformed")]
    {
        let mut damaged = sound.clone();
        damaged[place] ^= 1;
        std::fs::write(&database, &damaged).unwrap();
        open_whole().expect("a start looks at the newest only").close().unwrap();
        std::fs::write(&database, &damaged).unwrap();
        mark_damaged(&given.folder).unwrap();
        let before = files(path.path());
        for _ in 0..2 {
            let refused = open_whole().unwrap_err();
            let OpenError::Damaged { reason: found, .. } = &refused else { panic!("{refused:?}") };
            assert!(found.starts_with(reason), "{found}");
            assert!(files(path.path()) == before, "a damaged log was written to");
        }
        std::fs::remove_file(path.path().join(DAMAGE_FILE)).unwrap();
    }
    std::fs::write(&database, &sound).unwrap();
    mark_damaged(&given.folder).unwrap();
    open_whole().expect("it is sound again");
    assert!(!path.path().join(DAMAGE_FILE).exists());
}

fn find(haystack: &[u8], needle: &[u8]) -> usize {
    haystack.windows(needle.len()).position(|window| window == needle).expect("it is there")
}

#[test]
fn a_witness_set_aside_is_kept_and_the_log_goes_on() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..3);
    given.store.close().unwrap();
    drop(given.folder);
    let old = files(path.path());
    let mut given = open(path.path());
    commit_events(&mut given.store, 3..5);
    given.store.close().unwrap();
    drop(given.folder);
    let database = old.iter().find(|(name, _)| name == DATABASE_FILE).unwrap();
    std::fs::write(path.path().join(DATABASE_FILE), &database.1).unwrap();
    let folder = hold(path.path());
    assert!(matches!(try_open(&folder), Err(OpenError::WitnessAhead { log: 2, witness: 4, .. })));
    let aside = set_witness_aside(&folder, NINE_O_CLOCK).unwrap();
    assert!(aside.ends_with("lanyard.witness.20261123T093000Z"), "{}", aside.display());
    assert!(aside.exists());
    assert_eq!(try_open(&folder).unwrap().last_position(), 2);
}

/// As a program that synchronizes folders may do it.
#[cfg(unix)]
#[test]
fn what_is_committed_into_files_that_were_deleted_is_not_confirmed_and_the_loss_is_told() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..4);
    for name in [DATABASE_FILE, "lanyard.db-wal", "lanyard.db-shm"] {
        fs::remove_file(path.path().join(name)).unwrap();
    }
    given.store.begin().unwrap();
    append(&mut given.store, "order-4", Expected::NoStream, 4).unwrap();
    let refused = given.store.commit().unwrap_err();
    assert!(matches!(refused, StoreError::Unconfirmed(_)), "{refused}");
    assert!(refused.to_string().contains("was deleted or replaced"), "{refused}");
    let refused = given.store.reopen(&given.folder).unwrap_err();
    assert!(matches!(refused, OpenError::WitnessAhead { log: 0, witness: 3, .. }), "{refused}");
}

#[cfg(unix)]
#[test]
fn whoever_closes_hears_that_another_file_was_put_in_the_place_of_the_database() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..4);
    let database = given.folder.database();
    let other = path.path().join("other");
    fs::copy(&database, &other).unwrap();
    fs::rename(&other, &database).unwrap();
    let told = given.store.close().unwrap_err().to_string();
    assert!(told.contains("was deleted or replaced"), "{told}");
}
