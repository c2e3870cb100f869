//! A folder for unfinished files, beside what they will become.
//!
//! Invariant: only its owner can read it, and it is gone when its owner is gone: whoever works in
//! the same place next removes what a killed process left. A lock tells those apart from the work
//! of a process that lives. The lock is made first and removed last, so that a folder without one is
//! empty.

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
        loop {
            let nonce = getrandom::u64().map_err(|error| io::Error::other(error.to_string()))?;
            let path = parent.join(format!("{name}{nonce:016x}"));
            make_private(&path)?;
            // Until it is locked, somebody else may take it for one that was left.
            match File::create(path.join(LOCK)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                lock => {
                    let lock = lock?;
                    lock.lock()?;
                    if path.join(LOCK).exists() {
                        return Ok(Self { path, _lock: lock });
                    }
                }
            }
        }
    }

    /// A file or folder in it.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        // What cannot be removed now is removed by whoever works here next.
        let _ = remove(&self.path);
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
        match File::open(entry.path().join(LOCK)) {
            Ok(lock) if lock.try_lock().is_ok() => drop(remove(&entry.path())),
            Ok(_) => {}
            // Its owner was killed before it had a lock, or when it had none any more. One that is
            // not empty is none of ours, and stays.
            Err(_) => drop(fs::remove_dir(entry.path())),
        }
    }
    Ok(())
}

/// Removes a work folder, its lock at the end: killed in between, it is still known as left.
fn remove(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() == LOCK {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    fs::remove_file(folder.join(LOCK))?;
    fs::remove_dir(folder)
}

/// Makes a new name in a folder survive a power cut. Windows does so by itself.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_by_a_kill_before_there_was_a_lock_is_removed() {
        let place = tempfile::tempdir().expect("a folder");
        let left = place.path().join("work-1");
        let of_others = place.path().join("work-of-others");
        for folder in [&left, &of_others] {
            make_private(folder).expect("a folder");
        }
        fs::write(of_others.join("letter"), "Dear Anna").expect("written");
        let work = WorkFolder::make(place.path(), "work-").expect("a folder");
        assert!(!left.exists(), "it would stay for ever");
        assert!(of_others.exists());
        let at_work = work.path.clone();
        drop(WorkFolder::make(place.path(), "work-").expect("another"));
        assert!(at_work.join(LOCK).exists(), "it is still worked in");
        drop(work);
        assert!(!at_work.exists());
    }
}
