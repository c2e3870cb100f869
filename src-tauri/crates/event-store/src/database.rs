//! The database file: making it, looking at it without touching it, and connecting to it.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, OptionalExtension, params, types::Value};
use rusqlite_migration::{M, Migrations};

use crate::{
    DataFolder, DeviceId, Mode, OpenError,
    chain::GENESIS,
    key_file::{self, KEY_FILE, Key, key_check, sync_folder},
    log,
    transfer::files::{Access, uri},
    witness::{Witness, witnessed_position},
};

/// The database file's name in the data folder.
pub const DATABASE_FILE: &str = "lanyard.db";

/// Marks the file as ours: the bytes `LNYD`.
pub const APPLICATION_ID: i32 = i32::from_be_bytes(*b"LNYD");

/// The tables of this crate: migration 0001.
pub const EVENT_LOG_SQL: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../migrations/0001_event_log.sql"));

/// The migration that tells how things leave the outbox; any one after [`EVENT_LOG_SQL`].
pub const OUTBOX_SQL: &str = include_str!("../../../../migrations/0005_outbox.sql");

/// The migration that makes appending cheaper; any one after [`EVENT_LOG_SQL`].
pub const APPEND_SQL: &str = include_str!("../../../../migrations/0006_append.sql");

/// Earlier ones can damage a database in WAL mode when two connections meet (quality.md 1.3).
const OLDEST_SQLITE: i32 = 3_051_003;

/// How long a connection waits for another one: the `busy_timeout` below.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What every connection is set to, and must answer when asked. Source: quality.md 1.3.
const PRAGMAS: [(&str, i64); 11] = [
    ("synchronous", 2),
    ("fullfsync", 1),
    ("checkpoint_fullfsync", 1),
    ("foreign_keys", 1),
    ("busy_timeout", BUSY_TIMEOUT.as_secs() as i64 * 1_000),
    ("trusted_schema", 0),
    ("cell_size_check", 1),
    ("mmap_size", 0),
    ("secure_delete", 1),
    ("temp_store", 2),
    ("journal_size_limit", 64 * 1024 * 1024),
];

/// What the writer keeps of the file in memory, in KiB (negative, as SQLite has it): the leaves of
/// the tables that grow at random places, of a log of some hundred thousand orders. Measured with
/// SQLite's own two megabytes: a twentieth of the writer's time went into reading pages again.
const WRITER_CACHE: i64 = -64 * 1024;

/// At how many pages a commit empties the WAL into the database: eight megabytes. SQLite's own thousand
/// come every fifty lone commands, and each time cost two flushes and the pages that all commands
/// touch.
const WRITER_CHECKPOINT: i64 = 2_000;

/// What each reader keeps.
const READER_CACHE: i64 = -16 * 1024;

/// A read-only connection of its own, which sees every commit and disturbs none.
///
/// # Errors
/// `Damaged`, `NotOurs`, `OldSqlite`, `Sqlite`.
pub fn open_reader(folder: &DataFolder) -> Result<Connection, OpenError> {
    let path = folder.database();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&path, flags)
        .and_then(|connection| {
            set_pragmas(&connection)?;
            connection.pragma_update(None, "cache_size", READER_CACHE)?;
            connection.pragma_update(None, "query_only", true)?;
            Ok(connection)
        })
        .map_err(|source| OpenError::sqlite(&path, source))?;
    check_connection(&connection, &path)?;
    check_journal(&connection, &path)?;
    Ok(connection)
}

/// A connection to look at a folder that nobody writes to, and that may take no writes itself.
pub(crate) fn open_at_rest(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(uri(path, Access::at_rest(path)?), flags)
        .and_then(|connection| {
            set_pragmas(&connection)?;
            connection.pragma_update(None, "query_only", true)?;
            Ok(connection)
        })
        .map_err(|source| OpenError::sqlite(path, source))?;
    check_connection(&connection, path)?;
    Ok(connection)
}

/// The connection that writes.
pub(crate) fn open_writer(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)
        .and_then(|connection| {
            set_pragmas(&connection)?;
            connection.pragma_update(None, "cache_size", WRITER_CACHE)?;
            let checkpoint = ("wal_autocheckpoint", WRITER_CHECKPOINT);
            connection.pragma_update_and_check(None, checkpoint.0, checkpoint.1, |_| Ok(()))?;
            connection.set_prepared_statement_cache_capacity(256);
            Ok(connection)
        })
        .map_err(|source| OpenError::sqlite(path, source))?;
    check_connection(&connection, path)?;
    check_journal(&connection, path)?;
    check_setting(&connection, path, "wal_autocheckpoint", &Value::Integer(WRITER_CHECKPOINT))?;
    // SQLite opens what cannot be written for reading, without a word.
    if connection.is_readonly("main").map_err(|source| OpenError::sqlite(path, source))? {
        let source = io::ErrorKind::ReadOnlyFilesystem.into();
        return Err(OpenError::NotWritable { path: path.to_owned(), source });
    }
    Ok(connection)
}

fn set_pragmas(connection: &Connection) -> rusqlite::Result<()> {
    for (name, value) in PRAGMAS {
        // Some of them answer with a row and some do not.
        connection.pragma_update_and_check(None, name, value, |_| Ok(())).or_else(no_row)?;
    }
    Ok(())
}

fn no_row(error: rusqlite::Error) -> rusqlite::Result<()> {
    match error {
        rusqlite::Error::QueryReturnedNoRows => Ok(()),
        other => Err(other),
    }
}

/// Reads back what the connection is set to: a setting that did not take is worth nothing.
fn check_connection(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(OpenError::OldSqlite { found: rusqlite::version() });
    }
    let id = ask(connection, path, "application_id")?;
    if id != Value::Integer(APPLICATION_ID.into()) {
        return Err(OpenError::NotOurs { path: path.to_owned() });
    }
    PRAGMAS.iter().try_for_each(|(name, value)| {
        check_setting(connection, path, name, &Value::Integer(*value))
    })
}

/// What is read at rest has no journal.
fn check_journal(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    check_setting(connection, path, "journal_mode", &Value::Text("wal".to_owned()))
}

fn check_setting(
    connection: &Connection,
    path: &Path,
    name: &str,
    wanted: &Value,
) -> Result<(), OpenError> {
    let found = ask(connection, path, name)?;
    if found == *wanted {
        return Ok(());
    }
    let reason = format!("{name} is {found:?} and cannot be set to {wanted:?}");
    Err(OpenError::Damaged { path: path.to_owned(), reason })
}

fn ask(connection: &Connection, path: &Path, name: &str) -> Result<Value, OpenError> {
    connection
        .pragma_query_value(None, name, |row| row.get(0))
        .map_err(|source| OpenError::sqlite(path, source))
}

/// Refuses a file that is no SQLite database of this program, by its first 100 bytes alone. Where a
/// witness beside it knows of a log, it was one, and is damaged or was emptied.
///
/// The application id is written before the journal becomes a WAL, so it always stands there.
/// Source: <https://www.sqlite.org/fileformat.html#the_database_header>.
pub(crate) fn refuse_foreign(path: &Path) -> Result<(), OpenError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(OpenError::io(path, source)),
    };
    let mut header = [0; 100];
    match file.read_exact(&mut header) {
        Ok(()) if header.starts_with(b"SQLite format 3\0") && header[68..72] == *b"LNYD" => Ok(()),
        Err(source) if source.kind() != io::ErrorKind::UnexpectedEof => {
            Err(OpenError::io(path, source))
        }
        read => {
            let witnessed = path.parent().and_then(witnessed_position);
            let Some(witness) = witnessed.filter(|witness| 0 < *witness) else {
                return Err(OpenError::NotOurs { path: path.to_owned() });
            };
            let is_empty = read.is_err() && path.metadata().is_ok_and(|file| file.len() == 0);
            if is_empty {
                return Err(OpenError::WitnessAhead { path: path.to_owned(), log: 0, witness });
            }
            let reason = format!(
                "it does not begin as a database of this program, and has held {witness} events"
            );
            Err(OpenError::Damaged { path: path.to_owned(), reason })
        }
    }
}

/// What a database that nobody works with says it is for; nothing if there is none.
///
/// # Errors
/// `NotOurs`, `Damaged`, `Full`, `Sqlite`.
pub fn stored_mode(path: &Path) -> Result<Option<Mode>, OpenError> {
    if !path.exists() {
        return Ok(None);
    }
    let word = peek(path, |connection| meta(connection, "mode"))?;
    match word.as_deref().map(Mode::parse) {
        Some(Some(mode)) => Ok(Some(mode)),
        // A word of a later release: what the folder is for cannot be known here.
        Some(None) => Err(OpenError::NotOurs { path: path.to_owned() }),
        None => {
            let reason = "it does not say what it is for".to_owned();
            Err(OpenError::Damaged { path: path.to_owned(), reason })
        }
    }
}

/// Refuses a database of a later release before anything is written.
pub(crate) fn refuse_newer(path: &Path, migrations: &[&str]) -> Result<(), OpenError> {
    let known = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    let found = peek(path, |connection| {
        connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
    })?;
    if found > known {
        return Err(OpenError::Newer { path: path.to_owned(), found, known });
    }
    Ok(())
}

/// Refuses a database that this key does not belong to, or that is not what the witness saw.
pub(crate) fn check_before_writing(folder: &DataFolder, key_check: &str) -> Result<(), OpenError> {
    let stored_check = peek(&folder.database(), |connection| meta(connection, "key_check"))?;
    if stored_check.as_deref() != Some(key_check) {
        return Err(OpenError::WrongKey { path: folder.path().join(KEY_FILE) });
    }
    refuse_unwitnessed(folder.path())
}

/// Refuses a folder whose log is not what its witness saw. Nobody may work with it meanwhile.
///
/// # Errors
/// `WitnessAhead`, `WitnessDiffers`; `Damaged`, `Io`, `Full`, `Sqlite`: one of the two cannot be
/// read.
pub fn refuse_unwitnessed(folder: &Path) -> Result<(), OpenError> {
    let path = folder.join(DATABASE_FILE);
    let witnessed = Witness::read_in(folder)?;
    let (log, hash) = peek(&path, |connection| {
        let hash = match witnessed {
            Some((position, _)) => log::own_hash_at(connection, position)?,
            None => None,
        };
        Ok((log::last_position(connection)?, hash))
    })?;
    match witnessed {
        Some((witness, _)) if witness > log => Err(OpenError::WitnessAhead { path, log, witness }),
        Some((position, witness)) if hash.unwrap_or(GENESIS) != witness => {
            Err(OpenError::WitnessDiffers { path, position })
        }
        _ => Ok(()),
    }
}

/// Reads without leaving a trace: SQLite makes the companions of a WAL database even to read one
/// with a WAL, so those that were not there before are taken away again. The folder's lock is held.
pub(crate) fn peek<T>(
    path: &Path,
    read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> Result<T, OpenError> {
    let new = companions(path).map(|path| (!path.exists()).then_some(path));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let answer = Connection::open_with_flags(uri(path, Access::at_rest(path)?), flags)
        .and_then(|connection| {
            let answer = read(&connection)?;
            connection.close().map_err(|(_, error)| error)?;
            Ok(answer)
        })
        .map_err(|source| OpenError::sqlite(path, source));
    // Where nothing can be written there is none, and not even that can be asked by removing it.
    for companion in new.iter().flatten().filter(|companion| companion.exists()) {
        remove_if_there(companion)?;
    }
    answer
}

/// The files that SQLite puts beside a database.
pub(crate) fn companions(path: &Path) -> [PathBuf; 3] {
    ["-wal", "-shm", "-journal"].map(|ending| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    })
}

fn remove_if_there(path: &Path) -> Result<(), OpenError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(OpenError::io(path, source)),
        _ => Ok(()),
    }
}

/// A value of the `meta` table.
pub(crate) fn meta(connection: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    connection
        .query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| row.get(0))
        .optional()
}

/// The migrations, in order; the first one is [`EVENT_LOG_SQL`].
pub(crate) fn migrations(sql: &[&'static str]) -> Migrations<'static> {
    Migrations::new(sql.iter().copied().map(M::up).collect())
}

/// Brings a database to the latest form.
pub(crate) fn migrate(
    connection: &mut Connection,
    sql: &[&'static str],
    path: &Path,
) -> Result<(), OpenError> {
    migrations(sql).to_latest(connection).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => OpenError::sqlite(path, err),
        other => OpenError::Damaged { path: path.to_owned(), reason: other.to_string() },
    })
}

/// Makes the database under another name and renames it when it is complete, so that an
/// interrupted first start leaves none.
pub(crate) fn create(
    folder: &DataFolder,
    sql: &[&'static str],
    device: DeviceId,
) -> Result<Key, OpenError> {
    let key = key_file::read_or_make_key(folder.path())?;
    let path = folder.database();
    let unfinished = path.with_extension("new");
    // A journal that lies about would be played into the new file.
    if companions(&path).iter().any(|companion| companion.exists()) {
        let reason = "the file itself is gone and its journal is still there".to_owned();
        return Err(OpenError::Damaged { path, reason });
    }
    for file in companions(&unfinished).iter().chain([&unfinished]) {
        remove_if_there(file)?;
    }
    let failed = |source| OpenError::sqlite(&unfinished, source);
    let mut connection = Connection::open(&unfinished).map_err(failed)?;
    set_pragmas(&connection).map_err(failed)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
    migrate(&mut connection, sql, &unfinished)?;
    let mark = "INSERT INTO meta (name, value) VALUES ('mode', ?1), ('key_check', ?2)";
    connection
        .execute(mark, params![folder.mode().as_str(), key_check(&key)])
        .and_then(|_| {
            let own = "INSERT INTO devices (id, device) VALUES (1, ?1)";
            connection.execute(own, [device.uuid()])
        })
        .and_then(|_| connection.pragma_update(None, "journal_mode", "WAL"))
        .map_err(failed)?;
    connection.close().map_err(|(_, source)| failed(source))?;
    fs::rename(&unfinished, &path)
        .and_then(|()| sync_folder(&path))
        .map_err(|source| OpenError::io(&path, source))?;
    Ok(key)
}
