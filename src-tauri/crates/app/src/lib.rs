//! The one API: every use case once, for the window, the command line, the tests and other
//! programs alike.
//!
//! [`App`] is the front door. A command goes through [`use_cases`] (who may call it), [`command`]
//! (its wire form), the [`writer`] (one thread, group commit), [`handlers`] (one function a use
//! case) and [`policies`] (what follows from what happened). A query goes to a reader's own
//! connection. No rule of a context is here, and no window.

#![warn(clippy::print_stderr)]

pub mod aggregates;
mod app;
pub mod backup;
mod care;
mod catalogues;
pub mod clock;
pub mod command;
pub mod compare;
pub mod error;
mod faults;
mod fold;
mod handlers;
pub mod health;
pub mod ids;
mod look;
mod mail;
pub mod metrics;
mod persons;
pub mod plural;
mod policies;
mod process_fold;
pub mod processes;
mod queries;
pub mod query;
mod readers;
pub mod rebuild;
mod refusals;
pub mod repair;
mod replay;
pub mod role;
pub mod schema;
mod sending;
mod series;
mod settings;
mod snapshots;
mod start;
mod throttles;
pub mod timeline;
mod tokens;
mod unit;
pub mod use_cases;
pub mod verification;
pub mod views;
pub mod wire;
mod writer;

pub use app::{App, Pending};
pub use error::AppError;
pub use event_store::{DataFolder, Inspection, Mode, OpenError, Opening, WITNESS_FILE};
pub use look::{Survey, survey};
pub use read_models::Fact;
pub use role::{Caller, Role};
pub use sending::{Handed, NotSent};
pub use start::{ClockChoice, OpenOptions, StartError, go_on_without_witness};
pub use writer::{Answer, Moved, Reply};

/// All migrations of the database, in order. They are never edited once released.
pub const MIGRATIONS: &[&str] = &[
    event_store::EVENT_LOG_SQL,
    include_str!("../../../../migrations/0002_conference.sql"),
    include_str!("../../../../migrations/0003_payments.sql"),
    include_str!("../../../../migrations/0004_settings.sql"),
    event_store::OUTBOX_SQL,
    event_store::APPEND_SQL,
];
