//! The front door.

mod asking;
mod executing;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    thread::JoinHandle,
};

use crossbeam_channel::{Receiver, Sender};
use event_store::{DATABASE_FILE, DataFolder, Mode, PersonKeys, StoreError, live_address};
use kernel::PaymentId;
use rusqlite::Connection;
use serde_json::{Map, Value, value::RawValue};
use tempfile::TempDir;

use crate::{
    backup::Backups,
    care::Care,
    clock::Clock,
    compare::Difference,
    error::AppError,
    health::{DiskFault, Health, StorageState},
    metrics::{Counters, Metrics},
    readers::Readers,
    rebuild,
    role::{Caller, Role},
    sending::{self, Sending},
    throttles::Throttles,
    tokens::Secrets,
    use_cases::UseCase,
    verification::compare_tables,
    writer::{Job, Moved},
};

pub use executing::Pending;

/// The application on one data folder. Clones share it.
#[derive(Clone)]
pub struct App(Arc<Running>);

struct Running {
    shared: Inner,
    jobs: Mutex<Option<Sender<Job>>>,
    thread: Mutex<Option<JoinHandle<Result<(), StoreError>>>>,
    /// Held until the database is at rest.
    folder: Mutex<Option<Arc<DataFolder>>>,
    /// Deleted last, with everything in it.
    _copy: Option<TempDir>,
}

struct Inner {
    care: Care,
    throttles: Throttles,
    readers: Readers,
    keys: PersonKeys,
    clock: Clock,
    secrets: Secrets,
    position: Arc<AtomicI64>,
    counters: Arc<Counters>,
    moves: Receiver<Moved>,
    backups: Backups,
    sending: Sending,
    health: Arc<Health>,
    path: PathBuf,
    mode: Mode,
}

/// What an application is made of.
pub struct Shared {
    pub(crate) throttles: Throttles,
    pub(crate) jobs: Sender<Job>,
    pub(crate) thread: JoinHandle<Result<(), StoreError>>,
    pub(crate) readers: Readers,
    pub(crate) keys: PersonKeys,
    pub(crate) clock: Clock,
    pub(crate) secrets: Secrets,
    pub(crate) position: Arc<AtomicI64>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) moves: Receiver<Moved>,
    pub(crate) backups: Backups,
    pub(crate) care: Care,
    pub(crate) moved: Sender<Moved>,
    pub(crate) folder: Arc<DataFolder>,
    pub(crate) health: Arc<Health>,
    /// The folder that the person knows; the one that is open may be a copy.
    pub(crate) shown: PathBuf,
    pub(crate) copy: Option<TempDir>,
}

fn closed() -> AppError {
    AppError::new("Busy", "the application is closing; nothing was stored")
}

/// Of a command that the writer has taken and never answered.
fn never_answered() -> AppError {
    DiskFault::with_unknown_outcome(
        "Broken",
        "the application stopped over a fault of its own, and whether this is stored cannot be told; \
         open it again, and look for it or send it once more with the same commandId",
    )
}

/// Everything that was answered is stored: only the last step of closing failed.
fn not_at_rest(error: StoreError) -> AppError {
    let words = match &error {
        StoreError::Unconfirmed(gone) => {
            format!("{gone} while it was open; open it again, which tells what is missing")
        }
        _ => format!(
            "the database could not be put to rest ({error}); everything that was answered is \
             stored in the log beside it, and the next start puts it in its place"
        ),
    };
    AppError::new(AppError::from(error).code, words)
}

impl App {
    pub(crate) fn new(shared: Shared) -> Self {
        let sending = Sending::new(sending::Means {
            readers: shared.readers.clone(),
            jobs: shared.jobs.clone(),
            keys: shared.keys.clone(),
            clock: shared.clock.clone(),
            health: Arc::clone(&shared.health),
            position: Arc::clone(&shared.position),
            moved: shared.moved,
            mode: shared.folder.mode(),
        });
        let inner = Inner {
            care: shared.care,
            throttles: shared.throttles,
            readers: shared.readers,
            keys: shared.keys,
            clock: shared.clock,
            secrets: shared.secrets,
            position: shared.position,
            counters: shared.counters,
            moves: shared.moves,
            backups: shared.backups,
            sending,
            health: shared.health,
            mode: shared.folder.mode(),
            path: shared.shown,
        };
        Self(Arc::new(Running {
            shared: inner,
            jobs: Mutex::new(Some(shared.jobs)),
            thread: Mutex::new(Some(shared.thread)),
            folder: Mutex::new(Some(shared.folder)),
            _copy: shared.copy,
        }))
    }

    /// Makes backups by itself from now on, while a folder for them is chosen.
    pub fn keep_backups(&self) {
        self.0.shared.backups.keep();
    }

    pub(crate) fn backups(&self) -> &Backups {
        &self.0.shared.backups
    }

    pub(crate) fn sending(&self) -> &Sending {
        &self.0.shared.sending
    }

    /// Makes the read models anew while everything goes on; see [`rebuild`]. `progress` stops it
    /// by answering `false`.
    ///
    /// # Errors
    /// `RefusedStopped`; `Busy`; `Broken`: the old tables are as they were.
    pub fn rebuild_views(
        &self,
        resume: bool,
        progress: impl FnMut(rebuild::Progress) -> bool + Send + 'static,
    ) -> Result<(), AppError> {
        let busy = || AppError::new("Busy", "a rebuild is under way already");
        let ended = self.care().rebuild(resume, progress)?.ok_or_else(busy)?;
        match ended.recv().map_err(|_| closed())?? {
            rebuild::Outcome::Done => Ok(()),
            rebuild::Outcome::Stopped => {
                let stopped = "the rebuild was stopped; the read models are as they were";
                Err(AppError::new("RefusedStopped", stopped))
            }
        }
    }

    /// Begins what a window does beside selling: backups by itself, the sending of mails, and the
    /// scan for damage. A copy that was opened to look at gets none of it: what is wrong with it is
    /// known, no backup may be made of it, and nobody may be written to from it.
    ///
    /// # Errors
    /// `Broken`: the system gives no thread.
    pub fn begin_care(&self) -> Result<(), AppError> {
        if self.health().condition().state == StorageState::LookOnly {
            return Ok(());
        }
        self.keep_backups();
        self.keep_sending();
        self.scan_log()
    }

    /// Begins to look for damage in the log, unhurriedly; what it finds is in `GetDataHealth`.
    ///
    /// # Errors
    /// `Broken`: the system gives no thread.
    pub fn scan_log(&self) -> Result<(), AppError> {
        self.care().scan()
    }

    pub(crate) fn care(&self) -> &Care {
        &self.0.shared.care
    }

    /// The one-time token of a payment, for the processor's own window and nobody else.
    pub fn processor_token(&self, payment_id: PaymentId) -> String {
        self.0.shared.secrets.token_of(payment_id)
    }

    /// What moved after each commit. There is one such channel: clones share its messages.
    pub fn moves(&self) -> Receiver<Moved> {
        self.0.shared.moves.clone()
    }

    /// What the data folder is for.
    pub fn mode(&self) -> Mode {
        self.0.shared.mode
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.0.shared.path
    }

    /// How the storage is.
    pub fn health(&self) -> &Health {
        &self.0.shared.health
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.shared.clock
    }

    /// The last position that is stored and visible.
    pub fn position(&self) -> i64 {
        self.0.shared.position.load(Ordering::Acquire)
    }

    /// What the writer counted since the start.
    pub fn metrics(&self) -> Metrics {
        self.0.shared.counters.read()
    }

    pub(crate) fn keys(&self) -> &PersonKeys {
        &self.0.shared.keys
    }

    pub(crate) fn throttles(&self) -> &Throttles {
        &self.0.shared.throttles
    }

    pub(crate) fn keep(&self, name: &'static str, value: String) {
        self.send(Job::Keep { name, value });
    }

    /// Reads from the database.
    ///
    /// # Errors
    /// What `read` returns.
    pub fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        self.0.shared.readers.read(read)
    }

    /// Compares every read model and state table with a fresh fold of the log.
    ///
    /// # Errors
    /// `Broken`: the log cannot be read.
    pub fn compare_views(&self) -> Result<Vec<Difference>, AppError> {
        let address = live_address(&self.folder().join(DATABASE_FILE));
        self.read(|log| Ok(compare_tables(log, &address, self.keys())?))
    }

    /// Answers what is in flight, writes everything to the database file and lets go of the
    /// folder. A second call does nothing.
    ///
    /// # Errors
    /// The database could not be put to rest; everything committed is durable. Or its files were deleted
    /// or replaced while it was open, which is said.
    pub fn close(&self) -> Result<(), AppError> {
        let Some(thread) = self.0.thread.lock().ok().and_then(|mut thread| thread.take()) else {
            return Ok(());
        };
        self.0.shared.backups.close();
        self.sending().close();
        self.care().close();
        self.0.shared.readers.close();
        if let Ok(mut jobs) = self.0.jobs.lock() {
            jobs.take();
        }
        let ended = thread.join();
        if let Ok(mut folder) = self.0.folder.lock() {
            folder.take();
        }
        match ended {
            Ok(closed) => closed.map_err(not_at_rest),
            Err(_) => Err(AppError::broken("the writer stopped unexpectedly")),
        }
    }
}

fn authorize(caller: &Caller, case: &UseCase) -> Result<(), AppError> {
    if case.roles.contains(&caller.role) {
        return Ok(());
    }
    let allowed: Vec<&str> = case.roles.iter().copied().map(Role::as_str).collect();
    Err(AppError::new(
        "RefusedRole",
        format_args!(
            "{} is not for the role {}; it is for: {}",
            case.name,
            caller.role.as_str(),
            allowed.join(", ")
        ),
    ))
}

fn object(params: Value) -> Result<Map<String, Value>, AppError> {
    match params {
        Value::Object(params) => Ok(params),
        Value::Null => Ok(Map::new()),
        _ => Err(AppError::on_field("InvalidRequest", "params", "params must be an object")),
    }
}

/// JSON text as an answer.
pub(crate) fn raw<T: serde::Serialize>(answer: &T) -> Result<Box<RawValue>, AppError> {
    crate::handlers::raw(answer)
}
