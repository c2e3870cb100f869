//! The one place where the time is read.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use kernel::Timestamp;

use crate::timeline::{Anchor, Reading};

/// Tells the time: the application's own, or that of a clock that stands still until it is
/// advanced.
#[derive(Debug, Clone)]
pub enum Clock {
    /// Begins with the computer's clock and follows no jump of it.
    System(Arc<Anchor>),
    /// Stands still; only for a sandbox or a demo.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The application's own time from a start on. `kept` is the anchor of an earlier start, `last`
    /// the latest moment that is stored.
    pub fn starting(kept: Option<Anchor>, last: Timestamp) -> Self {
        Self::System(Arc::new(Anchor::at_start(kept, boot(), reading(), last)))
    }

    /// A clock that stands at this moment.
    pub fn standing_at(moment: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(moment.micros())))
    }

    /// What it shows.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System(anchor) => anchor.own(since_boot()),
            Self::Manual(micros) => Timestamp::from_micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// How far the computer's clock is ahead of this one, or behind if negative, in seconds;
    /// nothing while they agree.
    pub fn difference(&self) -> Option<i64> {
        match self {
            Self::System(anchor) => anchor.difference(reading()),
            Self::Manual(_) => None,
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

fn reading() -> Reading {
    Reading { wall: computers_clock(), since_boot: since_boot() }
}

/// What the computer's clock shows.
#[expect(clippy::disallowed_methods, reason = "this is the place where the clock is read")]
pub fn computers_clock() -> Timestamp {
    let micros = |since: std::time::Duration| i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
    let now = SystemTime::now();
    Timestamp::from_micros(match now.duration_since(UNIX_EPOCH) {
        Ok(since) => micros(since),
        Err(before) => -micros(before.duration()),
    })
}

/// Time since the computer was started, sleep included, in microseconds.
#[cfg(target_os = "linux")]
fn since_boot() -> i64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
}

/// Time since this was asked first, in microseconds: this system has no counter that is the same
/// for every process.
#[cfg(not(target_os = "linux"))]
fn since_boot() -> i64 {
    static FIRST: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    let first = FIRST.get_or_init(std::time::Instant::now);
    i64::try_from(first.elapsed().as_micros()).unwrap_or(i64::MAX)
}

/// Which start of the computer this is; nothing where the system does not tell.
fn boot() -> Option<String> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned())
}
