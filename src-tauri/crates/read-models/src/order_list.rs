//! The organizer's orders. Expired and cancelled ones stay listed: nothing silently disappears.

use kernel::{AccessCode, ConferenceId, EmailAddress, Money, OrderId, PersonEvent, Recorded};
use registration::{
    order::{OrderEvent, OrderPaymentConfirmed, OrderPlaced, OrderRegistrantAssigned, Settlement},
    seat_assignments::SeatAssignmentsEvent,
    seats::SeatQuantity,
};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use uuid::Uuid;

use crate::{
    Fact,
    answers::{OrderRow, OrderStatus, Page},
    folded, order_seats,
    sql::{code, id, money, named, optional_id, time, to_json},
};

/// The read model's name; its checkpoint hangs on it.
pub const NAME: &str = "order_list";
/// Rises when the projection or its table changes; the read model is then rebuilt.
pub const VERSION: i64 = 6;
/// The table.
pub const SCHEMA: &str = include_str!("../../../../migrations/read_models/order_list.sql");

/// Applies an event.
pub fn project(conn: &Connection, fact: &Recorded<Fact>) -> Result<bool> {
    match &fact.event {
        Fact::Order(OrderEvent::OrderPlaced(event)) => place(conn, event, fact)?,
        Fact::Order(event) => return apply(conn, event),
        Fact::SeatAssignments(event) => match event {
            SeatAssignmentsEvent::SeatAssigned(event) => {
                conn.prepare_cached(
                    "UPDATE rm_order SET assigned = json_insert(assigned, '$[#]', ?2)
                     WHERE order_id = ?1",
                )?
                .execute(params![event.order_id.as_bytes(), event.position])?;
            }
            SeatAssignmentsEvent::SeatUnassigned(event) => {
                free(conn, event.order_id, &[event.position])?;
            }
            SeatAssignmentsEvent::SeatAssignmentsCreated(_)
            | SeatAssignmentsEvent::SeatAssignmentUpdated(_) => return Ok(false),
        },
        Fact::Person(PersonEvent::PersonErased(event)) => {
            conn.prepare_cached(
                "UPDATE rm_order SET registrant_name = NULL, email = NULL, email_key = NULL,
                    search = lower(access_code) WHERE registrant_id = ?1",
            )?
            .execute([event.person_id.as_bytes()])?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn place(conn: &Connection, event: &OrderPlaced, fact: &Recorded<Fact>) -> Result<()> {
    let (channel, station) = fact.actor.split_once('@').unwrap_or((fact.actor.as_str(), ""));
    conn.prepare_cached(
        "INSERT INTO rm_order (order_id, conference_id, placed_position, access_code, status,
            search, created_at, channel, station, device, seats, assigned, credited_amount)
         VALUES (?1, ?2, ?3, ?4, ?5, lower(?4), ?6, ?7, ?8, ?9, ?10, '[]', 0)",
    )?
    .execute(params![
        event.order_id.as_bytes(),
        event.conference_id.as_bytes(),
        fact.position,
        event.access_code.as_str(),
        OrderStatus::Placed.as_str(),
        fact.recorded_at.micros(),
        channel,
        station,
        fact.device.as_bytes(),
        count(&event.seats),
    ])?;
    Ok(())
}

fn apply(conn: &Connection, event: &OrderEvent) -> Result<bool> {
    match event {
        OrderEvent::OrderUpdated(event) => {
            hold(conn, event.order_id, OrderStatus::Placed, &event.seats)?;
        }
        OrderEvent::OrderPartiallyReserved(event) => {
            hold(conn, event.order_id, OrderStatus::PartiallyReserved, &event.seats)?;
        }
        OrderEvent::OrderReservationCompleted(event) => {
            hold(conn, event.order_id, OrderStatus::Reserved, &event.seats)?;
        }
        OrderEvent::OrderRevived(event) => {
            hold(conn, event.order_id, OrderStatus::Reserved, &event.seats)?;
        }
        OrderEvent::OrderTotalsCalculated(event) => {
            conn.prepare_cached(
                "UPDATE rm_order SET total_amount = ?2, total_currency = ?3 WHERE order_id = ?1",
            )?
            .execute(params![
                event.order_id.as_bytes(),
                event.total.amount,
                event.total.currency.code()
            ])?;
        }
        OrderEvent::OrderRegistrantAssigned(event) => registrant(conn, event)?,
        OrderEvent::OrderPaymentConfirmed(event) => settle(conn, event)?,
        OrderEvent::OrderExpired(event) => {
            become_status(conn, event.order_id, OrderStatus::Expired)?;
        }
        OrderEvent::OrderCancelled(event) => {
            become_status(conn, event.order_id, OrderStatus::Cancelled)?;
        }
        OrderEvent::OrderSeatsCancelled(event) => {
            conn.prepare_cached(
                "UPDATE rm_order SET seats = seats - ?2, credited_amount = credited_amount + ?3
                 WHERE order_id = ?1",
            )?
            .execute(params![
                event.order_id.as_bytes(),
                count(&event.seats),
                event.credit.amount
            ])?;
            // Nobody says that the seat is free before it goes: it goes with who sat on it.
            free(conn, event.order_id, &event.positions)?;
        }
        OrderEvent::OrderPlaced(_)
        | OrderEvent::OrderReservationExtended(_)
        | OrderEvent::FreeOrderConfirmed(_)
        | OrderEvent::RefundRequested(_) => return Ok(false),
    }
    Ok(true)
}

/// Nobody sits on these seats any more.
fn free(conn: &Connection, order_id: OrderId, positions: &[u32]) -> Result<()> {
    conn.prepare_cached(
        "UPDATE rm_order SET assigned = (
            SELECT json_group_array(value) FROM json_each(assigned)
            WHERE value NOT IN (SELECT value FROM json_each(?2)))
         WHERE order_id = ?1",
    )?
    .execute(params![order_id.as_bytes(), to_json(&positions)?])?;
    Ok(())
}

fn settle(conn: &Connection, event: &OrderPaymentConfirmed) -> Result<()> {
    let method = match event.settlement {
        Settlement::ThirdParty { .. } => "thirdParty",
        Settlement::Invoice { .. } => "invoice",
        Settlement::Desk { .. } => "desk",
        Settlement::Free => "free",
    };
    conn.prepare_cached(
        "UPDATE rm_order SET status = ?2, payment_method = ?3 WHERE order_id = ?1",
    )?
    .execute(params![event.order_id.as_bytes(), OrderStatus::Confirmed.as_str(), method])?;
    Ok(())
}

fn hold(
    conn: &Connection,
    order_id: OrderId,
    status: OrderStatus,
    seats: &[SeatQuantity],
) -> Result<()> {
    conn.prepare_cached("UPDATE rm_order SET status = ?2, seats = ?3 WHERE order_id = ?1")?
        .execute(params![order_id.as_bytes(), status.as_str(), count(seats)])?;
    Ok(())
}

fn become_status(conn: &Connection, order_id: OrderId, status: OrderStatus) -> Result<()> {
    conn.prepare_cached("UPDATE rm_order SET status = ?2 WHERE order_id = ?1")?
        .execute(params![order_id.as_bytes(), status.as_str()])?;
    Ok(())
}

fn registrant(conn: &Connection, event: &OrderRegistrantAssigned) -> Result<()> {
    let person = event.registrant.value();
    let name = person.map(|person| format!("{} {}", person.first_name, person.last_name));
    let search = person.map_or_else(String::new, |person| {
        folded(&format!("{} {} {}", person.first_name, person.last_name, person.email))
    });
    conn.prepare_cached(
        "UPDATE rm_order SET registrant_id = ?2, registrant_name = ?3, email = ?4,
            email_key = ?5, search = lower(access_code) || ' ' || ?6 WHERE order_id = ?1",
    )?
    .execute(params![
        event.order_id.as_bytes(),
        event.registrant.person().as_bytes(),
        name,
        person.map(|person| person.email.as_str()),
        person.map(|person| person.email.key()),
        search,
    ])?;
    Ok(())
}

fn count(seats: &[SeatQuantity]) -> i64 {
    seats.iter().map(|line| i64::from(line.quantity)).sum()
}

fn read(row: &Row<'_>) -> Result<OrderRow> {
    let amount: Option<i64> = row.get(3)?;
    Ok(OrderRow {
        order_id: id(row, 0)?,
        access_code: code(row, 1)?,
        status: named(row, 2, OrderStatus::parse)?,
        total: amount.map(|_| money(row, 3)).transpose()?,
        registrant_id: optional_id(row, 5)?,
        registrant_name: row.get(6)?,
        registrant_email: row.get(7)?,
        created_at: time(row, 8)?,
        channel: row.get(9)?,
        station: row.get(10)?,
        device: row.get::<_, Uuid>(11)?.to_string(),
        payment_method: row.get(12)?,
        seats: Vec::new(),
        seat_count: row.get(13)?,
        assigned: row.get(14)?,
        credited: credited(row)?,
    })
}

/// What was taken off for cancelled seats, in the currency of the total.
fn credited(row: &Row<'_>) -> Result<Option<Money>> {
    let amount: i64 = row.get(15)?;
    if amount == 0 {
        return Ok(None);
    }
    Ok(Some(Money::new(amount, money(row, 3)?.currency)))
}

/// The orders of a conference, newest first, page by page.
///
/// `before` is the `next` of the page before; `search` is folded, and empty for all.
pub fn list(
    conn: &Connection,
    conference_id: ConferenceId,
    search: &str,
    status: Option<OrderStatus>,
    before: Option<i64>,
    limit: u32,
) -> Result<Page<OrderRow>> {
    let status = status.map_or("", OrderStatus::as_str);
    // The index alone tells which orders are on the page; only those are read.
    let mut rows: Vec<(OrderRow, i64)> = conn
        .prepare_cached(
            "SELECT order_id, access_code, status, total_amount, total_currency, registrant_id,
                registrant_name, email, created_at, channel, station, device, payment_method,
                seats, json_array_length(assigned), credited_amount, placed_position
             FROM rm_order
             WHERE order_id IN (
                SELECT order_id FROM rm_order INDEXED BY rm_order_of_conference
                WHERE conference_id = ?1 AND placed_position < ?2
                  AND (?3 = '' OR status = ?3) AND (?4 = '' OR instr(search, ?4))
                ORDER BY placed_position DESC LIMIT ?5)
             ORDER BY placed_position DESC",
        )?
        .query_map(
            params![
                conference_id.as_bytes(),
                before.unwrap_or(i64::MAX),
                status,
                search,
                limit + 1
            ],
            |row| Ok((read(row)?, row.get(16)?)),
        )?
        .collect::<Result<_>>()?;
    let limit = limit as usize;
    let total = if before.is_none() && rows.len() <= limit {
        i64::try_from(rows.len()).unwrap_or(i64::MAX)
    } else {
        total(conn, conference_id, search, status)?
    };
    let next = (limit < rows.len()).then(|| {
        rows.truncate(limit);
        rows.last().map(|(_, position)| position.to_string())
    });
    let mut items: Vec<OrderRow> = rows.into_iter().map(|(row, _)| row).collect();
    seat(conn, &mut items)?;
    Ok(Page { items, next: next.flatten(), total })
}

/// Puts the seats on the orders of a page, by one more read.
fn seat(conn: &Connection, orders: &mut [OrderRow]) -> Result<()> {
    let ids: Vec<OrderId> = orders.iter().map(|order| order.order_id).collect();
    let mut seats = order_seats::of_orders(conn, &ids)?;
    for order in orders {
        order.seats = seats.remove(&order.order_id).unwrap_or_default();
    }
    Ok(())
}

/// How many orders a list has on all of its pages.
fn total(
    conn: &Connection,
    conference_id: ConferenceId,
    search: &str,
    status: &str,
) -> Result<i64> {
    let conference_id = conference_id.as_bytes();
    match (search, status) {
        ("", "") => conn
            .prepare_cached("SELECT count(*) FROM rm_order WHERE conference_id = ?1")?
            .query_row([conference_id], |row| row.get(0)),
        ("", status) => conn
            .prepare_cached(
                "SELECT count(*) FROM rm_order WHERE conference_id = ?1 AND status = ?2",
            )?
            .query_row(params![conference_id, status], |row| row.get(0)),
        (search, status) => conn
            .prepare_cached(
                "SELECT count(*) FROM rm_order INDEXED BY rm_order_of_conference
                 WHERE conference_id = ?1 AND (?2 = '' OR status = ?2) AND instr(search, ?3)",
            )?
            .query_row(params![conference_id, status, search], |row| row.get(0)),
    }
}

/// The order of a code and its registrant's e-mail, within one conference.
pub fn locate(
    conn: &Connection,
    conference_id: ConferenceId,
    email: &EmailAddress,
    access_code: AccessCode,
) -> Result<Option<OrderId>> {
    conn.prepare_cached(
        "SELECT order_id FROM rm_order
         WHERE conference_id = ?1 AND access_code = ?2 AND email_key = ?3",
    )?
    .query_row(params![conference_id.as_bytes(), access_code.as_str(), email.key()], |row| {
        id(row, 0)
    })
    .optional()
}

/// Whether an order of the conference has this code.
pub fn is_code_taken(
    conn: &Connection,
    conference_id: ConferenceId,
    access_code: AccessCode,
) -> Result<bool> {
    conn.prepare_cached("SELECT 1 FROM rm_order WHERE conference_id = ?1 AND access_code = ?2")?
        .exists(params![conference_id.as_bytes(), access_code.as_str()])
}

/// How many seats are held by the orders of one channel and station, one order left out.
pub fn held_at(conn: &Connection, channel: &str, station: &str, but: OrderId) -> Result<i64> {
    conn.prepare_cached(
        "SELECT coalesce(sum(seats), 0) FROM rm_order
         WHERE channel = ?1 AND station = ?2 AND order_id <> ?3
           AND (status = 'Placed' OR status = 'PartiallyReserved' OR status = 'Reserved')",
    )?
    .query_row(params![channel, station, but.as_bytes()], |row| row.get(0))
}

/// How many orders stand how, and what they come to in minor units, cancelled seats taken off.
pub fn counts(conn: &Connection, conference_id: ConferenceId) -> Result<Vec<StatusCount>> {
    conn.prepare_cached(
        "SELECT status, count(*), coalesce(sum(total_amount - credited_amount), 0) FROM rm_order
         WHERE conference_id = ?1 GROUP BY status",
    )?
    .query_map([conference_id.as_bytes()], |row| {
        Ok(StatusCount {
            status: named(row, 0, OrderStatus::parse)?,
            orders: row.get(1)?,
            amount: row.get(2)?,
        })
    })?
    .collect()
}

/// The orders of one status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusCount {
    /// The status.
    pub status: OrderStatus,
    /// How many orders.
    pub orders: i64,
    /// Their totals less what was taken off for cancelled seats, in minor units.
    pub amount: i64,
}
