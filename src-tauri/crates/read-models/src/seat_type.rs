//! What is left of each seat type.

use conference::{ConferenceEvent, SeatTypeTerms};
use kernel::{ConferenceId, Recorded, SeatTypeId};
use registration::{
    order::OrderEvent,
    seat_assignments::SeatAssignmentsEvent,
    seats_availability::{SeatChange, SeatsAvailabilityEvent},
};
use rusqlite::{Connection, Result, Row, params};

use crate::{
    Fact,
    answers::SeatType,
    sql::{id, money},
};

/// The read model's name; its checkpoint hangs on it.
pub const NAME: &str = "seat_type";
/// Rises when the projection or its table changes; the read model is then rebuilt.
pub const VERSION: i64 = 1;
/// The table.
pub const SCHEMA: &str = include_str!("../../../../migrations/read_models/seat_type.sql");

/// Applies an event.
pub fn project(conn: &Connection, fact: &Recorded<Fact>) -> Result<bool> {
    match &fact.event {
        Fact::Conference(event) => define(conn, event, fact.position),
        Fact::SeatsAvailability(event) => match event {
            SeatsAvailabilityEvent::AvailableSeatsChanged(event) => change(conn, &event.seats),
            SeatsAvailabilityEvent::SeatsReserved(event) => {
                change(conn, &event.available_seats_changed)
            }
            SeatsAvailabilityEvent::SeatsReservationCancelled(event) => {
                change(conn, &event.available_seats_changed)
            }
            SeatsAvailabilityEvent::SeatsReservationCommitted(_) => Ok(false),
        },
        Fact::SeatAssignments(SeatAssignmentsEvent::SeatAssignmentsCreated(event)) => {
            for seat in &event.seats {
                sell(conn, seat.seat_type, 1)?;
            }
            Ok(true)
        }
        Fact::Order(OrderEvent::OrderSeatsCancelled(event)) => {
            for line in &event.seats {
                sell(conn, line.seat_type_id, -i64::from(line.quantity))?;
            }
            Ok(true)
        }
        _ => Ok(false),
    }
}

fn define(conn: &Connection, event: &ConferenceEvent, position: i64) -> Result<bool> {
    match event {
        ConferenceEvent::SeatTypeDefined(terms) => write(conn, terms, position, false)?,
        ConferenceEvent::SeatCreated(terms) => write(conn, terms, position, true)?,
        ConferenceEvent::SeatTypeChanged(terms) => write(conn, terms, position, false)?,
        ConferenceEvent::SeatUpdated(event) => write(conn, &event.terms, position, true)?,
        ConferenceEvent::SeatTypeDeleted(event) => {
            conn.prepare_cached("DELETE FROM rm_seat_type WHERE seat_type_id = ?1")?
                .execute([event.seat_type_id.as_bytes()])?;
        }
        ConferenceEvent::ConferenceCreated(_)
        | ConferenceEvent::ConferenceUpdated(_)
        | ConferenceEvent::ConferencePublished(_)
        | ConferenceEvent::ConferenceUnpublished(_)
        | ConferenceEvent::InvoicePolicyChanged(_)
        | ConferenceEvent::RedirectChanged(_) => return Ok(false),
    }
    Ok(true)
}

fn write(conn: &Connection, terms: &SeatTypeTerms, position: i64, announced: bool) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO rm_seat_type (seat_type_id, conference_id, place, name, description,
            price_amount, price_currency, quantity, announced, remaining, sold)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0)
         ON CONFLICT (seat_type_id) DO UPDATE SET name = excluded.name,
            description = excluded.description, price_amount = excluded.price_amount,
            price_currency = excluded.price_currency, quantity = excluded.quantity,
            announced = excluded.announced",
    )?
    .execute(params![
        terms.seat_type_id.as_bytes(),
        terms.conference_id.as_bytes(),
        position,
        terms.name,
        terms.description,
        terms.price.amount,
        terms.price.currency.code(),
        terms.quantity,
        announced,
    ])?;
    Ok(())
}

fn change(conn: &Connection, changes: &[SeatChange]) -> Result<bool> {
    let mut statement = conn.prepare_cached(
        "UPDATE rm_seat_type SET remaining = remaining + ?2 WHERE seat_type_id = ?1",
    )?;
    for change in changes {
        statement.execute(params![change.seat_type_id.as_bytes(), change.difference])?;
    }
    Ok(!changes.is_empty())
}

fn sell(conn: &Connection, seat_type_id: SeatTypeId, count: i64) -> Result<()> {
    conn.prepare_cached("UPDATE rm_seat_type SET sold = sold + ?2 WHERE seat_type_id = ?1")?
        .execute(params![seat_type_id.as_bytes(), count])?;
    Ok(())
}

/// Nothing is held or sold of a seat type that was not announced yet.
fn read(row: &Row<'_>) -> Result<SeatType> {
    let quantity: i64 = row.get(5)?;
    let announced: bool = row.get(6)?;
    let remaining: i64 = if announced { row.get(7)? } else { quantity };
    let sold: i64 = row.get(8)?;
    Ok(SeatType {
        seat_type_id: id(row, 0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        price: money(row, 3)?,
        quantity,
        available: remaining.max(0),
        remaining,
        held: quantity - remaining - sold,
        sold,
        announced,
    })
}

/// The seat types of a conference, in the order in which they were defined.
pub fn list(conn: &Connection, conference_id: ConferenceId) -> Result<Vec<SeatType>> {
    conn.prepare_cached(
        "SELECT seat_type_id, name, description, price_amount, price_currency, quantity,
            announced, remaining, sold
         FROM rm_seat_type WHERE conference_id = ?1 ORDER BY place",
    )?
    .query_map([conference_id.as_bytes()], read)?
    .collect()
}
