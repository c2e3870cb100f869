//! The files of a copy: opening, attaching and making databases that may come from anywhere.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags};

use crate::{
    OpenError, check_pages,
    database::{self, APPLICATION_ID},
    shared_memory::SharedMemory,
};

/// A database that is only read.
pub struct Source(pub Connection, PathBuf);

impl Source {
    /// One of this program.
    pub fn open(path: &Path, access: Access) -> Result<Self, OpenError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let uri = uri(path, access);
        // The file is never opened but by SQLite: in a process that has it open already, closing
        // another handle would let go of SQLite's locks.
        let open = || -> rusqlite::Result<(Connection, i32)> {
            let connection = Connection::open_with_flags(uri, flags)?;
            connection.execute_batch(SAFETY)?;
            let id = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
            Ok((connection, id))
        };
        let (connection, id) = open().map_err(|error| OpenError::sqlite(path, error))?;
        if id != APPLICATION_ID {
            return Err(OpenError::NotOurs { path: path.to_owned() });
        }
        Ok(Self(connection, path.to_owned()))
    }

    /// How many migrations it has seen.
    pub fn form(&self, migrations: &[&str]) -> Result<usize, OpenError> {
        let path = self.1.clone();
        let found: i64 = self
            .0
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(|error| OpenError::sqlite(&path, error))?;
        match usize::try_from(found) {
            Ok(form) if 0 < form && form <= migrations.len() => Ok(form),
            Ok(form) if migrations.len() < form => {
                let known = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
                Err(OpenError::Newer { path, found, known })
            }
            _ => Err(OpenError::NotOurs { path }),
        }
    }

    /// Refuses a file that holds anything but the tables of that form: what is in a file from
    /// outside is never trusted to be what its names say.
    pub fn refuse_other_schema(&self, migrations: &[&'static str]) -> Result<(), OpenError> {
        let failed = |error| OpenError::sqlite(&self.1, error);
        let mut expected = Connection::open_in_memory().map_err(failed)?;
        database::migrate(&mut expected, migrations, &self.1)?;
        self.refuse_schema_but(&schema(&expected).map_err(failed)?)
    }

    pub fn refuse_other_keys(&self) -> Result<(), OpenError> {
        let failed = |error| OpenError::sqlite(&self.1, error);
        let expected = Connection::open_in_memory().map_err(failed)?;
        expected.execute_batch(database::EVENT_LOG_SQL).map_err(failed)?;
        let mut expected = schema(&expected).map_err(failed)?;
        expected.retain(|(_, name, _)| name == "person_keys");
        self.refuse_schema_but(&expected)
    }

    fn refuse_schema_but(&self, expected: &BTreeSet<SchemaEntry>) -> Result<(), OpenError> {
        let found = schema(&self.0).map_err(|error| OpenError::sqlite(&self.1, error))?;
        if found == *expected {
            return Ok(());
        }
        Err(OpenError::NotOurs { path: self.1.clone() })
    }
}

/// For files that may come from anywhere.
const SAFETY: &str = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
    PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 5000;";

type SchemaEntry = (String, String, Option<String>);

fn schema(connection: &Connection) -> rusqlite::Result<BTreeSet<SchemaEntry>> {
    connection
        .prepare("SELECT type, name, sql FROM sqlite_schema")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect()
}

pub fn refuse_damaged(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let pages = check_pages(connection).map_err(|error| OpenError::sqlite(path, error))?;
    match pages.into_iter().next() {
        None => Ok(()),
        Some(reason) => Err(OpenError::Damaged { path: path.to_owned(), reason }),
    }
}

/// A database that nobody reads before it is complete, so it is written without a journal.
pub fn new_database(path: &Path, migrations: &[&'static str]) -> Result<Connection, OpenError> {
    let failed = |error| OpenError::sqlite(path, error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection
        .execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        .and_then(|()| connection.execute_batch(SAFETY))
        .and_then(|()| connection.pragma_update(None, "application_id", APPLICATION_ID))
        .map_err(failed)?;
    database::migrate(&mut connection, migrations, path)?;
    Ok(connection)
}

/// A database with the one table of the keys.
pub fn make_keys_file(log: &Connection, path: &Path) -> Result<(), OpenError> {
    let make = || -> rusqlite::Result<()> {
        let sql = "SELECT sql FROM sqlite_schema WHERE name = 'person_keys'";
        let sql: String = log.query_row(sql, [], |row| row.get(0))?;
        let keys = Connection::open(path)?;
        keys.pragma_update(None, "application_id", APPLICATION_ID)?;
        keys.execute_batch(&sql)
    };
    make().map_err(|error| OpenError::sqlite(path, error))
}

/// How a file is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It is not changed, not even when it is closed.
    Read,
    /// As a process left it that was torn away: with what is in the write-ahead log beside it, and
    /// without the file by which connections share memory, for which there is no room.
    ReadTorn,
    /// Nor is anything read or made beside it.
    ReadAlone,
    Write,
}

impl Access {
    /// For a database that nobody has open. What a process that was torn away left beside it
    /// belongs to it and is read too.
    ///
    /// # Errors
    /// `Full`, `NotWritable`: it cannot be read without the file by which connections share memory,
    /// and that cannot be made.
    pub fn at_rest(path: &Path) -> Result<Self, OpenError> {
        let [wal, shared_memory, _] = database::companions(path);
        // SQLite takes no notice of a log without a beginning either; but where it cannot make the
        // file of the shared memory, it waits for one for ten seconds first.
        if !wal.exists() || !has_beginning(&wal) {
            return Ok(Self::ReadAlone);
        }
        let has_room = SharedMemory::require_room(path);
        match (has_room, shared_memory.exists()) {
            (Ok(()), true) => Ok(Self::Read),
            (Err(_), true) => Ok(Self::ReadTorn),
            (has_room, false) => {
                has_room.and_then(|()| require_writes_beside(path)).map(|()| Self::Read)
            }
        }
    }
}

/// Whether a write-ahead log has a header that is whole, which stands there from its first commit on.
/// Source: <https://www.sqlite.org/fileformat.html#the_write_ahead_log>.
fn has_beginning(wal: &Path) -> bool {
    let mut header = [0; 32];
    match File::open(wal).and_then(|mut file| file.read_exact(&mut header)) {
        Ok(()) => is_whole(&header),
        // Whatever cannot be read is SQLite's to refuse.
        Err(error) => error.kind() != io::ErrorKind::UnexpectedEof,
    }
}

/// Whether its last eight bytes are the checksum of those before, in the order of bytes that the first
/// four tell.
fn is_whole(header: &[u8; 32]) -> bool {
    let word = |place: usize| {
        let bytes = [0, 1, 2, 3].map(|byte| header[place + byte]);
        (u32::from_be_bytes(bytes), u32::from_le_bytes(bytes))
    };
    let (sign, _) = word(0);
    let is_big = sign & 1 == 1;
    let (mut one, mut two) = (0_u32, 0_u32);
    for place in (0..24).step_by(8) {
        let [first, second] = [place, place + 4].map(|place| {
            let (big, little) = word(place);
            if is_big { big } else { little }
        });
        one = one.wrapping_add(first).wrapping_add(two);
        two = two.wrapping_add(second).wrapping_add(one);
    }
    sign & !1 == 0x377f_0682 && (one, two) == (word(24).0, word(28).0)
}

/// Refuses where nothing can be made beside a database.
#[cfg(unix)]
fn require_writes_beside(database: &Path) -> Result<(), OpenError> {
    let folder = database.parent().unwrap_or(database);
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK)
        .map_err(|error| OpenError::io(folder, error.into()))
}

#[cfg(not(unix))]
fn require_writes_beside(_database: &Path) -> Result<(), OpenError> {
    Ok(())
}

pub fn attach(
    connection: &Connection,
    path: &Path,
    schema: &str,
    access: Access,
) -> Result<(), OpenError> {
    connection
        .execute(&format!("ATTACH ?1 AS {schema}"), [uri(path, access)])
        .map(drop)
        .map_err(|error| OpenError::sqlite(path, error))
}

/// How SQLite is told to read a database that others may have open.
pub fn live_address(database: &Path) -> String {
    uri(database, Access::Read)
}

/// The file as SQLite's URI: <https://www.sqlite.org/uri.html>, "The URI path".
pub fn uri(path: &Path, access: Access) -> String {
    let mut uri = String::from("file:");
    let name = path.as_os_str().as_encoded_bytes();
    // Where a drive is named it comes after a slash.
    if path.is_absolute() && !name.starts_with(b"/") {
        uri.push('/');
    }
    for byte in name {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'%' | b'?' | b'#' | 0x80.. => uri.push_str(&format!("%{byte:02x}")),
            _ => uri.push(char::from(*byte)),
        }
    }
    let mode = match access {
        Access::Read => "ro",
        Access::ReadTorn => "ro&readonly_shm=1",
        Access::ReadAlone => "ro&immutable=1",
        Access::Write => "rw",
    };
    format!("{uri}?mode={mode}")
}

/// Without indexes and triggers rows go in several times as fast; both are made again afterwards.
pub fn without_guards<T>(
    connection: &Connection,
    work: impl FnOnce() -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let guards: Vec<(String, String, String)> = connection
        .prepare(
            "SELECT type, name, sql FROM main.sqlite_schema
             WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (kind, name, _) in &guards {
        connection.execute_batch(&format!("DROP {kind} main.{name}"))?;
    }
    let done = work()?;
    for (_, _, sql) in &guards {
        connection.execute_batch(sql)?;
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_keeps_its_signs_in_an_address() {
        let given = Path::new("/tmp/a b/50% sure?/#1/lanyard.db");
        assert_eq!(live_address(given), "file:/tmp/a b/50%25 sure%3f/%231/lanyard.db?mode=ro");
        assert_eq!(live_address(Path::new("hier/ü.db")), "file:hier/%c3%bc.db?mode=ro");
    }
}
