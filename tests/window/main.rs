//! The application in its real window, driven as a person would drive it.

mod harness;
#[expect(dead_code, reason = "the scenarios still to come use the rest")]
mod page;
mod registration;
mod shell;
mod start;
