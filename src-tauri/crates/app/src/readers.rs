//! Connections that only read, each for one query at a time.

use crossbeam_channel::{Receiver, Sender, bounded};
use event_store::{DataFolder, OpenError, open_reader};
use rusqlite::Connection;

use crate::error::AppError;

/// How many queries run at once; more of them wait for their turn.
const READERS: usize = 4;

/// The readers that are free.
#[derive(Debug)]
pub struct Readers {
    free: Receiver<Connection>,
    back: Sender<Connection>,
}

impl Readers {
    /// Opens them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn open(folder: &DataFolder) -> Result<Self, OpenError> {
        let (back, free) = bounded(READERS);
        for _ in 0..READERS {
            let reader = open_reader(folder)?;
            reader.set_prepared_statement_cache_capacity(64);
            // There is room for as many as are opened.
            let _ = back.send(reader);
        }
        Ok(Self { free, back })
    }

    /// Runs a query on a free one.
    ///
    /// # Errors
    /// What the query returns; `Broken` after they were closed.
    pub fn read<T>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let reader = self.free.recv().map_err(|_| AppError::broken("the readers are closed"))?;
        let lent = Lent { reader: Some(reader), back: &self.back };
        lent.reader.as_ref().map_or_else(|| Err(AppError::broken("no reader")), query)
    }

    /// Closes them, so that the writer can leave the database at rest.
    pub fn close(&self) {
        for _ in 0..READERS {
            drop(self.free.recv());
        }
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
