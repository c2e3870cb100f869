//! The mails that wait, with their texts: made from the read models when they are asked for, so that
//! the queue itself holds ids only. Who sat on a cancelled seat is in the log alone.

use event_store::{PersonKeys, for_each_in_stream};
use kernel::{ConferenceId, Decider, OrderId, PersonId, Timestamp};
use read_models::{
    answers::{ConferenceDetails, DraftOrderState, PaymentState},
    conference, draft_order, order_seats, payment, priced_order,
};
use registration::seat_assignments::{Seat, SeatAssignments};
use rusqlite::Connection;
use serde::Deserialize;

use super::lists::limit;
use crate::{
    aggregates::Aggregate,
    app::App,
    error::AppError,
    replay::{Unreadable, decode},
    wire::{
        answers::{Mail, Mails},
        queries as wire,
    },
};

/// What a row of the queue says. Written by `mail.rs`.
#[derive(Deserialize)]
#[serde(tag = "template", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Queued {
    AccessCode { conference_id: ConferenceId },
    OrderConfirmed { order_id: OrderId },
    OrderExpired { order_id: OrderId },
    OrderCancelled { order_id: OrderId },
    SeatsCancelled { order_id: OrderId, positions: Vec<u32> },
    SeatCancelled { order_id: OrderId, position: u32 },
    Ticket { order_id: OrderId, position: u32 },
}

/// To whom, about what, and the text in English and German.
struct Letter {
    template: &'static str,
    to: String,
    subject: String,
    text: String,
}

/// The mails that wait, oldest first. Rows without anybody to write to are passed over.
pub fn pending(
    app: &App,
    query: &wire::ListMails,
    views: &Connection,
    log: &Connection,
) -> Result<Mails, AppError> {
    let source = Source { views, log, keys: app.keys() };
    let limit = limit(query.limit)? as usize;
    let mut statement = log.prepare_cached(
        "SELECT id, body, enqueued_at, person FROM outbox
         WHERE done_at IS NULL AND kind = 'mail' AND ?1 < id ORDER BY id",
    )?;
    let mut rows = statement.query([query.after.unwrap_or(0)])?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        let body: String = row.get(1)?;
        let queued: Queued = serde_json::from_str(&body).map_err(AppError::broken)?;
        let person: Option<[u8; 16]> = row.get(3)?;
        let Some(letter) = write(&queued, person.map(person_id), &source)? else { continue };
        items.push(Mail {
            mail_id: row.get(0)?,
            template: letter.template.to_owned(),
            to: letter.to,
            subject: letter.subject,
            text: letter.text,
            queued_at: Timestamp::from_micros(row.get(2)?),
        });
        if items.len() == limit {
            break;
        }
    }
    Ok(Mails { items })
}

const fn person_id(bytes: [u8; 16]) -> PersonId {
    PersonId::from_uuid(uuid::Uuid::from_bytes(bytes))
}

/// What the texts are made from.
struct Source<'a> {
    views: &'a Connection,
    log: &'a Connection,
    keys: &'a PersonKeys,
}

fn write(
    queued: &Queued,
    person: Option<PersonId>,
    source: &Source<'_>,
) -> Result<Option<Letter>, AppError> {
    let views = source.views;
    match queued {
        Queued::AccessCode { conference_id } => access_code(*conference_id, views),
        Queued::OrderConfirmed { order_id } => to_registrant(*order_id, views, &CONFIRMED),
        Queued::OrderExpired { order_id } => expired(*order_id, views),
        Queued::OrderCancelled { order_id } => to_registrant(*order_id, views, &CANCELLED),
        Queued::SeatsCancelled { order_id, positions } => {
            seats_cancelled(*order_id, positions, source)
        }
        Queued::SeatCancelled { order_id, position } => {
            seat_cancelled(*order_id, *position, person, source)
        }
        Queued::Ticket { order_id, position } => ticket(*order_id, *position, person, views),
    }
}

/// The words of a letter to a registrant.
struct Words {
    template: &'static str,
    subject: (&'static str, &'static str),
    /// `{}` stands for what the letter is about.
    sentence: (&'static str, &'static str),
}

const CONFIRMED: Words = Words {
    template: "orderConfirmed",
    subject: ("Your order is confirmed", "Ihre Bestellung ist bestätigt"),
    sentence: (
        "your seats are yours. You can say who sits where at any time.",
        "Ihre Plätze gehören Ihnen. Wer darauf sitzt, können Sie jederzeit angeben.",
    ),
};

const EXPIRED: Words = Words {
    template: "orderExpired",
    subject: ("Your order has expired", "Ihre Bestellung ist abgelaufen"),
    sentence: (
        "the time to pay was over, and the seats are on sale again. Nothing was charged.",
        "die Zeit zum Bezahlen war um, und die Plätze sind wieder frei. Es wurde nichts berechnet.",
    ),
};

const CANCELLED: Words = Words {
    template: "orderCancelled",
    subject: ("Your order was cancelled", "Ihre Bestellung wurde storniert"),
    sentence: (
        "the organizer has cancelled your order.",
        "der Veranstalter hat Ihre Bestellung storniert.",
    ),
};

const SEATS_CANCELLED: Words = Words {
    template: "seatsCancelled",
    subject: ("Seats of your order were cancelled", "Plätze Ihrer Bestellung wurden storniert"),
    sentence: (
        "the organizer has cancelled these seats of your order: {}. You keep the others.",
        "der Veranstalter hat diese Plätze Ihrer Bestellung storniert: {}. Die übrigen behalten Sie.",
    ),
};

/// An order that was paid late is not over for its registrant: it was confirmed after all, or an
/// organizer decides about the money.
fn expired(order_id: OrderId, views: &Connection) -> Result<Option<Letter>, AppError> {
    let is_over = draft_order::by_id(views, order_id)?
        .is_some_and(|order| order.state == DraftOrderState::Rejected);
    let is_paid = payment::of_order(views, order_id)?
        .iter()
        .any(|payment| payment.state == PaymentState::Completed);
    if is_over && !is_paid { to_registrant(order_id, views, &EXPIRED) } else { Ok(None) }
}

fn to_registrant(
    order_id: OrderId,
    views: &Connection,
    words: &Words,
) -> Result<Option<Letter>, AppError> {
    to_registrant_about(order_id, views, words, "")
}

fn to_registrant_about(
    order_id: OrderId,
    views: &Connection,
    words: &Words,
    about: &str,
) -> Result<Option<Letter>, AppError> {
    let Some(order) = draft_order::by_id(views, order_id)? else { return Ok(None) };
    let Some(conference) = conference::by_id(views, order.conference_id)? else { return Ok(None) };
    let (Some(to), Some(first), Some(last)) =
        (order.registrant_email, order.registrant_first_name, order.registrant_last_name)
    else {
        return Ok(None);
    };
    let code = order.access_code;
    let (english, german) = words.sentence;
    let (english, german) = (english.replace("{}", about), german.replace("{}", about));
    Ok(Some(Letter {
        template: words.template,
        to,
        subject: subject(&conference, words.subject),
        text: both(
            &format!("Hello {first} {last},\n\n{english}\n\nOrder code: {code}"),
            &format!("Guten Tag {first} {last},\n\n{german}\n\nBestellcode: {code}"),
            &conference,
        ),
    }))
}

fn seats_cancelled(
    order_id: OrderId,
    positions: &[u32],
    source: &Source<'_>,
) -> Result<Option<Letter>, AppError> {
    let mut names: Vec<(String, u32)> = vec![];
    for position in positions {
        let Some((_, name)) = sold_seat(order_id, *position, source)? else { continue };
        match names.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => names.push((name, 1)),
        }
    }
    let names: Vec<String> =
        names.iter().map(|(name, count)| format!("{count} × {name}")).collect();
    to_registrant_about(order_id, source.views, &SEATS_CANCELLED, &names.join(", "))
}

fn seat_cancelled(
    order_id: OrderId,
    position: u32,
    person: Option<PersonId>,
    source: &Source<'_>,
) -> Result<Option<Letter>, AppError> {
    let Some(order) = draft_order::by_id(source.views, order_id)? else { return Ok(None) };
    let conference = conference::by_id(source.views, order.conference_id)?;
    let (Some(conference), Some((seat, name))) =
        (conference, sold_seat(order_id, position, source)?)
    else {
        return Ok(None);
    };
    let meant = seat.attendee.filter(|attendee| person == Some(attendee.person()));
    let attendee = meant.as_ref().and_then(|attendee| attendee.value());
    let Some((attendee, to)) = attendee.and_then(|one| Some((one, one.email.as_ref()?))) else {
        return Ok(None);
    };
    let (first, last) = (&attendee.first_name, &attendee.last_name);
    let words = ("Your seat was cancelled", "Ihr Platz wurde storniert");
    Ok(Some(Letter {
        template: "seatCancelled",
        to: to.to_string(),
        subject: subject(&conference, words),
        text: both(
            &format!(
                "Hello {first} {last},\n\nthe organizer has cancelled your seat: {name}. Your \
                 ticket for it is no longer valid."
            ),
            &format!(
                "Guten Tag {first} {last},\n\nder Veranstalter hat Ihren Platz storniert: {name}. \
                 Ihre Eintrittskarte dafür gilt nicht mehr."
            ),
            &conference,
        ),
    }))
}

/// A seat that was sold, cancelled since or not, with the name of its type. Nobody is given a
/// cancelled seat, so who is known there is who lost it.
fn sold_seat(
    order_id: OrderId,
    position: u32,
    source: &Source<'_>,
) -> Result<Option<(Seat, String)>, AppError> {
    let mut assignments = SeatAssignments::default();
    let stream = SeatAssignments::stream(order_id);
    for_each_in_stream(source.log, &stream, 0, |stored| {
        let fact = decode(stored, source.log, source.keys)?;
        if let Some(event) = SeatAssignments::of_fact(&fact.event) {
            assignments.evolve(event);
        }
        Ok::<(), Unreadable>(())
    })?;
    let seat = usize::try_from(position).ok().and_then(|at| assignments.seats().get(at).cloned());
    let lines = priced_order::by_id(source.views, order_id)?.map_or_else(Vec::new, |one| one.lines);
    Ok(seat.map(|seat| {
        let line = lines.into_iter().find(|line| line.seat_type_id == seat.seat_type);
        (seat, line.map(|line| line.description).unwrap_or_default())
    }))
}

fn access_code(
    conference_id: ConferenceId,
    views: &Connection,
) -> Result<Option<Letter>, AppError> {
    let Some(conference) = conference::by_id(views, conference_id)? else { return Ok(None) };
    let (Some(name), Some(to), Some(code)) =
        (&conference.owner_name, &conference.owner_email, conference.access_code)
    else {
        return Ok(None);
    };
    let words = ("Your access code", "Ihr Zugangscode");
    Ok(Some(Letter {
        template: "accessCode",
        to: to.clone(),
        subject: subject(&conference, words),
        text: both(
            &format!("Hello {name},\n\nwith this code you find your conference again: {code}"),
            &format!(
                "Guten Tag {name},\n\nmit diesem Code finden Sie Ihre Konferenz wieder: {code}"
            ),
            &conference,
        ),
    }))
}

fn ticket(
    order_id: OrderId,
    position: u32,
    person: Option<PersonId>,
    views: &Connection,
) -> Result<Option<Letter>, AppError> {
    let Some(order) = draft_order::by_id(views, order_id)? else { return Ok(None) };
    let Some(conference) = conference::by_id(views, order.conference_id)? else { return Ok(None) };
    let seats = order_seats::by_order(views, order_id)?.map_or_else(Vec::new, |order| order.seats);
    let seat = seats.into_iter().find(|seat| seat.position == position);
    let Some((name, Some(attendee))) = seat.map(|seat| (seat.seat_type_name, seat.attendee)) else {
        return Ok(None);
    };
    // The seat may have been given to somebody else since.
    let is_meant = person == Some(attendee.person_id);
    let Some(to) = attendee.email.filter(|_| is_meant) else { return Ok(None) };
    let (first, last) = (attendee.first_name, attendee.last_name);
    let code = format!("{}-{}", order.access_code, position + 1);
    Ok(Some(Letter {
        template: "ticket",
        to,
        subject: subject(&conference, ("Your ticket", "Ihre Eintrittskarte")),
        text: both(
            &format!("Hello {first} {last},\n\nyou have a seat: {name}.\n\nTicket: {code}"),
            &format!(
                "Guten Tag {first} {last},\n\nSie haben einen Platz: {name}.\n\nKarte: {code}"
            ),
            &conference,
        ),
    }))
}

fn subject(conference: &ConferenceDetails, (english, german): (&str, &str)) -> String {
    format!("{}: {english} / {german}", conference.name)
}

fn both(english: &str, german: &str, conference: &ConferenceDetails) -> String {
    let ConferenceDetails { name, location, start_date, end_date, .. } = conference;
    format!("{english}\n\n-- \n\n{german}\n\n{name}\n{start_date} – {end_date}\n{location}\n")
}
