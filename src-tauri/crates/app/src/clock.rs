//! The one place where the time is read.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use kernel::Timestamp;

/// Tells the time: the computer's, or a clock that stands still until it is advanced.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The computer's clock.
    System,
    /// Stands still; only for a sandbox or a demo.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at this moment.
    pub fn standing_at(moment: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(moment.micros())))
    }

    /// What it shows.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system_now(),
            Self::Manual(micros) => Timestamp::from_micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// Whether it stands still.
    pub const fn is_manual(&self) -> bool {
        matches!(self, Self::Manual(_))
    }

    /// Sets a clock that stands still; the computer's own cannot be set.
    pub fn set(&self, moment: Timestamp) {
        if let Self::Manual(micros) = self {
            micros.store(moment.micros(), Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the place where the clock is read")]
fn system_now() -> Timestamp {
    let micros = |since: std::time::Duration| i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
    let now = SystemTime::now();
    Timestamp::from_micros(match now.duration_since(UNIX_EPOCH) {
        Ok(since) => micros(since),
        Err(before) => -micros(before.duration()),
    })
}
