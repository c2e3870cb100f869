//! Whether the database's files are still where they were opened.
//!
//! SQLite goes on in a file that was deleted, or replaced by another one of the same name, and says
//! that all is well; what is committed then is gone with the process. Other programs do that: those
//! that synchronize folders, those that look for viruses, and people who put an old file back.

use std::{io, path::Path};

#[cfg(unix)]
use crate::database::companions;

#[cfg(unix)]
use std::path::PathBuf;

/// The files that a connection writes to, as they were when it was opened.
#[derive(Debug, Default)]
pub(crate) struct Placed {
    #[cfg(unix)]
    files: Vec<(PathBuf, Identity)>,
}

/// The disk and the number of a file on it.
#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
impl Placed {
    /// Of a database that a connection has just read from.
    ///
    /// # Errors
    /// A file is not there, or cannot be looked at.
    pub fn of(database: &Path) -> io::Result<Self> {
        let [log, ..] = companions(database);
        let files = [database.to_owned(), log].map(|path| Ok((path.clone(), identity(&path)?)));
        Ok(Self { files: files.into_iter().collect::<io::Result<_>>()? })
    }

    /// Makes sure that they are there still. It takes some microseconds.
    ///
    /// # Errors
    /// One of them is gone, or is another one by now.
    pub fn confirm(&self) -> io::Result<()> {
        for (path, opened) in &self.files {
            if !identity(path).is_ok_and(|found| found == *opened) {
                let path = path.display();
                let gone = format!("{path} was deleted or replaced by another program");
                return Err(io::Error::other(gone));
            }
        }
        Ok(())
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> io::Result<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    let file = path.metadata()?;
    Ok((file.dev(), file.ino()))
}

/// Elsewhere the system does not let a file go that is open.
#[cfg(not(unix))]
impl Placed {
    pub fn of(_database: &Path) -> io::Result<Self> {
        Ok(Self {})
    }

    pub fn confirm(&self) -> io::Result<()> {
        Ok(())
    }
}
