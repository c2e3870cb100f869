//! The words that every context shares: ids, money, time, people, and the shape of a decision.
//!
//! It does no IO, reads no clock and makes no random numbers, and it knows no context.

mod code;
mod decider;
mod erasure;
mod event;
mod id;
mod money;
mod person;
mod personal;
mod time;

pub use code::{ALPHABET, AccessCode, InvalidAccessCode};
pub use decider::Decider;
pub use erasure::{PersonErased, PersonEvent};
pub use event::{DecodeError, DomainEvent, Recorded};
pub use id::{
    AssignmentsId, AttentionId, CommandId, ConferenceId, EventId, Id, OrderId, PaymentId, PersonId,
    SeatTypeId,
};
pub use money::{Currency, Money, MoneyError};
pub use person::{EmailAddress, InvalidPerson, PersonName};
pub use personal::{Personal, Unsealed, Vault};
pub use time::{InvalidTimestamp, Timestamp};
