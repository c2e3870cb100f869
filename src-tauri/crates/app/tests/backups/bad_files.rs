//! What is no backup, or none any more: a clear word each, and nothing is touched.

use std::{
    fs::{self, File},
    io::{Read, Write},
    path::Path,
    sync::OnceLock,
};

use app::backup::{RestoreError, RestoreOptions, restore_with};
use proptest::prelude::*;
use serde_json::{Value, json};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::given::{Shelf, three_orders};

type Parts = Vec<(String, Vec<u8>)>;

/// The bytes of a sound backup.
fn sound() -> &'static [u8] {
    static SOUND: OnceLock<Vec<u8>> = OnceLock::new();
    SOUND.get_or_init(|| {
        let shelf = Shelf::new();
        let backup = shelf.backup(&three_orders(), "sound.lanyard-backup");
        fs::read(backup.file).expect("it")
    })
}

fn parts() -> Parts {
    let mut zip = ZipArchive::new(std::io::Cursor::new(sound())).expect("a zip");
    (0..zip.len())
        .map(|number| {
            let mut part = zip.by_index(number).expect("a part");
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).expect("its bytes");
            (part.name().expect("a name").into_owned(), bytes)
        })
        .collect()
}

fn write(path: &Path, parts: &Parts) {
    let mut zip = ZipWriter::new(File::create(path).expect("a file"));
    for (name, bytes) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).expect("a part");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("a zip");
}

/// The parts with another content, and a manifest that vouches for it.
fn with(name: &str, bytes: &[u8], also: impl FnOnce(&mut Value)) -> Parts {
    let mut parts = parts();
    for (found, content) in &mut parts {
        if found == name {
            *content = bytes.to_vec();
        }
    }
    let place = parts.iter().position(|(name, _)| name == "manifest.json").expect("a manifest");
    let mut manifest: Value = serde_json::from_slice(&parts[place].1).expect("JSON");
    for part in manifest["parts"].as_array_mut().expect("a list") {
        if part["name"] == name {
            part["bytes"] = bytes.len().into();
            part["blake3"] = blake3::hash(bytes).to_hex().as_str().into();
        }
    }
    also(&mut manifest);
    parts[place].1 = serde_json::to_vec(&manifest).expect("JSON");
    parts
}

/// Refused with a message that names the file, and nothing is left.
#[track_caller]
fn refused(shelf: &Shelf, name: &str) -> RestoreError {
    let file = shelf.place(name);
    let before = fs::read(&file).expect("it");
    let options = RestoreOptions::default();
    let refused = restore_with(&file, &shelf.place("data"), &options, |_| true);
    let refused = refused.expect_err("it is no backup");
    assert!(refused.to_string().contains(name), "{refused}");
    assert_eq!(shelf.names(), [name], "nothing is left behind");
    assert_eq!(fs::read(&file).expect("it"), before);
    refused
}

#[test]
fn a_file_of_another_kind_is_no_backup() {
    for bytes in [
        b"".as_slice(),
        b"PK",
        b"\xff\xd8\xff\xe0 a photo renamed",
        b"SQLite format 3\0 and so on, and so on, and so on",
    ] {
        let shelf = Shelf::new();
        fs::write(shelf.place("one.lanyard-backup"), bytes).expect("a file");
        let refused = refused(&shelf, "one.lanyard-backup");
        assert!(matches!(refused, RestoreError::NotABackup { .. }), "{refused}");
    }
    let shelf = Shelf::new();
    write(&shelf.place("other.zip"), &vec![("notes.txt".to_owned(), b"notes".to_vec())]);
    let refused = refused(&shelf, "other.zip");
    assert!(matches!(refused, RestoreError::NotABackup { .. }), "{refused}");
}

#[test]
fn a_truncated_file_is_damaged() {
    for kept in [5, 30, sound().len() / 2, sound().len() - 100, sound().len() - 1] {
        let shelf = Shelf::new();
        fs::write(shelf.place("one.lanyard-backup"), &sound()[..kept]).expect("a file");
        let refused = refused(&shelf, "one.lanyard-backup");
        assert!(matches!(refused, RestoreError::Damaged { .. }), "{kept}: {refused}");
    }
}

#[test]
fn a_file_of_a_later_release_says_so() {
    let shelf = Shelf::new();
    let later = with("", b"", |manifest| {
        manifest["format"] = 2.into();
        manifest["parts"] = json!("in another form");
    });
    write(&shelf.place("later.lanyard-backup"), &later);
    let refused = refused(&shelf, "later.lanyard-backup");
    assert!(matches!(refused, RestoreError::Newer { found: 2, known: 1, .. }), "{refused}");
}

#[test]
fn a_database_of_a_later_release_says_so() {
    let shelf = Shelf::new();
    let log = altered_log(&shelf, "PRAGMA user_version = 4711");
    write(&shelf.place("later.lanyard-backup"), &with("log.db", &log, |_| {}));
    let refused = refused(&shelf, "later.lanyard-backup");
    assert!(matches!(refused, RestoreError::Newer { found: 4711, .. }), "{refused}");
}

#[test]
fn a_part_with_another_name_is_no_path() {
    for name in ["../../evil", "/tmp/evil", "..\\evil", "log.db/../evil"] {
        let shelf = Shelf::new();
        let mut parts = parts();
        parts.push((name.to_owned(), b"evil".to_vec()));
        write(&shelf.place("one.lanyard-backup"), &parts);
        assert!(matches!(refused(&shelf, "one.lanyard-backup"), RestoreError::Damaged { .. }));
        let mut renamed = parts.clone();
        renamed.pop();
        renamed[0].0 = name.to_owned();
        let listed = with("", b"", |manifest| manifest["parts"][0]["name"] = name.into());
        renamed.last_mut().expect("the manifest").1 =
            listed.last().expect("the manifest").1.clone();
        write(&shelf.place("one.lanyard-backup"), &renamed);
        assert!(matches!(refused(&shelf, "one.lanyard-backup"), RestoreError::Damaged { .. }));
    }
}

#[test]
fn what_unfolds_to_more_than_it_can_be_is_refused_before_it_does() {
    let shelf = Shelf::new();
    let zeros = vec![0; 300 * 1024 * 1024];
    write(&shelf.place("bomb.lanyard-backup"), &with("log.db", &zeros, |_| {}));
    assert!(fs::metadata(shelf.place("bomb.lanyard-backup")).expect("it").len() < 1024 * 1024);
    let honest = refused(&shelf, "bomb.lanyard-backup").to_string();
    assert!(honest.contains("more than a file of its size"), "{honest}");

    let shelf = Shelf::new();
    let lying = with("log.db", &zeros, |manifest| manifest["parts"][0]["bytes"] = 1_000.into());
    write(&shelf.place("bomb.lanyard-backup"), &lying);
    assert!(matches!(refused(&shelf, "bomb.lanyard-backup"), RestoreError::Damaged { .. }));
}

/// The log of the sound backup after some SQL.
fn altered_log(shelf: &Shelf, sql: &str) -> Vec<u8> {
    let path = shelf.place("altered.db");
    let log = parts().remove(0);
    assert_eq!(log.0, "log.db");
    fs::write(&path, log.1).expect("a file");
    let log = rusqlite::Connection::open(&path).expect("a database");
    log.execute_batch(sql).expect("it can be altered");
    drop(log);
    let bytes = fs::read(&path).expect("it");
    fs::remove_file(path).expect("it");
    bytes
}

#[test]
fn an_altered_log_is_found_whoever_vouches_for_it() {
    for (sql, what) in [
        ("DROP TRIGGER events_are_not_updated; UPDATE events SET payload = '{}'", "tables"),
        ("CREATE TABLE more (x)", "tables"),
        ("CREATE TRIGGER evil AFTER INSERT ON meta BEGIN DELETE FROM meta; END", "tables"),
        ("UPDATE devices SET device = randomblob(16)", "position 1"),
        ("DELETE FROM devices", "damaged"),
        ("UPDATE streams SET name = name || '-other' WHERE id = 2", "position"),
        ("DELETE FROM meta", "damaged"),
        ("UPDATE meta SET value = 'other' WHERE name = 'key_check'", "store's key"),
    ] {
        let shelf = Shelf::new();
        let log = altered_log(&shelf, sql);
        write(&shelf.place("one.lanyard-backup"), &with("log.db", &log, |_| {}));
        let refused = refused(&shelf, "one.lanyard-backup").to_string();
        assert!(refused.contains(what), "{sql}: {refused}");
    }
}

#[test]
fn a_manifest_that_says_something_else_is_found() {
    type Alter = fn(&mut Value);
    let alterations: [(Alter, &str); 4] = [
        (|manifest| manifest["events"] = 7.into(), "last event"),
        (|manifest| manifest["headHash"] = "00".into(), "head"),
        (|manifest| manifest["mode"] = "real".into(), "kind"),
        (|manifest| manifest["totals"]["orders"] = 1_204.into(), "1204 orders"),
    ];
    for (alter, what) in alterations {
        let shelf = Shelf::new();
        write(&shelf.place("one.lanyard-backup"), &with("", b"", alter));
        let refused = refused(&shelf, "one.lanyard-backup").to_string();
        assert!(refused.contains(what), "{refused}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Whatever was done to the bytes: restored as it was, or refused; never a panic, and never a
    /// folder that is not whole.
    #[test]
    fn a_mutated_file_is_refused_or_restored(
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..5_u8), 1..4)
    ) {
        let mut bytes = sound().to_vec();
        for (place, value, kind) in cuts {
            let place = place.index(bytes.len());
            match kind {
                0 => bytes.truncate(place),
                1 => bytes[place] = value,
                2 => bytes.insert(place, value),
                3 => drop(bytes.drain(place..bytes.len().min(place + usize::from(value)))),
                _ => {
                    let again = bytes[..place].to_vec();
                    bytes.extend_from_slice(&again);
                }
            }
            if bytes.is_empty() {
                bytes.push(value);
            }
        }
        let shelf = Shelf::new();
        let file = shelf.place("mutated.lanyard-backup");
        fs::write(&file, &bytes).expect("a file");
        let target = shelf.place("data");
        match restore_with(&file, &target, &RestoreOptions::default(), |_| true) {
            Ok(report) => prop_assert_eq!(report.totals.orders, 3),
            Err(_) => prop_assert_eq!(shelf.names(), ["mutated.lanyard-backup"]),
        }
    }
}
