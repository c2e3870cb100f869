//! Making the read models anew while selling goes on.
//!
//! 1. **Replay.** The log is folded into a database of its own beside the live one, the
//!    [`Shadow`], on a connection of its own. The writer does nothing for it. How far it has come
//!    is stored in it, so that a rebuild that was stopped, or killed, is taken up again.
//! 2. **Copy.** The rows go to new tables in the live database, in bits that the writer takes
//!    between two groups of commands. What changes in the shadow meanwhile is noted and follows.
//! 3. **Swap.** When only a few events are left, one transaction renames the tables, applies those
//!    events, and sets the checkpoints: readers see the old tables until then, and the new ones
//!    from then on.
//! 4. The old tables are emptied and dropped, again in bits.

mod names;
mod shadow;
mod swap;

use std::{
    cell::Cell,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Sender, bounded};
use event_store::PersonKeys;

use crate::{
    error::AppError,
    wire::health::RebuildPhase,
    writer::{Job, Writer},
};

pub use shadow::{discard, discard_if_older_than_an_erasure, is_left};
pub use swap::drop_leftovers;

use shadow::Shadow;
use swap::{Row, Swapped};

/// Events between two words about progress.
const EVENTS: i64 = 4_096;
/// Rows that the writer takes at once while somebody sells: some milliseconds.
const FEW: usize = 500;
/// Rows that it takes at once while nobody does. A page of an index is written with each of its
/// commits, and where rows come in no order of the index, most pages are: the more rows, the fewer
/// times. Whoever comes then waits for some twenty milliseconds.
const MANY: usize = 4_000;

/// How far a rebuild is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub phase: RebuildPhase,
    /// Events applied, or rows copied.
    pub done: i64,
    /// Of so many.
    pub total: i64,
}

/// How a rebuild ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The new tables are there.
    Done,
    /// It was stopped; the old tables are as they were.
    Stopped,
}

/// What a rebuild works with.
pub struct Rebuild {
    folder: PathBuf,
    keys: PersonKeys,
    jobs: Sender<Job>,
    position: Arc<AtomicI64>,
    /// So many rows are next for the writer.
    rows: Cell<usize>,
}

/// Stopped on the way, or failed.
enum Ended {
    Stopped,
    Failed(AppError),
}

impl<E: Into<AppError>> From<E> for Ended {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

type Told<'p> = dyn FnMut(Progress) -> bool + 'p;

impl Rebuild {
    /// Of a data folder, with the keys of its persons, the way to its writer and the last stored
    /// position.
    pub const fn new(
        folder: PathBuf,
        keys: PersonKeys,
        jobs: Sender<Job>,
        position: Arc<AtomicI64>,
    ) -> Self {
        Self { folder, keys, jobs, position, rows: Cell::new(FEW) }
    }

    /// Rebuilds. `progress` stops it by answering `false`; with `resume` it goes on where it was
    /// stopped.
    ///
    /// # Errors
    /// `Broken`: the log cannot be read or the tables cannot be written; the old tables are as they
    /// were.
    pub fn run(&self, resume: bool, progress: &mut Told<'_>) -> Result<Outcome, AppError> {
        match self.rebuild(resume, progress) {
            Ok(()) => Ok(Outcome::Done),
            Err(Ended::Stopped) => {
                self.clear_away()?;
                Ok(Outcome::Stopped)
            }
            Err(Ended::Failed(error)) => {
                // The first error tells more than that of clearing up.
                let _ = self.clear_away();
                Err(error)
            }
        }
    }

    fn rebuild(&self, resume: bool, progress: &mut Told<'_>) -> Result<(), Ended> {
        self.clear_away()?;
        let mut shadow = Shadow::open(&self.folder, &self.keys, resume)?;
        self.replay(&mut shadow, progress)?;
        self.on_writer(|writer| swap::in_transaction(writer, swap::make_new_tables))?;
        shadow.note_changes()?;
        self.copy(&shadow, progress)?;
        loop {
            self.replay(&mut shadow, progress)?;
            self.copy_changes(&shadow)?;
            let (position, left_out) = (shadow.position(), shadow.left_out()?);
            let swapped = self.on_writer(move |writer| swap::swap(writer, position, &left_out))?;
            if swapped == Swapped::Done {
                break;
            }
        }
        shadow.discard()?;
        Ok(self.clear_away()?)
    }

    /// Brings the shadow so close to the end of the log that the swap can take the rest.
    fn replay(&self, shadow: &mut Shadow, progress: &mut Told<'_>) -> Result<(), Ended> {
        let phase = RebuildPhase::Replay;
        let mut before = self.position.load(Ordering::Acquire);
        while shadow.position() < self.position.load(Ordering::Acquire) {
            let began = Instant::now();
            let total = self.position.load(Ordering::Acquire);
            shadow.advance(total.min(shadow.position() + EVENTS))?;
            if !progress(Progress { phase, done: shadow.position(), total }) {
                shadow.settle()?;
                return Err(Ended::Stopped);
            }
            // Who buys meanwhile needs the processor too; but it must be faster than they are.
            if before < total {
                thread::sleep(began.elapsed() / 4);
            }
            before = total;
            if swap::is_close(shadow.position(), self.position.load(Ordering::Acquire)) {
                break;
            }
        }
        Ok(shadow.settle()?)
    }

    fn copy(&self, shadow: &Shadow, progress: &mut Told<'_>) -> Result<(), Ended> {
        let phase = RebuildPhase::Copy;
        let (mut done, total) = (0, shadow.row_count()?);
        for table in shadow.tables()? {
            let mut last: Option<Row> = None;
            loop {
                let wanted = self.rows.get();
                let rows = shadow.rows_after(&table, last.as_ref(), wanted)?;
                last = rows.last().cloned();
                let is_last = rows.len() < wanted;
                done += i64::try_from(rows.len()).unwrap_or(0);
                let into = table.clone();
                self.on_writer(move |writer| {
                    swap::in_transaction(writer, |connection| swap::put(connection, &into, &rows))
                })?;
                if !progress(Progress { phase, done, total }) {
                    return Err(Ended::Stopped);
                }
                if is_last {
                    break;
                }
            }
        }
        Ok(())
    }

    /// What has changed in the shadow since it was copied.
    fn copy_changes(&self, shadow: &Shadow) -> Result<(), Ended> {
        for table in shadow.tables()? {
            loop {
                let wanted = self.rows.get();
                let changes = shadow.take_changes(&table, wanted)?;
                let is_last = changes.len() < wanted;
                let into = table.clone();
                if !changes.is_empty() {
                    self.on_writer(move |writer| {
                        swap::in_transaction(writer, |connection| {
                            swap::replace(connection, &into, &changes)
                        })
                    })?;
                }
                if is_last {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Removes new tables that did not come to be and old ones that are not used any more. What was
    /// copied may be the name of somebody who was erased meanwhile; so it does not stay in the WAL
    /// either.
    fn clear_away(&self) -> Result<(), AppError> {
        loop {
            let rows = self.rows.get();
            let is_clear = self.on_writer(move |writer| {
                let is_clear =
                    swap::in_transaction(writer, |connection| swap::clear_some(connection, rows))?;
                if is_clear {
                    writer.wal_to_empty = true;
                    writer.empty_wal();
                }
                Ok(is_clear)
            })?;
            if is_clear {
                return Ok(());
            }
        }
    }

    /// Lets the writer do a bit; where somebody sells, it then has as long for that.
    fn on_writer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Writer) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let closing = || AppError::new("Busy", "the application is closing");
        let (sender, answer) = bounded(1);
        let (keep, kept) = bounded(1);
        let work = Box::new(move |writer: &mut Writer| {
            let began = Instant::now();
            let done = work(writer)?;
            // The rebuild may have been given up meanwhile.
            let _ = keep.send((done, began.elapsed()));
            Ok(())
        });
        let ended = Box::new(move |done| drop(sender.send(done)));
        let before = self.position.load(Ordering::Acquire);
        self.jobs.send(Job::Slice { work, ended }).map_err(|_| closing())?;
        answer.recv().map_err(|_| closing())??;
        let (done, took): (T, Duration) = kept.recv().map_err(|_| closing())?;
        let somebody_sells = before < self.position.load(Ordering::Acquire);
        self.rows.set(if somebody_sells { FEW } else { MANY });
        if somebody_sells {
            thread::sleep(took);
        }
        Ok(done)
    }
}
