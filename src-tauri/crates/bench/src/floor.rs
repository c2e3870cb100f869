//! The raw floor: SQLite doing as little as it can, with the same columns, as durable as ours.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use event_store::EVENT_LOG_SQL;
use rusqlite::{Connection, params};
use serde_json::Value;
use tempfile::TempDir;
use uuid::Uuid;

use crate::{Outcome, timing::Latencies};

/// Events of a command of the floor.
pub const EVENTS: u64 = 2;
/// Events of a stream that is loaded before something is appended to it.
pub const STREAM: u64 = 20;

const INSERT: &str = "INSERT INTO events (position, event_id, stream_id, origin, origin_pos,
         revision, type_id, schema_version, payload, command_id, ordinal, correlation_id,
         causation_id, actor_id, recorded_at, hlc, hash)
     VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, 1, ?7, ?8, ?9, ?10, NULL, 1, ?11, ?12, ?13)";

/// A database of its own with the table of events, and nobody who asks questions of it.
pub struct Floor {
    connection: Connection,
    next: u64,
    payload: String,
    _folder: TempDir,
}

/// Which indexes it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Indexes {
    /// That of the position alone.
    None,
    /// Those of the event store.
    All,
}

impl Floor {
    /// An empty one.
    ///
    /// # Errors
    /// The disk is full.
    pub fn new(disk: &Path, indexes: Indexes) -> Outcome<Self> {
        let folder = tempfile::tempdir_in(disk)?;
        let connection = Connection::open(folder.path().join("floor.db"))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(EVENT_LOG_SQL)?;
        connection.execute_batch("DROP TRIGGER events_are_only_appended")?;
        if indexes == Indexes::None {
            connection.execute_batch(
                "DROP INDEX events_by_stream; DROP INDEX events_by_foreign_origin;
                 DROP INDEX events_by_correlation;",
            )?;
        }
        Ok(Self { connection, next: 0, payload: payload(), _folder: folder })
    }

    /// Inserts so many commands, so many in a transaction. Answers how long it took.
    ///
    /// # Errors
    /// The disk is full.
    pub fn insert(&mut self, commands: u64, in_a_transaction: u64) -> Outcome<Duration> {
        let began = Instant::now();
        let mut left = commands;
        while 0 < left {
            let now = left.min(in_a_transaction);
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
            for _ in 0..now {
                self.insert_command(EVENTS)?;
            }
            self.connection.execute_batch("COMMIT")?;
            left -= now;
        }
        Ok(began.elapsed())
    }

    /// Inserts so many commands, each in a transaction of its own.
    ///
    /// # Errors
    /// The disk is full.
    pub fn insert_alone(&mut self, commands: u64) -> Outcome<Latencies> {
        let mut latencies = Latencies::default();
        for _ in 0..commands {
            latencies.add(self.insert(1, 1)?);
        }
        Ok(latencies)
    }

    /// Makes so many streams of [`STREAM`] events.
    ///
    /// # Errors
    /// The disk is full.
    pub fn make_streams(&mut self, streams: u64) -> Outcome {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        for _ in 0..streams {
            self.insert_command(STREAM)?;
        }
        self.connection.execute_batch("COMMIT")?;
        Ok(())
    }

    /// Reads each of so many streams, parses its events, and appends one, in a transaction each.
    ///
    /// # Errors
    /// The disk is full.
    pub fn load_and_append(&mut self, streams: u64) -> Outcome<Duration> {
        let began = Instant::now();
        for stream in 0..streams {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
            let mut seen = 0;
            let mut load = self.connection.prepare_cached(
                "SELECT payload FROM events WHERE stream_id = ?1 AND origin = 1 ORDER BY revision",
            )?;
            let mut rows = load.query([i64::try_from(stream)?])?;
            while let Some(row) = rows.next()? {
                let event: Value = serde_json::from_str(row.get_ref(0)?.as_str()?)?;
                seen += i64::from(event.is_object());
            }
            drop(rows);
            drop(load);
            self.insert_event(stream, seen + 1, id(self.next))?;
            self.connection.execute_batch("COMMIT")?;
        }
        Ok(began.elapsed())
    }

    /// One command, whose events are a stream.
    fn insert_command(&mut self, events: u64) -> Outcome {
        let stream = self.next / events;
        let command = id(stream);
        for revision in 1..=i64::try_from(events)? {
            self.insert_event(stream, revision, command)?;
        }
        Ok(())
    }

    fn insert_event(&mut self, stream: u64, revision: i64, command: Uuid) -> Outcome {
        self.next += 1;
        let position = i64::try_from(self.next)?;
        let stream = i64::try_from(stream)?;
        self.connection.prepare_cached(INSERT)?.execute(params![
            position,
            command,
            stream,
            position,
            revision,
            1,
            self.payload,
            command,
            revision,
            command,
            position,
            position,
            [7_u8; 32]
        ])?;
        Ok(())
    }
}

/// Some 300 bytes of JSON, as an event of ours has.
pub fn payload() -> String {
    format!(r#"{{"order":"{}","seats":[{}]}}"#, Uuid::nil(), "4711,".repeat(48) + "1")
}

/// Ids as callers make them: they rise with time and differ at random (UUID version 7).
pub fn id(number: u64) -> Uuid {
    let random = u128::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
    Uuid::from_u128((u128::from(number) << 80) | (random >> 48))
}
