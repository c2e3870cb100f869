//! Quantities of seats: as wanted by a person, and as counted by the domain.

use kernel::SeatTypeId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many seats of one type an order may have at most.
pub const MOST_PER_TYPE: u32 = 20;

/// So many seats of one type.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub struct SeatQuantity {
    /// The seat type.
    pub seat_type_id: SeatTypeId,
    /// Seats.
    pub quantity: u32,
}

/// What a person asks for: any number that can be typed, zero and nonsense included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WantedSeats {
    /// The seat type.
    pub seat_type_id: SeatTypeId,
    /// Seats; zero is no wish.
    pub quantity: i64,
}

/// Why a quantity cannot be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// Less than nothing.
    #[error("the quantity of seat type {0} is negative")]
    Negative(SeatTypeId),
    /// Above [`MOST_PER_TYPE`].
    #[error("more than {MOST_PER_TYPE} seats of type {0}")]
    TooMany(SeatTypeId),
}

/// The wish as quantities: one per type in the order of first mention, without zeros.
///
/// # Errors
/// `Negative`, `TooMany`.
pub fn summed(wanted: &[WantedSeats]) -> Result<Vec<SeatQuantity>, QuantityError> {
    let mut sums: Vec<SeatQuantity> = Vec::with_capacity(wanted.len());
    for line in wanted {
        let seat_type_id = line.seat_type_id;
        if line.quantity < 0 {
            return Err(QuantityError::Negative(seat_type_id));
        }
        let so_far = quantity_of(&sums, seat_type_id);
        let sum = i64::from(so_far).saturating_add(line.quantity);
        let quantity = u32::try_from(sum)
            .ok()
            .filter(|sum| *sum <= MOST_PER_TYPE)
            .ok_or(QuantityError::TooMany(seat_type_id))?;
        match sums.iter_mut().find(|sum| sum.seat_type_id == seat_type_id) {
            Some(sum) => sum.quantity = quantity,
            None => sums.push(SeatQuantity { seat_type_id, quantity }),
        }
    }
    sums.retain(|sum| 0 < sum.quantity);
    Ok(sums)
}

/// How many seats of a type are in the list, of which each type is named once.
pub fn quantity_of(seats: &[SeatQuantity], seat_type_id: SeatTypeId) -> u32 {
    seats.iter().find(|line| line.seat_type_id == seat_type_id).map_or(0, |line| line.quantity)
}

/// Whether the second list holds exactly what the first asks for. Lines of zero ask for nothing,
/// and the order of lines says nothing.
pub fn are_same(asked: &[SeatQuantity], given: &[SeatQuantity]) -> bool {
    let covers = |one: &[SeatQuantity], other: &[SeatQuantity]| {
        one.iter().all(|line| quantity_of(other, line.seat_type_id) == line.quantity)
    };
    covers(asked, given) && covers(given, asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{CP, GA, WS, seats, wanted};

    #[test]
    fn a_type_that_is_named_twice_is_summed_and_zeros_are_left_out() {
        assert_eq!(
            summed(&wanted([(GA, 1), (WS, 0), (CP, 2), (GA, 3)])),
            Ok(seats([(GA, 4), (CP, 2)]))
        );
    }

    #[test]
    fn twenty_of_a_type_are_the_most() {
        assert_eq!(summed(&wanted([(GA, 20)])), Ok(seats([(GA, 20)])));
        for lines in [vec![(GA, 21)], vec![(GA, 20), (GA, 1)], vec![(GA, 1), (GA, i64::MAX)]] {
            assert_eq!(summed(&wanted(lines)), Err(QuantityError::TooMany(GA)));
        }
    }

    #[test]
    fn a_negative_quantity_is_refused_even_when_the_sum_is_not() {
        assert_eq!(summed(&wanted([(GA, 3), (GA, -1)])), Err(QuantityError::Negative(GA)));
    }
}
