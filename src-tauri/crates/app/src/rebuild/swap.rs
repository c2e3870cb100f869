//! The writer's part of a rebuild: new tables filled beside the live ones, the exchange of the
//! two, and the end of the old ones. Each function is one bit of the writer's time.
//!
//! Names change in `sqlite_schema` itself: `ALTER TABLE` cannot rename an index, and would leave
//! other words there than a fresh migration does. Only names and the statements' texts are written,
//! never where a table lies. Source: <https://www.sqlite.org/lang_altertable.html>, section 7.

use event_store::{Checkpoint, Store, for_each};
use read_models::READ_MODELS;
use rusqlite::{Connection, params, params_from_iter, types::Value};

use super::names::{LIVE, NEW, OLD, renamed};
use crate::{
    compare::Columns,
    error::AppError,
    fold::LeftOut,
    replay::{Unreadable, decode},
    writer::Writer,
};

/// With so many events or fewer left the swap takes the rest itself.
const CLOSE: i64 = 1_000;

/// The values of a row, those of its key first.
pub type Row = Vec<Value>;

/// A row that has changed.
pub struct Change {
    /// Its key.
    pub key: Row,
    /// What it is now; none if it is gone.
    pub row: Option<Row>,
}

/// A read model's table, by its live name.
#[derive(Debug, Clone)]
pub struct Table {
    /// The live name.
    pub name: String,
    /// Its columns.
    pub columns: Columns,
}

/// How a swap ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swapped {
    /// The new tables are the live ones.
    Done,
    /// Too many events were left; nothing was changed.
    Behind,
}

impl Table {
    /// All columns for a SELECT or INSERT.
    pub fn listed(&self) -> String {
        let names: Vec<&str> = self.columns.all().map(String::as_str).collect();
        names.join(", ")
    }

    /// The condition that a row has a key, its parts being ?1, ?2 ...
    pub fn is_key(&self) -> String {
        let parts: Vec<String> = (1..)
            .zip(&self.columns.key)
            .map(|(place, name)| format!("{name} = ?{place}"))
            .collect();
        parts.join(" AND ")
    }

    fn new_name(&self) -> String {
        renamed(&self.name, LIVE, NEW)
    }
}

/// Whether only so many events are left that the swap can take them.
pub fn is_close(position: i64, head: i64) -> bool {
    head - position <= CLOSE
}

/// Makes the empty new tables.
///
/// # Errors
/// SQLite refused.
pub fn make_new_tables(connection: &Connection) -> rusqlite::Result<()> {
    let sql: String = READ_MODELS.iter().map(|model| renamed(model.schema, LIVE, NEW)).collect();
    connection.execute_batch(&sql)
}

/// Puts rows into a new table.
///
/// # Errors
/// SQLite refused.
pub fn put(connection: &Connection, table: &Table, rows: &[Row]) -> rusqlite::Result<()> {
    let count = table.columns.all().count();
    let places: Vec<String> = (1..=count).map(|place| format!("?{place}")).collect();
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({})",
        table.new_name(),
        table.listed(),
        places.join(", ")
    );
    let mut insert = connection.prepare(&sql)?;
    for row in rows {
        insert.execute(params_from_iter(row))?;
    }
    Ok(())
}

/// Brings rows of a new table to what they are now.
///
/// # Errors
/// SQLite refused.
pub fn replace(connection: &Connection, table: &Table, changes: &[Change]) -> rusqlite::Result<()> {
    let sql = format!("DELETE FROM {} WHERE {}", table.new_name(), table.is_key());
    let mut delete = connection.prepare(&sql)?;
    for change in changes {
        delete.execute(params_from_iter(&change.key))?;
    }
    let rows: Vec<Row> = changes.iter().filter_map(|change| change.row.clone()).collect();
    put(connection, table, &rows)
}

/// Does a bit in a transaction of its own.
///
/// # Errors
/// `Broken`, `Storage`: what is open then is rolled back by the writer.
pub fn in_transaction<T>(
    writer: &mut Writer,
    work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> Result<T, AppError> {
    writer.store.begin()?;
    let done = work(writer.store.connection())?;
    writer.store.commit()?;
    Ok(done)
}

/// Puts the new tables in the place of the live ones, and applies the events after `position`.
///
/// # Errors
/// `Broken`, `Storage`: the tables or the log cannot be read or written. What is open then is
/// rolled back by the writer, and the schema read again.
pub fn swap(
    writer: &mut Writer,
    position: i64,
    left_out: &[(i64, String)],
) -> Result<Swapped, AppError> {
    if !is_close(position, writer.store.last_position()) {
        return Ok(Swapped::Behind);
    }
    writer.store.begin()?;
    exchange(&writer.store, position, left_out)?;
    writer.store.commit()?;
    writer.publish(READ_MODELS.iter().map(|model| model.name).collect());
    Ok(Swapped::Done)
}

fn exchange(store: &Store, position: i64, left_out: &[(i64, String)]) -> Result<(), AppError> {
    let connection = store.connection();
    rename(connection, &[(LIVE, OLD), (NEW, LIVE)])?;
    let head = store.last_position();
    let mut more: Vec<LeftOut> = Vec::new();
    for_each(connection, position, head, |stored| {
        match decode(stored, connection, store.keys()) {
            Ok(fact) => read_models::project(connection, &fact, |_| {})?,
            Err(Unreadable::Event { position, source }) => more.push(LeftOut {
                position,
                type_name: stored.type_name.to_owned(),
                reason: source.to_string(),
            }),
            Err(other) => return Err(other),
        }
        Ok::<(), Unreadable>(())
    })?;
    let more = more.iter().map(|event| (event.position, event.reason.as_str()));
    let all = left_out.iter().map(|(position, reason)| (*position, reason.as_str())).chain(more);
    let mut failed_position = None;
    for (position, reason) in all {
        failed_position = failed_position.or(Some(position));
        store.quarantine(position, reason)?;
    }
    for model in READ_MODELS {
        store.set_checkpoint(&Checkpoint {
            name: model.name.to_owned(),
            version: model.version,
            position: head,
            failed_position,
        })?;
    }
    Ok(())
}

/// Gives everything whose name begins with one word a name that begins with another, one pair
/// after the other.
fn rename(connection: &Connection, pairs: &[(&str, &str)]) -> rusqlite::Result<()> {
    connection.pragma_update(None, "writable_schema", "ON")?;
    for (from, to) in pairs {
        let entries: Vec<(i64, String, String, Option<String>)> = connection
            .prepare(
                "SELECT rowid, name, tbl_name, sql FROM sqlite_schema
                 WHERE substr(tbl_name, 1, length(?1)) = ?1",
            )?
            .query_map([from], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut update = connection.prepare(
            "UPDATE sqlite_schema SET name = ?2, tbl_name = ?3, sql = ?4 WHERE rowid = ?1",
        )?;
        for (entry, name, table, sql) in entries {
            let sql = sql.map(|sql| renamed(&sql, from, to));
            update.execute(params![
                entry,
                renamed_name(&name, from, to),
                renamed(&table, from, to),
                sql
            ])?;
        }
    }
    // Every connection reads the schema again, this one at once.
    let version: i64 = connection.pragma_query_value(None, "schema_version", |row| row.get(0))?;
    connection.pragma_update(None, "schema_version", version + 1)?;
    connection.pragma_update(None, "writable_schema", "RESET")
}

/// SQLite's own indexes are called after their table, with a word before it.
fn renamed_name(name: &str, from: &str, to: &str) -> String {
    match name.strip_prefix("sqlite_autoindex_") {
        Some(rest) => format!("sqlite_autoindex_{}", renamed(rest, from, to)),
        None => renamed(name, from, to),
    }
}

/// Removes some of what is on its way in or out and will not be used. Says whether nothing is left.
///
/// # Errors
/// SQLite refused.
pub fn clear_some(connection: &Connection, rows: usize) -> rusqlite::Result<bool> {
    let Some((kind, name)) = leftovers(connection)?.into_iter().next() else { return Ok(true) };
    if kind == "table" {
        let columns = Columns::of(connection, &name)?;
        let key = columns.key.join(", ");
        let sql =
            format!("DELETE FROM {name} WHERE ({key}) IN (SELECT {key} FROM {name} LIMIT {rows})");
        if connection.execute(&sql, [])? == rows {
            return Ok(false);
        }
    }
    drop_one(connection, &kind, &name)?;
    Ok(false)
}

/// Removes at once what a killed rebuild left.
///
/// # Errors
/// SQLite refused.
pub fn drop_leftovers(connection: &Connection) -> rusqlite::Result<()> {
    while let Some((kind, name)) = leftovers(connection)?.into_iter().next() {
        drop_one(connection, &kind, &name)?;
    }
    Ok(())
}

fn drop_one(connection: &Connection, kind: &str, name: &str) -> rusqlite::Result<()> {
    let kind = if kind == "trigger" { "TRIGGER" } else { "TABLE" };
    connection.execute_batch(&format!("DROP {kind} {name}"))
}

/// Triggers first, so that nothing follows from emptying a table; then what they fed, as a whole.
fn leftovers(connection: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let mut statement = connection.prepare_cached(
        "SELECT 'trigger', name FROM sqlite_schema
         WHERE type = 'trigger' AND (tbl_name GLOB ?1 OR tbl_name GLOB ?2)
         UNION ALL
         SELECT * FROM (SELECT type, name FROM pragma_table_list
             WHERE schema = 'main' AND type IN ('table', 'virtual')
               AND (name GLOB ?1 OR name GLOB ?2)
             ORDER BY type DESC, name)",
    )?;
    let rows = statement
        .query_map([format!("{NEW}*"), format!("{OLD}*")], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}
