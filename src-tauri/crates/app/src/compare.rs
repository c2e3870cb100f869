//! Holding tables against the log: every read model and every state table, row by row.

use std::{collections::BTreeSet, fmt::Write as _};

use event_store::{PersonKeys, for_each, last_position};
use read_models::{Fact, READ_MODELS};
use rusqlite::Connection;

use crate::{
    MIGRATIONS,
    replay::{Unreadable, decode},
    views,
};

/// The tables that are the state of Conference Management and Payments.
const STATE_TABLES: [&str; 5] =
    ["conferences", "seat_types", "payments", "invoices", "invoice_series"];

/// How a table differs from a fresh fold of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The table.
    pub table: &'static str,
    /// Rows that only the live table has.
    pub only_live: usize,
    /// Rows that only the fresh fold has.
    pub only_fresh: usize,
}

/// Compares every table that follows from the log with a fresh fold of it.
///
/// # Errors
/// The log or the tables cannot be read.
pub fn compare(log: &Connection, keys: &PersonKeys) -> Result<Vec<Difference>, Unreadable> {
    let views = views::as_of(log, keys, last_position(log)?)?;
    let state = fresh_state(log, keys)?;
    let mut differences = Vec::new();
    for model in READ_MODELS {
        differences.extend(difference(model.table, log, &views)?);
    }
    for table in STATE_TABLES {
        differences.extend(difference(table, log, &state)?);
    }
    Ok(differences)
}

/// The state tables as the log tells them, in a database of their own in memory.
fn fresh_state(log: &Connection, keys: &PersonKeys) -> Result<Connection, Unreadable> {
    let fresh = Connection::open_in_memory()?;
    // The first one is the log's own.
    for migration in &MIGRATIONS[1..] {
        fresh.execute_batch(migration)?;
    }
    for_each(log, 0, last_position(log)?, |stored| {
        match decode(stored, log, keys) {
            Ok(fact) => apply(&fresh, &fact.event)?,
            Err(Unreadable::Event { .. }) => {}
            Err(other) => return Err(other),
        }
        Ok::<(), Unreadable>(())
    })?;
    Ok(fresh)
}

/// Applies a fact to the state tables, as a fold of the log does.
pub(crate) fn apply(fresh: &Connection, fact: &Fact) -> rusqlite::Result<()> {
    match fact {
        Fact::Conference(event) => match conference::apply(fresh, event) {
            Ok(()) => Ok(()),
            Err(conference::HandleError::Storage(error)) => Err(error),
            // What the live tables took, a fold of the same events takes; if not, rows differ.
            Err(conference::HandleError::Refused(_)) => Ok(()),
        },
        Fact::Payment(event) => payments::apply(fresh, event),
        Fact::Order(_)
        | Fact::SeatsAvailability(_)
        | Fact::SeatAssignments(_)
        | Fact::Attention(_)
        | Fact::Person(_) => Ok(()),
    }
}

fn difference(
    table: &'static str,
    live: &Connection,
    fresh: &Connection,
) -> rusqlite::Result<Option<Difference>> {
    let (live, fresh) = (rows(live, table)?, rows(fresh, table)?);
    let only_live = live.difference(&fresh).count();
    let only_fresh = fresh.difference(&live).count();
    let differs = 0 < only_live + only_fresh;
    Ok(differs.then_some(Difference { table, only_live, only_fresh }))
}

/// Every row as text.
fn rows(conn: &Connection, table: &str) -> rusqlite::Result<BTreeSet<String>> {
    let mut statement = conn.prepare(&format!("SELECT * FROM {table}"))?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut texts = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let mut text = String::new();
        for column in 0..columns {
            // Writing to a string cannot fail.
            let _ = write!(text, "{:?}|", row.get_ref(column)?);
        }
        texts.insert(text);
    }
    Ok(texts)
}
