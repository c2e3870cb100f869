//! The tables `conferences` and `seat_types`: the state, as a plain projection of the events.
//!
//! All functions work on a connection whose transaction the caller has begun and will end.

use std::str::FromStr;

use kernel::{
    AccessCode, ConferenceId, EmailAddress, Money, PersonId, PersonName, Personal, SeatTypeId,
};
use rusqlite::{Connection, OptionalExtension, Row, named_params, types::Type};

use crate::{
    command::ConferenceCommand,
    conference::{Conference, ConferenceError, SeatType, decide},
    event::{
        ConferenceCreated, ConferenceDetails, ConferenceEvent, ConferenceUnpublished,
        ConferenceUpdated, InvoicePolicy, InvoicePolicyChanged, Owner, RedirectChanged,
        SeatTypeDeleted, SeatTypeTerms,
    },
    field::{FieldError, FieldRule},
};

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum HandleError {
    /// A rule refuses it.
    #[error(transparent)]
    Refused(#[from] ConferenceError),
    /// The tables could not be read or written.
    #[error(transparent)]
    Storage(#[from] rusqlite::Error),
}

/// Carries a command out: changes the tables, and returns the events to append to the log.
///
/// # Errors
/// `Refused`, and then no table has changed; `Storage`.
pub fn handle(
    connection: &Connection,
    command: &ConferenceCommand,
) -> Result<Vec<ConferenceEvent>, HandleError> {
    let conference = load(connection, command.conference_id())?;
    let events = decide(conference.as_ref(), command)?;
    for event in &events {
        apply(connection, event)?;
    }
    Ok(events)
}

/// Brings the tables to where they are after the event.
///
/// # Errors
/// `Refused` with `SlugTaken` or `SeatTypeIdTaken`, which only the tables can know; `Storage`.
pub fn apply(connection: &Connection, event: &ConferenceEvent) -> Result<(), HandleError> {
    match event {
        ConferenceEvent::ConferenceCreated(event) => insert_conference(connection, event),
        ConferenceEvent::ConferenceUpdated(event) => update_details(connection, event),
        ConferenceEvent::ConferencePublished(event) => publish(connection, event.conference_id),
        ConferenceEvent::ConferenceUnpublished(event) => unpublish(connection, event),
        ConferenceEvent::SeatCreated(terms)
        | ConferenceEvent::SeatTypeDefined(terms)
        | ConferenceEvent::SeatTypeChanged(terms) => put_seat_type(connection, terms),
        ConferenceEvent::SeatUpdated(event) => put_seat_type(connection, &event.terms),
        ConferenceEvent::SeatTypeDeleted(event) => delete_seat_type(connection, event),
        ConferenceEvent::InvoicePolicyChanged(event) => set_invoice_policy(connection, event),
        ConferenceEvent::RedirectChanged(event) => set_redirect(connection, event),
    }
}

/// The name of the conference with this id.
///
/// # Errors
/// The table could not be read.
pub fn load_name(
    connection: &Connection,
    conference_id: ConferenceId,
) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT name FROM conferences WHERE conference_id = ?1")?
        .query_row([conference_id.uuid()], |row| row.get(0))
        .optional()
}

/// The conference with this id.
///
/// # Errors
/// The tables could not be read.
pub fn load(
    connection: &Connection,
    conference_id: ConferenceId,
) -> rusqlite::Result<Option<Conference>> {
    let sql = "SELECT access_code, owner_person, owner_name, owner_email, name, description,
                   location, tagline, slug, start_date, end_date, time_zone, currency,
                   is_published, was_ever_published, redirect_url, pay_first_days
               FROM conferences WHERE conference_id = ?1";
    let conference = connection
        .prepare_cached(sql)?
        .query_row([conference_id.uuid()], |row| read_conference(conference_id, row))
        .optional()?;
    let Some(mut conference) = conference else {
        return Ok(None);
    };
    let sql = "SELECT seat_type_id, name, description, price, quantity
               FROM seat_types WHERE conference_id = ?1 ORDER BY place";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([conference_id.uuid()])?;
    while let Some(row) = rows.next()? {
        let seat_type = read_seat_type(&conference, row)?;
        conference.seat_types.push(seat_type);
    }
    Ok(Some(conference))
}

/// The conference of this owner with this access code, both without regard to case. A wrong code,
/// an unknown address and a text that cannot be either give the same answer. Should one owner have
/// two conferences with one code, the one with the lower id is meant.
///
/// # Errors
/// The tables could not be read.
pub fn locate(
    connection: &Connection,
    email: &str,
    access_code: &str,
) -> rusqlite::Result<Option<ConferenceId>> {
    let (Ok(email), Ok(code)) = (email.parse::<EmailAddress>(), access_code.parse::<AccessCode>())
    else {
        return Ok(None);
    };
    let sql = "SELECT conference_id FROM conferences
               WHERE access_code = ?1 AND owner_email_key = ?2 ORDER BY conference_id LIMIT 1";
    connection
        .prepare_cached(sql)?
        .query_row((code.as_str(), email.key()), |row| row.get(0).map(ConferenceId::from_uuid))
        .optional()
}

/// Forgets what the tables know of an erased person, as if their events were applied erased.
///
/// # Errors
/// The tables could not be written.
pub fn scrub(connection: &Connection, person: PersonId) -> rusqlite::Result<()> {
    let sql = "UPDATE conferences SET owner_name = NULL, owner_email = NULL, owner_email_key = NULL
               WHERE owner_person = ?1";
    connection.prepare_cached(sql)?.execute([person.uuid()]).map(drop)
}

fn insert_conference(
    connection: &Connection,
    event: &ConferenceCreated,
) -> Result<(), HandleError> {
    let sql = "INSERT INTO conferences (
                   conference_id, access_code, owner_person, owner_name, owner_email,
                   owner_email_key, name, description, location, tagline, slug, start_date,
                   end_date, time_zone, currency, is_published, was_ever_published)
               VALUES (
                   :conference_id, :access_code, :owner_person, :owner_name, :owner_email,
                   :owner_email_key, :name, :description, :location, :tagline, :slug, :start_date,
                   :end_date, :time_zone, :currency, 0, 0)
               ON CONFLICT (slug) DO NOTHING";
    let owner = event.owner.value();
    let details = &event.details;
    let inserted = connection.prepare_cached(sql)?.execute(named_params! {
        ":conference_id": event.conference_id.uuid(),
        ":access_code": event.access_code.as_str(),
        ":owner_person": event.owner.person().uuid(),
        ":owner_name": owner.map(|owner| owner.name.as_str()),
        ":owner_email": owner.map(|owner| owner.email.as_str()),
        ":owner_email_key": owner.map(|owner| owner.email.key()),
        ":name": details.name,
        ":description": details.description,
        ":location": details.location,
        ":tagline": details.tagline,
        ":slug": event.slug,
        ":start_date": details.start_date.to_string(),
        ":end_date": details.end_date.to_string(),
        ":time_zone": details.time_zone,
        ":currency": event.currency.code(),
    })?;
    if inserted == 0 {
        return Err(taken("slug", FieldRule::SlugTaken));
    }
    Ok(())
}

fn update_details(connection: &Connection, event: &ConferenceUpdated) -> Result<(), HandleError> {
    let sql = "UPDATE conferences SET
                   name = :name, description = :description, location = :location,
                   tagline = :tagline, start_date = :start_date, end_date = :end_date,
                   time_zone = :time_zone
               WHERE conference_id = :conference_id";
    let details = &event.details;
    connection.prepare_cached(sql)?.execute(named_params! {
        ":conference_id": event.conference_id.uuid(),
        ":name": details.name,
        ":description": details.description,
        ":location": details.location,
        ":tagline": details.tagline,
        ":start_date": details.start_date.to_string(),
        ":end_date": details.end_date.to_string(),
        ":time_zone": details.time_zone,
    })?;
    Ok(())
}

fn publish(connection: &Connection, conference_id: ConferenceId) -> Result<(), HandleError> {
    let sql = "UPDATE conferences SET is_published = 1, was_ever_published = 1
               WHERE conference_id = ?1";
    connection.prepare_cached(sql)?.execute([conference_id.uuid()])?;
    Ok(())
}

fn unpublish(connection: &Connection, event: &ConferenceUnpublished) -> Result<(), HandleError> {
    let sql = "UPDATE conferences SET is_published = 0, redirect_url = ?2 WHERE conference_id = ?1";
    connection
        .prepare_cached(sql)?
        .execute((event.conference_id.uuid(), event.redirect_url.as_deref()))?;
    Ok(())
}

/// The first publish announces seat types that have their row already: the event then changes
/// nothing. A row of another conference is never touched.
fn put_seat_type(connection: &Connection, terms: &SeatTypeTerms) -> Result<(), HandleError> {
    let sql = "INSERT INTO seat_types (
                   seat_type_id, conference_id, place, name, description, price, quantity)
               VALUES (
                   :seat_type_id, :conference_id,
                   (SELECT COALESCE(MAX(place), 0) + 1 FROM seat_types
                    WHERE conference_id = :conference_id),
                   :name, :description, :price, :quantity)
               ON CONFLICT (seat_type_id) DO UPDATE SET
                   name = excluded.name, description = excluded.description,
                   price = excluded.price, quantity = excluded.quantity
               WHERE conference_id = excluded.conference_id";
    let written = connection.prepare_cached(sql)?.execute(named_params! {
        ":seat_type_id": terms.seat_type_id.uuid(),
        ":conference_id": terms.conference_id.uuid(),
        ":name": terms.name,
        ":description": terms.description,
        ":price": terms.price.amount,
        ":quantity": terms.quantity,
    })?;
    if written == 0 {
        return Err(taken("seatTypeId", FieldRule::SeatTypeIdTaken));
    }
    Ok(())
}

fn delete_seat_type(connection: &Connection, event: &SeatTypeDeleted) -> Result<(), HandleError> {
    let sql = "DELETE FROM seat_types WHERE seat_type_id = ?1 AND conference_id = ?2";
    connection
        .prepare_cached(sql)?
        .execute((event.seat_type_id.uuid(), event.conference_id.uuid()))?;
    Ok(())
}

fn set_invoice_policy(
    connection: &Connection,
    event: &InvoicePolicyChanged,
) -> Result<(), HandleError> {
    let days = match event.invoice_policy {
        InvoicePolicy::ConfirmAtOnce => None,
        InvoicePolicy::PayFirst(days) => Some(days),
    };
    let sql = "UPDATE conferences SET pay_first_days = ?2 WHERE conference_id = ?1";
    connection.prepare_cached(sql)?.execute((event.conference_id.uuid(), days))?;
    Ok(())
}

fn set_redirect(connection: &Connection, event: &RedirectChanged) -> Result<(), HandleError> {
    let sql = "UPDATE conferences SET redirect_url = ?2 WHERE conference_id = ?1";
    connection
        .prepare_cached(sql)?
        .execute((event.conference_id.uuid(), event.redirect_url.as_deref()))?;
    Ok(())
}

fn read_conference(conference_id: ConferenceId, row: &Row<'_>) -> rusqlite::Result<Conference> {
    let pay_first_days: Option<u16> = row.get("pay_first_days")?;
    Ok(Conference {
        conference_id,
        details: ConferenceDetails {
            name: row.get("name")?,
            description: row.get("description")?,
            location: row.get("location")?,
            tagline: row.get("tagline")?,
            start_date: parsed(row, "start_date")?,
            end_date: parsed(row, "end_date")?,
            time_zone: row.get("time_zone")?,
        },
        slug: row.get("slug")?,
        currency: parsed(row, "currency")?,
        access_code: parsed(row, "access_code")?,
        owner: read_owner(row)?,
        is_published: row.get("is_published")?,
        was_ever_published: row.get("was_ever_published")?,
        redirect_url: row.get("redirect_url")?,
        invoice_policy: pay_first_days
            .map_or(InvoicePolicy::ConfirmAtOnce, InvoicePolicy::PayFirst),
        seat_types: Vec::new(),
    })
}

fn read_owner(row: &Row<'_>) -> rusqlite::Result<Personal<Owner>> {
    let person = PersonId::from_uuid(row.get("owner_person")?);
    if row.get::<_, Option<String>>("owner_email")?.is_none() {
        return Ok(Personal::Erased { person });
    }
    let name: PersonName = parsed(row, "owner_name")?;
    let email: EmailAddress = parsed(row, "owner_email")?;
    Ok(Personal::known(person, Owner { name, email }))
}

fn read_seat_type(conference: &Conference, row: &Row<'_>) -> rusqlite::Result<SeatType> {
    Ok(SeatType {
        conference_id: conference.conference_id,
        seat_type_id: SeatTypeId::from_uuid(row.get("seat_type_id")?),
        name: row.get("name")?,
        description: row.get("description")?,
        price: Money::new(row.get("price")?, conference.currency),
        quantity: row.get("quantity")?,
    })
}

/// A column whose text has a form of its own.
fn parsed<T>(row: &Row<'_>, column: &str) -> rusqlite::Result<T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    let text: String = row.get(column)?;
    let place = row.as_ref().column_index(column)?;
    text.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(place, Type::Text, Box::new(error))
    })
}

fn taken(field: &'static str, rule: FieldRule) -> HandleError {
    ConferenceError::Invalid(vec![FieldError { field, rule }]).into()
}
