//! What the writer counts, so that one can see whether group commit works: commands per commit near
//! one under load mean that it does not. Source: the event store's page, "Group commit", 6.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// Counted since the application was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Metrics {
    /// Commits of commands; each is one flush of the write-ahead log.
    pub commits: u64,
    /// Commands in them, refused ones included.
    pub commands: u64,
    /// The most commands that one commit answered.
    pub largest_group: u64,
    /// How often a group was run once more because one of its commands failed half-way.
    pub reruns: u64,
    /// The time that the commits took, flushes included.
    pub committing: Duration,
    /// How often it was tried to empty the write-ahead log of what was erased.
    pub emptyings: u64,
}

/// The counters themselves.
#[derive(Debug, Default)]
pub struct Counters {
    commits: AtomicU64,
    commands: AtomicU64,
    largest_group: AtomicU64,
    reruns: AtomicU64,
    committing_micros: AtomicU64,
    emptyings: AtomicU64,
}

impl Counters {
    /// A group was committed.
    pub fn count(&self, commands: usize, committing: Duration) {
        let commands = u64::try_from(commands).unwrap_or(u64::MAX);
        let micros = u64::try_from(committing.as_micros()).unwrap_or(u64::MAX);
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.commands.fetch_add(commands, Ordering::Relaxed);
        self.largest_group.fetch_max(commands, Ordering::Relaxed);
        self.committing_micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// A group is run once more.
    pub fn count_rerun(&self) {
        self.reruns.fetch_add(1, Ordering::Relaxed);
    }

    /// It is tried to empty the write-ahead log.
    pub fn count_emptying(&self) {
        self.emptyings.fetch_add(1, Ordering::Relaxed);
    }

    /// What was counted so far.
    pub fn read(&self) -> Metrics {
        Metrics {
            commits: self.commits.load(Ordering::Relaxed),
            commands: self.commands.load(Ordering::Relaxed),
            largest_group: self.largest_group.load(Ordering::Relaxed),
            reruns: self.reruns.load(Ordering::Relaxed),
            committing: Duration::from_micros(self.committing_micros.load(Ordering::Relaxed)),
            emptyings: self.emptyings.load(Ordering::Relaxed),
        }
    }
}
