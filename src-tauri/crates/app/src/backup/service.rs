//! Backups of the running application: on demand, and by themselves into a folder that the
//! organizer chose.
//!
//! Invariant: one at a time, on a thread of its own with a connection of its own; the writer waits
//! for none of it. What fails is kept to be told, and does not end the copies to come.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::Sender;
use event_store::say;
use kernel::{CommandId, Timestamp};

use super::{
    Age, BackupError, BackupInfo, Destination, Progress, Request, Step, forget, list, make,
    make::probe, make::refuse_inside, note_folder, to_remove,
};
use crate::{
    clock::Clock,
    error::AppError,
    handlers::raw,
    wire::answers,
    writer::{Moved, Reply},
};

/// The stored name of the folder for backups; empty if there is none.
pub const FOLDER_SETTING: &str = "backupFolder";
/// What the windows hear when something about backups moved.
const MODEL: &str = "backups";

/// A copy is made when the last one is as old as this, in seconds, and something changed since, or
/// when so many events are not in it. Source: quality.md R14.
const LONGEST_AGE: i64 = 5 * 60;
const MOST_EVENTS: i64 = 200;
/// Between two copies there is so many times the time that the last one took, so that on a busy
/// day they have a small part of the computer.
const REST: u32 = 4;
/// After a try that made none it is tried again after this, in seconds.
const RETRY: i64 = 60;
/// How often it is looked whether a copy is due, and the windows hear how far one is.
const TICK: Duration = Duration::from_millis(500);

/// The backups of an application. Clones share them.
#[derive(Clone)]
pub struct Backups(Arc<Service>);

struct Service {
    data: PathBuf,
    /// This device under each of its identities; the last one is the present one.
    devices: Vec<String>,
    clock: Clock,
    position: Arc<AtomicI64>,
    moved: Sender<Moved>,
    state: Mutex<State>,
    /// Somebody wants the one that is being made to stop.
    is_cancelled: AtomicBool,
    is_closing: AtomicBool,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Default)]
struct State {
    folder: Option<PathBuf>,
    is_automatic: bool,
    running: Option<Progress>,
    last: Option<BackupInfo>,
    /// What the last command to make one was answered.
    made: Option<(CommandId, answers::MadeBackup)>,
    failure: Option<answers::BackupFailure>,
    /// The last try, whatever came of it.
    tried: Option<Tried>,
    /// The copies that hold no key of so many erased persons.
    clean: BTreeSet<PathBuf>,
    erased: usize,
}

/// A try to make a copy.
struct Tried {
    /// When it ended, by the application's clock.
    at: Timestamp,
    ended: Instant,
    took: Duration,
    is_made: bool,
}

impl Tried {
    /// Whether the next one has to wait. What the computer is spared is its own time, and not that
    /// of a clock that stands still.
    fn holds_back(&self, now: Timestamp) -> bool {
        if self.is_made {
            return self.ended.elapsed() < self.took * REST;
        }
        (0..RETRY).contains(&self.at.seconds_until(now))
    }
}

impl State {
    /// Whether a copy need not be looked at again.
    fn is_clean(&mut self, file: &Path, erased: usize) -> bool {
        if self.erased != erased {
            self.erased = erased;
            self.clean.clear();
        }
        self.clean.contains(file)
    }
}

impl Backups {
    /// Those of a data folder. `devices` is this one under each of its identities, the present one
    /// last.
    pub fn new(
        data: &Path,
        devices: Vec<String>,
        folder: Option<String>,
        clock: Clock,
        position: Arc<AtomicI64>,
        moved: Sender<Moved>,
    ) -> Self {
        let folder = folder.filter(|folder| !folder.is_empty()).map(PathBuf::from);
        note_folder(data, folder.as_deref());
        Self(Arc::new(Service {
            data: data.to_owned(),
            devices,
            clock,
            position,
            moved,
            state: Mutex::new(State { folder, ..State::default() }),
            is_cancelled: AtomicBool::new(false),
            is_closing: AtomicBool::new(false),
            threads: Mutex::default(),
        }))
    }

    /// Refuses a folder that cannot serve: before the setting is stored.
    ///
    /// # Errors
    /// `InvalidBackupFolder`.
    pub fn check_folder(&self, folder: &str) -> Result<(), AppError> {
        let invalid =
            |message: String| AppError::on_field("InvalidBackupFolder", "folder", message);
        if folder.is_empty() {
            return Ok(());
        }
        let path = Path::new(folder);
        if !path.is_absolute() {
            return Err(invalid(format!("{folder} is no full path of a folder")));
        }
        probe(path)
            .and_then(|()| refuse_inside(path, &self.0.data))
            .map_err(|error| invalid(error.to_string()))
    }

    /// From now on backups go there.
    pub fn set_folder(&self, folder: &str) {
        {
            let mut state = self.0.state();
            state.folder = (!folder.is_empty()).then(|| PathBuf::from(folder));
            note_folder(&self.0.data, state.folder.as_deref());
            state.last = None;
            state.failure = None;
            state.tried = None;
        }
        self.0.tell();
    }

    /// Makes copies by itself from now on, while a folder is chosen.
    pub fn keep(&self) {
        self.0.state().is_automatic = true;
        let service = Arc::clone(&self.0);
        self.0.spawn(move || service.keep());
    }

    /// Makes one now; `reply` hears when it is verified. A repeat of the last such command hears of
    /// the copy that it made.
    pub fn make_now(&self, command_id: CommandId, reply: Reply) {
        let service = Arc::clone(&self.0);
        self.0.spawn(move || {
            reply(service.make_now(command_id).and_then(|made| raw(&made)));
        });
    }

    /// Stops the one that is being made.
    pub fn cancel(&self) {
        self.0.is_cancelled.store(true, Ordering::SeqCst);
    }

    /// How it stands.
    pub fn state(&self) -> answers::BackupState {
        self.0.look_for_last();
        let state = self.0.state();
        let copied = state.last.as_ref().map_or(0, |last| last.events);
        answers::BackupState {
            folder: state.folder.as_ref().map(|folder| folder.to_string_lossy().into_owned()),
            is_automatic: state.is_automatic,
            events_since: (self.0.position.load(Ordering::Acquire) - copied).max(0),
            last: state.last.clone(),
            running: state.running,
            failure: state.failure.clone(),
        }
    }

    /// The backups in the folder, the newest first.
    pub fn list(&self) -> Vec<BackupInfo> {
        let folder = self.0.state().folder.clone();
        folder.map(|folder| list(&folder)).unwrap_or_default()
    }

    /// Stops what is being made, and waits until nothing of it is left.
    pub fn close(&self) {
        self.0.is_closing.store(true, Ordering::SeqCst);
        let threads = self.0.threads.lock().map(|mut threads| std::mem::take(&mut *threads));
        for thread in threads.unwrap_or_default() {
            thread.thread().unpark();
            // One that panicked has nothing left to do.
            let _ = thread.join();
        }
    }
}

impl Service {
    /// A thread that panicked left nothing half done here.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spawn(&self, work: impl FnOnce() + Send + 'static) {
        let Ok(mut threads) = self.threads.lock() else { return };
        threads.retain(|thread| !thread.is_finished());
        match thread::Builder::new().name("backup".to_owned()).spawn(work) {
            Ok(thread) => threads.push(thread),
            Err(error) => say!("lanyard: no thread for a backup: {error}"),
        }
    }

    fn tell(&self) {
        let position = self.position.load(Ordering::Acquire);
        // Nobody listening is no reason to stop.
        let _ = self.moved.try_send(Moved { models: vec![MODEL], position });
    }

    fn make_now(&self, command_id: CommandId) -> Result<answers::MadeBackup, AppError> {
        if let Some((_, made)) = self.state().made.clone().filter(|(id, _)| *id == command_id) {
            return Ok(made);
        }
        let Some(folder) = self.state().folder.clone() else {
            let message = "no folder for backups is chosen; choose one first";
            return Err(AppError::new("RefusedNoBackupFolder", message));
        };
        match self.make(&folder) {
            None => Err(AppError::new("Busy", "a backup is being made already")),
            Some(Ok(backup)) => {
                let made = answers::MadeBackup { position: backup.events, backup };
                self.state().made = Some((command_id, made.clone()));
                Ok(made)
            }
            Some(Err(BackupError::Stopped)) => {
                Err(AppError::new("RefusedStopped", BackupError::Stopped))
            }
            Some(Err(error)) => Err(AppError::new("RefusedBackupFailed", error)),
        }
    }

    /// Makes one, unless one is being made.
    fn make(&self, folder: &Path) -> Option<Result<BackupInfo, BackupError>> {
        let first = Progress { step: Step::Copying, done: 0, total: 0 };
        if self.state().running.replace(first).is_some() {
            return None;
        }
        self.is_cancelled.store(false, Ordering::SeqCst);
        self.tell();
        let began = Instant::now();
        let request = Request {
            data: self.data.clone(),
            to: Destination::Folder(folder.to_owned()),
            with_key: true,
            is_at_rest: false,
            made_at: self.clock.now(),
        };
        let mut told = began;
        let made = make(&request, |progress| {
            self.state().running = Some(progress);
            if TICK <= told.elapsed() {
                told = Instant::now();
                self.tell();
            }
            !self.is_cancelled.load(Ordering::SeqCst) && !self.is_closing.load(Ordering::SeqCst)
        });
        let tidied = made.as_ref().ok().map(|_| self.tidy(folder));
        {
            let mut state = self.state();
            state.running = None;
            let at = self.clock.now();
            let (ended, took, is_made) = (Instant::now(), began.elapsed(), made.is_ok());
            state.tried = Some(Tried { at, ended, took, is_made });
            let failed = match &made {
                Ok(backup) => {
                    state.last = Some(backup.clone());
                    tidied.and_then(Result::err)
                }
                Err(BackupError::Stopped) => None,
                Err(error) => Some(error.to_string()),
            };
            state.failure = failed.map(|message| answers::BackupFailure { at, message });
        }
        self.tell();
        Some(made)
    }

    /// Removes the copies that need not be kept, and from the others the keys of whoever was
    /// erased since.
    fn tidy(&self, folder: &Path) -> Result<(), String> {
        let (own, others): (Vec<_>, Vec<_>) =
            list(folder).into_iter().partition(|backup| self.is_own(backup));
        let ages: Vec<Age<usize>> = (0..)
            .zip(&own)
            .filter_map(|(copy, backup)| Some(Age { made_at: backup.made_at?, copy }))
            .collect();
        let gone = to_remove(&ages);
        for copy in &gone {
            let file = &own[*copy].file;
            std::fs::remove_file(file).map_err(|error| format!("{}: {error}", file.display()))?;
        }
        let erased = forget::erased_in(&self.data).map_err(|error| error.to_string())?;
        let kept = (0..).zip(&own).filter(|(copy, _)| !gone.contains(copy));
        // What was made before a restore is not removed, and knows the same persons.
        let before = others.iter().filter(|other| self.is_of_this_log(other));
        for backup in kept.map(|(_, backup)| backup).chain(before) {
            if self.state().is_clean(&backup.file, erased.len()) {
                continue;
            }
            forget::forget(&backup.file, &erased).map_err(|error| error.to_string())?;
            self.state().clean.insert(backup.file.clone());
        }
        Ok(())
    }

    fn is_own(&self, backup: &BackupInfo) -> bool {
        backup.device.is_some() && backup.device.as_ref() == self.devices.last()
    }

    fn is_of_this_log(&self, backup: &BackupInfo) -> bool {
        backup.device.as_ref().is_some_and(|device| self.devices.contains(device))
    }

    /// Looks at the clock until the application closes.
    fn keep(&self) {
        while !self.is_closing.load(Ordering::SeqCst) {
            self.look_for_last();
            let folder = self.state().folder.clone();
            if let Some(folder) = folder.filter(|_| self.is_due())
                && let Some(Err(error)) = self.make(&folder)
                && !matches!(error, BackupError::Stopped)
            {
                say!("lanyard: no backup could be made: {error}");
            }
            thread::park_timeout(TICK);
        }
    }

    fn is_due(&self) -> bool {
        let state = self.state();
        if state.running.is_some() {
            return false;
        }
        let now = self.clock.now();
        if state.tried.as_ref().is_some_and(|tried| tried.holds_back(now)) {
            return false;
        }
        let position = self.position.load(Ordering::Acquire);
        let Some(last) = &state.last else { return 0 < position };
        let events = position - last.events;
        let age = last.made_at.map(|made| made.seconds_until(now));
        // A copy of an earlier run may have been made under a clock that was wrong.
        let is_young = age.is_some_and(|age| (0..LONGEST_AGE).contains(&age));
        0 != events && (MOST_EVENTS <= events || !is_young)
    }

    /// The newest copy that is there from an earlier run.
    fn look_for_last(&self) {
        let folder = {
            let state = self.state();
            if state.last.is_some() || state.tried.is_some() {
                return;
            }
            state.folder.clone()
        };
        let Some(folder) = folder else { return };
        let last = list(&folder).into_iter().find(|backup| backup.verified && self.is_own(backup));
        let mut state = self.state();
        if state.last.is_none() && state.folder.as_ref() == Some(&folder) {
            state.last = last;
        }
    }
}
