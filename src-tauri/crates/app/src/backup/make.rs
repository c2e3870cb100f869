//! Making a backup, beside whoever works with the data, and reading it again.
//!
//! Invariant: a file has its final name only when it was read again from the disk and every check
//! of a restore passed. Whatever stops it before leaves nothing but a work folder, which the next
//! backup there removes.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use event_store::{
    CopyError, CopyFiles, DATABASE_FILE, OpenError, StoreKey, check_copy, copy_out, erased_persons,
    refuse_unwitnessed,
};
use kernel::Timestamp;

use super::{
    ALSO_COPIED, BackupError, BackupInfo, ENDING, ErasedList, Manifest, Progress, RestoreError,
    Step, Totals,
    container::{Container, KEYS, LOG, STORE_KEY, pack},
    work::{WorkFolder, sync_folder},
};
use crate::MIGRATIONS;

/// How the names of unfinished work begin.
const WORK: &str = ".lanyard-unfinished-";

/// Where a backup goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A file of this name, which must not be there.
    File(PathBuf),
    /// A name of its own, by the time and the last position, in a folder.
    Folder(PathBuf),
}

/// What is to be backed up, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The data folder. Another process, or this one, may work in it.
    pub data: PathBuf,
    /// Where the backup goes.
    pub to: Destination,
    /// Whether the store's key goes with it. Without, the backup alone tells nobody's name, and
    /// cannot be restored without the key either.
    pub with_key: bool,
    /// Whether the caller holds the data folder, and nobody has the database open.
    pub is_at_rest: bool,
    /// The time to put into it.
    pub made_at: Timestamp,
}

/// Makes a backup. `progress` stops it by answering `false`.
///
/// # Errors
/// [`BackupError`]; nothing is there under the final name then.
pub fn make(
    request: &Request,
    mut progress: impl FnMut(Progress) -> bool,
) -> Result<BackupInfo, BackupError> {
    let database = request.data.join(DATABASE_FILE);
    if !database.exists() {
        return Err(BackupError::NoData { path: request.data.clone() });
    }
    // A log without its end is whole in itself, and would be taken for the newest sound one.
    if request.is_at_rest {
        refuse_unwitnessed(&request.data)?;
    }
    let folder = request.folder()?;
    let is_new = !folder.exists();
    let made = make_in(&folder, request, &mut progress);
    if made.is_err() && is_new {
        // It is not empty if it has a list of who was erased, and stays then.
        let _ = fs::remove_dir(&folder);
    }
    made
}

fn make_in(
    folder: &Path,
    request: &Request,
    mut progress: impl FnMut(Progress) -> bool,
) -> Result<BackupInfo, BackupError> {
    let database = request.data.join(DATABASE_FILE);
    prepare_folder(folder, request)?;
    let work = WorkFolder::make(folder, WORK).map_err(BackupError::io(folder))?;
    let unpacked = CopyFiles { log: work.join(LOG), keys: work.join(KEYS) };
    let (copy, totals) = copy_out(
        &database,
        &unpacked,
        MIGRATIONS,
        ALSO_COPIED,
        request.is_at_rest,
        |connection| Totals::if_current(connection, "source"),
        |done, total| progress(step(Step::Copying, done, total)),
    )
    .map_err(|error| full_disk(error, folder))?;
    let mut parts = vec![(LOG, unpacked.log.clone()), (KEYS, unpacked.keys.clone())];
    let key = StoreKey::of_folder(&request.data)?;
    if !key.is_named(&copy.key_check) {
        let path = request.data.join(event_store::KEY_FILE);
        return Err(OpenError::WrongKey { path }.into());
    }
    if request.with_key {
        let path = work.join(STORE_KEY);
        fs::write(&path, key.to_text().as_bytes()).map_err(BackupError::io(&path))?;
        parts.push((STORE_KEY, path));
    }
    let packed = work.join("packed");
    let manifest = Manifest::of(&copy, request.made_at, totals);
    let manifest = pack(&packed, &parts, manifest, &mut progress)?;
    for (_, path) in &parts {
        fs::remove_file(path).map_err(BackupError::io(path))?;
    }
    check_in(&packed, &work, &mut progress).map_err(not_whole)?;
    let bytes = packed.metadata().map_err(BackupError::io(&packed))?.len();
    let name = final_name(request, &manifest);
    if name.exists() {
        return Err(BackupError::Exists { path: name });
    }
    fs::rename(&packed, &name)
        .and_then(|()| sync_folder(folder))
        .map_err(BackupError::io(&name))?;
    Ok(BackupInfo::of(&name, bytes, &manifest))
}

/// Reads a backup as a restore would, and says what it holds. Nothing is changed; it is unpacked
/// into a folder of its own in `scratch` meanwhile.
///
/// # Errors
/// [`RestoreError`].
pub fn check(
    file: &Path,
    scratch: &Path,
    mut progress: impl FnMut(Progress) -> bool,
) -> Result<Manifest, RestoreError> {
    let work = WorkFolder::make(scratch, WORK).map_err(RestoreError::io(scratch))?;
    check_in(file, &work, &mut progress).map(|(manifest, _)| manifest)
}

/// Unpacks a backup into a work folder and checks it there.
pub(super) fn check_in(
    file: &Path,
    work: &WorkFolder,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<(Manifest, CopyFiles), RestoreError> {
    let mut container = Container::open(file)?;
    let files = CopyFiles { log: work.join(LOG), keys: work.join(KEYS) };
    container.unpack(LOG, &files.log, progress)?;
    container.unpack(KEYS, &files.keys, progress)?;
    if container.manifest.has_key() {
        container.unpack(STORE_KEY, &work.join(STORE_KEY), progress)?;
    }
    let damaged = |reason: String| RestoreError::Damaged { file: file.to_owned(), reason };
    let told = |done, total| progress(step(Step::Checking, done, total));
    let copy = check_copy(&files, MIGRATIONS, told).map_err(|error| match error {
        CopyError::Stopped => RestoreError::Stopped,
        CopyError::File(OpenError::Newer { found, known, .. }) => {
            RestoreError::Newer { file: file.to_owned(), found, known }
        }
        CopyError::File(OpenError::NotOurs { .. }) => {
            damaged("it holds other tables than a backup does".to_owned())
        }
        CopyError::File(OpenError::Damaged { reason, .. }) => damaged(reason),
        other => damaged(other.to_string()),
    })?;
    match container.manifest.contradicted_by(&copy) {
        Some(reason) => Err(damaged(reason)),
        None => Ok((container.manifest, files)),
    }
}

pub(super) fn step(step: Step, done: i64, total: i64) -> Progress {
    Progress { step, done: done.unsigned_abs(), total: total.unsigned_abs() }
}

/// Makes the folder, refuses one that would be lost with the data, and brings its list of erased
/// persons up to date.
fn prepare_folder(folder: &Path, request: &Request) -> Result<(), BackupError> {
    fs::create_dir_all(folder).map_err(BackupError::io(folder))?;
    refuse_inside(folder, &request.data)?;
    if matches!(request.to, Destination::Folder(_)) {
        let erased = erased_persons(&request.data.join(DATABASE_FILE), request.is_at_rest)?;
        ErasedList::of(folder).add(&erased).map_err(BackupError::io(folder))?;
    }
    Ok(())
}

impl Request {
    fn folder(&self) -> Result<PathBuf, BackupError> {
        Ok(match &self.to {
            Destination::Folder(folder) => folder.clone(),
            Destination::File(file) => match file.parent() {
                _ if file.exists() => return Err(BackupError::Exists { path: file.clone() }),
                Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
                _ => PathBuf::from("."),
            },
        })
    }
}

/// Refuses a folder for backups that is in the data folder.
pub(super) fn refuse_inside(folder: &Path, data: &Path) -> Result<(), BackupError> {
    let real = |path: &Path| path.canonicalize().map_err(BackupError::io(path));
    if real(folder)?.starts_with(real(data)?) {
        return Err(BackupError::InDataFolder { path: folder.to_owned() });
    }
    Ok(())
}

fn final_name(request: &Request, manifest: &Manifest) -> PathBuf {
    let folder = match &request.to {
        Destination::File(file) => return file.clone(),
        Destination::Folder(folder) => folder,
    };
    let moment = file_moment(manifest.made_at);
    let name = |nth: u32| {
        let again = if nth == 0 { String::new() } else { format!("-{nth}") };
        folder.join(format!("lanyard-{moment}-{}{again}{ENDING}", manifest.events))
    };
    (0..u32::MAX).map(name).find(|path| !path.exists()).unwrap_or_else(|| name(u32::MAX))
}

/// A moment as part of a file's name, sorting by time: `20261123T091500Z`.
pub(super) fn file_moment(moment: Timestamp) -> String {
    let whole = Timestamp::from_micros(moment.micros().div_euclid(1_000_000) * 1_000_000);
    whole.to_string().chars().filter(|letter| letter.is_ascii_alphanumeric()).collect()
}

/// What failed while files were written in the backups' folder was the writing.
fn full_disk(error: CopyError, folder: &Path) -> BackupError {
    match error {
        CopyError::File(OpenError::Sqlite { path, source }) if path.starts_with(folder) => {
            BackupError::Io { path: folder.to_owned(), source: std::io::Error::other(source) }
        }
        other => other.into(),
    }
}

fn not_whole(error: RestoreError) -> BackupError {
    match error {
        RestoreError::Stopped => BackupError::Stopped,
        RestoreError::Io { path, source } => BackupError::Io { path, source },
        RestoreError::Damaged { reason, .. } => BackupError::NotWhole(reason),
        other => BackupError::NotWhole(other.to_string()),
    }
}

/// Whether a folder can be written: by writing there.
pub(super) fn probe(folder: &Path) -> Result<(), BackupError> {
    fs::create_dir_all(folder).map_err(BackupError::io(folder))?;
    let work = WorkFolder::make(folder, WORK).map_err(BackupError::io(folder))?;
    let path = work.join("probe");
    File::create(&path).and_then(|file| file.sync_all()).map_err(BackupError::io(folder))
}
