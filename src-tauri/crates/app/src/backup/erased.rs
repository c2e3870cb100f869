//! Who was erased, told by a file beside the data and beside the backups: where the log of a later
//! time is lost, an older backup must not bring their data back. It holds ids and no names.

use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use kernel::PersonId;
use rusqlite::Connection;

/// The list's name, in a data folder and in a folder of backups.
pub const ERASED_FILE: &str = "lanyard.erased";

/// The list of a folder: one id a line. What is no id is passed over, so that a line torn by a
/// power cut spoils no other.
#[derive(Debug)]
pub struct ErasedList(PathBuf);

impl ErasedList {
    /// That of a folder; there need not be one yet.
    pub fn of(folder: &Path) -> Self {
        Self(folder.join(ERASED_FILE))
    }

    /// Who is on it.
    pub fn read(&self) -> io::Result<BTreeSet<PersonId>> {
        match fs::read(&self.0) {
            Ok(bytes) => {
                let text = String::from_utf8_lossy(&bytes);
                Ok(text.lines().filter_map(|line| line.trim().parse().ok()).collect())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeSet::new()),
            Err(error) => Err(error),
        }
    }

    /// Adds those who are missing, and flushes it to the disk.
    pub fn add(&self, persons: &BTreeSet<PersonId>) -> io::Result<()> {
        let known = self.read()?;
        let missing: Vec<&PersonId> = persons.difference(&known).collect();
        if missing.is_empty() {
            return Ok(());
        }
        // A torn line before must not swallow the first new one.
        let mut lines = String::from("\n");
        missing.iter().for_each(|person| lines.push_str(&format!("{person}\n")));
        let mut file = OpenOptions::new().create(true).append(true).open(&self.0)?;
        file.write_all(lines.as_bytes())?;
        file.sync_all()
    }

    /// Adds everybody whose key is destroyed in a database.
    pub fn add_from(&self, connection: &Connection) -> io::Result<()> {
        self.add(&erased_in(connection).map_err(io::Error::other)?)
    }
}

fn erased_in(connection: &Connection) -> rusqlite::Result<BTreeSet<PersonId>> {
    connection
        .prepare_cached("SELECT person FROM person_keys WHERE wrapped IS NULL")?
        .query_map([], |row| row.get(0).map(PersonId::from_uuid))?
        .collect()
}
