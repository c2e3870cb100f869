//! The mails with their texts: made from the read models when they are asked for or sent, so that the
//! queue itself holds ids only. Who sat on a cancelled seat is in the log alone.

use event_store::{OutboxEntry, PersonKeys, for_each_in_stream};
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
    sending::KIND,
    wire::mails::{self as wire, Mail, MailState, Mails},
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

/// Only this of what a row says: it is the same in every kind of mail.
#[derive(Deserialize)]
struct About {
    template: String,
}

const NEWEST_FIRST: &str = "id < ?1 ORDER BY id DESC";

/// Mails in one state, page by page. Of those that wait, rows without anybody to write to are
/// passed over: what left is told all the same.
pub fn list(
    app: &App,
    query: &wire::ListMails,
    views: &Connection,
    log: &Connection,
) -> Result<Mails, AppError> {
    let source = Source { views, log, keys: app.keys() };
    let limit = limit(query.limit)? as usize;
    let (is_in_state, first, order) = match query.state {
        MailState::Waiting => {
            ("done_at IS NULL AND set_aside_at IS NULL", 0, "id > ?1 ORDER BY id")
        }
        MailState::Undeliverable => {
            ("done_at IS NULL AND set_aside_at IS NOT NULL", i64::MAX, NEWEST_FIRST)
        }
        MailState::Sent => ("left_as = 'sent'", i64::MAX, NEWEST_FIRST),
        MailState::Exported => ("left_as = 'exported'", i64::MAX, NEWEST_FIRST),
    };
    let mut statement = log.prepare_cached(&format!(
        "SELECT id, kind, key, body, person, enqueued_at, attempts, refusals, last_error, done_at,
             next_try_at
         FROM outbox WHERE +kind = '{KIND}' AND {is_in_state} AND {order}"
    ))?;
    let mut rows = statement.query([query.after.unwrap_or(first)])?;
    let mut items: Vec<Mail> = Vec::new();
    while let Some(row) = rows.next()? {
        if items.len() == limit {
            let next = items.last().map(|mail| mail.mail_id);
            return Ok(Mails { items, next });
        }
        let entry = OutboxEntry::from_row(row)?;
        let letter = letter(&entry, query.state, &source)?;
        if query.state == MailState::Waiting && letter.is_none() {
            continue;
        }
        let moment = |micros: Option<i64>| micros.map(Timestamp::from_micros);
        items.push(Mail {
            state: query.state,
            left_at: moment(row.get(9)?),
            next_try_at: moment(row.get(10)?),
            ..mail(entry, letter)?
        });
    }
    Ok(Mails { items, next: None })
}

fn mail(entry: OutboxEntry, letter: Option<Letter>) -> Result<Mail, AppError> {
    let About { template } = serde_json::from_str(&entry.body).map_err(AppError::broken)?;
    let (to, subject, text) = match letter {
        Some(letter) => (Some(letter.to), Some(letter.subject), Some(letter.text)),
        None => (None, None, None),
    };
    Ok(Mail {
        mail_id: entry.id,
        key: entry.key,
        state: MailState::Waiting,
        template,
        to,
        subject,
        text,
        queued_at: entry.enqueued_at,
        left_at: None,
        attempts: entry.attempts,
        last_error: entry.last_error,
        next_try_at: None,
    })
}

/// What is to be sent for an entry of the outbox; nothing if there is nobody to write to any more.
pub fn to_send(
    entry: &OutboxEntry,
    at: Timestamp,
    log: &Connection,
    keys: &PersonKeys,
) -> Result<Option<mail::Letter>, AppError> {
    let letter = letter(entry, MailState::Waiting, &Source { views: log, log, keys })?;
    Ok(letter.map(|Letter { template, to, subject, text }| mail::Letter {
        number: entry.id,
        template: template.to_owned(),
        key: entry.key.clone(),
        to,
        subject,
        text,
        at,
    }))
}

fn letter(
    entry: &OutboxEntry,
    state: MailState,
    source: &Source<'_>,
) -> Result<Option<Letter>, AppError> {
    let queued: Queued = serde_json::from_str(&entry.body).map_err(AppError::broken)?;
    match queued {
        // What left is told as it left.
        Queued::OrderExpired { order_id } if state != MailState::Waiting => {
            to_registrant(order_id, source.views, &EXPIRED)
        }
        queued => write(&queued, entry.person, source),
    }
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
