//! What can happen to a conference. The stored names and fields are forever.
//!
//! Before the first publish other contexts hear only of the conference itself: a seat type is then
//! `SeatTypeDefined`, `SeatTypeChanged` or `SeatTypeDeleted`, which the log keeps and nobody else
//! acts on. From the first publish on it is `SeatCreated` and `SeatUpdated`.

use chrono::NaiveDate;
use kernel::{
    AccessCode, ConferenceId, Currency, DecodeError, DomainEvent, EmailAddress, Money, PersonName,
    Personal, SeatTypeId, Vault,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A change of a conference or of one of its seat types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConferenceEvent {
    /// There is a new conference, unpublished and without seat types.
    ConferenceCreated(Box<ConferenceCreated>),
    /// Its details changed; whether it is published did not.
    ConferenceUpdated(ConferenceUpdated),
    /// It takes registrations from now on.
    ConferencePublished(ConferencePublished),
    /// It takes no new registrations until it is published again.
    ConferenceUnpublished(ConferenceUnpublished),
    /// A seat type goes on sale: its whole quantity is new.
    SeatCreated(SeatTypeTerms),
    /// A seat type on sale changed.
    SeatUpdated(SeatUpdated),
    /// A seat type exists, unannounced until the first publish.
    SeatTypeDefined(SeatTypeTerms),
    /// An unannounced seat type changed.
    SeatTypeChanged(SeatTypeTerms),
    /// An unannounced seat type is gone.
    SeatTypeDeleted(SeatTypeDeleted),
    /// Invoices of this conference are confirmed in another way from now on. Unannounced: whoever
    /// issues an invoice asks for the policy of that moment.
    InvoicePolicyChanged(InvoicePolicyChanged),
    /// Visitors of an unpublished conference are pointed elsewhere from now on. Unannounced: the
    /// conference is as closed as it was.
    RedirectChanged(RedirectChanged),
}

/// What an organizer may change of a conference at any time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConferenceDetails {
    /// 1 to 120 characters, one line.
    pub name: String,
    /// To 4,000 characters, may have several lines, may be empty.
    pub description: String,
    /// 1 to 200 characters, one line.
    pub location: String,
    /// 1 to 200 characters, one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tagline: Option<String>,
    /// The first day, in the conference's time zone.
    pub start_date: NaiveDate,
    /// The last day; never before the first.
    pub end_date: NaiveDate,
    /// A name of the IANA time zone database, such as `Europe/Berlin`.
    pub time_zone: String,
}

/// Whoever created a conference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The name, in one piece.
    pub name: PersonName,
    /// Where the access code is sent to.
    pub email: EmailAddress,
}

/// When an order that is paid by invoice counts as paid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum InvoicePolicy {
    /// As soon as the invoice is issued.
    #[default]
    ConfirmAtOnce,
    /// When the organizer marks the invoice paid; the seats are kept for so many days, 1 to 365.
    PayFirst(u16),
}

/// See [`ConferenceEvent::ConferenceCreated`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConferenceCreated {
    /// The conference.
    pub conference_id: ConferenceId,
    /// What may change later.
    #[serde(flatten)]
    pub details: ConferenceDetails,
    /// Its name in addresses: letters, digits, `-` and `_`, 2 to 64 characters, fixed.
    pub slug: String,
    /// The currency of all its prices, fixed.
    pub currency: Currency,
    /// Finds the conference again together with the owner's e-mail address; fixed.
    pub access_code: AccessCode,
    /// Whose conference it is; fixed.
    pub owner: Personal<Owner>,
}

/// See [`ConferenceEvent::ConferenceUpdated`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConferenceUpdated {
    /// The conference.
    pub conference_id: ConferenceId,
    /// All details as they are now.
    #[serde(flatten)]
    pub details: ConferenceDetails,
}

/// See [`ConferenceEvent::ConferencePublished`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConferencePublished {
    /// The conference.
    pub conference_id: ConferenceId,
}

/// See [`ConferenceEvent::ConferenceUnpublished`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConferenceUnpublished {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The http or https address shown instead of the registration page; without one, none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
}

/// A seat type as it is offered: the data of `SeatCreated`, `SeatTypeDefined` and
/// `SeatTypeChanged`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatTypeTerms {
    /// The conference that it belongs to.
    pub conference_id: ConferenceId,
    /// The seat type.
    pub seat_type_id: SeatTypeId,
    /// 2 to 70 characters, one line.
    pub name: String,
    /// To 250 characters, may be empty.
    pub description: String,
    /// The price of one seat, 0 or more.
    pub price: Money,
    /// How many seats there are in all, 0 to 100,000.
    pub quantity: u32,
}

/// See [`ConferenceEvent::SeatUpdated`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatUpdated {
    /// The seat type as it is offered now, with its absolute quantity.
    #[serde(flatten)]
    pub terms: SeatTypeTerms,
    /// How many seats were added (positive) or taken away (negative).
    pub quantity_change: i64,
}

/// See [`ConferenceEvent::SeatTypeDeleted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatTypeDeleted {
    /// The conference that it belonged to.
    pub conference_id: ConferenceId,
    /// The seat type.
    pub seat_type_id: SeatTypeId,
}

/// See [`ConferenceEvent::InvoicePolicyChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoicePolicyChanged {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The policy for invoices issued from now on.
    pub invoice_policy: InvoicePolicy,
}

/// See [`ConferenceEvent::RedirectChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RedirectChanged {
    /// The conference.
    pub conference_id: ConferenceId,
    /// The http or https address shown instead of the registration page; without one, none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
}

impl ConferenceEvent {
    /// The conference it happened to.
    pub fn conference_id(&self) -> ConferenceId {
        match self {
            Self::ConferenceCreated(event) => event.conference_id,
            Self::ConferenceUpdated(event) => event.conference_id,
            Self::ConferencePublished(event) => event.conference_id,
            Self::ConferenceUnpublished(event) => event.conference_id,
            Self::SeatCreated(terms)
            | Self::SeatTypeDefined(terms)
            | Self::SeatTypeChanged(terms) => terms.conference_id,
            Self::SeatUpdated(event) => event.terms.conference_id,
            Self::SeatTypeDeleted(event) => event.conference_id,
            Self::InvoicePolicyChanged(event) => event.conference_id,
            Self::RedirectChanged(event) => event.conference_id,
        }
    }

    /// Whether other contexts may act on it: whether it is an integration event.
    pub fn is_announced(&self) -> bool {
        match self {
            Self::ConferenceCreated(_)
            | Self::ConferenceUpdated(_)
            | Self::ConferencePublished(_)
            | Self::ConferenceUnpublished(_)
            | Self::SeatCreated(_)
            | Self::SeatUpdated(_) => true,
            Self::SeatTypeDefined(_)
            | Self::SeatTypeChanged(_)
            | Self::SeatTypeDeleted(_)
            | Self::InvoicePolicyChanged(_)
            | Self::RedirectChanged(_) => false,
        }
    }
}

impl DomainEvent for ConferenceEvent {
    const TYPES: &'static [&'static str] = &[
        "ConferenceCreated",
        "ConferenceUpdated",
        "ConferencePublished",
        "ConferenceUnpublished",
        "SeatCreated",
        "SeatUpdated",
        "SeatTypeDefined",
        "SeatTypeChanged",
        "SeatTypeDeleted",
        "InvoicePolicyChanged",
        "RedirectChanged",
    ];

    fn type_name(&self) -> &'static str {
        match self {
            Self::ConferenceCreated(_) => "ConferenceCreated",
            Self::ConferenceUpdated(_) => "ConferenceUpdated",
            Self::ConferencePublished(_) => "ConferencePublished",
            Self::ConferenceUnpublished(_) => "ConferenceUnpublished",
            Self::SeatCreated(_) => "SeatCreated",
            Self::SeatUpdated(_) => "SeatUpdated",
            Self::SeatTypeDefined(_) => "SeatTypeDefined",
            Self::SeatTypeChanged(_) => "SeatTypeChanged",
            Self::SeatTypeDeleted(_) => "SeatTypeDeleted",
            Self::InvoicePolicyChanged(_) => "InvoicePolicyChanged",
            Self::RedirectChanged(_) => "RedirectChanged",
        }
    }

    fn encode(&self) -> Result<String, serde_json::Error> {
        match self {
            Self::ConferenceCreated(event) => serde_json::to_string(event),
            Self::ConferenceUpdated(event) => serde_json::to_string(event),
            Self::ConferencePublished(event) => serde_json::to_string(event),
            Self::ConferenceUnpublished(event) => serde_json::to_string(event),
            Self::SeatCreated(terms)
            | Self::SeatTypeDefined(terms)
            | Self::SeatTypeChanged(terms) => serde_json::to_string(terms),
            Self::SeatUpdated(event) => serde_json::to_string(event),
            Self::SeatTypeDeleted(event) => serde_json::to_string(event),
            Self::InvoicePolicyChanged(event) => serde_json::to_string(event),
            Self::RedirectChanged(event) => serde_json::to_string(event),
        }
    }

    fn decode(type_name: &str, schema_version: u16, payload: &str) -> Result<Self, DecodeError> {
        if schema_version != 1 {
            return Err(DecodeError::unknown(type_name, schema_version));
        }
        match type_name {
            "ConferenceCreated" => read(type_name, payload).map(Self::ConferenceCreated),
            "ConferenceUpdated" => read(type_name, payload).map(Self::ConferenceUpdated),
            "ConferencePublished" => read(type_name, payload).map(Self::ConferencePublished),
            "ConferenceUnpublished" => read(type_name, payload).map(Self::ConferenceUnpublished),
            "SeatCreated" => read(type_name, payload).map(Self::SeatCreated),
            "SeatUpdated" => read(type_name, payload).map(Self::SeatUpdated),
            "SeatTypeDefined" => read(type_name, payload).map(Self::SeatTypeDefined),
            "SeatTypeChanged" => read(type_name, payload).map(Self::SeatTypeChanged),
            "SeatTypeDeleted" => read(type_name, payload).map(Self::SeatTypeDeleted),
            "InvoicePolicyChanged" => read(type_name, payload).map(Self::InvoicePolicyChanged),
            "RedirectChanged" => read(type_name, payload).map(Self::RedirectChanged),
            _ => Err(DecodeError::unknown(type_name, schema_version)),
        }
    }

    fn seal(&mut self, vault: &mut dyn Vault) {
        if let Self::ConferenceCreated(event) = self {
            event.owner.seal(vault, "owner");
        }
    }

    fn open(&mut self, vault: &mut dyn Vault) {
        if let Self::ConferenceCreated(event) = self {
            event.owner.open(vault, "owner");
        }
    }
}

fn read<T: DeserializeOwned>(type_name: &str, payload: &str) -> Result<T, DecodeError> {
    serde_json::from_str(payload).map_err(|source| DecodeError::malformed(type_name, source))
}
