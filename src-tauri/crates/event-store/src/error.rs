//! What can go wrong with a data folder and with a store.

use std::{io, path::PathBuf};

use rusqlite::ffi;

use crate::VaultError;

/// Why a data folder cannot be used. Each message says what is the matter and what helps.
///
/// Where the folder is refused (`Locked`, `NotOurs`, `Taken`, `Newer`, `NotASandbox`, `KeyMissing`,
/// `WrongKey`, the witness's two), no file in it has been changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another running copy holds the folder.
    #[error(
        "{} is in use by another running copy{}; close that one first",
        path.display(),
        pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
    )]
    Locked {
        /// The data folder.
        path: PathBuf,
        /// The process that holds it, if it could be read.
        pid: Option<u32>,
    },
    /// The folder or a file in it cannot be written.
    #[error("{} cannot be written; allow writing there or choose another folder", path.display())]
    NotWritable {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The folder or a file in it may not be looked into.
    #[error(
        "{} cannot be read: {source}; do this as the user whose data it is, or choose another \
         folder",
        path.display()
    )]
    NotReadable {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no room left on the disk that holds the folder.
    #[error("the disk that holds {} is full; make room there", path.display())]
    Full {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no SQLite database, or that of another program.
    #[error("{} is not a database of this program; choose another folder", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// There is no database in the folder, and something else is.
    #[error(
        "{} has other files in it, such as {name}, and no data of this program; choose a new or \
         empty folder",
        path.display()
    )]
    Taken {
        /// The data folder.
        path: PathBuf,
        /// One of the files.
        name: String,
    },
    /// There is nothing to look at.
    #[error("{} does not exist; nothing was made, check the folder's name", path.display())]
    Missing {
        /// The database file.
        path: PathBuf,
    },
    /// An earlier release wrote the database, and nobody brought it up to date yet.
    #[error(
        "{} was written by an earlier release (form {found}, this one knows {known}); \
         make a copy of the folder, and open it once with this release",
        path.display()
    )]
    Older {
        /// The database file.
        path: PathBuf,
        /// The form of the file: how many migrations it has seen.
        found: i64,
        /// The latest form that this release knows.
        known: i64,
    },
    /// A later release wrote the database.
    #[error(
        "{} was written by a later release (form {found}, this one knows {known}); \
         install that release",
        path.display()
    )]
    Newer {
        /// The database file.
        path: PathBuf,
        /// The form of the file: how many migrations it has seen.
        found: i64,
        /// The latest form that this release knows.
        known: i64,
    },
    /// A sandbox or demo was asked for, and the folder holds something else.
    #[error(
        "{} is neither empty nor what was asked for (a sandbox, or the sample); to open it as it is, \
         leave that out, otherwise choose a new or empty folder",
        path.display()
    )]
    NotASandbox {
        /// The data folder.
        path: PathBuf,
    },
    /// The database file cannot be understood any more.
    #[error("{} is damaged ({reason}); keep it and restore the newest backup", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// The key file of an existing database is gone.
    #[error(
        "{} is missing, and without it no personal data can be read; \
         put it back from where the keys are backed up",
        path.display()
    )]
    KeyMissing {
        /// The key file.
        path: PathBuf,
    },
    /// The key file belongs to another database, or is damaged.
    #[error(
        "{} is not the key of this database; put the right one back from where the keys are \
         backed up",
        path.display()
    )]
    WrongKey {
        /// The key file.
        path: PathBuf,
    },
    /// The log has lost its end.
    #[error(
        "events {} to {witness} are missing{} {}; restore a backup that has them, or move the \
         witness file away to go on without them",
        log + 1,
        if *log == 0 { ", for there is nothing in" } else { " from" },
        path.display()
    )]
    WitnessAhead {
        /// The database file.
        path: PathBuf,
        /// The last position in the log; 0 if it is empty.
        log: i64,
        /// The last position that was committed, as witnessed.
        witness: i64,
    },
    /// The log holds another history than the one that was witnessed.
    #[error(
        "event {position} in {} is not the one that was witnessed; keep the file and restore a \
         backup",
        path.display()
    )]
    WitnessDiffers {
        /// The database file.
        path: PathBuf,
        /// The witnessed position.
        position: i64,
    },
    /// The file that tells how far the log had come is damaged.
    #[error(
        "none of the records in {} can be read, which tell how far the log had come; run `lanyard \
         verify`, and where it finds nothing else and the newest entries are there, move that file \
         away",
        path.display()
    )]
    WitnessUnreadable {
        /// The witness file.
        path: PathBuf,
    },
    /// The linked SQLite can damage databases in WAL mode.
    #[error("SQLite {found} is too old; it must be 3.51.3 or later")]
    OldSqlite {
        /// The linked version.
        found: &'static str,
    },
    /// The operating system gave no random numbers for a new key.
    #[error("the operating system gives no random numbers: {0}")]
    NoRandomness(getrandom::Error),
    /// Reading or writing failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// SQLite refused.
    #[error("{}: {source}", path.display())]
    Sqlite {
        /// The database file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
}

impl OpenError {
    /// Tells what the system said as one of the situations above.
    pub fn io(path: impl Into<PathBuf>, source: io::Error) -> Self {
        let path = path.into();
        match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::NotWritable { path, source }
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::Full { path, source }
            }
            _ => Self::Io { path, source },
        }
    }

    /// Tells what the system said of something that was only to be read.
    pub fn reading(path: impl Into<PathBuf>, source: io::Error) -> Self {
        let path = path.into();
        match source.kind() {
            io::ErrorKind::PermissionDenied => Self::NotReadable { path, source },
            _ => Self::io(path, source),
        }
    }

    /// Tells what SQLite said as one of the situations above.
    pub fn sqlite(path: impl Into<PathBuf>, source: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{
            DatabaseCorrupt, DiskFull, NotADatabase, PermissionDenied, ReadOnly,
        };
        let path = path.into();
        let extended = source.sqlite_error().map(|error| error.extended_code);
        match source.sqlite_error_code() {
            // There was no room for the file that readers and the writer share: SQLite makes it
            // before it writes anything, and does not say why it cannot.
            _ if extended == Some(ffi::SQLITE_IOERR_SHMSIZE) => {
                Self::Full { path, source: io::Error::other(source) }
            }
            Some(DatabaseCorrupt | NotADatabase) => {
                Self::Damaged { path, reason: source.to_string() }
            }
            Some(ReadOnly | PermissionDenied) => {
                Self::NotWritable { path, source: io::Error::other(source) }
            }
            Some(DiskFull) => Self::Full { path, source: io::Error::other(source) },
            _ => Self::Sqlite { path, source },
        }
    }
}

/// Why a transaction did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// SQLite refused to commit, and rolled back.
    #[error("it could not be committed: {0}")]
    Commit(rusqlite::Error),
    /// SQLite has committed, and the disk failed right after, so that the flush cannot be believed.
    #[error("the disk failed while it was committed: {0}")]
    Unconfirmed(io::Error),
    /// Personal data could not be sealed or opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// No transaction is open.
    #[error("no transaction is open")]
    NoTransaction,
    /// An append stopped half way; its transaction or savepoint must be rolled back.
    #[error("an append stopped half way, and must be rolled back first")]
    Unfinished,
    /// The witness file could not be written. The log itself is whole.
    #[error("the witness file cannot be written: {0}")]
    Witness(io::Error),
}
