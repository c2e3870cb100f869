//! Wrong tries of access codes are counted on this device, and the count survives a restart.

use std::sync::Mutex;

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

    /// Refuses when there were too many wrong tries.
    ///
    /// # Errors
    /// `RefusedTooManyTries`, with the moment of the next try.
    pub fn check(&self, code_of: CodeOf, now: Timestamp) -> Result<(), AppError> {
        let counts = self.0.lock().map_err(AppError::broken)?;
        counts.of(code_of).check(now).map_err(|refused| {
            AppError::new(refused.code(), "too many wrong codes; wait a little and try again")
                .with_details(json!({ "tryAgainAt": refused.try_again_at }))
        })
    }

    /// Counts a wrong try. Answers the counts, to be kept.
    ///
    /// # Errors
    /// `Broken`.
    pub fn count(&self, code_of: CodeOf, now: Timestamp) -> Result<String, AppError> {
        let mut counts = self.0.lock().map_err(AppError::broken)?;
        match code_of {
            CodeOf::Conference => counts.conference.record_wrong_try(now),
            CodeOf::Order => counts.order.record_wrong_try(now),
        }
        serde_json::to_string(&*counts).map_err(AppError::broken)
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
