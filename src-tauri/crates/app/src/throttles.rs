//! Wrong tries of access codes are counted on this device, and the count survives a restart.

use std::sync::{Mutex, MutexGuard};

use conference::Throttle;
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::error::AppError;

/// The stored name of the counts.
pub const SETTING: &str = "wrongCodes";

/// What a code is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeOf {
    /// A conference.
    Conference,
    /// An order.
    Order,
}

#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Counts {
    conference: Throttle,
    order: Throttle,
}

/// The counts of wrong tries.
#[derive(Debug, Default)]
pub struct Throttles(Mutex<Counts>);

impl Throttles {
    /// As they were kept.
    pub fn from_setting(stored: Option<&str>) -> Self {
        let counts = stored.and_then(|stored| serde_json::from_str(stored).ok());
        Self(Mutex::new(counts.unwrap_or_default()))
    }

    /// Begins a try, one at a time: two that run side by side could both be the last one allowed.
    ///
    /// # Errors
    /// `RefusedTooManyTries`, with the moment of the next try.
    pub fn begin(&self, code_of: CodeOf, now: Timestamp) -> Result<Try<'_>, AppError> {
        let counts = self.0.lock().map_err(AppError::broken)?;
        counts.of(code_of).check(now).map_err(|refused| {
            AppError::new(refused.code(), "too many wrong codes; wait a little and try again")
                .with_details(json!({ "tryAgainAt": refused.try_again_at }))
        })?;
        Ok(Try { counts, code_of, now })
    }
}

/// A try of a code; no other one runs meanwhile.
pub struct Try<'a> {
    counts: MutexGuard<'a, Counts>,
    code_of: CodeOf,
    now: Timestamp,
}

impl Try<'_> {
    /// The code was wrong. Answers the counts, to be kept.
    ///
    /// # Errors
    /// `Broken`.
    pub fn was_wrong(mut self) -> Result<String, AppError> {
        let now = self.now;
        match self.code_of {
            CodeOf::Conference => self.counts.conference.record_wrong_try(now),
            CodeOf::Order => self.counts.order.record_wrong_try(now),
        }
        serde_json::to_string(&*self.counts).map_err(AppError::broken)
    }
}

impl Counts {
    const fn of(&self, code_of: CodeOf) -> &Throttle {
        match code_of {
            CodeOf::Conference => &self.conference,
            CodeOf::Order => &self.order,
        }
    }
}
