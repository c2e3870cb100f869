//! Folders, stores and events that the tests begin with.

use std::{collections::BTreeSet, fmt::Write, fs, path::Path};

use event_store::{
    APPEND_SQL, AppendError, Appended, Cause, CopyFiles, DataFolder, DeviceId, EVENT_LOG_SQL,
    Expected, KEY_FILE, NewEvent, OUTBOX_SQL, OpenError, Opening, Store, copy_in, copy_out,
};
use kernel::{CommandId, PersonId, Timestamp};
use rusqlite::{Connection, types::Value};
use uuid::Uuid;

/// The tables of this crate as they are today.
pub const MIGRATIONS: &[&str] = &[EVENT_LOG_SQL, OUTBOX_SQL, APPEND_SQL];

pub const ANNA: PersonId = PersonId::from_u128(0xA);
pub const BORIS: PersonId = PersonId::from_u128(0xB);
pub const DESK: DeviceId = DeviceId::from_uuid(Uuid::from_u128(0xDE5C));
pub const NINE_O_CLOCK: Timestamp = Timestamp::from_micros(1_795_426_200_000_000);

/// A store in a folder that is held for as long as it is used.
pub struct Given {
    pub store: Store,
    pub folder: DataFolder,
}

pub fn hold(path: &Path) -> DataFolder {
    DataFolder::open(path, Opening::ExistingOrReal).expect("nobody else holds the folder")
}

pub fn try_open(folder: &DataFolder) -> Result<Store, OpenError> {
    Store::open(folder, MIGRATIONS, Some(DESK))
}

pub fn open(path: &Path) -> Given {
    let folder = hold(path);
    Given { store: try_open(&folder).expect("the folder is sound"), folder }
}

pub fn command(number: u128) -> CommandId {
    CommandId::from_u128(number)
}

pub fn cause(number: u128) -> Cause<'static> {
    Cause {
        command_id: command(number),
        first_ordinal: 0,
        correlation_id: Uuid::from_u128(number),
        causation_id: None,
        actor: "desk-1",
        recorded_at: NINE_O_CLOCK,
    }
}

pub const fn placed(payload: &str) -> NewEvent<'_> {
    NewEvent { type_name: "OrderPlaced", schema_version: 1, payload }
}

/// Appends one event in the open transaction.
pub fn append(
    store: &mut Store,
    stream: &str,
    expected: Expected,
    number: u128,
) -> Result<Appended, AppendError> {
    let payload = format!(r#"{{"number":{number}}}"#);
    store.append(stream, expected, &[placed(&payload)], &cause(number))
}

/// Commits so many events, each to a stream of its own.
pub fn commit_events(store: &mut Store, numbers: std::ops::Range<u128>) {
    store.begin().expect("no transaction is open");
    for number in numbers {
        append(store, &format!("order-{number}"), Expected::NoStream, number)
            .expect("the stream is new");
    }
    store.commit().expect("the disk takes it");
}

/// Restores a copy of the log of one folder, which is closed, into another.
pub fn restore(from: &Path, to: &Path) {
    let copy = tempfile::tempdir().expect("a temporary folder");
    let files = CopyFiles { log: copy.path().join("log.db"), keys: copy.path().join("keys.db") };
    let (database, sql) = (from.join(event_store::DATABASE_FILE), MIGRATIONS);
    copy_out(&database, &files, sql, &[], true, |_| Ok(()), |_, _| true).expect("a copy");
    copy_in(&files, to, sql, &[], &BTreeSet::new(), |_, _| true).expect("an empty folder");
    fs::copy(from.join(KEY_FILE), to.join(KEY_FILE)).expect("the key");
}

/// Everything that the database holds.
pub fn dump(connection: &Connection) -> String {
    let tables = [
        "meta",
        "devices",
        "streams",
        "types",
        "actors",
        "events",
        "commands",
        "timeouts",
        "process_managers",
        "outbox",
        "checkpoints",
        "snapshots",
        "person_keys",
        "quarantine",
    ];
    let mut dump = String::new();
    for table in tables {
        let sql = format!("SELECT * FROM {table} ORDER BY 1, 2");
        let mut statement = connection.prepare(&sql).expect("the table is there");
        let columns = statement.column_count();
        let mut rows = statement.query([]).expect("it can be read");
        while let Some(row) = rows.next().expect("it can be read") {
            let values: Vec<Value> =
                (0..columns).map(|column| row.get(column).expect("any value")).collect();
            writeln!(dump, "{table} {values:?}").expect("a string takes everything");
        }
    }
    dump
}

/// Every file of a folder but the lock, with its bytes.
pub fn files(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(path)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read"))
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .filter(|(name, _)| name != event_store::LOCK_FILE)
        .map(|(name, path)| (name, fs::read(path).expect("it can be read")))
        .collect();
    files.sort();
    files
}

pub fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
