//! Cards for the organizer: money that no order could take.

use kernel::{AttentionId, Money, PaymentId};
use serde::{Deserialize, Serialize};

use super::{Ended, Outcome, Payment, Process, Registration};
use crate::{
    attention::{AttentionEvent, AttentionKind, AttentionRaised, AttentionResolved, Resolution},
    derived,
};

/// Money that waits for the organizer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    /// The card's id.
    pub attention_id: AttentionId,
    /// What is wrong.
    pub kind: AttentionKind,
    /// The money.
    pub payment: Payment,
}

/// Why the organizer cannot do that to a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttentionError {
    /// There is no such card, or it is closed.
    #[error("there is no such open card")]
    NotFound,
    /// Only the late payment of an order that is not confirmed can be tried again.
    #[error("this card cannot be tried again")]
    NotRetryable,
    /// More than was paid, nothing, or another currency.
    #[error("the refund must be above nothing and at most what was paid")]
    RefundOutOfRange,
    /// No reason was given.
    #[error("a dismissal needs a reason")]
    ReasonMissing,
}

impl AttentionError {
    /// The code on the wire.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "RefusedNotFound",
            Self::NotRetryable => "RefusedNotRetryable",
            Self::RefundOutOfRange => "InvalidAmount",
            Self::ReasonMissing => "InvalidReason",
        }
    }

    /// The field to mark.
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::NotFound | Self::NotRetryable => None,
            Self::RefundOutOfRange => Some("amount"),
            Self::ReasonMissing => Some("reason"),
        }
    }
}

/// The id of the card about a payment: there is one at most.
pub(super) fn attention_id(payment_id: PaymentId) -> AttentionId {
    derived::id(payment_id, b"attention raised")
}

impl Card {
    pub(super) fn new(kind: AttentionKind, payment: Payment) -> Self {
        Self { attention_id: attention_id(payment.payment_id), kind, payment }
    }
}

impl Process {
    /// An open card.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn card(&self, attention_id: AttentionId) -> Result<&Card, AttentionError> {
        let cards = self.registration().map_or(&[][..], |registration| &registration.cards);
        cards.iter().find(|card| card.attention_id == attention_id).ok_or(AttentionError::NotFound)
    }

    /// Whether the organizer may try the seats of this card once more.
    ///
    /// # Errors
    /// `NotFound`, `NotRetryable`.
    pub fn may_retry(&self, attention_id: AttentionId) -> Result<(), AttentionError> {
        let card = self.card(attention_id)?;
        match self {
            Self::NeedsAttention(Ended { registration, outcome: Outcome::Expired })
                if card.kind == AttentionKind::LatePayment && !registration.seats.is_empty() =>
            {
                Ok(())
            }
            _ => Err(AttentionError::NotRetryable),
        }
    }

    /// Whether the organizer may record that so much of the card's money went back.
    ///
    /// # Errors
    /// `NotFound`, `RefundOutOfRange`.
    pub fn may_refund(
        &self,
        attention_id: AttentionId,
        amount: Money,
    ) -> Result<(), AttentionError> {
        let paid = self.card(attention_id)?.payment.paid;
        let is_in_range = 0 < amount.amount && amount.amount <= paid.amount;
        if amount.currency == paid.currency && is_in_range {
            Ok(())
        } else {
            Err(AttentionError::RefundOutOfRange)
        }
    }

    /// Whether the organizer may dismiss the card for this reason.
    ///
    /// # Errors
    /// `NotFound`, `ReasonMissing`.
    pub fn may_dismiss(
        &self,
        attention_id: AttentionId,
        reason: &str,
    ) -> Result<(), AttentionError> {
        self.card(attention_id)?;
        if reason.trim().is_empty() { Err(AttentionError::ReasonMissing) } else { Ok(()) }
    }
}

impl Registration {
    /// Takes an open card away.
    pub(super) fn close(&mut self, attention_id: AttentionId) -> Option<Card> {
        let index = self.cards.iter().position(|card| card.attention_id == attention_id)?;
        Some(self.cards.remove(index))
    }

    pub(super) fn raised(&self, card: &Card) -> AttentionEvent {
        AttentionEvent::AttentionRaised(AttentionRaised {
            attention_id: card.attention_id,
            order_id: self.order_id,
            conference_id: self.conference_id,
            kind: card.kind,
            paid: card.payment.paid,
            settlement: card.payment.settlement.clone(),
        })
    }

    pub(super) const fn resolved(
        &self,
        attention_id: AttentionId,
        resolution: Resolution,
    ) -> AttentionEvent {
        AttentionEvent::AttentionResolved(AttentionResolved {
            attention_id,
            order_id: self.order_id,
            conference_id: self.conference_id,
            resolution,
        })
    }
}
