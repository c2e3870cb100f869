//! The scan of the log after a start: every event, at each start, because what was sound yesterday
//! can be damaged today. It reads a little and rests, so that nobody who sells notices it.

use std::{thread, time::Duration};

use event_store::{ChainWalk, say};

use super::Inner;
use crate::{
    fold,
    wire::health::{Fault, ScanState},
};

/// Events read at once: some milliseconds.
const EVENTS: usize = 500;
/// How long it rests then. 100,000 events take some five seconds; 60 are allowed (quality.md R11).
const REST: Duration = Duration::from_millis(20);
/// Faults beyond this are not shown.
const MOST_FAULTS: usize = 100;

/// Scans, and keeps what it found.
pub fn scan(inner: &Inner) {
    match walk(inner) {
        Ok(()) => {}
        Err(error) => {
            say!("lanyard: the log could not be scanned: {error}");
            if let Some(scan) = &mut inner.state().scan {
                scan.state = ScanState::Failed;
            }
        }
    }
    inner.tell_at_once();
}

fn walk(inner: &Inner) -> rusqlite::Result<()> {
    let log = fold::look_at(&inner.address())?;
    let mut walk = ChainWalk::begin(&log, 0)?;
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
    if let Some(scan) = &mut inner.state().scan {
        scan.state = if report.is_sound() { ScanState::Sound } else { ScanState::Damaged };
        scan.done = position;
        scan.total = scan.total.max(position);
        scan.checked_at = Some(inner.clock.now());
        scan.faults = report.faults.iter().take(MOST_FAULTS).map(Fault::from).collect();
    }
    Ok(())
}
