//! What the writer does when the disk fails: it refuses, waits, makes sure, and goes on by itself.
//!
//! Invariants: nobody is told yes for what is not durable; a connection whose write or flush failed
//! is not used again, because the system may forget what it could not write; after such a failure
//! nothing is accepted before the end of the log was checked; and after damage nothing is accepted
//! any more before a start has looked at everything. Source: quality.md 1.2, R8 to R10, and 1.3.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use event_store::{DataFolder, StoreError, mark_damaged, say};
use read_models::READ_MODELS;

use crate::{
    error::AppError,
    health::{Condition, DiskFault, Health, Space, StorageState},
    readers::Readers,
    writer::{Moved, Writer},
};

/// How often a failed disk is tried again.
const TRY_EVERY: Duration = Duration::from_secs(1);
/// The file that is written and deleted to find out what a disk still does.
const PROBE_FILE: &str = "lanyard.probe";
/// The window asks for the application's state when it hears this name beside the read models'.
const APPLICATION: &str = "application";

/// What the writer needs to look after the disk.
pub struct Guard {
    folder: Arc<DataFolder>,
    readers: Readers,
    health: Arc<Health>,
    /// The connection was given up, or must be.
    is_suspect: bool,
    tried: Instant,
}

impl Guard {
    /// A guard of a disk that works.
    pub fn new(folder: Arc<DataFolder>, readers: Readers, health: Arc<Health>) -> Self {
        Self { folder, readers, health, is_suspect: false, tried: Instant::now() }
    }
}

impl Writer {
    /// Refuses what cannot be stored now.
    pub(crate) fn admit(&self) -> Result<(), AppError> {
        let guard = &self.guard;
        let condition = guard.health.condition();
        if condition.state == StorageState::Full && !guard.is_suspect {
            self.measure();
        }
        guard.health.condition().refusal().map_or(Ok(()), Err)
    }

    /// Whether the disk takes what is stored.
    pub(crate) fn is_storing(&self) -> bool {
        self.guard.health.condition().state.fault().is_none()
    }

    /// Takes note of an error that may be the disk's, and answers what its callers are told.
    pub(crate) fn noted(&mut self, error: AppError) -> AppError {
        let Some(fault) = DiskFault::of_refusal(&error) else { return error };
        // A write that found no room left nothing behind. After all else the connection is not used
        // again, whatever it is called in the end.
        self.guard.is_suspect |= fault != DiskFault::Full;
        let fault = self.what_is_wrong(fault);
        self.guard.tried = Instant::now();
        self.memory.clear();
        self.tell(fault.state());
        if self.guard.is_suspect
            && let Err(error) = self.store.give_up()
        {
            say!("lanyard: the failed connection could not be given up: {error}");
        }
        let condition = self.guard.health.condition();
        match condition.state.fault() {
            Some(fault) if DiskFault::leaves_outcome_unknown(&error) => fault.unknown_outcome(),
            _ => condition.refusal().unwrap_or(error),
        }
    }

    /// SQLite calls many things an input or output error; a small file of our own tells more.
    fn what_is_wrong(&self, fault: DiskFault) -> DiskFault {
        if fault != DiskFault::Failed {
            return fault;
        }
        match probe(self.guard.folder.path()).map_err(|error| error.kind()) {
            Err(io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied) => {
                DiskFault::ReadOnly
            }
            Err(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => DiskFault::Full,
            _ => fault,
        }
    }

    fn has_no_room(&self) -> bool {
        let space = Space::of(self.guard.folder.path());
        space.is_some_and(|space| space.state() == StorageState::Full)
    }

    /// Looks after the disk, now and then: whether there is room, and whether it works again.
    pub(crate) fn look_after_the_disk(&mut self) {
        // A look at the end of the log would not find damage that is older.
        if let StorageState::LookOnly | StorageState::Damaged = self.guard.health.condition().state
        {
            return;
        }
        if !self.guard.is_suspect {
            self.measure();
        } else if TRY_EVERY <= self.guard.tried.elapsed() {
            self.guard.tried = Instant::now();
            self.recover();
        }
    }

    /// Says so when the computer's clock jumps, and when it is right again.
    pub(crate) fn look_at_the_clock(&mut self) {
        let difference = self.clock.difference();
        if difference.is_some() == self.clock_was_off {
            return;
        }
        self.clock_was_off = difference.is_some();
        match difference {
            Some(seconds) => say!(
                "lanyard: the clock of this computer is off by {seconds} s; times go on without it"
            ),
            None => say!("lanyard: the clock of this computer is right again"),
        }
        self.tell_application();
    }

    /// Lets the condition follow from the room on the disk.
    fn measure(&self) {
        let guard = &self.guard;
        let space = Space::of(guard.folder.path());
        let was = guard.health.condition();
        // A disk can be full with room left: of quota, of inodes. So it is tried now and then.
        let waits = was.state == StorageState::Full && guard.tried.elapsed() < TRY_EVERY;
        let state = match space.map_or(StorageState::Fine, Space::state) {
            StorageState::Fine | StorageState::Low if waits => StorageState::Full,
            state => state,
        };
        self.tell(state);
    }

    /// Leaves the database at rest, if the disk lets it.
    pub(crate) fn close(mut self) -> Result<(), StoreError> {
        if self.guard.health.condition().state == StorageState::Damaged {
            // What is damaged is kept as it is. The witness is not, and its last words count.
            return self.store.sync();
        }
        if self.guard.is_suspect
            && let Err(error) = self.store.reopen(&self.guard.folder)
        {
            // The next start does what the reopening does; everything acknowledged is durable.
            say!("lanyard: closed while the disk does not work: {error}");
            return Ok(());
        }
        self.store.close()
    }

    fn recover(&mut self) {
        let Guard { folder, readers, .. } = &self.guard;
        let store = &mut self.store;
        let Some(reopened) = readers.without(folder, || store.reopen(folder)) else { return };
        match reopened {
            Ok(()) => {
                self.guard.is_suspect = false;
                self.memory.clear();
                // Where the failed commit was an erasure, its WAL was emptied by the reopening.
                self.publish(READ_MODELS.iter().map(|model| model.name).collect());
                self.measure();
            }
            Err(error) => {
                let fault = match DiskFault::of_opening(&error) {
                    // SQLite has one word for shared memory that has no room and that fails.
                    DiskFault::Full if !self.has_no_room() => self.what_is_wrong(DiskFault::Failed),
                    fault => fault,
                };
                if self.tell(fault.state()) {
                    say!("lanyard: the database does not open again yet: {error}");
                }
            }
        }
    }

    /// Sets the condition, and tells everybody when it is another one.
    fn tell(&self, state: StorageState) -> bool {
        let space = Space::of(self.guard.folder.path());
        let is_new = self.guard.health.set(Condition { state, space });
        if is_new {
            if state == StorageState::Damaged
                && let Err(error) = mark_damaged(&self.guard.folder)
            {
                say!("lanyard: the damage could not be noted for the next start: {error}");
            }
            let free =
                space.map_or_else(String::new, |space| format!(", {} bytes free", space.free));
            let folder = self.guard.folder.path().display();
            let report = state.fault().and_then(DiskFault::report);
            let report = report.map_or_else(String::new, |report| format!(", report {report}"));
            say!("lanyard: storage in {folder} is now {state:?}{free}{report}");
            self.tell_application();
        }
        is_new
    }

    fn tell_application(&self) {
        let position = self.position.load(Ordering::Acquire);
        // Nobody listening is no reason to stop.
        let _ = self.moved.try_send(Moved { models: vec![APPLICATION], position });
    }
}

/// Writes a little and deletes it again.
fn probe(folder: &Path) -> io::Result<()> {
    let path = folder.join(PROBE_FILE);
    let written = File::create(&path).and_then(|mut file| file.write_all(b"probe"));
    // It may not be there, and where it cannot be deleted the next probe writes it anew.
    let _ = fs::remove_file(&path);
    written
}
