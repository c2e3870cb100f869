//! What goes into the process and what comes out.

use kernel::{AttentionId, CommandId, ConferenceId, Money, OrderId, PaymentId, Timestamp};
use serde::{Deserialize, Serialize};

use super::Process;
use crate::{
    attention::AttentionEvent,
    order::Settlement,
    seats::SeatQuantity,
    seats_availability::{CancelSeatReservation, CommitSeatReservation, MakeSeatReservation},
};

/// What can come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The order was placed.
    OrderPlaced {
        /// The order.
        order_id: OrderId,
        /// Its conference.
        conference_id: ConferenceId,
        /// What is wanted.
        seats: Vec<SeatQuantity>,
        /// Until when the registrant has time.
        expiration: Timestamp,
    },
    /// Other seats are wanted.
    OrderUpdated {
        /// What is wanted now.
        seats: Vec<SeatQuantity>,
    },
    /// The answer of the conference's seats.
    SeatsReserved {
        /// The command that it answers: the one that recorded the event.
        correlation: CommandId,
        /// All that is held for the order.
        seats: Vec<SeatQuantity>,
    },
    /// Money came in through the processor, or for an invoice.
    PaymentCompleted(Payment),
    /// Money came in at a desk.
    DeskSettled(Payment),
    /// An attempt to pay failed.
    PaymentRejected {
        /// The attempt.
        payment_id: PaymentId,
    },
    /// The registrant takes held seats that cost nothing.
    FreeOrderConfirmed,
    /// The registrant is paying by invoice.
    InvoiceAccepted {
        /// The attempt.
        payment_id: PaymentId,
        /// The invoice's number.
        number: String,
        /// What the invoice does for the order.
        terms: InvoiceTerms,
    },
    /// The order is sold.
    OrderPaymentConfirmed,
    /// The registrant got more time.
    ReservationExtended {
        /// Until when now.
        expiration: Timestamp,
    },
    /// The order lapsed.
    OrderExpired,
    /// Every sold seat was cancelled.
    OrderCancelled,
    /// A timeout fell due.
    Timeout {
        /// Which one; see [`TimeoutChange`].
        token: u32,
    },
    /// The organizer wants the seats of a late payment tried once more.
    RetryLatePayment {
        /// The card.
        attention_id: AttentionId,
    },
    /// The organizer paid money back.
    RecordRefund {
        /// The card.
        attention_id: AttentionId,
        /// How much.
        amount: Money,
    },
    /// The organizer found that nothing is to be done.
    DismissAttention {
        /// The card.
        attention_id: AttentionId,
        /// Why.
        reason: String,
    },
}

/// Money that came in for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// Tells one from a repeat of it.
    pub payment_id: PaymentId,
    /// By which way.
    pub settlement: Settlement,
    /// How much.
    pub paid: Money,
}

/// What an accepted invoice does for the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvoiceTerms {
    /// It confirms the order.
    AtOnce,
    /// It holds the seats until it is paid.
    PayFirst {
        /// Until when at most.
        due: Timestamp,
    },
}

/// What the process may know of the outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// When the input is handled.
    pub at: Timestamp,
    /// The id that the caller will give to the first command of this reaction, derived from the
    /// cause. A reaction that sends `MakeSeatReservation` sends it first, and the process
    /// remembers this id to tell the answer from those to earlier requests.
    pub next_command_id: CommandId,
}

/// What the process does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// What to remember.
    pub state: Process,
    /// What to send, in this order.
    pub commands: Vec<ProcessCommand>,
    /// What to arm or disarm.
    pub timeouts: Vec<TimeoutChange>,
    /// What to record in the order's attention stream.
    pub events: Vec<AttentionEvent>,
}

/// What the process can send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all_fields = "camelCase")]
pub enum ProcessCommand {
    /// To the conference's seats.
    MakeSeatReservation(MakeSeatReservation),
    /// To the conference's seats.
    CancelSeatReservation(CancelSeatReservation),
    /// To the conference's seats.
    CommitSeatReservation(CommitSeatReservation),
    /// To the order; the sender adds the present catalogue.
    MarkSeatsAsReserved {
        /// The order.
        order_id: OrderId,
        /// All that is held.
        seats: Vec<SeatQuantity>,
        /// Until when the registrant has time.
        expiration: Timestamp,
    },
    /// To the order.
    ConfirmOrderPayment {
        /// The order.
        order_id: OrderId,
        /// How it was settled.
        settlement: Settlement,
    },
    /// To the order.
    ReviveOrder {
        /// The order.
        order_id: OrderId,
        /// What is held again.
        seats: Vec<SeatQuantity>,
        /// Until when it is held for the registrant.
        expiration: Timestamp,
    },
    /// To the order.
    RejectOrder {
        /// The order.
        order_id: OrderId,
    },
}

/// A change of the order's one timeout, `ExpireRegistrationProcess`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeoutChange {
    /// Fall due then, in place of what was armed before.
    Arm {
        /// Comes back with the timeout, and tells it from one armed earlier.
        token: u32,
        /// When.
        due: Timestamp,
    },
    /// Do not fall due any more.
    Disarm {
        /// The one that was armed.
        token: u32,
    },
}

impl Reaction {
    /// Nothing is to be done, by decision.
    pub(super) fn ignored(process: &Process) -> Self {
        Self::to(process.clone())
    }

    pub(super) const fn to(state: Process) -> Self {
        Self { state, commands: vec![], timeouts: vec![], events: vec![] }
    }

    pub(super) fn send(mut self, commands: impl IntoIterator<Item = ProcessCommand>) -> Self {
        self.commands.extend(commands);
        self
    }

    pub(super) fn timing(mut self, changes: impl IntoIterator<Item = TimeoutChange>) -> Self {
        self.timeouts.extend(changes);
        self
    }

    pub(super) fn record(mut self, events: impl IntoIterator<Item = AttentionEvent>) -> Self {
        self.events.extend(events);
        self
    }
}
