//! The mark of damage: somebody met bytes in the database that are not what was recorded.
//!
//! A start looks at the newest events only, and whatever was met may be older. So it is remembered
//! in a file beside the database, which the damage cannot reach; the next start then looks at
//! everything before anything is accepted, and takes the mark away if all is sound.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::PathBuf,
};

use crate::{DataFolder, key_file::sync_folder, say};

/// The mark's name in the data folder.
pub const DAMAGE_FILE: &str = "lanyard.damaged";

/// What it says to a person who finds it.
const TEXT: &[u8] = b"Damage was met in lanyard.db. The next start looks at all of it.\n";

/// Marks a folder, durably.
///
/// # Errors
/// The file cannot be written.
pub fn mark_damaged(folder: &DataFolder) -> io::Result<()> {
    let path = path(folder);
    let mut file = File::create(&path)?;
    file.write_all(TEXT)?;
    file.sync_all()?;
    sync_folder(&path)
}

/// Whether a folder is marked; also where that cannot be told.
pub(crate) fn is_marked(folder: &DataFolder) -> bool {
    path(folder).try_exists().unwrap_or(true)
}

/// Takes the mark away. One that stays only makes the next start look at everything once more.
pub(crate) fn take_away_mark(folder: &DataFolder) {
    let path = path(folder);
    if let Err(error) = fs::remove_file(&path).and_then(|()| sync_folder(&path)) {
        say!("lanyard: {} could not be deleted: {error}", path.display());
    }
}

fn path(folder: &DataFolder) -> PathBuf {
    folder.path().join(DAMAGE_FILE)
}
