//! The scan of the log after a start: every event that no earlier scan has seen, and once a week
//! all of them. It reads a little and rests, so that nobody who sells notices it.

use std::{thread, time::Duration};

use event_store::{ChainWalk, EventHash};
use kernel::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use super::Inner;
use crate::{
    fold,
    wire::health::{Fault, ScanState},
    writer::Job,
};

/// The setting that remembers how far the log was found sound.
pub const SETTING: &str = "scanned";

/// Events read at once: some milliseconds.
const EVENTS: usize = 500;
/// How long it rests then. 100,000 events take some five seconds; 60 are allowed (quality.md R11).
const REST: Duration = Duration::from_millis(20);
/// After so many days everything is read again: what was sound can be damaged later.
const DAYS: i64 = 7;
/// Faults beyond this are not shown.
const MOST_FAULTS: usize = 100;

/// What a scan that found nothing wrong remembers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Scanned {
    /// Up to here.
    position: i64,
    /// The event there, so that another log is not taken for this one.
    hash: EventHash,
    /// When everything was read.
    all_at: Timestamp,
}

/// Scans, and keeps what it found.
pub fn scan(inner: &Inner) {
    match walk(inner) {
        Ok(()) => {}
        Err(error) => {
            eprintln!("lanyard: the log could not be scanned: {error}");
            if let Some(scan) = &mut inner.state().scan {
                scan.state = ScanState::Failed;
            }
        }
    }
    inner.tell_at_once();
}

fn walk(inner: &Inner) -> rusqlite::Result<()> {
    let log = fold::look_at(&inner.database())?;
    let now = inner.clock.now();
    let before = inner.scanned.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let before = before.filter(|before| still_holds(&log, before, now).unwrap_or(false));
    let after = before.as_ref().map_or(0, |before| before.position);
    let mut walk = ChainWalk::begin(&log, after)?;
    while walk.step(&log, EVENTS) {
        if let Some(scan) = &mut inner.state().scan {
            scan.done = walk.position();
            scan.total = scan.total.max(scan.done);
        }
        inner.tell();
        if inner.is_closing() {
            return Ok(());
        }
        thread::sleep(REST);
    }
    let position = walk.position();
    let report = walk.finish(&log);
    let is_sound = report.is_sound();
    if let Some(scan) = &mut inner.state().scan {
        scan.state = if is_sound { ScanState::Sound } else { ScanState::Damaged };
        scan.done = position;
        scan.total = scan.total.max(position);
        scan.checked_at = Some(now);
        scan.faults = report.faults.iter().take(MOST_FAULTS).map(Fault::from).collect();
    }
    let scanned = hash_at(&log, position)?.filter(|_| is_sound).map(|hash| Scanned {
        position,
        hash,
        all_at: before.map_or(now, |before| before.all_at),
    });
    // After damage the next start reads everything again.
    let value = scanned.and_then(|scanned| serde_json::to_string(&scanned).ok());
    inner.send(Job::Keep { name: SETTING, value: value.unwrap_or_default() });
    Ok(())
}

fn still_holds(log: &Connection, before: &Scanned, now: Timestamp) -> rusqlite::Result<bool> {
    let due = before.all_at.plus_minutes(DAYS * 24 * 60);
    // A clock that was set back must not put the next one off for ever.
    let is_due = due <= now || now < before.all_at;
    Ok(!is_due && hash_at(log, before.position)? == Some(before.hash))
}

fn hash_at(log: &Connection, position: i64) -> rusqlite::Result<Option<EventHash>> {
    let sql = "SELECT hash FROM events WHERE position = ?1";
    log.query_row(sql, [position], |row| row.get(0)).optional()
}
