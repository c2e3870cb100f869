//! What is done for the data in the background, on demand or after a start: verifying, rebuilding
//! the read models, scanning the log. One of each at a time.
//!
//! Each has a thread of its own, reads on a connection of its own, and ends when the application
//! closes. What they say is kept here for whoever asks, and the windows are told when it moves.

mod scan;
mod tasks;

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender, bounded};
use event_store::{DATABASE_FILE, PersonKeys, live_address, quarantined, say};
use rusqlite::Connection;

use crate::{
    clock::Clock,
    error::AppError,
    rebuild::{self, Outcome, Progress, Rebuild},
    verification::type_at,
    wire::health::{
        CancelRebuild, CancelVerification, DataHealth, RebuildReadModels, RebuildState, Scan,
        ScanState, SetAside, TaskState, VerificationState, VerifyData,
    },
    writer::{Job, Moved},
};

/// What the windows hear when something moved.
const NAME: &str = "data_health";
/// The windows are not told more often.
const PAUSE: Duration = Duration::from_millis(200);

/// What can be asked for.
#[derive(Debug, Clone)]
pub enum Task {
    /// See [`VerifyData`].
    Verify(VerifyData),
    /// See [`CancelVerification`].
    CancelVerification(CancelVerification),
    /// See [`RebuildReadModels`].
    Rebuild(RebuildReadModels),
    /// See [`CancelRebuild`].
    CancelRebuild(CancelRebuild),
}

/// What the background work needs of the application.
pub struct Means {
    /// The data folder.
    pub folder: PathBuf,
    /// The keys of the persons.
    pub keys: PersonKeys,
    /// The way to the writer.
    pub jobs: Sender<Job>,
    /// The last stored position.
    pub position: Arc<AtomicI64>,
    /// The way to the windows.
    pub moved: Sender<Moved>,
    /// The clock.
    pub clock: Clock,
}

/// The background work.
pub struct Care {
    inner: Arc<Inner>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

struct Inner {
    folder: PathBuf,
    keys: PersonKeys,
    /// None once the application closes.
    jobs: Mutex<Option<Sender<Job>>>,
    position: Arc<AtomicI64>,
    moved: Sender<Moved>,
    clock: Clock,
    closing: AtomicBool,
    stop_verification: AtomicBool,
    stop_rebuild: AtomicBool,
    state: Mutex<State>,
}

struct State {
    scan: Option<Scan>,
    verification: VerificationState,
    rebuild: RebuildState,
    /// Somebody was erased while a rebuild was running: it may have read the name before.
    erased_meanwhile: bool,
    told: Option<Instant>,
}

impl Care {
    /// Nothing is under way.
    pub fn new(means: Means) -> Self {
        let Means { folder, keys, jobs, position, moved, clock } = means;
        let rebuild = RebuildState {
            state: if rebuild::is_left(&folder) { TaskState::Stopped } else { TaskState::Idle },
            ..RebuildState::idle()
        };
        let verification = VerificationState::idle();
        let state =
            State { scan: None, verification, rebuild, erased_meanwhile: false, told: None };
        let inner = Inner {
            folder,
            keys,
            jobs: Mutex::new(Some(jobs)),
            position,
            moved,
            clock,
            closing: AtomicBool::new(false),
            stop_verification: AtomicBool::new(false),
            stop_rebuild: AtomicBool::new(false),
            state: Mutex::new(state),
        };
        Self { inner: Arc::new(inner), threads: Mutex::default() }
    }

    /// Begins or stops something. What is under way already, or not at all, stays so.
    ///
    /// # Errors
    /// `Broken`: the system gives no thread.
    pub fn perform(&self, task: &Task) -> Result<(), AppError> {
        match task {
            Task::Verify(_) => self.verify(),
            Task::Rebuild(task) => self.rebuild(task.resume, |_| true).map(drop),
            Task::CancelVerification(_) => {
                self.inner.stop_verification.store(true, Ordering::Release);
                Ok(())
            }
            Task::CancelRebuild(_) => {
                self.inner.stop_rebuild.store(true, Ordering::Release);
                Ok(())
            }
        }
    }

    fn verify(&self) -> Result<(), AppError> {
        {
            let mut state = self.inner.state();
            if state.verification.state == TaskState::Running {
                return Ok(());
            }
            self.inner.stop_verification.store(false, Ordering::Release);
            state.verification =
                VerificationState { state: TaskState::Running, ..VerificationState::idle() };
        }
        self.spawn("verification", tasks::verify)
    }

    /// Begins to rebuild the read models. `watch` hears how far it is, and stops it by answering
    /// `false`; the answer comes when it has ended. None if one is under way already.
    ///
    /// # Errors
    /// `Broken`: the system gives no thread.
    pub fn rebuild(
        &self,
        resume: bool,
        watch: impl FnMut(Progress) -> bool + Send + 'static,
    ) -> Result<Option<Receiver<Result<Outcome, AppError>>>, AppError> {
        {
            let mut state = self.inner.state();
            if state.rebuild.state == TaskState::Running {
                return Ok(None);
            }
            self.inner.stop_rebuild.store(false, Ordering::Release);
            state.rebuild = RebuildState { state: TaskState::Running, ..RebuildState::idle() };
            state.erased_meanwhile = false;
        }
        let (sender, ended) = bounded(1);
        self.spawn("rebuild", move |inner| {
            // Whoever asked may be gone.
            let _ = sender.send(tasks::rebuild(inner, resume, watch));
        })?;
        Ok(Some(ended))
    }

    /// Begins to scan the log for damage, unhurriedly.
    ///
    /// # Errors
    /// `Broken`: the system gives no thread.
    pub fn scan(&self) -> Result<(), AppError> {
        let total = self.inner.position.load(Ordering::Acquire);
        self.inner.state().scan = Some(Scan::begun(total));
        self.spawn("scan", scan::scan)
    }

    /// How everything stands.
    ///
    /// # Errors
    /// `Broken`: the database cannot be read.
    pub fn health(&self, log: &Connection) -> Result<DataHealth, AppError> {
        let quarantine = quarantined(log)?
            .into_iter()
            .map(|event| {
                let (position, reason) = (event.position, event.reason);
                Ok(SetAside { position, type_name: type_at(log, position)?, reason })
            })
            .collect::<rusqlite::Result<_>>()?;
        let state = self.inner.state();
        let is_running = |state: TaskState| state == TaskState::Running;
        let mut actions = Vec::new();
        actions.push(if is_running(state.verification.state) {
            "cancelVerification"
        } else {
            "verify"
        });
        if is_running(state.rebuild.state) {
            actions.push("cancelRebuild");
        } else {
            actions.push("rebuild");
            if rebuild::is_left(&self.inner.folder) {
                actions.push("resumeRebuild");
            }
        }
        Ok(DataHealth {
            scan: state.scan.clone(),
            verification: state.verification.clone(),
            rebuild: state.rebuild.clone(),
            quarantine,
            actions: actions.into_iter().map(str::to_owned).collect(),
        })
    }

    /// How the rebuild stands.
    pub fn rebuild_state(&self) -> RebuildState {
        self.inner.state().rebuild.clone()
    }

    /// After somebody was erased, no rebuild must keep the name: not one that was stopped, nor one
    /// that is running and will be.
    pub fn forget_in_rebuilds(&self) {
        let mut state = self.inner.state();
        if state.rebuild.state == TaskState::Running {
            state.erased_meanwhile = true;
        } else {
            self.inner.discard_rebuild();
        }
    }

    /// Ends everything that is under way, and waits for it.
    pub fn close(&self) {
        self.inner.closing.store(true, Ordering::Release);
        let threads = self.threads.lock().map(|mut threads| std::mem::take(&mut *threads));
        for thread in threads.unwrap_or_default() {
            // One that panicked has nothing to leave behind.
            let _ = thread.join();
        }
        if let Ok(mut jobs) = self.inner.jobs.lock() {
            jobs.take();
        }
    }

    fn spawn(
        &self,
        name: &str,
        work: impl FnOnce(&Inner) + Send + 'static,
    ) -> Result<(), AppError> {
        let inner = Arc::clone(&self.inner);
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || work(&inner))
            .map_err(AppError::broken)?;
        if let Ok(mut threads) = self.threads.lock() {
            threads.retain(|thread| !thread.is_finished());
            threads.push(thread);
        }
        self.inner.tell_at_once();
        Ok(())
    }
}

impl Drop for Care {
    fn drop(&mut self) {
        // Without a close nobody waits; the threads end by themselves and let the writer go.
        self.inner.closing.store(true, Ordering::Release);
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        // What a thread that panicked has left is still what is known.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How SQLite is told to read the database.
    fn address(&self) -> String {
        live_address(&self.folder.join(DATABASE_FILE))
    }

    fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }

    fn rebuild_means(&self) -> Option<Rebuild> {
        let jobs = self.jobs.lock().ok()?.clone()?;
        let (folder, keys) = (self.folder.clone(), self.keys.clone());
        Some(Rebuild::new(folder, keys, jobs, Arc::clone(&self.position)))
    }

    fn discard_rebuild(&self) {
        if let Err(error) = rebuild::discard(&self.folder) {
            say!("lanyard: what a stopped rebuild left cannot be deleted: {error}");
        }
    }

    /// Tells the windows that something moved, not too often.
    fn tell(&self) {
        let mut state = self.state();
        if state.told.is_some_and(|told| told.elapsed() < PAUSE) {
            return;
        }
        state.told = Some(Instant::now());
        drop(state);
        self.tell_at_once();
    }

    fn tell_at_once(&self) {
        let position = self.position.load(Ordering::Acquire);
        // Nobody listening is no reason to stop.
        let _ = self.moved.try_send(Moved { models: vec![NAME], position });
    }
}

impl Scan {
    fn begun(total: i64) -> Self {
        Self { state: ScanState::Running, done: 0, total, checked_at: None, faults: vec![] }
    }
}

impl VerificationState {
    fn idle() -> Self {
        let state = TaskState::Idle;
        Self { state, phase: None, done: 0, total: 0, ended_at: None, found: None, reason: None }
    }
}

impl RebuildState {
    fn idle() -> Self {
        Self {
            state: TaskState::Idle,
            phase: None,
            done: 0,
            total: 0,
            events_per_second: 0.0,
            ended_at: None,
            reason: None,
        }
    }
}
