//! An order on its way to confirmation.

use kernel::{OrderId, PersonEvent, Recorded, Timestamp};
use registration::{
    order::{OrderEvent, OrderPlaced, OrderRegistrantAssigned, OrderUpdated},
    seats::SeatQuantity,
};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use crate::{
    Fact,
    answers::{DraftOrder, DraftOrderLine, DraftOrderState},
    sql::{code, id, json, named, time, to_json},
};

/// The read model's name; its checkpoint hangs on it.
pub const NAME: &str = "draft_order";
/// Rises when the projection or its table changes; the read model is then rebuilt.
pub const VERSION: i64 = 1;
/// The table.
pub const SCHEMA: &str = include_str!("../../../../migrations/read_models/draft_order.sql");

/// Applies an event.
pub fn project(conn: &Connection, fact: &Recorded<Fact>) -> Result<bool> {
    match &fact.event {
        Fact::Order(event) => apply(conn, event, fact.revision),
        Fact::Person(PersonEvent::PersonErased(event)) => conn
            .prepare_cached(
                "UPDATE rm_draft_order SET first_name = NULL, last_name = NULL, email = NULL
                 WHERE registrant_id = ?1",
            )?
            .execute([event.person_id.as_bytes()])
            .map(|changed| 0 < changed),
        _ => Ok(false),
    }
}

fn apply(conn: &Connection, event: &OrderEvent, version: i64) -> Result<bool> {
    use DraftOrderState::{
        Cancelled, Confirmed, PartiallyReserved, Rejected, ReservationCompleted,
    };
    match event {
        OrderEvent::OrderPlaced(event) => place(conn, event, version)?,
        OrderEvent::OrderUpdated(event) => change(conn, event, version)?,
        OrderEvent::OrderPartiallyReserved(event) => {
            let until = event.reservation_expiration;
            hold(conn, event.order_id, version, PartiallyReserved, until, &event.seats)?;
        }
        OrderEvent::OrderReservationCompleted(event) => {
            let until = event.reservation_expiration;
            hold(conn, event.order_id, version, ReservationCompleted, until, &event.seats)?;
        }
        OrderEvent::OrderRevived(event) => {
            let until = event.reservation_expiration;
            hold(conn, event.order_id, version, ReservationCompleted, until, &event.seats)?;
        }
        OrderEvent::OrderReservationExtended(event) => {
            conn.prepare_cached(
                "UPDATE rm_draft_order SET reservation_expiration = ?3, version = ?2,
                    extensions = extensions + 1 WHERE order_id = ?1 AND version < ?2",
            )?
            .execute(params![
                event.order_id.as_bytes(),
                version,
                event.reservation_expiration.micros()
            ])?;
        }
        OrderEvent::OrderRegistrantAssigned(event) => registrant(conn, event, version)?,
        OrderEvent::OrderPaymentConfirmed(event) => {
            become_state(conn, event.order_id, version, Confirmed)?;
        }
        OrderEvent::OrderExpired(event) => become_state(conn, event.order_id, version, Rejected)?,
        OrderEvent::OrderCancelled(event) => {
            become_state(conn, event.order_id, version, Cancelled)?;
        }
        OrderEvent::OrderTotalsCalculated(_)
        | OrderEvent::FreeOrderConfirmed(_)
        | OrderEvent::OrderSeatsCancelled(_)
        | OrderEvent::RefundRequested(_) => return Ok(false),
    }
    Ok(true)
}

fn place(conn: &Connection, event: &OrderPlaced, version: i64) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO rm_draft_order (order_id, conference_id, state, version,
                    reservation_expiration, extensions, access_code, requested, reserved)
                 VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, '[]')",
    )?
    .execute(params![
        event.order_id.as_bytes(),
        event.conference_id.as_bytes(),
        DraftOrderState::PendingReservation.as_str(),
        version,
        event.reservation_auto_expiration.micros(),
        event.access_code.as_str(),
        to_json(&event.seats)?,
    ])?;
    Ok(())
}

fn change(conn: &Connection, event: &OrderUpdated, version: i64) -> Result<()> {
    conn.prepare_cached(
        "UPDATE rm_draft_order SET state = ?3, version = ?2, requested = ?4
                 WHERE order_id = ?1 AND version < ?2",
    )?
    .execute(params![
        event.order_id.as_bytes(),
        version,
        DraftOrderState::PendingReservation.as_str(),
        to_json(&event.seats)?,
    ])?;
    Ok(())
}

fn registrant(conn: &Connection, event: &OrderRegistrantAssigned, version: i64) -> Result<()> {
    let registrant = event.registrant.value();
    conn.prepare_cached(
        "UPDATE rm_draft_order SET version = ?2, registrant_id = ?3, first_name = ?4,
                    last_name = ?5, email = ?6 WHERE order_id = ?1 AND version < ?2",
    )?
    .execute(params![
        event.order_id.as_bytes(),
        version,
        event.registrant.person().as_bytes(),
        registrant.map(|person| person.first_name.as_str()),
        registrant.map(|person| person.last_name.as_str()),
        registrant.map(|person| person.email.as_str()),
    ])?;
    Ok(())
}

fn hold(
    conn: &Connection,
    order_id: OrderId,
    version: i64,
    state: DraftOrderState,
    until: Timestamp,
    seats: &[SeatQuantity],
) -> Result<()> {
    conn.prepare_cached(
        "UPDATE rm_draft_order SET state = ?3, version = ?2, reservation_expiration = ?4,
            reserved = ?5 WHERE order_id = ?1 AND version < ?2",
    )?
    .execute(params![
        order_id.as_bytes(),
        version,
        state.as_str(),
        until.micros(),
        to_json(&seats)?
    ])?;
    Ok(())
}

fn become_state(
    conn: &Connection,
    order_id: OrderId,
    version: i64,
    state: DraftOrderState,
) -> Result<()> {
    conn.prepare_cached(
        "UPDATE rm_draft_order SET state = ?3, version = ?2 WHERE order_id = ?1 AND version < ?2",
    )?
    .execute(params![order_id.as_bytes(), version, state.as_str()])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<DraftOrder> {
    let requested: Vec<SeatQuantity> = json(row, 7)?;
    let reserved: Vec<SeatQuantity> = json(row, 8)?;
    let expiration = time(row, 4)?;
    Ok(DraftOrder {
        order_id: id(row, 0)?,
        conference_id: id(row, 1)?,
        state: named(row, 2, DraftOrderState::parse)?,
        version: row.get(3)?,
        reservation_expiration: expiration,
        seats_released_at: expiration.plus_minutes(registration::process::RELEASE_MINUTES),
        extensions: row.get(5)?,
        access_code: code(row, 6)?,
        lines: lines(&requested, &reserved),
        registrant_first_name: row.get(9)?,
        registrant_last_name: row.get(10)?,
        registrant_email: row.get(11)?,
    })
}

fn lines(requested: &[SeatQuantity], reserved: &[SeatQuantity]) -> Vec<DraftOrderLine> {
    requested
        .iter()
        .map(|line| DraftOrderLine {
            seat_type_id: line.seat_type_id,
            requested: line.quantity,
            reserved: registration::seats::quantity_of(reserved, line.seat_type_id),
        })
        .collect()
}

/// One draft order.
pub fn by_id(conn: &Connection, order_id: OrderId) -> Result<Option<DraftOrder>> {
    conn.prepare_cached(
        "SELECT order_id, conference_id, state, version, reservation_expiration, extensions,
            access_code, requested, reserved, first_name, last_name, email
         FROM rm_draft_order WHERE order_id = ?1",
    )?
    .query_row([order_id.as_bytes()], read)
    .optional()
}
