//! Looking at a folder changes nothing in it, and says what the tables beside the log got wrong.

use std::fs;

use event_store::{
    DATABASE_FILE, Fault, FaultKind, Inspection, KEY_FILE, OpenError, Remains, WITNESS_FILE,
    WitnessSays, check_commands, check_snapshots, verify_chain,
};
use rusqlite::Connection;

use crate::given::{MIGRATIONS, commit_events, files, open};

/// A folder with twelve events, closed.
fn written() -> tempfile::TempDir {
    let path = tempfile::tempdir().expect("a temporary folder");
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..13);
    given.store.close().expect("it closes");
    path
}

#[test]
fn a_folder_that_is_looked_at_stays_as_it_was() {
    let path = written();
    let before = files(path.path());
    let inspection = Inspection::open(path.path(), MIGRATIONS).unwrap();
    assert!(verify_chain(inspection.connection(), 0, |_, _| {}).unwrap().is_sound());
    assert_eq!(inspection.witness().unwrap(), WitnessSays::Agrees { position: 12 });
    drop(inspection);
    assert_eq!(files(path.path()), before);
}

#[test]
fn a_folder_that_does_not_exist_is_not_made() {
    let path = tempfile::tempdir().expect("a temporary folder");
    let missing = path.path().join("nowhere");
    let refused = Inspection::open(&missing, MIGRATIONS).unwrap_err();
    assert!(matches!(refused, OpenError::Missing { .. }), "{refused}");
    assert!(!missing.exists());
}

#[test]
fn an_older_form_is_not_brought_up_to_date() {
    let path = written();
    let before = files(path.path());
    let more = ["CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;"];
    let newer = &[MIGRATIONS, &more].concat();
    let refused = Inspection::open(path.path(), newer).unwrap_err();
    assert!(matches!(refused, OpenError::Older { found: 3, known: 4, .. }), "{refused}");
    assert_eq!(files(path.path()), before);
}

#[test]
fn a_witness_that_is_ahead_or_torn_is_told() {
    let path = written();
    let witness = fs::read(path.path().join(WITNESS_FILE)).unwrap();
    fs::remove_file(path.path().join(DATABASE_FILE)).unwrap();
    fs::remove_file(path.path().join(WITNESS_FILE)).unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..5);
    given.store.close().unwrap();
    drop(given.folder);
    fs::write(path.path().join(WITNESS_FILE), witness).unwrap();
    let inspection = Inspection::open(path.path(), MIGRATIONS).unwrap();
    assert_eq!(inspection.witness().unwrap(), WitnessSays::Ahead { position: 12 });
    fs::write(path.path().join(WITNESS_FILE), [1; 128]).unwrap();
    assert!(matches!(inspection.witness().unwrap(), WitnessSays::Unreadable { .. }));
}

#[test]
fn a_command_that_points_to_another_event_and_an_altered_snapshot_are_named() {
    let path = tempfile::tempdir().expect("a temporary folder");
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..13);
    let connection: &Connection = given.store.connection();
    connection
        .execute_batch(
            "INSERT INTO commands SELECT command_id, x'00', position, '{}' FROM events
             WHERE position = 3;
             INSERT INTO commands VALUES (zeroblob(16), x'00', 4, '{}');
             INSERT INTO commands VALUES (x'00000000000000000000000000000001', x'00', 70, '{}');",
        )
        .unwrap();
    let said: Vec<String> =
        check_commands(connection).unwrap().into_iter().map(|wrong| wrong.what).collect();
    assert_eq!(said, ["event 4 is not its first event", "its first event, 70, is not in the log"]);

    assert!(given.store.save_snapshot("order-7", b"fold", 1, "{}").unwrap());
    assert!(given.store.save_snapshot("order-8", b"fold", 1, "{}").unwrap());
    assert_eq!(check_snapshots(connection).unwrap(), []);
    connection.execute("UPDATE snapshots SET state = '{\"x\":1}' WHERE stream_id = 8", []).unwrap();
    let wrong = check_snapshots(connection).unwrap();
    assert_eq!(wrong.len(), 1);
    assert_eq!(wrong[0].key, "order-8");
}

/// A page of the events is overwritten; those before and after it can be read.
#[test]
fn of_a_damaged_log_everything_is_read_but_what_is_on_the_damaged_page() {
    let path = tempfile::tempdir().expect("a temporary folder");
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..201);
    given.store.close().expect("it closes");
    drop(given.folder);
    let database = path.path().join(DATABASE_FILE);
    let mut bytes = fs::read(&database).unwrap();
    let payload = br#"{"number":100}"#;
    let place = bytes.windows(payload.len()).position(|part| part == payload).expect("the event");
    bytes[place / 4096 * 4096..][..64].fill(0xFF);
    fs::write(&database, bytes).unwrap();

    let remains = Remains::open(&database).expect("its first page is whole");
    assert_eq!(remains.last_position(), Some(200));
    let mut read = Vec::new();
    remains.for_each_after(10, 200, |position, type_name, _| {
        assert_eq!(type_name, "OrderPlaced");
        read.push(position);
    });
    assert_eq!((read.first(), read.last()), (Some(&11), Some(&200)));
    assert!(!read.contains(&100));
    assert!(150 < read.len() && read.is_sorted(), "{read:?}");
}

#[test]
fn a_log_is_looked_through_without_the_key_to_the_names_in_it() {
    let path = written();
    let key = path.path().join(KEY_FILE);
    let text = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    let inspection = Inspection::open(path.path(), MIGRATIONS).unwrap();
    assert!(verify_chain(inspection.connection(), 0, |_, _| {}).unwrap().is_sound());
    let reason = inspection.keys().unwrap_err();
    assert!(reason.contains("store.key is missing"), "{reason}");
    drop(inspection);
    fs::write(&key, text.iter().map(|byte| byte ^ 1).collect::<Vec<_>>()).unwrap();
    let inspection = Inspection::open(path.path(), MIGRATIONS).unwrap();
    let reason = inspection.keys().unwrap_err();
    assert!(reason.contains("is not the key of this database"), "{reason}");
}

#[test]
fn where_the_database_is_gone_that_is_said() {
    let path = written();
    fs::remove_file(path.path().join(DATABASE_FILE)).unwrap();
    let refused = Inspection::open(path.path(), MIGRATIONS).unwrap_err();
    assert!(matches!(refused, OpenError::WitnessAhead { log: 0, witness: 12, .. }), "{refused}");
    assert!(refused.to_string().contains("for there is nothing in"), "{refused}");
}

/// Every page of the file is tried, alone and together with the page of the last event.
#[test]
fn behind_a_page_that_cannot_be_read_the_events_are_checked_all_the_same() {
    let path = tempfile::tempdir().expect("a temporary folder");
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..413);
    let altered = "DROP TRIGGER events_are_not_updated;
        UPDATE events SET payload = '{}' WHERE position = 390;";
    given.store.connection().execute_batch(altered).unwrap();
    given.store.close().expect("it closes");
    drop(given.folder);
    let database = path.path().join(DATABASE_FILE);
    let sound = fs::read(&database).unwrap();
    let last_event = br#"{"number":412}"#;
    let last = sound.windows(last_event.len()).position(|part| part == last_event).unwrap() / 4096;
    let behind = Fault { position: 390, kind: FaultKind::Altered };
    let mut told = 0;
    for (page, together) in (1..sound.len() / 4096).flat_map(|page| [(page, page), (page, last)]) {
        let mut damaged = sound.clone();
        for page in [page, together] {
            damaged[page * 4096..page * 4096 + 8].fill(0xFF);
        }
        fs::write(&database, damaged).unwrap();
        let Ok(inspection) = Inspection::open(path.path(), MIGRATIONS) else { continue };
        let report = verify_chain(inspection.connection(), 0, |_, _| {}).expect("it is walked");
        // A page of names makes all events unreadable, and says so of each.
        let of_names = |fault: &Fault| matches!(fault.kind, FaultKind::Unreadable(_));
        if report.events == 412 || report.faults.iter().any(of_names) {
            continue;
        }
        let case = format!("pages {page} and {together}: {report:?}");
        let is_broken = |fault: &&Fault| matches!(fault.kind, FaultKind::Broken(_));
        let broken: Vec<i64> =
            report.faults.iter().filter(is_broken).map(|fault| fault.position).collect();
        assert!(!broken.is_empty(), "{case}");
        if report.last_position < 412 {
            // Nothing is said of an end that cannot be read but where it begins.
            assert!(broken.contains(&(report.last_position + 1)), "{case}");
            assert!(report.events == 0 || last == page || last == together, "{case}");
        }
        // The page of the altered event itself tells nothing of it.
        let unread = broken[0]..broken[0] + 412 - report.events;
        if unread.contains(&390) && !report.faults.contains(&behind) {
            continue;
        }
        assert_eq!(report.fault_count, broken.len() + 1, "{case}");
        assert!(report.faults.contains(&behind), "{case}");
        told += 1;
    }
    assert!(10 < told, "{told} pages hold events");
}
