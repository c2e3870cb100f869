//! The way back: from a backup to a data folder that can be opened.
//!
//! Invariant: the target is as it was, or holds the complete restored data; everything is made and
//! checked beside it first. What was there is kept under a dated name, never overwritten. The keys
//! of persons who were erased since the backup are never written again.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use event_store::{
    CopyError, DATABASE_FILE, DataFolder, DeviceId, Expected, Held, KEY_FILE, Mode, OpenError,
    Opening, Store, StoreKey, copy_in, erased_persons, for_each, stored_mode, verify_chain,
};
use kernel::{PersonErased, PersonEvent, PersonId, Timestamp};
use read_models::{Fact, READ_MODELS};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    ALSO_COPIED, BackupInfo, ErasedList, FOLDER_SETTING, Loss, Manifest, Progress, RestoreError,
    Step, Totals,
    container::STORE_KEY,
    folder_of,
    loss::Left,
    make::{check_in, file_moment, step},
    note_folder,
    work::{WorkFolder, make_private, sync_folder},
};
use crate::{
    MIGRATIONS,
    clock::computers_clock,
    error::AppError,
    fold,
    ids::fresh,
    replay::{Unreadable, decode},
    role::Caller,
    settings,
    tokens::Secrets,
    unit::{Memory, Occasion},
    views,
    writer::in_savepoint,
};

/// Why a person is erased once more, in the restored log.
const REASON: &str = "erased since the backup was made";

/// What a restore may be told beside the file and the target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RestoreOptions {
    /// The store's key, for a backup that was made without it.
    pub key: Option<PathBuf>,
    /// Another data folder, or folder of backups, that knows of persons who were erased.
    pub erased_from: Option<PathBuf>,
    /// What the folder is to be for; whatever the backup was for where this is absent.
    pub mode: Option<Mode>,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RestoreReport {
    /// The backup.
    pub backup: BackupInfo,
    /// The data folder, complete and closed.
    #[schemars(with = "String")]
    pub folder: PathBuf,
    /// Where what was there before is kept.
    #[schemars(with = "Option<String>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_aside: Option<PathBuf>,
    /// What of the data that was there before is not in the backup.
    pub loss: Loss,
    /// The totals, compared with those of the backup.
    pub totals: Totals,
    /// Whether the backup had totals to compare with.
    pub compared: bool,
    /// How many entries of persons were erased again.
    pub erased_again: usize,
    /// The device that made the backup.
    pub old_device: String,
    /// The identity of the restored copy.
    pub new_device: String,
    /// Where backups go on being made: where those of the data went in whose place this came.
    #[schemars(with = "Option<String>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_folder: Option<PathBuf>,
}

/// Restores a backup into a new or empty folder, or in place of another data folder, which is kept
/// under a dated name; its backups go on where they went. `progress` stops it by answering `false`.
///
/// Persons are erased again who are on the list beside the backup, or in the folder in whose place
/// the data comes.
///
/// # Errors
/// [`RestoreError`]; the target is as it was then.
pub fn restore(
    file: &Path,
    target_folder: &Path,
    progress: impl FnMut(Progress) -> bool,
) -> Result<RestoreReport, RestoreError> {
    restore_with(file, target_folder, &RestoreOptions::default(), progress)
}

/// Restores a backup, with more to go by. See [`restore`].
///
/// # Errors
/// [`RestoreError`]; the target is as it was then.
pub fn restore_with(
    file: &Path,
    target_folder: &Path,
    options: &RestoreOptions,
    mut progress: impl FnMut(Progress) -> bool,
) -> Result<RestoreReport, RestoreError> {
    // Before anything is made for it.
    File::open(file).map_err(RestoreError::of_file(file))?;
    let target = Target::of(target_folder)?;
    let work = WorkFolder::make(&target.parent, &target.unfinished)
        .map_err(RestoreError::of_place(&target.parent))?;
    let (manifest, files) = check_in(file, &work, &mut progress)?;
    let erased = known_erased(file, &target, options)?;
    let data = work.join("data");
    make_private(&data).map_err(RestoreError::io(&data))?;
    key_of(file, &manifest, &target, options, &work)?.write_to(&data)?;
    let told = |done, total| progress(step(Step::Restoring, done, total));
    let forgotten = copy_in(&files, &data, MIGRATIONS, ALSO_COPIED, &erased, told)
        .map_err(|error| of_copy(file, error))?;
    refuse_other_mode(file, &data, &target, options.mode)?;
    ErasedList::of(&data).add(&erased).map_err(RestoreError::io(&data))?;
    let backup_folder = target.backup_folder();
    let (totals, device) =
        complete(file, &data, &forgotten, backup_folder.as_deref(), &mut progress)?;
    let compared = manifest.totals.is_some();
    if let Some(expected) = manifest.totals.as_ref().filter(|expected| **expected != totals) {
        return Err(RestoreError::Differs {
            file: file.to_owned(),
            expected: expected.to_string(),
            found: totals.to_string(),
        });
    }
    // From here on nobody opens it: what was sold into it would be neither told nor restored.
    let held = if target.look()? { Some(DataFolder::hold(&target.path)?) } else { None };
    let left = if held.is_some() { Left::in_place(&target.path) } else { Left::nothing() };
    let loss = left.lacking_in(&manifest);
    drop(left);
    let kept_aside = target.replace(&data, held)?;
    let bytes = file.metadata().map_or(0, |metadata| metadata.len());
    Ok(RestoreReport {
        backup: BackupInfo::of(file, bytes, &manifest),
        folder: target.path,
        kept_aside,
        loss,
        totals,
        compared,
        erased_again: forgotten.len(),
        old_device: manifest.device,
        new_device: device.to_string(),
        backup_folder,
    })
}

/// The place where the data comes.
struct Target {
    path: PathBuf,
    parent: PathBuf,
    /// How the names of unfinished work beside it begin.
    unfinished: String,
    /// What is there now: nothing, or data of ours, sound or not.
    holds_data: bool,
}

impl Target {
    fn of(path: &Path) -> Result<Self, RestoreError> {
        let path = std::path::absolute(path).map_err(RestoreError::io(path))?;
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(RestoreError::TargetTaken { path });
        };
        let unfinished = format!(".{}.restoring-", name.to_string_lossy());
        fs::create_dir_all(parent).map_err(RestoreError::of_place(parent))?;
        let target = Self { parent: parent.to_owned(), unfinished, holds_data: false, path };
        let holds_data = target.look()?;
        Ok(Self { holds_data, ..target })
    }

    /// Where the backups of what is there now go.
    fn backup_folder(&self) -> Option<PathBuf> {
        if self.holds_data { folder_of(&self.path) } else { None }
    }

    /// Whether it holds data; refuses one that holds anything else, or that is in use.
    fn look(&self) -> Result<bool, RestoreError> {
        let mut entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(RestoreError::of_place(&self.path)(error)),
        };
        if entries.next().is_none() {
            return Ok(false);
        }
        let ours = [DATABASE_FILE, KEY_FILE, event_store::LOCK_FILE];
        if !ours.iter().any(|name| self.path.join(name).exists()) {
            return Err(RestoreError::TargetTaken { path: self.path.clone() });
        }
        DataFolder::hold(&self.path)?;
        Ok(true)
    }

    /// Puts the data there. Answers where what was there, which is held, is kept.
    fn replace(&self, data: &Path, held: Option<Held>) -> Result<Option<PathBuf>, RestoreError> {
        let is_there = held.is_some();
        if cfg!(windows) {
            // There, nothing is moved that is open.
            drop(held);
        }
        let aside = if is_there { Some(self.move_aside()?) } else { None };
        if aside.is_none() && self.path.exists() {
            fs::remove_dir(&self.path).map_err(RestoreError::io(&self.path))?;
        }
        if let Err(error) = fs::rename(data, &self.path) {
            if let Some(aside) = &aside {
                // The one error is told; the other leaves both folders whole under their names.
                let _ = fs::rename(aside, &self.path);
            }
            return Err(RestoreError::io(&self.path)(error));
        }
        sync_folder(&self.parent).map_err(RestoreError::io(&self.parent))?;
        Ok(aside)
    }

    fn move_aside(&self) -> Result<PathBuf, RestoreError> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let moment = file_moment(computers_clock());
        let aside = (0..u32::MAX)
            .map(|nth| if nth == 0 { String::new() } else { format!("-{nth}") })
            .map(|again| self.parent.join(format!("{name}.before-restore-{moment}{again}")))
            .find(|path| !path.exists())
            .unwrap_or_default();
        fs::rename(&self.path, &aside).map_err(RestoreError::io(&self.path))?;
        Ok(aside)
    }
}

/// What a folder is for does not change: rehearsals never come in the place of real registrations, nor
/// these in the place of rehearsals. What is damaged may not tell any more what it was for.
fn refuse_other_mode(
    file: &Path,
    data: &Path,
    target: &Target,
    wanted: Option<Mode>,
) -> Result<(), RestoreError> {
    let Some(of_backup) = stored_mode(&data.join(DATABASE_FILE))? else { return Ok(()) };
    let replaced = target.path.join(DATABASE_FILE);
    let replaced = if target.holds_data {
        let _held = DataFolder::hold(&target.path)?;
        stored_mode(&replaced).ok().flatten()
    } else {
        None
    };
    match replaced.or(wanted) {
        Some(of_folder) if of_folder != of_backup => Err(RestoreError::OtherMode {
            file: file.to_owned(),
            of_backup,
            path: target.path.clone(),
            of_folder,
        }),
        _ => Ok(()),
    }
}

/// Everybody of whom it is known that they were erased: from the lists beside the backup and in
/// the folders, and from a log that can still be read.
fn known_erased(
    file: &Path,
    target: &Target,
    options: &RestoreOptions,
) -> Result<BTreeSet<PersonId>, RestoreError> {
    let mut erased = BTreeSet::new();
    let beside = file.parent().map(Path::to_owned);
    let replaced = target.holds_data.then(|| target.path.clone());
    for folder in beside.iter().chain(&replaced).chain(&options.erased_from) {
        erased.extend(ErasedList::of(folder).read().map_err(RestoreError::io(folder))?);
    }
    for folder in replaced.iter().chain(&options.erased_from) {
        // A database that cannot be read is why one restores; its list was read above.
        erased.extend(erased_persons(&folder.join(DATABASE_FILE), true).unwrap_or_default());
    }
    Ok(erased)
}

/// The store's key: from the backup, or from where it was said to be, or from the folder in whose
/// place the data comes.
fn key_of(
    file: &Path,
    manifest: &Manifest,
    target: &Target,
    options: &RestoreOptions,
    work: &WorkFolder,
) -> Result<StoreKey, RestoreError> {
    let check = key_check(file, work)?;
    let missing = || RestoreError::KeyMissing { file: file.to_owned() };
    let path = match &options.key {
        _ if manifest.has_key() => work.join(STORE_KEY),
        Some(path) => path.clone(),
        None if target.holds_data => target.path.join(KEY_FILE),
        None => return Err(missing()),
    };
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(_) if options.key.is_none() => return Err(missing()),
        Err(error) => return Err(RestoreError::io(path)(error)),
    };
    match StoreKey::from_text(&text) {
        Some(key) if key.is_named(&check) => Ok(key),
        _ if manifest.has_key() => Err(RestoreError::Damaged {
            file: file.to_owned(),
            reason: "its store's key is not the one of its log".to_owned(),
        }),
        _ if options.key.is_none() => Err(missing()),
        _ => Err(RestoreError::WrongKey { path }),
    }
}

fn key_check(file: &Path, work: &WorkFolder) -> Result<String, RestoreError> {
    event_store::key_check_of(&work.join(super::container::LOG))
        .map_err(|error| RestoreError::Damaged { file: file.to_owned(), reason: error.to_string() })
}

/// Makes everything that follows from the log, and closes the folder. Answers the totals and the
/// new identity.
fn complete(
    file: &Path,
    data: &Path,
    forgotten: &[PersonId],
    backup_folder: Option<&Path>,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<(Totals, DeviceId), RestoreError> {
    let unreadable = |reason: String| RestoreError::Unreadable { file: file.to_owned(), reason };
    let folder = DataFolder::open(data, Opening::ExistingOrReal)?;
    let mut store = Store::open(&folder, MIGRATIONS, None)?;
    let mut work = |store: &mut Store| -> Result<Option<Totals>, Unfinished> {
        if !fold_state(store, progress)? {
            return Ok(None);
        }
        erase_again(store, forgotten)?;
        let models: Vec<_> = READ_MODELS.iter().collect();
        let told = |now: views::Progress| {
            let total = now.total.saturating_mul(2);
            progress(step(Step::Rebuilding, now.total + now.done, total))
        };
        if views::rebuild(store, &models, told)?.is_none() {
            return Ok(None);
        }
        if let Some(folder) = backup_folder {
            store.begin()?;
            settings::keep(store.connection(), FOLDER_SETTING, &folder.to_string_lossy())?;
            store.commit()?;
        }
        if let Some(fault) = verify_chain(store.connection(), 0, |_, _| {})?.faults.first() {
            return Err(Unfinished(format!("position {}: {}", fault.position, fault.kind)));
        }
        Ok(Some(Totals::of(store)?))
    };
    let totals = work(&mut store).map_err(|error| unreadable(error.0))?;
    let device = store.device();
    note_folder(data, backup_folder);
    store.close().map_err(|error| unreadable(error.to_string()))?;
    totals.map(|totals| (totals, device)).ok_or(RestoreError::Stopped)
}

/// Why the restored data could not be completed.
struct Unfinished(String);

impl<E: std::error::Error> From<E> for Unfinished {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Fills the state tables from the log. Says whether it came to its end.
fn fold_state(
    store: &mut Store,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<bool, Unfinished> {
    store.begin()?;
    let total = store.last_position();
    let keys = store.keys().clone();
    let mut goes_on = true;
    for_each(store.connection(), 0, total, |stored| {
        if stored.position % 1_000 == 0 && goes_on {
            goes_on = progress(step(Step::Rebuilding, stored.position, total * 2));
        }
        match decode(stored, store.connection(), &keys) {
            Ok(fact) if goes_on => Ok(fold::apply_state(store.connection(), &fact.event)?),
            Ok(_) | Err(Unreadable::Event { .. }) => Ok(()),
            Err(other) => Err(other),
        }
    })?;
    store.commit()?;
    Ok(goes_on)
}

/// Records, under the new identity, that persons are erased whose keys were left out.
fn erase_again(store: &mut Store, forgotten: &[PersonId]) -> Result<(), Unfinished> {
    if forgotten.is_empty() {
        return Ok(());
    }
    let secrets = Secrets::of(store.keys());
    let mut memory = Memory::default();
    let mut moved = BTreeSet::new();
    let occasion = Occasion {
        command_id: fresh(),
        caller: Caller::program(),
        at: now(store)?,
        secrets: &secrets,
    };
    store.begin()?;
    // The projections write to the read models, which are not there yet.
    let models: Vec<_> = READ_MODELS.iter().collect();
    views::make_tables(store.connection(), &models)?;
    in_savepoint(store, &mut memory, &mut moved, occasion, |unit| {
        for person in forgotten {
            unit.store.scrub_outbox(*person)?;
            let event = PersonErased { person_id: *person, reason: REASON.to_owned() };
            let fact = Fact::Person(PersonEvent::PersonErased(event));
            unit.record(&format!("person-{person}"), Expected::Any, vec![fact])?;
        }
        unit.react().map_err(AppError::broken)
    })?;
    settings::note_position(store)?;
    store.commit()?;
    Ok(())
}

/// The time of the data: where its clock stands still, that.
fn now(store: &Store) -> Result<Timestamp, Unfinished> {
    Ok(settings::find_clock(store.connection())?.unwrap_or_else(computers_clock))
}

fn of_copy(file: &Path, error: CopyError) -> RestoreError {
    match error {
        CopyError::Stopped => RestoreError::Stopped,
        CopyError::File(OpenError::Sqlite { path, source }) => {
            RestoreError::Io { path, source: io::Error::other(source) }
        }
        CopyError::File(other) => RestoreError::Target(other),
        CopyError::Unsound { .. } => {
            RestoreError::Damaged { file: file.to_owned(), reason: error.to_string() }
        }
    }
}
