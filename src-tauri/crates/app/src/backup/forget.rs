//! Taking the keys of erased persons out of backups that were made before. The log in them stays
//! as it is, byte for byte; without the key it tells nothing about the person.

use std::{collections::BTreeSet, fs, path::Path};

use event_store::{DATABASE_FILE, destroy_copied_keys, erased_persons};
use kernel::PersonId;

use super::{
    ErasedList, RestoreError,
    container::{Container, KEYS, LOG, STORE_KEY},
    work::{WorkFolder, sync_folder},
};

const WORK: &str = ".lanyard-forgetting-";

/// Everybody who is erased in a data folder that is open.
///
/// # Errors
/// It cannot be read.
pub fn erased_in(data: &Path) -> Result<BTreeSet<PersonId>, RestoreError> {
    let mut erased = ErasedList::of(data).read().map_err(RestoreError::io(data))?;
    erased.extend(erased_persons(&data.join(DATABASE_FILE), false)?);
    Ok(erased)
}

/// Takes the keys of persons out of a backup. Says how many it held. The file is replaced as a
/// whole, or stays as it was.
///
/// # Errors
/// [`RestoreError`]; the file is as it was then.
pub fn forget(file: &Path, erased: &BTreeSet<PersonId>) -> Result<usize, RestoreError> {
    if erased.is_empty() {
        return Ok(0);
    }
    let folder = file.parent().unwrap_or_else(|| Path::new("."));
    let work = WorkFolder::make(folder, WORK).map_err(RestoreError::io(folder))?;
    let mut container = Container::open(file)?;
    let keys = work.join(KEYS);
    container.unpack(KEYS, &keys, &mut |_| true)?;
    let destroyed = destroy_copied_keys(&keys, erased)?;
    if destroyed == 0 {
        return Ok(0);
    }
    let rewritten = work.join("rewritten");
    container.rewrite(KEYS, &keys, &rewritten)?;
    // What replaces a verified file is read again as well.
    let mut again = Container::open(&rewritten)?;
    for name in [LOG, KEYS, STORE_KEY] {
        if name != STORE_KEY || again.manifest.has_key() {
            again.unpack(name, &work.join("read-again"), &mut |_| true)?;
        }
    }
    fs::rename(&rewritten, file)
        .and_then(|()| sync_folder(folder))
        .map_err(RestoreError::io(file))?;
    Ok(destroyed)
}
