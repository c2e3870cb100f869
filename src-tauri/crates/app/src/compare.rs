//! Holding tables against a fresh fold of the log, row by row, in the database itself: what is
//! compared is never in memory as a whole.

use rusqlite::{Connection, Row, types::ValueRef};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::{process_fold, processes};

/// Rows beyond this are only counted.
const MOST_ROWS: usize = 20;

/// How a table differs from a fresh fold of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// The table.
    pub table: String,
    /// Rows that the log does not tell of.
    pub only_live: i64,
    /// Rows that are missing.
    pub only_fresh: i64,
    /// Rows that say something else than the log.
    pub different: i64,
    /// The first of each kind.
    pub rows: Vec<RowDifference>,
    /// Why the table could not be read to its end; absent if it could.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
}

/// One row. It names columns and no values: those may be personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowDifference {
    /// Its key; the parts of one that has several are separated by a slash.
    pub key: String,
    /// In which way it differs.
    pub kind: RowKind,
    /// The columns that differ; empty if the whole row does.
    pub columns: Vec<String>,
}

/// In which way a row differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum RowKind {
    /// The log does not tell of it.
    OnlyLive,
    /// It is missing.
    OnlyFresh,
    /// It says something else.
    Different,
}

/// The columns of a table.
#[derive(Debug, Clone)]
pub struct Columns {
    /// Those of its primary key, in its order.
    pub key: Vec<String>,
    /// The others.
    pub rest: Vec<String>,
}

impl Columns {
    /// Of a table of this connection.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn of(connection: &Connection, table: &str) -> rusqlite::Result<Self> {
        let mut statement = connection
            .prepare("SELECT name, pk FROM pragma_table_info(?1, 'main') ORDER BY pk, cid")?;
        let columns = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (mut key, mut rest) = (Vec::new(), Vec::new());
        for column in columns {
            let (name, place): (String, i64) = column?;
            if place == 0 { rest.push(name) } else { key.push(name) }
        }
        Ok(Self { key, rest })
    }

    /// All of them, the key first.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.key.iter().chain(&self.rest)
    }

    /// The condition that two rows, `l` and `f`, have one key.
    pub fn joined(&self) -> String {
        let same: Vec<String> = self.key.iter().map(|key| format!("l.{key} = f.{key}")).collect();
        same.join(" AND ")
    }

    /// The condition that two rows, `l` and `f`, of one key are not the same. Collations such as
    /// NOCASE would hide a difference.
    pub fn differs(&self) -> String {
        let unlike: Vec<String> = self.rest.iter().map(|name| unlike(name)).collect();
        if unlike.is_empty() { "0".to_owned() } else { unlike.join(" OR ") }
    }
}

fn unlike(name: &str) -> String {
    format!("l.{name} IS NOT f.{name} COLLATE BINARY")
}

/// Compares a table of `live` with the one of the same name in `main`.
///
/// # Errors
/// The fresh one cannot be read. That the live one cannot be is told in the answer.
pub fn difference(fresh: &Connection, table: &str) -> rusqlite::Result<Option<Difference>> {
    let columns = Columns::of(fresh, table)?;
    let mut difference = Difference::none(table);
    let found = difference.find(fresh, &columns);
    if let Err(error) = found {
        difference.unreadable = Some(error.to_string());
    }
    Ok(difference.is_one().then_some(difference))
}

/// Compares what the process managers remember.
///
/// # Errors
/// SQLite refused.
pub fn process_difference(fresh: &Connection) -> rusqlite::Result<Option<Difference>> {
    let mut difference = Difference::none("process_managers");
    let same = |row: &Row<'_>| -> rusqlite::Result<bool> {
        let (live, told): (String, String) = (row.get(2)?, row.get(3)?);
        Ok(process_fold::same(&live, &told))
    };
    let sql = "SELECT l.name, l.key, l.state, f.state
               FROM live.process_managers AS l CROSS JOIN main.process_managers AS f
               ON l.name = f.name AND l.key = f.key WHERE l.state <> f.state";
    let mut statement = fresh.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if !same(row)? {
            difference.different += 1;
            difference.note(key(row, 2)?, RowKind::Different, vec!["state".to_owned()]);
        }
    }
    let columns = Columns { key: vec!["name".into(), "key".into()], rest: vec![] };
    difference.find(fresh, &columns)?;
    Ok(difference.is_one().then_some(difference))
}

/// Compares what falls due with what the log says has to. One that failed was put off, so it may
/// be later than the log says. Answers of the simulated processor are no part of the log; they
/// only must be for a payment that is there.
///
/// # Errors
/// SQLite refused.
pub fn timeout_difference(
    fresh: &Connection,
    processor: &str,
) -> rusqlite::Result<Option<Difference>> {
    let mut difference = Difference::none("timeouts");
    let process = processes::TIMEOUT;
    let queries = [
        (
            RowKind::OnlyLive,
            format!(
                "SELECT l.name, l.key FROM live.timeouts AS l
                 WHERE CASE l.name
                     WHEN '{process}' THEN NOT EXISTS (
                         SELECT 1 FROM main.timeouts AS f WHERE f.name = l.name AND f.key = l.key)
                     WHEN '{processor}' THEN NOT EXISTS (
                         SELECT 1 FROM main.payments AS p WHERE hex(p.payment_id)
                             = upper(replace(json_extract(l.payload, '$.paymentId'), '-', '')))
                     ELSE 1 END"
            ),
        ),
        (
            RowKind::OnlyFresh,
            "SELECT f.name, f.key FROM main.timeouts AS f
             WHERE NOT EXISTS (
                 SELECT 1 FROM live.timeouts AS l WHERE l.name = f.name AND l.key = f.key)"
                .to_owned(),
        ),
        (
            RowKind::Different,
            "SELECT l.name, l.key FROM live.timeouts AS l CROSS JOIN main.timeouts AS f
             ON l.name = f.name AND l.key = f.key
             WHERE l.due < f.due OR l.payload <> f.payload"
                .to_owned(),
        ),
    ];
    for (kind, sql) in queries {
        let mut statement = fresh.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            difference.count(kind);
            let columns = if kind == RowKind::Different { vec!["due".to_owned()] } else { vec![] };
            difference.note(key(row, 2)?, kind, columns);
        }
    }
    Ok(difference.is_one().then_some(difference))
}

impl Difference {
    fn none(table: &str) -> Self {
        Self {
            table: table.to_owned(),
            only_live: 0,
            only_fresh: 0,
            different: 0,
            rows: Vec::new(),
            unreadable: None,
        }
    }

    fn is_one(&self) -> bool {
        0 < self.only_live + self.only_fresh + self.different || self.unreadable.is_some()
    }

    fn find(&mut self, fresh: &Connection, columns: &Columns) -> rusqlite::Result<()> {
        let table = self.table.clone();
        let joined = columns.joined();
        for (kind, here, there) in
            [(RowKind::OnlyLive, "live", "main"), (RowKind::OnlyFresh, "main", "live")]
        {
            let listed: Vec<String> = columns.key.iter().map(|name| format!("l.{name}")).collect();
            let listed = listed.join(", ");
            let sql = format!(
                "SELECT {listed} FROM {here}.{table} AS l
                 WHERE NOT EXISTS (SELECT 1 FROM {there}.{table} AS f WHERE {joined})"
            );
            let mut statement = fresh.prepare(&sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                self.count(kind);
                self.note(key(row, columns.key.len())?, kind, vec![]);
            }
        }
        self.find_different(fresh, columns)
    }

    fn find_different(&mut self, fresh: &Connection, columns: &Columns) -> rusqlite::Result<()> {
        let (table, joined, differs) = (&self.table, columns.joined(), columns.differs());
        let keys = columns.key.iter().map(|name| format!("l.{name}"));
        let flags = columns.rest.iter().map(|name| unlike(name));
        let listed: Vec<String> = keys.chain(flags).collect();
        let listed = listed.join(", ");
        // CROSS JOIN: the live table is walked, and the fresh one asked by its key.
        let sql = format!(
            "SELECT {listed} FROM live.{table} AS l CROSS JOIN main.{table} AS f ON {joined}
             WHERE {differs}"
        );
        let mut statement = fresh.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let parts = columns.key.len();
        while let Some(row) = rows.next()? {
            self.different += 1;
            let mut names = Vec::new();
            for (place, name) in columns.rest.iter().enumerate() {
                if row.get(parts + place)? {
                    names.push(name.clone());
                }
            }
            self.note(key(row, parts)?, RowKind::Different, names);
        }
        Ok(())
    }

    fn count(&mut self, kind: RowKind) {
        match kind {
            RowKind::OnlyLive => self.only_live += 1,
            RowKind::OnlyFresh => self.only_fresh += 1,
            RowKind::Different => self.different += 1,
        }
    }

    fn note(&mut self, key: String, kind: RowKind, columns: Vec<String>) {
        if self.rows.len() < MOST_ROWS {
            self.rows.push(RowDifference { key, kind, columns });
        }
    }
}

/// The first columns of a row as text; sixteen bytes are a UUID.
fn key(row: &Row<'_>, parts: usize) -> rusqlite::Result<String> {
    let mut texts = Vec::with_capacity(parts);
    for part in 0..parts {
        texts.push(match row.get_ref(part)? {
            ValueRef::Null => "-".to_owned(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => number.to_string(),
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            ValueRef::Blob(bytes) => Uuid::from_slice(bytes).map_or_else(
                |_| bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
                |id| id.to_string(),
            ),
        });
    }
    Ok(texts.join("/"))
}
