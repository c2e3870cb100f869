//! What the stories here begin with.

use std::{
    fs,
    path::{Path, PathBuf},
};

use app::backup::{
    BackupInfo, Destination, Request, RestoreError, RestoreOptions, RestoreReport, make,
    restore_with,
};
use event_store::{DataFolder, DeviceId, EventHash, Opening, Store, read_all};
use tempfile::TempDir;
use testkit::{ANNA, BORIS, CARLA, GA, Stage, WS};

/// A folder for backups and restored data.
pub struct Shelf(TempDir);

impl Shelf {
    /// An empty one.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// A place in it.
    pub fn place(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The shelf itself.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// What is in it.
    pub fn names(&self) -> Vec<String> {
        names(self.path())
    }

    /// A backup of a stage's data under this name.
    #[track_caller]
    pub fn backup(&self, stage: &Stage, name: &str) -> BackupInfo {
        make(&request(stage, &self.place(name)), |_| true).expect("a backup")
    }

    /// Restores a backup to a place of this name.
    pub fn restore(&self, backup: &BackupInfo, name: &str) -> Result<RestoreReport, RestoreError> {
        restore_with(&backup.file, &self.place(name), &RestoreOptions::default(), |_| true)
    }
}

/// The names in a folder, in order.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A backup of a stage's data, while it is open, to a file.
pub fn request(stage: &Stage, file: &Path) -> Request {
    Request {
        data: stage.folder().to_owned(),
        to: Destination::File(file.to_owned()),
        with_key: true,
        is_at_rest: false,
        made_at: stage.app().clock().now(),
    }
}

/// Anna bought two seats and sits on one; Boris holds one and has not paid; Carla began.
pub fn three_orders() -> Stage {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 2)]);
    stage.assigns(ANNA.order, 0, &ANNA);
    stage.registers(BORIS.order, &[(WS, 1)]);
    stage.gives_details(BORIS.order, &BORIS);
    stage.registers(CARLA.order, &[(GA, 1)]);
    stage
}

/// The events of a folder that nobody holds: position, hash and device of each.
pub fn events(folder: &Path) -> Vec<(i64, EventHash, DeviceId)> {
    let folder = DataFolder::open(folder, Opening::ExistingOrReal).expect("the folder");
    let store = Store::open(&folder, app::MIGRATIONS, None).expect("the log");
    let events = read_all(store.connection(), 0, usize::MAX).expect("events");
    events.into_iter().map(|event| (event.position, event.hash, event.origin)).collect()
}

/// The story goes on with the restored data in the place of what it had.
pub fn goes_on_with(stage: Stage, restored: &Path) -> Stage {
    stage.reopened_after(|folder| {
        for name in names(folder) {
            fs::remove_file(folder.join(name)).expect("a file");
        }
        for name in names(restored) {
            fs::copy(restored.join(&name), folder.join(&name)).expect("a copy");
        }
    })
}

/// Whether the bytes of a word are in a file.
pub fn is_in(word: &str, file: &Path) -> bool {
    let bytes = fs::read(file).expect("a file");
    bytes.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}
