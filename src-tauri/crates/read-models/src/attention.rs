//! What an organizer has to decide: money that no order could take.

use kernel::{AttentionId, ConferenceId, OrderId, Recorded};
use registration::attention::{AttentionEvent, AttentionKind};
use rusqlite::{Connection, OptionalExtension, Result, params};

use crate::{
    Fact,
    answers::AttentionCard,
    sql::{code, id, money, time},
};

/// The read model's name; its checkpoint hangs on it.
pub const NAME: &str = "attention";
/// Rises when the projection or its table changes; the read model is then rebuilt.
pub const VERSION: i64 = 1;
/// The table.
pub const SCHEMA: &str = include_str!("../../../../migrations/read_models/attention.sql");

/// Applies an event.
pub fn project(conn: &Connection, fact: &Recorded<Fact>) -> Result<bool> {
    let Fact::Attention(event) = &fact.event else { return Ok(false) };
    match event {
        AttentionEvent::AttentionRaised(event) => {
            let kind = match event.kind {
                AttentionKind::LatePayment => "LatePayment",
                AttentionKind::Overpayment => "Overpayment",
            };
            conn.prepare_cached(
                "INSERT INTO rm_attention (attention_id, order_id, conference_id, kind,
                    paid_amount, paid_currency, raised_at, is_open)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)",
            )?
            .execute(params![
                event.attention_id.as_bytes(),
                event.order_id.as_bytes(),
                event.conference_id.as_bytes(),
                kind,
                event.paid.amount,
                event.paid.currency.code(),
                fact.recorded_at.micros(),
            ])?;
        }
        AttentionEvent::AttentionResolved(event) => {
            conn.prepare_cached("UPDATE rm_attention SET is_open = 0 WHERE attention_id = ?1")?
                .execute([event.attention_id.as_bytes()])?;
        }
    }
    Ok(true)
}

/// The open cards of a conference, oldest first. What may be done about them is the process's to say:
/// their actions are empty.
pub fn open_cards(conn: &Connection, conference_id: ConferenceId) -> Result<Vec<AttentionCard>> {
    conn.prepare_cached(
        "SELECT card.attention_id, card.order_id, list.access_code, card.kind, card.paid_amount,
            card.paid_currency, card.raised_at
         FROM rm_attention AS card JOIN rm_order AS list ON list.order_id = card.order_id
         WHERE card.conference_id = ?1 AND card.is_open = 1
         ORDER BY card.raised_at, card.attention_id",
    )?
    .query_map([conference_id.as_bytes()], |row| {
        Ok(AttentionCard {
            attention_id: id(row, 0)?,
            order_id: id(row, 1)?,
            access_code: code(row, 2)?,
            kind: row.get(3)?,
            paid: money(row, 4)?,
            raised_at: time(row, 6)?,
            actions: vec![],
        })
    })?
    .collect()
}

/// The order of a card, open or not.
pub fn order_of(conn: &Connection, attention_id: AttentionId) -> Result<Option<OrderId>> {
    conn.prepare_cached("SELECT order_id FROM rm_attention WHERE attention_id = ?1")?
        .query_row([attention_id.as_bytes()], |row| id(row, 0))
        .optional()
}

/// Whether an order has an open card.
pub fn is_open_for(conn: &Connection, order_id: OrderId) -> Result<bool> {
    conn.prepare_cached("SELECT 1 FROM rm_attention WHERE order_id = ?1 AND is_open = 1")?
        .exists([order_id.as_bytes()])
}
