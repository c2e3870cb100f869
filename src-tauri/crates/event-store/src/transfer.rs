//! Copying a log out of a database and into a new one: what backups are made of.
//!
//! Invariant: what is copied out is a committed prefix of the log with everything that is stored
//! in one transaction with it, and the keys of the persons go to a file of their own. What can be
//! made again from the log stays behind: it is the clear text. What is copied in gets a new
//! identity, so that two devices never number events under the same one.
//!
//! A file that comes from outside is never opened in place of ours: its rows are read into a
//! database that this program made.

pub(crate) mod files;

use std::{
    collections::BTreeSet,
    fs::File,
    path::{Path, PathBuf},
};

use kernel::PersonId;
use rusqlite::{Connection, params};

use crate::{
    DeviceId, EventHash, FaultKind, Mode, OpenError, Report,
    chain::GENESIS,
    database::{self, DATABASE_FILE},
    key_file::sync_folder,
    log,
    store::random_device,
    transfer::files::{
        Access, Source, attach, make_keys_file, new_database, refuse_damaged, without_guards,
    },
    verify_chain,
};

/// Progress is told, and the source's readers are let go, after so many events.
const STEP: i64 = 4_096;

/// Every table of the log beside the events, the devices and the keys, with what of it is copied.
const TABLES: [(&str, &str); 10] = [
    ("meta", "1"),
    ("streams", "1"),
    ("types", "1"),
    ("actors", "1"),
    ("commands", "1"),
    ("timeouts", "1"),
    ("process_managers", "1"),
    ("outbox", "1"),
    ("quarantine", "1"),
    // Those of the read models go with the read models.
    ("checkpoints", "name = 'followed'"),
];

const EVENT_COLUMNS: &str = "position, event_id, stream_id, origin, origin_pos, revision, type_id,
    schema_version, payload, command_id, ordinal, correlation_id, causation_id, actor_id,
    recorded_at, hlc, hash";

/// A table of the application's own that goes with the log, and the condition for its rows.
pub type AlsoCopied = (&'static str, &'static str);

/// The two files of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyFiles {
    /// The log and what belongs to it: a database without any key.
    pub log: PathBuf,
    /// The keys of the persons, each wrapped by the store's key: a database.
    pub keys: PathBuf,
}

/// What a copy says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedLog {
    /// The last position.
    pub position: i64,
    /// The hash of the device's last event; zeros if there is none.
    pub head_hash: EventHash,
    /// The device that it was made on.
    pub device: DeviceId,
    /// What the data is for.
    pub mode: Mode,
    /// How many migrations the database had seen.
    pub form: i64,
    /// Tells which store's key wraps the keys.
    pub key_check: String,
}

/// Why a copy could not be made or used.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// A file cannot be read or written, or is not what it must be.
    #[error(transparent)]
    File(#[from] OpenError),
    /// The log in the copy is not what was recorded.
    #[error("position {position}: {what}")]
    Unsound {
        /// Where, the first of them.
        position: i64,
        /// What.
        what: FaultKind,
    },
    /// Who was told of the progress wanted it to stop.
    #[error("it was stopped")]
    Stopped,
}

/// Copies the log of a database out, while its writer goes on. `is_at_rest` says that nobody has it
/// open nor can open it meanwhile; then it is read without leaving a trace beside it.
///
/// `also` names the application's own tables. `at_end` reads from the database at the very state
/// that is copied; its schema is called `source`. `progress` is told how many events are done, of
/// how many, and stops it by answering `false`.
///
/// # Errors
/// `Stopped`, and whatever is wrong with a file. The files are then to be removed.
pub fn copy_out<T>(
    database: &Path,
    to: &CopyFiles,
    migrations: &[&'static str],
    also: &[AlsoCopied],
    is_at_rest: bool,
    at_end: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    mut progress: impl FnMut(i64, i64) -> bool,
) -> Result<(CopiedLog, T), CopyError> {
    let access = if is_at_rest { Access::at_rest(database)? } else { Access::Read };
    let form = Source::open(database, access)?.form(migrations)?;
    // The copy is new: what is damaged is what it is made of.
    let failed = |error| match OpenError::sqlite(&to.log, error) {
        OpenError::Damaged { reason, .. } => {
            CopyError::File(OpenError::Damaged { path: database.to_owned(), reason })
        }
        other => CopyError::File(other),
    };
    let log = new_database(&to.log, &migrations[..form])?;
    make_keys_file(&log, &to.keys)?;
    attach(&log, database, "source", access)?;
    attach(&log, &to.keys, "keys", Access::Write)?;
    let copied = without_guards(&log, || {
        let mut done = 0;
        // Most of the log is final and copied piece by piece, so that no reader stands still in the
        // database for long and keeps its journal from being emptied.
        loop {
            let total = last_in_source(&log)?;
            if !progress(done, total) {
                return Ok(None);
            }
            if total - done <= STEP {
                break;
            }
            copy_events(&log, done, done + STEP, "origin")?;
            done += STEP;
        }
        log.execute_batch("BEGIN")?;
        copy_events(&log, done, last_in_source(&log)?, "origin")?;
        log.execute_batch("INSERT INTO main.devices SELECT id, device FROM source.devices")?;
        copy_tables(&log, TABLES.iter().chain(also))?;
        log.execute_batch(
            "INSERT INTO keys.person_keys SELECT person, wrapped FROM source.person_keys",
        )?;
        let told = at_end(&log)?;
        log.execute_batch("COMMIT")?;
        Ok(Some(told))
    });
    let Some(told) = copied.map_err(failed)? else { return Err(CopyError::Stopped) };
    let about = about(&log, &to.log)?;
    log.close().map_err(|(_, error)| failed(error))?;
    progress(about.position, about.position);
    Ok((about, told))
}

/// Reads a copy as a whole and says what it holds. It is not changed.
///
/// # Errors
/// `File`: one of the files is damaged, foreign, or of a later release; `Unsound`; `Stopped`.
pub fn check_copy(
    files: &CopyFiles,
    migrations: &[&'static str],
    mut progress: impl FnMut(i64, i64) -> bool,
) -> Result<CopiedLog, CopyError> {
    let source = Source::open(&files.log, Access::Read)?;
    let form = source.form(migrations)?;
    source.refuse_other_schema(&migrations[..form])?;
    refuse_damaged(&source.0, &files.log)?;
    let mut goes_on = true;
    let report: Report = verify_chain(&source.0, 0, |done, total| {
        goes_on = goes_on && progress(done, total);
    })
    .map_err(|error| OpenError::sqlite(&files.log, error))?;
    if let Some(fault) = report.faults.into_iter().next() {
        return Err(CopyError::Unsound { position: fault.position, what: fault.kind });
    }
    if !goes_on {
        return Err(CopyError::Stopped);
    }
    let keys = Source::open(&files.keys, Access::Read)?;
    keys.refuse_other_keys()?;
    refuse_damaged(&keys.0, &files.keys)?;
    Ok(about(&source.0, &files.log)?)
}

/// Makes the database of a new folder from a copy that was checked. The events keep their hashes,
/// and belong to the device's earlier identity from here on. The keys of `erased` are left out.
///
/// Answers whose key was left out although the copy had it, by id.
///
/// # Errors
/// `Stopped`, and whatever is wrong with a file. The folder is then to be removed.
pub fn copy_in(
    files: &CopyFiles,
    folder: &Path,
    migrations: &[&'static str],
    also: &[AlsoCopied],
    erased: &BTreeSet<PersonId>,
    mut progress: impl FnMut(i64, i64) -> bool,
) -> Result<Vec<PersonId>, CopyError> {
    let path = folder.join(DATABASE_FILE);
    let form = Source::open(&files.log, Access::Read)?.form(migrations)?;
    let device = random_device().map_err(OpenError::NoRandomness)?;
    let failed = |error| CopyError::File(OpenError::sqlite(&path, error));
    let target = new_database(&path, &migrations[..form])?;
    attach(&target, &files.log, "source", Access::Read)?;
    attach(&target, &files.keys, "keys", Access::Read)?;
    let copied = without_guards(&target, || {
        let total = last_in_source(&target)?;
        let mut done = 0;
        while done < total {
            if !progress(done, total) {
                return Ok(None);
            }
            copy_events(&target, done, done + STEP, "iif(origin <= 1, origin - 1, origin)")?;
            done += STEP;
        }
        target.execute_batch(
            "INSERT INTO main.devices
             SELECT iif(id <= 1, id - 1, id), device FROM source.devices ORDER BY id",
        )?;
        let own = "INSERT INTO main.devices (id, device) VALUES (1, ?1)";
        target.execute(own, [device.uuid()])?;
        copy_tables(&target, TABLES.iter().chain(also))?;
        copy_keys(&target, erased).map(Some)
    });
    let Some(forgotten) = copied.map_err(failed)? else { return Err(CopyError::Stopped) };
    // Without a name it would be set for the attached files as well.
    target.pragma_update(Some("main"), "journal_mode", "WAL").map_err(failed)?;
    target.close().map_err(|(_, error)| failed(error))?;
    File::open(&path)
        .and_then(|file| file.sync_all())
        .and_then(|()| sync_folder(&path))
        .map_err(|source| OpenError::io(&path, source))?;
    progress(1, 1);
    Ok(forgotten)
}

/// Tells which store's key the keys of a copy are wrapped by.
///
/// # Errors
/// The file cannot be read.
pub fn key_check_of(log: &Path) -> Result<String, OpenError> {
    let source = Source::open(log, Access::Read)?;
    about(&source.0, log).map(|copy| copy.key_check)
}

/// The persons whose keys are destroyed in a database, or in the keys of a copy.
///
/// # Errors
/// The file cannot be read.
pub fn erased_persons(file: &Path, is_at_rest: bool) -> Result<BTreeSet<PersonId>, OpenError> {
    let access = if is_at_rest { Access::at_rest(file)? } else { Access::Read };
    let source = Source::open(file, access)?;
    let read = || {
        source
            .0
            .prepare("SELECT person FROM person_keys WHERE wrapped IS NULL")?
            .query_map([], |row| row.get(0).map(PersonId::from_uuid))?
            .collect::<rusqlite::Result<_>>()
    };
    read().map_err(|error| OpenError::sqlite(file, error))
}

/// Destroys keys in the keys of a copy. Says how many it still had.
///
/// # Errors
/// The file cannot be read or written.
pub fn destroy_copied_keys(keys: &Path, erased: &BTreeSet<PersonId>) -> Result<usize, OpenError> {
    let failed = |error| OpenError::sqlite(keys, error);
    let connection = Connection::open(keys).map_err(failed)?;
    let destroy = || -> rusqlite::Result<usize> {
        connection.execute_batch("PRAGMA secure_delete = ON; PRAGMA journal_mode = OFF")?;
        let mut destroyed = 0;
        let mut update = connection.prepare(
            "UPDATE person_keys SET wrapped = NULL WHERE person = ?1 AND wrapped IS NOT NULL",
        )?;
        for person in erased {
            destroyed += update.execute([person.uuid()])?;
        }
        connection.execute_batch("VACUUM")?;
        Ok(destroyed)
    };
    destroy().map_err(failed)
}

fn last_in_source(connection: &Connection) -> rusqlite::Result<i64> {
    let sql = "SELECT COALESCE(MAX(position), 0) FROM source.events";
    connection.prepare_cached(sql)?.query_row([], |row| row.get(0))
}

fn copy_events(
    connection: &Connection,
    after: i64,
    until: i64,
    origin: &str,
) -> rusqlite::Result<()> {
    let columns = EVENT_COLUMNS.replace(" origin,", &format!(" {origin},"));
    connection
        .prepare_cached(&format!(
            "INSERT INTO main.events ({EVENT_COLUMNS}) SELECT {columns} FROM source.events
             WHERE position > ?1 AND position <= ?2 ORDER BY position"
        ))?
        .execute(params![after, until])?;
    Ok(())
}

fn copy_tables<'t>(
    connection: &Connection,
    tables: impl Iterator<Item = &'t AlsoCopied>,
) -> rusqlite::Result<()> {
    for (table, rows) in tables {
        // Both have the columns in the order of the same migrations.
        connection.execute_batch(&format!(
            "INSERT INTO main.{table} SELECT * FROM source.{table} WHERE {rows}"
        ))?;
    }
    Ok(())
}

fn copy_keys(target: &Connection, erased: &BTreeSet<PersonId>) -> rusqlite::Result<Vec<PersonId>> {
    let mut forgotten = Vec::new();
    let mut rows = target.prepare("SELECT person, wrapped FROM keys.person_keys")?;
    let mut insert =
        target.prepare("INSERT INTO main.person_keys (person, wrapped) VALUES (?1, ?2)")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let person = PersonId::from_uuid(row.get(0)?);
        let mut wrapped: Option<Vec<u8>> = row.get(1)?;
        if erased.contains(&person) && wrapped.take().is_some() {
            forgotten.push(person);
        }
        insert.execute(params![person.uuid(), wrapped])?;
    }
    Ok(forgotten)
}

fn about(log: &Connection, path: &Path) -> Result<CopiedLog, OpenError> {
    let failed = |error| OpenError::sqlite(path, error);
    let missing = |what: &str| OpenError::Damaged {
        path: path.to_owned(),
        reason: format!("it does not tell {what}"),
    };
    let position = log::last_position(log).map_err(failed)?;
    let mode = database::meta(log, "mode").map_err(failed)?;
    let key_check = database::meta(log, "key_check").map_err(failed)?;
    Ok(CopiedLog {
        position,
        head_hash: log::own_hash_at(log, position).map_err(failed)?.unwrap_or(GENESIS),
        device: log::own_device(log).map_err(failed)?,
        mode: mode.as_deref().and_then(Mode::parse).ok_or_else(|| missing("what it is for"))?,
        form: log.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?,
        key_check: key_check.ok_or_else(|| missing("which key it belongs to"))?,
    })
}
