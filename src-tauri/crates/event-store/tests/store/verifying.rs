//! Verifying names exactly what is wrong.

use event_store::{Fault, FaultKind, Report, verify_chain};
use rusqlite::Connection;

use crate::given::{commit_events, open, restore};

/// A log of twelve events that is then tampered with by somebody who took the triggers away.
fn tampered(sql: &str) -> Report {
    let path = tempfile::tempdir().expect("a temporary folder");
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..13);
    let tamper =
        format!("DROP TRIGGER events_are_not_updated; DROP TRIGGER events_are_not_deleted; {sql}");
    given.store.connection().execute_batch(&tamper).expect("the tampering works");
    verify(given.store.connection())
}

fn verify(connection: &Connection) -> Report {
    verify_chain(connection, 0, |_, _| {}).expect("it can be read")
}

fn faults(position: i64, kinds: impl IntoIterator<Item = FaultKind>) -> Vec<Fault> {
    kinds.into_iter().map(|kind| Fault { position, kind }).collect()
}

#[test]
fn a_whole_log_is_sound_and_progress_reaches_its_end() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    assert!(verify(given.store.connection()).is_sound());
    commit_events(&mut given.store, 1..13);
    let mut seen = Vec::new();
    let report =
        verify_chain(given.store.connection(), 0, |done, of| seen.push((done, of))).unwrap();
    assert!(report.is_sound());
    assert_eq!((report.events, report.last_position), (12, 12));
    assert_eq!(seen.last(), Some(&(12, 12)));
    let tail = verify_chain(given.store.connection(), 9, |_, _| {}).unwrap();
    assert!(tail.is_sound(), "{tail:?}");
    assert_eq!(tail.events, 3);
}

#[test]
fn a_log_under_three_identities_is_sound_from_each_of_its_positions() {
    let paths = [(); 3].map(|()| tempfile::tempdir().unwrap());
    for (nth, path) in (0_usize..).zip(&paths) {
        if let Some(before) = nth.checked_sub(1) {
            restore(paths[before].path(), path.path());
        }
        let mut given = open(path.path());
        let from = |log: &Connection| {
            let last = event_store::last_position(log).unwrap();
            for after in 0..=last {
                let report = verify_chain(log, after, |_, _| {}).unwrap();
                assert!(report.is_sound(), "after {after} of {last}: {report:?}");
                assert_eq!(report.events, last - after);
            }
        };
        from(given.store.connection());
        let first = 10 * nth as u128;
        commit_events(&mut given.store, first + 1..first + 5);
        from(given.store.connection());
        given.store.close().unwrap();
    }
}

#[test]
fn any_altered_column_is_found_at_its_event_and_nowhere_else() {
    for column in [
        "stream_id = 3",
        "type_id = (SELECT MAX(id) FROM types)",
        "schema_version = 2",
        "payload = '{\"number\":70}'",
        "correlation_id = zeroblob(16)",
        "causation_id = zeroblob(16)",
        "actor_id = 2",
        "recorded_at = recorded_at + 1",
        "hlc = hlc + 1",
        "hash = zeroblob(32)",
        "command_id = zeroblob(16)",
        "ordinal = 9",
        "event_id = zeroblob(16)",
        "revision = 2",
        "origin_pos = 70",
    ] {
        let report = tampered(&format!(
            "INSERT INTO types (name) VALUES ('Other'); INSERT INTO actors (name) VALUES ('x');
             DROP INDEX events_by_stream;
             UPDATE events SET {column} WHERE position = 7;
             CREATE INDEX events_by_stream ON events (stream_id, origin, revision);"
        ));
        let altered: Vec<_> =
            report.faults.iter().filter(|fault| fault.kind == FaultKind::Altered).collect();
        assert_eq!(altered.len(), 1, "{column}: {report:?}");
        assert_eq!(altered[0].position, 7, "{column}");
    }
}

#[test]
fn a_renamed_stream_is_found() {
    let report = tampered("UPDATE streams SET name = 'order-70' WHERE name = 'order-7'");
    assert_eq!(report.faults, faults(7, [FaultKind::Altered]));
}

#[test]
fn a_number_without_a_name_is_found_and_the_rest_is_still_checked() {
    let report = tampered(
        "DELETE FROM streams WHERE name = 'order-7';
         UPDATE events SET payload = '{}' WHERE position = 9;",
    );
    assert_eq!(report.fault_count, 2, "{report:?}");
    assert!(matches!(report.faults[0].kind, FaultKind::Unreadable(_)), "{report:?}");
    assert_eq!(report.faults[1], Fault { position: 9, kind: FaultKind::Altered });
}

#[test]
fn missing_events_are_named() {
    let report = tampered("DELETE FROM events WHERE position IN (5, 6)");
    let expected = [
        FaultKind::Missing { first: 5, last: 6 },
        FaultKind::OriginPosition { expected: 5, found: 7 },
        FaultKind::Altered,
    ];
    assert_eq!(report.faults, faults(7, expected));
}

#[test]
fn a_payload_that_is_no_text_any_more_is_found() {
    let report = tampered("UPDATE events SET payload = CAST(x'FF00FE' AS TEXT) WHERE position = 7");
    assert_eq!(report.fault_count, 1, "{report:?}");
    assert!(matches!(report.faults[0].kind, FaultKind::Unreadable(_)), "{report:?}");
    assert_eq!(report.faults[0].position, 7);
}
