//! The data folder: who holds it, and what it is for.
//!
//! Invariant: one process for each folder. An operating system lock on a file in it is held for
//! the life of [`DataFolder`]; the file itself stays, so that no two processes can lock two files
//! of the same name. A folder that is refused is left as it is, byte for byte.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use crate::{
    OpenError, WITNESS_FILE,
    database::{self, DATABASE_FILE},
    key_file::KEY_FILE,
    witness::witnessed_position,
};

/// The file whose lock stands for the folder. It tells the process and the mode.
pub const LOCK_FILE: &str = "lanyard.lock";

/// How the names of unfinished files begin: the database's with its journals, and the key's.
const UNFINISHED: [&str; 2] = ["lanyard.new", "store.new"];

/// What file systems have in the folder that they begin with.
const OF_FILE_SYSTEMS: [&str; 6] = [
    "lost+found",
    "System Volume Information",
    "$RECYCLE.BIN",
    "desktop.ini",
    "Thumbs.db",
    "Icon\r",
];

/// What a data folder is for. Stored in the database when it is made, and never changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Real registrations.
    Real,
    /// Rehearsals and automatic tests: the clock may be moved.
    Sandbox,
    /// Made-up data to look around in.
    Demo,
}

impl Mode {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Sandbox => "sandbox",
            Self::Demo => "demo",
        }
    }

    /// As a person would call it.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Real => "real registrations",
            Self::Sandbox => "rehearsals (a sandbox)",
            Self::Demo => "the sample",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::Real, Self::Sandbox, Self::Demo].into_iter().find(|mode| mode.as_str() == word)
    }
}

/// What the caller wants a folder for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Whatever data is there; real in an empty or missing folder.
    ExistingOrReal,
    /// A sandbox, or an empty or missing folder to make one in.
    Sandbox,
    /// A demo, or an empty or missing folder to make one in.
    Demo,
}

/// A folder that this process holds, whatever is in it.
#[derive(Debug)]
pub struct Held {
    /// Unlocks when it is dropped.
    _lock: File,
}

/// A data folder that this process holds.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    mode: Mode,
    /// Unlocks when it is dropped. There is none where a folder is only looked at that has no lock
    /// file and takes none.
    _lock: Option<File>,
}

impl DataFolder {
    /// Takes hold of a folder, and makes it if it is missing.
    ///
    /// # Errors
    /// `Locked`, `NotWritable`, `NotOurs`, `Taken`, `NotASandbox`, `Damaged`, `Full`, `Io`, `Sqlite`.
    pub fn open(path: impl Into<PathBuf>, opening: Opening) -> Result<Self, OpenError> {
        let path = path.into();
        // Before the lock, because taking it would leave a file in a folder that is not ours.
        let database = path.join(DATABASE_FILE);
        database::refuse_foreign(&database)?;
        refuse_taken(&path, opening)?;
        make_folder(&path)?;
        let mut lock = take_lock(&path)?;
        let found = database::stored_mode(&database)?;
        let mode = match (opening, found) {
            (Opening::ExistingOrReal, found) => found.unwrap_or(Mode::Real),
            (Opening::Sandbox, None | Some(Mode::Sandbox)) => Mode::Sandbox,
            (Opening::Demo, None | Some(Mode::Demo)) => Mode::Demo,
            (Opening::Sandbox | Opening::Demo, Some(_)) => {
                return Err(OpenError::NotASandbox { path });
            }
        };
        // Only for the message of whoever comes meanwhile; on a full disk it does without.
        let _ = lock
            .set_len(0)
            .and_then(|()| lock.rewind())
            .and_then(|()| writeln!(lock, "{} {}", std::process::id(), mode.as_str()));
        Ok(Self { path, mode, _lock: Some(lock) })
    }

    /// Takes hold of a folder that has a database, to look at it only. Where the folder takes no
    /// writes its lock is taken as it is there; where there is none, nobody can write there, and it
    /// is at rest.
    ///
    /// # Errors
    /// `Missing`, `WitnessAhead` where the database is gone, `NotReadable`, `Locked`, `NotOurs`,
    /// `Damaged`, `Full`, `Io`, `Sqlite`.
    pub(crate) fn open_to_look(path: PathBuf) -> Result<Self, OpenError> {
        let database = require_database(&path)?;
        match Self::open(&path, Opening::ExistingOrReal) {
            Err(OpenError::NotWritable { .. } | OpenError::Full { .. }) => {}
            other => return other,
        }
        let lock = match File::open(path.join(LOCK_FILE)) {
            Ok(file) => Some(locked(file, &path)?),
            Err(source) if source.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(OpenError::reading(path.join(LOCK_FILE), source)),
        };
        let mode = database::stored_mode(&database)?.unwrap_or(Mode::Real);
        Ok(Self { path, mode, _lock: lock })
    }

    /// Takes hold of a folder without looking at what is in it, so that nobody opens it before the
    /// answer is dropped.
    ///
    /// # Errors
    /// `Locked`, `NotWritable`, `Io`.
    pub fn hold(path: &Path) -> Result<Held, OpenError> {
        let mut lock = take_lock(path)?;
        // Only for the message of whoever comes meanwhile; on a full disk it does without.
        let _ = lock.set_len(0).and_then(|()| writeln!(lock, "{}", std::process::id()));
        Ok(Held { _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it is for.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.path.join(DATABASE_FILE)
    }
}

/// The database of a data folder, which must be there and may be read.
///
/// # Errors
/// `Missing`; `WitnessAhead`: it was there; `NotReadable`, `Io`.
pub fn require_database(folder: &Path) -> Result<PathBuf, OpenError> {
    let path = folder.join(DATABASE_FILE);
    match File::open(&path) {
        Ok(_) => Ok(path),
        Err(source) if source.kind() == io::ErrorKind::NotFound => {
            match witnessed_position(folder).filter(|witness| 0 < *witness) {
                Some(witness) => Err(OpenError::WitnessAhead { path, log: 0, witness }),
                None => Err(OpenError::Missing { path }),
            }
        }
        Err(source) => Err(OpenError::reading(path, source)),
    }
}

/// Refuses to make data among other files. A key or a lock without a database is what an interrupted
/// first start leaves; of real data that lost its database, there may be more.
fn refuse_taken(path: &Path, opening: Opening) -> Result<(), OpenError> {
    let has_database = || path.join(DATABASE_FILE).exists();
    // Whoever has lost the database hears of the loss, whatever else lies there.
    let is_real = opening == Opening::ExistingOrReal && path.join(WITNESS_FILE).exists();
    if is_real || has_database() {
        return Ok(());
    }
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(OpenError::io(path, source)),
    };
    for entry in entries {
        let name = entry.map_err(|source| OpenError::io(path, source))?.file_name();
        let name = name.to_string_lossy().into_owned();
        let is_fine = is_of_a_first_start(&name)
            || is_of_a_file_system(&name)
            || opening == Opening::ExistingOrReal && is_of_data(&name);
        // Somebody else may just have made it: whose the folder is then, the lock decides.
        if is_fine || has_database() {
            continue;
        }
        let path = path.to_owned();
        // What is left of data that lost its database is no stranger's file.
        return Err(match opening {
            Opening::Sandbox | Opening::Demo if is_of_data(&name) => {
                OpenError::NotASandbox { path }
            }
            _ => OpenError::Taken { path, name },
        });
    }
    Ok(())
}

/// A first start that was killed leaves its unfinished files; the next one replaces them.
fn is_of_a_first_start(name: &str) -> bool {
    name == LOCK_FILE || name == KEY_FILE || UNFINISHED.iter().any(|own| name.starts_with(own))
}

/// Whether it is hidden, or one that an empty disk has.
fn is_of_a_file_system(name: &str) -> bool {
    name.starts_with('.') || OF_FILE_SYSTEMS.contains(&name)
}

/// Whether data of ours has it beside the database, or had it: the web view's files were there once.
fn is_of_data(name: &str) -> bool {
    name.starts_with("lanyard.") || name == "webview"
}

fn make_folder(path: &Path) -> Result<(), OpenError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    // Nobody else on this computer needs to read registrations.
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| OpenError::io(path, source))
}

fn take_lock(folder: &Path) -> Result<File, OpenError> {
    let path = folder.join(LOCK_FILE);
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|source| OpenError::io(&path, source))?;
    locked(file, folder)
}

fn locked(mut file: File, folder: &Path) -> Result<File, OpenError> {
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Where a locked file cannot be read, the message does without the process.
            let _ = file.read_to_string(&mut holder);
            let pid = holder.split_whitespace().next().and_then(|pid| pid.parse().ok());
            Err(OpenError::Locked { path: folder.to_owned(), pid })
        }
        Err(TryLockError::Error(source)) => Err(OpenError::io(folder.join(LOCK_FILE), source)),
    }
}
