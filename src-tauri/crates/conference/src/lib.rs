//! Conference Management: conferences, their seat types, and what other contexts hear of them.
//!
//! State stored: the tables `conferences` and `seat_types` are the state, and every change also
//! yields events, which the caller appends to the log in the same transaction. The tables are a
//! plain projection of these events: applying the whole log to empty tables gives the same rows.
//!
//! It knows no order, no seat availability and no window, and it reads no clock.

mod command;
mod conference;
mod event;
mod field;
mod form;
mod table;
mod throttle;

#[cfg(test)]
mod tests;

pub use command::{
    ConferenceCommand, CreateConference, DeleteSeatType, PublishConference, SeatTypeForm,
    SetInvoicePolicy, UnpublishConference, UpdateConference,
};
pub use conference::{Conference, ConferenceError, SeatType, decide};
pub use event::{
    ConferenceCreated, ConferenceDetails, ConferenceEvent, ConferencePublished,
    ConferenceUnpublished, ConferenceUpdated, InvoicePolicy, InvoicePolicyChanged, Owner,
    RedirectChanged, SeatTypeDeleted, SeatTypeTerms, SeatUpdated,
};
pub use field::{FieldError, FieldRule};
pub use table::{HandleError, apply, handle, load, load_name, locate, scrub};
pub use throttle::{Throttle, TooManyTries};

/// The stream of a conference in the log.
pub fn stream(conference_id: kernel::ConferenceId) -> String {
    format!("conference-{conference_id}")
}
