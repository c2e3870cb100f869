//! A fresh fold of the log: the tables as its events tell them, in a database beside the live one.
//!
//! One connection sees both: the fresh tables are its own, the live database is attached as `live`
//! and only read. A table that only the live database has, such as `events`, is found there under
//! its plain name; so the log, its names and the keys are read in the same transaction.

use event_store::{APPEND_SQL, EVENT_LOG_SQL, OUTBOX_SQL, PersonKeys, for_each, last_position};
use read_models::{Fact, READ_MODELS, ReadModel};
use rusqlite::Connection;

use crate::{
    MIGRATIONS,
    process_fold::ProcessFold,
    replay::{Unreadable, decode},
    views,
};

/// Memory that a fold may use for pages; the rest is in a file that has no name. In KiB.
const CACHE: i64 = 64 * 1024;

/// The tables that are the state of Conference Management and Payments; a table comes after those
/// that it refers to.
pub const STATE_TABLES: [&str; 5] =
    ["conferences", "seat_types", "payments", "invoices", "invoice_series"];

/// The migrations of the log's own tables.
const OF_THE_LOG: [&str; 3] = [EVENT_LOG_SQL, OUTBOX_SQL, APPEND_SQL];

/// What a process manager remembers, and when it wants to be asked again.
const PROCESS_TABLES: [&str; 2] = ["process_managers", "timeouts"];

/// An event that no context understands; it was left out, and the rest went on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its place in the log.
    pub position: i64,
    /// Its stored name.
    pub type_name: String,
    /// Why.
    pub reason: String,
}

/// A fresh fold of everything that follows from the log.
pub struct Fresh {
    connection: Connection,
    keys: PersonKeys,
    processes: ProcessFold,
    position: i64,
    /// Events that no context understands.
    pub left_out: Vec<LeftOut>,
}

impl Fresh {
    /// Nothing is folded yet.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn new(address: &str, keys: &PersonKeys) -> rusqlite::Result<Self> {
        // SQLite deletes a database without a name when it is closed, or the process ends.
        let connection = Connection::open("")?;
        connection.pragma_update(None, "cache_size", -CACHE)?;
        connection.pragma_update(None, "journal_mode", "OFF")?;
        connection.pragma_update(None, "synchronous", "OFF")?;
        let models: Vec<&'static ReadModel> = READ_MODELS.iter().collect();
        views::make_tables(&connection, &models)?;
        // Of the log's own tables only these two follow from events.
        for migration in MIGRATIONS.iter().filter(|one| !OF_THE_LOG.contains(one)) {
            connection.execute_batch(migration)?;
        }
        // Not before: a DROP of a table that is not here would mean the live one.
        attach(&connection, address)?;
        for table in PROCESS_TABLES {
            let sql: String = connection.query_row(
                "SELECT sql FROM live.sqlite_schema WHERE type = 'table' AND name = ?1",
                [table],
                |row| row.get(0),
            )?;
            connection.execute_batch(&sql)?;
        }
        let processes = ProcessFold::default();
        Ok(Self { connection, keys: keys.clone(), processes, position: 0, left_out: Vec::new() })
    }

    /// The connection: fresh tables by their names, live ones after `live.`.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Up to where the log is folded.
    pub fn position(&self) -> i64 {
        self.position
    }

    /// Where the log ends, as the open transaction sees it.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn log_ends(&self) -> rusqlite::Result<i64> {
        last_position(&self.connection)
    }

    /// Begins a transaction: from now on one state of the live database is seen.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn hold(&self) -> rusqlite::Result<()> {
        self.connection.execute_batch("BEGIN; SELECT 1 FROM live.sqlite_schema LIMIT 1;")
    }

    /// Ends it.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn let_go(&self) -> rusqlite::Result<()> {
        self.connection.execute_batch("COMMIT")
    }

    /// Folds the next events, at most up to a position.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn follow(&mut self, until: i64) -> Result<(), Unreadable> {
        let Self { connection, keys, processes, left_out, .. } = self;
        for_each(connection, self.position, until, |stored| {
            match decode(stored, connection, keys) {
                Ok(fact) => {
                    apply_state(connection, &fact.event)?;
                    read_models::project(connection, &fact, |_| {})?;
                    processes.follow(connection, &fact, stored.causation_id)?;
                }
                Err(Unreadable::Event { position, source }) => left_out.push(LeftOut {
                    position,
                    type_name: stored.type_name.to_owned(),
                    reason: source.to_string(),
                }),
                Err(other) => return Err(other),
            }
            Ok::<(), Unreadable>(())
        })?;
        self.position = until;
        Ok(())
    }
}

/// A connection with nothing of its own, which only reads the live database.
///
/// # Errors
/// It cannot be opened.
pub fn look_at(address: &str) -> rusqlite::Result<Connection> {
    let connection = Connection::open("")?;
    connection.pragma_update(None, "cell_size_check", true)?;
    attach(&connection, address)?;
    Ok(connection)
}

/// Attaches the live database to a connection, only to be read.
///
/// # Errors
/// It cannot be opened.
pub fn attach(connection: &Connection, address: &str) -> rusqlite::Result<()> {
    connection.execute("ATTACH ?1 AS live", [address]).map(drop)
}

/// Applies a fact to the state tables, as a fold of the log does.
pub(crate) fn apply_state(fresh: &Connection, event: &Fact) -> rusqlite::Result<()> {
    match event {
        Fact::Conference(event) => match conference::apply(fresh, event) {
            Ok(()) => Ok(()),
            Err(conference::HandleError::Storage(error)) => Err(error),
            // What the live tables took, a fold of the same events takes; if not, rows differ.
            Err(conference::HandleError::Refused(_)) => Ok(()),
        },
        Fact::Payment(event) => payments::apply(fresh, event),
        Fact::Person(kernel::PersonEvent::PersonErased(event)) => scrub(fresh, event.person_id),
        Fact::Order(_)
        | Fact::SeatsAvailability(_)
        | Fact::SeatAssignments(_)
        | Fact::Attention(_) => Ok(()),
    }
}

/// A fold that had come to a person's event before the person was erased has the name still.
fn scrub(fresh: &Connection, person: kernel::PersonId) -> rusqlite::Result<()> {
    payments::scrub(fresh, person)?;
    conference::scrub(fresh, person)
}
