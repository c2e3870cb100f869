//! What this installation remembers about itself, outside the log.

use event_store::{Checkpoint, Store, StoreError};
use kernel::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, params};

/// The moment at which a stopped clock stands.
const CLOCK: &str = "clock";
/// The checkpoint of everything that follows from events: reactions and read models.
pub const FOLLOWED: &str = "followed";

/// A setting.
pub fn find(connection: &Connection, name: &str) -> Result<Option<String>> {
    connection
        .prepare_cached("SELECT value FROM settings WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
}

/// Keeps a setting.
pub fn keep(connection: &Connection, name: &str, value: &str) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO settings (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )?
        .execute(params![name, value])?;
    Ok(())
}

/// The moment at which a stopped clock stood last.
pub fn find_clock(connection: &Connection) -> Result<Option<Timestamp>> {
    let micros = find(connection, CLOCK)?;
    Ok(micros.and_then(|micros| micros.parse().ok()).map(Timestamp::from_micros))
}

/// Keeps the moment at which a stopped clock stands.
pub fn keep_clock(connection: &Connection, moment: Timestamp) -> Result<()> {
    keep(connection, CLOCK, &moment.micros().to_string())
}

/// Notes that everything up to the end of the log had its reactions and is projected.
pub fn note_position(store: &Store) -> std::result::Result<(), StoreError> {
    store.set_checkpoint(&Checkpoint {
        name: FOLLOWED.to_owned(),
        version: 1,
        position: store.last_position(),
        failed_position: None,
    })?;
    Ok(())
}
