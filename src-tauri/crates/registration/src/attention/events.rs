//! What can have happened to an attention card. Names and fields are forever.

use kernel::{AttentionId, ConferenceId, DecodeError, DomainEvent, Money, OrderId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{order::Settlement, stored::read};

/// An event of an order's attention stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum AttentionEvent {
    /// An organizer has to look at it.
    AttentionRaised(AttentionRaised),
    /// It is dealt with.
    AttentionResolved(AttentionResolved),
}

/// An organizer has to look at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttentionRaised {
    /// The card; one per payment.
    pub attention_id: AttentionId,
    /// The order that the money was meant for.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// What is wrong.
    pub kind: AttentionKind,
    /// The money that came in.
    pub paid: Money,
    /// How it came in, so that it can go back the same way.
    pub settlement: Settlement,
}

/// It is dealt with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttentionResolved {
    /// The card.
    pub attention_id: AttentionId,
    /// The order that the money was meant for.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// How.
    pub resolution: Resolution,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum AttentionKind {
    /// Paid, but not all seats that it was paid for could be had.
    LatePayment,
    /// Paid, but another payment was there before.
    Overpayment,
}

/// How a card was dealt with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Resolution {
    /// The seats were there after all; the order is confirmed.
    Retried,
    /// The money went back.
    Refunded {
        /// How much of it.
        amount: Money,
    },
    /// Nothing is to be done.
    Dismissed {
        /// Why; the organizer's words, which should name no person.
        reason: String,
    },
}

impl DomainEvent for AttentionEvent {
    const TYPES: &'static [&'static str] = &["AttentionRaised", "AttentionResolved"];

    fn type_name(&self) -> &'static str {
        match self {
            Self::AttentionRaised(_) => "AttentionRaised",
            Self::AttentionResolved(_) => "AttentionResolved",
        }
    }

    fn encode(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    fn decode(name: &str, schema_version: u16, payload: &str) -> Result<Self, DecodeError> {
        match (name, schema_version) {
            ("AttentionRaised", 1) => read(name, payload, Self::AttentionRaised),
            ("AttentionResolved", 1) => read(name, payload, Self::AttentionResolved),
            _ => Err(DecodeError::unknown(name, schema_version)),
        }
    }
}
