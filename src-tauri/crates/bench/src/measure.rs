//! What is measured, one file a question.

mod append;
mod counts;
mod growth;
mod hot;
mod load;
mod lone;
mod memory;
mod purchase;
mod queries;
mod rebuild;
mod replay;
mod start;

use std::path::PathBuf;

use crate::{Outcome, report::Figure};

/// Events of a long log.
const LONG: u64 = 1_000_000;
/// Events of a log of an ordinary conference.
const ORDINARY: u64 = 50_000;

/// What there is to measure with.
#[derive(Debug)]
pub struct Bench {
    /// Where data folders are made; filled ones are kept there.
    pub disk: PathBuf,
    /// This program, for what has to happen in a process of its own.
    pub program: PathBuf,
    /// The application's program; what goes through it is left out where it is absent.
    pub lanyard: Option<PathBuf>,
    /// Whether to do little of everything, to see that it works.
    pub quick: bool,
}

impl Bench {
    /// How often everything is repeated.
    pub const fn rounds(&self) -> usize {
        if self.quick { 1 } else { 3 }
    }

    /// The one amount, or in a quick run the other.
    pub const fn amount(&self, full: u64, quick: u64) -> u64 {
        if self.quick { quick } else { full }
    }

    /// Events of the longest log.
    pub const fn longest(&self) -> u64 {
        self.amount(LONG, 20_000)
    }
}

/// Something to find out.
pub struct Measure {
    /// Its name, by which it is chosen.
    pub name: &'static str,
    /// What is asked.
    pub about: &'static str,
    /// Finds it out.
    pub run: fn(&Bench) -> Outcome<Vec<Figure>>,
}

/// Everything that can be found out, in the order in which it is.
pub const MEASURES: &[Measure] = &[
    Measure {
        name: "append",
        about: "the event store's own append beside SQLite alone, 2 events of 300 bytes a command",
        run: append::run,
    },
    Measure {
        name: "purchase",
        about: "a whole purchase of 5 commands and 11 events, everything included",
        run: purchase::run,
    },
    Measure {
        name: "lone",
        about: "one command at a time, from the caller's call to the caller's answer",
        run: lone::run,
    },
    Measure { name: "load", about: "load, decide, append on streams of 20 events", run: load::run },
    Measure { name: "hot", about: "64 callers want the same seats, which run out", run: hot::run },
    Measure {
        name: "counts",
        about: "flushes and bytes of a command, counted and not timed",
        run: counts::run,
    },
    Measure {
        name: "growth",
        about: "the same commands on logs of different lengths",
        run: growth::run,
    },
    Measure { name: "replay", about: "reading the whole log, in order", run: replay::run },
    Measure {
        name: "rebuild",
        about: "dropping all read models and filling them again",
        run: rebuild::run,
    },
    Measure {
        name: "queries",
        about: "questions of the organizer, alone and while others write",
        run: queries::run,
    },
    Measure { name: "start", about: "from a start to the first answer", run: start::run },
    Measure { name: "memory", about: "memory of a process that sells", run: memory::run },
];
