//! What the process remembers of an order.

use kernel::{CommandId, ConferenceId, OrderId, PaymentId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Card, Context, Payment, ProcessCommand, RELEASE_MINUTES, TimeoutChange};
use crate::{
    order::Settlement,
    seats::SeatQuantity,
    seats_availability::{CancelSeatReservation, CommitSeatReservation, MakeSeatReservation},
};

/// The process of one order in its state.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "camelCase")]
pub enum Process {
    /// There is no such order.
    #[default]
    NotStarted,
    /// Seats are asked for.
    AwaitingReservationConfirmation(Awaiting),
    /// The answer is there; the registrant's turn.
    ReservationConfirmationReceived(Registration),
    /// The order was told that it is settled.
    PaymentConfirmationReceived(Registration),
    /// Paid after the end: the seats are asked for again.
    AwaitingReacquisition(Reacquiring),
    /// Over, with open cards.
    NeedsAttention(Ended),
    /// Over.
    Completed(Ended),
}

/// What every state but the first knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// The order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// What is wanted; after an answer, what is or was held.
    pub seats: Vec<SeatQuantity>,
    /// Until when the registrant has time.
    pub expiration: Timestamp,
    /// Until when an invoice that is to be paid first holds the seats.
    pub invoice_due: Option<Timestamp>,
    /// The armed timeout.
    pub timer: Option<Timer>,
    /// How many timeouts were armed so far; the last one's token.
    pub timers: u32,
    /// The request for seats that is not answered.
    pub correlation: Option<CommandId>,
    /// Payments that were taken note of; a repeat is ignored.
    pub payments: Vec<PaymentId>,
    /// Open cards.
    pub cards: Vec<Card>,
}

/// The armed timeout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Timer {
    /// Tells it from others.
    pub token: u32,
    /// When it falls due.
    pub due: Timestamp,
}

/// Seats are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Awaiting {
    /// The order.
    pub registration: Registration,
    /// Money that came before the answer.
    pub kept: Option<Payment>,
}

/// Paid after the end: the seats are asked for again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reacquiring {
    /// The order.
    pub registration: Registration,
    /// The late money.
    pub payment: Payment,
    /// Whether the organizer has a card about it already.
    pub is_on_card: bool,
}

/// The order is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ended {
    /// The order.
    pub registration: Registration,
    /// How it ended.
    pub outcome: Outcome,
}

/// How an order ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// Sold.
    Confirmed,
    /// Lapsed.
    Expired,
}

impl Process {
    /// What is known of the order; nothing if there is none.
    pub const fn registration(&self) -> Option<&Registration> {
        match self {
            Self::NotStarted => None,
            Self::AwaitingReservationConfirmation(Awaiting { registration, .. })
            | Self::ReservationConfirmationReceived(registration)
            | Self::PaymentConfirmationReceived(registration)
            | Self::AwaitingReacquisition(Reacquiring { registration, .. })
            | Self::NeedsAttention(Ended { registration, .. })
            | Self::Completed(Ended { registration, .. }) => Some(registration),
        }
    }

    pub(super) const fn registration_mut(&mut self) -> Option<&mut Registration> {
        match self {
            Self::NotStarted => None,
            Self::AwaitingReservationConfirmation(Awaiting { registration, .. })
            | Self::ReservationConfirmationReceived(registration)
            | Self::PaymentConfirmationReceived(registration)
            | Self::AwaitingReacquisition(Reacquiring { registration, .. })
            | Self::NeedsAttention(Ended { registration, .. })
            | Self::Completed(Ended { registration, .. }) => Some(registration),
        }
    }

    /// Over: in need of attention as long as there are cards.
    pub(super) const fn ended(registration: Registration, outcome: Outcome) -> Self {
        if registration.cards.is_empty() {
            Self::Completed(Ended { registration, outcome })
        } else {
            Self::NeedsAttention(Ended { registration, outcome })
        }
    }

    /// The same after its cards changed.
    pub(super) fn settled(self) -> Self {
        match self {
            Self::NeedsAttention(ended) | Self::Completed(ended) => {
                Self::ended(ended.registration, ended.outcome)
            }
            Self::NotStarted
            | Self::AwaitingReservationConfirmation(_)
            | Self::ReservationConfirmationReceived(_)
            | Self::PaymentConfirmationReceived(_)
            | Self::AwaitingReacquisition(_) => self,
        }
    }
}

impl Registration {
    pub(super) const fn new(
        order_id: OrderId,
        conference_id: ConferenceId,
        seats: Vec<SeatQuantity>,
        expiration: Timestamp,
    ) -> Self {
        Self {
            order_id,
            conference_id,
            seats,
            expiration,
            invoice_due: None,
            timer: None,
            timers: 0,
            correlation: None,
            payments: vec![],
            cards: vec![],
        }
    }

    /// Arms the timeout anew: after the registrant's deadline, and not before an invoice is due.
    pub(super) fn arm(&mut self) -> TimeoutChange {
        let release = self.expiration.plus_minutes(RELEASE_MINUTES);
        let due = self.invoice_due.map_or(release, |due| due.max(release));
        self.timers += 1;
        let token = self.timers;
        self.timer = Some(Timer { token, due });
        TimeoutChange::Arm { token, due }
    }

    pub(super) fn disarm(&mut self) -> Option<TimeoutChange> {
        self.timer.take().map(|timer| TimeoutChange::Disarm { token: timer.token })
    }

    /// The same after it lapsed before an answer came: what was wanted was never priced, so there is
    /// nothing that a late payment could have been for.
    pub(super) fn unanswered(&self) -> Self {
        Self { seats: vec![], ..self.clone() }
    }

    pub(super) fn is_armed(&self, token: u32) -> bool {
        self.timer.is_some_and(|timer| timer.token == token)
    }

    /// Asks for all seats; the answer is recognised by the id that the command will get.
    pub(super) fn ask(&mut self, context: &Context) -> ProcessCommand {
        self.correlation = Some(context.next_command_id);
        ProcessCommand::MakeSeatReservation(MakeSeatReservation {
            conference_id: self.conference_id,
            reservation_id: self.order_id,
            seats: self.seats.clone(),
        })
    }

    pub(super) const fn cancel(&self) -> ProcessCommand {
        ProcessCommand::CancelSeatReservation(CancelSeatReservation {
            conference_id: self.conference_id,
            reservation_id: self.order_id,
        })
    }

    pub(super) const fn commit(&self) -> ProcessCommand {
        ProcessCommand::CommitSeatReservation(CommitSeatReservation {
            conference_id: self.conference_id,
            reservation_id: self.order_id,
        })
    }

    pub(super) fn mark(&self, seats: &[SeatQuantity]) -> ProcessCommand {
        ProcessCommand::MarkSeatsAsReserved {
            order_id: self.order_id,
            seats: seats.to_vec(),
            expiration: self.expiration,
        }
    }

    pub(super) const fn confirm(&self, settlement: Settlement) -> ProcessCommand {
        ProcessCommand::ConfirmOrderPayment { order_id: self.order_id, settlement }
    }

    pub(super) fn revive(&self) -> ProcessCommand {
        ProcessCommand::ReviveOrder {
            order_id: self.order_id,
            seats: self.seats.clone(),
            expiration: self.expiration,
        }
    }

    pub(super) const fn reject(&self) -> ProcessCommand {
        ProcessCommand::RejectOrder { order_id: self.order_id }
    }
}
