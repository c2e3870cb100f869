//! What can have happened to an order. Names and fields are forever.

use kernel::{
    AccessCode, ConferenceId, DecodeError, DomainEvent, EmailAddress, Money, OrderId, PaymentId,
    PersonName, Personal, Timestamp, Vault,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{pricing::OrderLine, seats::SeatQuantity, stored::read};

/// An event of an order's stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum OrderEvent {
    /// Seats were asked for; the countdown runs.
    OrderPlaced(OrderPlaced),
    /// Other seats are wanted.
    OrderUpdated(OrderUpdated),
    /// Fewer seats are held than were wanted, perhaps none.
    OrderPartiallyReserved(OrderPartiallyReserved),
    /// Every wanted seat is held.
    OrderReservationCompleted(OrderReservationCompleted),
    /// The held seats were priced.
    OrderTotalsCalculated(OrderTotalsCalculated),
    /// The registrant said who they are.
    OrderRegistrantAssigned(OrderRegistrantAssigned),
    /// The registrant takes seats that cost nothing.
    FreeOrderConfirmed(FreeOrderConfirmed),
    /// The order is settled: the seats are sold.
    OrderPaymentConfirmed(OrderPaymentConfirmed),
    /// The order lapsed unpaid.
    OrderExpired(OrderExpired),
    /// The registrant got more time.
    OrderReservationExtended(OrderReservationExtended),
    /// A lapsed order was paid late and has all its seats again.
    OrderRevived(OrderRevived),
    /// The organizer cancelled sold seats.
    OrderSeatsCancelled(OrderSeatsCancelled),
    /// Money is to be paid back.
    RefundRequested(RefundRequested),
    /// Not one sold seat is left.
    OrderCancelled(OrderCancelled),
}

/// Seats were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderPlaced {
    /// The order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// What is wanted; never empty, no zeros.
    pub seats: Vec<SeatQuantity>,
    /// Until when the registrant has time.
    pub reservation_auto_expiration: Timestamp,
    /// Finds the order again, together with the registrant's e-mail.
    pub access_code: AccessCode,
}

/// Other seats are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderUpdated {
    /// The order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// What is wanted now, in place of what was wanted before.
    pub seats: Vec<SeatQuantity>,
}

/// Fewer seats are held than were wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderPartiallyReserved {
    /// The order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// Until when the registrant has time.
    pub reservation_expiration: Timestamp,
    /// What is held; may be empty.
    pub seats: Vec<SeatQuantity>,
}

/// Every wanted seat is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderReservationCompleted {
    /// The order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// Until when the registrant has time.
    pub reservation_expiration: Timestamp,
    /// What is held.
    pub seats: Vec<SeatQuantity>,
}

/// The held seats were priced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderTotalsCalculated {
    /// The order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// What is to be paid.
    pub total: Money,
    /// How it comes about, with frozen names and prices.
    pub lines: Vec<OrderLine>,
    /// Whether nothing is to be paid.
    pub is_free_of_charge: bool,
}

/// The registrant said who they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderRegistrantAssigned {
    /// The order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// Who they are.
    pub registrant: Personal<Registrant>,
}

/// The registrant takes seats that cost nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FreeOrderConfirmed {
    /// The order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
}

/// The order is settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderPaymentConfirmed {
    /// The order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// How it was settled.
    pub settlement: Settlement,
}

/// The order lapsed unpaid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderExpired {
    /// The order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
}

/// The registrant got more time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderReservationExtended {
    /// The order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// Until when the registrant has time now.
    pub reservation_expiration: Timestamp,
}

/// A lapsed order was paid late and has all its seats again, at the price already paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderRevived {
    /// The order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// What is held again.
    pub seats: Vec<SeatQuantity>,
    /// Until when it is held for the registrant.
    pub reservation_expiration: Timestamp,
}

/// The organizer cancelled sold seats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderSeatsCancelled {
    /// The order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// The cancelled positions, ascending.
    pub positions: Vec<u32>,
    /// The same as quantities.
    pub seats: Vec<SeatQuantity>,
    /// Why; the organizer's words, which should name no person.
    pub reason: String,
    /// What is kept of the price.
    pub fee: Money,
    /// What is taken off the order: the price of these seats less the fee.
    pub credit: Money,
    /// Where the seats go.
    pub returned: Returned,
}

/// Money is to be paid back: the price of cancelled seats less the fee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefundRequested {
    /// The order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// How much; above zero.
    pub amount: Money,
}

/// Not one sold seat is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderCancelled {
    /// The order.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
}

/// Who ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Registrant {
    /// Given name.
    pub first_name: PersonName,
    /// Family name.
    pub last_name: PersonName,
    /// Finds the order again, together with its access code.
    pub email: EmailAddress,
}

/// How an order was settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Settlement {
    /// Through the payment processor.
    ThirdParty {
        /// The attempt that succeeded.
        payment_id: PaymentId,
    },
    /// By invoice.
    Invoice {
        /// The invoice's number in the device's series, such as `K3-0001`.
        number: String,
    },
    /// At a desk.
    Desk {
        /// What was handed over.
        means: DeskMeans,
        /// The slip's number or the like.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reference: Option<String>,
    },
    /// There was nothing to pay.
    Free,
}

/// What is handed over at a desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum DeskMeans {
    /// Coins and notes.
    Cash,
    /// The slip of a card terminal.
    TerminalSlip,
}

/// Where cancelled seats go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Returned {
    /// Others can order them.
    BackToSale,
    /// They stay gone, for the organizer's use.
    Held,
}

impl DomainEvent for OrderEvent {
    const TYPES: &'static [&'static str] = &[
        "OrderPlaced",
        "OrderUpdated",
        "OrderPartiallyReserved",
        "OrderReservationCompleted",
        "OrderTotalsCalculated",
        "OrderRegistrantAssigned",
        "FreeOrderConfirmed",
        "OrderPaymentConfirmed",
        "OrderExpired",
        "OrderReservationExtended",
        "OrderRevived",
        "OrderSeatsCancelled",
        "RefundRequested",
        "OrderCancelled",
    ];

    fn type_name(&self) -> &'static str {
        match self {
            Self::OrderPlaced(_) => "OrderPlaced",
            Self::OrderUpdated(_) => "OrderUpdated",
            Self::OrderPartiallyReserved(_) => "OrderPartiallyReserved",
            Self::OrderReservationCompleted(_) => "OrderReservationCompleted",
            Self::OrderTotalsCalculated(_) => "OrderTotalsCalculated",
            Self::OrderRegistrantAssigned(_) => "OrderRegistrantAssigned",
            Self::FreeOrderConfirmed(_) => "FreeOrderConfirmed",
            Self::OrderPaymentConfirmed(_) => "OrderPaymentConfirmed",
            Self::OrderExpired(_) => "OrderExpired",
            Self::OrderReservationExtended(_) => "OrderReservationExtended",
            Self::OrderRevived(_) => "OrderRevived",
            Self::OrderSeatsCancelled(_) => "OrderSeatsCancelled",
            Self::RefundRequested(_) => "RefundRequested",
            Self::OrderCancelled(_) => "OrderCancelled",
        }
    }

    fn encode(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    fn decode(name: &str, schema_version: u16, payload: &str) -> Result<Self, DecodeError> {
        match (name, schema_version) {
            ("OrderPlaced", 1) => read(name, payload, Self::OrderPlaced),
            ("OrderUpdated", 1) => read(name, payload, Self::OrderUpdated),
            ("OrderPartiallyReserved", 1) => read(name, payload, Self::OrderPartiallyReserved),
            ("OrderReservationCompleted", 1) => {
                read(name, payload, Self::OrderReservationCompleted)
            }
            ("OrderTotalsCalculated", 1) => read(name, payload, Self::OrderTotalsCalculated),
            ("OrderRegistrantAssigned", 1) => read(name, payload, Self::OrderRegistrantAssigned),
            ("FreeOrderConfirmed", 1) => read(name, payload, Self::FreeOrderConfirmed),
            ("OrderPaymentConfirmed", 1) => read(name, payload, Self::OrderPaymentConfirmed),
            ("OrderExpired", 1) => read(name, payload, Self::OrderExpired),
            ("OrderReservationExtended", 1) => read(name, payload, Self::OrderReservationExtended),
            ("OrderRevived", 1) => read(name, payload, Self::OrderRevived),
            ("OrderSeatsCancelled", 1) => read(name, payload, Self::OrderSeatsCancelled),
            ("RefundRequested", 1) => read(name, payload, Self::RefundRequested),
            ("OrderCancelled", 1) => read(name, payload, Self::OrderCancelled),
            _ => Err(DecodeError::unknown(name, schema_version)),
        }
    }

    fn seal(&mut self, vault: &mut dyn Vault) {
        if let Self::OrderRegistrantAssigned(event) = self {
            event.registrant.seal(vault, "registrant");
        }
    }

    fn open(&mut self, vault: &mut dyn Vault) {
        if let Self::OrderRegistrantAssigned(event) = self {
            event.registrant.open(vault, "registrant");
        }
    }
}
