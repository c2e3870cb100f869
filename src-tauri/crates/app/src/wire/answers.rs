//! What commands answer, and the queries whose answers are not a read model's alone.

use kernel::{AccessCode, ConferenceId, Money, OrderId, SeatTypeId, Timestamp};
use read_models::answers::{
    AttentionCard, ConferenceDetails, DraftOrder, GivenOut, OrderSeats, PaymentDetails,
    PricedOrder, SeatType,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{
    backup::{BackupInfo, Progress},
    health::StorageState,
    role::Role,
};

/// A command was carried out, or was already true.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Done {
    /// The log position at which its effects are stored and visible.
    pub position: i64,
}

/// A conference was created.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedConference {
    /// The log position at which its effects are stored and visible.
    pub position: i64,
    /// The code that finds it again together with the owner's e-mail.
    pub access_code: AccessCode,
}

/// An order was placed or changed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Registered {
    /// The log position at which its effects are stored and visible.
    pub position: i64,
    /// The code that finds it again together with the registrant's e-mail.
    pub access_code: AccessCode,
}

/// An invoice was issued.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IssuedInvoice {
    /// The log position at which its effects are stored and visible.
    pub position: i64,
    /// Its number in this device's series.
    pub invoice_number: String,
    /// Until when it has to be paid; absent when the order is confirmed at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
}

/// Persons were erased.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErasedPersons {
    /// The log position at which its effects are stored and visible.
    pub position: i64,
    /// How many entries of the person there were.
    pub entries: usize,
}

/// The clock of a sandbox was advanced.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdvancedClock {
    /// The log position after everything that fell due.
    pub position: i64,
    /// What the clock shows now.
    pub now: Timestamp,
}

/// What this program is and which side it shows.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// `real`, `demo` or `sandbox`; what the last two store is not valid.
    pub mode: String,
    /// The caller's role.
    pub role: Role,
    /// Whether only the registrant's side is shown.
    pub kiosk: bool,
    /// The station's name.
    pub station: String,
    /// The program's version.
    pub version: String,
    /// What the clock shows.
    pub now: Timestamp,
    /// Whether the clock stands still until it is advanced.
    pub clock_is_manual: bool,
    /// The last log position.
    pub position: i64,
    /// Whether mails are sent: a server for them is set, and this folder is a real one. Otherwise
    /// they wait until they are exported, and nobody may be promised one.
    pub sends_mails: bool,
    /// How far the computer's clock is ahead of `now`, or behind if negative, after it jumped;
    /// absent while they agree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_off_seconds: Option<i64>,
    /// Whether what is sent can be stored.
    pub storage: Storage,
}

/// Whether the disk keeps what it is told.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Storage {
    /// In a word.
    pub state: StorageState,
    /// Room on the disk, in bytes, as measured last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_bytes: Option<u64>,
    /// With less room than this, in bytes, nothing is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed_bytes: Option<u64>,
    /// The data folder; organizer only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
}

/// A conference with what the caller may do with it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConferenceAnswer {
    /// The conference.
    #[serde(flatten)]
    pub conference: ConferenceDetails,
    /// `register`, `edit`, `publish`, `unpublish`, `deleteSeatTypes`.
    pub actions: Vec<String>,
    /// What has to be there before it is published; organizer only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<ChecklistItem>,
}

/// One thing that a conference needs before it is published.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChecklistItem {
    /// `details`, `seatTypes`, `seats`, `published`.
    pub item: String,
    /// Whether it is there.
    pub done: bool,
}

/// The conferences.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Conferences {
    /// By start date.
    pub items: Vec<ConferenceDetails>,
}

/// The seat types of a conference.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeatTypes {
    /// In the order in which they were defined.
    pub seat_types: Vec<SeatType>,
    /// The most seats of one type in one order.
    pub most_per_type: i64,
}

/// What another quota would leave.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuotaPreview {
    /// Confirmed seats.
    pub sold: i64,
    /// Seats that are reserved and not paid.
    pub held: i64,
    /// What would be left; below 0 when more is given out than the quota.
    pub remaining: i64,
    /// Whether more is given out than the quota: worth a warning before it is set.
    pub is_below: bool,
    /// The orders that have them, newest first, at most 20.
    pub orders: Vec<GivenOut>,
    /// How many more orders there are.
    pub more_orders: i64,
}

/// What a selection would cost now.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    /// The sum.
    pub total: Money,
    /// One line a seat type.
    pub lines: Vec<EstimateLine>,
}

/// One line of an estimate.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EstimateLine {
    /// The seat type.
    pub seat_type_id: SeatTypeId,
    /// How many.
    pub quantity: u32,
    /// For all of them.
    pub line_total: Money,
}

/// A draft order with what the caller may do with it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftOrderAnswer {
    /// The order.
    #[serde(flatten)]
    pub order: DraftOrder,
    /// What the clock of the store shows, or showed in the past that is asked for; a page counts down
    /// from here.
    pub now: Timestamp,
    /// Whether the registrant's time is over.
    pub is_expired: bool,
    /// Whether nothing more can come of it: it expired, and no payment is on its way.
    pub is_over: bool,
    /// From when on more time is granted.
    pub extendable_from: Timestamp,
    /// The payment that waits for the processor, of several the latest; while the order is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_payment_id: Option<kernel::PaymentId>,
    /// Until when the open invoice has to be paid, of several the one that is due last; the seats are
    /// held until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice_due_at: Option<Timestamp>,
    /// Every attempt to pay, invoices included, in the order in which they began.
    pub payments: Vec<PaymentDetails>,
    /// Whether the organizer has to look at a payment of this order.
    pub needs_attention: bool,
    /// `changeSeats`, `assignDetails`, `pay`, `payByInvoice`, `confirmFree`, `extend`,
    /// `settleAtDesk`, `assignSeats`, `cancelSeats`, `startAgain`; nothing in the past.
    pub actions: Vec<String>,
}

/// What an order costs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PricedOrderAnswer {
    /// The priced order.
    #[serde(flatten)]
    pub order: PricedOrder,
}

/// An order that was found again.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LocatedOrder {
    /// Its id.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
}

/// A conference that was found again.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LocatedConference {
    /// Its id.
    pub conference_id: ConferenceId,
}

/// The seats of an order with what the caller may do with them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OrderSeatsAnswer {
    /// The seats.
    #[serde(flatten)]
    pub seats: OrderSeats,
    /// `assignSeats`.
    pub actions: Vec<String>,
}

/// The cards of a conference.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AttentionCards {
    /// Oldest first.
    pub items: Vec<AttentionCard>,
}

/// The figures of a conference.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dashboard {
    /// Each of them can be explained.
    pub figures: Vec<Figure>,
    /// The log position that they show.
    pub position: i64,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Figure {
    /// Its name, for `ExplainFigure`.
    pub figure: String,
    /// The seat type that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seat_type_id: Option<SeatTypeId>,
    /// A count, or minor units of `currency`.
    pub value: i64,
    /// The currency of an amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// The facts behind a figure.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Explanation {
    /// The figure.
    pub figure: String,
    /// What the facts add up to; equal to the figure.
    pub value: i64,
    /// Each with its contribution.
    pub facts: Vec<ExplainedFact>,
}

/// One fact and what it adds to a figure.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedFact {
    /// Its place in the log.
    pub position: i64,
    /// The event's name.
    pub event: String,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The order, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// What it adds.
    pub adds: i64,
}

/// What happened.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct History {
    /// Oldest first.
    pub items: Vec<HistoryItem>,
    /// Give it as `after` to get the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
}

/// One event of a history.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryItem {
    /// Its place in the log.
    pub position: i64,
    /// Its stream.
    pub stream: String,
    /// Its name.
    pub event: String,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Role and station.
    pub actor: String,
    /// The command that caused it.
    pub command_id: kernel::CommandId,
    /// Its flow.
    pub correlation_id: uuid::Uuid,
    /// Its data; personal fields in clear where the person is not erased.
    pub data: Value,
}

/// A backup was made and verified.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MadeBackup {
    /// The last log position in it.
    pub position: i64,
    /// What was made.
    pub backup: BackupInfo,
}

/// How it stands with backups.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupState {
    /// The chosen folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// Whether this process makes copies by itself while a folder is chosen.
    pub is_automatic: bool,
    /// The newest verified backup of this device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<BackupInfo>,
    /// How many events are not in it.
    pub events_since: i64,
    /// How far the one is that is being made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running: Option<Progress>,
    /// What went wrong last, until one succeeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<BackupFailure>,
}

/// Why the last backup was not made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupFailure {
    /// When it was tried.
    pub at: Timestamp,
    /// What is the matter and what helps, in English.
    pub message: String,
}

/// What is set for this installation.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// How many seats registrants may hold at once from one window where they are by themselves.
    pub hold_limit: i64,
}

/// Backups, the newest first.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BackupList {
    /// They.
    pub items: Vec<BackupInfo>,
}
