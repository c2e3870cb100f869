//! Why there is no backup, or no way back from one: what is the matter and what helps.

use std::{
    io,
    path::{Path, PathBuf},
};

use event_store::{CopyError, Mode, OpenError};

/// Why no backup was made. None is there under its final name then.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is nothing to back up.
    #[error("there is no data in {}; say where it is with --data DIR", path.display())]
    NoData {
        /// The data folder.
        path: PathBuf,
    },
    /// A file has the name already.
    #[error("{} is there already; choose another name", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A backup inside the data folder would be lost with it.
    #[error(
        "{} is in the data folder and would be lost with it; choose a folder elsewhere, best on \
         another disk",
        path.display()
    )]
    InDataFolder {
        /// The folder for backups.
        path: PathBuf,
    },
    /// The folder cannot be written, or its disk is full.
    #[error(
        "{}: {source}; see that there is space and that writing is allowed, or choose another \
         folder",
        path.display()
    )]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The data cannot be read.
    #[error(transparent)]
    Data(#[from] OpenError),
    /// What was written is not what was to be written.
    #[error(
        "the copy was read again and is not whole ({0}); it was not kept. See that the disk of \
         the backups is sound"
    )]
    NotWhole(String),
    /// Whoever was told of the progress wanted it to stop.
    #[error("the backup was stopped; no file was left")]
    Stopped,
}

impl BackupError {
    pub(super) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}

impl From<CopyError> for BackupError {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::File(error) => Self::Data(error),
            CopyError::Unsound { .. } => Self::NotWhole(error.to_string()),
            CopyError::Stopped => Self::Stopped,
        }
    }
}

/// Why a backup was not restored. The target is as it was then.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// There is no such file.
    #[error("{} does not exist; check its name", file.display())]
    Missing {
        /// The file.
        file: PathBuf,
    },
    /// The file cannot be opened.
    #[error("{} cannot be read: {source}", file.display())]
    NotReadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no backup.
    #[error(
        "{} is not a backup of this program; choose a file that ends in .lanyard-backup",
        file.display()
    )]
    NotABackup {
        /// The file.
        file: PathBuf,
    },
    /// A later release made the backup.
    #[error(
        "{} was made by a later release (form {found}, this one knows {known}); install that \
         release and restore with it",
        file.display()
    )]
    Newer {
        /// The file.
        file: PathBuf,
        /// The form of the file.
        found: i64,
        /// The latest form that this release knows.
        known: i64,
    },
    /// The backup is not what was written.
    #[error("{} is damaged ({reason}); keep it, and restore another backup", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What was found.
        reason: String,
    },
    /// The backup was made without the store's key, and the key is not at hand.
    #[error(
        "{} was made without the store's key, and names and addresses cannot be read without it; \
         give the store.key of the data folder with --key FILE",
        file.display()
    )]
    KeyMissing {
        /// The backup.
        file: PathBuf,
    },
    /// The key that was given belongs to other data.
    #[error("{} is not the store's key of this backup; give the right one", path.display())]
    WrongKey {
        /// The key file.
        path: PathBuf,
    },
    /// Where the data shall go cannot be used.
    #[error(transparent)]
    Target(#[from] OpenError),
    /// The folder is something else.
    #[error(
        "{} holds something that is no data of this program; choose a new or empty folder",
        path.display()
    )]
    TargetTaken {
        /// The target.
        path: PathBuf,
    },
    /// The folder is for something else than the backup.
    #[error(
        "{} is a backup of {}, and {} is for {}; name a new or empty folder with --data DIR",
        file.display(),
        of_backup.in_words(),
        path.display(),
        of_folder.in_words()
    )]
    OtherMode {
        /// The backup.
        file: PathBuf,
        /// What it is of.
        of_backup: Mode,
        /// The target.
        path: PathBuf,
        /// What that is for.
        of_folder: Mode,
    },
    /// A file or folder cannot be read or written.
    #[error("{}: {source}; see that there is space and that writing is allowed", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What was restored does not add up to what was backed up.
    #[error(
        "{} does not add up: it was made with {expected}, and restored it has {found}; nothing was \
         changed. Keep the file, report this, and restore another backup",
        file.display()
    )]
    Differs {
        /// The backup.
        file: PathBuf,
        /// The totals at the time of the backup.
        expected: String,
        /// Those of the restored data.
        found: String,
    },
    /// The restored log cannot be followed.
    #[error("{}: {reason}; nothing was changed. Restore another backup", file.display())]
    Unreadable {
        /// The backup.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// Whoever was told of the progress wanted it to stop.
    #[error("the restore was stopped; nothing was changed")]
    Stopped,
}

impl RestoreError {
    /// The backup cannot be opened.
    pub(super) fn of_file(file: &Path) -> impl FnOnce(io::Error) -> Self {
        let file = file.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::NotFound => Self::Missing { file },
            _ => Self::NotReadable { file, source },
        }
    }

    /// Nothing can be made where the data shall go, whatever the system calls that.
    pub(super) fn of_place(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| {
            Self::Target(match OpenError::io(path, source) {
                OpenError::Io { path, source } => OpenError::NotWritable { path, source },
                other => other,
            })
        }
    }

    pub(super) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}
