//! What this installation remembers about itself, outside the log.

use event_store::{Checkpoint, Store, StoreError};
use kernel::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, params};

use crate::timeline::Anchor;

/// The moment at which a stopped clock stands.
const CLOCK: &str = "clock";
/// The anchor of the application's time.
const ANCHOR: &str = "anchor";
/// The most seats that registrants may hold at once from one window.
const HOLD_LIMIT: &str = "holdLimit";
/// As many as two full orders of one seat type.
const USUAL_HOLD_LIMIT: i64 = 40;
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

/// How many seats registrants may hold at once from one window.
pub fn find_hold_limit(connection: &Connection) -> Result<i64> {
    let limit = find(connection, HOLD_LIMIT)?.and_then(|limit| limit.parse().ok());
    Ok(limit.unwrap_or(USUAL_HOLD_LIMIT))
}

/// Keeps how many seats registrants may hold at once from one window.
pub fn keep_hold_limit(connection: &Connection, seats: i64) -> Result<()> {
    keep(connection, HOLD_LIMIT, &seats.to_string())
}

/// Forgets a setting.
pub fn forget(connection: &Connection, name: &str) -> Result<()> {
    connection.prepare_cached("DELETE FROM settings WHERE name = ?1")?.execute([name])?;
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

/// What ties the application's time to the time since the computer was started.
pub fn find_anchor(connection: &Connection) -> Result<Option<Anchor>> {
    let anchor = find(connection, ANCHOR)?;
    // One that cannot be read is as good as none.
    Ok(anchor.and_then(|anchor| serde_json::from_str(&anchor).ok()))
}

/// Keeps it for the next start.
pub fn keep_anchor(connection: &Connection, anchor: &Anchor) -> Result<()> {
    keep(connection, ANCHOR, &serde_json::json!(anchor).to_string())
}

/// Notes that everything up to the end of the log had its reactions and is projected, in the
/// transaction in which that is so: without one it would stay where the rest is lost.
pub fn note_position(store: &Store) -> std::result::Result<(), StoreError> {
    store.require_transaction()?;
    store.set_checkpoint(&Checkpoint {
        name: FOLLOWED.to_owned(),
        version: 1,
        position: store.last_position(),
        failed_position: None,
    })?;
    Ok(())
}
