//! A single bit of a stored event is another one. R11.
//!
//! The flip is made in the file: in the position, the header or the fields of an event's record,
//! whose places are found by its id and its hash.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{Seek as _, SeekFrom, Write as _},
    ops::Range,
    path::Path,
};

use rusqlite::{Connection, OpenFlags, types::Value};

use crate::harness::{Place, randomness, rounds, say};

/// SQLite's own check takes longer, and a part of the flips tells enough about it.
const ASKS_SQLITE_EVERY: u64 = 10;

fn open(database: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(database, flags)
}

/// Where the records of events are in the file, each from its position to the end of its hash.
fn records(database: &Path) -> Vec<Range<usize>> {
    let connection = open(database).expect("a database");
    let sql = "SELECT event_id, hash, position FROM events";
    let mut statement = connection.prepare(sql).expect("events");
    let event = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)));
    let events: HashMap<[u8; 16], ([u8; 32], i64)> =
        statement.query_map([], event).expect("events").map(|event| event.expect("one")).collect();
    let bytes = fs::read(database).expect("bytes");
    let found: Vec<_> = bytes
        .windows(16)
        .enumerate()
        .filter_map(|(at, id)| {
            let (hash, position) = events.get(id)?;
            record(&bytes, at, hash, *position)
        })
        .collect();
    // A record that does not fit into one page is left out; there is hardly one.
    assert!(events.len() * 9 / 10 <= found.len(), "{} of {} found", found.len(), events.len());
    found
}

/// The record whose id stands here, which comes after the header: its length, then the types.
fn record(bytes: &[u8], id: usize, hash: &[u8; 32], position: i64) -> Option<Range<usize>> {
    let page = &bytes[id..(id + 4096).min(bytes.len())];
    let end = id + page.windows(32).position(|window| window == hash)? + 32;
    let row = varint(position);
    let header = (18..64).find(|length| {
        let header = id - length;
        usize::from(bytes[header]) == *length && bytes[..header].ends_with(&row)
    })?;
    Some(id - header - row.len()..end)
}

/// A number as SQLite writes it: seven bits a byte, the highest first.
fn varint(number: i64) -> Vec<u8> {
    let mut bytes = vec![(number & 0x7f) as u8];
    let mut rest = number >> 7;
    while 0 < rest {
        bytes.insert(0, (rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    bytes
}

/// Every event, every field.
fn events(database: &Path) -> rusqlite::Result<Vec<Vec<Value>>> {
    let connection = open(database)?;
    let mut statement = connection.prepare("SELECT * FROM events ORDER BY position")?;
    let columns = statement.column_count();
    let fields = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
    statement.query_map([], fields)?.collect()
}

/// Whether walking the log finds something wrong.
fn is_found(database: &Path) -> bool {
    let report = open(database).and_then(|log| event_store::verify_chain(&log, 0, |_, _| {}));
    !report.is_ok_and(|report| report.is_sound())
}

/// Whether SQLite's own check finds something wrong.
fn sqlite_finds_it(database: &Path) -> bool {
    let pages = open(database).and_then(|log| event_store::check_pages(&log));
    !pages.is_ok_and(|pages| pages.is_empty())
}

fn write(file: &mut File, at: usize, byte: u8) {
    file.seek(SeekFrom::Start(at as u64)).expect("a place");
    file.write_all(&[byte]).expect("written");
}

#[test]
fn every_bit_that_flips_in_a_stored_event_is_found_and_sqlite_alone_misses_most() {
    let mut rng = randomness("bit flips");
    // A round is a hundred flips.
    let flips = rounds(3) * 100;
    let place = Place::new();
    place.orders(rng.u64(1..1 << 53), 15);
    let database = place.data.join(event_store::DATABASE_FILE);
    let records = records(&database);
    let bytes = fs::read(&database).expect("bytes");
    assert!(!is_found(&database) && !sqlite_finds_it(&database), "it is sound to begin with");
    let mut file = File::options().write(true).open(&database).expect("a file");
    let sound = events(&database);
    let (mut harmless, mut asked, mut sqlite_found) = (0, 0, 0);
    for flip in 1..=flips {
        let record = rng.choice(&records).expect("a record");
        let (at, bit) = (rng.usize(record.clone()), rng.u8(..8));
        write(&mut file, at, bytes[at] ^ (1 << bit));
        let place = format!("bit {bit} of byte {at}, byte {} of its record", at - record.start);
        if !is_found(&database) {
            // SQLite reads no value where the header speaks of the position.
            assert!(events(&database) == sound, "flip {flip} was not found: {place}");
            harmless += 1;
        }
        if flip % ASKS_SQLITE_EVERY == 0 {
            asked += 1;
            sqlite_found += u64::from(sqlite_finds_it(&database));
        }
        write(&mut file, at, bytes[at]);
    }
    assert!(!is_found(&database), "it is sound in the end");
    say(&format!(
        "bit flips: {flips} in {} events: all found but {harmless}, which change nothing that is \
         read; control: SQLite's own check found {sqlite_found} of {asked}",
        records.len()
    ));
    assert!(sqlite_found * 2 < asked, "SQLite alone finds them: then why the chain?");
}
