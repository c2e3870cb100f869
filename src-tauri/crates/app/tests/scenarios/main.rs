//! The acceptance scenarios, through the one API on a real store. The numbers are those of the
//! list of scenarios.

mod assignments;
mod commands;
mod concurrency;
mod conference_management;
mod disk;
mod groups;
mod guards;
mod holding;
mod partial;
mod payments;
mod privacy;
mod read_models;
mod rebuild;
mod registration;
mod roles;
mod session;
mod snapshots;
mod time_travel;
mod unhappy;
mod verifying;
