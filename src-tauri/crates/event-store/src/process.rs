//! The state of process managers.

use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use crate::Store;

impl Store {
    /// The state of the process with this name and key, if it has one.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn load_process(&self, name: &str, key: Uuid) -> rusqlite::Result<Option<String>> {
        self.connection
            .prepare_cached("SELECT state FROM process_managers WHERE name = ?1 AND key = ?2")?
            .query_row(params![name, key], |row| row.get(0))
            .optional()
    }

    /// Keeps the state of a process, in place of the one before.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn save_process(&self, name: &str, key: Uuid, state: &str) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO process_managers (name, key, state) VALUES (?1, ?2, ?3)
                 ON CONFLICT (name, key) DO UPDATE SET state = ?3",
            )?
            .execute(params![name, key, state])?;
        Ok(())
    }
}
