//! How many seats of each type a conference still has, and which orders hold some of them.
//!
//! One stream per conference. Invariant, under any sequence: all seats ever granted and the
//! remaining ones are the seats added less the seats removed, for every seat type. Remaining may
//! be below zero after the organizer cut a quota; then nothing more is sold.
//!
//! The stream is hot and grows with every order, so the state keeps only what a decision needs:
//! remaining seats, pending reservations, and the causes of quota changes. A committed
//! reservation is forgotten: `CommitSeatReservation` and `CancelSeatReservation` of it do
//! nothing, as for one that never was, and `MakeSeatReservation` starts a new reservation under
//! the old id. Source: domain specification, section 4.

mod events;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kernel::{ConferenceId, Decider, EventId, OrderId, SeatTypeId};
use serde::{Deserialize, Serialize};

use crate::seats::{self, SeatQuantity};

pub use events::{
    AvailableSeatsChanged, SeatChange, SeatsAvailabilityEvent, SeatsReservationCancelled,
    SeatsReservationCommitted, SeatsReserved,
};

/// What can be asked of a conference's seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeatsAvailabilityCommand {
    /// Put more seats on sale.
    AddSeats(AddSeats),
    /// Take seats off sale.
    RemoveSeats(RemoveSeats),
    /// Hold seats for an order, as many as can be had.
    MakeSeatReservation(MakeSeatReservation),
    /// Give back what is held for an order.
    CancelSeatReservation(CancelSeatReservation),
    /// Sell what is held for an order.
    CommitSeatReservation(CommitSeatReservation),
}

/// Put more seats on sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddSeats {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The seat type.
    pub seat_type_id: SeatTypeId,
    /// Seats; zero only makes a new type known.
    pub quantity: u32,
    /// The event that says so; it adds once.
    pub caused_by: EventId,
}

/// Take seats off sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RemoveSeats {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The seat type.
    pub seat_type_id: SeatTypeId,
    /// Seats.
    pub quantity: u32,
    /// The event that says so; it removes once.
    pub caused_by: EventId,
}

/// Hold seats for an order, as many as can be had, in place of what is held for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MakeSeatReservation {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The reservation: the order's id.
    pub reservation_id: OrderId,
    /// What is wanted.
    pub seats: Vec<SeatQuantity>,
}

/// Give back what is held for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CancelSeatReservation {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The reservation: the order's id.
    pub reservation_id: OrderId,
}

/// Sell what is held for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommitSeatReservation {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The reservation: the order's id.
    pub reservation_id: OrderId,
}

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeatsAvailabilityError {
    /// The conference sells no such seat type.
    #[error("conference {conference_id} has no seats of type {seat_type_id}")]
    UnknownSeatType {
        /// The unknown one.
        seat_type_id: SeatTypeId,
        /// The conference that was asked.
        conference_id: ConferenceId,
    },
}

impl SeatsAvailabilityError {
    /// The code on the wire.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownSeatType { .. } => "InvalidSeatType",
        }
    }

    /// The field to mark.
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::UnknownSeatType { .. } => Some("seats"),
        }
    }
}

/// The seats of a conference.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatsAvailability {
    /// Seats that nobody has, per type; below zero after a quota cut.
    remaining: BTreeMap<SeatTypeId, i64>,
    /// What is held and not sold, per order; no empty ones.
    pending: HashMap<OrderId, Vec<SeatQuantity>>,
    /// The events whose change of a quota is done.
    causes: BTreeSet<EventId>,
}

impl Decider for SeatsAvailability {
    type Command = SeatsAvailabilityCommand;
    type Event = SeatsAvailabilityEvent;
    type Error = SeatsAvailabilityError;

    fn decide(
        &self,
        command: &SeatsAvailabilityCommand,
    ) -> Result<Vec<SeatsAvailabilityEvent>, SeatsAvailabilityError> {
        match command {
            SeatsAvailabilityCommand::AddSeats(command) => Ok(self.add(command)),
            SeatsAvailabilityCommand::RemoveSeats(command) => Ok(self.remove(command)),
            SeatsAvailabilityCommand::MakeSeatReservation(command) => self.reserve(command),
            SeatsAvailabilityCommand::CancelSeatReservation(command) => Ok(self.cancel(*command)),
            SeatsAvailabilityCommand::CommitSeatReservation(command) => Ok(self.commit(*command)),
        }
    }

    fn evolve(&mut self, event: &SeatsAvailabilityEvent) {
        match event {
            SeatsAvailabilityEvent::AvailableSeatsChanged(event) => {
                self.change(&event.seats);
                self.causes.insert(event.caused_by);
            }
            SeatsAvailabilityEvent::SeatsReserved(event) => {
                self.change(&event.available_seats_changed);
                if event.reservation_details.is_empty() {
                    self.pending.remove(&event.reservation_id);
                } else {
                    self.pending.insert(event.reservation_id, event.reservation_details.clone());
                }
            }
            SeatsAvailabilityEvent::SeatsReservationCancelled(event) => {
                self.change(&event.available_seats_changed);
                self.pending.remove(&event.reservation_id);
            }
            SeatsAvailabilityEvent::SeatsReservationCommitted(event) => {
                self.pending.remove(&event.reservation_id);
            }
        }
    }
}

impl SeatsAvailability {
    /// Seats of a type that nobody has, below zero after a quota cut; nothing for an unknown type.
    pub fn remaining(&self, seat_type_id: SeatTypeId) -> Option<i64> {
        self.remaining.get(&seat_type_id).copied()
    }

    /// What is held for an order and not sold.
    pub fn held(&self, reservation_id: OrderId) -> &[SeatQuantity] {
        self.pending.get(&reservation_id).map_or(&[], Vec::as_slice)
    }

    fn add(&self, command: &AddSeats) -> Vec<SeatsAvailabilityEvent> {
        let AddSeats { conference_id, seat_type_id, quantity, caused_by } = *command;
        // A quota of zero must make the type known all the same: an order for it is answered
        // with nothing, not refused for ever.
        if quantity == 0 && self.remaining.contains_key(&seat_type_id) {
            return vec![];
        }
        self.changed(conference_id, seat_type_id, i64::from(quantity), caused_by)
    }

    fn remove(&self, command: &RemoveSeats) -> Vec<SeatsAvailabilityEvent> {
        let RemoveSeats { conference_id, seat_type_id, quantity, caused_by } = *command;
        if quantity == 0 {
            return vec![];
        }
        self.changed(conference_id, seat_type_id, -i64::from(quantity), caused_by)
    }

    fn changed(
        &self,
        conference_id: ConferenceId,
        seat_type_id: SeatTypeId,
        difference: i64,
        caused_by: EventId,
    ) -> Vec<SeatsAvailabilityEvent> {
        if self.causes.contains(&caused_by) {
            return vec![];
        }
        let seats = vec![SeatChange { seat_type_id, difference }];
        vec![SeatsAvailabilityEvent::AvailableSeatsChanged(AvailableSeatsChanged {
            conference_id,
            seats,
            caused_by,
        })]
    }

    fn reserve(
        &self,
        command: &MakeSeatReservation,
    ) -> Result<Vec<SeatsAvailabilityEvent>, SeatsAvailabilityError> {
        let MakeSeatReservation { conference_id, reservation_id, ref seats } = *command;
        let held = self.held(reservation_id);
        let mut reservation_details = Vec::with_capacity(seats.len());
        let mut available_seats_changed = Vec::with_capacity(seats.len());
        for SeatQuantity { seat_type_id, quantity: wanted } in wanted_or_held(seats, held) {
            let remaining = self
                .remaining(seat_type_id)
                .ok_or(SeatsAvailabilityError::UnknownSeatType { seat_type_id, conference_id })?;
            let before = i64::from(seats::quantity_of(held, seat_type_id));
            let granted = i64::from(wanted).min(remaining.max(0).saturating_add(before));
            let difference = before - granted;
            if difference != 0 {
                available_seats_changed.push(SeatChange { seat_type_id, difference });
            }
            // Never above what is wanted, never below zero.
            let quantity = u32::try_from(granted).unwrap_or(wanted);
            if 0 < quantity {
                reservation_details.push(SeatQuantity { seat_type_id, quantity });
            }
        }
        Ok(vec![SeatsAvailabilityEvent::SeatsReserved(SeatsReserved {
            conference_id,
            reservation_id,
            reservation_details,
            available_seats_changed,
        })])
    }

    fn cancel(&self, command: CancelSeatReservation) -> Vec<SeatsAvailabilityEvent> {
        let CancelSeatReservation { conference_id, reservation_id } = command;
        let Some(held) = self.pending.get(&reservation_id) else {
            return vec![];
        };
        let available_seats_changed = held
            .iter()
            .map(|line| SeatChange {
                seat_type_id: line.seat_type_id,
                difference: i64::from(line.quantity),
            })
            .collect();
        vec![SeatsAvailabilityEvent::SeatsReservationCancelled(SeatsReservationCancelled {
            conference_id,
            reservation_id,
            available_seats_changed,
        })]
    }

    fn commit(&self, command: CommitSeatReservation) -> Vec<SeatsAvailabilityEvent> {
        let CommitSeatReservation { conference_id, reservation_id } = command;
        if !self.pending.contains_key(&reservation_id) {
            return vec![];
        }
        vec![SeatsAvailabilityEvent::SeatsReservationCommitted(SeatsReservationCommitted {
            conference_id,
            reservation_id,
        })]
    }

    fn change(&mut self, changes: &[SeatChange]) {
        for SeatChange { seat_type_id, difference } in changes {
            let remaining = self.remaining.entry(*seat_type_id).or_default();
            // What is stored is never a reason to panic, whatever it says.
            *remaining = remaining.saturating_add(*difference);
        }
    }
}

/// What is wanted, each type once, and then zero of each type that is held and no longer wanted.
fn wanted_or_held(
    wanted: &[SeatQuantity],
    held: &[SeatQuantity],
) -> impl Iterator<Item = SeatQuantity> {
    let is_named = |lines: &[SeatQuantity], seat_type_id| {
        lines.iter().any(|line| line.seat_type_id == seat_type_id)
    };
    // A type that is named twice would otherwise be granted twice from the same remaining seats.
    let merged = wanted.iter().enumerate().filter_map(move |(index, line)| {
        let seat_type_id = line.seat_type_id;
        if is_named(&wanted[..index], seat_type_id) {
            return None;
        }
        let same = wanted.iter().filter(|other| other.seat_type_id == seat_type_id);
        let quantity = same.fold(0, |sum: u32, line| sum.saturating_add(line.quantity));
        Some(SeatQuantity { seat_type_id, quantity })
    });
    let dropped = held
        .iter()
        .filter(move |line| !is_named(wanted, line.seat_type_id))
        .map(|line| SeatQuantity { seat_type_id: line.seat_type_id, quantity: 0 });
    merged.chain(dropped)
}
