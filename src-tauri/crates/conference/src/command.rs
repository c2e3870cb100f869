//! What can be asked of a conference. Texts are as a person typed them: the rules trim and check
//! them, and a text that is missing is refused on its field like an empty one.

use kernel::{AccessCode, ConferenceId, Money, PersonId, SeatTypeId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::InvoicePolicy;

/// What can be asked of a conference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConferenceCommand {
    /// See [`CreateConference`].
    CreateConference(CreateConference),
    /// See [`UpdateConference`].
    UpdateConference(UpdateConference),
    /// See [`PublishConference`].
    PublishConference(PublishConference),
    /// See [`UnpublishConference`].
    UnpublishConference(UnpublishConference),
    /// Adds a seat type. The same again changes nothing.
    CreateSeatType(SeatTypeForm),
    /// Changes a seat type, through its own conference only. Orders that exist keep their names
    /// and prices. The same again changes nothing.
    UpdateSeatType(SeatTypeForm),
    /// See [`DeleteSeatType`].
    DeleteSeatType(DeleteSeatType),
    /// See [`SetInvoicePolicy`].
    SetInvoicePolicy(SetInvoicePolicy),
}

/// Creates a conference, unpublished. The same again changes nothing and keeps the first access
/// code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateConference {
    /// The new conference.
    pub conference_id: ConferenceId,
    /// See [`ConferenceDetails::name`](crate::ConferenceDetails::name).
    pub name: String,
    /// See [`ConferenceDetails::description`](crate::ConferenceDetails::description).
    pub description: String,
    /// See [`ConferenceDetails::location`](crate::ConferenceDetails::location).
    pub location: String,
    /// See [`ConferenceDetails::tagline`](crate::ConferenceDetails::tagline); blank is none.
    pub tagline: Option<String>,
    /// See [`ConferenceCreated::slug`](crate::ConferenceCreated::slug).
    pub slug: String,
    /// The first day, `YYYY-MM-DD`.
    pub start_date: String,
    /// The last day, `YYYY-MM-DD`.
    pub end_date: String,
    /// See [`ConferenceDetails::time_zone`](crate::ConferenceDetails::time_zone).
    pub time_zone: String,
    /// A code of ISO 4217.
    pub currency: String,
    /// The owner's name.
    pub owner_name: String,
    /// The owner's e-mail address.
    pub owner_email: String,
    /// The entry of the owner as a person, made by the caller.
    pub owner: PersonId,
    /// The access code, made by the caller from the system's randomness.
    pub access_code: AccessCode,
}

/// Changes the details of a conference and never its publish flags. The same again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateConference {
    /// The conference.
    pub conference_id: ConferenceId,
    /// See [`ConferenceDetails::name`](crate::ConferenceDetails::name).
    #[serde(default)]
    pub name: String,
    /// See [`ConferenceDetails::description`](crate::ConferenceDetails::description).
    #[serde(default)]
    pub description: String,
    /// See [`ConferenceDetails::location`](crate::ConferenceDetails::location).
    #[serde(default)]
    pub location: String,
    /// See [`ConferenceDetails::tagline`](crate::ConferenceDetails::tagline); blank is none.
    #[serde(default)]
    pub tagline: Option<String>,
    /// The first day, `YYYY-MM-DD`.
    #[serde(default)]
    pub start_date: String,
    /// The last day, `YYYY-MM-DD`.
    #[serde(default)]
    pub end_date: String,
    /// See [`ConferenceDetails::time_zone`](crate::ConferenceDetails::time_zone).
    #[serde(default)]
    pub time_zone: String,
}

/// Opens a conference for registration; the first time, announces its seat types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PublishConference {
    /// The conference.
    pub conference_id: ConferenceId,
}

/// Closes a conference for new registrations. Of one that is closed, only the address changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnpublishConference {
    /// The conference.
    pub conference_id: ConferenceId,
    /// See [`ConferenceUnpublished::redirect_url`](crate::ConferenceUnpublished::redirect_url); blank is none.
    #[serde(default)]
    pub redirect_url: Option<String>,
}

/// A seat type as it was typed: the fields of `CreateSeatType` and of `UpdateSeatType`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeatTypeForm {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The seat type.
    pub seat_type_id: SeatTypeId,
    /// See [`SeatTypeTerms::name`](crate::SeatTypeTerms::name).
    #[serde(default)]
    pub name: String,
    /// See [`SeatTypeTerms::description`](crate::SeatTypeTerms::description).
    #[serde(default)]
    pub description: String,
    /// See [`SeatTypeTerms::price`](crate::SeatTypeTerms::price).
    pub price: Money,
    /// See [`SeatTypeTerms::quantity`](crate::SeatTypeTerms::quantity).
    pub quantity: i64,
}

/// Removes a seat type of a conference that was never published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeleteSeatType {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The seat type.
    pub seat_type_id: SeatTypeId,
}

/// Says when orders paid by invoice are confirmed. Invoices already issued keep their policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetInvoicePolicy {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The policy from now on.
    pub invoice_policy: InvoicePolicy,
}

impl ConferenceCommand {
    /// The conference that is asked.
    pub fn conference_id(&self) -> ConferenceId {
        match self {
            Self::CreateConference(command) => command.conference_id,
            Self::UpdateConference(command) => command.conference_id,
            Self::PublishConference(command) => command.conference_id,
            Self::UnpublishConference(command) => command.conference_id,
            Self::CreateSeatType(form) | Self::UpdateSeatType(form) => form.conference_id,
            Self::DeleteSeatType(command) => command.conference_id,
            Self::SetInvoicePolicy(command) => command.conference_id,
        }
    }
}
