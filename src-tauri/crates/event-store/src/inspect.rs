//! Looking at a data folder without changing it.
//!
//! Invariant: nothing is migrated, rebuilt or fired, and no folder is made. The folder's lock is
//! held, so that nobody writes meanwhile; the files that SQLite needs to read a database with a WAL
//! are taken away again if they were not there before. A disk that takes no writes will do.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::{
    DataFolder, OpenError, PersonKeys,
    chain::GENESIS,
    database::{companions, meta, open_at_rest, refuse_newer},
    key_file::{self, KEY_FILE, key_check},
    log,
    transfer::files::{Access, uri},
    witness::Witness,
};

/// A folder that is only looked at.
#[derive(Debug)]
pub struct Inspection {
    // The fields are dropped in this order: reader, its traces, the lock.
    connection: Connection,
    address: String,
    /// Or why they cannot be used.
    keys: Result<PersonKeys, String>,
    _traces: Traces,
    folder: DataFolder,
}

/// What the witness file says of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WitnessSays {
    /// Nothing: there is no file, or nothing was noted in it.
    Nothing,
    /// The log is what it saw.
    Agrees {
        /// Up to here.
        position: i64,
    },
    /// It saw more than the log has.
    Ahead {
        /// The last position that it saw.
        position: i64,
    },
    /// It saw another event.
    Differs {
        /// At this position.
        position: i64,
    },
    /// It is damaged itself.
    Unreadable {
        /// How.
        reason: String,
    },
}

impl Inspection {
    /// Looks at a folder.
    ///
    /// # Errors
    /// `Missing`, `WitnessAhead` where the database is gone, `NotReadable`, `Locked`, `NotOurs`,
    /// `Newer`, `Older`, `Damaged`, `Full`, `Io`, `Sqlite`.
    pub fn open(path: impl Into<PathBuf>, migrations: &[&'static str]) -> Result<Self, OpenError> {
        let folder = DataFolder::open_to_look(path.into())?;
        let database = folder.database();
        refuse_newer(&database, migrations)?;
        let traces = Traces::to_come(&database);
        let address = uri(&database, Access::at_rest(&database)?);
        let connection = open_at_rest(&database)?;
        let failed = |source| OpenError::sqlite(&database, source);
        let known = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
        let found = connection
            .pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
            .map_err(failed)?;
        if found < known {
            return Err(OpenError::Older { path: database, found, known });
        }
        // A log can be looked through without the names in it.
        let stored = meta(&connection, "key_check").map_err(failed)?;
        let keys = match key_file::read_key(folder.path()) {
            Ok(key) if stored.as_deref() == Some(&key_check(&key)) => Ok(PersonKeys::new(key)),
            Ok(_) => Err(OpenError::WrongKey { path: folder.path().join(KEY_FILE) }.to_string()),
            Err(error) => Err(error.to_string()),
        };
        Ok(Self { connection, address, keys, _traces: traces, folder })
    }

    /// A connection that only reads.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The keys of the persons.
    ///
    /// # Errors
    /// What is wrong with the store's key, in words.
    pub fn keys(&self) -> Result<&PersonKeys, &str> {
        self.keys.as_ref().map_err(String::as_str)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The database file, as SQLite is told to read it: nobody writes to it.
    pub fn address(&self) -> String {
        self.address.clone()
    }

    /// What the witness says of the log.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn witness(&self) -> rusqlite::Result<WitnessSays> {
        let (position, witnessed) = match Witness::read(&self.folder) {
            Ok(None) => return Ok(WitnessSays::Nothing),
            Ok(Some(noted)) => noted,
            Err(error) => return Ok(WitnessSays::Unreadable { reason: error.to_string() }),
        };
        if log::last_position(&self.connection)? < position {
            return Ok(WitnessSays::Ahead { position });
        }
        let hash = log::own_hash_at(&self.connection, position)?.unwrap_or(GENESIS);
        Ok(if hash == witnessed {
            WitnessSays::Agrees { position }
        } else {
            WitnessSays::Differs { position }
        })
    }
}

/// The companions of the database that were not there before.
#[derive(Debug)]
struct Traces(Vec<PathBuf>);

impl Traces {
    fn to_come(database: &Path) -> Self {
        Self(companions(database).into_iter().filter(|path| !path.exists()).collect())
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        for path in &self.0 {
            // One that was never made is not there; one that stays is harmless.
            let _ = std::fs::remove_file(path);
        }
    }
}
