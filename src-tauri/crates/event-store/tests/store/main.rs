//! The event store from outside: real files in a temporary folder.

mod appending;
mod given;
mod inspecting;
mod model;
mod opening;
mod reading;
mod reopening;
mod sealing;
mod tables;
mod verifying;
mod witness;
