//! The commands' parameters. Source: `spec/api.md`, "Methods that must exist under these names".

pub use conference::{
    DeleteSeatType, InvoicePolicy, PublishConference, SeatTypeForm, SetInvoicePolicy,
    UnpublishConference, UpdateConference,
};
use kernel::{AttentionId, ConferenceId, Money, OrderId, PaymentId, PersonId, SeatTypeId};
pub use payments::BillingForm;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Creates a conference; answers its access code.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateConference {
    /// Made by the caller.
    pub conference_id: ConferenceId,
    /// 1 to 120 characters.
    #[serde(default)]
    pub name: String,
    /// Up to 4,000 characters.
    #[serde(default)]
    pub description: String,
    /// Where it takes place.
    #[serde(default)]
    pub location: String,
    /// One line under the name.
    #[serde(default)]
    pub tagline: Option<String>,
    /// Letters, digits, `-`, `_`; 2 to 64; unique without regard to case.
    #[serde(default)]
    pub slug: String,
    /// `YYYY-MM-DD`.
    #[serde(default)]
    pub start_date: String,
    /// `YYYY-MM-DD`, not before the start.
    #[serde(default)]
    pub end_date: String,
    /// IANA name.
    #[serde(default)]
    pub time_zone: String,
    /// ISO 4217 code.
    #[serde(default)]
    pub currency: String,
    /// The owner's name.
    #[serde(default)]
    pub owner_name: String,
    /// The owner's e-mail; with the access code it finds the conference again.
    #[serde(default)]
    pub owner_email: String,
}

/// So many seats of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WantedSeats {
    /// The seat type.
    pub seat_type_id: SeatTypeId,
    /// How many; 0 to 20.
    pub quantity: i64,
}

/// Places an order, or changes the seats of one that is not settled.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisterToConference {
    /// Made by the caller.
    pub order_id: OrderId,
    /// The conference.
    pub conference_id: ConferenceId,
    /// At least one quantity above 0.
    pub seats: Vec<WantedSeats>,
}

/// Says who registers.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssignRegistrantDetails {
    /// The order.
    pub order_id: OrderId,
    /// Up to 100 characters.
    #[serde(default)]
    pub first_name: String,
    /// Up to 100 characters.
    #[serde(default)]
    pub last_name: String,
    /// Where the confirmation goes.
    #[serde(default)]
    pub email: String,
}

/// Gives the registrant five more minutes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExtendReservation {
    /// The order.
    pub order_id: OrderId,
}

/// Confirms an order that costs nothing.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfirmFreeOrder {
    /// The order.
    pub order_id: OrderId,
}

/// How an order was settled at a desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum DeskMeans {
    /// In cash.
    Cash,
    /// On a card terminal.
    Terminal,
}

/// Records that an order was paid at a staffed desk.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettleAtDesk {
    /// The order.
    pub order_id: OrderId,
    /// How.
    pub means: DeskMeans,
    /// The slip's number.
    #[serde(default)]
    pub reference: Option<String>,
}

/// Where cancelled seats go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ReturnedSeats {
    /// Back to sale.
    BackToSale,
    /// Held back by the organizer.
    Held,
}

/// Cancels seats of a confirmed order.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CancelOrderSeats {
    /// The order.
    pub order_id: OrderId,
    /// The positions of the seats; absent: the whole order.
    #[serde(default)]
    pub positions: Option<Vec<u32>>,
    /// Why, without names.
    pub reason: String,
    /// What is kept of the price; absent: nothing.
    #[serde(default)]
    pub fee: Option<Money>,
    /// Where the seats go.
    pub returned: ReturnedSeats,
}

/// Begins a payment through the simulated processor; the amount is the order's total.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InitiateThirdPartyProcessorPayment {
    /// Made by the caller, one for each attempt.
    pub payment_id: PaymentId,
    /// The order.
    pub order_id: OrderId,
}

/// The processor's yes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompleteThirdPartyProcessorPayment {
    /// The payment.
    pub payment_id: PaymentId,
    /// The processor's one-time token; the organizer on the command line needs none.
    #[serde(default)]
    pub token: Option<String>,
}

/// The processor's no.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CancelThirdPartyProcessorPayment {
    /// The payment.
    pub payment_id: PaymentId,
    /// The processor's one-time token; the organizer on the command line needs none.
    #[serde(default)]
    pub token: Option<String>,
}

/// What the simulated processor does, for those who evaluate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum ProcessorScript {
    /// Accepts after so many seconds.
    AcceptAfter(u32),
    /// Rejects after so many seconds.
    RejectAfter(u32),
    /// Never answers.
    NeverAnswer,
    /// Accepts twice.
    AcceptTwice,
    /// Accepts after the reservation expired and its seats were released.
    AcceptAfterExpiry,
}

/// Lets the simulated processor answer by itself.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScriptThirdPartyProcessorPayment {
    /// The payment.
    pub payment_id: PaymentId,
    /// The processor's one-time token; the organizer on the command line needs none.
    #[serde(default)]
    pub token: Option<String>,
    /// What it does.
    pub script: ProcessorScript,
}

/// Pays by invoice; answers the invoice's number.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InitiateInvoicePayment {
    /// Made by the caller.
    pub payment_id: PaymentId,
    /// The order.
    pub order_id: OrderId,
    /// Who it goes to.
    pub billing: BillingForm,
}

/// Records that an invoice was paid.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MarkInvoicePaid {
    /// Such as `K3-0001`.
    pub invoice_number: String,
}

/// Who sits on a seat.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attendee {
    /// Up to 100 characters.
    #[serde(default)]
    pub first_name: String,
    /// Up to 100 characters.
    #[serde(default)]
    pub last_name: String,
    /// Required, except at a staffed desk or a kiosk.
    #[serde(default)]
    pub email: Option<String>,
}

/// Gives a seat to an attendee.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssignSeat {
    /// The order.
    pub order_id: OrderId,
    /// The seat, from 0.
    pub position: u32,
    /// Who gets it.
    pub attendee: Attendee,
}

/// Takes a seat back from its attendee.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnassignSeat {
    /// The order.
    pub order_id: OrderId,
    /// The seat, from 0.
    pub position: u32,
}

/// Tries again to get the seats of a late payment, after the quota was raised.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RetryLatePayment {
    /// The card.
    pub attention_id: AttentionId,
}

/// Records that money was given back.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordRefund {
    /// The card.
    pub attention_id: AttentionId,
    /// How much.
    pub amount: Money,
}

/// Closes a card without doing anything.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DismissAttention {
    /// The card.
    pub attention_id: AttentionId,
    /// Why, without names.
    pub reason: String,
}

/// Destroys the key of a person, and of every entry with the same e-mail.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ErasePerson {
    /// One entry of the person.
    pub person_id: PersonId,
    /// Why, without names: it stays in the log.
    pub reason: String,
}

/// Records that mails left this program, as files or otherwise.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MarkMailsExported {
    /// As `ListMails` gives them.
    pub mail_ids: Vec<i64>,
}

/// Chooses the folder into which the running application makes verified copies by itself.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetBackupFolder {
    /// Its full path, outside of the data folder, best on another disk; empty for none.
    pub folder: String,
}

/// Sets how many seats registrants may hold at once from one window where they are by themselves,
/// of all conferences together.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetHoldLimit {
    /// 1 to 1,000; 40 until it is set.
    pub hold_limit: i64,
}

/// Makes a backup in the chosen folder; answers when it is verified. It changes no data. A repeat
/// is answered as the first time; after a restart it makes another one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MakeBackup {}

/// Stops the backup that is being made, if there is one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CancelBackup {}

/// Advances a clock that stands still, and runs what falls due. On the command line only.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdvanceClock {
    /// By how much.
    pub seconds: u32,
}
