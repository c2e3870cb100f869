//! Cancelling sold seats: which are left, what they cost, what goes back.

use kernel::{Money, MoneyError};

use super::{
    Booking, CancelOrderSeats, Order, OrderCancelled, OrderError, OrderEvent, OrderSeatsCancelled,
    RefundRequested, Sold,
};
use crate::{pricing::OrderLine, seats::SeatQuantity};

impl Order {
    pub(super) fn cancel_seats(
        &self,
        command: &CancelOrderSeats,
    ) -> Result<Vec<OrderEvent>, OrderError> {
        let sold = match self {
            Self::Confirmed(sold) => sold,
            Self::Cancelled(_) => return Err(OrderError::Cancelled),
            Self::Nothing => return Err(OrderError::NotFound),
            Self::Placed(_) | Self::PartiallyReserved(_) | Self::Reserved(_) | Self::Expired(_) => {
                return Err(OrderError::NotConfirmed);
            }
        };
        if command.reason.trim().is_empty() {
            return Err(OrderError::ReasonMissing);
        }
        let mut positions = command.positions.clone();
        positions.sort_unstable();
        positions.dedup();
        let lines = sold.lines_at(&positions)?;
        let credit = credit(&lines, command.fee)?;
        let Booking { order_id, conference_id, .. } = sold.booking;
        let is_whole = positions.len() == sold.left().count();
        let mut events = vec![OrderEvent::OrderSeatsCancelled(OrderSeatsCancelled {
            order_id,
            conference_id,
            positions,
            seats: counted(&lines),
            reason: command.reason.trim().to_owned(),
            fee: command.fee,
            credit,
            returned: command.returned,
        })];
        if command.is_paid && !credit.is_zero() {
            events.push(OrderEvent::RefundRequested(RefundRequested {
                order_id,
                conference_id,
                amount: credit,
            }));
        }
        if is_whole {
            events.push(OrderEvent::OrderCancelled(OrderCancelled { order_id, conference_id }));
        }
        Ok(events)
    }
}

impl Sold {
    /// Every position that is not cancelled, with the line that it belongs to.
    pub(super) fn left(&self) -> impl Iterator<Item = (u32, &OrderLine)> {
        let lines = self.booking.priced.iter().flat_map(|priced| &priced.lines);
        let seats = lines.flat_map(|line| (0..line.quantity).map(move |_| line));
        (0..).zip(seats).filter(|(position, _)| self.cancelled.binary_search(position).is_err())
    }

    fn lines_at(&self, positions: &[u32]) -> Result<Vec<&OrderLine>, OrderError> {
        if positions.is_empty() {
            return Err(OrderError::NothingToCancel);
        }
        positions
            .iter()
            .map(|wanted| {
                self.left()
                    .find(|(position, _)| position == wanted)
                    .map(|(_, line)| line)
                    .ok_or(OrderError::UnknownPosition(*wanted))
            })
            .collect()
    }
}

/// The price of these seats less the fee.
fn credit(lines: &[&OrderLine], fee: Money) -> Result<Money, OrderError> {
    let mut paid = Money::zero(fee.currency);
    for line in lines {
        paid = paid.plus(line.unit_price).map_err(|error| match error {
            MoneyError::MixedCurrencies { .. } => OrderError::FeeOutOfRange,
            MoneyError::UnknownCurrency | MoneyError::Overflow => OrderError::Amount(error),
        })?;
    }
    if fee.amount < 0 || paid.amount < fee.amount {
        return Err(OrderError::FeeOutOfRange);
    }
    Ok(Money::new(paid.amount - fee.amount, fee.currency))
}

fn counted(lines: &[&OrderLine]) -> Vec<SeatQuantity> {
    let mut seats: Vec<SeatQuantity> = vec![];
    for OrderLine { seat_type_id, .. } in lines {
        match seats.iter_mut().find(|line| line.seat_type_id == *seat_type_id) {
            Some(line) => line.quantity += 1,
            None => seats.push(SeatQuantity { seat_type_id: *seat_type_id, quantity: 1 }),
        }
    }
    seats
}
