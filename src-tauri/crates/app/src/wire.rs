//! The wire form of every request, as callers write it. Answers are in `read_models::answers`.

pub mod answers;
pub mod commands;
pub mod health;
pub mod mails;
pub mod queries;
