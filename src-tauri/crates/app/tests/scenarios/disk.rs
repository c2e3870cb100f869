//! The disk gives other bytes than it was given, or none, while the application runs.

use std::{
    fs::{self, OpenOptions as FileOptions},
    path::Path,
    time::{Duration, Instant},
};

use app::{App, ClockChoice, OpenError, OpenOptions, Opening, Role, StartError, health::DiskFault};
use event_store::{DAMAGE_FILE, DATABASE_FILE};
use rusqlite::Connection;
use serde_json::json;
use testkit::{ANNA, BORIS, CARLA, CONFERENCE, GA, Stage, details, id, invoice, registration};

use crate::groups::at_once_after;

/// A failed disk is tried again every second.
const TWO_TRIES: Duration = Duration::from_millis(2_500);
/// Far longer than a disk that works again is not used.
const LONGEST_OUTAGE: Duration = Duration::from_secs(30);

fn open(folder: &Path) -> Result<App, StartError> {
    App::open(OpenOptions {
        folder: folder.to_owned(),
        opening: Opening::Sandbox,
        clock: ClockChoice::Manual { start: None },
        codes: Some(7),
    })
}

/// Makes the page of the file unreadable that an order's first event is on.
fn damage(folder: &Path, order: &str) {
    let database = folder.join(DATABASE_FILE);
    let log = Connection::open(&database).expect("a database");
    let sql = "SELECT event_id FROM events JOIN streams ON streams.id = stream_id
               WHERE name = ?1 AND revision = 1";
    let event: Vec<u8> = log
        .query_row(sql, [format!("order-{order}")], |row| row.get(0))
        .expect("the order was placed");
    log.close().expect("it is only read");
    let mut bytes = fs::read(&database).expect("a file");
    let place = bytes.windows(16).position(|sixteen| sixteen == event).expect("it is in the file");
    bytes[place / 4_096 * 4_096] ^= 1;
    fs::write(&database, bytes).expect("the disk takes it");
}

#[test]
fn after_damage_was_met_nothing_is_sold_before_a_start_has_looked_at_everything() {
    let stage = Stage::std_conference(1_000);
    stage.registers(ANNA.order, &[(GA, 1)]);
    for number in 0..400 {
        stage.registers(&id(number), &[(GA, 1)]);
    }
    assert!(1_100 < stage.app().position(), "Anna's is not among the newest events");
    let mut sound = Vec::new();
    let stage = stage.reopened_after(|folder| {
        sound = fs::read(folder.join(DATABASE_FILE)).expect("a file");
        damage(folder, ANNA.order);
    });

    let params = details(ANNA.order, &ANNA);
    let refused = stage.refused(Role::Registrant, "AssignRegistrantDetails", params);
    assert_eq!(refused.code, DiskFault::Damaged.code());
    let began = Instant::now();
    let moves = stage.app().moves();
    while began.elapsed() < TWO_TRIES {
        let params = registration(BORIS.order, &[(GA, 1)]);
        let refused = stage.refused(Role::Registrant, "RegisterToConference", params);
        assert_eq!(refused.code, DiskFault::Damaged.code());
        let _ = moves.recv_timeout(TWO_TRIES / 10);
    }
    assert_eq!(stage.asks("GetApplication", json!({}))["storage"]["state"], "damaged");
    stage.asks("GetDashboard", json!({ "conferenceId": CONFERENCE }));

    stage.app().close().expect("it closes");
    let refused = open(stage.folder()).map(drop).expect_err("it is damaged still");
    assert!(matches!(refused, StartError::Folder(OpenError::Damaged { .. })), "{refused}");
    fs::write(stage.folder().join(DATABASE_FILE), sound).expect("the disk takes it");
    let stage = stage.reopened_after(|_| {});
    assert!(!stage.folder().join(DAMAGE_FILE).exists());
    stage.registers(BORIS.order, &[(GA, 1)]);
    stage.views_equal_the_log();
}

/// As a program that synchronizes folders may do it.
#[cfg(unix)]
#[test]
fn where_the_database_is_deleted_while_it_is_sold_from_nothing_more_is_acknowledged() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 1)]);
    let stored = stage.app().position();
    for name in [DATABASE_FILE, "lanyard.db-wal", "lanyard.db-shm"] {
        fs::remove_file(stage.folder().join(name)).expect("it was there");
    }
    let refused = stage.tries_to_register(BORIS.order, &[(GA, 1)]).expect_err("it is gone");
    assert!(DiskFault::leaves_outcome_unknown(&refused), "{refused}");
    let (began, moves) = (Instant::now(), stage.app().moves());
    loop {
        let refused = stage.tries_to_register(CARLA.order, &[(GA, 1)]).expect_err("it is gone");
        if refused.code == DiskFault::Damaged.code() {
            break;
        }
        assert!(began.elapsed() < LONGEST_OUTAGE, "the loss is not told: {refused}");
        let _ = moves.recv_timeout(TWO_TRIES / 10);
    }
    stage.app().close().expect("what is damaged is left as it is");
    let options = OpenOptions {
        folder: stage.folder().to_owned(),
        opening: Opening::ExistingOrReal,
        clock: ClockChoice::System,
        codes: None,
    };
    let refused = App::open(options).map(drop).expect_err("nothing is made in its place");
    let StartError::Folder(OpenError::WitnessAhead { log: 0, witness, .. }) = refused else {
        panic!("{refused}")
    };
    assert_eq!(witness, stored);
}

/// Makes the next read of the last invoice number fail: its page is in the last frame of the WAL,
/// which is cut off under the application.
fn lose_the_last_invoice_number(folder: &Path) {
    let other = Connection::open(folder.join(DATABASE_FILE)).expect("a database");
    // Another value and back: a page whose bytes stay the same is not written.
    let touch = "PRAGMA wal_autocheckpoint = 0;
                 BEGIN;
                 UPDATE invoice_series SET last_number = last_number + 1;
                 UPDATE invoice_series SET last_number = last_number - 1;
                 COMMIT;";
    other.execute_batch(touch).expect("the writer waits");
    let wal = folder.join("lanyard.db-wal");
    let wal = FileOptions::new().write(true).open(wal).expect("the WAL");
    let (header, frame) = (32, 24 + 4_096);
    let length = wal.metadata().expect("its length").len();
    assert_eq!((length - header) % frame, 0, "it ends with the last frame");
    wal.set_len(length - frame).expect("it can be cut");
}

#[test]
fn a_read_that_fails_in_one_command_refuses_its_group_and_leaves_nothing_of_it() {
    let stage = Stage::std_conference(200);
    for person in [&ANNA, &BORIS] {
        stage.registers(person.order, &[(GA, 1)]);
        stage.gives_details(person.order, person);
    }
    stage.pays_by_invoice(ANNA.order, &ANNA);

    let commands = vec![
        ("RegisterToConference", registration(CARLA.order, &[(GA, 1)])),
        ("InitiateInvoicePayment", invoice(&stage.fresh(), BORIS.order, &BORIS)),
        ("RegisterToConference", registration(&id(1), &[(GA, 1)])),
    ];
    let heard = at_once_after(&stage, || lose_the_last_invoice_number(stage.folder()), commands);
    let failed = Err(DiskFault::Failed.code().to_owned());
    assert_eq!(heard, [0, 1, 2].map(|number| (number, failed.clone())));
    let log = Connection::open(stage.folder().join(DATABASE_FILE)).expect("a database");
    let followed = "SELECT (SELECT position FROM checkpoints WHERE name = 'followed'),
                           (SELECT max(position) FROM events)";
    let (followed, last): (i64, i64) = log
        .query_row(followed, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("these pages are there");
    assert_eq!((followed, last), (stage.app().position(), stage.app().position()));
    log.close().expect("it is only read");

    let (began, moves) = (Instant::now(), stage.app().moves());
    while let Err(refused) = stage.tries_to_register(CARLA.order, &[(GA, 1)]) {
        assert!(began.elapsed() < LONGEST_OUTAGE, "it is still refused: {refused}");
        let _ = moves.recv_timeout(TWO_TRIES / 10);
    }
    stage.pays_by_invoice(BORIS.order, &BORIS);
    stage.figures_add_up();
    stage.views_equal_the_log();
}
