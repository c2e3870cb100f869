//! Appending: all or nothing, in order, and never changed again.

use event_store::{
    AppendError, Cause, Expected, MAX_PAYLOAD_BYTES, NewEvent, StoreError, StoredEvent, read_all,
    read_stream,
};
use kernel::Timestamp;
use rusqlite::ErrorCode;

use crate::given::{NINE_O_CLOCK, append, cause, commit_events, dump, open, placed};

const STREAM: &str = "order-1";

fn payloads(events: &[StoredEvent]) -> Vec<&str> {
    events.iter().map(|event| event.payload.as_str()).collect()
}

#[test]
fn events_are_numbered_from_one_in_the_log_and_in_their_stream() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    given.store.begin().unwrap();
    let first = append(&mut given.store, "order-1", Expected::NoStream, 1).unwrap();
    let other = append(&mut given.store, "order-2", Expected::NoStream, 2).unwrap();
    let events = [placed("{}"), placed("[]")];
    let rest = given.store.append("order-1", Expected::Exact(1), &events, &cause(3)).unwrap();
    given.store.commit().unwrap();
    assert_eq!((first.first_position, first.last_position, first.revision), (1, 1, 1));
    assert_eq!((other.first_position, other.last_position, other.revision), (2, 2, 1));
    assert_eq!((rest.first_position, rest.last_position, rest.revision), (3, 4, 3));
}

#[test]
fn a_rejected_append_leaves_no_trace_and_the_next_correct_one_succeeds() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..2);
    let before = dump(given.store.connection());
    given.store.begin().unwrap();
    for (stream, expected, found) in [
        ("order-1", Expected::Exact(5), 1),
        ("order-1", Expected::Exact(0), 1),
        ("order-1", Expected::NoStream, 1),
        ("order-9", Expected::Exact(1), 0),
        ("order-9", Expected::Exact(0), 0),
        ("order-9", Expected::Exists, 0),
        ("order-1", Expected::Exact(i64::MAX), 1),
        ("order-1", Expected::Exact(i64::MIN), 1),
    ] {
        let refused = append(&mut given.store, stream, expected, 2).unwrap_err();
        assert!(
            matches!(&refused, AppendError::Conflict { actual, .. } if *actual == found),
            "{stream} {expected:?}: {refused:?}"
        );
    }
    given.store.commit().unwrap();
    assert_eq!(dump(given.store.connection()), before);
    given.store.begin().unwrap();
    let appended = append(&mut given.store, "order-1", Expected::Exact(1), 2).unwrap();
    given.store.commit().unwrap();
    assert_eq!((appended.first_position, appended.revision), (2, 2));
}

#[test]
fn of_many_appends_at_one_revision_exactly_one_wins() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..2);
    given.store.begin().unwrap();
    let won = (2..10)
        .filter(|number| append(&mut given.store, STREAM, Expected::Exact(1), *number).is_ok())
        .count();
    given.store.commit().unwrap();
    assert_eq!(won, 1);
    assert_eq!(given.store.last_position(), 2);
}

#[test]
fn what_cannot_be_stored_is_refused_before_anything_is_written() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    let before = dump(given.store.connection());
    given.store.begin().unwrap();
    let mut try_payload = |payload: &str| {
        let events = [placed("{}"), placed(payload)];
        given.store.append(STREAM, Expected::Any, &events, &cause(1)).unwrap_err()
    };
    for payload in ["", "{", "{}{}", "{\"a\":}", "Anna"] {
        assert!(matches!(try_payload(payload), AppendError::InvalidPayload { .. }), "{payload}");
    }
    let large = format!("\"{}\"", "x".repeat(MAX_PAYLOAD_BYTES - 1));
    assert!(matches!(try_payload(&large), AppendError::TooLarge { .. }));
    let nothing = given.store.append(STREAM, Expected::Any, &[], &cause(1)).unwrap_err();
    assert!(matches!(nothing, AppendError::Empty));
    for stream in ["", &"x".repeat(256)] {
        let refused = append(&mut given.store, stream, Expected::Any, 1).unwrap_err();
        assert!(matches!(refused, AppendError::InvalidName { .. }), "{stream}");
    }
    let late = Cause { first_ordinal: u32::MAX, ..cause(1) };
    let refused = given.store.append(STREAM, Expected::Any, &[placed("{}")], &late).unwrap_err();
    assert!(matches!(refused, AppendError::TooLarge { .. }));
    given.store.commit().unwrap();
    assert_eq!(dump(given.store.connection()), before);
}

#[test]
fn the_largest_payload_and_any_letters_come_back_as_they_were() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    let large = format!("\"{}\"", "x".repeat(MAX_PAYLOAD_BYTES - 2));
    let letters = "{\"name\":\"Zoë 王小明 🎟\\u0000\"}";
    let stream = "order-Zoë 🎟";
    given.store.begin().unwrap();
    let events = [placed(&large), placed(letters)];
    given.store.append(stream, Expected::NoStream, &events, &cause(1)).unwrap();
    given.store.commit().unwrap();
    let read = read_stream(given.store.connection(), stream, 0).unwrap();
    assert_eq!(payloads(&read), [large.as_str(), letters]);
    assert_eq!(read[1].stream, stream);
}

#[test]
fn nothing_is_appended_without_a_transaction() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    let refused = append(&mut given.store, STREAM, Expected::Any, 1).unwrap_err();
    assert!(matches!(refused, AppendError::Store(StoreError::NoTransaction)));
    assert!(matches!(given.store.commit(), Err(StoreError::NoTransaction)));
}

#[test]
fn going_back_to_a_savepoint_drops_one_command_and_keeps_the_others() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    let store = &mut given.store;
    store.begin().unwrap();
    append(store, STREAM, Expected::NoStream, 1).unwrap();
    let (position, hash) = (store.last_position(), store.head_hash());
    store.savepoint().unwrap();
    append(store, STREAM, Expected::Exact(1), 2).unwrap();
    append(store, "order-2", Expected::NoStream, 3).unwrap();
    let types = [NewEvent { type_name: "OrderCancelled", schema_version: 2, payload: "{}" }];
    let actor = Cause { actor: "kiosk-2", ..cause(4) };
    store.append("order-2", Expected::Exact(1), &types, &actor).unwrap();
    store.rollback_to().unwrap();
    assert_eq!((store.last_position(), store.head_hash()), (position, hash));
    store.savepoint().unwrap();
    append(store, "order-2", Expected::NoStream, 5).unwrap();
    store.append("order-2", Expected::Exact(1), &types, &actor).unwrap();
    store.release().unwrap();
    store.commit().unwrap();
    let log = read_all(store.connection(), 0, 10).unwrap();
    assert_eq!(payloads(&log), [r#"{"number":1}"#, r#"{"number":5}"#, "{}"]);
    assert_eq!((log[2].actor.as_str(), log[2].type_name.as_str()), ("kiosk-2", "OrderCancelled"));
    assert_eq!(log[2].revision, 2);
}

#[test]
fn after_a_failed_commit_nothing_is_there_and_the_store_goes_on() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..3);
    given
        .store
        .connection()
        .execute_batch(
            "CREATE TABLE badge (id INTEGER PRIMARY KEY,
                 printer INTEGER REFERENCES badge (id) DEFERRABLE INITIALLY DEFERRED) STRICT;",
        )
        .unwrap();
    let before = dump(given.store.connection());
    let head = given.store.head_hash();
    given.store.begin().unwrap();
    append(&mut given.store, "order-1", Expected::Exact(1), 3).unwrap();
    given.store.connection().execute("INSERT INTO badge (printer) VALUES (99)", []).unwrap();
    assert!(matches!(given.store.commit(), Err(StoreError::Commit(_))));
    assert_eq!((given.store.last_position(), given.store.head_hash()), (2, head));
    assert_eq!(dump(given.store.connection()), before);
    given.store.begin().unwrap();
    let appended = append(&mut given.store, "order-1", Expected::Exact(1), 3).unwrap();
    given.store.commit().unwrap();
    assert_eq!((appended.first_position, appended.revision), (3, 2));
}

#[test]
fn a_full_disk_refuses_with_its_own_error_and_leaves_no_half_state() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..3);
    let before = dump(given.store.connection());
    let pages = |store: &event_store::Store, pages: i64| {
        store
            .connection()
            .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
            .unwrap();
    };
    pages(&given.store, 1);
    given.store.begin().unwrap();
    let large = format!("\"{}\"", "x".repeat(200_000));
    let events = [placed("{}"), placed(&large)];
    let refused =
        given.store.append("order-1", Expected::Exact(1), &events, &cause(3)).unwrap_err();
    let AppendError::Store(StoreError::Sqlite(error)) = refused else { panic!("{refused:?}") };
    assert_eq!(error.sqlite_error_code(), Some(ErrorCode::DiskFull));
    assert!(given.store.commit().is_err());
    given.store.rollback().unwrap();
    assert_eq!(dump(given.store.connection()), before);
    pages(&given.store, 1_000_000);
    given.store.begin().unwrap();
    given.store.append("order-1", Expected::Exact(1), &events, &cause(3)).unwrap();
    given.store.commit().unwrap();
    assert_eq!(given.store.last_position(), 4);
}

#[test]
fn a_half_written_append_cannot_be_committed() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    let stop = "CREATE TRIGGER stop BEFORE INSERT ON events WHEN NEW.payload = '[2]'
                BEGIN SELECT RAISE(ABORT, 'stop'); END";
    given.store.connection().execute_batch(stop).unwrap();
    given.store.begin().unwrap();
    given.store.savepoint().unwrap();
    let events = [placed("[1]"), placed("[2]")];
    assert!(given.store.append(STREAM, Expected::Any, &events, &cause(1)).is_err());
    let next = append(&mut given.store, STREAM, Expected::Any, 2).unwrap_err();
    assert!(matches!(next, AppendError::Store(StoreError::Unfinished)));
    assert!(matches!(given.store.release(), Err(StoreError::Unfinished)));
    assert!(matches!(given.store.commit(), Err(StoreError::Unfinished)));
    given.store.rollback_to().unwrap();
    append(&mut given.store, STREAM, Expected::NoStream, 2).unwrap();
    given.store.commit().unwrap();
    let log = read_all(given.store.connection(), 0, 10).unwrap();
    assert_eq!(payloads(&log), [r#"{"number":2}"#]);
}

#[test]
fn no_connection_can_change_or_delete_an_event() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..4);
    let before = dump(given.store.connection());
    let other = rusqlite::Connection::open(given.folder.database()).unwrap();
    let copy = "position, event_id, stream_id, origin, origin_pos, revision, type_id,
        schema_version, payload, command_id, ordinal, correlation_id, causation_id, actor_id,
        recorded_at, hlc, hash";
    let moved = copy.replace("position,", "4,");
    for sql in [
        "UPDATE events SET payload = '{}' WHERE position = 2",
        "DELETE FROM events WHERE position = 2",
        "DELETE FROM events",
        &format!("INSERT OR REPLACE INTO events SELECT {copy} FROM events WHERE position = 2"),
        &format!("INSERT OR REPLACE INTO events SELECT {moved} FROM events WHERE position = 2"),
        &format!(
            "INSERT INTO events SELECT {} FROM events WHERE position = 2",
            copy.replace("position,", "9,")
        ),
    ] {
        assert!(other.execute(sql, []).is_err(), "{sql}");
    }
    assert_eq!(dump(&other), before);
}

#[test]
fn the_logical_clock_rises_across_a_restart_though_the_wall_clock_went_back() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..3);
    drop(given);
    let mut given = open(path.path());
    let earlier = Cause { recorded_at: Timestamp::from_micros(0), ..cause(3) };
    given.store.begin().unwrap();
    given.store.append("order-3", Expected::NoStream, &[placed("{}")], &earlier).unwrap();
    given.store.commit().unwrap();
    let log = read_all(given.store.connection(), 0, 10).unwrap();
    assert_eq!(log[0].hlc >> 16, NINE_O_CLOCK.millis());
    assert!(log.is_sorted_by(|one, next| one.hlc < next.hlc));
    assert_eq!(log[2].recorded_at, Timestamp::from_micros(0));
}
