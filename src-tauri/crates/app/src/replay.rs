//! Stored events, read back as facts.

use event_store::{PersonKeys, StoreError, StoredEventRef};
use kernel::{DecodeError, Recorded};
use read_models::Fact;
use rusqlite::Connection;

/// Why a stored event could not be read back.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// No context understands it.
    #[error("event {position}: {source}")]
    Event {
        /// Its place in the log.
        position: i64,
        /// What is not understood.
        source: DecodeError,
    },
    /// A person's key could not be read; the person is not erased for that.
    #[error("event {position}: a person's key cannot be read: {reason}")]
    Key {
        /// Its place in the log.
        position: i64,
        /// What went wrong.
        reason: String,
    },
    /// The database could not be read.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// What was made of it could not be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Decodes a stored event and opens its personal fields.
///
/// # Errors
/// `Event`, `Key`.
pub fn decode(
    stored: &StoredEventRef<'_>,
    connection: &Connection,
    keys: &PersonKeys,
) -> Result<Recorded<Fact>, Unreadable> {
    let position = stored.position;
    let mut event = Fact::decode(stored.type_name, stored.schema_version, stored.payload)
        .map_err(|source| Unreadable::Event { position, source })?;
    let mut vault = keys.for_event(connection, stored.event_id, stored.type_name);
    event.open(&mut vault);
    if let Some(failure) = vault.failure() {
        return Err(Unreadable::Key { position, reason: failure.to_string() });
    }
    Ok(Recorded {
        position,
        revision: stored.revision,
        event_id: stored.event_id,
        command_id: stored.command_id,
        device: stored.origin.uuid(),
        actor: stored.actor.to_owned(),
        recorded_at: stored.recorded_at,
        event,
    })
}
