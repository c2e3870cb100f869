//! Backups: one file that was read again and found whole, and the way back from it.
//!
//! A backup is a zip of the log with everything that is stored in one transaction with it, of the
//! persons' keys in a part of their own, of the store's key unless it was left out, and of a
//! manifest. It holds no read model and no state table, and so no clear text: a restore makes both
//! again from the log, compares the totals, gives the copy an identity of its own, and leaves out
//! the keys of whoever was erased since.
//!
//! Nothing here needs an open application: a damaged folder cannot be opened, and a backup can be
//! made beside a running copy. It decides nothing about registrations.

mod container;
mod erased;
mod error;
mod forget;
mod loss;
mod make;
mod restore;
mod rotation;
mod service;
mod totals;
mod work;

use std::{
    fs,
    path::{Path, PathBuf},
};

use event_store::{DATABASE_FILE, say};
use kernel::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

pub use container::Manifest;
pub use erased::ERASED_FILE;
pub(crate) use erased::ErasedList;
pub use error::{BackupError, RestoreError};
pub use loss::{Loss, witness_noted_at};
pub use make::{Destination, Request, check, make};
pub use restore::{RestoreOptions, RestoreReport, restore, restore_with};
pub use rotation::{Age, to_remove};
pub(crate) use service::{Backups, FOLDER_SETTING};
pub use totals::Totals;

use crate::look;
use loss::Left;

/// How the name of every backup ends.
pub const ENDING: &str = ".lanyard-backup";

/// The tables of the application that go with the log: all others can be made from it. Where
/// backups go is this computer's own affair: a restore takes it from the data that it replaces. And
/// so is the mail server: a restored copy must not begin to write to people whom the original has
/// written to since.
const ALSO_COPIED: &[event_store::AlsoCopied] =
    &[("settings", "name NOT LIKE 'backup%' AND name <> 'mailServer'")];

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    /// The log is copied; events.
    Copying,
    /// The copy is packed into one file; bytes.
    Packing,
    /// The file is unpacked again; bytes.
    Unpacking,
    /// What is in it is checked; events.
    Checking,
    /// A new database is made of it; events.
    Restoring,
    /// The read models and tables are made again; events.
    Rebuilding,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Progress {
    /// What is being done.
    pub step: Step,
    /// How much of this step is done.
    pub done: u64,
    /// Of how much; 0 while that is not known.
    pub total: u64,
}

/// A backup in a folder.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupInfo {
    /// The file.
    #[schemars(with = "String")]
    pub file: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Whether it was verified when it was made, and is still complete by its own list of parts. A
    /// restore reads every byte again.
    pub verified: bool,
    /// What is wrong, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// When it was made; absent where that cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_at: Option<Timestamp>,
    /// How many events it holds.
    pub events: i64,
    /// How many orders, if they could be counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orders: Option<i64>,
    /// How many seats with an attendee, if they could be counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attendees: Option<i64>,
    /// The device that it was made on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Whether it can be restored on another computer: it holds the store's key.
    pub has_key: bool,
}

/// The backups in a folder, the newest first; those whose time cannot be read come last. Nothing
/// if the folder cannot be read.
pub fn list(folder: &Path) -> Vec<BackupInfo> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut backups: Vec<BackupInfo> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(ENDING) && path.is_file())
        .map(|path| info(&path))
        .collect();
    backups.sort_by(|one, other| (other.made_at, &other.file).cmp(&(one.made_at, &one.file)));
    backups
}

/// A backup that is offered in the place of data that does not open.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    /// The backup.
    #[serde(flatten)]
    pub backup: BackupInfo,
    /// What of the data is not in it.
    pub loss: Loss,
}

/// So many are offered; older ones are restored on the command line.
const MOST_OFFERED: usize = 3;

/// The backups in a folder that are offered in the place of data that does not open: the newest of
/// those that were verified. The data is read from a copy, which takes its time.
pub fn offers(folder: &Path, data: &Path) -> Vec<Offer> {
    let found = list(folder).into_iter().filter(|backup| backup.verified).take(MOST_OFFERED);
    let found: Vec<BackupInfo> = found.collect();
    if found.is_empty() {
        return Vec::new();
    }
    // What cannot be copied is as good as what cannot be read.
    let copy = look::copy_of(data).ok();
    let database = copy.as_ref().map_or(data, |copy| copy.path()).join(DATABASE_FILE);
    let left = Left::of(data, &database);
    let offer = |backup: BackupInfo| {
        let container = container::Container::open(&backup.file).ok()?;
        Some(Offer { loss: left.lacking_in(&container.manifest), backup })
    };
    found.into_iter().filter_map(offer).collect()
}

/// The file in a data folder that tells where its backups go: the setting itself cannot be read
/// from a damaged database.
const FOLDER_FILE: &str = "lanyard.backups";

/// The folder that backups of a data folder went to last, as far as is known.
pub fn folder_of(data: &Path) -> Option<PathBuf> {
    let noted = fs::read_to_string(data.join(FOLDER_FILE)).ok()?;
    let noted = noted.trim();
    (!noted.is_empty()).then(|| PathBuf::from(noted))
}

/// Notes where backups go. What cannot be noted is asked of the person when it is needed.
fn note_folder(data: &Path, folder: Option<&Path>) {
    let noted = folder.map_or_else(String::new, |folder| folder.display().to_string());
    let known = folder_of(data).map_or_else(String::new, |folder| folder.display().to_string());
    if noted == known {
        return;
    }
    if let Err(error) = fs::write(data.join(FOLDER_FILE), noted) {
        say!("lanyard: where backups go could not be noted: {error}");
    }
}

/// What a file says about itself.
fn info(file: &Path) -> BackupInfo {
    let bytes = fs::metadata(file).map_or(0, |metadata| metadata.len());
    match container::Container::open(file) {
        Ok(container) => BackupInfo::of(file, bytes, &container.manifest),
        Err(error) => BackupInfo {
            file: file.to_owned(),
            bytes,
            verified: false,
            problem: Some(error.to_string()),
            made_at: None,
            events: 0,
            orders: None,
            attendees: None,
            device: None,
            has_key: false,
        },
    }
}

impl BackupInfo {
    fn of(file: &Path, bytes: u64, manifest: &Manifest) -> Self {
        Self {
            file: file.to_owned(),
            bytes,
            verified: true,
            problem: None,
            made_at: Some(manifest.made_at),
            events: manifest.events,
            orders: manifest.totals.as_ref().map(|totals| totals.orders),
            attendees: manifest.totals.as_ref().map(|totals| totals.attendees),
            device: Some(manifest.device.clone()),
            has_key: manifest.has_key(),
        }
    }
}
