//! What an order costs, with the names and prices of the moment when it was priced.

use kernel::{OrderId, Recorded};
use registration::{order::OrderEvent, seat_assignments::SeatAssignmentsEvent};
use rusqlite::{Connection, OptionalExtension, Result, params};

use crate::{
    Fact,
    answers::{PricedOrder, PricedOrderLine},
    sql::{id, json, money, optional_id, to_json},
};

/// The read model's name; its checkpoint hangs on it.
pub const NAME: &str = "priced_order";
/// Rises when the projection or its table changes; the read model is then rebuilt.
pub const VERSION: i64 = 1;
/// The table.
pub const SCHEMA: &str = include_str!("../../../../migrations/read_models/priced_order.sql");

/// Applies an event.
pub fn project(conn: &Connection, fact: &Recorded<Fact>) -> Result<bool> {
    match &fact.event {
        Fact::Order(OrderEvent::OrderTotalsCalculated(event)) => {
            conn.prepare_cached(
                "INSERT INTO rm_priced_order (order_id, version, total_amount, total_currency,
                    is_free_of_charge, lines)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (order_id) DO UPDATE SET version = excluded.version,
                    total_amount = excluded.total_amount,
                    total_currency = excluded.total_currency,
                    is_free_of_charge = excluded.is_free_of_charge, lines = excluded.lines
                 WHERE version < excluded.version",
            )?
            .execute(params![
                event.order_id.as_bytes(),
                fact.revision,
                event.total.amount,
                event.total.currency.code(),
                event.is_free_of_charge,
                to_json(&event.lines)?,
            ])?;
            Ok(true)
        }
        Fact::SeatAssignments(SeatAssignmentsEvent::SeatAssignmentsCreated(event)) => {
            conn.prepare_cached(
                "UPDATE rm_priced_order SET assignments_id = ?2 WHERE order_id = ?1",
            )?
            .execute([event.order_id.as_bytes(), event.assignments_id.as_bytes()])?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// One priced order.
pub fn by_id(conn: &Connection, order_id: OrderId) -> Result<Option<PricedOrder>> {
    conn.prepare_cached(
        "SELECT order_id, total_amount, total_currency, is_free_of_charge, lines, assignments_id
         FROM rm_priced_order WHERE order_id = ?1",
    )?
    .query_row([order_id.as_bytes()], |row| {
        Ok(PricedOrder {
            order_id: id(row, 0)?,
            total: money(row, 1)?,
            is_free_of_charge: row.get(3)?,
            lines: json::<Vec<PricedOrderLine>>(row, 4)?,
            assignments_id: optional_id(row, 5)?,
        })
    })
    .optional()
}
