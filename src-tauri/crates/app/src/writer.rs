//! The writer: one thread that owns the one write connection, and commits what waits together.
//!
//! Commands that arrive while a commit is under way form the next group. Each runs with its whole
//! chain of reactions; one commit then makes all of them durable, and only after it is anybody
//! answered. There is no timer: a lone command waits for nobody. Source:
//! the event store's page, "Group commit, step by step".

mod group;
mod steps;

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use event_store::{Store, StoreError, say};
use kernel::{CommandId, Timestamp};
use rusqlite::Connection;
use serde_json::value::RawValue;

use crate::{
    backup::ErasedList,
    clock::Clock,
    command::Command,
    error::AppError,
    faults::Guard,
    handlers,
    health::DiskFault,
    ids::firing_of,
    metrics::Counters,
    processes,
    role::Caller,
    settings,
    tokens::Secrets,
    unit::{Memory, Occasion, Unit},
};

/// The most timeouts that are fired in one commit.
const MOST_TIMEOUTS: usize = 256;
/// After how long a timeout that failed is tried again, in seconds.
const RETRY_SECONDS: i64 = 300;
/// The last moment that RFC 3339 can write: the end of the year 9999.
const LAST_MOMENT: Timestamp = Timestamp::from_micros(253_402_300_799_000_000);
/// How long the thread sleeps at most before it looks at the clock again.
const LONGEST_SLEEP: Duration = Duration::from_millis(500);

/// An answer, or why there is none.
pub type Answer = Result<Box<RawValue>, AppError>;
/// Takes an answer to whoever waits for it.
pub type Reply = Box<dyn FnOnce(Answer) + Send>;

/// What the writer can do beside the commands.
pub type Work = Box<dyn FnOnce(&mut Writer) -> Result<(), AppError> + Send>;

/// What the writer is asked to do.
pub enum Job {
    /// Carry out a command.
    Execute(Box<Envelope>),
    /// Advance a clock that stands still, and fire what falls due on the way.
    Advance {
        /// By how much.
        seconds: u32,
        /// Hears the new time and the position.
        reply: Reply,
    },
    /// A bit of other work, with commits of its own.
    Slice {
        /// What is to be done. What it leaves open when it fails is rolled back.
        work: Work,
        /// Hears how it ended.
        ended: Box<dyn FnOnce(Result<(), AppError>) + Send>,
    },
    /// Keep a setting.
    Keep {
        /// Its name.
        name: &'static str,
        /// Its value.
        value: String,
    },
}

/// A command on its way to the writer.
pub struct Envelope {
    /// What is to happen.
    pub command: Command,
    /// Who asks.
    pub caller: Caller,
    /// The intent; a repeat carries the same one.
    pub command_id: CommandId,
    /// Whether the caller made the id, so that a repeat is possible.
    pub may_be_repeat: bool,
    /// The size of its parameters, in bytes.
    pub size: usize,
    /// Stands for the content.
    pub digest: [u8; 32],
    /// Hears the answer.
    pub reply: Reply,
}

/// What moved, told after each commit.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Moved {
    /// The names of the read models.
    pub models: Vec<&'static str>,
    /// The log position that they show now.
    pub position: i64,
}

/// The writer's state.
pub struct Writer {
    pub(crate) store: Store,
    pub(crate) memory: Memory,
    pub(crate) clock: Clock,
    pub(crate) secrets: Secrets,
    pub(crate) position: Arc<AtomicI64>,
    pub(crate) moved: Sender<Moved>,
    pub(crate) counters: Arc<Counters>,
    /// What was erased may still be in the WAL.
    pub(crate) wal_to_empty: bool,
    /// Who was erased, told beside the database.
    pub(crate) erased: ErasedList,
    /// Somebody may be missing on that list.
    pub(crate) erased_to_note: bool,
    /// Looks after the disk.
    pub(crate) guard: Guard,
    /// The computer's clock showed another time than ours when it was looked at last.
    pub(crate) clock_was_off: bool,
}

impl Writer {
    /// Works until the channel closes, and leaves the database at rest.
    pub fn run(mut self, jobs: &Receiver<Job>) -> Result<(), StoreError> {
        let mut ticked = Instant::now();
        loop {
            match jobs.recv_timeout(self.until_next_due()) {
                // Under steady load there is never a pause, and what is due must not wait for one.
                Ok(job) => {
                    self.group(job, jobs);
                    if ticked.elapsed() < LONGEST_SLEEP {
                        continue;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.close(),
            }
            self.tick();
            ticked = Instant::now();
        }
    }

    fn until_next_due(&self) -> Duration {
        if !self.is_storing() {
            return LONGEST_SLEEP;
        }
        let due = self.store.next_due().ok().flatten();
        let micros = due.map(|due| due.micros() - self.clock.now().micros());
        match micros.map(u64::try_from) {
            // A clock that stands still lets nothing fall due by itself.
            None => LONGEST_SLEEP,
            Some(_) if self.clock.is_manual() => LONGEST_SLEEP,
            Some(Ok(micros)) => Duration::from_micros(micros).min(LONGEST_SLEEP),
            Some(Err(_)) => Duration::ZERO,
        }
    }

    fn tick(&mut self) {
        self.look_after_the_disk();
        self.look_at_the_clock();
        if !self.is_storing() {
            return;
        }
        let now = self.clock.now();
        let due = self.store.next_due().ok().flatten().is_some_and(|due| due <= now);
        if due && let Err(error) = self.fire(now) {
            let error = self.noted(error);
            say!("lanyard: what fell due could not be stored and is tried again: {error}");
        }
        if let Err(error) = self.store.sync() {
            say!("lanyard: the witness file could not be written: {error}");
            self.noted(error.into());
            return;
        }
        if let Err(error) = self.store.relieve() {
            say!("lanyard: the WAL grows, for it could not be emptied: {error}");
            self.noted(error.into());
            return;
        }
        self.empty_wal();
    }

    /// Runs a job with all that wait behind it, and commits them together.
    fn group(&mut self, first: Job, jobs: &Receiver<Job>) {
        let mut next = Some(first);
        while let Some(job) = next.take() {
            match job {
                Job::Execute(envelope) => next = self.execute_group(*envelope, jobs),
                Job::Advance { seconds, reply } => {
                    let answer = self.alone(|writer| writer.advance(seconds));
                    let answer = answer.map_err(of_the_clock);
                    tell(|| reply(answer));
                }
                Job::Slice { work, ended } => {
                    let done = self.alone(work);
                    tell(|| ended(done));
                }
                Job::Keep { name, value } => {
                    let keep = |log: &Connection| settings::keep(log, name, &value);
                    if let Err(error) = self.alone(|writer| writer.store_apart(keep)) {
                        say!("lanyard: the setting {name} could not be kept: {error}");
                    }
                }
            }
        }
    }

    /// Does what has commits of its own.
    fn alone<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        self.admit()?;
        let done = catch_unwind(AssertUnwindSafe(|| work(self)))
            .unwrap_or_else(|_| Err(AppError::broken("work beside the commands panicked")));
        done.map_err(|error| {
            self.undo();
            // It may have been about to give tables new names.
            let reset = self.store.connection().pragma_update(None, "writable_schema", "RESET");
            if let Err(error) = reset {
                say!("lanyard: the schema could not be read again: {error}");
            }
            self.noted(error)
        })
    }

    /// Stores something that no event tells of, in a commit of its own.
    fn store_apart(
        &mut self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> Result<(), AppError> {
        self.store.begin()?;
        write(self.store.connection())?;
        Ok(self.store.commit()?)
    }

    /// After an erasure, what was overwritten must not stay in the WAL. A reader in the middle of
    /// reading prevents that. Nobody waits for it: it is tried again with each tick.
    pub(crate) fn empty_wal(&mut self) {
        if !self.wal_to_empty {
            return;
        }
        self.counters.count_emptying();
        match self.store.try_checkpoint() {
            Ok(is_empty) => self.wal_to_empty = !is_empty,
            Err(error) => {
                say!("lanyard: the WAL could not be emptied yet: {error}");
                self.noted(error.into());
            }
        }
    }

    /// An older backup must not bring anybody back, not even where this database is lost.
    fn note_erased(&mut self) {
        if !self.erased_to_note {
            return;
        }
        match self.erased.add_from(self.store.connection()) {
            Ok(()) => self.erased_to_note = false,
            Err(error) => say!("lanyard: the list of erased persons is behind: {error}"),
        }
    }

    fn note_reactions(&self) -> Result<(), StoreError> {
        settings::note_position(&self.store)
    }

    fn undo(&mut self) {
        if let Err(error) = self.store.rollback() {
            say!("lanyard: going back after a failed commit failed: {error}");
        }
        self.memory.clear();
    }

    pub(crate) fn publish(&mut self, moved: BTreeSet<&'static str>) {
        let position = self.store.last_position();
        self.position.store(position, Ordering::Release);
        if !moved.is_empty() {
            // Nobody listening is no reason to stop.
            let _ = self.moved.try_send(Moved { models: moved.into_iter().collect(), position });
        }
    }

    /// Fires what is due, each timeout in a savepoint of its own.
    pub(crate) fn fire(&mut self, now: Timestamp) -> Result<(), AppError> {
        loop {
            self.store.begin()?;
            let mut moved = BTreeSet::new();
            let due = match self.store.take_due(now, MOST_TIMEOUTS) {
                Ok(due) => due,
                Err(error) => {
                    self.undo();
                    return Err(error.into());
                }
            };
            let is_last = due.len() < MOST_TIMEOUTS;
            for timeout in due {
                let occasion = Occasion {
                    command_id: firing_of(&timeout.name, timeout.key, timeout.due),
                    caller: Caller::program(),
                    at: now,
                    secrets: &self.secrets,
                };
                let (store, memory) = (&mut self.store, &mut self.memory);
                let fired = in_savepoint(store, memory, &mut moved, occasion, |unit| {
                    fire_one(unit, &timeout)?;
                    unit.react()
                });
                if let Err(error) = fired {
                    if DiskFault::of_refusal(&error).is_some() {
                        self.undo();
                        return Err(error);
                    }
                    say!("lanyard: {} of {} failed: {error}", timeout.name, timeout.key);
                    if let Err(error) = self.put_off(&timeout, now) {
                        self.undo();
                        return Err(error.into());
                    }
                }
            }
            if let Err(error) = self.note_moment(now).and_then(|()| self.store.commit()) {
                self.undo();
                return Err(error.into());
            }
            self.publish(moved);
            if is_last {
                return Ok(());
            }
        }
    }

    /// With what happened, a stopped clock keeps the moment at which it happened.
    fn note_moment(&self, now: Timestamp) -> Result<(), StoreError> {
        self.note_reactions()?;
        if self.clock.is_manual() {
            settings::keep_clock(self.store.connection(), now)?;
        }
        Ok(())
    }

    /// What could not be done now is not forgotten, and is tried again later.
    fn put_off(&self, timeout: &event_store::Timeout, now: Timestamp) -> Result<(), StoreError> {
        let event_store::Timeout { name, key, payload, .. } = timeout;
        Ok(self.store.set_timeout(name, *key, now.plus_seconds(RETRY_SECONDS), payload)?)
    }

    /// Lets a clock that stands still run to a later moment. Where that is not stored, it goes back to
    /// the moment that is.
    fn advance(&mut self, seconds: u32) -> Answer {
        let advanced = self.run_on(seconds);
        if advanced.as_ref().is_err_and(|error| !DiskFault::leaves_outcome_unknown(error)) {
            self.undo();
            if let Ok(Some(stored)) = settings::find_clock(self.store.connection()) {
                self.clock.set(stored);
            }
        }
        advanced
    }

    /// From due time to due time.
    fn run_on(&mut self, seconds: u32) -> Answer {
        let until = self.clock.now().plus_seconds(i64::from(seconds)).min(LAST_MOMENT);
        while let Some(due) = self.store.next_due()?.filter(|due| *due <= until) {
            let now = due.max(self.clock.now());
            self.clock.set(now);
            self.fire(now)?;
        }
        self.clock.set(until);
        self.store_apart(|log| settings::keep_clock(log, until))?;
        let position = self.store.last_position();
        handlers::raw(&crate::wire::answers::AdvancedClock { position, now: until })
    }
}

/// A clock that was moved has no command id by which that could be asked for again.
fn of_the_clock(error: AppError) -> AppError {
    if !DiskFault::leaves_outcome_unknown(&error) {
        return error;
    }
    let message = "the disk failed while the clock was moved, and whether that is stored cannot be \
                   told; ask for the time once the disk works, before you move it again";
    AppError { message: message.to_owned(), ..error }
}

/// Lets somebody hear. Whoever panics over it must not keep the others from their answers.
fn tell(hear: impl FnOnce()) {
    // What it panicked over was printed.
    let _ = catch_unwind(AssertUnwindSafe(hear));
}

fn fire_one(unit: &mut Unit<'_>, timeout: &event_store::Timeout) -> Result<(), AppError> {
    match timeout.name.as_str() {
        processes::TIMEOUT => processes::time_is_up(unit, timeout),
        handlers::PROCESSOR_TIMEOUT => handlers::answer_for_processor(unit, &timeout.payload),
        other => Err(AppError::broken(format_args!("nobody knows the timeout {other}"))),
    }
}

pub use steps::in_savepoint;

#[cfg(test)]
mod tests;
