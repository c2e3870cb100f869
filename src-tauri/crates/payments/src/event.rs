//! What can happen to a payment. The stored names and fields are forever.
//!
//! How the registration process sees them: `PaymentCompleted` confirms the order;
//! `PaymentRejected` leaves it reserved. An `InvoiceIssued` that [confirms at
//! once](InvoiceIssued::confirms_order) is the domain's "invoice accepted" and confirms the order;
//! one to be paid first re-arms the release of the seats at `due_at`, and `InvoicePaid` confirms.
//! `InvoicePaid` after an invoice that confirmed at once is bookkeeping: no second payment.

use std::fmt;

use kernel::{
    ConferenceId, DecodeError, DomainEvent, Money, OrderId, PaymentId, Personal, Timestamp, Vault,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};

use crate::billing::Billing;

/// A change of a payment through the processor, or of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentEvent {
    /// The processor is asked for the amount.
    PaymentInitiated(PaymentInitiated),
    /// The processor has the money.
    PaymentCompleted(PaymentSettled),
    /// The processor will not get the money; another attempt has another payment id.
    PaymentRejected(PaymentSettled),
    /// An invoice has its number.
    InvoiceIssued(Box<InvoiceIssued>),
    /// The organizer saw the money of an invoice.
    InvoicePaid(InvoicePaid),
}

/// One line of what is paid for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentItem {
    /// What it is, as on the order.
    pub description: String,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub unit_price: Money,
    /// The price of all of them.
    pub line_total: Money,
}

/// The BLAKE3 hash of a payment's token: all that is kept of it.
///
/// A token has at least 128 random bits, so its hash tells nothing. Compared in constant time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenHash(blake3::Hash);

/// When an order that is paid by invoice counts as paid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum InvoicePolicy {
    /// As soon as the invoice is issued.
    #[default]
    ConfirmAtOnce,
    /// When the organizer marks the invoice paid, which is due within so many days.
    PayFirst(u16),
}

/// See [`PaymentEvent::PaymentInitiated`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentInitiated {
    /// The attempt to pay.
    pub payment_id: PaymentId,
    /// The order that is paid for.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// What the processor shows as the purpose.
    pub description: String,
    /// What is to be paid.
    pub amount: Money,
    /// What is paid for.
    pub items: Vec<PaymentItem>,
    /// Whose token this is may answer.
    pub token_hash: TokenHash,
}

/// The data of `PaymentCompleted` and of `PaymentRejected`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentSettled {
    /// The attempt to pay.
    pub payment_id: PaymentId,
    /// The order that is paid for.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// What was to be paid.
    pub amount: Money,
}

/// See [`PaymentEvent::InvoiceIssued`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceIssued {
    /// The payment.
    pub payment_id: PaymentId,
    /// The order that is paid for.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// The series of the device that issued it, such as `K3`.
    pub series: String,
    /// The place in the series, 1, 2, 3 ... without gaps.
    pub series_number: u32,
    /// The invoice number, such as `K3-0001`.
    pub number: String,
    /// What is to be paid.
    pub amount: Money,
    /// What is paid for.
    pub items: Vec<PaymentItem>,
    /// Who pays.
    pub billing: Personal<Billing>,
    /// When the order counts as paid: fixed with the issue.
    pub policy: InvoicePolicy,
    /// When it was issued: the invoice's date.
    pub issued_at: Timestamp,
    /// Until when it must be paid, if it is to be paid first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
}

/// See [`PaymentEvent::InvoicePaid`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoicePaid {
    /// The payment.
    pub payment_id: PaymentId,
    /// The order that is paid for.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// The invoice number.
    pub number: String,
    /// What was paid.
    pub amount: Money,
}

impl TokenHash {
    /// The hash of a token.
    pub fn of(token: &str) -> Self {
        Self(blake3::hash(token.as_bytes()))
    }

    /// The hash with these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(blake3::Hash::from_bytes(bytes))
    }

    /// The 32 bytes, as stored in the table.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for TokenHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TokenHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hex = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        blake3::Hash::from_hex(hex.as_bytes()).map(Self).map_err(serde::de::Error::custom)
    }
}

impl InvoiceIssued {
    /// Whether the order is confirmed by the invoice itself, not by its payment.
    pub fn confirms_order(&self) -> bool {
        self.policy == InvoicePolicy::ConfirmAtOnce
    }
}

impl PaymentEvent {
    /// The payment it happened to.
    pub fn payment_id(&self) -> PaymentId {
        match self {
            Self::PaymentInitiated(event) => event.payment_id,
            Self::PaymentCompleted(event) | Self::PaymentRejected(event) => event.payment_id,
            Self::InvoiceIssued(event) => event.payment_id,
            Self::InvoicePaid(event) => event.payment_id,
        }
    }

    /// The order that is paid for.
    pub fn order_id(&self) -> OrderId {
        match self {
            Self::PaymentInitiated(event) => event.order_id,
            Self::PaymentCompleted(event) | Self::PaymentRejected(event) => event.order_id,
            Self::InvoiceIssued(event) => event.order_id,
            Self::InvoicePaid(event) => event.order_id,
        }
    }
}

impl DomainEvent for PaymentEvent {
    const TYPES: &'static [&'static str] = &[
        "PaymentInitiated",
        "PaymentCompleted",
        "PaymentRejected",
        "InvoiceIssued",
        "InvoicePaid",
    ];

    fn type_name(&self) -> &'static str {
        match self {
            Self::PaymentInitiated(_) => "PaymentInitiated",
            Self::PaymentCompleted(_) => "PaymentCompleted",
            Self::PaymentRejected(_) => "PaymentRejected",
            Self::InvoiceIssued(_) => "InvoiceIssued",
            Self::InvoicePaid(_) => "InvoicePaid",
        }
    }

    fn encode(&self) -> Result<String, serde_json::Error> {
        match self {
            Self::PaymentInitiated(event) => serde_json::to_string(event),
            Self::PaymentCompleted(event) | Self::PaymentRejected(event) => {
                serde_json::to_string(event)
            }
            Self::InvoiceIssued(event) => serde_json::to_string(event),
            Self::InvoicePaid(event) => serde_json::to_string(event),
        }
    }

    fn decode(type_name: &str, schema_version: u16, payload: &str) -> Result<Self, DecodeError> {
        if schema_version != 1 {
            return Err(DecodeError::unknown(type_name, schema_version));
        }
        match type_name {
            "PaymentInitiated" => read(type_name, payload).map(Self::PaymentInitiated),
            "PaymentCompleted" => read(type_name, payload).map(Self::PaymentCompleted),
            "PaymentRejected" => read(type_name, payload).map(Self::PaymentRejected),
            "InvoiceIssued" => read(type_name, payload).map(Self::InvoiceIssued),
            "InvoicePaid" => read(type_name, payload).map(Self::InvoicePaid),
            _ => Err(DecodeError::unknown(type_name, schema_version)),
        }
    }

    fn seal(&mut self, vault: &mut dyn Vault) {
        if let Self::InvoiceIssued(event) = self {
            event.billing.seal(vault, "billing");
        }
    }

    fn open(&mut self, vault: &mut dyn Vault) {
        if let Self::InvoiceIssued(event) = self {
            event.billing.open(vault, "billing");
        }
    }
}

fn read<T: DeserializeOwned>(type_name: &str, payload: &str) -> Result<T, DecodeError> {
    serde_json::from_str(payload).map_err(|source| DecodeError::malformed(type_name, source))
}
