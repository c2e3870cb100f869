//! The log against a plain list, under any sequence of what a writer does.

use std::path::Path;

use event_store::{
    AppendError, Expected, NewEvent, StoredEvent, read_all, read_stream, verify_chain,
};
use proptest::prelude::*;

use crate::given::{DESK, Given, cause, open};

#[derive(Debug, Clone)]
enum Step {
    Append { stream: usize, expected: Expectation, events: usize },
    Savepoint,
    Release,
    RollbackTo,
    Commit,
    Rollback,
    Close,
    Crash,
}

#[derive(Debug, Clone, Copy)]
enum Expectation {
    Right,
    Wrong(i64),
    NoStream,
    Exists,
    Any,
}

fn step() -> impl Strategy<Value = Step> {
    let expectation = prop_oneof![
        3 => Just(Expectation::Right),
        1 => (1..9_i64).prop_map(Expectation::Wrong),
        1 => Just(Expectation::NoStream),
        1 => Just(Expectation::Exists),
        1 => Just(Expectation::Any),
    ];
    let append = (0..3_usize, expectation, 1..4_usize)
        .prop_map(|(stream, expected, events)| Step::Append { stream, expected, events });
    prop_oneof![
        8 => append,
        2 => Just(Step::Savepoint),
        1 => Just(Step::Release),
        1 => Just(Step::RollbackTo),
        2 => Just(Step::Commit),
        1 => Just(Step::Rollback),
        1 => Just(Step::Close),
        1 => Just(Step::Crash),
    ]
}

/// What the log must hold: streams and payloads in order.
#[derive(Default)]
struct Oracle {
    log: Vec<(usize, String)>,
    committed: usize,
    savepoints: Vec<usize>,
    commands: u128,
}

impl Oracle {
    fn revision(&self, stream: usize) -> i64 {
        i64::try_from(self.log.iter().filter(|(of, _)| *of == stream).count())
            .expect("a short list")
    }

    fn expected(&self, stream: usize, expectation: Expectation) -> (Expected, bool) {
        let revision = self.revision(stream);
        match expectation {
            Expectation::Right if revision == 0 => (Expected::NoStream, true),
            Expectation::Right => (Expected::Exact(revision), true),
            Expectation::Wrong(by) => (Expected::Exact(revision + by), false),
            Expectation::NoStream => (Expected::NoStream, revision == 0),
            Expectation::Exists => (Expected::Exists, revision > 0),
            Expectation::Any => (Expected::Any, true),
        }
    }

    fn append(
        &mut self,
        given: &mut Given,
        stream: usize,
        expectation: Expectation,
        events: usize,
    ) {
        self.commands += 1;
        let (expected, succeeds) = self.expected(stream, expectation);
        let actual = self.revision(stream);
        let payloads: Vec<_> =
            (0..events).map(|place| format!("[{},{place}]", self.commands)).collect();
        let new: Vec<_> = payloads
            .iter()
            .map(|payload| NewEvent { type_name: "Counted", schema_version: 1, payload })
            .collect();
        let name = format!("stream-{stream}");
        let answer = given.store.append(&name, expected, &new, &cause(self.commands));
        match answer {
            Ok(appended) => {
                assert!(succeeds, "{expected:?} of {stream} should have been refused");
                let first = i64::try_from(self.log.len()).expect("a short list") + 1;
                self.log.extend(payloads.into_iter().map(|payload| (stream, payload)));
                assert_eq!(appended.first_position, first);
                assert_eq!(appended.revision, self.revision(stream));
            }
            Err(AppendError::Conflict { actual: found, .. }) => {
                assert!(!succeeds, "{expected:?} of {stream} should have been accepted");
                assert_eq!(found, actual);
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    fn roll_back(&mut self) {
        self.log.truncate(self.committed);
        self.savepoints.clear();
    }
}

fn run(oracle: &mut Oracle, mut given: Given, path: &Path, step: Step) -> Given {
    match step {
        Step::Append { stream, expected, events } => {
            oracle.append(&mut given, stream, expected, events);
        }
        Step::Savepoint => {
            given.store.savepoint().expect("a transaction is open");
            oracle.savepoints.push(oracle.log.len());
        }
        Step::Release => {
            if oracle.savepoints.pop().is_some() {
                given.store.release().expect("there is a savepoint");
            }
        }
        Step::RollbackTo => {
            if let Some(length) = oracle.savepoints.pop() {
                given.store.rollback_to().expect("there is a savepoint");
                oracle.log.truncate(length);
            }
        }
        Step::Commit => {
            given.store.commit().expect("the disk takes it");
            oracle.committed = oracle.log.len();
            oracle.savepoints.clear();
            given.store.begin().expect("no transaction is open");
        }
        Step::Rollback => {
            given.store.rollback().expect("a transaction is open");
            oracle.roll_back();
            given.store.begin().expect("no transaction is open");
        }
        Step::Close | Step::Crash => {
            let Given { store, folder } = given;
            if matches!(step, Step::Close) {
                store.close().expect("the disk takes it");
            } else {
                drop(store);
            }
            drop(folder);
            oracle.roll_back();
            given = open(path);
            given.store.begin().expect("no transaction is open");
        }
    }
    given
}

fn check(oracle: &Oracle, given: &Given) {
    let connection = given.store.connection();
    let log = read_all(connection, 0, usize::MAX).expect("it can be read");
    let expected: Vec<_> =
        oracle.log.iter().map(|(of, payload)| (format!("stream-{of}"), payload.clone())).collect();
    let found: Vec<_> =
        log.iter().map(|event| (event.stream.clone(), event.payload.clone())).collect();
    assert_eq!(found, expected);
    for (event, number) in log.iter().zip(1..) {
        assert_eq!((event.position, event.origin_position, event.origin), (number, number, DESK));
    }
    for stream in 0..3 {
        let name = format!("stream-{stream}");
        let own: Vec<StoredEvent> =
            log.iter().filter(|event| event.stream == name).cloned().collect();
        assert!(own.iter().map(|event| event.revision).eq(1..=oracle.revision(stream)));
        assert_eq!(read_stream(connection, &name, 0).expect("it can be read"), own);
    }
    let report = verify_chain(connection, 0, |_, _| {}).expect("it can be read");
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(given.store.head_hash(), log.last().map_or([0; 32], |event| event.hash));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_log_is_what_a_list_would_be(steps in proptest::collection::vec(step(), 1..40)) {
        let path = tempfile::tempdir().unwrap();
        let mut given = open(path.path());
        given.store.begin().unwrap();
        let mut oracle = Oracle::default();
        for step in steps {
            given = run(&mut oracle, given, path.path(), step);
        }
        check(&oracle, &given);
    }
}
