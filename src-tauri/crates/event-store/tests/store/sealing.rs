//! Sealed personal data: not in any file in clear, and gone for good with its key.

use std::{
    fs,
    sync::atomic::{AtomicUsize, Ordering},
};

use event_store::{AppendError, Expected, StoreError, event_id, open_reader, read_all};
use kernel::{EventId, Personal, Vault};
use rusqlite::Row;

use crate::given::{ANNA, BORIS, Given, append, command, commit_events, contains, files, open};

const CANARY: &str = "Anna Kanarienvogel";
const EVENT: EventId = EventId::from_u128(1);
const TYPE: &str = "OrderPlaced";

fn seal(given: &Given, text: &str) -> String {
    given.store.vault(EVENT, TYPE).seal(ANNA, "name", text.as_bytes())
}

fn open_sealed(given: &Given, sealed: &str) -> Option<Vec<u8>> {
    given.store.vault(EVENT, TYPE).open(ANNA, "name", sealed)
}

#[test]
fn a_name_is_in_no_file_in_clear_and_comes_back() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    let id = event_id(command(1), 0);
    let mut name = Personal::known(ANNA, CANARY.to_owned());
    given.store.begin().unwrap();
    name.seal(&mut given.store.vault(id, TYPE), "name");
    let payload = serde_json::to_string(&name).unwrap();
    let new = [crate::given::placed(&payload)];
    given.store.append("order-1", Expected::NoStream, &new, &crate::given::cause(1)).unwrap();
    given.store.commit().unwrap();
    for (file, bytes) in files(path.path()) {
        assert!(!contains(&bytes, CANARY.as_bytes()), "{file}");
        assert!(!contains(&bytes, b"Kanarien"), "{file}");
    }
    let reader = open_reader(&given.folder).unwrap();
    let keys = given.store.keys().clone();
    let stored = read_all(&reader, 0, 1).unwrap().remove(0);
    let mut read: Personal<String> = serde_json::from_str(&stored.payload).unwrap();
    read.open(&mut keys.for_event(&reader, stored.event_id, &stored.type_name), "name");
    assert_eq!(read.value().map(String::as_str), Some(CANARY));
}

#[test]
fn an_erased_person_cannot_be_read_by_anyone_and_stays_erased() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    given.store.begin().unwrap();
    let sealed = seal(&given, CANARY);
    given.store.commit().unwrap();
    let wrapped: Vec<u8> = given
        .store
        .connection()
        .query_row("SELECT wrapped FROM person_keys", [], |row| row.get(0))
        .unwrap();
    given.store.begin().unwrap();
    assert!(given.store.has_key(ANNA).unwrap());
    given.store.destroy_key(ANNA).unwrap();
    let late = seal(&given, "Anna again");
    given.store.commit().unwrap();
    assert!(!given.store.has_key(ANNA).unwrap());
    assert_eq!(open_sealed(&given, &sealed), None);
    assert_eq!(open_sealed(&given, &late), None);
    let reader = open_reader(&given.folder).unwrap();
    let mut vault = given.store.keys().for_event(&reader, EVENT, TYPE);
    assert_eq!(vault.open(ANNA, "name", &sealed), None);
    assert!(vault.failure().is_none());
    drop(reader);
    assert!(given.store.checkpoint().unwrap());
    for (file, bytes) in files(path.path()) {
        // The end of a wrapped key, because page headers may cut its beginning.
        assert!(!contains(&bytes, &wrapped[24..]), "{file}");
    }
    let mut name: Personal<String> = Personal::Sealed { person: ANNA, sealed };
    name.open(&mut given.store.vault(EVENT, TYPE), "name");
    assert_eq!(name, Personal::Erased { person: ANNA });
}

#[test]
fn the_wal_is_emptied_without_waiting_for_a_reader() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..3);
    let reader = open_reader(&given.folder).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM events").unwrap();
    commit_events(&mut given.store, 3..5);
    let busy = |_| {
        ASKED.fetch_add(1, Ordering::SeqCst);
        false
    };
    given.store.connection().busy_handler(Some(busy)).unwrap();
    assert!(!given.store.try_checkpoint().unwrap());
    assert_eq!(ASKED.load(Ordering::SeqCst), 0, "it would have waited");
    let ask = |row: &Row<'_>| row.get(0);
    let after: i64 = given.store.connection().query_row("PRAGMA busy_timeout", [], ask).unwrap();
    assert_eq!(after, 5_000, "everything else waits as before");
    drop(reader);
    assert!(given.store.try_checkpoint().unwrap());
}

#[test]
fn a_sealed_text_is_worth_nothing_altered_or_elsewhere() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    given.store.begin().unwrap();
    let sealed = seal(&given, CANARY);
    given.store.vault(EVENT, TYPE).seal(BORIS, "name", b"Boris");
    let other = EventId::from_u128(2);
    assert_eq!(open_sealed(&given, &sealed).as_deref(), Some(CANARY.as_bytes()));
    assert_ne!(seal(&given, CANARY), sealed);
    assert_eq!(given.store.vault(other, TYPE).open(ANNA, "name", &sealed), None);
    assert_eq!(given.store.vault(EVENT, "Other").open(ANNA, "name", &sealed), None);
    assert_eq!(given.store.vault(EVENT, TYPE).open(ANNA, "email", &sealed), None);
    assert_eq!(given.store.vault(EVENT, TYPE).open(BORIS, "name", &sealed), None);
    for place in 0..sealed.len() {
        let mut altered = sealed.clone().into_bytes();
        altered[place] = if altered[place] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).unwrap();
        assert_eq!(open_sealed(&given, &altered), None, "letter {place}");
    }
    for text in ["", "Anna", "!!", &sealed[..40]] {
        assert_eq!(open_sealed(&given, text), None, "{text}");
    }
    given.store.commit().unwrap();
}

#[test]
fn a_key_that_was_rolled_back_is_made_anew() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    given.store.begin().unwrap();
    given.store.savepoint().unwrap();
    let lost = seal(&given, CANARY);
    given.store.rollback_to().unwrap();
    let kept = seal(&given, CANARY);
    given.store.commit().unwrap();
    drop(given);
    let given = open(path.path());
    assert_eq!(open_sealed(&given, &lost), None);
    assert_eq!(open_sealed(&given, &kept).as_deref(), Some(CANARY.as_bytes()));
}

#[test]
fn an_erasure_that_was_rolled_back_did_not_happen() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    given.store.begin().unwrap();
    let sealed = seal(&given, CANARY);
    given.store.savepoint().unwrap();
    given.store.destroy_key(ANNA).unwrap();
    assert_eq!(open_sealed(&given, &sealed), None);
    given.store.rollback_to().unwrap();
    assert_eq!(open_sealed(&given, &sealed).as_deref(), Some(CANARY.as_bytes()));
    given.store.commit().unwrap();
}

#[test]
fn a_reader_seals_nothing() {
    let path = tempfile::tempdir().unwrap();
    let given = open(path.path());
    let mut vault = given.store.keys().for_event(given.store.connection(), EVENT, TYPE);
    assert_eq!(vault.seal(ANNA, "name", CANARY.as_bytes()), "");
    assert!(vault.failure().is_some());
}

#[test]
fn a_damaged_key_is_no_erasure_and_stops_the_transaction() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    given.store.begin().unwrap();
    let sealed = seal(&given, CANARY);
    given.store.commit().unwrap();
    let damage = "UPDATE person_keys SET wrapped = randomblob(72)";
    given.store.connection().execute(damage, []).unwrap();
    given.store.begin().unwrap();
    assert_eq!(open_sealed(&given, &sealed), None);
    let refused = append(&mut given.store, "order-1", Expected::Any, 1).unwrap_err();
    assert!(matches!(refused, AppendError::Store(StoreError::Vault(_))), "{refused:?}");
    assert!(matches!(given.store.commit(), Err(StoreError::Unfinished)));
    given.store.rollback().unwrap();
    let mut vault = given.store.keys().for_event(given.store.connection(), EVENT, TYPE);
    assert_eq!(vault.open(ANNA, "name", &sealed), None);
    assert!(vault.failure().is_some());
}

#[test]
fn the_key_file_alone_and_the_database_alone_tell_nothing() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    given.store.begin().unwrap();
    seal(&given, CANARY);
    given.store.commit().unwrap();
    let text = fs::read_to_string(path.path().join(event_store::KEY_FILE)).unwrap();
    let encoded = text.trim_end().strip_prefix("lanyard-store-key-1 ").unwrap();
    let key = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, encoded).unwrap();
    for (file, bytes) in files(path.path()) {
        assert!(!contains(&bytes, &key), "{file}");
        assert!(file == event_store::KEY_FILE || !contains(&bytes, encoded.as_bytes()), "{file}");
    }
}

#[test]
fn a_secret_of_the_installation_is_read_at_its_own_place_alone() {
    let path = tempfile::tempdir().unwrap();
    let other = tempfile::tempdir().unwrap();
    let (given, other) = (open(path.path()), open(other.path()));
    let keys = given.store.keys();
    let wrapped = keys.wrap_secret("password of one server", CANARY).unwrap();
    assert!(!wrapped.contains(CANARY));
    let read = |place| keys.unwrap_secret(place, &wrapped).map(|secret| secret.to_string());
    assert_eq!(read("password of one server").as_deref(), Some(CANARY));
    assert_eq!(read("password of another server"), None);
    assert_eq!(keys.unwrap_secret("password of one server", "gone"), None);
    assert_eq!(other.store.keys().unwrap_secret("password of one server", &wrapped), None);
}
