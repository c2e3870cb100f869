//! What can have happened to a conference's seats. Names and fields are forever.

use kernel::{ConferenceId, DecodeError, DomainEvent, EventId, OrderId, SeatTypeId};
use serde::{Deserialize, Serialize};

use crate::{seats::SeatQuantity, stored::read};

/// An event of a conference's availability stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum SeatsAvailabilityEvent {
    /// There are more or fewer seats.
    AvailableSeatsChanged(AvailableSeatsChanged),
    /// A reservation was made or changed, perhaps to nothing.
    SeatsReserved(SeatsReserved),
    /// A reservation was given back.
    SeatsReservationCancelled(SeatsReservationCancelled),
    /// A reservation was sold.
    SeatsReservationCommitted(SeatsReservationCommitted),
}

/// So many seats of one type more or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatChange {
    /// The seat type.
    pub seat_type_id: SeatTypeId,
    /// Seats; below zero when they become fewer.
    pub difference: i64,
}

/// There are more or fewer seats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AvailableSeatsChanged {
    /// The conference.
    pub conference_id: ConferenceId,
    /// By how many.
    pub seats: Vec<SeatChange>,
    /// The event that changed the number; it does so once.
    pub caused_by: EventId,
}

/// A reservation was made or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatsReserved {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The reservation: the order's id.
    pub reservation_id: OrderId,
    /// All that it holds now; no zeros.
    pub reservation_details: Vec<SeatQuantity>,
    /// What that took from the remaining seats, or gave back to them; no zeros.
    pub available_seats_changed: Vec<SeatChange>,
}

/// A reservation was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatsReservationCancelled {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The reservation: the order's id.
    pub reservation_id: OrderId,
    /// What was given back.
    pub available_seats_changed: Vec<SeatChange>,
}

/// A reservation was sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatsReservationCommitted {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The reservation: the order's id.
    pub reservation_id: OrderId,
}

impl DomainEvent for SeatsAvailabilityEvent {
    const TYPES: &'static [&'static str] = &[
        "AvailableSeatsChanged",
        "SeatsReserved",
        "SeatsReservationCancelled",
        "SeatsReservationCommitted",
    ];

    fn type_name(&self) -> &'static str {
        match self {
            Self::AvailableSeatsChanged(_) => "AvailableSeatsChanged",
            Self::SeatsReserved(_) => "SeatsReserved",
            Self::SeatsReservationCancelled(_) => "SeatsReservationCancelled",
            Self::SeatsReservationCommitted(_) => "SeatsReservationCommitted",
        }
    }

    fn encode(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    fn decode(name: &str, schema_version: u16, payload: &str) -> Result<Self, DecodeError> {
        match (name, schema_version) {
            ("AvailableSeatsChanged", 1) => read(name, payload, Self::AvailableSeatsChanged),
            ("SeatsReserved", 1) => read(name, payload, Self::SeatsReserved),
            ("SeatsReservationCancelled", 1) => {
                read(name, payload, Self::SeatsReservationCancelled)
            }
            ("SeatsReservationCommitted", 1) => {
                read(name, payload, Self::SeatsReservationCommitted)
            }
            _ => Err(DecodeError::unknown(name, schema_version)),
        }
    }
}
