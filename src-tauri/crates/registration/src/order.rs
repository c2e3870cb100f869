//! One registration: the seats wanted, held and sold, what they cost and who ordered them.
//!
//! One stream per order. Invariants: what is charged was priced once and never changes; an order
//! is confirmed at most once, and only with seats that were held for it; nobody gets more time
//! than ten extensions. It deliberately does not know whether there are seats: that is
//! [`SeatsAvailability`](crate::seats_availability)'s, and the
//! [process](crate::process) carries the answer here. Source: domain specification, section 3.

mod cancellation;
mod commands;
mod error;
mod events;
mod state;

#[cfg(test)]
mod tests;

use kernel::{Decider, Money, Personal};

use crate::{
    pricing::{self, Priced},
    seats::{self, SeatQuantity},
};

pub use commands::{
    AssignRegistrantDetails, CancelOrderSeats, ConfirmFreeOrder, ConfirmOrderPayment,
    ExtendReservation, MarkSeatsAsReserved, OrderCommand, RegisterToConference, ReviveOrder,
};
pub use error::OrderError;
pub use events::{
    DeskMeans, FreeOrderConfirmed, OrderCancelled, OrderEvent, OrderExpired,
    OrderPartiallyReserved, OrderPaymentConfirmed, OrderPlaced, OrderRegistrantAssigned,
    OrderReservationCompleted, OrderReservationExtended, OrderRevived, OrderSeatsCancelled,
    OrderTotalsCalculated, OrderUpdated, RefundRequested, Registrant, Returned, Settlement,
};
pub use state::{Booking, Draft, Order, Payable, Sold};

/// How long a registrant has from placing the order, in minutes.
pub const RESERVATION_MINUTES: i64 = 15;
/// What one extension adds, in minutes.
pub const EXTENSION_MINUTES: i64 = 5;
/// An extension is granted when less than this is left, in minutes.
pub const EXTENSION_WINDOW_MINUTES: i64 = 2;
/// Extensions that an order gets at most.
pub const MOST_EXTENSIONS: u32 = 10;

impl Decider for Order {
    type Command = OrderCommand;
    type Event = OrderEvent;
    type Error = OrderError;

    fn decide(&self, command: &OrderCommand) -> Result<Vec<OrderEvent>, OrderError> {
        match command {
            OrderCommand::RegisterToConference(command) => self.register(command),
            OrderCommand::MarkSeatsAsReserved(command) => self.mark_reserved(command),
            OrderCommand::AssignRegistrantDetails(command) => self.assign_registrant(command),
            OrderCommand::ConfirmOrderPayment(command) => self.confirm(command),
            OrderCommand::ConfirmFreeOrder(command) => self.confirm_free(*command),
            OrderCommand::ExtendReservation(command) => self.extend(*command),
            OrderCommand::ReviveOrder(command) => self.revive(command),
            OrderCommand::RejectOrder => self.reject(),
            OrderCommand::CancelOrderSeats(command) => self.cancel_seats(command),
        }
    }

    fn evolve(&mut self, event: &OrderEvent) {
        match event {
            OrderEvent::OrderPlaced(event) => *self = Self::Placed(Draft::placed(event)),
            OrderEvent::OrderUpdated(event) => {
                self.redraft(Self::Placed, |draft| draft.want(&event.seats));
            }
            OrderEvent::OrderPartiallyReserved(event) => {
                self.redraft(Self::PartiallyReserved, |draft| {
                    draft.hold(&event.seats, event.reservation_expiration);
                });
            }
            OrderEvent::OrderReservationCompleted(event) => {
                self.redraft(Self::Reserved, |draft| {
                    draft.hold(&event.seats, event.reservation_expiration);
                });
            }
            OrderEvent::OrderTotalsCalculated(event) => {
                if let Some(booking) = self.booking_mut() {
                    booking.priced =
                        Some(Priced { lines: event.lines.clone(), total: event.total });
                }
            }
            OrderEvent::OrderRegistrantAssigned(event) => {
                if let Some(booking) = self.booking_mut() {
                    booking.registrant = Some(event.registrant.clone());
                }
            }
            OrderEvent::FreeOrderConfirmed(_) => {
                if let Self::Reserved(draft) | Self::PartiallyReserved(draft) = self {
                    draft.is_taken_for_free = true;
                }
            }
            OrderEvent::OrderPaymentConfirmed(event) => self.sell(&event.settlement),
            OrderEvent::OrderExpired(_) => self.redraft(Self::Expired, |_| {}),
            OrderEvent::OrderReservationExtended(event) => {
                self.extend_to(event.reservation_expiration);
            }
            OrderEvent::OrderRevived(event) => {
                self.redraft(Self::Reserved, |draft| {
                    draft.hold(&event.seats, event.reservation_expiration);
                });
            }
            OrderEvent::OrderSeatsCancelled(event) => {
                if let Self::Confirmed(sold) = self {
                    sold.cancelled.extend(&event.positions);
                    sold.cancelled.sort_unstable();
                }
            }
            // The money is paid back outside; no rule of the order depends on it.
            OrderEvent::RefundRequested(_) => {}
            OrderEvent::OrderCancelled(_) => {
                if let Self::Confirmed(sold) = std::mem::take(self) {
                    *self = Self::Cancelled(sold);
                }
            }
        }
    }
}

impl Order {
    fn register(&self, command: &RegisterToConference) -> Result<Vec<OrderEvent>, OrderError> {
        match self {
            Self::Nothing => place(command),
            Self::Placed(draft) | Self::PartiallyReserved(draft) | Self::Reserved(draft) => {
                self.change(draft, command)
            }
            Self::Confirmed(_) => Err(OrderError::AlreadyConfirmed),
            Self::Expired(_) => Err(OrderError::ReservationExpired),
            Self::Cancelled(_) => Err(OrderError::Cancelled),
        }
    }

    fn change(
        &self,
        draft: &Draft,
        command: &RegisterToConference,
    ) -> Result<Vec<OrderEvent>, OrderError> {
        let Booking { order_id, conference_id, .. } = draft.booking;
        if command.catalogue.conference_id() != conference_id {
            return Err(OrderError::NotFound);
        }
        draft.check_time(command.at)?;
        let seats = checked_seats(command)?;
        // A partial order that is content with what it got is asked again, and then complete.
        let is_settled = !matches!(self, Self::PartiallyReserved(_));
        if is_settled && seats::are_same(&draft.booking.seats, &seats) {
            return Ok(vec![]);
        }
        if command.payment_in_progress {
            return Err(OrderError::PaymentInProgress);
        }
        Ok(vec![OrderEvent::OrderUpdated(OrderUpdated { order_id, conference_id, seats })])
    }

    fn mark_reserved(&self, command: &MarkSeatsAsReserved) -> Result<Vec<OrderEvent>, OrderError> {
        let draft = self.draft()?;
        let Booking { order_id, conference_id, .. } = draft.booking;
        let is_complete = seats::are_same(&draft.booking.seats, &command.seats);
        let is_answered = !matches!(self, Self::Placed(_));
        if is_answered && is_complete && draft.deadline == command.expiration {
            return Ok(vec![]);
        }
        let frozen = draft.booking.priced.as_ref().map_or(&[][..], |priced| &priced.lines);
        let Priced { lines, total } = pricing::price(&command.seats, &command.catalogue, frozen)?;
        let (reservation_expiration, seats) = (command.expiration, command.seats.clone());
        let held = if is_complete {
            OrderEvent::OrderReservationCompleted(OrderReservationCompleted {
                order_id,
                conference_id,
                reservation_expiration,
                seats,
            })
        } else {
            OrderEvent::OrderPartiallyReserved(OrderPartiallyReserved {
                order_id,
                conference_id,
                reservation_expiration,
                seats,
            })
        };
        let totals = OrderEvent::OrderTotalsCalculated(OrderTotalsCalculated {
            order_id,
            conference_id,
            total,
            lines,
            is_free_of_charge: total.is_zero(),
        });
        Ok(vec![held, totals])
    }

    fn assign_registrant(
        &self,
        command: &AssignRegistrantDetails,
    ) -> Result<Vec<OrderEvent>, OrderError> {
        let booking = match self {
            // A typing error in a sold order can still be put right.
            Self::Confirmed(sold) => &sold.booking,
            _ => {
                let draft = self.draft()?;
                draft.check_time(command.at)?;
                &draft.booking
            }
        };
        let known = booking.registrant.as_ref().filter(|registrant| registrant.value().is_some());
        if known.and_then(Personal::value) == Some(&command.registrant) {
            return Ok(vec![]);
        }
        // The registrant of an order is one entry with one key, so that one erasure reaches all
        // of its versions. An erased entry has no key any more: then it is a new one.
        let person = known.map_or(command.person_id, Personal::person);
        Ok(vec![OrderEvent::OrderRegistrantAssigned(OrderRegistrantAssigned {
            order_id: booking.order_id,
            conference_id: booking.conference_id,
            registrant: Personal::known(person, command.registrant.clone()),
        })])
    }

    fn confirm(&self, command: &ConfirmOrderPayment) -> Result<Vec<OrderEvent>, OrderError> {
        if matches!(self, Self::Confirmed(_)) {
            return Ok(vec![]);
        }
        let Booking { order_id, conference_id, .. } = self.held()?.booking;
        let settlement = command.settlement.clone();
        Ok(vec![OrderEvent::OrderPaymentConfirmed(OrderPaymentConfirmed {
            order_id,
            conference_id,
            settlement,
        })])
    }

    fn confirm_free(&self, command: ConfirmFreeOrder) -> Result<Vec<OrderEvent>, OrderError> {
        if let Self::Confirmed(Sold { settlement: Settlement::Free, .. }) = self {
            return Ok(vec![]);
        }
        let draft = self.held()?;
        draft.check_time(command.at)?;
        let Booking { order_id, conference_id, .. } = draft.booking;
        if !draft.total().is_some_and(Money::is_zero) {
            return Err(OrderError::NotFree);
        }
        if !draft.booking.has_details() {
            return Err(OrderError::DetailsMissing);
        }
        if draft.is_taken_for_free {
            return Ok(vec![]);
        }
        Ok(vec![OrderEvent::FreeOrderConfirmed(FreeOrderConfirmed { order_id, conference_id })])
    }

    fn extend(&self, command: ExtendReservation) -> Result<Vec<OrderEvent>, OrderError> {
        let draft = self.draft()?;
        draft.check_time(command.at)?;
        if MOST_EXTENSIONS <= draft.extensions {
            return Err(OrderError::ExtensionsUsedUp);
        }
        if command.at.plus_minutes(EXTENSION_WINDOW_MINUTES) <= draft.deadline {
            return Err(OrderError::TooEarlyToExtend);
        }
        Ok(vec![OrderEvent::OrderReservationExtended(OrderReservationExtended {
            order_id: draft.booking.order_id,
            conference_id: draft.booking.conference_id,
            reservation_expiration: draft.deadline.plus_minutes(EXTENSION_MINUTES),
        })])
    }

    fn revive(&self, command: &ReviveOrder) -> Result<Vec<OrderEvent>, OrderError> {
        let draft = match self {
            Self::Expired(draft) => draft,
            Self::Reserved(draft) if seats::are_same(&draft.booking.seats, &command.seats) => {
                return Ok(vec![]);
            }
            _ => {
                self.draft()?;
                return Err(OrderError::NotExpired);
            }
        };
        let Booking { order_id, conference_id, ref seats, .. } = draft.booking;
        // An order that lapsed in the wait for an answer was never priced as it is now.
        if !seats::are_same(seats, &draft.booking.priced_seats()) {
            return Err(OrderError::NotReserved);
        }
        if !seats::are_same(seats, &command.seats) {
            return Err(OrderError::OtherSeats);
        }
        Ok(vec![OrderEvent::OrderRevived(OrderRevived {
            order_id,
            conference_id,
            seats: seats.clone(),
            reservation_expiration: command.expiration,
        })])
    }

    fn reject(&self) -> Result<Vec<OrderEvent>, OrderError> {
        match self {
            Self::Nothing | Self::Expired(_) | Self::Cancelled(_) => Ok(vec![]),
            Self::Confirmed(_) => Err(OrderError::AlreadyConfirmed),
            Self::Placed(draft) | Self::PartiallyReserved(draft) | Self::Reserved(draft) => {
                let Booking { order_id, conference_id, .. } = draft.booking;
                Ok(vec![OrderEvent::OrderExpired(OrderExpired { order_id, conference_id })])
            }
        }
    }
}

fn place(command: &RegisterToConference) -> Result<Vec<OrderEvent>, OrderError> {
    if !command.catalogue.is_published() {
        return Err(OrderError::NotPublished);
    }
    Ok(vec![OrderEvent::OrderPlaced(OrderPlaced {
        order_id: command.order_id,
        conference_id: command.catalogue.conference_id(),
        seats: checked_seats(command)?,
        reservation_auto_expiration: command.at.plus_minutes(RESERVATION_MINUTES),
        access_code: command.access_code,
    })])
}

/// What is wanted, if it can be ordered: known types, sane quantities, at least one seat, and a
/// price that can be counted.
fn checked_seats(command: &RegisterToConference) -> Result<Vec<SeatQuantity>, OrderError> {
    pricing::estimate(&command.seats, &command.catalogue)?;
    let seats = seats::summed(&command.seats)?;
    if seats.is_empty() {
        return Err(OrderError::NoSeats);
    }
    Ok(seats)
}
