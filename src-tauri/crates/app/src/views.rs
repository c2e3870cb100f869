//! Making and rebuilding the read models.

use event_store::{Checkpoint, PersonKeys, Store, for_each};
use kernel::Timestamp;
use read_models::{READ_MODELS, ReadModel};
use rusqlite::{Connection, OptionalExtension};

use crate::replay::{Unreadable, decode};

/// What a rebuild has done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Events applied.
    pub done: i64,
    /// Events in all.
    pub total: i64,
}

/// An event that no context understands; it was left out, and the rest went on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its place in the log.
    pub position: i64,
    /// Why.
    pub reason: String,
}

/// The read models whose tables are missing or of another version.
pub fn outdated(store: &Store) -> rusqlite::Result<Vec<&'static ReadModel>> {
    let mut outdated = Vec::new();
    for model in READ_MODELS {
        let checkpoint = store.checkpoint_of(model.name)?;
        if checkpoint.is_none_or(|checkpoint| checkpoint.version != model.version) {
            outdated.push(model);
        }
    }
    Ok(outdated)
}

/// Drops read models and fills them again from the whole log, in one transaction.
///
/// `progress` is told now and then, and stops the rebuild by answering `false`: then everything
/// is as it was before.
///
/// # Errors
/// The log cannot be read or the tables cannot be written; then everything is as it was before.
pub fn rebuild(
    store: &mut Store,
    models: &[&'static ReadModel],
    mut progress: impl FnMut(Progress) -> bool,
) -> Result<Option<Vec<LeftOut>>, Unreadable> {
    store.begin()?;
    let total = store.last_position();
    let keys = store.keys().clone();
    let filled = make_tables(store.connection(), models)
        .map_err(Unreadable::from)
        .and_then(|()| fill(store.connection(), &keys, models, total, &mut progress));
    let left_out = match filled {
        Ok(Some(left_out)) => left_out,
        other => {
            store.rollback()?;
            return other;
        }
    };
    for model in models {
        store.set_checkpoint(&Checkpoint {
            name: model.name.to_owned(),
            version: model.version,
            position: total,
            failed_position: left_out.first().map(|event| event.position),
        })?;
    }
    for event in &left_out {
        store.quarantine(event.position, &event.reason)?;
    }
    store.commit()?;
    Ok(Some(left_out))
}

/// Makes empty tables, in place of those that are there.
pub fn make_tables(conn: &Connection, models: &[&'static ReadModel]) -> rusqlite::Result<()> {
    for model in models {
        conn.execute_batch(&format!("DROP TABLE IF EXISTS {}; {}", model.table, model.schema))?;
    }
    Ok(())
}

/// Applies the log up to a position to empty tables. Nothing if `progress` stopped it.
fn fill(
    conn: &Connection,
    keys: &PersonKeys,
    models: &[&'static ReadModel],
    until: i64,
    progress: &mut impl FnMut(Progress) -> bool,
) -> Result<Option<Vec<LeftOut>>, Unreadable> {
    let mut left_out = Vec::new();
    let mut stopped = false;
    let ended = for_each(conn, 0, until, |stored| {
        if stored.position % 1_000 == 0
            && !progress(Progress { done: stored.position, total: until })
        {
            stopped = true;
            return Err(Unreadable::Key { position: stored.position, reason: "stopped".into() });
        }
        match decode(stored, conn, keys) {
            Ok(fact) => {
                for model in models {
                    (model.project)(conn, &fact)?;
                }
            }
            Err(Unreadable::Event { position, source }) => {
                left_out.push(LeftOut { position, reason: source.to_string() });
            }
            Err(other) => return Err(other),
        }
        Ok(())
    });
    match ended {
        Err(_) if stopped => Ok(None),
        Err(error) => Err(error),
        Ok(()) => Ok(Some(left_out)),
    }
}

/// The read models as they were at a position, in a database of their own in memory.
///
/// # Errors
/// The log cannot be read.
pub fn as_of(log: &Connection, keys: &PersonKeys, position: i64) -> Result<Connection, Unreadable> {
    let past = Connection::open_in_memory()?;
    let models: Vec<&'static ReadModel> = READ_MODELS.iter().collect();
    make_tables(&past, &models)?;
    past.execute_batch("BEGIN")?;
    for_each(log, 0, position, |stored| match decode(stored, log, keys) {
        Ok(fact) => Ok(read_models::project(&past, &fact, |_| {})?),
        Err(Unreadable::Event { .. }) => Ok(()),
        Err(other) => Err(other),
    })?;
    past.execute_batch("COMMIT")?;
    Ok(past)
}

/// The position up to which a moment can see.
///
/// # Errors
/// The log cannot be read.
pub fn position_at(log: &Connection, moment: Timestamp) -> rusqlite::Result<i64> {
    event_store::position_at(log, moment)
}

/// When the event at a position was recorded; the beginning of time before the first one.
///
/// # Errors
/// The log cannot be read.
pub fn moment_of(log: &Connection, position: i64) -> rusqlite::Result<Timestamp> {
    let micros = log
        .prepare_cached("SELECT recorded_at FROM events WHERE position = ?1")?
        .query_row([position], |row| row.get(0))
        .optional()?;
    Ok(Timestamp::from_micros(micros.unwrap_or(0)))
}
