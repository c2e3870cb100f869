//! Payment attempts and invoices.

use kernel::{OrderId, PaymentId, Recorded};
use payments::PaymentEvent;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use crate::{
    Fact,
    answers::{PaymentDetails, PaymentState},
    sql::{id, money, named, time},
};

/// The read model's name; its checkpoint hangs on it.
pub const NAME: &str = "payment";
/// Rises when the projection or its table changes; the read model is then rebuilt.
pub const VERSION: i64 = 1;
/// The table.
pub const SCHEMA: &str = include_str!("../../../../migrations/read_models/payment.sql");

/// Applies an event.
pub fn project(conn: &Connection, fact: &Recorded<Fact>) -> Result<bool> {
    let Fact::Payment(event) = &fact.event else { return Ok(false) };
    match event {
        PaymentEvent::PaymentInitiated(event) => {
            conn.prepare_cached(
                "INSERT INTO rm_payment (payment_id, order_id, conference_id, description,
                    total_amount, total_currency, state, method, initiated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'thirdParty', ?8)",
            )?
            .execute(params![
                event.payment_id.as_bytes(),
                event.order_id.as_bytes(),
                event.conference_id.as_bytes(),
                event.description,
                event.amount.amount,
                event.amount.currency.code(),
                PaymentState::Initiated.as_str(),
                fact.recorded_at.micros(),
            ])?;
        }
        PaymentEvent::InvoiceIssued(event) => {
            conn.prepare_cached(
                "INSERT INTO rm_payment (payment_id, order_id, conference_id, description,
                    total_amount, total_currency, state, method, invoice_number, due_at,
                    initiated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'invoice', ?4, ?8, ?9)",
            )?
            .execute(params![
                event.payment_id.as_bytes(),
                event.order_id.as_bytes(),
                event.conference_id.as_bytes(),
                event.number,
                event.amount.amount,
                event.amount.currency.code(),
                PaymentState::Initiated.as_str(),
                event.due_at.map(kernel::Timestamp::micros),
                fact.recorded_at.micros(),
            ])?;
        }
        PaymentEvent::PaymentCompleted(event) => {
            become_state(conn, event.payment_id, PaymentState::Completed)?;
        }
        PaymentEvent::PaymentRejected(event) => {
            become_state(conn, event.payment_id, PaymentState::Rejected)?;
        }
        PaymentEvent::InvoicePaid(event) => {
            become_state(conn, event.payment_id, PaymentState::Completed)?;
        }
    }
    Ok(true)
}

fn become_state(conn: &Connection, payment_id: PaymentId, state: PaymentState) -> Result<()> {
    conn.prepare_cached("UPDATE rm_payment SET state = ?2 WHERE payment_id = ?1")?
        .execute(params![payment_id.as_bytes(), state.as_str()])?;
    Ok(())
}

const COLUMNS: &str = "payment_id, order_id, conference_id, description, total_amount,
    total_currency, state, method, invoice_number, due_at, initiated_at";

fn read(row: &Row<'_>) -> Result<PaymentDetails> {
    let due_at: Option<i64> = row.get(9)?;
    Ok(PaymentDetails {
        payment_id: id(row, 0)?,
        order_id: id(row, 1)?,
        conference_id: id(row, 2)?,
        description: row.get(3)?,
        total_amount: money(row, 4)?,
        state: named(row, 6, PaymentState::parse)?,
        method: row.get(7)?,
        invoice_number: row.get(8)?,
        due_at: due_at.map(kernel::Timestamp::from_micros),
        initiated_at: time(row, 10)?,
    })
}

/// One payment.
pub fn by_id(conn: &Connection, payment_id: PaymentId) -> Result<Option<PaymentDetails>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM rm_payment WHERE payment_id = ?1"))?
        .query_row([payment_id.as_bytes()], read)
        .optional()
}

/// The payments of an order, in the order in which they began.
pub fn of_order(conn: &Connection, order_id: OrderId) -> Result<Vec<PaymentDetails>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM rm_payment WHERE order_id = ?1 ORDER BY initiated_at, payment_id"
    ))?
    .query_map([order_id.as_bytes()], read)?
    .collect()
}

/// Whether a payment of the order may still come: through the processor, or for an invoice that is
/// to be paid first.
pub fn is_awaited(conn: &Connection, order_id: OrderId) -> Result<bool> {
    conn.prepare_cached(
        "SELECT 1 FROM rm_payment WHERE order_id = ?1 AND state = 'Initiated'
           AND (method = 'thirdParty' OR due_at IS NOT NULL)",
    )?
    .exists([order_id.as_bytes()])
}

/// The payment of an order that still waits for the processor.
pub fn open_of_order(conn: &Connection, order_id: OrderId) -> Result<Option<PaymentId>> {
    conn.prepare_cached(
        "SELECT payment_id FROM rm_payment
         WHERE order_id = ?1 AND state = 'Initiated' AND method = 'thirdParty'
         ORDER BY initiated_at DESC, payment_id DESC LIMIT 1",
    )?
    .query_row([order_id.as_bytes()], |row| id(row, 0))
    .optional()
}
