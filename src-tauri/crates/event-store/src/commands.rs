//! Accepted commands, kept for ever: a repeat is answered from here.

use kernel::CommandId;
use rusqlite::{Connection, OptionalExtension, params};

use crate::Store;

/// An accepted command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandRecord {
    /// Stands for the content: the same id with another digest is another command and is to be
    /// refused.
    pub digest: [u8; 32],
    /// The position of its first event; none if it was true already.
    pub first_position: Option<i64>,
    /// What the caller was told.
    pub answer: String,
}

/// Every accepted command, by id.
///
/// # Errors
/// The database could not be read.
pub fn read_commands(connection: &Connection) -> rusqlite::Result<Vec<(CommandId, CommandRecord)>> {
    connection
        .prepare("SELECT command_id, digest, first_position, answer FROM commands")?
        .query_map([], |row| {
            let record = CommandRecord {
                digest: row.get(1)?,
                first_position: row.get(2)?,
                answer: row.get(3)?,
            };
            Ok((CommandId::from_uuid(row.get(0)?), record))
        })?
        .collect()
}

impl Store {
    /// The command with this id, if it was accepted.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn find_command(&self, id: CommandId) -> rusqlite::Result<Option<CommandRecord>> {
        self.connection
            .prepare_cached(
                "SELECT digest, first_position, answer FROM commands WHERE command_id = ?1",
            )?
            .query_row([id.uuid()], |row| {
                Ok(CommandRecord {
                    digest: row.get(0)?,
                    first_position: row.get(1)?,
                    answer: row.get(2)?,
                })
            })
            .optional()
    }

    /// Records an accepted command, in the transaction of its events.
    ///
    /// # Errors
    /// SQLite refused; it does so if the id is recorded already.
    pub fn record_command(
        &self,
        id: CommandId,
        digest: &[u8; 32],
        first_position: Option<i64>,
        answer: &str,
    ) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO commands (command_id, digest, first_position, answer)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![id.uuid(), digest, first_position, answer])?;
        Ok(())
    }
}
