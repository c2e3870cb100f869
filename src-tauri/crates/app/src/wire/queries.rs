//! The queries' parameters. `atLeast` and `asOf` may be given with every one of them.

use kernel::{ConferenceId, OrderId, PaymentId, SeatTypeId};
use read_models::answers::OrderStatus;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::commands::WantedSeats;

/// What this program is and which side it shows.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GetApplication {}

/// One conference, by its id or its slug.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GetConference {
    /// By id.
    #[serde(default)]
    pub conference_id: Option<ConferenceId>,
    /// Or by slug, without regard to case.
    #[serde(default)]
    pub slug: Option<String>,
}

/// The conferences.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListConferences {
    /// Only those with open registration; everybody but the organizer gets only those.
    #[serde(default)]
    pub published_only: bool,
}

/// Finds a conference again.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LocateConference {
    /// The owner's e-mail.
    pub email: String,
    /// Its access code, in any case.
    pub access_code: String,
}

/// What a selection of seats would cost.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EstimateTotal {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The selection.
    pub seats: Vec<WantedSeats>,
}

/// The seat types of a conference and what is left of them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GetSeatTypes {
    /// The conference.
    pub conference_id: ConferenceId,
}

/// What another quota of a seat type would leave.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PreviewQuota {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The seat type.
    pub seat_type_id: SeatTypeId,
    /// The quota to try.
    pub quantity: i64,
}

/// An order on its way.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GetDraftOrder {
    /// The order.
    pub order_id: OrderId,
}

/// What an order costs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GetPricedOrder {
    /// The order.
    pub order_id: OrderId,
}

/// Finds an order again, within one conference.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LocateOrder {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The registrant's e-mail.
    pub email: String,
    /// The order's access code, in any case.
    pub access_code: String,
}

/// The seats of a confirmed order.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GetOrderSeats {
    /// The order.
    pub order_id: OrderId,
}

/// One payment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GetPaymentDetails {
    /// The payment.
    pub payment_id: PaymentId,
}

/// The organizer's orders, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListOrders {
    /// The conference.
    pub conference_id: ConferenceId,
    /// Part of a name, an e-mail or a code, from 2 letters on.
    #[serde(default)]
    pub search: Option<String>,
    /// Only those that stand so.
    #[serde(default)]
    pub status: Option<OrderStatus>,
    /// `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
    /// 1 to 500; 50 unless told.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// Every seat of every confirmed order by its attendee's last and first name; the free ones last.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListAttendees {
    /// The conference.
    pub conference_id: ConferenceId,
    /// Part of a name, an e-mail or a code, from 2 letters on.
    #[serde(default)]
    pub search: Option<String>,
    /// `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
    /// 1 to 500; 50 unless told.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// What an organizer has to decide.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListAttentionCards {
    /// The conference.
    pub conference_id: ConferenceId,
}

/// The figures of a conference at a glance.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GetDashboard {
    /// The conference.
    pub conference_id: ConferenceId,
}

/// The facts that add up to a figure.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExplainFigure {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The figure's name, as `GetDashboard` gives it, such as `remaining:<seatTypeId>`.
    pub figure: String,
}

/// What happened: to one stream, in one flow, or in one conference.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GetHistory {
    /// Such as `order-018f…`.
    #[serde(default)]
    pub stream_id: Option<String>,
    /// Of a flow.
    #[serde(default)]
    pub correlation_id: Option<Uuid>,
    /// Of a conference.
    #[serde(default)]
    pub conference_id: Option<ConferenceId>,
    /// The position to go on from.
    #[serde(default)]
    pub after: Option<i64>,
    /// 1 to 500; 50 unless told.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// What is set for this installation, whatever the conference.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GetSettings {}

/// How it stands with the backups of this application.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GetBackups {}

/// The backups in the chosen folder, the newest first.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListBackups {}
