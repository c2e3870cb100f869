//! Events that cannot be understood here. They stay in the log and are named to the person.

use rusqlite::{Connection, params};

use crate::Store;

/// An event that is set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Its position.
    pub position: i64,
    /// Why it cannot be understood.
    pub reason: String,
}

/// All events that are set aside, in order of position.
///
/// # Errors
/// SQLite refused.
pub fn quarantined(connection: &Connection) -> rusqlite::Result<Vec<Quarantined>> {
    connection
        .prepare_cached("SELECT position, reason FROM quarantine ORDER BY position")?
        .query_map([], |row| Ok(Quarantined { position: row.get(0)?, reason: row.get(1)? }))?
        .collect()
}

impl Store {
    /// Sets an event aside.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn quarantine(&self, position: i64, reason: &str) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO quarantine (position, reason) VALUES (?1, ?2)
                 ON CONFLICT (position) DO UPDATE SET reason = ?2",
            )?
            .execute(params![position, reason])?;
        Ok(())
    }
}
