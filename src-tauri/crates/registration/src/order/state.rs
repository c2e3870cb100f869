//! What an order remembers, phase by phase, and what others may ask it without changing it.

use kernel::{AccessCode, ConferenceId, Money, OrderId, Personal, SeatTypeId, Timestamp};

use super::{OrderError, OrderPlaced, Registrant, Settlement};
use crate::{
    pricing::{OrderLine, Priced},
    seats::SeatQuantity,
};

/// An order in its phase.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Order {
    /// There is no such order.
    #[default]
    Nothing,
    /// Seats are wanted, and no answer came yet.
    Placed(Draft),
    /// Fewer seats are held than were wanted.
    PartiallyReserved(Draft),
    /// Every wanted seat is held.
    Reserved(Draft),
    /// Sold.
    Confirmed(Sold),
    /// Lapsed unpaid.
    Expired(Draft),
    /// Sold, and every seat cancelled.
    Cancelled(Sold),
}

/// What every phase knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// The order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// Finds the order again, together with the registrant's e-mail.
    pub access_code: AccessCode,
    /// What is wanted; after an answer, what is held; in the end, what was sold.
    pub seats: Vec<SeatQuantity>,
    /// What the held seats cost, as last priced.
    pub priced: Option<Priced>,
    /// Who ordered.
    pub registrant: Option<Personal<Registrant>>,
}

/// An order that is not sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What every phase knows.
    pub booking: Booking,
    /// Until when the registrant has time.
    pub deadline: Timestamp,
    /// Extensions granted.
    pub extensions: u32,
    /// Whether the registrant took the seats that cost nothing.
    pub is_taken_for_free: bool,
}

/// An order that was sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sold {
    /// What every phase knows.
    pub booking: Booking,
    /// How it was settled.
    pub settlement: Settlement,
    /// Positions that were cancelled, ascending.
    pub cancelled: Vec<u32>,
}

/// What a payment that starts now has to bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payable {
    /// The conference that is paid.
    pub conference_id: ConferenceId,
    /// The amount; above zero.
    pub total: Money,
    /// What it is paid for.
    pub lines: Vec<OrderLine>,
}

impl Order {
    /// What every phase knows; nothing if there is no such order.
    pub const fn booking(&self) -> Option<&Booking> {
        match self {
            Self::Nothing => None,
            Self::Placed(draft)
            | Self::PartiallyReserved(draft)
            | Self::Reserved(draft)
            | Self::Expired(draft) => Some(&draft.booking),
            Self::Confirmed(sold) | Self::Cancelled(sold) => Some(&sold.booking),
        }
    }

    pub(super) const fn booking_mut(&mut self) -> Option<&mut Booking> {
        match self {
            Self::Nothing => None,
            Self::Placed(draft)
            | Self::PartiallyReserved(draft)
            | Self::Reserved(draft)
            | Self::Expired(draft) => Some(&mut draft.booking),
            Self::Confirmed(sold) | Self::Cancelled(sold) => Some(&mut sold.booking),
        }
    }

    /// The order's id.
    pub fn order_id(&self) -> Option<OrderId> {
        self.booking().map(|booking| booking.order_id)
    }

    /// The order's conference.
    pub fn conference_id(&self) -> Option<ConferenceId> {
        self.booking().map(|booking| booking.conference_id)
    }

    /// What is wanted; after an answer, what is held; in the end, what was sold.
    pub fn seats(&self) -> &[SeatQuantity] {
        self.booking().map_or(&[], |booking| &booking.seats)
    }

    /// Who ordered.
    pub fn registrant(&self) -> Option<&Personal<Registrant>> {
        self.booking()?.registrant.as_ref()
    }

    /// What the held seats cost.
    pub fn total(&self) -> Option<Money> {
        self.booking()?.priced.as_ref().map(|priced| priced.total)
    }

    /// Until when the registrant has time; nothing once the order is sold or over.
    pub fn deadline(&self) -> Option<Timestamp> {
        self.draft().ok().map(|draft| draft.deadline)
    }

    /// The sold seats that are left, by position, with their types.
    pub fn sold_seats(&self) -> Vec<(u32, SeatTypeId)> {
        match self {
            Self::Confirmed(sold) => {
                sold.left().map(|(position, line)| (position, line.seat_type_id)).collect()
            }
            Self::Nothing
            | Self::Placed(_)
            | Self::PartiallyReserved(_)
            | Self::Reserved(_)
            | Self::Expired(_)
            | Self::Cancelled(_) => vec![],
        }
    }

    /// What a payment that starts now has to bring: at a processor, by invoice or at a desk.
    ///
    /// # Errors
    /// `NotFound`, `NotReserved`, `ReservationExpired`, `FreeOfCharge`, `AlreadyConfirmed`,
    /// `Cancelled`.
    pub fn may_start_payment(&self, at: Timestamp) -> Result<Payable, OrderError> {
        self.draft()?.check_time(at)?;
        let Booking { conference_id, ref priced, .. } = self.held()?.booking;
        let priced = priced.as_ref().ok_or(OrderError::NotReserved)?;
        if priced.total.is_zero() {
            return Err(OrderError::FreeOfCharge);
        }
        Ok(Payable { conference_id, total: priced.total, lines: priced.lines.clone() })
    }

    /// The order, if it is neither sold nor over.
    pub(super) const fn draft(&self) -> Result<&Draft, OrderError> {
        match self {
            Self::Placed(draft) | Self::PartiallyReserved(draft) | Self::Reserved(draft) => {
                Ok(draft)
            }
            Self::Nothing => Err(OrderError::NotFound),
            Self::Confirmed(_) => Err(OrderError::AlreadyConfirmed),
            Self::Expired(_) => Err(OrderError::ReservationExpired),
            Self::Cancelled(_) => Err(OrderError::Cancelled),
        }
    }

    /// The order, if at least one seat is held for it.
    pub(super) fn held(&self) -> Result<&Draft, OrderError> {
        let draft = self.draft()?;
        let is_empty = draft.booking.seats.iter().all(|line| line.quantity == 0);
        if matches!(self, Self::Placed(_)) || is_empty {
            return Err(OrderError::NotReserved);
        }
        Ok(draft)
    }

    pub(super) fn redraft(&mut self, phase: fn(Draft) -> Self, change: impl FnOnce(&mut Draft)) {
        if let Self::Placed(mut draft)
        | Self::PartiallyReserved(mut draft)
        | Self::Reserved(mut draft)
        | Self::Expired(mut draft) = std::mem::take(self)
        {
            change(&mut draft);
            *self = phase(draft);
        }
    }

    pub(super) const fn extend_to(&mut self, deadline: Timestamp) {
        if let Self::Placed(draft) | Self::PartiallyReserved(draft) | Self::Reserved(draft) = self {
            draft.deadline = deadline;
            draft.extensions += 1;
        }
    }

    pub(super) fn sell(&mut self, settlement: &Settlement) {
        if let Self::PartiallyReserved(draft) | Self::Reserved(draft) = std::mem::take(self) {
            *self = Self::Confirmed(Sold {
                booking: draft.booking,
                settlement: settlement.clone(),
                cancelled: vec![],
            });
        }
    }
}

impl Booking {
    /// Whether it is known who ordered. Who was erased is somebody no longer.
    pub fn has_details(&self) -> bool {
        self.registrant.as_ref().is_some_and(|registrant| registrant.value().is_some())
    }

    /// What was priced last.
    pub(super) fn priced_seats(&self) -> Vec<SeatQuantity> {
        let lines = self.priced.iter().flat_map(|priced| &priced.lines);
        lines
            .map(|line| SeatQuantity { seat_type_id: line.seat_type_id, quantity: line.quantity })
            .collect()
    }
}

impl Draft {
    pub(super) fn placed(event: &OrderPlaced) -> Self {
        Self {
            booking: Booking {
                order_id: event.order_id,
                conference_id: event.conference_id,
                access_code: event.access_code,
                seats: event.seats.clone(),
                priced: None,
                registrant: None,
            },
            deadline: event.reservation_auto_expiration,
            extensions: 0,
            is_taken_for_free: false,
        }
    }

    pub(super) fn want(&mut self, seats: &[SeatQuantity]) {
        self.booking.seats = seats.to_vec();
        self.is_taken_for_free = false;
    }

    pub(super) fn hold(&mut self, seats: &[SeatQuantity], deadline: Timestamp) {
        self.booking.seats = seats.to_vec();
        self.deadline = deadline;
    }

    pub(super) fn check_time(&self, at: Timestamp) -> Result<(), OrderError> {
        if self.deadline <= at { Err(OrderError::ReservationExpired) } else { Ok(()) }
    }

    pub(super) fn total(&self) -> Option<Money> {
        self.booking.priced.as_ref().map(|priced| priced.total)
    }
}
