//! How fast the real path is, side by side with SQLite alone in the same run.
//!
//! Everything is measured through the application's one API on a folder with its ordinary
//! settings, each commit flushed to the disk. A goal that is missed is shown and fails nothing:
//! a timing depends on the machine. What can be counted instead is a test, `tests/gates.rs`.

pub mod callers;
pub mod chart;
pub mod counts;
pub mod floor;
pub mod folders;
pub mod helper;
pub mod machine;
pub mod measure;
pub mod process;
pub mod report;
pub mod rpc;
pub mod timing;
pub mod venue;

/// What was measured, or why it could not be.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;
