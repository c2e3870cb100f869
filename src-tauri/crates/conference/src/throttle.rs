//! How often a wrong access code may be tried on this device: 5 times a minute, 50 times an hour.
//!
//! Codes have five characters; without this a visitor at a kiosk could try them all.

use kernel::Timestamp;
use serde::{Deserialize, Serialize};

const PER_MINUTE: usize = 5;
const PER_HOUR: usize = 50;
const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;

/// The wrong tries of the last hour on this device.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Throttle {
    wrong_tries: Vec<Timestamp>,
}

/// Too many wrong codes were tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many wrong access codes; try again at {try_again_at}")]
pub struct TooManyTries {
    /// When the next try is allowed.
    pub try_again_at: Timestamp,
}

impl TooManyTries {
    /// The code on the wire.
    pub fn code(self) -> &'static str {
        "RefusedTooManyTries"
    }
}

impl Throttle {
    /// Allows a try, right code or wrong, or says when one is allowed again.
    ///
    /// # Errors
    /// `TooManyTries`.
    pub fn check(&self, now: Timestamp) -> Result<(), TooManyTries> {
        let minute = self.blocked_until(now, MINUTE, PER_MINUTE);
        let hour = self.blocked_until(now, HOUR, PER_HOUR);
        match minute.max(hour) {
            Some(try_again_at) => Err(TooManyTries { try_again_at }),
            None => Ok(()),
        }
    }

    /// Remembers a try that found nothing.
    pub fn record_wrong_try(&mut self, now: Timestamp) {
        self.wrong_tries.retain(|&wrong| is_within(wrong, now, HOUR));
        self.wrong_tries.push(now);
    }

    fn blocked_until(&self, now: Timestamp, seconds: i64, limit: usize) -> Option<Timestamp> {
        let mut recent: Vec<Timestamp> =
            self.wrong_tries.iter().copied().filter(|&w| is_within(w, now, seconds)).collect();
        recent.sort_unstable();
        let oldest_that_counts = recent.len().checked_sub(limit)?;
        recent.get(oldest_that_counts).map(|wrong| wrong.plus_seconds(seconds))
    }
}

/// A try that seems to lie ahead does not count: a corrected clock must lock nobody out.
fn is_within(wrong: Timestamp, now: Timestamp, seconds: i64) -> bool {
    wrong <= now && now < wrong.plus_seconds(seconds)
}
