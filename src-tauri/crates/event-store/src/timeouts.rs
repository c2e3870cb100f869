//! Inputs that fall due at a time.

use kernel::Timestamp;
use rusqlite::params;
use uuid::Uuid;

use crate::Store;

/// An input for later. There is one for each name and key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeout {
    /// What it is.
    pub name: String,
    /// What it is about.
    pub key: Uuid,
    /// When it is to be handled, at the earliest.
    pub due: Timestamp,
    /// The caller's own.
    pub payload: String,
}

impl Store {
    /// Sets a timeout; one with the same name and key is replaced.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn set_timeout(
        &self,
        name: &str,
        key: Uuid,
        due: Timestamp,
        payload: &str,
    ) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO timeouts (name, key, due, payload) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (name, key) DO UPDATE SET due = ?3, payload = ?4",
            )?
            .execute(params![name, key, due.micros(), payload])?;
        Ok(())
    }

    /// Clears a timeout. Says whether there was one.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn clear_timeout(&self, name: &str, key: Uuid) -> rusqlite::Result<bool> {
        let cleared = self
            .connection
            .prepare_cached("DELETE FROM timeouts WHERE name = ?1 AND key = ?2")?
            .execute(params![name, key])?;
        Ok(cleared > 0)
    }

    /// When the next timeout falls due.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn next_due(&self) -> rusqlite::Result<Option<Timestamp>> {
        let micros: Option<i64> = self
            .connection
            .prepare_cached("SELECT MIN(due) FROM timeouts")?
            .query_row([], |row| row.get(0))?;
        Ok(micros.map(Timestamp::from_micros))
    }

    /// Takes timeouts that are due out of the store, the earliest first, at most `limit` of them.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn take_due(&self, now: Timestamp, limit: usize) -> rusqlite::Result<Vec<Timeout>> {
        let due = self
            .connection
            .prepare_cached(
                "SELECT name, key, due, payload FROM timeouts WHERE due <= ?1
                 ORDER BY due, name, key LIMIT ?2",
            )?
            .query_map(params![now.micros(), i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
                Ok(Timeout {
                    name: row.get(0)?,
                    key: row.get(1)?,
                    due: Timestamp::from_micros(row.get(2)?),
                    payload: row.get(3)?,
                })
            })?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        for timeout in &due {
            self.clear_timeout(&timeout.name, timeout.key)?;
        }
        Ok(due)
    }
}
