//! The rules of a conference and its seat types.
//!
//! Invariants: it never ends before it starts; all its prices are in its one currency, which is
//! fixed with its creation (as are slug, owner and access code); once it was published, no seat
//! type disappears and every change of one is announced. A quantity may be lowered below what is
//! sold: that touches no sale here, and what is left to sell is another context's business.

use kernel::{AccessCode, ConferenceId, Currency, Money, Personal, SeatTypeId};

use crate::{
    command::{
        ConferenceCommand, CreateConference, DeleteSeatType, SeatTypeForm, SetInvoicePolicy,
        UnpublishConference, UpdateConference,
    },
    event::{
        ConferenceCreated, ConferenceDetails, ConferenceEvent, ConferencePublished,
        ConferenceUnpublished, ConferenceUpdated, InvoicePolicy, InvoicePolicyChanged, Owner,
        RedirectChanged, SeatTypeDeleted, SeatTypeTerms, SeatUpdated,
    },
    field::{FieldError, FieldRule},
    form::Form,
};

/// The dearest seat, in minor units: a thousand of them still add up exactly in every program that
/// reads the figures, one with JavaScript's numbers included.
const HIGHEST_PRICE: i64 = 1_000_000_000_000;
const HIGHEST_QUANTITY: u32 = 100_000;

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConferenceError {
    /// These fields, at least one, in the order of the form.
    #[error("{}", list(.0))]
    Invalid(Vec<FieldError>),
    /// There is no such conference.
    #[error("there is no such conference")]
    NotFound,
    /// The conference has no such seat type.
    #[error("the conference has no such seat type")]
    SeatTypeNotFound,
    /// A seat type was announced and can be in orders.
    #[error("a seat type of a conference that was published cannot be deleted")]
    WasPublished,
}

/// A conference and its seat types, as the tables hold them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conference {
    /// The conference.
    pub conference_id: ConferenceId,
    /// What may change.
    pub details: ConferenceDetails,
    /// Its name in addresses.
    pub slug: String,
    /// The currency of its prices.
    pub currency: Currency,
    /// Finds it again, together with the owner's e-mail address.
    pub access_code: AccessCode,
    /// Whose it is, unless they were erased.
    pub owner: Personal<Owner>,
    /// Whether it takes registrations.
    pub is_published: bool,
    /// Whether it ever did; never reset.
    pub was_ever_published: bool,
    /// Shown instead of the registration page while it is unpublished.
    pub redirect_url: Option<String>,
    /// When orders paid by invoice are confirmed.
    pub invoice_policy: InvoicePolicy,
    /// In the order of their creation.
    pub seat_types: Vec<SeatType>,
}

/// A seat type.
pub type SeatType = SeatTypeTerms;

/// What a command does to a conference as it is now, or to none.
///
/// Whether a new slug is free, the table decides when the events are applied.
///
/// # Errors
/// The rule that refuses the command; nothing happens then.
pub fn decide(
    conference: Option<&Conference>,
    command: &ConferenceCommand,
) -> Result<Vec<ConferenceEvent>, ConferenceError> {
    let existing = || conference.ok_or(ConferenceError::NotFound);
    match command {
        ConferenceCommand::CreateConference(command) => create(conference, command),
        ConferenceCommand::UpdateConference(command) => update(existing()?, command),
        ConferenceCommand::PublishConference(_) => Ok(publish(existing()?)),
        ConferenceCommand::UnpublishConference(command) => unpublish(existing()?, command),
        ConferenceCommand::CreateSeatType(form) => create_seat_type(existing()?, form),
        ConferenceCommand::UpdateSeatType(form) => update_seat_type(existing()?, form),
        ConferenceCommand::DeleteSeatType(command) => delete_seat_type(existing()?, command),
        ConferenceCommand::SetInvoicePolicy(command) => set_invoice_policy(existing()?, command),
    }
}

fn create(
    conference: Option<&Conference>,
    command: &CreateConference,
) -> Result<Vec<ConferenceEvent>, ConferenceError> {
    let created = read_creation(command).map_err(ConferenceError::Invalid)?;
    match conference {
        None => Ok(vec![ConferenceEvent::ConferenceCreated(Box::new(created))]),
        Some(conference) if conference.is_as_created(&created) => Ok(vec![]),
        Some(_) => Err(invalid("conferenceId", FieldRule::ConferenceIdTaken)),
    }
}

fn update(
    conference: &Conference,
    command: &UpdateConference,
) -> Result<Vec<ConferenceEvent>, ConferenceError> {
    let mut form = Form::default();
    let details = read_details(&mut form, &DetailsText::from(command));
    let details = form.finish(details).map_err(ConferenceError::Invalid)?;
    if details == conference.details {
        return Ok(vec![]);
    }
    let conference_id = conference.conference_id;
    Ok(vec![ConferenceEvent::ConferenceUpdated(ConferenceUpdated { conference_id, details })])
}

fn publish(conference: &Conference) -> Vec<ConferenceEvent> {
    if conference.is_published {
        return vec![];
    }
    let conference_id = conference.conference_id;
    let unannounced: &[SeatType] =
        if conference.was_ever_published { &[] } else { &conference.seat_types };
    let mut events: Vec<_> =
        unannounced.iter().cloned().map(ConferenceEvent::SeatCreated).collect();
    events.push(ConferenceEvent::ConferencePublished(ConferencePublished { conference_id }));
    events
}

fn unpublish(
    conference: &Conference,
    command: &UnpublishConference,
) -> Result<Vec<ConferenceEvent>, ConferenceError> {
    let mut form = Form::default();
    let redirect_url = given(command.redirect_url.as_deref())
        .and_then(|address| form.web_address("redirectUrl", address));
    let redirect_url = form.finish(Some(redirect_url)).map_err(ConferenceError::Invalid)?;
    let conference_id = conference.conference_id;
    if !conference.is_published {
        if redirect_url == conference.redirect_url {
            return Ok(vec![]);
        }
        let event = RedirectChanged { conference_id, redirect_url };
        return Ok(vec![ConferenceEvent::RedirectChanged(event)]);
    }
    Ok(vec![ConferenceEvent::ConferenceUnpublished(ConferenceUnpublished {
        conference_id,
        redirect_url,
    })])
}

fn create_seat_type(
    conference: &Conference,
    form: &SeatTypeForm,
) -> Result<Vec<ConferenceEvent>, ConferenceError> {
    let terms = read_terms(conference, form).map_err(ConferenceError::Invalid)?;
    match conference.seat_type(form.seat_type_id) {
        Some(present) if *present == terms => Ok(vec![]),
        Some(_) => Err(invalid("seatTypeId", FieldRule::SeatTypeIdTaken)),
        None if conference.was_ever_published => Ok(vec![ConferenceEvent::SeatCreated(terms)]),
        None => Ok(vec![ConferenceEvent::SeatTypeDefined(terms)]),
    }
}

fn update_seat_type(
    conference: &Conference,
    form: &SeatTypeForm,
) -> Result<Vec<ConferenceEvent>, ConferenceError> {
    let present =
        conference.seat_type(form.seat_type_id).ok_or(ConferenceError::SeatTypeNotFound)?;
    let terms = read_terms(conference, form).map_err(ConferenceError::Invalid)?;
    if *present == terms {
        return Ok(vec![]);
    }
    if !conference.was_ever_published {
        return Ok(vec![ConferenceEvent::SeatTypeChanged(terms)]);
    }
    let quantity_change = i64::from(terms.quantity) - i64::from(present.quantity);
    Ok(vec![ConferenceEvent::SeatUpdated(SeatUpdated { terms, quantity_change })])
}

fn delete_seat_type(
    conference: &Conference,
    command: &DeleteSeatType,
) -> Result<Vec<ConferenceEvent>, ConferenceError> {
    let seat_type_id = command.seat_type_id;
    conference.seat_type(seat_type_id).ok_or(ConferenceError::SeatTypeNotFound)?;
    if conference.was_ever_published {
        return Err(ConferenceError::WasPublished);
    }
    let conference_id = conference.conference_id;
    Ok(vec![ConferenceEvent::SeatTypeDeleted(SeatTypeDeleted { conference_id, seat_type_id })])
}

fn set_invoice_policy(
    conference: &Conference,
    command: &SetInvoicePolicy,
) -> Result<Vec<ConferenceEvent>, ConferenceError> {
    let invoice_policy = command.invoice_policy;
    if let InvoicePolicy::PayFirst(days) = invoice_policy
        && !(1..=365).contains(&days)
    {
        return Err(invalid("invoicePolicy", FieldRule::DaysOutOfRange));
    }
    if invoice_policy == conference.invoice_policy {
        return Ok(vec![]);
    }
    let conference_id = conference.conference_id;
    let event = InvoicePolicyChanged { conference_id, invoice_policy };
    Ok(vec![ConferenceEvent::InvoicePolicyChanged(event)])
}

/// The texts that creation and update have in common.
struct DetailsText<'a> {
    name: &'a str,
    description: &'a str,
    location: &'a str,
    tagline: Option<&'a str>,
    start_date: &'a str,
    end_date: &'a str,
    time_zone: &'a str,
}

impl<'a> From<&'a CreateConference> for DetailsText<'a> {
    fn from(command: &'a CreateConference) -> Self {
        Self {
            name: &command.name,
            description: &command.description,
            location: &command.location,
            tagline: command.tagline.as_deref(),
            start_date: &command.start_date,
            end_date: &command.end_date,
            time_zone: &command.time_zone,
        }
    }
}

impl<'a> From<&'a UpdateConference> for DetailsText<'a> {
    fn from(command: &'a UpdateConference) -> Self {
        Self {
            name: &command.name,
            description: &command.description,
            location: &command.location,
            tagline: command.tagline.as_deref(),
            start_date: &command.start_date,
            end_date: &command.end_date,
            time_zone: &command.time_zone,
        }
    }
}

fn read_creation(command: &CreateConference) -> Result<ConferenceCreated, Vec<FieldError>> {
    let mut form = Form::default();
    let owner_name = form.person_name("ownerName", &command.owner_name);
    let owner_email = form.email("ownerEmail", &command.owner_email);
    let details = read_details(&mut form, &DetailsText::from(command));
    let slug = form.slug("slug", &command.slug);
    let currency = form.currency("currency", &command.currency);
    let created = || {
        Some(ConferenceCreated {
            conference_id: command.conference_id,
            details: details?,
            slug: slug?,
            currency: currency?,
            access_code: command.access_code,
            owner: Personal::known(command.owner, Owner { name: owner_name?, email: owner_email? }),
        })
    };
    let created = created();
    form.finish(created)
}

/// `None` if one of the fields is marked.
fn read_details(form: &mut Form, text: &DetailsText<'_>) -> Option<ConferenceDetails> {
    let name = form.line("name", text.name, 1, 120);
    let description = match text.description.trim() {
        "" => form.mark("description", FieldRule::Required),
        description => form.paragraphs("description", description, 4_000),
    };
    let location = form.line("location", text.location, 1, 200);
    let tagline = given(text.tagline).and_then(|tagline| form.line("tagline", tagline, 1, 200));
    let start_date = form.date("startDate", text.start_date);
    let mut end_date = form.date("endDate", text.end_date);
    if let (Some(start), Some(end)) = (start_date, end_date)
        && end < start
    {
        end_date = form.mark("endDate", FieldRule::EndsBeforeStart);
    }
    let time_zone = form.time_zone("timeZone", text.time_zone);
    Some(ConferenceDetails {
        name: name?,
        description: description?,
        location: location?,
        tagline,
        start_date: start_date?,
        end_date: end_date?,
        time_zone: time_zone?,
    })
}

fn read_terms(
    conference: &Conference,
    command: &SeatTypeForm,
) -> Result<SeatTypeTerms, Vec<FieldError>> {
    let mut form = Form::default();
    let name = form.line("name", &command.name, 2, 70);
    let description = form.paragraphs("description", &command.description, 250);
    if command.price.currency != conference.currency {
        form.mark::<Money>("price", FieldRule::OtherCurrency);
    } else if !(0..=HIGHEST_PRICE).contains(&command.price.amount) {
        form.mark::<Money>("price", FieldRule::PriceOutOfRange);
    }
    let quantity = match u32::try_from(command.quantity) {
        Ok(quantity) if quantity <= HIGHEST_QUANTITY => Some(quantity),
        _ => form.mark("quantity", FieldRule::QuantityOutOfRange),
    };
    let terms = || {
        Some(SeatTypeTerms {
            conference_id: command.conference_id,
            seat_type_id: command.seat_type_id,
            name: name?,
            description: description?,
            price: command.price,
            quantity: quantity?,
        })
    };
    let terms = terms();
    form.finish(terms)
}

/// A text that may be left out; blank is the same as none.
fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

fn invalid(field: &'static str, rule: FieldRule) -> ConferenceError {
    ConferenceError::Invalid(vec![FieldError { field, rule }])
}

fn list(errors: &[FieldError]) -> String {
    errors.iter().map(FieldError::to_string).collect::<Vec<_>>().join("; ")
}

impl Conference {
    /// The seat type with this id.
    pub fn seat_type(&self, seat_type_id: SeatTypeId) -> Option<&SeatType> {
        self.seat_types.iter().find(|seat_type| seat_type.seat_type_id == seat_type_id)
    }

    /// A repeated creation brings a new access code and a new entry for its owner: these two are
    /// the caller's, not the person's, and do not make it another conference.
    fn is_as_created(&self, created: &ConferenceCreated) -> bool {
        self.details == created.details
            && self.slug == created.slug
            && self.currency == created.currency
            && self.owner.value() == created.owner.value()
    }
}

impl ConferenceError {
    /// The code on the wire; of several fields, the first one's.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(errors) => errors.first().map_or("InvalidField", FieldError::code),
            Self::NotFound | Self::SeatTypeNotFound => "RefusedNotFound",
            Self::WasPublished => "RefusedWasPublished",
        }
    }

    /// The field to mark; of several, the first one.
    pub fn field(&self) -> Option<&'static str> {
        self.fields().first().map(|error| error.field)
    }

    /// All fields to mark.
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid(errors) => errors,
            Self::NotFound | Self::SeatTypeNotFound | Self::WasPublished => &[],
        }
    }
}
