//! The writer itself, one group after the other, without a thread that runs it.

use std::sync::mpsc::{Receiver, channel};

use crossbeam_channel::{bounded, never};
use event_store::{DataFolder, DeviceId, Expected, Opening, open_reader};
use kernel::{PersonErased, PersonEvent, PersonId};
use read_models::{Fact, READ_MODELS};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::{
    health::{Condition, Health, StorageState},
    ids::Codes,
    readers::Readers,
    role::Role,
    views,
};

mod groups;

const NINE_O_CLOCK: Timestamp = Timestamp::from_micros(1_795_426_200_000_000);
const DESK: DeviceId = DeviceId::from_uuid(Uuid::from_u128(0xDE5C));

/// A writer on a sandbox of its own.
struct Given {
    writer: Writer,
    health: Arc<Health>,
    folder: Arc<DataFolder>,
    _path: TempDir,
}

impl Given {
    fn new() -> Self {
        let path = tempfile::tempdir().expect("a temporary folder");
        let folder = DataFolder::open(path.path(), Opening::Sandbox).expect("it is ours");
        let folder = Arc::new(folder);
        let mut store = Store::open(&folder, crate::MIGRATIONS, Some(DESK)).expect("a new log");
        let models: Vec<_> = READ_MODELS.iter().collect();
        views::rebuild(&mut store, &models, |_| true).expect("an empty log");
        let health = Arc::new(Health::default());
        let readers = Readers::open(&folder).expect("the database");
        let writer = Writer {
            secrets: Secrets::of(store.keys()),
            store,
            memory: Memory::with_codes(Codes::new(Some(7))),
            clock: Clock::standing_at(NINE_O_CLOCK),
            position: Arc::default(),
            moved: bounded(1_024).0,
            counters: Arc::default(),
            wal_to_empty: false,
            erased: ErasedList::of(path.path()),
            erased_to_note: false,
            guard: Guard::new(Arc::clone(&folder), readers, Arc::clone(&health)),
            clock_was_off: false,
        };
        Self { writer, health, folder, _path: path }
    }

    /// Carries out one command in a group of its own.
    fn attempt(&mut self, number: u128, method: &str, params: Value) -> Answer {
        let (job, answer) = asked(number, method, params);
        self.writer.group(job, &never());
        answer.recv().expect("every command is answered")
    }

    fn creates(&mut self, number: u128) -> Answer {
        self.attempt(number, "CreateConference", conference(number))
    }

    /// Carries out commands in one group.
    fn together(&mut self, commands: Vec<(u128, &str, Value)>) -> Vec<Answer> {
        let (waiting, jobs) = bounded(commands.len());
        let mut answers = Vec::new();
        for (number, method, params) in commands {
            let (job, answer) = asked(number, method, params);
            waiting.send(job).expect("there is room");
            answers.push(answer);
        }
        let first = jobs.recv().expect("a command");
        self.writer.group(first, &jobs);
        answers.iter().map(|answer| answer.recv().expect("every command is answered")).collect()
    }

    /// Lets the writer do other work. Answers how it ended.
    fn does(
        &mut self,
        work: impl FnOnce(&mut Writer) -> Result<(), AppError> + Send + 'static,
    ) -> Result<(), AppError> {
        let (heard, ended) = channel();
        let ended_with = Box::new(move |done| heard.send(done).expect("the test listens"));
        self.writer.group(Job::Slice { work: Box::new(work), ended: ended_with }, &never());
        ended.recv().expect("all work ends")
    }

    /// Records that somebody is erased, in the open transaction, and then panics if it should.
    fn records(&mut self, person: u128, panics: bool) -> Result<(), AppError> {
        let occasion = Occasion {
            command_id: CommandId::from_u128(person),
            caller: Caller::program(),
            at: NINE_O_CLOCK,
            secrets: &self.writer.secrets,
        };
        let (store, memory) = (&mut self.writer.store, &mut self.writer.memory);
        in_savepoint(store, memory, &mut BTreeSet::new(), occasion, |unit| {
            let person_id = PersonId::from_u128(person);
            let event = PersonErased { person_id, reason: "asked for".to_owned() };
            let fact = Fact::Person(PersonEvent::PersonErased(event));
            unit.record(&format!("person-{person_id}"), Expected::NoStream, vec![fact])?;
            assert!(!panics, "half way");
            unit.react()
        })
    }

    fn wal_length(&self) -> u64 {
        let wal = self.folder.path().join("lanyard.db-wal");
        wal.metadata().expect("the WAL").len()
    }
}

/// A command on its way to the writer, and where its answer comes.
fn asked(number: u128, method: &str, params: Value) -> (Job, Receiver<Answer>) {
    let (heard, answer) = channel();
    let envelope = Envelope {
        command: Command::parse(method, params).expect("a command"),
        caller: Caller::on_command_line(Role::Organizer, "rpc"),
        command_id: CommandId::from_u128(number),
        may_be_repeat: true,
        size: 100,
        digest: [0; 32],
        reply: Box::new(move |answer| heard.send(answer).expect("the test listens")),
    };
    (Job::Execute(Box::new(envelope)), answer)
}

fn conference(number: u128) -> Value {
    json!({
        "conferenceId": Uuid::from_u128(number), "name": "CQRS Days", "location": "Redmond",
        "description": "Two days on events.", "slug": format!("days-{number}"),
        "startDate": "2027-03-01", "endDate": "2027-03-02", "timeZone": "America/Los_Angeles",
        "currency": "USD", "ownerName": "Olga Owner", "ownerEmail": "olga@example.org",
    })
}

#[test]
fn a_command_that_panics_changes_no_other_of_its_group() {
    let [with, without] = [true, false].map(|panicking| {
        let mut given = Given::new();
        given.writer.store.begin().expect("a transaction");
        given.records(1, false).expect("it is recorded");
        if panicking {
            let broken = given.records(2, true).expect_err("it panicked");
            assert_eq!(broken.code, "Broken");
        }
        given.records(3, false).expect("it is recorded");
        given.writer.store.commit().expect("the disk takes it");
        (given.writer.store.last_position(), given.writer.store.head_hash())
    });
    assert_eq!(with, without);
    assert_eq!(with.0, 2);
}

#[test]
fn other_work_that_panics_or_fails_half_way_leaves_no_transaction_open() {
    let mut given = Given::new();
    let half = |writer: &mut Writer| -> Result<(), AppError> {
        writer.store.begin()?;
        let made = "PRAGMA writable_schema = ON; CREATE TABLE half (made INTEGER)";
        Ok(writer.store.connection().execute_batch(made)?)
    };
    let broken = given.does(move |writer| half(writer).map(|()| panic!("half way")));
    assert_eq!(broken.expect_err("it panicked").code, "Broken");
    let broken = given.does(move |writer| half(writer).and(Err(AppError::broken("half way"))));
    assert_eq!(broken.expect_err("it failed").code, "Broken");
    given.creates(1).expect("a transaction can be begun");
    let made = "SELECT count(*) FROM sqlite_schema WHERE name = 'half'";
    let connection = given.writer.store.connection();
    assert_eq!(connection.query_row(made, [], |row| row.get::<_, i64>(0)).expect("a count"), 0);
    assert!(connection.execute("UPDATE sqlite_schema SET name = name", []).is_err());
}

#[test]
fn other_work_that_the_disk_fails_makes_the_connection_suspect_as_a_command_does() {
    let mut given = Given::new();
    given.creates(1).expect("the disk takes it");
    let failed = given.does(|_| Err(DiskFault::Failed.refusal()));
    assert_eq!(failed, Err(DiskFault::Failed.refusal()));
    assert_eq!(given.health.condition().state, StorageState::Failed);
    assert_eq!(given.creates(2).expect_err("it is not opened anew yet").code, "BusyStorageFailed");
}

#[test]
fn where_the_disk_fails_right_after_a_commit_the_outcome_is_said_to_be_unknown() {
    let mut given = Given::new();
    given.creates(1).expect("the disk takes it");
    let unconfirmed = || StoreError::Unconfirmed(std::io::Error::other("the journal has gone"));
    let failed = given.does(move |_| Err(unconfirmed().into()));
    assert_eq!(failed, Err(DiskFault::Failed.unknown_outcome()));
    // Whoever comes after that was not stored for certain.
    assert_eq!(given.does(|_| Ok(())), Err(DiskFault::Failed.refusal()));
}

#[test]
fn while_nothing_can_be_stored_other_work_is_not_even_begun() {
    let mut given = Given::new();
    given.health.set(Condition { state: StorageState::ReadOnly, space: None });
    let refused = given.does(|_| panic!("it was begun"));
    assert_eq!(refused, Err(DiskFault::ReadOnly.refusal()));
    let position = given.writer.store.last_position();
    given.writer.group(Job::Keep { name: "scanned", value: "all".to_owned() }, &never());
    assert_eq!(given.writer.store.last_position(), position);
    let kept = settings::find(given.writer.store.connection(), "scanned").expect("a table");
    assert_eq!(kept, None);
}

#[test]
fn after_an_erasure_nobody_waits_until_a_reader_has_read_to_its_end() {
    let mut given = Given::new();
    given.creates(1).expect("the disk takes it");
    let reader = open_reader(&given.folder).expect("a reader");
    let owner: [u8; 16] = reader
        .query_row("SELECT owner_person FROM conferences", [], |row| row.get(0))
        .expect("the conference");
    reader.execute_batch("BEGIN; SELECT count(*) FROM events").expect("it reads");
    let params = json!({ "personId": Uuid::from_bytes(owner), "reason": "asked for" });
    given.attempt(2, "ErasePerson", params).expect("she is erased");
    for number in 3..30 {
        given.creates(number).expect("the disk takes it");
    }
    // Once with the erasure itself, and with no sale after it.
    assert_eq!(given.writer.counters.read().emptyings, 1);
    given.writer.tick();
    assert_eq!(given.writer.counters.read().emptyings, 2);
    assert!(0 < given.wal_length());

    drop(reader);
    given.writer.tick();
    assert_eq!(given.wal_length(), 0);
    given.writer.tick();
    assert_eq!(given.writer.counters.read().emptyings, 3, "it is empty");
}
