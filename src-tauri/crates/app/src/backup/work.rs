//! A folder for unfinished files, beside what they will become.
//!
//! Invariant: only its owner can read it, and it is gone when its owner is gone: whoever works in
//! the same place next removes what a killed process left. A lock tells those apart from the work
//! of a process that lives.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

const LOCK: &str = "working";

/// A folder for the time of one piece of work.
#[derive(Debug)]
pub struct WorkFolder {
    path: PathBuf,
    _lock: File,
}

impl WorkFolder {
    /// Makes one in a folder, and removes those that killed processes left there. `name` begins
    /// its name.
    pub fn make(parent: &Path, name: &str) -> io::Result<Self> {
        remove_left(parent, name)?;
        let nonce = getrandom::u64().map_err(|error| io::Error::other(error.to_string()))?;
        let path = parent.join(format!("{name}{nonce:016x}"));
        make_private(&path)?;
        let lock = File::create(path.join(LOCK))?;
        lock.lock()?;
        Ok(Self { path, _lock: lock })
    }

    /// A file or folder in it.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        // What cannot be removed now is removed by whoever works here next.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Makes a folder that only its owner can read.
pub fn make_private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn remove_left(parent: &Path, name: &str) -> io::Result<()> {
    for entry in fs::read_dir(parent)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(name) {
            continue;
        }
        // A folder without a lock was made a moment ago, or is none of ours.
        let Ok(lock) = File::open(entry.path().join(LOCK)) else { continue };
        if lock.try_lock().is_ok() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}

/// Makes a new name in a folder survive a power cut. Windows does so by itself.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
