//! The read models being made, in a database of their own beside the live one.
//!
//! Invariant: what is stored in it is the fold of the log up to the position that is stored with
//! it. It shows personal data in clear, as the read models do, and is deleted as soon as nobody
//! needs it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use event_store::{DATABASE_FILE, EventHash, PersonKeys, for_each, last_position, live_address};
use read_models::{READ_MODELS, ReadModel};
use rusqlite::{Connection, OptionalExtension, params, params_from_iter, types::Value};

use super::swap::{Change, Row, Table};
use crate::{
    compare::Columns,
    error::AppError,
    fold,
    replay::{Unreadable, decode},
    views,
};

/// The file's name in the data folder.
const FILE: &str = "lanyard.rebuild";

/// A commit writes every page that changed, and the rows of orders lie anywhere: with eight times
/// as many events it writes hardly more pages.
const STORED_EVERY: i64 = 32_768;

/// Memory for its pages, in KiB, until it is done.
const CACHE: i64 = 128 * 1024;

/// Where the fold is, of which log, and by which code; how far the log had come when it began; and
/// what it could not understand.
const NOTES: &str = "
    CREATE TABLE shadow (
        position INTEGER NOT NULL,
        begun_at INTEGER NOT NULL,
        hash     BLOB,
        code     TEXT NOT NULL
    ) STRICT;
    CREATE TABLE left_out (
        position INTEGER PRIMARY KEY,
        reason   TEXT NOT NULL
    ) STRICT;
";

/// The read models being made.
pub struct Shadow {
    connection: Connection,
    keys: PersonKeys,
    folder: PathBuf,
    position: i64,
    /// What a killed process would find.
    stored: i64,
    is_open: bool,
}

impl Shadow {
    /// Begins one, or takes one up that was left.
    ///
    /// # Errors
    /// The databases cannot be read or written.
    pub fn open(folder: &Path, keys: &PersonKeys, resume: bool) -> Result<Self, AppError> {
        let left = if resume { take_up(folder)? } else { None };
        let (connection, position) = match left {
            Some(left) => left,
            None => (begin(folder)?, 0),
        };
        let (keys, folder) = (keys.clone(), folder.to_owned());
        Ok(Self { connection, keys, folder, position, stored: position, is_open: false })
    }

    /// Up to where the log is folded.
    pub fn position(&self) -> i64 {
        self.position
    }

    /// Folds the next events, up to a position. Now and then it stores where it is.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn advance(&mut self, until: i64) -> Result<(), Unreadable> {
        // An open transaction sees the log as it was when it began.
        if self.is_open && last_position(&self.connection)? < until {
            self.settle()?;
        }
        if !self.is_open {
            self.connection.execute_batch("BEGIN")?;
            self.is_open = true;
        }
        self.fold(until)?;
        self.position = until;
        if STORED_EVERY <= self.position - self.stored {
            self.settle()?;
        }
        Ok(())
    }

    /// Stores where it is.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn settle(&mut self) -> rusqlite::Result<()> {
        if self.is_open {
            self.connection.execute_batch("COMMIT")?;
            (self.is_open, self.stored) = (false, self.position);
        }
        Ok(())
    }

    fn fold(&self, until: i64) -> Result<(), Unreadable> {
        let (connection, keys) = (&self.connection, &self.keys);
        let mut hash: Option<EventHash> = None;
        for_each(connection, self.position, until, |stored| {
            hash = Some(stored.hash);
            match decode(stored, connection, keys) {
                Ok(fact) => read_models::project(connection, &fact, |_| {})?,
                Err(Unreadable::Event { position, source }) => {
                    connection.execute(
                        "INSERT INTO left_out (position, reason) VALUES (?1, ?2)",
                        params![position, source.to_string()],
                    )?;
                }
                Err(other) => return Err(other),
            }
            Ok::<(), Unreadable>(())
        })?;
        let note = "UPDATE shadow SET position = ?1, hash = coalesce(?2, hash)";
        connection.prepare_cached(note)?.execute(params![until, hash])?;
        Ok(())
    }

    /// The tables to copy.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn tables(&self) -> rusqlite::Result<Vec<Table>> {
        let mut statement = self.connection.prepare(
            "SELECT name FROM pragma_table_list
             WHERE schema = 'main' AND type = 'table' AND name GLOB 'rm_*' ORDER BY name",
        )?;
        let names: Vec<String> =
            statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let of = |name: String| {
            let columns = Columns::of(&self.connection, &name)?;
            Ok(Table { name, columns })
        };
        names.into_iter().map(of).collect()
    }

    /// How many rows there are to copy.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn row_count(&self) -> rusqlite::Result<i64> {
        let mut rows = 0;
        for table in self.tables()? {
            let sql = format!("SELECT count(*) FROM {}", table.name);
            rows += self.connection.query_row(&sql, [], |row| row.get::<_, i64>(0))?;
        }
        Ok(rows)
    }

    /// The next rows of a table in the order of its key, after a row.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn rows_after(
        &self,
        table: &Table,
        after: Option<&Row>,
        limit: usize,
    ) -> rusqlite::Result<Vec<Row>> {
        let key = table.columns.key.join(", ");
        let condition = match after {
            None => String::new(),
            Some(_) => format!("WHERE ({key}) > ({})", places(table.columns.key.len())),
        };
        let sql = format!(
            "SELECT {} FROM {} {condition} ORDER BY {key} LIMIT {limit}",
            table.listed(),
            table.name
        );
        let after = after.map_or(&[][..], |row| &row[..table.columns.key.len()]);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let count = table.columns.all().count();
        let rows = statement.query_map(params_from_iter(after), |row| {
            (0..count).map(|place| row.get::<_, Value>(place)).collect()
        })?;
        rows.collect()
    }

    /// From now on, which rows change is noted.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn note_changes(&self) -> rusqlite::Result<()> {
        for table in self.tables()? {
            let (name, key) = (&table.name, table.columns.key.join(", "));
            let of = |row: &str| {
                let parts: Vec<_> =
                    table.columns.key.iter().map(|part| format!("{row}.{part}")).collect();
                format!("INSERT OR IGNORE INTO changed_{name} VALUES ({});", parts.join(", "))
            };
            self.connection.execute_batch(&format!(
                "DROP TABLE IF EXISTS changed_{name};
                 DROP TRIGGER IF EXISTS noted_insert_{name};
                 DROP TRIGGER IF EXISTS noted_update_{name};
                 DROP TRIGGER IF EXISTS noted_delete_{name};
                 CREATE TABLE changed_{name} ({key}, PRIMARY KEY ({key})) WITHOUT ROWID;
                 CREATE TRIGGER noted_insert_{name} AFTER INSERT ON {name} BEGIN {} END;
                 CREATE TRIGGER noted_update_{name} AFTER UPDATE ON {name} BEGIN {} {} END;
                 CREATE TRIGGER noted_delete_{name} AFTER DELETE ON {name} BEGIN {} END;",
                of("NEW"),
                of("OLD"),
                of("NEW"),
                of("OLD"),
            ))?;
        }
        Ok(())
    }

    /// Takes some of the noted changes of a table.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn take_changes(&self, table: &Table, limit: usize) -> rusqlite::Result<Vec<Change>> {
        let (name, columns) = (&table.name, &table.columns);
        let key = columns.key.join(", ");
        let sql = format!("SELECT {key} FROM changed_{name} ORDER BY {key} LIMIT {limit}");
        let parts = columns.key.len();
        let mut keys: Vec<Row> = Vec::new();
        {
            let mut statement = self.connection.prepare_cached(&sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                keys.push((0..parts).map(|place| row.get(place)).collect::<Result<_, _>>()?);
            }
        }
        let is_key = table.is_key();
        let count = columns.all().count();
        let select = format!("SELECT {} FROM {name} WHERE {is_key}", table.listed());
        let mut changes = Vec::with_capacity(keys.len());
        for key in keys {
            let row = self
                .connection
                .prepare_cached(&select)?
                .query_row(params_from_iter(&key), |row| {
                    (0..count).map(|place| row.get::<_, Value>(place)).collect()
                })
                .optional()?;
            let forget = format!("DELETE FROM changed_{name} WHERE {is_key}");
            self.connection.prepare_cached(&forget)?.execute(params_from_iter(&key))?;
            changes.push(Change { key, row });
        }
        Ok(changes)
    }

    /// The events that no context understands.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn left_out(&self) -> rusqlite::Result<Vec<(i64, String)>> {
        self.connection
            .prepare("SELECT position, reason FROM left_out ORDER BY position")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    }

    /// Closes it and deletes its files.
    ///
    /// # Errors
    /// A file cannot be deleted.
    pub fn discard(self) -> Result<(), AppError> {
        let Self { connection, folder, .. } = self;
        drop(connection);
        discard(&folder).map_err(AppError::broken)
    }
}

/// Deletes what a rebuild left.
///
/// # Errors
/// A file cannot be deleted.
pub fn discard(folder: &Path) -> io::Result<()> {
    for ending in ["", "-wal", "-shm", "-journal"] {
        match fs::remove_file(folder.join(format!("{FILE}{ending}"))) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Deletes what a killed rebuild left, if somebody was erased since it began: it may hold the name,
/// also where it has come past the erasure. One that began later never read the name.
///
/// # Errors
/// The log cannot be read, or a file cannot be deleted.
pub fn discard_if_older_than_an_erasure(folder: &Path, log: &Connection) -> Result<(), AppError> {
    if !is_left(folder) {
        return Ok(());
    }
    let begun_at = Connection::open(folder.join(FILE))
        .and_then(|left| left.query_row("SELECT begun_at FROM shadow", [], |row| row.get(0)));
    // What cannot be read is as good as nothing.
    let begun_at: i64 = begun_at.unwrap_or(-1);
    let is_older = begun_at < 0
        || log.query_row(
            "SELECT EXISTS (SELECT 1 FROM events WHERE ?1 < position
                 AND type_id = (SELECT id FROM types WHERE name = 'PersonErased'))",
            [begun_at],
            |row| row.get(0),
        )?;
    if is_older {
        discard(folder).map_err(AppError::broken)?;
    }
    Ok(())
}

/// Whether there is something to take up.
pub fn is_left(folder: &Path) -> bool {
    folder.join(FILE).exists()
}

fn begin(folder: &Path) -> Result<Connection, AppError> {
    discard(folder).map_err(AppError::broken)?;
    let connection = connect(folder)?;
    let models: Vec<&'static ReadModel> = READ_MODELS.iter().collect();
    connection.execute_batch("BEGIN")?;
    views::make_tables(&connection, &models)?;
    connection.execute_batch(NOTES)?;
    let first = "INSERT INTO shadow (position, begun_at, code) VALUES (0, 0, ?1)";
    connection.execute(first, [code()])?;
    connection.execute_batch("COMMIT")?;
    // Not before: a DROP of a table that is not here would mean the live one.
    fold::attach(&connection, &live_address(&folder.join(DATABASE_FILE)))?;
    connection.execute("UPDATE shadow SET begun_at = ?1", [last_position(&connection)?])?;
    Ok(connection)
}

/// What was left, if it is sound, of this log and of this code.
fn take_up(folder: &Path) -> Result<Option<(Connection, i64)>, AppError> {
    if !is_left(folder) {
        return Ok(None);
    }
    let connection = connect(folder)?;
    fold::attach(&connection, &live_address(&folder.join(DATABASE_FILE)))?;
    let left: rusqlite::Result<(i64, bool)> = connection.query_row(
        "SELECT position, code = ?1 AND hash IS (SELECT hash FROM live.events AS e
             WHERE e.position = shadow.position) FROM shadow",
        [code()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    );
    let is_sound = || {
        let said = connection.query_row("PRAGMA main.quick_check(1)", [], |row| row.get(0));
        said.is_ok_and(|said: String| said == "ok")
    };
    match left {
        Ok((position, true)) if is_sound() => Ok(Some((connection, position))),
        _ => Ok(None),
    }
}

fn connect(folder: &Path) -> Result<Connection, AppError> {
    let connection = Connection::open(folder.join(FILE))?;
    // Nobody shares it, so it needs no shared memory, which takes room on the disk.
    connection.pragma_update_and_check(Some("main"), "locking_mode", "EXCLUSIVE", |_| Ok(()))?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    // It survives a killed process, and a power cut as a state of its past.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "cache_size", -CACHE)?;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", 32_768, |_| Ok(()))?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(connection)
}

/// Stands for the projections and their tables.
fn code() -> String {
    let mut hasher = blake3::Hasher::new();
    for model in READ_MODELS {
        hasher.update(model.name.as_bytes()).update(&model.version.to_be_bytes());
        hasher.update(model.schema.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

fn places(count: usize) -> String {
    let places: Vec<String> = (1..=count).map(|place| format!("?{place}")).collect();
    places.join(", ")
}
