//! Walks the whole log and says exactly what is wrong with it.
//!
//! It sees every altered, missing or added event but the end: a log that lost its last events is
//! whole in itself, and only the witness knows.

use std::{collections::HashMap, path::Path};

use rusqlite::{Connection, ErrorCode};

use crate::{
    DeviceId, EventHash, OpenError, StoredEventRef,
    chain::{GENESIS, chain_hash},
    event_id, last_position,
    log::{Decoder, select_events},
};

/// More than this many faults are only counted: a destroyed file has one for each event.
const MOST_FAULTS: usize = 1_000;

/// So many of the newest events are checked at each start. Source: quality.md, R11.
const NEWEST: i64 = 1_000;

/// This device's present identity among the devices.
const OWN: i64 = 1;

/// Progress is told after so many events.
const STEP: usize = 4_096;

/// So many events after damage are tried one by one: as many as stand under three inner pages.
const NEAR: i64 = 10_000;

/// The last event at or before a position under this device's present identity. Its events follow
/// all those of its earlier identities; without that lower end a copy that was just restored would
/// be read back to its first event.
const LAST_OWN: &str = "SELECT origin_pos, hash FROM events
     WHERE position <= ?1 AND origin = ?2
       AND position > COALESCE(
           (SELECT position FROM events INDEXED BY events_by_foreign_origin
            WHERE origin <= 0 AND origin <> 1
            ORDER BY origin DESC, origin_pos DESC LIMIT 1), 0)
     ORDER BY position DESC LIMIT 1";

/// The same of an earlier identity or another device. Its events lie in the log in their order, so
/// what is stepped over is after the position, and read by the walk all the same.
const LAST_FOREIGN: &str = "SELECT origin_pos, hash FROM events
         INDEXED BY events_by_foreign_origin
     WHERE position <= ?1 AND origin = ?2 AND origin <> 1
     ORDER BY origin_pos DESC LIMIT 1";

/// What verifying found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// How many events were read.
    pub events: i64,
    /// The position up to which the log was walked: that of the last event, unless the end of the log
    /// cannot be read; 0 if there is none.
    pub last_position: i64,
    /// What is wrong, by position; the first thousand.
    pub faults: Vec<Fault>,
    /// How many faults there are.
    pub fault_count: usize,
}

/// Something that is wrong with the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub position: i64,
    /// What.
    pub kind: FaultKind,
}

/// What can be wrong with an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// Events are missing before this one.
    #[error("events {first} to {last} are missing")]
    Missing {
        /// The first position that is missing.
        first: i64,
        /// The last one.
        last: i64,
    },
    /// The event, or its hash, is not what was recorded.
    #[error("the event or its hash was altered")]
    Altered,
    /// It does not follow the event before it of the same origin.
    #[error("it is event {found} of its device where {expected} was expected")]
    OriginPosition {
        /// What follows the one before.
        expected: i64,
        /// What it says.
        found: i64,
    },
    /// It does not follow the event before it in its stream.
    #[error("it has revision {found} in its stream where {expected} was expected")]
    Revision {
        /// What follows the one before.
        expected: i64,
        /// What it says.
        found: i64,
    },
    /// Its id does not follow from its command and ordinal.
    #[error("its id does not follow from its command")]
    EventId,
    /// A value has not the form of its column, or a number stands for no name.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// The file is damaged here.
    #[error("the file cannot be read here: {0}")]
    Broken(String),
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.fault_count == 0
    }

    fn fault(&mut self, position: i64, kind: FaultKind) {
        self.fault_count += 1;
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault { position, kind });
        }
    }
}

/// Checks every event after a position (0 for all) against its hash, its neighbours and its stream.
/// `progress` is told how many positions are done, and of how many.
///
/// # Errors
/// The database could not even be asked. Damage is no error; it is in the report.
pub fn verify_chain(
    connection: &Connection,
    after: i64,
    mut progress: impl FnMut(i64, i64),
) -> rusqlite::Result<Report> {
    let total = end_of_log(connection).unwrap_or_default();
    let mut walk = ChainWalk::begin(connection, after)?;
    while walk.step(connection, STEP) {
        progress(walk.position(), total);
    }
    let report = walk.finish(connection);
    progress(total, total);
    Ok(report)
}

/// Refuses a log whose newest events are not what was recorded. The older ones are for
/// [`verify_chain`], because the cost of a start must not grow with the log.
///
/// # Errors
/// `Damaged`, with the first position that is wrong; `Sqlite`.
pub fn check_newest(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let failed = |source| OpenError::sqlite(path, source);
    let total = last_position(connection).map_err(failed)?;
    let mut walk = ChainWalk::begin(connection, (total - NEWEST).max(0)).map_err(failed)?;
    // Revisions are in the hash; to see them in their order takes the whole index.
    walk.events(connection, usize::try_from(NEWEST).unwrap_or(usize::MAX)).map_err(failed)?;
    refuse_first(&walk.report, path)
}

/// Refuses a file with a page or an event that is not what was recorded.
pub(crate) fn check_all(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let failed = |source| OpenError::sqlite(path, source);
    if let Some(page) = check_pages(connection).map_err(failed)?.first() {
        // SQLite begins with a line for the file, and goes on with one for each page.
        let told = |line: &&str| !line.starts_with("***");
        let reason = page.lines().find(told).unwrap_or(page).to_owned();
        return Err(OpenError::Damaged { path: path.to_owned(), reason });
    }
    refuse_first(&verify_chain(connection, 0, |_, _| {}).map_err(failed)?, path)
}

fn refuse_first(report: &Report, path: &Path) -> Result<(), OpenError> {
    let Some(fault) = report.faults.first() else { return Ok(()) };
    let reason = format!("event {}: {}", fault.position, fault.kind);
    Err(OpenError::Damaged { path: path.to_owned(), reason })
}

/// Where the chain of one origin stands.
#[derive(Clone, Copy)]
struct Link {
    origin_position: i64,
    /// As stored, and as computed: after an altered hash the chain goes on from what was computed,
    /// after an altered event from what is stored. So only the altered one is reported.
    stored: EventHash,
    computed: EventHash,
    /// Nothing after it has been passed over.
    is_sure: bool,
}

/// A walk along the chain, step by step: between two steps it holds nothing of the database, so it
/// may pause for as long as it likes, and be dropped.
pub struct ChainWalk {
    report: Report,
    links: HashMap<DeviceId, Link>,
    buffer: Vec<u8>,
    after: i64,
    /// Events could not be read: what follows on them is not known.
    is_torn: bool,
    /// Where the log ended when it was asked for, at the first damage.
    end: Option<i64>,
}

impl ChainWalk {
    /// Stands after a position, with the chain of each origin as it is stored there.
    ///
    /// # Errors
    /// The database could not even be asked.
    pub fn begin(connection: &Connection, after: i64) -> rusqlite::Result<Self> {
        let report = Report { last_position: after, ..Report::default() };
        let links = if after == 0 { HashMap::new() } else { links_at(connection, after)? };
        Ok(Self { report, links, buffer: Vec::new(), after, is_torn: false, end: None })
    }

    /// Up to where it has come.
    pub fn position(&self) -> i64 {
        self.report.last_position
    }

    /// How many faults it has met so far.
    pub fn fault_count(&self) -> usize {
        self.report.fault_count
    }

    /// Checks the next events, at most so many. Says whether there may be more.
    pub fn step(&mut self, connection: &Connection, limit: usize) -> bool {
        let before = self.report.events;
        match self.events(connection, limit) {
            Ok(()) => self.report.events - before == i64::try_from(limit).unwrap_or(i64::MAX),
            Err(error) => {
                let position = self.report.last_position + 1;
                self.report.fault(position, FaultKind::Broken(error.to_string()));
                let is_slow = error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure);
                self.pass_damage(connection, is_slow)
            }
        }
    }

    /// Goes on at the next event that can be read; says whether there is one. What the events before
    /// it were is not known.
    fn pass_damage(&mut self, connection: &Connection, is_slow: bool) -> bool {
        self.is_torn = true;
        self.links.values_mut().for_each(|link| link.is_sure = false);
        let sql = "SELECT position FROM events WHERE ?1 <= position ORDER BY position LIMIT 1";
        let at = |position: i64| -> Option<i64> {
            let read = || connection.prepare_cached(sql)?.query_row([position], |row| row.get(0));
            read().ok()
        };
        let damaged = self.report.last_position + 1;
        let ends = || end_of_log(connection).unwrap_or(damaged + NEAR);
        let end = *self.end.get_or_insert_with(ends);
        // A page that is damaged is told at once; a disk that cannot be read takes its time each time.
        let near = if is_slow { 0 } else { NEAR };
        let is_readable = |position| at(position).is_some();
        let Some(readable) = first_readable(damaged, near, end, is_readable) else {
            return false;
        };
        self.report.last_position = at(readable).map_or(readable, |next| next.max(readable)) - 1;
        true
    }

    /// Recounts the streams, and tells everything that was found.
    pub fn finish(mut self, connection: &Connection) -> Report {
        if let Err(error) = self.revisions(connection, self.after) {
            // Behind all events, which may be whole.
            let what = FaultKind::Broken(format!("the index of the streams: {error}"));
            self.report.fault(self.report.last_position + 1, what);
        }
        self.report.faults.sort_by_key(|fault| fault.position);
        self.report
    }

    fn events(&mut self, connection: &Connection, limit: usize) -> rusqlite::Result<()> {
        let mut statement = connection
            .prepare_cached(select_events!("WHERE position >= ?1 ORDER BY position LIMIT ?2"))?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        // From the next one on: looking for the one before might meet a damaged page once more.
        let mut rows = statement.query([self.report.last_position + 1, limit])?;
        let mut decoder = Decoder::new(connection);
        while let Some(row) = rows.next()? {
            let position: i64 = row.get(0)?;
            let expected = self.report.last_position + 1;
            if position != expected {
                let missing = FaultKind::Missing { first: expected, last: position - 1 };
                self.report.fault(position, missing);
            }
            self.report.last_position = position;
            self.report.events += 1;
            match decoder.decode(row) {
                Ok(event) => self.event(&event),
                Err(error) => {
                    self.report.fault(position, FaultKind::Unreadable(error.to_string()));
                    self.pass_over(row, connection);
                }
            }
        }
        Ok(())
    }

    fn event(&mut self, event: &StoredEventRef<'_>) {
        let none = Link { origin_position: 0, stored: GENESIS, computed: GENESIS, is_sure: true };
        let known = self.links.get(&event.origin).copied();
        let before = known.unwrap_or(none);
        let expected = before.origin_position + 1;
        let found = event.origin_position;
        if event.event_id != event_id(event.command_id, event.ordinal) {
            self.report.fault(event.position, FaultKind::EventId);
        }
        // It follows on one that could not be read.
        if self.is_torn && !known.is_some_and(|link| link.is_sure) && found != expected {
            let stored = event.hash;
            let link = Link { origin_position: found, stored, computed: stored, is_sure: true };
            self.links.insert(event.origin, link);
            return;
        }
        if found != expected {
            self.report.fault(event.position, FaultKind::OriginPosition { expected, found });
        }
        let mut computed = chain_hash(&before.stored, event, &mut self.buffer);
        if computed != event.hash && before.stored != before.computed {
            computed = chain_hash(&before.computed, event, &mut self.buffer);
        }
        if computed != event.hash {
            self.report.fault(event.position, FaultKind::Altered);
        }
        let link = Link { origin_position: found, stored: event.hash, computed, is_sure: true };
        self.links.insert(event.origin, link);
    }

    /// Goes on from the stored hash of an event that cannot be read, if at least that can be.
    fn pass_over(&mut self, row: &rusqlite::Row<'_>, connection: &Connection) {
        let read = || -> rusqlite::Result<(DeviceId, Link)> {
            let sql = "SELECT device FROM devices WHERE id = ?1";
            let origin: i64 = row.get(3)?;
            let device = connection.query_row(sql, [origin], |row| row.get(0))?;
            let stored = row.get(16)?;
            let origin_position = row.get(4)?;
            let link = Link { origin_position, stored, computed: stored, is_sure: true };
            Ok((DeviceId::from_uuid(device), link))
        };
        if let Ok((device, link)) = read() {
            self.links.insert(device, link);
        }
    }

    /// Recounts every stream, in the index alone. It is walked as a whole, because a stream that
    /// goes on after the position has begun before it.
    fn revisions(&mut self, connection: &Connection, after: i64) -> rusqlite::Result<()> {
        let mut statement = connection.prepare(
            "SELECT stream_id, origin, revision, position FROM events
                 INDEXED BY events_by_stream
             ORDER BY stream_id, origin, revision",
        )?;
        let mut rows = statement.query([])?;
        let mut before = (0, 0, 0);
        while let Some(row) = rows.next()? {
            let (stream, origin, found): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let position = row.get(3)?;
            // The identities that this device had count on, one after the other.
            let same = stream == before.0 && (origin == before.1 || origin <= 1);
            let expected = if same { before.2 + 1 } else { 1 };
            if found != expected && position > after {
                self.report.fault(position, FaultKind::Revision { expected, found });
            }
            before = (stream, origin, found);
        }
        Ok(())
    }
}

/// The first position after a damaged one, up to the end, from which something can be read. So many
/// of the nearest are tried one by one; beyond them one damaged stretch is taken to be all.
fn first_readable(
    damaged: i64,
    near: i64,
    end: i64,
    is_readable: impl Fn(i64) -> bool,
) -> Option<i64> {
    let near = (damaged + near).min(end);
    if let Some(found) = (damaged + 1..=near).find(|position| is_readable(*position)) {
        return Some(found);
    }
    if end <= near || !is_readable(end) {
        return None;
    }
    // In steps that double, then halving the last one: a damaged page may stand for thousands.
    let (mut unreadable, mut readable) = (near, near + 1);
    while readable < end && !is_readable(readable) {
        unreadable = readable;
        readable = end.min(near + 2 * (readable - near));
    }
    while unreadable + 1 < readable {
        let middle = unreadable + (readable - unreadable) / 2;
        if is_readable(middle) { readable = middle } else { unreadable = middle }
    }
    Some(readable)
}

/// The chain of each origin as it is stored at a position.
fn links_at(connection: &Connection, after: i64) -> rusqlite::Result<HashMap<DeviceId, Link>> {
    let mut links = HashMap::new();
    let mut devices = connection.prepare("SELECT id, device FROM devices")?;
    let mut rows = devices.query([])?;
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        let sql = if number == OWN { LAST_OWN } else { LAST_FOREIGN };
        let mut last = connection.prepare_cached(sql)?;
        let mut before = last.query([after, number])?;
        if let Some(event) = before.next()? {
            let (origin_position, stored) = (event.get(0)?, event.get(1)?);
            let link = Link { origin_position, stored, computed: stored, is_sure: true };
            links.insert(DeviceId::from_uuid(row.get(1)?), link);
        }
    }
    Ok(links)
}

/// Where the log ends. Where its last page is damaged, the index of the streams may still tell.
///
/// # Errors
/// That cannot be told.
pub fn end_of_log(connection: &Connection) -> rusqlite::Result<i64> {
    let by_index = "SELECT COALESCE(MAX(position), 0) FROM events INDEXED BY events_by_stream";
    last_position(connection)
        .or_else(|error| connection.query_row(by_index, [], |row| row.get(0)).map_err(|_| error))
}

/// What SQLite's own check finds wrong with the file's pages and indexes; nothing if they are
/// sound.
///
/// # Errors
/// The file cannot be read.
pub fn check_pages(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA integrity_check(100)")?;
    let found: Vec<String> =
        statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(if found == ["ok"] { vec![] } else { found })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EVENT_LOG_SQL;

    #[track_caller]
    fn plan(sql: &str) -> Vec<String> {
        let log = Connection::open_in_memory().expect("memory");
        log.execute_batch(EVENT_LOG_SQL).expect("the tables");
        let mut plan = log.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("it is SQL");
        let steps = plan.query_map([0, 0], |row| row.get(3)).expect("a plan");
        steps.collect::<rusqlite::Result<_>>().expect("a plan")
    }

    #[test]
    fn where_the_chain_of_a_device_stands_is_not_found_by_reading_the_log() {
        let foreign = "SEARCH events USING INDEX events_by_foreign_origin (origin=?)";
        assert_eq!(plan(LAST_FOREIGN), [foreign]);
        assert_eq!(
            plan(LAST_OWN),
            [
                "SEARCH events USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
                "SCALAR SUBQUERY 1",
                "SEARCH events USING COVERING INDEX events_by_foreign_origin (origin<?)",
            ]
        );
    }
}
