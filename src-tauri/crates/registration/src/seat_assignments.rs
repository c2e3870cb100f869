//! Who sits on the seats of a sold order.
//!
//! One stream per sold order. Invariant: there is exactly one set of assignments per order, with
//! the positions 0 to n-1 through the order's lines, and one person at most on each. It
//! deliberately does not know what the seats cost or whether somebody came. Source: domain
//! specification, section 5.

mod events;

#[cfg(test)]
mod tests;

use kernel::{AssignmentsId, ConferenceId, Decider, OrderId, PersonId, Personal, SeatTypeId};

use crate::{derived, seats::SeatQuantity};

pub use events::{
    Attendee, SeatAssigned, SeatAssignmentUpdated, SeatAssignmentsCreated, SeatAssignmentsEvent,
    SeatUnassigned, SoldSeat,
};

/// The id of an order's seat assignments, so that a repeated confirmation names the same set.
///
/// The order id's bytes, each combined by exclusive or with the bytes of "seat assignments",
/// marked as a UUID of version 8.
pub fn assignments_id(order_id: OrderId) -> AssignmentsId {
    derived::id(order_id, b"seat assignments")
}

/// What can be asked of seat assignments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeatAssignmentsCommand {
    /// Open the seats of a sold order for assignment.
    CreateSeatAssignments(CreateSeatAssignments),
    /// Give a seat to somebody.
    AssignSeat(AssignSeat),
    /// Free a seat.
    UnassignSeat(UnassignSeat),
}

/// Open the seats of a sold order for assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateSeatAssignments {
    /// The sold order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// What was sold, in the order of its lines.
    pub seats: Vec<SeatQuantity>,
}

/// Give a seat to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignSeat {
    /// The seat.
    pub position: u32,
    /// A fresh id; one who sits there already keeps theirs.
    pub person_id: PersonId,
    /// Who they are.
    pub attendee: Attendee,
    /// Whether they must have an e-mail.
    pub email: EmailRule,
}

/// Whether an attendee must have an e-mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailRule {
    /// From afar: the e-mail is what identifies.
    Required,
    /// At a staffed desk or a kiosk: without an e-mail the name is what identifies.
    Optional,
}

/// Free a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnassignSeat {
    /// The seat.
    pub position: u32,
}

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeatAssignmentsError {
    /// The order is not sold.
    #[error("the order is not confirmed")]
    NotConfirmed,
    /// The order has no such seat.
    #[error("the order has no seat at position {0}")]
    UnknownPosition(u32),
    /// There is no e-mail, and nobody sees the person.
    #[error("an e-mail address is required")]
    EmailMissing,
}

impl SeatAssignmentsError {
    /// The code on the wire.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotConfirmed => "RefusedNotConfirmed",
            Self::UnknownPosition(_) => "RefusedUnknownPosition",
            Self::EmailMissing => "InvalidEmail",
        }
    }

    /// The field to mark.
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::NotConfirmed => None,
            Self::UnknownPosition(_) => Some("position"),
            Self::EmailMissing => Some("email"),
        }
    }
}

/// The seats of an order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SeatAssignments {
    /// The order is not sold.
    #[default]
    Nothing,
    /// The order is sold.
    Created(Seats),
}

/// The seats of a sold order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seats {
    assignments_id: AssignmentsId,
    order_id: OrderId,
    conference_id: ConferenceId,
    /// By position.
    seats: Vec<Seat>,
}

/// One seat of a sold order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Its type.
    pub seat_type: SeatTypeId,
    /// Who sits there.
    pub attendee: Option<Personal<Attendee>>,
}

impl Decider for SeatAssignments {
    type Command = SeatAssignmentsCommand;
    type Event = SeatAssignmentsEvent;
    type Error = SeatAssignmentsError;

    fn decide(
        &self,
        command: &SeatAssignmentsCommand,
    ) -> Result<Vec<SeatAssignmentsEvent>, SeatAssignmentsError> {
        match command {
            SeatAssignmentsCommand::CreateSeatAssignments(command) => Ok(self.create(command)),
            SeatAssignmentsCommand::AssignSeat(command) => self.created()?.assign(command),
            SeatAssignmentsCommand::UnassignSeat(command) => self.created()?.unassign(*command),
        }
    }

    fn evolve(&mut self, event: &SeatAssignmentsEvent) {
        match event {
            SeatAssignmentsEvent::SeatAssignmentsCreated(event) => {
                *self = Self::Created(Seats::created(event));
            }
            SeatAssignmentsEvent::SeatAssigned(event) => {
                self.seat(event.position, Some(&event.attendee));
            }
            SeatAssignmentsEvent::SeatUnassigned(event) => self.seat(event.position, None),
            SeatAssignmentsEvent::SeatAssignmentUpdated(event) => {
                self.seat(event.position, Some(&event.attendee));
            }
        }
    }
}

impl SeatAssignments {
    /// The seats by position; none if the order is not sold.
    pub fn seats(&self) -> &[Seat] {
        match self {
            Self::Nothing => &[],
            Self::Created(created) => &created.seats,
        }
    }

    fn create(&self, command: &CreateSeatAssignments) -> Vec<SeatAssignmentsEvent> {
        if matches!(self, Self::Created(_)) {
            return vec![];
        }
        let types =
            command.seats.iter().flat_map(|line| (0..line.quantity).map(|_| line.seat_type_id));
        let seats = (0..)
            .zip(types)
            .map(|(position, seat_type)| SoldSeat { position, seat_type })
            .collect();
        vec![SeatAssignmentsEvent::SeatAssignmentsCreated(SeatAssignmentsCreated {
            assignments_id: assignments_id(command.order_id),
            order_id: command.order_id,
            conference_id: command.conference_id,
            seats,
        })]
    }

    const fn created(&self) -> Result<&Seats, SeatAssignmentsError> {
        match self {
            Self::Nothing => Err(SeatAssignmentsError::NotConfirmed),
            Self::Created(created) => Ok(created),
        }
    }

    fn seat(&mut self, position: u32, attendee: Option<&Personal<Attendee>>) {
        if let Self::Created(created) = self
            && let Ok(index) = usize::try_from(position)
            && let Some(seat) = created.seats.get_mut(index)
        {
            seat.attendee = attendee.cloned();
        }
    }
}

impl Seats {
    fn created(event: &SeatAssignmentsCreated) -> Self {
        let seat = |sold: &SoldSeat| Seat { seat_type: sold.seat_type, attendee: None };
        Self {
            assignments_id: event.assignments_id,
            order_id: event.order_id,
            conference_id: event.conference_id,
            seats: event.seats.iter().map(seat).collect(),
        }
    }

    fn assign(
        &self,
        command: &AssignSeat,
    ) -> Result<Vec<SeatAssignmentsEvent>, SeatAssignmentsError> {
        let AssignSeat { position, ref attendee, email, .. } = *command;
        let seat = self.at(position)?;
        if attendee.email.is_none() && email == EmailRule::Required {
            return Err(SeatAssignmentsError::EmailMissing);
        }
        let Some(present) = &seat.attendee else {
            return Ok(vec![self.assigned(command, seat.seat_type)]);
        };
        // One who was erased is nobody that could be compared: the seat goes to a new person.
        match present.value() {
            Some(known) if known == attendee => Ok(vec![]),
            Some(known) if is_same_person(known, attendee) => {
                let attendee = Personal::known(present.person(), attendee.clone());
                Ok(vec![self.updated(position, attendee)])
            }
            Some(_) | None => {
                Ok(vec![self.unassigned(position), self.assigned(command, seat.seat_type)])
            }
        }
    }

    fn unassign(
        &self,
        command: UnassignSeat,
    ) -> Result<Vec<SeatAssignmentsEvent>, SeatAssignmentsError> {
        match self.at(command.position)?.attendee {
            Some(_) => Ok(vec![self.unassigned(command.position)]),
            None => Ok(vec![]),
        }
    }

    fn at(&self, position: u32) -> Result<&Seat, SeatAssignmentsError> {
        usize::try_from(position)
            .ok()
            .and_then(|index| self.seats.get(index))
            .ok_or(SeatAssignmentsError::UnknownPosition(position))
    }

    fn assigned(&self, command: &AssignSeat, seat_type: SeatTypeId) -> SeatAssignmentsEvent {
        SeatAssignmentsEvent::SeatAssigned(SeatAssigned {
            assignments_id: self.assignments_id,
            order_id: self.order_id,
            conference_id: self.conference_id,
            position: command.position,
            seat_type,
            attendee: Personal::known(command.person_id, command.attendee.clone()),
        })
    }

    fn updated(&self, position: u32, attendee: Personal<Attendee>) -> SeatAssignmentsEvent {
        SeatAssignmentsEvent::SeatAssignmentUpdated(SeatAssignmentUpdated {
            assignments_id: self.assignments_id,
            order_id: self.order_id,
            conference_id: self.conference_id,
            position,
            attendee,
        })
    }

    fn unassigned(&self, position: u32) -> SeatAssignmentsEvent {
        SeatAssignmentsEvent::SeatUnassigned(SeatUnassigned {
            assignments_id: self.assignments_id,
            order_id: self.order_id,
            conference_id: self.conference_id,
            position,
        })
    }
}

/// By e-mail. Who sits there without one is known by name, and may get an address later; a known
/// address is never taken away by leaving it out.
fn is_same_person(present: &Attendee, new: &Attendee) -> bool {
    match (&present.email, &new.email) {
        (Some(present), Some(new)) => present == new,
        (Some(_), None) => false,
        (None, _) => present.first_name == new.first_name && present.last_name == new.last_name,
    }
}
