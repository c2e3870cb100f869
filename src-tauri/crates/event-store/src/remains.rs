//! What can still be read of a database that may be damaged, to tell what a copy of it lacks.
//!
//! Invariant: nothing is changed, and what cannot be read is passed over: each answer is of what
//! was read, and says no more.

use std::path::Path;

use kernel::Timestamp;
use rusqlite::Connection;

use crate::{
    DeviceId, EventHash, OpenError, log,
    transfer::files::{Access, Source},
};

/// A database that nobody works with, to be read as far as that goes.
pub struct Remains(Connection);

impl Remains {
    /// Opens it.
    ///
    /// # Errors
    /// Not even its first page is one of this program, or there is no room to read it.
    pub fn open(database: &Path) -> Result<Self, OpenError> {
        Ok(Self(Source::open(database, Access::at_rest(database)?)?.0))
    }

    /// The last position, if it can be read.
    pub fn last_position(&self) -> Option<i64> {
        log::last_position(&self.0).ok()
    }

    /// Whether this log has the same events as a copy of a device's log up to a position, where the
    /// last one has this hash; nothing if neither the events nor the device can be read.
    pub fn begins_like(&self, position: i64, head: &EventHash, device: &str) -> Option<bool> {
        let is_there = self.last_position().is_some_and(|last| position <= last);
        match is_there.then(|| log::own_hash_at(&self.0, position)) {
            Some(Ok(Some(hash))) => Some(hash == *head),
            _ => {
                let own: DeviceId = log::own_device(&self.0).ok()?;
                Some(own.to_string() == device)
            }
        }
    }

    /// Shows the position, type and time of every event after a position, up to another, that can
    /// be read.
    pub fn for_each_after(
        &self,
        position: i64,
        until: i64,
        mut see: impl FnMut(i64, &str, Timestamp),
    ) {
        let mut after = position;
        while after < until {
            match self.read_on(&mut after, until, &mut see) {
                Ok(()) => return,
                // The one after the last that was read cannot be.
                Err(_) => after += 1,
            }
        }
    }

    fn read_on(
        &self,
        after: &mut i64,
        until: i64,
        see: &mut impl FnMut(i64, &str, Timestamp),
    ) -> rusqlite::Result<()> {
        let mut statement = self.0.prepare_cached(
            "SELECT e.position, t.name, e.recorded_at
             FROM events AS e JOIN types AS t ON t.id = e.type_id
             WHERE ?1 < e.position AND e.position <= ?2 ORDER BY e.position",
        )?;
        let mut rows = statement.query([*after, until])?;
        while let Some(row) = rows.next()? {
            let (position, recorded_at) = (row.get(0)?, row.get(2)?);
            see(position, row.get_ref(1)?.as_str()?, Timestamp::from_micros(recorded_at));
            *after = position;
        }
        Ok(())
    }
}
