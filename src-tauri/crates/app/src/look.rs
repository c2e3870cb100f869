//! A copy to look at, where the data itself cannot be written or must not be touched yet.
//!
//! It is made in the system's folder for temporary files, readable by nobody else, and deleted when
//! the application closes. The witness stays behind: a log that lost its end can be looked at.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use event_store::{DATABASE_FILE, KEY_FILE, OpenError, verify_chain};
use kernel::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use tempfile::TempDir;

/// What belongs to a database. The WAL may hold its newest events.
const FILES: [&str; 3] = [DATABASE_FILE, "lanyard.db-wal", KEY_FILE];

/// Copies a data folder.
///
/// # Errors
/// `Io`, `Full`, `NotWritable`: it cannot be read, or there is no room for a copy.
pub fn copy_of(folder: &Path) -> Result<TempDir, OpenError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| OpenError::io(path, source)
    };
    let copy =
        tempfile::Builder::new().prefix("lanyard-look-").tempdir().map_err(failed(folder))?;
    for name in FILES {
        let from: PathBuf = folder.join(name);
        match fs::copy(&from, copy.path().join(name)) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(OpenError::io(from, source));
            }
            _ => make_writable(&copy.path().join(name)),
        }
    }
    Ok(copy)
}

/// A copy has the permissions of what it is a copy of, and SQLite needs to write this one.
fn make_writable(copy: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Where that fails the opening says so; a file that was not there needs no permission.
        let _ = fs::set_permissions(copy, fs::Permissions::from_mode(0o600));
    }
    #[cfg(not(unix))]
    let _ = copy;
}

/// What is whole of a log that does not open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Survey {
    /// So many events from the first one on are as they were recorded.
    pub whole_events: i64,
    /// When the last of them was recorded; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded_until: Option<Timestamp>,
    /// What is wrong first; absent if nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_fault: Option<String>,
}

/// Looks through a log that does not open, on a copy of it.
///
/// # Errors
/// It cannot be copied, or is no database any more.
pub fn survey(folder: &Path) -> Result<Survey, OpenError> {
    let copy = copy_of(folder)?;
    let path = copy.path().join(DATABASE_FILE);
    let failed = |source| OpenError::sqlite(&path, source);
    let log = Connection::open(&path).map_err(failed)?;
    let report = verify_chain(&log, 0, |_, _| {}).map_err(failed)?;
    let fault = report.faults.first();
    let whole_events = fault.map_or(report.last_position, |fault| fault.position - 1);
    let last = "SELECT recorded_at FROM events WHERE position = ?1";
    let recorded_until = log
        .query_row(last, [whole_events], |row| row.get(0).map(Timestamp::from_micros))
        .optional()
        .map_err(failed)?;
    let first_fault = fault.map(|fault| format!("event {}: {}", fault.position, fault.kind));
    Ok(Survey { whole_events, recorded_until, first_fault })
}
