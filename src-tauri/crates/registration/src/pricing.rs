//! What seats cost.
//!
//! Autonomous: prices and names come from this context's own [`Catalogue`] of a conference, never
//! by asking Conference Management. Whole minor units of one currency; there is no percentage
//! yet, so nothing is rounded. The estimate and the amount that is charged come from the same
//! function. Source: domain specification, section 3, "Pricing".

mod catalogue;

#[cfg(test)]
mod tests;

use kernel::{ConferenceId, Money, MoneyError, SeatTypeId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::seats::{self, QuantityError, SeatQuantity, WantedSeats};

pub use catalogue::{Catalogue, CatalogueFact, Offer};

/// One line of a priced order, with the name and unit price frozen when it was priced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderLine {
    /// The seat type.
    pub seat_type_id: SeatTypeId,
    /// The seat type's name at that time.
    pub description: String,
    /// The price of one seat at that time.
    pub unit_price: Money,
    /// Seats.
    pub quantity: u32,
    /// Unit price times quantity.
    pub line_total: Money,
}

/// Lines and what they add up to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Priced {
    /// One line per seat type.
    pub lines: Vec<OrderLine>,
    /// The sum of the lines.
    pub total: Money,
}

/// Why seats cannot be priced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PricingError {
    /// The conference has no such seat type.
    #[error("conference {conference_id} has no seat type {seat_type_id}")]
    UnknownSeatType {
        /// The unknown one.
        seat_type_id: SeatTypeId,
        /// The conference that was asked.
        conference_id: ConferenceId,
    },
    /// A quantity that cannot be ordered.
    #[error(transparent)]
    Quantity(#[from] QuantityError),
    /// The amounts do not add up.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl PricingError {
    /// The code on the wire.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownSeatType { .. } => "InvalidSeatType",
            Self::Quantity(_) => "InvalidQuantity",
            Self::Money(_) => "InvalidAmount",
        }
    }

    /// The field to mark.
    pub const fn field(&self) -> Option<&'static str> {
        Some("seats")
    }
}

/// What a wish would cost now. An estimate: the order's own total is charged.
///
/// # Errors
/// `UnknownSeatType`, `Quantity`, `Money`.
pub fn estimate(wanted: &[WantedSeats], catalogue: &Catalogue) -> Result<Priced, PricingError> {
    for line in wanted {
        catalogue.offer(line.seat_type_id)?;
    }
    price(&seats::summed(wanted)?, catalogue, &[])
}

/// The lines of these seats. A type that is in `frozen` keeps its name and unit price from there:
/// prices and names on existing orders never change.
///
/// # Errors
/// `UnknownSeatType`, `Money`.
pub fn price(
    seats: &[SeatQuantity],
    catalogue: &Catalogue,
    frozen: &[OrderLine],
) -> Result<Priced, PricingError> {
    let mut lines = Vec::with_capacity(seats.len());
    let mut total = Money::zero(catalogue.currency());
    for SeatQuantity { seat_type_id, quantity } in seats.iter().copied() {
        let kept = frozen.iter().find(|line| line.seat_type_id == seat_type_id);
        let (description, unit_price) = match kept {
            Some(line) => (line.description.clone(), line.unit_price),
            None => {
                let offer = catalogue.offer(seat_type_id)?;
                (offer.name.clone(), offer.price)
            }
        };
        let line_total = unit_price.times(quantity)?;
        total = total.plus(line_total)?;
        lines.push(OrderLine { seat_type_id, description, unit_price, quantity, line_total });
    }
    Ok(Priced { lines, total })
}
