//! How far each projection and process has come.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::Store;

/// How far one of them has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose it is: a constant, never derived from a type's name.
    pub name: String,
    /// The version of its code that came so far.
    pub version: i64,
    /// The position that it has handled.
    pub position: i64,
    /// The event that it cannot handle and stopped at.
    pub failed_position: Option<i64>,
}

/// All checkpoints, by name.
///
/// # Errors
/// SQLite refused.
pub fn checkpoints(connection: &Connection) -> rusqlite::Result<Vec<Checkpoint>> {
    connection
        .prepare_cached(
            "SELECT name, version, position, failed_position FROM checkpoints ORDER BY name",
        )?
        .query_map([], checkpoint)?
        .collect()
}

impl Store {
    /// The checkpoint with this name, if it was ever set.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn checkpoint_of(&self, name: &str) -> rusqlite::Result<Option<Checkpoint>> {
        self.connection
            .prepare_cached(
                "SELECT name, version, position, failed_position FROM checkpoints WHERE name = ?1",
            )?
            .query_row([name], checkpoint)
            .optional()
    }

    /// Sets a checkpoint, in the transaction of what it stands for.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn set_checkpoint(&self, checkpoint: &Checkpoint) -> rusqlite::Result<()> {
        let Checkpoint { name, version, position, failed_position } = checkpoint;
        self.connection
            .prepare_cached(
                "INSERT INTO checkpoints (name, version, position, failed_position)
                 VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (name)
                 DO UPDATE SET version = ?2, position = ?3, failed_position = ?4",
            )?
            .execute(params![name, version, position, failed_position])?;
        Ok(())
    }
}

fn checkpoint(row: &Row<'_>) -> rusqlite::Result<Checkpoint> {
    Ok(Checkpoint {
        name: row.get(0)?,
        version: row.get(1)?,
        position: row.get(2)?,
        failed_position: row.get(3)?,
    })
}
