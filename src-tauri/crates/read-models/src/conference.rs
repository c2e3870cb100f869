//! Conferences as registrants and organizers read them, unannounced edits included.

use conference::{ConferenceCreated, ConferenceDetails as Details, ConferenceEvent, InvoicePolicy};
use kernel::{ConferenceId, EmailAddress, PersonEvent, Recorded};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use crate::{
    Fact,
    answers::ConferenceDetails,
    sql::{code, id},
};

/// The read model's name; its checkpoint hangs on it.
pub const NAME: &str = "conference";
/// Rises when the projection or its table changes; the read model is then rebuilt.
pub const VERSION: i64 = 2;
/// The table.
pub const SCHEMA: &str = include_str!("../../../../migrations/read_models/conference.sql");

/// Applies an event.
pub fn project(conn: &Connection, fact: &Recorded<Fact>) -> Result<bool> {
    match &fact.event {
        Fact::Conference(event) => apply(conn, event),
        Fact::Person(PersonEvent::PersonErased(event)) => conn
            .prepare_cached(
                "UPDATE rm_conference SET owner_name = NULL, owner_email = NULL,
                    owner_email_key = NULL WHERE owner_id = ?1",
            )?
            .execute([event.person_id.as_bytes().as_slice()])
            .map(|changed| 0 < changed),
        _ => Ok(false),
    }
}

fn apply(conn: &Connection, event: &ConferenceEvent) -> Result<bool> {
    match event {
        ConferenceEvent::ConferenceCreated(event) => create(conn, event)?,
        ConferenceEvent::ConferenceUpdated(event) => {
            update(conn, event.conference_id, &event.details)?;
        }
        ConferenceEvent::ConferencePublished(event) => {
            conn.prepare_cached(
                "UPDATE rm_conference SET is_published = 1, was_ever_published = 1,
                    redirect_url = NULL WHERE conference_id = ?1",
            )?
            .execute([event.conference_id.as_bytes()])?;
        }
        ConferenceEvent::ConferenceUnpublished(event) => {
            conn.prepare_cached(
                "UPDATE rm_conference SET is_published = 0, redirect_url = ?2
                 WHERE conference_id = ?1",
            )?
            .execute(params![event.conference_id.as_bytes(), event.redirect_url])?;
        }
        ConferenceEvent::RedirectChanged(event) => {
            conn.prepare_cached(
                "UPDATE rm_conference SET redirect_url = ?2 WHERE conference_id = ?1",
            )?
            .execute(params![event.conference_id.as_bytes(), event.redirect_url])?;
        }
        ConferenceEvent::InvoicePolicyChanged(event) => {
            let days = match event.invoice_policy {
                InvoicePolicy::ConfirmAtOnce => None,
                InvoicePolicy::PayFirst(days) => Some(days),
            };
            conn.prepare_cached(
                "UPDATE rm_conference SET invoice_days = ?2 WHERE conference_id = ?1",
            )?
            .execute(params![event.conference_id.as_bytes(), days])?;
        }
        ConferenceEvent::SeatCreated(_)
        | ConferenceEvent::SeatUpdated(_)
        | ConferenceEvent::SeatTypeDefined(_)
        | ConferenceEvent::SeatTypeChanged(_)
        | ConferenceEvent::SeatTypeDeleted(_) => return Ok(false),
    }
    Ok(true)
}

fn create(conn: &Connection, event: &ConferenceCreated) -> Result<()> {
    let owner = event.owner.value();
    let details = &event.details;
    conn.prepare_cached(
        "INSERT INTO rm_conference (conference_id, slug, name, description, location,
                tagline, start_date, end_date, time_zone, currency, is_published,
                was_ever_published, access_code, owner_id, owner_name, owner_email,
                owner_email_key)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, 0, ?11, ?12, ?13, ?14, ?15)",
    )?
    .execute(params![
        event.conference_id.as_bytes(),
        event.slug,
        details.name,
        details.description,
        details.location,
        details.tagline,
        details.start_date.to_string(),
        details.end_date.to_string(),
        details.time_zone,
        event.currency.code(),
        event.access_code.as_str(),
        event.owner.person().as_bytes(),
        owner.map(|owner| owner.name.as_str()),
        owner.map(|owner| owner.email.as_str()),
        owner.map(|owner| owner.email.key()),
    ])?;
    Ok(())
}

fn update(conn: &Connection, conference_id: ConferenceId, details: &Details) -> Result<usize> {
    conn.prepare_cached(
        "UPDATE rm_conference SET name = ?2, description = ?3, location = ?4, tagline = ?5,
            start_date = ?6, end_date = ?7, time_zone = ?8 WHERE conference_id = ?1",
    )?
    .execute(params![
        conference_id.as_bytes(),
        details.name,
        details.description,
        details.location,
        details.tagline,
        details.start_date.to_string(),
        details.end_date.to_string(),
        details.time_zone,
    ])
}

const COLUMNS: &str = "conference_id, name, description, location, tagline, slug, start_date,
    end_date, time_zone, currency, is_published, was_ever_published, redirect_url, invoice_days,
    owner_name, owner_email, access_code";

fn read(row: &Row<'_>) -> Result<ConferenceDetails> {
    let invoice_days: Option<u16> = row.get(13)?;
    Ok(ConferenceDetails {
        conference_id: id(row, 0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        location: row.get(3)?,
        tagline: row.get(4)?,
        slug: row.get(5)?,
        start_date: row.get(6)?,
        end_date: row.get(7)?,
        time_zone: row.get(8)?,
        currency: row.get(9)?,
        is_published: row.get(10)?,
        was_ever_published: row.get(11)?,
        redirect_url: row.get(12)?,
        invoice_policy: invoice_days.map_or(InvoicePolicy::ConfirmAtOnce, InvoicePolicy::PayFirst),
        owner_name: row.get(14)?,
        owner_email: row.get(15)?,
        access_code: Some(code(row, 16)?),
    })
}

/// One conference, by id.
pub fn by_id(conn: &Connection, conference_id: ConferenceId) -> Result<Option<ConferenceDetails>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM rm_conference WHERE conference_id = ?1"))?
        .query_row([conference_id.as_bytes()], read)
        .optional()
}

/// One conference, by slug without regard to case.
pub fn by_slug(conn: &Connection, slug: &str) -> Result<Option<ConferenceDetails>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM rm_conference WHERE slug = ?1"))?
        .query_row([slug], read)
        .optional()
}

/// All conferences, by start date.
pub fn list(conn: &Connection, published_only: bool) -> Result<Vec<ConferenceDetails>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM rm_conference WHERE is_published OR NOT ?1
         ORDER BY start_date, name, conference_id"
    ))?
    .query_map([published_only], read)?
    .collect()
}

/// The conference of an owner's e-mail and an access code.
pub fn locate(
    conn: &Connection,
    email: &EmailAddress,
    access_code: kernel::AccessCode,
) -> Result<Option<ConferenceId>> {
    conn.prepare_cached(
        "SELECT conference_id FROM rm_conference WHERE owner_email_key = ?1 AND access_code = ?2",
    )?
    .query_row([email.key().as_str(), access_code.as_str()], |row| id(row, 0))
    .optional()
}
