//! Reading the log, on any connection. What has been seen up to a position is final: nothing ever
//! appears before it.

use std::collections::{HashMap, hash_map::Entry};

use kernel::{CommandId, EventId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Params, Row, Rows, params};

use crate::{DeviceId, EventHash, StoredEvent, StoredEventRef};

/// Names beyond this are forgotten while reading, so that memory does not grow with the log.
const MOST_NAMES: usize = 65_536;

/// Every query for whole events begins like this; [`Decoder::decode`] counts on the order.
macro_rules! select_events {
    ($rest:literal) => {
        concat!(
            "SELECT position, event_id, stream_id, origin, origin_pos, revision, type_id,
                 schema_version, payload, command_id, ordinal, correlation_id, causation_id,
                 actor_id, recorded_at, hlc, hash
             FROM events ",
            $rest
        )
    };
}
pub(crate) use select_events;

/// Shows every event after one position and up to another to `see`, in order.
///
/// # Errors
/// What `see` returns, which ends the reading, and what SQLite refuses.
pub fn for_each<E: From<rusqlite::Error>>(
    connection: &Connection,
    after: i64,
    until: i64,
    see: impl FnMut(&StoredEventRef<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let sql = select_events!("WHERE position > ?1 AND position <= ?2 ORDER BY position");
    scan(connection, sql, [after, until], see)
}

/// Shows this device's events of a stream after a revision to `see`, in order: those under each of
/// its earlier identities first, in the order in which it had them.
///
/// # Errors
/// What `see` returns, which ends the reading, and what SQLite refuses.
pub fn for_each_in_stream<E: From<rusqlite::Error>>(
    connection: &Connection,
    stream: &str,
    after_revision: i64,
    mut see: impl FnMut(&StoredEventRef<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let sql = select_events!(
        "WHERE stream_id = (SELECT id FROM streams WHERE name = ?1) AND origin = ?3
             AND revision > ?2
         ORDER BY revision"
    );
    for origin in own_identities(connection)? {
        scan(connection, sql, params![stream, after_revision, origin], &mut see)?;
    }
    Ok(())
}

/// This device's events of a stream after a revision; 0 for the whole stream.
///
/// # Errors
/// SQLite refused.
pub fn read_stream(
    connection: &Connection,
    stream: &str,
    after_revision: i64,
) -> rusqlite::Result<Vec<StoredEvent>> {
    let mut events = Vec::new();
    for_each_in_stream(connection, stream, after_revision, |event| collect(&mut events, event))?;
    Ok(events)
}

/// The next events after a position, at most `limit` of them.
///
/// # Errors
/// SQLite refused.
pub fn read_all(
    connection: &Connection,
    after: i64,
    limit: usize,
) -> rusqlite::Result<Vec<StoredEvent>> {
    let mut events = Vec::new();
    let sql = select_events!("WHERE position > ?1 ORDER BY position LIMIT ?2");
    scan(connection, sql, params![after, sql_limit(limit)], |event| collect(&mut events, event))?;
    Ok(events)
}

/// The next events of these types after a position, at most `limit` of them. Fewer means that the
/// log has no more.
///
/// # Errors
/// SQLite refused.
pub fn read_all_of_types(
    connection: &Connection,
    types: &[&str],
    after: i64,
    limit: usize,
) -> rusqlite::Result<Vec<StoredEvent>> {
    let mut events = Vec::new();
    let sql = select_events!(
        "WHERE position > ?1
             AND type_id IN (SELECT id FROM types WHERE name IN (SELECT value FROM json_each(?2)))
         ORDER BY position LIMIT ?3"
    );
    let types = serde_json::json!(types).to_string();
    let bounds = params![after, types, sql_limit(limit)];
    scan(connection, sql, bounds, |event| collect(&mut events, event))?;
    Ok(events)
}

/// The next events of one flow after a position, at most `limit` of them.
///
/// # Errors
/// SQLite refused.
pub fn read_correlation(
    connection: &Connection,
    correlation_id: uuid::Uuid,
    after: i64,
    limit: usize,
) -> rusqlite::Result<Vec<StoredEvent>> {
    let mut events = Vec::new();
    let sql =
        select_events!("WHERE correlation_id = ?1 AND position > ?2 ORDER BY position LIMIT ?3");
    let bounds = params![correlation_id, after, sql_limit(limit)];
    scan(connection, sql, bounds, |event| collect(&mut events, event))?;
    Ok(events)
}

/// The position of the last event; 0 if there is none.
///
/// # Errors
/// SQLite refused.
pub fn last_position(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT COALESCE(MAX(position), 0) FROM events")?
        .query_row([], |row| row.get(0))
}

/// The position that the log had at a moment; 0 before its first event.
///
/// It follows the logical clock, which rises with the position: while the wall clock had been set
/// back, an event counts for the latest moment that was seen before it.
///
/// # Errors
/// SQLite refused.
pub fn position_at(connection: &Connection, moment: Timestamp) -> rusqlite::Result<i64> {
    let mut probe = connection.prepare_cached(
        "SELECT hlc, recorded_at FROM events WHERE position <= ?1 AND origin <= 1
         ORDER BY position DESC LIMIT 1",
    )?;
    let mut included = 0;
    let mut beyond = last_position(connection)? + 1;
    while included + 1 < beyond {
        let middle = included + (beyond - included) / 2;
        let own = probe.query_row([middle], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let later = own.is_some_and(|(hlc, recorded_at): (i64, i64)| {
            let millis = hlc >> 16;
            millis > moment.millis() || (millis == moment.millis() && recorded_at > moment.micros())
        });
        if later { beyond = middle } else { included = middle }
    }
    Ok(included)
}

/// This device.
pub(crate) fn own_device(connection: &Connection) -> rusqlite::Result<DeviceId> {
    let sql = "SELECT device FROM devices WHERE id = 1";
    connection.query_row(sql, [], |row| row.get(0).map(DeviceId::from_uuid))
}

/// The numbers of this device's identities, the earliest first. Number 1 is the present one; a
/// restored copy counts the earlier ones downwards from 0.
fn own_identities(connection: &Connection) -> rusqlite::Result<Vec<i64>> {
    connection
        .prepare_cached("SELECT id FROM devices WHERE id <= 1 ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// This device under each of its identities, the earliest first.
///
/// # Errors
/// SQLite refused.
pub fn identities(connection: &Connection) -> rusqlite::Result<Vec<DeviceId>> {
    connection
        .prepare("SELECT device FROM devices WHERE id <= 1 ORDER BY id")?
        .query_map([], |row| row.get(0).map(DeviceId::from_uuid))?
        .collect()
}

/// The hash of this device's last event at or before a position, under whichever identity.
pub(crate) fn own_hash_at(
    connection: &Connection,
    position: i64,
) -> rusqlite::Result<Option<EventHash>> {
    connection
        .query_row(
            "SELECT hash FROM events WHERE position <= ?1 AND origin <= 1
             ORDER BY position DESC LIMIT 1",
            [position],
            |row| row.get(0),
        )
        .optional()
}

fn collect(events: &mut Vec<StoredEvent>, event: &StoredEventRef<'_>) -> rusqlite::Result<()> {
    events.push(event.to_owned());
    Ok(())
}

fn sql_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn scan<E: From<rusqlite::Error>>(
    connection: &Connection,
    sql: &str,
    bounds: impl Params,
    mut see: impl FnMut(&StoredEventRef<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows: Rows<'_> = statement.query(bounds)?;
    let mut decoder = Decoder::new(connection);
    while let Some(row) = rows.next()? {
        see(&decoder.decode(row)?)?;
    }
    Ok(())
}

/// Turns rows into events, and remembers the names that the numbers stand for.
pub(crate) struct Decoder<'c> {
    connection: &'c Connection,
    streams: Names,
    types: Names,
    actors: Names,
    devices: HashMap<i64, DeviceId>,
}

struct Names {
    sql: &'static str,
    known: HashMap<i64, Box<str>>,
}

impl<'c> Decoder<'c> {
    pub fn new(connection: &'c Connection) -> Self {
        Self {
            connection,
            streams: Names::new("SELECT name FROM streams WHERE id = ?1"),
            types: Names::new("SELECT name FROM types WHERE id = ?1"),
            actors: Names::new("SELECT name FROM actors WHERE id = ?1"),
            devices: HashMap::new(),
        }
    }

    /// The event of a row of `select_events!`. Fails if a value has not the form of its column, or
    /// a number stands for no name; the next row may be sound all the same.
    pub fn decode<'r>(&'r mut self, row: &'r Row<'_>) -> rusqlite::Result<StoredEventRef<'r>> {
        Ok(StoredEventRef {
            position: row.get(0)?,
            event_id: EventId::from_uuid(row.get(1)?),
            stream: self.streams.name(self.connection, row.get(2)?)?,
            origin: device(&mut self.devices, self.connection, row.get(3)?)?,
            origin_position: row.get(4)?,
            revision: row.get(5)?,
            type_name: self.types.name(self.connection, row.get(6)?)?,
            schema_version: row.get(7)?,
            payload: row.get_ref(8)?.as_str()?,
            command_id: CommandId::from_uuid(row.get(9)?),
            ordinal: row.get(10)?,
            correlation_id: row.get(11)?,
            causation_id: row.get(12)?,
            actor: self.actors.name(self.connection, row.get(13)?)?,
            recorded_at: Timestamp::from_micros(row.get(14)?),
            hlc: row.get(15)?,
            hash: row.get(16)?,
        })
    }
}

impl Names {
    fn new(sql: &'static str) -> Self {
        Self { sql, known: HashMap::new() }
    }

    fn name(&mut self, connection: &Connection, id: i64) -> rusqlite::Result<&str> {
        if self.known.len() > MOST_NAMES {
            self.known.clear();
        }
        match self.known.entry(id) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => {
                let name: String =
                    connection.prepare_cached(self.sql)?.query_row([id], |row| row.get(0))?;
                Ok(unknown.insert(name.into()))
            }
        }
    }
}

fn device(
    known: &mut HashMap<i64, DeviceId>,
    connection: &Connection,
    id: i64,
) -> rusqlite::Result<DeviceId> {
    if let Some(device) = known.get(&id) {
        return Ok(*device);
    }
    let device = connection
        .prepare_cached("SELECT device FROM devices WHERE id = ?1")?
        .query_row([id], |row| row.get(0).map(DeviceId::from_uuid))?;
    known.insert(id, device);
    Ok(device)
}
