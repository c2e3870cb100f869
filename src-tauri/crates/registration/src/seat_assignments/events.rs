//! What can have happened to the seats of a sold order. Names and fields are forever.

use kernel::{
    AssignmentsId, ConferenceId, DecodeError, DomainEvent, EmailAddress, OrderId, PersonName,
    Personal, SeatTypeId, Vault,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stored::read;

/// An event of a stream of seat assignments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum SeatAssignmentsEvent {
    /// The sold seats can be assigned.
    SeatAssignmentsCreated(SeatAssignmentsCreated),
    /// Somebody got a seat.
    SeatAssigned(SeatAssigned),
    /// A seat is free again.
    SeatUnassigned(SeatUnassigned),
    /// The one on the seat is called otherwise.
    SeatAssignmentUpdated(SeatAssignmentUpdated),
}

/// A sold seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SoldSeat {
    /// Its place in the order, from 0, through the order's lines.
    pub position: u32,
    /// Its type.
    pub seat_type: SeatTypeId,
}

/// Who sits on a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attendee {
    /// Given name.
    pub first_name: PersonName,
    /// Family name.
    pub last_name: PersonName,
    /// Whom they are, without regard to case; missing only for people seen in person.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<EmailAddress>,
}

/// The sold seats can be assigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatAssignmentsCreated {
    /// The set of assignments.
    pub assignments_id: AssignmentsId,
    /// The sold order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// Every seat, by position.
    pub seats: Vec<SoldSeat>,
}

/// Somebody got a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatAssigned {
    /// The set of assignments.
    pub assignments_id: AssignmentsId,
    /// The sold order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// The seat.
    pub position: u32,
    /// The seat's type.
    pub seat_type: SeatTypeId,
    /// Who sits there now.
    pub attendee: Personal<Attendee>,
}

/// A seat is free again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatUnassigned {
    /// The set of assignments.
    pub assignments_id: AssignmentsId,
    /// The sold order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// The seat.
    pub position: u32,
}

/// The one on the seat is called otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatAssignmentUpdated {
    /// The set of assignments.
    pub assignments_id: AssignmentsId,
    /// The sold order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// The seat.
    pub position: u32,
    /// The same person with the present name.
    pub attendee: Personal<Attendee>,
}

impl DomainEvent for SeatAssignmentsEvent {
    const TYPES: &'static [&'static str] =
        &["SeatAssignmentsCreated", "SeatAssigned", "SeatUnassigned", "SeatAssignmentUpdated"];

    fn type_name(&self) -> &'static str {
        match self {
            Self::SeatAssignmentsCreated(_) => "SeatAssignmentsCreated",
            Self::SeatAssigned(_) => "SeatAssigned",
            Self::SeatUnassigned(_) => "SeatUnassigned",
            Self::SeatAssignmentUpdated(_) => "SeatAssignmentUpdated",
        }
    }

    fn encode(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    fn decode(name: &str, schema_version: u16, payload: &str) -> Result<Self, DecodeError> {
        match (name, schema_version) {
            ("SeatAssignmentsCreated", 1) => read(name, payload, Self::SeatAssignmentsCreated),
            ("SeatAssigned", 1) => read(name, payload, Self::SeatAssigned),
            ("SeatUnassigned", 1) => read(name, payload, Self::SeatUnassigned),
            ("SeatAssignmentUpdated", 1) => read(name, payload, Self::SeatAssignmentUpdated),
            _ => Err(DecodeError::unknown(name, schema_version)),
        }
    }

    fn seal(&mut self, vault: &mut dyn Vault) {
        if let Some(attendee) = self.attendee_mut() {
            attendee.seal(vault, "attendee");
        }
    }

    fn open(&mut self, vault: &mut dyn Vault) {
        if let Some(attendee) = self.attendee_mut() {
            attendee.open(vault, "attendee");
        }
    }
}

impl SeatAssignmentsEvent {
    const fn attendee_mut(&mut self) -> Option<&mut Personal<Attendee>> {
        match self {
            Self::SeatAssigned(event) => Some(&mut event.attendee),
            Self::SeatAssignmentUpdated(event) => Some(&mut event.attendee),
            Self::SeatAssignmentsCreated(_) | Self::SeatUnassigned(_) => None,
        }
    }
}
