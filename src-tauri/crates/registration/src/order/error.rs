//! Why an order refuses a command: one variant per rule.

use kernel::{ConferenceId, MoneyError, SeatTypeId};

use super::{EXTENSION_WINDOW_MINUTES, MOST_EXTENSIONS};
use crate::{pricing::PricingError, seats::QuantityError};

/// Why an order refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// Nothing is wanted.
    #[error("one or more items are required")]
    NoSeats,
    /// A quantity that cannot be ordered.
    #[error(transparent)]
    Quantity(#[from] QuantityError),
    /// The conference has no such seat type.
    #[error("conference {conference_id} has no seat type {seat_type_id}")]
    UnknownSeatType {
        /// The unknown one.
        seat_type_id: SeatTypeId,
        /// The conference that was asked.
        conference_id: ConferenceId,
    },
    /// The amounts do not add up.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// The conference takes no new registrations.
    #[error("the conference is not published")]
    NotPublished,
    /// There is no such order in that conference.
    #[error("there is no such order")]
    NotFound,
    /// The registrant's time is over.
    #[error("the reservation has expired")]
    ReservationExpired,
    /// The seats cannot change while they are being paid.
    #[error("a payment of this order is in progress")]
    PaymentInProgress,
    /// The order is sold.
    #[error("the order is confirmed already")]
    AlreadyConfirmed,
    /// The order is cancelled.
    #[error("the order is cancelled")]
    Cancelled,
    /// No seat is held.
    #[error("no seat is reserved for this order")]
    NotReserved,
    /// More than [`EXTENSION_WINDOW_MINUTES`] are left.
    #[error("an extension is granted in the last {EXTENSION_WINDOW_MINUTES} minutes only")]
    TooEarlyToExtend,
    /// There were [`MOST_EXTENSIONS`] already.
    #[error("the order was extended {MOST_EXTENSIONS} times already")]
    ExtensionsUsedUp,
    /// Something is to be paid.
    #[error("the order is not free of charge")]
    NotFree,
    /// Nothing is to be paid.
    #[error("the order is free of charge")]
    FreeOfCharge,
    /// Nobody said who orders.
    #[error("the registrant's details are missing")]
    DetailsMissing,
    /// Only a lapsed order comes back.
    #[error("the order has not expired")]
    NotExpired,
    /// Not the seats that the lapsed order had.
    #[error("a revived order needs every seat that it had")]
    OtherSeats,
    /// Only sold seats are cancelled.
    #[error("the order is not confirmed")]
    NotConfirmed,
    /// No position was named.
    #[error("no seat to cancel")]
    NothingToCancel,
    /// The order has no such seat, or no more.
    #[error("the order has no seat at position {0}")]
    UnknownPosition(u32),
    /// No reason was given.
    #[error("a cancellation needs a reason")]
    ReasonMissing,
    /// The fee is negative, above the price of the seats, or in another currency.
    #[error("the fee must be between nothing and the price of the seats")]
    FeeOutOfRange,
}

impl OrderError {
    /// The code on the wire.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSeats => "InvalidNoSeats",
            Self::Quantity(_) => "InvalidQuantity",
            Self::UnknownSeatType { .. } => "InvalidSeatType",
            Self::Amount(_) => "InvalidAmount",
            Self::NotPublished => "RefusedNotPublished",
            Self::NotFound => "RefusedNotFound",
            Self::ReservationExpired => "RefusedReservationExpired",
            Self::PaymentInProgress => "RefusedPaymentInProgress",
            Self::AlreadyConfirmed => "RefusedAlreadyConfirmed",
            Self::Cancelled => "RefusedCancelled",
            Self::NotReserved => "RefusedNotReserved",
            Self::TooEarlyToExtend => "RefusedTooEarlyToExtend",
            Self::ExtensionsUsedUp => "RefusedExtensionsUsedUp",
            Self::NotFree => "RefusedNotFree",
            Self::FreeOfCharge => "RefusedFreeOfCharge",
            Self::DetailsMissing => "RefusedDetailsMissing",
            Self::NotExpired => "RefusedNotExpired",
            Self::OtherSeats => "RefusedOtherSeats",
            Self::NotConfirmed => "RefusedNotConfirmed",
            Self::UnknownPosition(_) => "RefusedUnknownPosition",
            Self::NothingToCancel | Self::ReasonMissing | Self::FeeOutOfRange => {
                "InvalidCancellation"
            }
        }
    }

    /// The field to mark.
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::NoSeats | Self::Quantity(_) | Self::UnknownSeatType { .. } | Self::Amount(_) => {
                Some("seats")
            }
            Self::NothingToCancel | Self::UnknownPosition(_) => Some("positions"),
            Self::ReasonMissing => Some("reason"),
            Self::FeeOutOfRange => Some("fee"),
            Self::NotPublished
            | Self::NotFound
            | Self::ReservationExpired
            | Self::PaymentInProgress
            | Self::AlreadyConfirmed
            | Self::Cancelled
            | Self::NotReserved
            | Self::TooEarlyToExtend
            | Self::ExtensionsUsedUp
            | Self::NotFree
            | Self::FreeOfCharge
            | Self::DetailsMissing
            | Self::NotExpired
            | Self::OtherSeats
            | Self::NotConfirmed => None,
        }
    }
}

impl From<PricingError> for OrderError {
    fn from(error: PricingError) -> Self {
        match error {
            PricingError::UnknownSeatType { seat_type_id, conference_id } => {
                Self::UnknownSeatType { seat_type_id, conference_id }
            }
            PricingError::Quantity(error) => Self::Quantity(error),
            PricingError::Money(error) => Self::Amount(error),
        }
    }
}
