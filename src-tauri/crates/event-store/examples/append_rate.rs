//! How fast events are appended and read, side by side with SQLite itself doing as little as it
//! can. Commands of two events of some 300 bytes, a hundred to a commit, everything durable.
//!
//! `cargo run --release -p event-store --example append_rate [folder]`; the folder says which disk.

use std::{error::Error, path::Path, time::Instant};

use event_store::{
    Cause, DataFolder, EVENT_LOG_SQL, Expected, NewEvent, Opening, Store, for_each, open_reader,
    verify_chain,
};
use kernel::{CommandId, EventId, PersonId, Timestamp, Vault};
use rusqlite::{Connection, params};
use uuid::Uuid;

const ROUNDS: u128 = 3;
const GROUPS: u128 = 400;
const COMMANDS: u128 = 100;
const EVENTS: u128 = 2;

type Answer<T> = Result<T, Box<dyn Error>>;

fn main() -> Answer<()> {
    let disk = std::env::args().nth(1).map_or_else(std::env::temp_dir, Into::into);
    let payload =
        format!(r#"{{"order":"{}","seats":[{}]}}"#, Uuid::nil(), "4711,".repeat(48) + "1");
    println!("{} bytes a payload, {EVENTS} events a command, {COMMANDS} a commit", payload.len());
    for round in 1..=ROUNDS {
        let floor = insert_floor(&disk, &payload, false)?;
        let indexed = insert_floor(&disk, &payload, true)?;
        let folder = tempfile::tempdir_in(&disk)?;
        let held = DataFolder::open(folder.path(), Opening::Sandbox)?;
        let mut store = Store::open(&held, &[EVENT_LOG_SQL], None)?;
        let append = append(&mut store, &payload)?;
        let floor_one = single_floor(&disk, &payload)?;
        let one = single(&mut store, &payload)?;
        let (select, replay, verify) = read(&held)?;
        let (seal, open) = seal(&mut store)?;
        println!("round {round}, events/s:");
        println!("  insert, same columns, no index       {floor:9.0}");
        println!("  insert, same table and indexes       {indexed:9.0}");
        println!(
            "  store: savepoint, append, command    {append:9.0}  {:.2} of the floor, {:.2} \
                  of the same table",
            append / floor,
            append / indexed
        );
        println!("  insert, one command a commit         {floor_one:9.0}");
        println!("  store, one command a commit          {one:9.0}  {:.2}", one / floor_one);
        println!("  SELECT of every column               {select:9.0}");
        println!("  store: for_each                      {replay:9.0}  {:.2}", replay / select);
        println!("  store: verify_chain                  {verify:9.0}");
        println!("  store: fields sealed / opened        {seal:9.0} / {open:.0}");
    }
    Ok(())
}

/// Events for each second of what this does.
fn rate(events: u128, work: impl FnOnce() -> Answer<()>) -> Answer<f64> {
    let start = Instant::now();
    work()?;
    #[expect(clippy::cast_precision_loss, reason = "a printed figure")]
    Ok(events as f64 / start.elapsed().as_secs_f64())
}

const INSERT: &str = "INSERT INTO events (position, event_id, stream_id, origin, origin_pos,
         revision, type_id, schema_version, payload, command_id, ordinal, correlation_id,
         causation_id, actor_id, recorded_at, hlc, hash)
     VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, 1, ?7, ?8, ?9, ?10, NULL, 1, ?11, ?12, ?13)";

const SELECT: &str = "SELECT position, event_id, stream_id, origin, origin_pos, revision, type_id,
         schema_version, payload, command_id, ordinal, correlation_id, causation_id, actor_id,
         recorded_at, hlc, hash
     FROM events ORDER BY position";

fn floor_database(disk: &Path, indexed: bool) -> Answer<(tempfile::TempDir, Connection)> {
    let folder = tempfile::tempdir_in(disk)?;
    let connection = Connection::open(folder.path().join("floor.db"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch(EVENT_LOG_SQL)?;
    connection.execute_batch("DROP TRIGGER events_are_only_appended")?;
    if !indexed {
        connection.execute_batch(
            "DROP INDEX events_by_stream; DROP INDEX events_by_foreign_origin;
             DROP INDEX events_by_correlation;",
        )?;
    }
    Ok((folder, connection))
}

fn insert_command(connection: &Connection, command: u128, payload: &str) -> Answer<()> {
    let mut insert = connection.prepare_cached(INSERT)?;
    for ordinal in 0..EVENTS {
        let position = i64::try_from(command * EVENTS + ordinal + 1)?;
        let (stream, revision) = (i64::try_from(command / 10)?, position % 20);
        let id = caller_made(command).uuid();
        insert.execute(params![
            position, id, stream, position, revision, 1, payload, id, 0, id, 0, position,
            [7_u8; 32]
        ])?;
    }
    Ok(())
}

fn insert_floor(disk: &Path, payload: &str, indexed: bool) -> Answer<f64> {
    let (_folder, connection) = floor_database(disk, indexed)?;
    rate(GROUPS * COMMANDS * EVENTS, || {
        for group in 0..GROUPS {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            for command in 0..COMMANDS {
                insert_command(&connection, group * COMMANDS + command, payload)?;
            }
            connection.execute_batch("COMMIT")?;
        }
        Ok(())
    })
}

fn single_floor(disk: &Path, payload: &str) -> Answer<f64> {
    let (_folder, connection) = floor_database(disk, false)?;
    rate(2_000 * EVENTS, || {
        for command in 0..2_000 {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            insert_command(&connection, command, payload)?;
            connection.execute_batch("COMMIT")?;
        }
        Ok(())
    })
}

/// Ids as callers make them: they rise with time and differ at random (UUID version 7).
fn caller_made(number: u128) -> CommandId {
    let random = u128::from_be_bytes(*EventId::from_u128(number).as_bytes())
        .wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
    CommandId::from_u128((number << 80) | (random >> 48))
}

fn run_command(store: &mut Store, number: u128, payload: &str) -> Answer<()> {
    let event = NewEvent { type_name: "OrderPlaced", schema_version: 1, payload };
    let cause = Cause {
        command_id: caller_made(number),
        first_ordinal: 0,
        correlation_id: caller_made(number).uuid(),
        causation_id: None,
        actor: "desk-1",
        recorded_at: Timestamp::from_micros(i64::try_from(number)? * 100),
    };
    store.savepoint()?;
    store.find_command(cause.command_id)?;
    let stream = format!("order-{}", CommandId::from_u128(number / 10));
    let appended = store.append(&stream, Expected::Any, &[event, event], &cause)?;
    store.record_command(cause.command_id, &[7; 32], Some(appended.first_position), "{}")?;
    store.release()?;
    Ok(())
}

fn append(store: &mut Store, payload: &str) -> Answer<f64> {
    rate(GROUPS * COMMANDS * EVENTS, || {
        for group in 0..GROUPS {
            store.begin()?;
            for command in 0..COMMANDS {
                run_command(store, group * COMMANDS + command, payload)?;
            }
            store.commit()?;
        }
        Ok(())
    })
}

fn single(store: &mut Store, payload: &str) -> Answer<f64> {
    rate(2_000 * EVENTS, || {
        for command in 0..2_000 {
            store.begin()?;
            run_command(store, GROUPS * COMMANDS + command, payload)?;
            store.commit()?;
        }
        Ok(())
    })
}

fn read(folder: &DataFolder) -> Answer<(f64, f64, f64)> {
    let reader = open_reader(folder)?;
    let mut bytes = 0;
    let mut events = 0;
    for_each(&reader, 0, i64::MAX, |event| {
        (events, bytes) = (events + 1, bytes + event.payload.len());
        Ok::<_, rusqlite::Error>(())
    })?;
    let select = rate(events, || {
        let mut all = reader.prepare(SELECT)?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            bytes += row.get_ref(8)?.as_str()?.len();
        }
        Ok(())
    })?;
    let replay = rate(events, || {
        Ok(for_each(&reader, 0, i64::MAX, |event| {
            bytes += event.payload.len();
            Ok::<_, rusqlite::Error>(())
        })?)
    })?;
    let verify = rate(events, || {
        let report = verify_chain(&reader, 0, |_, _| {})?;
        if report.is_sound() { Ok(()) } else { Err(format!("{report:?}").into()) }
    })?;
    Ok((select, replay, verify))
}

fn seal(store: &mut Store) -> Answer<(f64, f64)> {
    let person = |number: u128| PersonId::from_u128(number % 1_000);
    let id = EventId::from_u128(1);
    let mut sealed = Vec::new();
    store.begin()?;
    let sealing = rate(20_000, || {
        for number in 0..20_000 {
            sealed.push(store.vault(id, "A").seal(person(number), "name", b"Anna Kanarienvogel"));
        }
        Ok(())
    })?;
    store.commit()?;
    let opening = rate(20_000, || {
        for (number, text) in (0..).zip(&sealed) {
            store.vault(id, "A").open(person(number), "name", text).ok_or("it opens")?;
        }
        Ok(())
    })?;
    Ok((sealing, opening))
}
