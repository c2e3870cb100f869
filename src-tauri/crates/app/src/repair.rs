//! Bringing tables that differ from the log back to what it tells.
//!
//! The log itself is never touched; where it is damaged, nothing is repaired from it. Only rows that
//! differ are written, except in read models, which are made anew as a whole.

use std::path::Path;

use event_store::{DataFolder, Opening, Store, live_address};
use rusqlite::{Connection, params_from_iter, types::Value};

use crate::{
    MIGRATIONS,
    compare::{Columns, Difference},
    fold::{Fresh, STATE_TABLES},
    start::StartError,
    views,
};

/// Brings read models and state tables that differ back to what the log tells. Answers the names
/// of those that were written.
///
/// # Errors
/// The folder cannot be opened, or a table cannot be written; then it is as it was.
pub fn repair(folder: &Path, differences: &[Difference]) -> Result<Vec<String>, StartError> {
    let folder = DataFolder::open(folder, Opening::ExistingOrReal)?;
    let mut store = Store::open(&folder, MIGRATIONS, None)?;
    let differs = |table: &str| differences.iter().any(|one| one.table == table);
    let models: Vec<_> =
        read_models::READ_MODELS.iter().filter(|model| differs(model.table)).collect();
    let mut written: Vec<String> = models.iter().map(|model| model.table.to_owned()).collect();
    let tables: Vec<&str> = STATE_TABLES.into_iter().filter(|table| differs(table)).collect();
    if !tables.is_empty() {
        mend(&mut store, &live_address(&folder.database()), &tables)?;
        written.extend(tables.into_iter().map(str::to_owned));
    }
    if !models.is_empty() {
        // A projection may read another read model, so all of them are made anew.
        let all: Vec<_> = read_models::READ_MODELS.iter().collect();
        views::rebuild(&mut store, &all, |_| true)?;
    }
    store.close()?;
    Ok(written)
}

fn mend(store: &mut Store, address: &str, tables: &[&str]) -> Result<(), StartError> {
    let mut fresh = Fresh::new(address, store.keys())?;
    fresh.hold()?;
    fresh.follow(fresh.log_ends()?)?;
    store.begin()?;
    let mended = mend_all(store.connection(), fresh.connection(), tables);
    if let Err(error) = mended {
        store.rollback()?;
        return Err(error.into());
    }
    store.commit()?;
    Ok(fresh.let_go()?)
}

fn mend_all(live: &Connection, fresh: &Connection, tables: &[&str]) -> rusqlite::Result<()> {
    live.pragma_update(None, "defer_foreign_keys", true)?;
    // Rows that refer to others go first and come last.
    for table in tables.iter().rev() {
        remove(live, fresh, table)?;
    }
    tables.iter().try_for_each(|table| put_back(live, fresh, table))
}

/// Removes the rows that the log does not tell of, or tells otherwise.
fn remove(live: &Connection, fresh: &Connection, table: &str) -> rusqlite::Result<()> {
    let columns = Columns::of(fresh, table)?;
    let key: Vec<String> = columns.key.iter().map(|name| format!("l.{name}")).collect();
    let (joined, differs) = (columns.joined(), columns.differs());
    let wrong = format!(
        "SELECT {} FROM live.{table} AS l LEFT JOIN main.{table} AS f ON {joined}
         WHERE f.{} IS NULL OR {differs}",
        key.join(", "),
        columns.key[0]
    );
    let parts: Vec<String> = columns.key.iter().map(|name| format!("{name} = ?")).collect();
    let delete = format!("DELETE FROM {table} WHERE {}", parts.join(" AND "));
    each(fresh, &wrong, columns.key.len(), |key| {
        live.prepare_cached(&delete)?.execute(params_from_iter(key)).map(drop)
    })
}

/// Puts in the rows that are not there (any more).
fn put_back(live: &Connection, fresh: &Connection, table: &str) -> rusqlite::Result<()> {
    let columns = Columns::of(fresh, table)?;
    let names: Vec<&str> = columns.all().map(String::as_str).collect();
    let listed: Vec<String> = names.iter().map(|name| format!("f.{name}")).collect();
    let (joined, differs) = (columns.joined(), columns.differs());
    // `live` is what it was before this transaction: what was removed in it is still seen there.
    let missing = format!(
        "SELECT {} FROM main.{table} AS f LEFT JOIN live.{table} AS l ON {joined}
         WHERE l.{} IS NULL OR {differs}",
        listed.join(", "),
        columns.key[0]
    );
    let places = vec!["?"; names.len()].join(", ");
    let insert = format!("INSERT INTO {table} ({}) VALUES ({places})", names.join(", "));
    each(fresh, &missing, names.len(), |row| {
        live.prepare_cached(&insert)?.execute(params_from_iter(row)).map(drop)
    })
}

fn each(
    connection: &Connection,
    sql: &str,
    count: usize,
    mut see: impl FnMut(&[Value]) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let values: Vec<Value> =
            (0..count).map(|place| row.get(place)).collect::<Result<_, _>>()?;
        see(&values)?;
    }
    Ok(())
}
