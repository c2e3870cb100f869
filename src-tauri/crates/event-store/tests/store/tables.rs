//! What is stored in one transaction with the events.

use event_store::{
    Checkpoint, CommandRecord, Expected, FailedDelivery, Snapshot, Store, Timeout, checkpoints,
    next_in_outbox, quarantined,
};
use kernel::{PersonId, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

use crate::given::{ANNA, BORIS, NINE_O_CLOCK, append, command, commit_events, open};

const KEY: Uuid = Uuid::from_u128(0x1);
const OTHER: Uuid = Uuid::from_u128(0x2);

fn in_transaction<T>(store: &mut Store, change: impl FnOnce(&mut Store) -> T) -> T {
    store.begin().expect("no transaction is open");
    let answer = change(store);
    store.commit().expect("the disk takes it");
    answer
}

#[test]
fn an_accepted_command_is_answered_the_same_for_ever() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    let record =
        CommandRecord { digest: [7; 32], first_position: Some(1), answer: "[\"ok\"]".to_owned() };
    in_transaction(&mut given.store, |store| {
        assert_eq!(store.find_command(command(1)).unwrap(), None);
        append(store, "order-1", Expected::NoStream, 1).unwrap();
        store.record_command(command(1), &[7; 32], Some(1), "[\"ok\"]").unwrap();
        assert_eq!(store.find_command(command(1)).unwrap(), Some(record.clone()));
        store.record_command(command(2), &[8; 32], None, "").unwrap();
        assert!(store.record_command(command(1), &[9; 32], None, "other").is_err());
    });
    commit_events(&mut given.store, 2..9);
    drop(given);
    let given = open(path.path());
    assert_eq!(given.store.find_command(command(1)).unwrap(), Some(record));
    assert_eq!(given.store.find_command(command(2)).unwrap().unwrap().first_position, None);
}

#[test]
fn a_command_that_was_rolled_back_was_never_accepted() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    in_transaction(&mut given.store, |store| {
        store.savepoint().unwrap();
        store.record_command(command(1), &[7; 32], None, "").unwrap();
        store.rollback_to().unwrap();
        assert_eq!(store.find_command(command(1)).unwrap(), None);
    });
}

#[test]
fn timeouts_fall_due_in_order_and_once() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    let at = |minutes| NINE_O_CLOCK.plus_minutes(minutes);
    in_transaction(&mut given.store, |store| {
        assert_eq!(store.next_due().unwrap(), None);
        store.set_timeout("expire", KEY, at(15), "late").unwrap();
        store.set_timeout("expire", OTHER, at(5), "b").unwrap();
        store.set_timeout("remind", KEY, at(5), "c").unwrap();
        store.set_timeout("remind", OTHER, at(1), "cleared").unwrap();
        store.set_timeout("expire", KEY, at(3), "a").unwrap();
        assert!(store.clear_timeout("remind", OTHER).unwrap());
        assert!(!store.clear_timeout("remind", OTHER).unwrap());
        assert_eq!(store.next_due().unwrap(), Some(at(3)));
        assert_eq!(store.take_due(at(2), 9).unwrap(), []);
        let names = |due: Vec<Timeout>| due.into_iter().map(|due| due.payload).collect::<Vec<_>>();
        assert_eq!(names(store.take_due(at(5), 2).unwrap()), ["a", "b"]);
        assert_eq!(names(store.take_due(at(5), 2).unwrap()), ["c"]);
        assert_eq!(store.take_due(Timestamp::from_micros(i64::MAX), 9).unwrap(), []);
    });
}

#[test]
fn a_process_has_one_state_for_each_key() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    in_transaction(&mut given.store, |store| {
        assert_eq!(store.load_process("registration", KEY).unwrap(), None);
        store.save_process("registration", KEY, "1").unwrap();
        store.save_process("registration", KEY, "2").unwrap();
        assert_eq!(store.load_process("registration", KEY).unwrap().as_deref(), Some("2"));
        assert_eq!(store.load_process("registration", OTHER).unwrap(), None);
        assert_eq!(store.load_process("other", KEY).unwrap(), None);
    });
}

/// What is tried one after the other, by its body.
fn due(store: &Store, now: Timestamp) -> Vec<String> {
    let mut after = 0;
    let mut bodies = Vec::new();
    let next = |after| next_in_outbox(store.connection(), "mail", after, now).expect("a row");
    while let Some(next) = next(after) {
        after = next.id;
        bodies.push(next.body);
    }
    bodies
}

fn enqueue(store: &Store, key: &str, body: &str, person: PersonId) -> bool {
    store.enqueue("mail", key, body, Some(person), NINE_O_CLOCK).expect("it is enqueued")
}

#[test]
fn the_outbox_keeps_order_and_what_was_sent() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    in_transaction(&mut given.store, |store| {
        assert!(enqueue(store, "1", "to Anna", ANNA));
        assert!(enqueue(store, "2", "to Boris", BORIS));
        assert!(store.enqueue("print", "1", "badge", None, NINE_O_CLOCK).unwrap());
        assert!(!enqueue(store, "1", "to Anna", ANNA));
        assert_eq!(due(store, NINE_O_CLOCK), ["to Anna", "to Boris"]);
        store.mark_outbox_done(2, "sent", NINE_O_CLOCK).unwrap();
        store.mark_outbox_done(2, "exported", NINE_O_CLOCK.plus_minutes(1)).unwrap();
        assert_eq!(due(store, NINE_O_CLOCK), ["to Anna"]);
        assert!(!enqueue(store, "2", "to Boris", BORIS));
        let sql = "SELECT left_as, done_at FROM outbox WHERE id = 2";
        let left: (String, i64) =
            store.connection().query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert_eq!(left, ("sent".to_owned(), NINE_O_CLOCK.micros()));
    });
}

#[test]
fn what_failed_waits_and_what_nobody_takes_is_set_aside() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    let soon = NINE_O_CLOCK.plus_minutes(1);
    in_transaction(&mut given.store, |store| {
        enqueue(store, "1", "to Anna", ANNA);
        enqueue(store, "2", "to Boris", BORIS);
        let later = FailedDelivery {
            error: "try again later".to_owned(),
            is_refusal: false,
            next_try_at: Some(soon),
        };
        store.mark_outbox_failed(1, &later, NINE_O_CLOCK).unwrap();
        assert_eq!(due(store, NINE_O_CLOCK), ["to Boris"]);
        assert_eq!(due(store, soon), ["to Anna", "to Boris"]);
        let refused =
            FailedDelivery { error: "unknown".to_owned(), is_refusal: true, next_try_at: None };
        store.mark_outbox_failed(2, &refused, NINE_O_CLOCK).unwrap();
        assert_eq!(due(store, soon), ["to Anna"]);
        store.hurry_outbox("mail").unwrap();
        assert_eq!(due(store, NINE_O_CLOCK), ["to Anna"], "what is set aside stays so");
        let anna = next_in_outbox(store.connection(), "mail", 0, NINE_O_CLOCK).unwrap().unwrap();
        assert_eq!((anna.attempts, anna.refusals), (1, 0));
        assert_eq!(anna.last_error.as_deref(), Some("try again later"));
        store.take_outbox_up_again(2).unwrap();
        let boris = next_in_outbox(store.connection(), "mail", 1, NINE_O_CLOCK).unwrap().unwrap();
        assert_eq!((boris.attempts, boris.refusals), (1, 0));
    });
}

#[test]
fn an_erased_person_is_in_the_outbox_no_more_sent_or_not() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    in_transaction(&mut given.store, |store| {
        enqueue(store, "1", "to Anna", ANNA);
        enqueue(store, "2", "to Anna again", ANNA);
        enqueue(store, "3", "to Boris", BORIS);
        store.mark_outbox_done(1, "sent", NINE_O_CLOCK).unwrap();
        assert_eq!(store.scrub_outbox(ANNA).unwrap(), 2);
        assert_eq!(due(store, NINE_O_CLOCK), ["to Boris"]);
        store.mark_outbox_done(2, "sent", NINE_O_CLOCK).unwrap();
    });
}

#[test]
fn checkpoints_and_quarantine_are_kept() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    let stopped = |position, failed_position| Checkpoint {
        name: "attendees".to_owned(),
        version: 2,
        position,
        failed_position,
    };
    in_transaction(&mut given.store, |store| {
        assert_eq!(store.checkpoint_of("attendees").unwrap(), None);
        store.set_checkpoint(&stopped(7, Some(8))).unwrap();
        store.set_checkpoint(&stopped(8, None)).unwrap();
        assert_eq!(store.checkpoint_of("attendees").unwrap(), Some(stopped(8, None)));
        store.quarantine(8, "no such event").unwrap();
        store.quarantine(8, "of a later release").unwrap();
    });
    assert_eq!(checkpoints(given.store.connection()).unwrap(), [stopped(8, None)]);
    let aside = quarantined(given.store.connection()).unwrap();
    assert_eq!((aside.len(), aside[0].reason.as_str()), (1, "of a later release"));
}

#[test]
fn a_snapshot_serves_only_the_code_and_the_history_it_was_made_from() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    in_transaction(&mut given.store, |store| {
        append(store, "order-1", Expected::NoStream, 1).unwrap();
        assert!(!store.save_snapshot("order-1", b"fold 1", 2, "{}").unwrap());
        assert!(!store.save_snapshot("order-2", b"fold 1", 1, "{}").unwrap());
        assert!(store.save_snapshot("order-1", b"fold 1", 1, "{}").unwrap());
    });
    let kept = Some(Snapshot { revision: 1, state: "{}".to_owned() });
    assert_eq!(given.store.load_snapshot("order-1", b"fold 1").unwrap(), kept);
    assert_eq!(given.store.load_snapshot("order-1", b"fold 2").unwrap(), None);
    assert_eq!(given.store.load_snapshot("order-2", b"fold 1").unwrap(), None);
    given.store.drop_snapshots().unwrap();
    assert_eq!(given.store.load_snapshot("order-1", b"fold 1").unwrap(), None);
}

#[test]
fn a_damaged_snapshot_is_no_snapshot() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    for damage in [
        "UPDATE snapshots SET state = substr(state, 1, 5)",
        "UPDATE snapshots SET state = CAST(x'FF00FE' AS TEXT)",
        "UPDATE snapshots SET hash = randomblob(32)",
        "UPDATE snapshots SET hash = x''",
        "UPDATE snapshots SET revision = 1",
        "UPDATE snapshots SET revision = -1",
    ] {
        in_transaction(&mut given.store, |store| {
            append(store, "order-1", Expected::Any, 1).unwrap();
            let revision = append(store, "order-1", Expected::Exists, 2).unwrap().revision;
            assert!(store.save_snapshot("order-1", b"fold", revision, "{\"seats\":2}").unwrap());
            store.connection().execute(damage, []).unwrap();
        });
        assert_eq!(given.store.load_snapshot("order-1", b"fold").unwrap(), None, "{damage}");
    }
}

/// The state of these tests: the sum of the numbers that were appended.
fn sum(store: &Store, stream: &str, mut state: i64, after: i64) -> i64 {
    for event in event_store::read_stream(store.connection(), stream, after).expect("it is there") {
        state += event.payload.parse::<i64>().expect("a number");
    }
    state
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn state_from_a_snapshot_and_the_rest_is_state_from_the_whole_stream(
        numbers in proptest::collection::vec(-99..99_i64, 1..20),
    ) {
        let path = tempfile::tempdir().unwrap();
        let mut given = open(path.path());
        let payloads: Vec<_> = numbers.iter().map(ToString::to_string).collect();
        let new: Vec<_> = payloads.iter().map(|payload| crate::given::placed(payload)).collect();
        in_transaction(&mut given.store, |store| {
            store.append("count-1", Expected::NoStream, &new, &crate::given::cause(1)).unwrap();
        });
        let whole: i64 = numbers.iter().sum();
        for (revision, _) in (1..).zip(&numbers) {
            let length = usize::try_from(revision).unwrap();
            let prefix: i64 = numbers[..length].iter().sum();
            given.store.save_snapshot("count-1", b"sum", revision, &prefix.to_string()).unwrap();
            let snapshot = given.store.load_snapshot("count-1", b"sum").unwrap().unwrap();
            let state = snapshot.state.parse().unwrap();
            prop_assert_eq!(sum(&given.store, "count-1", state, snapshot.revision), whole);
        }
        given.store.drop_snapshots().unwrap();
        prop_assert_eq!(sum(&given.store, "count-1", 0, 0), whole);
    }
}
