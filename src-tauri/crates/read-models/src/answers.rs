//! What the queries answer: the wire form of each read model.
//!
//! The generated TypeScript types come from here. A second set of structs that only repeated
//! these would forward and nothing else.

use conference::InvoicePolicy;
use kernel::{
    AccessCode, AssignmentsId, AttentionId, ConferenceId, Money, OrderId, PaymentId, PersonId,
    SeatTypeId, Timestamp,
};
use schemars::JsonSchema;
use serde::Serialize;

/// A conference. What only its organizer may see is absent for everybody else.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConferenceDetails {
    /// Its id.
    pub conference_id: ConferenceId,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// Where it takes place.
    pub location: String,
    /// One line under the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tagline: Option<String>,
    /// The short name in its address.
    pub slug: String,
    /// First day, `YYYY-MM-DD`.
    pub start_date: String,
    /// Last day, `YYYY-MM-DD`.
    pub end_date: String,
    /// IANA name.
    pub time_zone: String,
    /// ISO 4217 code of all its prices.
    pub currency: String,
    /// Whether registration is open.
    pub is_published: bool,
    /// Whether it ever was.
    pub was_ever_published: bool,
    /// Where visitors may go while it is not published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// When orders paid by invoice are confirmed.
    pub invoice_policy: InvoicePolicy,
    /// The owner's name; organizer only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_name: Option<String>,
    /// The owner's e-mail; organizer only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_email: Option<String>,
    /// The code that finds it again; organizer only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_code: Option<AccessCode>,
}

/// A seat type of a conference, with what is left of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeatType {
    /// Its id.
    pub seat_type_id: SeatTypeId,
    /// Its name.
    pub name: String,
    /// What it gives access to.
    pub description: String,
    /// For one seat.
    pub price: Money,
    /// The quota.
    pub quantity: i64,
    /// What can be had now; never below 0.
    pub available: i64,
    /// Quota less sold and held; negative when the quota was cut below them.
    pub remaining: i64,
    /// Reserved and not yet paid.
    pub held: i64,
    /// Confirmed.
    pub sold: i64,
    /// Whether it was announced to registrants.
    pub announced: bool,
}

/// Where a draft order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub enum DraftOrderState {
    /// Its seats are being reserved.
    PendingReservation,
    /// Not everything that was asked for could be reserved.
    PartiallyReserved,
    /// All is reserved.
    ReservationCompleted,
    /// Expired; the seats went back.
    Rejected,
    /// Paid or otherwise settled.
    Confirmed,
    /// Cancelled by the organizer.
    Cancelled,
}

impl DraftOrderState {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PendingReservation => "PendingReservation",
            Self::PartiallyReserved => "PartiallyReserved",
            Self::ReservationCompleted => "ReservationCompleted",
            Self::Rejected => "Rejected",
            Self::Confirmed => "Confirmed",
            Self::Cancelled => "Cancelled",
        }
    }

    /// From the stored name.
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::PendingReservation,
            Self::PartiallyReserved,
            Self::ReservationCompleted,
            Self::Rejected,
            Self::Confirmed,
            Self::Cancelled,
        ]
        .into_iter()
        .find(|state| state.as_str() == text)
    }
}

/// One seat type of a draft order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftOrderLine {
    /// The seat type.
    pub seat_type_id: SeatTypeId,
    /// How many were asked for.
    pub requested: u32,
    /// How many are held.
    pub reserved: u32,
}

/// An order on its way to confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftOrder {
    /// Its id.
    pub order_id: OrderId,
    /// The conference.
    pub conference_id: ConferenceId,
    /// Where it stands.
    pub state: DraftOrderState,
    /// The revision of the order that this shows.
    pub version: i64,
    /// Until when the registrant has time.
    pub reservation_expiration: Timestamp,
    /// From when on the seats may go back to sale.
    pub seats_released_at: Timestamp,
    /// How often more time was given.
    pub extensions: u32,
    /// The code that finds it again.
    pub access_code: AccessCode,
    /// The registrant's first name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registrant_first_name: Option<String>,
    /// The registrant's last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registrant_last_name: Option<String>,
    /// The registrant's e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registrant_email: Option<String>,
    /// Its seat types.
    pub lines: Vec<DraftOrderLine>,
}

/// One priced line; name and price are frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PricedOrderLine {
    /// The seat type.
    pub seat_type_id: SeatTypeId,
    /// Its name when the order was priced.
    pub description: String,
    /// For one seat.
    pub unit_price: Money,
    /// How many.
    pub quantity: u32,
    /// For all of them.
    pub line_total: Money,
}

/// What an order costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PricedOrder {
    /// The order.
    pub order_id: OrderId,
    /// The sum of the lines.
    pub total: Money,
    /// Whether there is nothing to pay.
    pub is_free_of_charge: bool,
    /// What is paid for.
    pub lines: Vec<PricedOrderLine>,
    /// The seat assignments, once the order is confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignments_id: Option<AssignmentsId>,
}

/// A person on a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttendeeDetails {
    /// The entry of the person.
    pub person_id: PersonId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail; may be missing at a staffed desk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// One seat of a confirmed order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderSeat {
    /// Its place in the order, from 0.
    pub position: u32,
    /// The seat type.
    pub seat_type_id: SeatTypeId,
    /// Its name when the order was priced.
    pub seat_type_name: String,
    /// Who sits there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attendee: Option<AttendeeDetails>,
    /// Whether the person who sat there was erased.
    pub attendee_erased: bool,
}

/// The seats of a confirmed order, assigned or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderSeats {
    /// The order.
    pub order_id: OrderId,
    /// The set of assignments.
    pub assignments_id: AssignmentsId,
    /// Every position.
    pub seats: Vec<OrderSeat>,
}

/// How an order of the organizer's list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, Serialize, JsonSchema)]
pub enum OrderStatus {
    /// Being reserved.
    Placed,
    /// Less is held than was asked for.
    PartiallyReserved,
    /// All is held.
    Reserved,
    /// Settled.
    Confirmed,
    /// The time was over.
    Expired,
    /// Cancelled by the organizer.
    Cancelled,
}

impl OrderStatus {
    /// Every status.
    pub const ALL: [Self; 6] = [
        Self::Placed,
        Self::PartiallyReserved,
        Self::Reserved,
        Self::Confirmed,
        Self::Expired,
        Self::Cancelled,
    ];

    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Placed => "Placed",
            Self::PartiallyReserved => "PartiallyReserved",
            Self::Reserved => "Reserved",
            Self::Confirmed => "Confirmed",
            Self::Expired => "Expired",
            Self::Cancelled => "Cancelled",
        }
    }

    /// From the stored name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// One order in the organizer's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderRow {
    /// The order.
    pub order_id: OrderId,
    /// The code that finds it again.
    pub access_code: AccessCode,
    /// How it stands.
    pub status: OrderStatus,
    /// What it costs, once priced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<Money>,
    /// The registrant's entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registrant_id: Option<PersonId>,
    /// The registrant's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registrant_name: Option<String>,
    /// The registrant's e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registrant_email: Option<String>,
    /// When it was placed.
    pub created_at: Timestamp,
    /// Who placed it: registrant, kiosk, desk, organizer.
    pub channel: String,
    /// The station that placed it.
    pub station: String,
    /// The device that recorded it.
    pub device: String,
    /// `thirdParty`, `invoice`, `desk` or `free`, once settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_method: Option<String>,
    /// Its seats, once confirmed; cancelled ones are not among them.
    pub seats: Vec<ListedSeat>,
    /// How many seats it holds, confirmed or not.
    pub seat_count: i64,
    /// How many of them have an attendee.
    pub assigned: i64,
    /// What was taken off the total for cancelled seats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credited: Option<Money>,
}

/// A seat of an order in the organizer's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedSeat {
    /// Its place in the order, from 0.
    pub position: u32,
    /// Its seat type's name when the order was priced.
    pub seat_type_name: String,
    /// Who sits there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attendee: Option<AttendeeDetails>,
}

/// An order that has seats of a type, sold or held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GivenOut {
    /// The order.
    pub order_id: OrderId,
    /// The code that finds it again.
    pub access_code: AccessCode,
    /// How it stands.
    pub status: OrderStatus,
    /// The registrant's entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registrant_id: Option<PersonId>,
    /// The registrant's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registrant_name: Option<String>,
    /// How many seats of the type it has.
    pub seats: i64,
}

/// One seat in the organizer's list of attendees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttendeeRow {
    /// The order.
    pub order_id: OrderId,
    /// The seat's place in the order.
    pub position: u32,
    /// The order's code.
    pub access_code: AccessCode,
    /// The seat type.
    pub seat_type_id: SeatTypeId,
    /// Its name when the order was priced.
    pub seat_type_name: String,
    /// Who sits there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attendee: Option<AttendeeDetails>,
    /// Whether the person who sat there was erased.
    pub attendee_erased: bool,
}

/// How a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub enum PaymentState {
    /// Waiting for the processor, or for an invoice to be paid.
    Initiated,
    /// Paid.
    Completed,
    /// Refused by the processor.
    Rejected,
}

impl PaymentState {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Initiated => "Initiated",
            Self::Completed => "Completed",
            Self::Rejected => "Rejected",
        }
    }

    /// From the stored name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Initiated, Self::Completed, Self::Rejected]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// A payment attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentDetails {
    /// Its id.
    pub payment_id: PaymentId,
    /// The order that it pays.
    pub order_id: OrderId,
    /// The conference.
    pub conference_id: ConferenceId,
    /// What it is for.
    pub description: String,
    /// How much.
    pub total_amount: Money,
    /// How it stands.
    pub state: PaymentState,
    /// `thirdParty` or `invoice`.
    pub method: String,
    /// The invoice's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice_number: Option<String>,
    /// Until when an invoice has to be paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// When it began.
    pub initiated_at: Timestamp,
}

/// Something that an organizer has to decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttentionCard {
    /// Its id.
    pub attention_id: AttentionId,
    /// The order.
    pub order_id: OrderId,
    /// The order's code.
    pub access_code: AccessCode,
    /// `LatePayment` or `Overpayment`.
    pub kind: String,
    /// What was paid.
    pub paid: Money,
    /// Since when.
    pub raised_at: Timestamp,
    /// What may be done now: `RetryLatePayment`, `RecordRefund`, `DismissAttention`; nothing in the
    /// past.
    pub actions: Vec<String>,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PageOf{T}")]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Give it as `after` to get the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many rows there are in all pages.
    pub total: i64,
}
