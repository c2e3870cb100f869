//! What the writer remembers so that it need not ask the database: the numbers of names, and the
//! revision of each stream that it touched.
//!
//! Invariant: what is remembered is what the open transaction sees. Whatever was learnt since a
//! point is forgotten when the transaction goes back to that point, and asked for again.

use std::{collections::HashMap, sync::Arc};

use rusqlite::{Connection, OptionalExtension};

/// Streams beyond this are forgotten between transactions: some five megabytes.
const MOST_STREAMS: usize = 50_000;

/// Where a stream stands, for this device's own events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StreamHead {
    /// The number that stands for its name; none before its first event.
    pub id: Option<i64>,
    /// The revision of its last event; 0 before its first.
    pub revision: i64,
}

#[derive(Debug, Default)]
pub(crate) struct Cache {
    streams: HashMap<Arc<str>, StreamHead>,
    types: HashMap<Arc<str>, i64>,
    actors: HashMap<Arc<str>, i64>,
    learnt: Vec<Learnt>,
}

#[derive(Debug)]
enum Learnt {
    Stream(Arc<str>),
    Type(Arc<str>),
    Actor(Arc<str>),
}

impl Cache {
    /// How much was learnt in this transaction so far.
    pub fn mark(&self) -> usize {
        self.learnt.len()
    }

    /// Forgets what was learnt since the mark.
    pub fn go_back(&mut self, mark: usize) {
        for learnt in self.learnt.drain(mark..) {
            match learnt {
                Learnt::Stream(name) => drop(self.streams.remove(&name)),
                Learnt::Type(name) => drop(self.types.remove(&name)),
                Learnt::Actor(name) => drop(self.actors.remove(&name)),
            }
        }
    }

    /// The transaction is over and what was learnt is true for good.
    pub fn settle(&mut self) {
        self.learnt.clear();
        if self.streams.len() > MOST_STREAMS {
            self.streams.clear();
        }
    }

    /// Where a stream stands.
    pub fn stream(&mut self, connection: &Connection, name: &str) -> rusqlite::Result<StreamHead> {
        if let Some(head) = self.streams.get(name) {
            return Ok(*head);
        }
        let id = number(connection, "SELECT id FROM streams WHERE name = ?1", name)?;
        let revision = match id {
            None => 0,
            Some(id) => connection
                .prepare_cached(
                    "SELECT revision FROM events WHERE stream_id = ?1 AND origin <= 1
                     ORDER BY origin DESC, revision DESC LIMIT 1",
                )?
                .query_row([id], |row| row.get(0))
                .optional()?
                .unwrap_or(0),
        };
        let head = StreamHead { id, revision };
        self.set_stream(name, head);
        Ok(head)
    }

    /// Remembers where a stream stands now.
    pub fn set_stream(&mut self, name: &str, head: StreamHead) {
        let key = match self.streams.get_key_value(name) {
            Some((key, _)) => key.clone(),
            None => name.into(),
        };
        self.learnt.push(Learnt::Stream(key.clone()));
        self.streams.insert(key, head);
    }

    /// The number of a type, given out if it is new.
    pub fn type_id(&mut self, connection: &Connection, name: &str) -> rusqlite::Result<i64> {
        if let Some(id) = self.types.get(name) {
            return Ok(*id);
        }
        let id = match number(connection, "SELECT id FROM types WHERE name = ?1", name)? {
            Some(id) => id,
            None => give_number(connection, "INSERT INTO types (name) VALUES (?1)", name)?,
        };
        let key: Arc<str> = name.into();
        self.learnt.push(Learnt::Type(key.clone()));
        self.types.insert(key, id);
        Ok(id)
    }

    /// The number of an actor, given out if it is new.
    pub fn actor_id(&mut self, connection: &Connection, name: &str) -> rusqlite::Result<i64> {
        if let Some(id) = self.actors.get(name) {
            return Ok(*id);
        }
        let id = match number(connection, "SELECT id FROM actors WHERE name = ?1", name)? {
            Some(id) => id,
            None => give_number(connection, "INSERT INTO actors (name) VALUES (?1)", name)?,
        };
        let key: Arc<str> = name.into();
        self.learnt.push(Learnt::Actor(key.clone()));
        self.actors.insert(key, id);
        Ok(id)
    }

    /// The number of a stream that has none yet.
    pub fn new_stream_id(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
        give_number(connection, "INSERT INTO streams (name) VALUES (?1)", name)
    }
}

fn number(connection: &Connection, sql: &str, name: &str) -> rusqlite::Result<Option<i64>> {
    connection.prepare_cached(sql)?.query_row([name], |row| row.get(0)).optional()
}

fn give_number(connection: &Connection, sql: &str, name: &str) -> rusqlite::Result<i64> {
    connection.prepare_cached(sql)?.insert([name])
}
