//! Reading the whole log in order, as a rebuild or a look into the past does.

use std::time::Instant;

use app::Opening;
use event_store::{DataFolder, for_each, open_reader};
use read_models::Fact;
use rusqlite::Connection;
use serde_json::Value;

use super::Bench;
use crate::{
    Outcome, folders,
    report::Figure,
    timing::{as_f64, per_second},
};

pub fn run(bench: &Bench) -> Outcome<Vec<Figure>> {
    let events = bench.amount(100_000, 10_000);
    let folder = folders::copy(&folders::filled(&bench.disk, events)?, &bench.disk)?;
    let held = DataFolder::open(folder.path(), Opening::Sandbox)?;
    let reader = open_reader(&held)?;
    let mut rounds: [Vec<f64>; 4] = Default::default();
    let ways = [select, select_and_parse, replay, replay_as_facts];
    // Everything is in the page cache before it counts.
    select(&reader)?;
    for _ in 0..bench.rounds() {
        for (figures, way) in rounds.iter_mut().zip(ways) {
            let began = Instant::now();
            let events = way(&reader)?;
            figures.push(per_second(events, began.elapsed()));
        }
    }
    let figure = |name: &str, number: usize| Figure::new(name, "events/s", &rounds[number]);
    let parsed = figure("raw SELECT of position and payload, parsed as JSON", 1);
    let bytes: u64 = reader.query_row("SELECT sum(length(payload)) FROM events", [], |row| {
        row.get::<_, i64>(0).map(i64::unsigned_abs)
    })?;
    let stored: u64 = reader
        .query_row("SELECT count(*) FROM events", [], |row| row.get::<_, i64>(0))?
        .unsigned_abs();
    Ok(vec![
        figure("raw SELECT of position and payload", 0),
        parsed.clone(),
        figure("event store: for_each, every column", 2).beside(&parsed),
        figure("event store: for_each, decoded as the contexts' events", 3)
            .beside(&parsed)
            .ratio_at_least(0.6),
        Figure::new("payload of an event", "bytes", &[as_f64(bytes) / as_f64(stored)]),
    ])
}

fn select(reader: &Connection) -> Outcome<u64> {
    let mut count = 0;
    let mut all = reader.prepare("SELECT position, payload FROM events ORDER BY position")?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        count += u64::from(!row.get_ref(1)?.as_str()?.is_empty());
    }
    Ok(count)
}

fn select_and_parse(reader: &Connection) -> Outcome<u64> {
    let mut count = 0;
    let mut all = reader.prepare("SELECT position, payload FROM events ORDER BY position")?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let payload: Value = serde_json::from_str(row.get_ref(1)?.as_str()?)?;
        count += u64::from(payload.is_object());
    }
    Ok(count)
}

fn replay(reader: &Connection) -> Outcome<u64> {
    let mut count = 0;
    for_each(reader, 0, i64::MAX, |event| {
        count += u64::from(!event.payload.is_empty());
        Ok::<_, rusqlite::Error>(())
    })?;
    Ok(count)
}

fn replay_as_facts(reader: &Connection) -> Outcome<u64> {
    let mut count = 0;
    for_each(reader, 0, i64::MAX, |event| {
        Fact::decode(event.type_name, event.schema_version, event.payload)?;
        count += 1;
        Ok::<_, Box<dyn std::error::Error>>(())
    })?;
    Ok(count)
}
