//! What is not in a backup is said before it is restored and afterwards.

use std::{fs, path::Path};

use app::backup::{BackupInfo, Loss, RestoreOptions, offers, restore_with};
use event_store::DATABASE_FILE;
use rusqlite::Connection;
use testkit::{DMITRI, GA, Stage, id};

use crate::given::{Shelf, three_orders};

/// Three orders are in a backup. Two minutes later Dmitri buys, five minutes later somebody else
/// registers. Answers the backup, the position after Dmitri, and the last one.
fn two_more_orders(stage: &Stage, shelf: &Shelf) -> (BackupInfo, i64, i64) {
    let backup = shelf.backup(stage, "one.lanyard-backup");
    stage.minutes_pass(2);
    stage.buys(&DMITRI, &[(GA, 1)]);
    let after_dmitri = stage.app().position();
    stage.minutes_pass(5);
    stage.registers(&id(0x30_0000), &[(GA, 1)]);
    (backup, after_dmitri, stage.app().position())
}

/// What a restore in the place of a stage's data says, after something happened to that. It was
/// said before as well, with the offer.
fn said(stage: Stage, backup: &BackupInfo, happens: impl FnOnce(&Path)) -> Loss {
    let mut loss = None;
    let stage = stage.reopened_after(|folder| {
        happens(folder);
        let offered = offers(backup.file.parent().expect("a shelf"), folder);
        assert_eq!(offered.len(), 1);
        let options = RestoreOptions::default();
        let report = restore_with(&backup.file, folder, &options, |_| true).expect("restored");
        assert_eq!(offered[0].loss, report.loss);
        fs::remove_dir_all(report.kept_aside.expect("what was there")).expect("a folder");
        loss = Some(report.loss);
    });
    stage.views_equal_the_log();
    loss.expect("it was said")
}

#[test]
fn of_data_that_can_be_read_it_is_said_how_many_orders_are_lost_and_when_they_were_placed() {
    let (shelf, stage) = (Shelf::new(), three_orders());
    let (backup, _, last) = two_more_orders(&stage, &shelf);
    let events = last - backup.events;
    let loss = said(stage, &backup, |_| {});
    assert_eq!(
        loss.to_string(),
        format!(
            "2 orders are not in it: {events} events in all, stored between \
             2026-11-23T09:02:00Z and 2026-11-23T09:07:00Z"
        )
    );
    assert_eq!((loss.events, loss.orders, loss.is_exact), (Some(events), Some(2), true));
}

#[test]
fn of_a_log_that_lost_its_end_what_is_left_is_counted_and_the_witness_tells_the_rest() {
    let (shelf, stage) = (Shelf::new(), three_orders());
    let (backup, after_dmitri, last) = two_more_orders(&stage, &shelf);
    let loss = said(stage, &backup, |folder| {
        let log = Connection::open(folder.join(DATABASE_FILE)).expect("a database");
        log.execute_batch("DROP TRIGGER events_are_not_deleted").expect("a trigger");
        log.execute("DELETE FROM events WHERE ?1 < position", [after_dmitri]).expect("lost");
    });
    let events = Some(last - backup.events);
    assert_eq!((loss.events, loss.orders, loss.is_exact), (events, Some(1), false));
    assert_eq!(loss.from.to_string(), "2026-11-23T09:02:00Z");
    assert!(loss.until.is_some(), "when the witness noted it");
    assert!(loss.to_string().starts_with("at least 1 order is not in it"), "{loss}");
}

#[test]
fn of_a_destroyed_database_the_witness_tells_how_many_events_are_lost() {
    let (shelf, stage) = (Shelf::new(), three_orders());
    let (backup, _, last) = two_more_orders(&stage, &shelf);
    let loss = said(stage, &backup, |folder| {
        fs::write(folder.join(DATABASE_FILE), b"a destroyed database").expect("a file");
    });
    let events = Some(last - backup.events);
    assert_eq!((loss.events, loss.orders, loss.is_exact), (events, Some(0), false));
    assert_eq!(loss.from.to_string(), "2026-11-23T09:00:00Z", "when the backup was made");
    assert!(loss.to_string().starts_with("how many orders are not in it cannot be read"), "{loss}");
}

#[test]
fn where_nothing_can_be_known_it_is_said_from_when_on() {
    let (shelf, stage, other) = (Shelf::new(), three_orders(), three_orders());
    let (backup, ..) = two_more_orders(&stage, &shelf);
    let unknown = "what was stored from 2026-11-23T09:00:00Z on is not in it; how much that is \
                   cannot be told";
    other.buys(&DMITRI, &[(GA, 1)]);
    assert_eq!(said(other, &backup, |_| {}).to_string(), unknown, "this is other data");
    let report = shelf.restore(&backup, "elsewhere").expect("it can be restored");
    assert_eq!(report.loss.to_string(), unknown, "there is nothing here");
}

#[test]
fn where_nothing_was_stored_since_nothing_is_lost() {
    let (shelf, stage) = (Shelf::new(), three_orders());
    let backup = shelf.backup(&stage, "one.lanyard-backup");
    let loss = said(stage, &backup, |_| {});
    assert_eq!((loss.events, loss.is_exact), (Some(0), true));
    assert_eq!(loss.to_string(), "nothing was stored after it");
}
