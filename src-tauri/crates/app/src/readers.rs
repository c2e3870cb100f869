//! Connections that only read, each for one query at a time.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use event_store::{DataFolder, OpenError, open_reader, say};
use rusqlite::Connection;

use crate::{error::AppError, health::DiskFault};

/// How many queries run at once; more of them wait for their turn.
const READERS: usize = 4;
/// How long a query waits where none is open, and the others wait for one to come back.
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// How often a waiting query looks whether there is anything to wait for.
const STEP: Duration = Duration::from_millis(100);

/// The readers that are free. Clones share them.
#[derive(Debug, Clone)]
pub struct Readers(Arc<Pool>);

#[derive(Debug)]
struct Pool {
    free: Receiver<Connection>,
    back: Sender<Connection>,
    /// Free or in use.
    open: AtomicUsize,
    /// Whether they are closed for good. Held while they are opened or closed.
    closed: Mutex<bool>,
}

impl Readers {
    /// Opens them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn open(folder: &DataFolder) -> Result<Self, OpenError> {
        let (back, free) = bounded(READERS);
        let (open, closed) = (AtomicUsize::new(0), Mutex::new(false));
        let readers = Self(Arc::new(Pool { free, back, open, closed }));
        readers.0.fill(folder)?;
        Ok(readers)
    }

    /// Runs a query on a free one.
    ///
    /// # Errors
    /// What the query returns; `BusyStorageFailed` while none can be opened; `Broken` after they were
    /// closed.
    pub fn read<T>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let lent = Lent { reader: Some(self.0.take()?), back: &self.0.back };
        lent.reader.as_ref().map_or_else(|| Err(AppError::broken("no reader")), query)
    }

    /// Closes all of them for as long as the work takes, and opens them again. Does nothing where
    /// one does not come back in time, or they are closed for good.
    pub fn without<T>(&self, folder: &DataFolder, work: impl FnOnce() -> T) -> Option<T> {
        let closed = self.0.closed.lock().unwrap_or_else(PoisonError::into_inner);
        if *closed {
            return None;
        }
        let deadline = Instant::now() + LONGEST_WAIT;
        while 0 < self.0.open.load(Ordering::Acquire) {
            match self.0.free.recv_deadline(deadline) {
                Ok(reader) => self.0.close(reader),
                Err(_) => return None,
            }
        }
        let done = work();
        // Those that do not open now are opened after the next work.
        if let Err(error) = self.0.fill(folder) {
            say!("lanyard: the database cannot be read now: {error}");
        }
        Some(done)
    }

    /// Closes them for good, so that the writer can leave the database at rest.
    pub fn close(&self) {
        let mut closed = self.0.closed.lock().unwrap_or_else(PoisonError::into_inner);
        *closed = true;
        while 0 < self.0.open.load(Ordering::Acquire) {
            match self.0.free.recv() {
                Ok(reader) => self.0.close(reader),
                Err(_) => return,
            }
        }
    }
}

impl Pool {
    fn fill(&self, folder: &DataFolder) -> Result<(), OpenError> {
        while self.open.load(Ordering::Acquire) < READERS {
            let reader = open_reader(folder)?;
            reader.set_prepared_statement_cache_capacity(64);
            self.open.fetch_add(1, Ordering::AcqRel);
            // There is room for as many as are opened.
            let _ = self.back.send(reader);
        }
        Ok(())
    }

    fn take(&self) -> Result<Connection, AppError> {
        let began = Instant::now();
        loop {
            match self.free.recv_timeout(STEP) {
                Ok(reader) => return Ok(reader),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(AppError::broken("the readers are closed"));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            if self.open.load(Ordering::Acquire) == 0 && LONGEST_WAIT < began.elapsed() {
                return Err(DiskFault::Failed.refusal());
            }
        }
    }

    fn close(&self, reader: Connection) {
        drop(reader);
        self.open.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A reader that comes back, also when its query panics: closing waits for every one of them.
struct Lent<'r> {
    reader: Option<Connection>,
    back: &'r Sender<Connection>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        // There is room for as many as were opened.
        self.reader.take().into_iter().for_each(|reader| drop(self.back.send(reader)));
    }
}
