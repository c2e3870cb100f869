//! Holding what is stored beside the log against it: accepted commands and snapshots.

use rusqlite::Connection;
use uuid::Uuid;

use crate::{EventHash, snapshots::seal};

/// More of one kind are not listed; they are all found again when these are mended.
const MOST: usize = 1_000;

/// Something that does not agree with the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Which: a command's id, a stream's name.
    pub key: String,
    /// What.
    pub what: String,
}

/// Accepted commands whose first event is not where they say, the first thousand.
///
/// A command that acts through the process manager is not the command of its first event, but its
/// cause.
///
/// # Errors
/// SQLite refused.
pub fn check_commands(connection: &Connection) -> rusqlite::Result<Vec<Wrong>> {
    let mut statement = connection.prepare(
        "SELECT c.command_id, c.first_position, e.position IS NULL
         FROM commands AS c LEFT JOIN events AS e ON e.position = c.first_position
         WHERE c.first_position IS NOT NULL
           AND (e.position IS NULL
                OR (e.command_id <> c.command_id AND e.causation_id IS NOT c.command_id))
         LIMIT ?1",
    )?;
    let wrong = statement.query_map([i64::try_from(MOST).unwrap_or(i64::MAX)], |row| {
        let (key, position): (Uuid, i64) = (row.get(0)?, row.get(1)?);
        let what = if row.get(2)? {
            format!("its first event, {position}, is not in the log")
        } else {
            format!("event {position} is not its first event")
        };
        Ok(Wrong { key: key.to_string(), what })
    })?;
    wrong.collect()
}

/// Snapshots that were not taken from this very history or were altered, the first thousand.
///
/// # Errors
/// SQLite refused.
pub fn check_snapshots(connection: &Connection) -> rusqlite::Result<Vec<Wrong>> {
    let mut statement = connection.prepare(
        "SELECT s.stream_id, streams.name, s.fold, s.revision, CAST(s.state AS BLOB), s.hash,
             (SELECT hash FROM events AS e
              WHERE e.stream_id = s.stream_id AND e.origin <= 1 AND e.revision = s.revision)
         FROM snapshots AS s LEFT JOIN streams ON streams.id = s.stream_id
         ORDER BY s.stream_id",
    )?;
    let mut rows = statement.query([])?;
    let mut wrong = Vec::new();
    while let Some(row) = rows.next()? {
        let what = match (row.get::<_, Option<String>>(1)?, row.get::<_, Option<EventHash>>(6)?) {
            (None, _) => "no stream has its number".to_owned(),
            (_, None) => format!("its stream has no revision {}", row.get::<_, i64>(3)?),
            (Some(_), Some(event)) => {
                let (fold, hash): (Vec<u8>, Vec<u8>) = (row.get(2)?, row.get(5)?);
                let state = String::from_utf8(row.get(4)?);
                if state.is_ok_and(|state| seal(&fold, &event, &state).as_slice() == hash) {
                    continue;
                }
                "it was altered, or taken from another history".to_owned()
            }
        };
        let number: i64 = row.get(0)?;
        let key = row.get::<_, Option<String>>(1)?.unwrap_or_else(|| format!("stream {number}"));
        wrong.push(Wrong { key, what });
        if MOST <= wrong.len() {
            break;
        }
    }
    Ok(wrong)
}
