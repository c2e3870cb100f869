//! Appending events to a stream, all or none of them.

use kernel::{CommandId, Timestamp};
use rusqlite::params;
use serde::de::IgnoredAny;
use uuid::Uuid;

use crate::{
    Store, StoreError, StoredEventRef,
    cache::{Cache, StreamHead},
    chain::chain_hash,
    event_id,
    store::Head,
};

/// The largest payload, in bytes: one mebibyte.
pub const MAX_PAYLOAD_BYTES: usize = 1024 * 1024;

/// The longest name of a stream, type or actor, in bytes.
const MAX_NAME_BYTES: usize = 255;

/// Wall clocks beyond this (milliseconds; the year 6293) do not move the logical clock, so that it
/// has room to count on and its sign bit stays clear.
const MAX_CLOCK_MILLIS: i64 = (1 << 47) - (1 << 42);

/// What the caller takes the stream's revision to be: the optimistic concurrency check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// The stream has no event yet.
    NoStream,
    /// The last event has this revision.
    Exact(i64),
    /// The stream has an event, whichever.
    Exists,
    /// No expectation. To be spelled out, because it gives up the check.
    Any,
}

impl Expected {
    const fn allows(self, revision: i64) -> bool {
        match self {
            Self::NoStream => revision == 0,
            // A stream without events has no revision that could be expected.
            Self::Exact(expected) => revision == expected && expected > 0,
            Self::Exists => revision > 0,
            Self::Any => true,
        }
    }
}

/// An event to be appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewEvent<'a> {
    /// Stored name.
    pub type_name: &'a str,
    /// Version of the stored form.
    pub schema_version: u16,
    /// The data alone: compact JSON, personal fields sealed. Stored as it is.
    pub payload: &'a str,
}

/// What events are appended for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause<'a> {
    /// The command.
    pub command_id: CommandId,
    /// The place of the first of these events among all events of the command, from 0.
    pub first_ordinal: u32,
    /// The flow that the command belongs to.
    pub correlation_id: Uuid,
    /// What led to the command.
    pub causation_id: Option<Uuid>,
    /// Role and station that acted; never a person's name.
    pub actor: &'a str,
    /// When.
    pub recorded_at: Timestamp,
}

/// Where the events went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The position of the first one.
    pub first_position: i64,
    /// The position of the last one.
    pub last_position: i64,
    /// The revision of the last one, which is now the stream's.
    pub revision: i64,
}

/// Why nothing was appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The stream is not at the expected revision. Nothing was written.
    #[error("{stream} is at revision {actual}, expected was {expected:?}")]
    Conflict {
        /// The stream.
        stream: String,
        /// What the caller took for granted.
        expected: Expected,
        /// The revision of its last event; 0 if it has none.
        actual: i64,
    },
    /// There is no event in the list. Nothing was written.
    #[error("there is no event to append")]
    Empty,
    /// A payload is no JSON. Nothing was written.
    #[error("the data of {type_name} is no JSON: {source}")]
    InvalidPayload {
        /// Stored name of the event.
        type_name: String,
        /// What the reader found.
        source: serde_json::Error,
    },
    /// A name is empty, or too long. Nothing was written.
    #[error("{name:?} cannot be the name of a stream, a type or an actor")]
    InvalidName {
        /// The name.
        name: String,
    },
    /// A payload is too large, or a command has too many events. Nothing was written.
    #[error("{found} is more than the limit of {limit}")]
    TooLarge {
        /// Bytes of the payload, or number of events.
        found: usize,
        /// What is allowed.
        limit: usize,
    },
    /// The transaction cannot go on; it must be rolled back.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for AppendError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// Appends events to a stream, within the open transaction.
    ///
    /// # Errors
    /// `Conflict`, `Empty`, `InvalidPayload`, `InvalidName` and `TooLarge` leave no trace. After
    /// `Store`, go back to the savepoint or roll back: until then nothing else is accepted.
    pub fn append(
        &mut self,
        stream: &str,
        expected: Expected,
        events: &[NewEvent<'_>],
        cause: &Cause<'_>,
    ) -> Result<Appended, AppendError> {
        check(stream, events, cause)?;
        self.check_open()?;
        let before = self.cache.stream(&self.connection, stream)?;
        if !expected.allows(before.revision) {
            let (stream, actual) = (stream.to_owned(), before.revision);
            return Err(AppendError::Conflict { stream, expected, actual });
        }
        self.unfinished = true;
        let first_position = self.head.position + 1;
        let (head, after) = self.insert(stream, before, events, cause)?;
        self.cache.set_stream(stream, after);
        self.head = head;
        self.unfinished = false;
        Ok(Appended { first_position, last_position: head.position, revision: after.revision })
    }

    fn insert(
        &mut self,
        stream: &str,
        before: StreamHead,
        events: &[NewEvent<'_>],
        cause: &Cause<'_>,
    ) -> rusqlite::Result<(Head, StreamHead)> {
        let stream_id = match before.id {
            Some(id) => id,
            None => Cache::new_stream_id(&self.connection, stream)?,
        };
        let actor_id = self.cache.actor_id(&self.connection, cause.actor)?;
        let mut head = self.head;
        let mut revision = before.revision;
        for (ordinal, event) in (cause.first_ordinal..).zip(events) {
            let type_id = self.cache.type_id(&self.connection, event.type_name)?;
            head.position += 1;
            head.origin_position += 1;
            head.hlc = next_hlc(head.hlc, cause.recorded_at);
            revision += 1;
            let stored = StoredEventRef {
                position: head.position,
                event_id: event_id(cause.command_id, ordinal),
                stream,
                origin: self.device,
                origin_position: head.origin_position,
                revision,
                type_name: event.type_name,
                schema_version: event.schema_version,
                payload: event.payload,
                command_id: cause.command_id,
                ordinal,
                correlation_id: cause.correlation_id,
                causation_id: cause.causation_id,
                actor: cause.actor,
                recorded_at: cause.recorded_at,
                hlc: head.hlc,
                hash: head.hash,
            };
            head.hash = chain_hash(&head.hash, &stored, &mut self.buffer);
            head.witnessed = head.hash;
            self.insert_row(
                &StoredEventRef { hash: head.hash, ..stored },
                stream_id,
                type_id,
                actor_id,
            )?;
        }
        Ok((head, StreamHead { id: Some(stream_id), revision }))
    }

    fn insert_row(
        &self,
        event: &StoredEventRef<'_>,
        stream_id: i64,
        type_id: i64,
        actor_id: i64,
    ) -> rusqlite::Result<()> {
        // FAIL, as the trigger does: all that can be refused is refused before the row is written,
        // and for ABORT SQLite copies each page first. A failing disk ends the whole transaction.
        let mut insert = self.connection.prepare_cached(
            "INSERT OR FAIL INTO events (position, event_id, stream_id, origin, origin_pos, revision,
                 type_id, schema_version, payload, command_id, ordinal, correlation_id,
                 causation_id, actor_id, recorded_at, hlc, hash)
             VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        )?;
        insert.execute(params![
            event.position,
            event.event_id.as_bytes(),
            stream_id,
            event.origin_position,
            event.revision,
            type_id,
            event.schema_version,
            event.payload,
            event.command_id.as_bytes(),
            event.ordinal,
            event.correlation_id,
            event.causation_id,
            actor_id,
            event.recorded_at.micros(),
            event.hlc,
            event.hash,
        ])?;
        Ok(())
    }
}

/// The next reading of the hybrid logical clock: the wall clock's if that is later, one more than
/// the last otherwise. A full counter carries into the milliseconds, so order is never lost.
fn next_hlc(last: i64, now: Timestamp) -> i64 {
    let wall = now.millis().clamp(0, MAX_CLOCK_MILLIS) << 16;
    wall.max(last + 1)
}

fn check(stream: &str, events: &[NewEvent<'_>], cause: &Cause<'_>) -> Result<(), AppendError> {
    if events.is_empty() {
        return Err(AppendError::Empty);
    }
    let room = usize::try_from(u32::MAX - cause.first_ordinal).unwrap_or(usize::MAX);
    if events.len() > room {
        return Err(AppendError::TooLarge { found: events.len(), limit: room });
    }
    for name in [stream, cause.actor].into_iter().chain(events.iter().map(|event| event.type_name))
    {
        if name.is_empty() || name.len() > MAX_NAME_BYTES {
            return Err(AppendError::InvalidName { name: name.chars().take(300).collect() });
        }
    }
    for event in events {
        if event.payload.len() > MAX_PAYLOAD_BYTES {
            let (found, limit) = (event.payload.len(), MAX_PAYLOAD_BYTES);
            return Err(AppendError::TooLarge { found, limit });
        }
        if let Err(source) = serde_json::from_str::<IgnoredAny>(event.payload) {
            let type_name = event.type_name.to_owned();
            return Err(AppendError::InvalidPayload { type_name, source });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logical_clock_rises_whatever_the_wall_clock_does() {
        let at = |millis: i64| Timestamp::from_micros(millis * 1_000);
        assert_eq!(next_hlc(0, at(5)), 5 << 16);
        assert_eq!(next_hlc(5 << 16, at(5)), (5 << 16) + 1);
        assert_eq!(next_hlc(5 << 16, at(3)), (5 << 16) + 1);
        assert_eq!(next_hlc((6 << 16) - 1, at(5)), 6 << 16);
        assert_eq!(next_hlc(0, Timestamp::from_micros(i64::MIN)), 1);
        let far = next_hlc(0, Timestamp::from_micros(i64::MAX));
        assert!(far > 0 && next_hlc(far, Timestamp::from_micros(i64::MAX)) > far);
    }
}
