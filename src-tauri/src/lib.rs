//! The shell: the windows and the command line around the one API of `app`. No rule, no SQL.

#![warn(clippy::print_stderr)]

mod cli;
mod instance;
mod ipc;
mod processor_window;
mod profile;
mod recovery;
mod window;

pub use cli::run;
