//! Snapshots: a cache of folded streams. Dropping them changes nothing.
//!
//! Invariant: a snapshot is used only if it was folded by this very code from this very history.
//! Its hash covers the fold, the state, and the hash of the event that it was taken after; anything
//! else counts as no snapshot.

use rusqlite::{OptionalExtension, params};

use crate::{EventHash, Store};

/// The state of a stream after a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The revision of the last event in it.
    pub revision: i64,
    /// The state.
    pub state: String,
}

impl Store {
    /// Keeps the state of a stream in place of the snapshot before. `fold` stands for the code that
    /// folded it. Says whether it was kept: a stream that has no such revision gets none.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn save_snapshot(
        &self,
        stream: &str,
        fold: &[u8],
        revision: i64,
        state: &str,
    ) -> rusqlite::Result<bool> {
        let Some((stream_id, event)) = self.event_hash(stream, revision)? else { return Ok(false) };
        self.connection
            .prepare_cached(
                "INSERT INTO snapshots (stream_id, fold, revision, state, hash)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (stream_id)
                 DO UPDATE SET fold = ?2, revision = ?3, state = ?4, hash = ?5",
            )?
            .execute(params![stream_id, fold, revision, state, seal(fold, &event, state)])?;
        Ok(true)
    }

    /// The snapshot of a stream, if this code folded it and it is sound.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn load_snapshot(&self, stream: &str, fold: &[u8]) -> rusqlite::Result<Option<Snapshot>> {
        let found: Option<(i64, Vec<u8>, Vec<u8>)> = self
            .connection
            .prepare_cached(
                "SELECT snapshots.revision, CAST(snapshots.state AS BLOB), snapshots.hash
                 FROM snapshots JOIN streams ON streams.id = snapshots.stream_id
                 WHERE streams.name = ?1 AND snapshots.fold = ?2",
            )?
            .query_row(params![stream, fold], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let Some((revision, state, hash)) = found else { return Ok(None) };
        // Damaged bytes need not be text any more; that is no reason to fail.
        let Ok(state) = String::from_utf8(state) else { return Ok(None) };
        let sound = self
            .event_hash(stream, revision)?
            .is_some_and(|(_, event)| seal(fold, &event, &state).as_slice() == hash);
        Ok(sound.then_some(Snapshot { revision, state }))
    }

    /// Drops all snapshots.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn drop_snapshots(&self) -> rusqlite::Result<()> {
        self.connection.execute("DELETE FROM snapshots", [])?;
        Ok(())
    }

    fn event_hash(
        &self,
        stream: &str,
        revision: i64,
    ) -> rusqlite::Result<Option<(i64, EventHash)>> {
        self.connection
            .prepare_cached(
                "SELECT events.stream_id, events.hash
                 FROM events JOIN streams ON streams.id = events.stream_id
                 WHERE streams.name = ?1 AND events.revision = ?2
                     AND events.origin IN (SELECT id FROM devices WHERE id <= 1)",
            )?
            .query_row(params![stream, revision], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
    }
}

pub(crate) fn seal(fold: &[u8], event: &EventHash, state: &str) -> EventHash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(blake3::hash(fold).as_bytes());
    hasher.update(event);
    hasher.update(state.as_bytes());
    hasher.finalize().into()
}
