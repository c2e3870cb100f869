//! What can be asked of an order. The time and every random value come in the command.

use std::sync::Arc;

use kernel::{AccessCode, Money, OrderId, PersonId, Timestamp};

use super::{Registrant, Returned, Settlement};
use crate::{
    pricing::Catalogue,
    seats::{SeatQuantity, WantedSeats},
};

/// What can be asked of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderCommand {
    /// Place the order, or want other seats.
    RegisterToConference(RegisterToConference),
    /// Take note of what is held.
    MarkSeatsAsReserved(MarkSeatsAsReserved),
    /// Say who the registrant is.
    AssignRegistrantDetails(AssignRegistrantDetails),
    /// Sell the held seats.
    ConfirmOrderPayment(ConfirmOrderPayment),
    /// Take held seats that cost nothing.
    ConfirmFreeOrder(ConfirmFreeOrder),
    /// Get more time.
    ExtendReservation(ExtendReservation),
    /// Bring a lapsed order back.
    ReviveOrder(ReviveOrder),
    /// Let an unpaid order lapse.
    RejectOrder,
    /// Cancel sold seats.
    CancelOrderSeats(CancelOrderSeats),
}

/// Place the order, or want other seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterToConference {
    /// The order, named by the caller.
    pub order_id: OrderId,
    /// What is wanted; the page sends every type, zeros included.
    pub seats: Vec<WantedSeats>,
    /// What the conference offers now.
    pub catalogue: Arc<Catalogue>,
    /// A fresh code, unique within the conference; an order that exists keeps the one it has.
    pub access_code: AccessCode,
    /// Whether a payment of this order is Initiated.
    pub payment_in_progress: bool,
    /// When.
    pub at: Timestamp,
}

/// Take note of what is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkSeatsAsReserved {
    /// All that is held; no zeros.
    pub seats: Vec<SeatQuantity>,
    /// Until when the registrant has time.
    pub expiration: Timestamp,
    /// What the conference offers now, to price what is held.
    pub catalogue: Arc<Catalogue>,
}

/// Say who the registrant is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignRegistrantDetails {
    /// A fresh id; a registrant who is known already keeps theirs.
    pub person_id: PersonId,
    /// Who they are.
    pub registrant: Registrant,
    /// When.
    pub at: Timestamp,
}

/// Sell the held seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmOrderPayment {
    /// How it was settled.
    pub settlement: Settlement,
}

/// Take held seats that cost nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfirmFreeOrder {
    /// When.
    pub at: Timestamp,
}

/// Get more time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExtendReservation {
    /// When.
    pub at: Timestamp,
}

/// Bring a lapsed order back; only the process asks for it, after every seat was had again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviveOrder {
    /// What is held again.
    pub seats: Vec<SeatQuantity>,
    /// Until when it is held for the registrant.
    pub expiration: Timestamp,
}

/// Cancel sold seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelOrderSeats {
    /// Which; all that are left for the whole order.
    pub positions: Vec<u32>,
    /// Why; should name no person.
    pub reason: String,
    /// What is kept of their price.
    pub fee: Money,
    /// Whether the money for them came in; if not, none is given back.
    pub is_paid: bool,
    /// Where they go.
    pub returned: Returned,
}
