//! A small driver for tests: the real application on a temporary sandbox, with a clock that
//! stands still.
//!
//! Everything goes through the one API; nothing is mocked. People, ids and times are fixed. What
//! a test expects to work panics when it is refused, with the place of the test.

mod ids;
mod mail_server;
mod people;
mod stage;
mod verbs;

pub use ids::{CONFERENCE, CP, GA, OTHER_CONFERENCE, WS, id, seat_name};
pub use mail_server::{MailServer, Received};
pub use people::{ANNA, BORIS, CARLA, DMITRI, Person};
pub use stage::{START, Stage};
pub use verbs::{
    assignment, conference_form, details, invoice, items, number, registration, seat_type_form,
    text,
};
