//! Reading: a stream, the log, one flow, one moment.

use event_store::{
    Cause, Expected, NewEvent, StoredEvent, for_each, for_each_in_stream, position_at, read_all,
    read_all_of_types, read_correlation, read_stream,
};
use kernel::Timestamp;
use uuid::Uuid;

use crate::given::{Given, NINE_O_CLOCK, append, cause, open, placed};

const FLOW: Uuid = Uuid::from_u128(0xF10);

/// Six events: of two streams, two types and, every second one, one flow; a second apart.
fn six_events(path: &std::path::Path) -> Given {
    let mut given = open(path);
    given.store.begin().expect("no transaction is open");
    for number in 0..6_u32 {
        let (stream, type_name, correlation_id) = match number % 2 {
            0 => ("order-1", "OrderPlaced", FLOW),
            _ => ("order-2", "OrderConfirmed", Uuid::from_u128(number.into())),
        };
        let recorded_at = NINE_O_CLOCK.plus_seconds(number.into());
        let cause = Cause { correlation_id, recorded_at, ..cause(number.into()) };
        let event = NewEvent { type_name, ..placed("{}") };
        given.store.append(stream, Expected::Any, &[event], &cause).expect("any revision");
    }
    given.store.commit().expect("the disk takes it");
    given
}

fn positions(events: &[StoredEvent]) -> Vec<i64> {
    events.iter().map(|event| event.position).collect()
}

#[test]
fn a_reader_gets_what_it_asks_for() {
    let path = tempfile::tempdir().unwrap();
    let given = six_events(path.path());
    let log = given.store.connection();
    assert_eq!(positions(&read_stream(log, "order-2", 0).unwrap()), [2, 4, 6]);
    assert_eq!(positions(&read_stream(log, "order-2", 2).unwrap()), [6]);
    assert_eq!(positions(&read_stream(log, "order-9", 0).unwrap()), [0; 0]);
    assert_eq!(positions(&read_all(log, 2, 3).unwrap()), [3, 4, 5]);
    assert_eq!(positions(&read_all(log, 6, 3).unwrap()), [0; 0]);
    assert_eq!(positions(&read_all_of_types(log, &["OrderPlaced"], 1, 9).unwrap()), [3, 5]);
    let both = ["OrderPlaced", "OrderConfirmed", "Never"];
    assert_eq!(positions(&read_all_of_types(log, &both, 0, 4).unwrap()), [1, 2, 3, 4]);
    assert_eq!(positions(&read_all_of_types(log, &[], 0, 4).unwrap()), [0; 0]);
    assert_eq!(positions(&read_correlation(log, FLOW, 1, 9).unwrap()), [3, 5]);
}

#[test]
fn what_is_read_is_what_was_appended() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    let cause = Cause { first_ordinal: 3, causation_id: Some(Uuid::from_u128(8)), ..cause(7) };
    given.store.begin().unwrap();
    let event = NewEvent { schema_version: 4, ..placed(r#"{"a":1}"#) };
    given.store.append("order-1", Expected::NoStream, &[event], &cause).unwrap();
    given.store.commit().unwrap();
    let read = read_stream(given.store.connection(), "order-1", 0).unwrap().remove(0);
    assert_eq!(read.event_id, event_store::event_id(cause.command_id, 3));
    assert_eq!((read.command_id, read.ordinal), (cause.command_id, 3));
    assert_eq!((read.correlation_id, read.causation_id), (Uuid::from_u128(7), cause.causation_id));
    assert_eq!((read.actor.as_str(), read.recorded_at), ("desk-1", NINE_O_CLOCK));
    assert_eq!((read.type_name.as_str(), read.schema_version), ("OrderPlaced", 4));
    assert_eq!((read.payload.as_str(), read.hash), (r#"{"a":1}"#, given.store.head_hash()));
}

#[test]
fn a_reader_may_stop_in_the_middle() {
    let path = tempfile::tempdir().unwrap();
    let given = six_events(path.path());
    let mut seen = Vec::new();
    let answer = for_each(given.store.connection(), 0, 5, |event| {
        seen.push(event.position);
        if seen.len() == 2 { Err(rusqlite::Error::InvalidQuery) } else { Ok(()) }
    });
    assert!(answer.is_err());
    assert_eq!(seen, [1, 2]);
    seen.clear();
    for_each_in_stream(given.store.connection(), "order-1", 1, |event| {
        seen.push(event.position);
        Ok::<(), rusqlite::Error>(())
    })
    .unwrap();
    assert_eq!(seen, [3, 5]);
}

#[test]
fn the_log_can_be_read_as_it_stood_at_a_moment() {
    let path = tempfile::tempdir().unwrap();
    let given = six_events(path.path());
    let log = given.store.connection();
    let at = |moment| position_at(log, moment).unwrap();
    assert_eq!(at(Timestamp::from_micros(NINE_O_CLOCK.micros() - 1)), 0);
    assert_eq!(at(NINE_O_CLOCK), 1);
    assert_eq!(at(Timestamp::from_micros(NINE_O_CLOCK.micros() + 1)), 1);
    assert_eq!(at(NINE_O_CLOCK.plus_seconds(4)), 5);
    assert_eq!(at(NINE_O_CLOCK.plus_minutes(9)), 6);
    assert_eq!(at(Timestamp::from_micros(i64::MIN)), 0);
}

#[test]
fn an_event_of_a_clock_set_back_counts_for_the_latest_moment_before_it() {
    let path = tempfile::tempdir().unwrap();
    let mut given = six_events(path.path());
    given.store.begin().unwrap();
    append(&mut given.store, "order-3", Expected::NoStream, 7).unwrap();
    given.store.commit().unwrap();
    let at = |moment| position_at(given.store.connection(), moment).unwrap();
    assert_eq!(at(NINE_O_CLOCK), 1);
    assert_eq!(at(NINE_O_CLOCK.plus_seconds(5)), 7);
}

#[test]
fn every_query_uses_the_index_that_is_there_for_it() {
    let path = tempfile::tempdir().unwrap();
    let given = six_events(path.path());
    for (query, index) in [
        (
            "SELECT hash FROM events WHERE stream_id = (SELECT id FROM streams WHERE name = 'order-1')
          AND origin = 1 AND revision > 2
          ORDER BY revision",
            "events_by_stream",
        ),
        (
            "SELECT revision FROM events WHERE stream_id = 1 AND origin <= 1
          ORDER BY origin DESC, revision DESC LIMIT 1",
            "events_by_stream",
        ),
        (
            "SELECT position FROM events WHERE correlation_id = x'00' AND position > 1
          ORDER BY position LIMIT 5",
            "events_by_correlation",
        ),
        (
            "SELECT position FROM events WHERE position > 4 ORDER BY position LIMIT 5",
            "INTEGER PRIMARY KEY",
        ),
        (
            "SELECT hlc FROM events WHERE position <= 4 AND origin <= 1
          ORDER BY position DESC LIMIT 1",
            "INTEGER PRIMARY KEY",
        ),
        (
            "SELECT position FROM events WHERE origin <> 1 AND origin = 2 AND origin_pos = 7",
            "events_by_foreign_origin",
        ),
        (
            "SELECT name FROM timeouts WHERE due <= 4 ORDER BY due, name, key LIMIT 5",
            "timeouts_by_due",
        ),
        (
            "SELECT id FROM outbox WHERE done_at IS NULL AND +kind = 'mail' AND 4 < id
          ORDER BY id LIMIT 1",
            "outbox_pending",
        ),
        ("DELETE FROM outbox WHERE person = x'00'", "outbox_by_person"),
    ] {
        let mut plan =
            given.store.connection().prepare(&format!("EXPLAIN QUERY PLAN {query}")).unwrap();
        let steps: Vec<String> =
            plan.query_map([], |row| row.get(3)).unwrap().map(Result::unwrap).collect();
        let steps = steps.join("; ");
        assert!(steps.contains(index) && !steps.contains("TEMP B-TREE"), "{query}: {steps}");
    }
}
