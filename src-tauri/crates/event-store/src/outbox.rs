//! What has to be sent and is not an event: mail, print, webhooks. Delivered at least once, in
//! order; what was delivered stays, so that it can be shown and is not sent again. What nobody takes
//! is set aside, and stays as well.

use kernel::{PersonId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

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
    /// How often of these it was refused for good.
    pub refusals: i64,
    /// Why it failed last.
    pub last_error: Option<String>,
}

impl OutboxEntry {
    /// Reads one from `id, kind, key, body, person, enqueued_at, attempts, refusals, last_error`.
    ///
    /// # Errors
    /// These are not the first columns.
    pub fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            kind: row.get(1)?,
            key: row.get(2)?,
            body: row.get(3)?,
            person: row.get::<_, Option<_>>(4)?.map(PersonId::from_uuid),
            enqueued_at: Timestamp::from_micros(row.get(5)?),
            attempts: row.get(6)?,
            refusals: row.get(7)?,
            last_error: row.get(8)?,
        })
    }
}

/// A delivery that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedDelivery {
    /// Why, without anything personal: it goes into backups in clear.
    pub error: String,
    /// Whether the receiver will not have it, now or later.
    pub is_refusal: bool,
    /// When it may be tried again; never by itself if this is absent: it is set aside.
    pub next_try_at: Option<Timestamp>,
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

    /// Notes that something left, and how. What left before stays as it is.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn mark_outbox_done(&self, id: i64, left_as: &str, at: Timestamp) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE outbox SET done_at = ?3, left_as = ?2, last_error = NULL,
                     next_try_at = NULL, set_aside_at = NULL
                 WHERE id = ?1 AND done_at IS NULL",
            )?
            .execute(params![id, left_as, at.micros()])?;
        Ok(())
    }

    /// Notes that delivery failed; it stays pending.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn mark_outbox_failed(
        &self,
        id: i64,
        failed: &FailedDelivery,
        at: Timestamp,
    ) -> rusqlite::Result<()> {
        let next_try_at = failed.next_try_at.map(Timestamp::micros);
        let set_aside_at = failed.next_try_at.is_none().then(|| at.micros());
        self.connection
            .prepare_cached(
                "UPDATE outbox SET attempts = attempts + 1, refusals = refusals + ?2,
                     last_error = ?3, next_try_at = ?4, set_aside_at = ?5
                 WHERE id = ?1 AND done_at IS NULL",
            )?
            .execute(params![id, failed.is_refusal, failed.error, next_try_at, set_aside_at])?;
        Ok(())
    }

    /// Lets something that was set aside be tried again as if it were new.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn take_outbox_up_again(&self, id: i64) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE outbox SET refusals = 0, next_try_at = NULL, set_aside_at = NULL
                 WHERE id = ?1 AND done_at IS NULL",
            )?
            .execute([id])?;
        Ok(())
    }

    /// Lets everything of a kind that waits for another try be tried now.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn hurry_outbox(&self, kind: &str) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE outbox SET next_try_at = NULL
                 WHERE done_at IS NULL AND next_try_at IS NOT NULL AND kind = ?1",
            )?
            .execute([kind])?;
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

/// What is to be tried next of a kind, after the entry `after`: in order, leaving out what is set
/// aside or is to be tried later than `now`.
///
/// # Errors
/// SQLite refused.
pub fn next_in_outbox(
    connection: &Connection,
    kind: &str,
    after: i64,
    now: Timestamp,
) -> rusqlite::Result<Option<OutboxEntry>> {
    // The sign keeps SQLite from the index of the keys, which would have to be sorted.
    connection
        .prepare_cached(
            "SELECT id, kind, key, body, person, enqueued_at, attempts, refusals, last_error
             FROM outbox
             WHERE done_at IS NULL AND set_aside_at IS NULL AND +kind = ?1 AND ?2 < id
               AND (next_try_at IS NULL OR next_try_at <= ?3)
             ORDER BY id LIMIT 1",
        )?
        .query_row(params![kind, after, now.micros()], OutboxEntry::from_row)
        .optional()
}
