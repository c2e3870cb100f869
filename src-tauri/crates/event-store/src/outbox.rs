//! What has to be sent and is not an event: mail, print, webhooks. Delivered at least once, in
//! order; what was delivered stays, so that it can be shown and is not sent again.

use kernel::{PersonId, Timestamp};
use rusqlite::params;

use crate::Store;

/// Something to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Its number, rising in the order of enqueueing.
    pub id: i64,
    /// Who delivers it.
    pub kind: String,
    /// Unique within its kind; a receiver can tell a repeat by it.
    pub key: String,
    /// What is to be sent.
    pub body: String,
    /// Whom it tells about.
    pub person: Option<PersonId>,
    /// When it was enqueued.
    pub enqueued_at: Timestamp,
    /// How often delivery failed.
    pub attempts: i64,
    /// Why it failed last.
    pub last_error: Option<String>,
}

impl Store {
    /// Enqueues something. A key that its kind had already is the same thing and is not enqueued
    /// again; says whether it was.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn enqueue(
        &self,
        kind: &str,
        key: &str,
        body: &str,
        person: Option<PersonId>,
        at: Timestamp,
    ) -> rusqlite::Result<bool> {
        let enqueued = self
            .connection
            .prepare_cached(
                "INSERT INTO outbox (kind, key, body, person, enqueued_at)
                 VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (kind, key) DO NOTHING",
            )?
            .execute(params![kind, key, body, person.map(PersonId::uuid), at.micros()])?;
        Ok(enqueued > 0)
    }

    /// What is still to be sent, in order, at most `limit` of them.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn pending_outbox(&self, limit: usize) -> rusqlite::Result<Vec<OutboxEntry>> {
        self.connection
            .prepare_cached(
                "SELECT id, kind, key, body, person, enqueued_at, attempts, last_error
                 FROM outbox WHERE done_at IS NULL ORDER BY id LIMIT ?1",
            )?
            .query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
                Ok(OutboxEntry {
                    id: row.get(0)?,
                    kind: row.get(1)?,
                    key: row.get(2)?,
                    body: row.get(3)?,
                    person: row.get::<_, Option<_>>(4)?.map(PersonId::from_uuid),
                    enqueued_at: Timestamp::from_micros(row.get(5)?),
                    attempts: row.get(6)?,
                    last_error: row.get(7)?,
                })
            })?
            .collect()
    }

    /// Notes that something was delivered.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn mark_outbox_done(&self, id: i64, at: Timestamp) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("UPDATE outbox SET done_at = ?2, last_error = NULL WHERE id = ?1")?
            .execute([id, at.micros()])?;
        Ok(())
    }

    /// Notes that delivery failed; it stays pending.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn mark_outbox_failed(&self, id: i64, error: &str) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE outbox SET attempts = attempts + 1, last_error = ?2 WHERE id = ?1",
            )?
            .execute(params![id, error])?;
        Ok(())
    }

    /// Removes everything that tells about a person who is erased, sent or not. Says how much.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn scrub_outbox(&self, person: PersonId) -> rusqlite::Result<usize> {
        self.connection
            .prepare_cached("DELETE FROM outbox WHERE person = ?1")?
            .execute([person.uuid()])
    }
}
