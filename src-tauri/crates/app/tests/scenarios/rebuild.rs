//! Read models made anew while everything goes on.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
};

use app::MIGRATIONS;
use event_store::{Cause, DATABASE_FILE, DataFolder, Expected, NewEvent, Opening, Store};
use kernel::{CommandId, DomainEvent};
use read_models::READ_MODELS;
use registration::{
    order::{OrderEvent, OrderPlaced},
    seats::SeatQuantity,
};
use rusqlite::Connection;
use serde_json::json;
use testkit::{ANNA, BORIS, CONFERENCE, GA, START, Stage, id};

/// Everything that belongs to a read model, with the words that made it.
fn schema(folder: &Path) -> BTreeMap<String, (String, Option<String>)> {
    let database = Connection::open(folder.join(DATABASE_FILE)).expect("a database");
    let mut statement = database
        .prepare("SELECT name, tbl_name, sql FROM sqlite_schema WHERE tbl_name GLOB '*rm_*'")
        .expect("a schema");
    let entries = statement
        .query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))
        .expect("a schema");
    entries.map(|entry| entry.expect("an entry")).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("one"));
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with("lanyard.rebuild")).collect()
}

/// Somebody has written into the read models.
fn falsify(folder: &Path) {
    let database = Connection::open(folder.join(DATABASE_FILE)).expect("a database");
    database
        .execute_batch(
            "UPDATE rm_order SET seats = 99; DELETE FROM rm_payment;
             INSERT INTO rm_attention SELECT zeroblob(16), order_id, conference_id, 'LatePayment',
                 1, 'USD', 1, 1 FROM rm_order LIMIT 1;",
        )
        .expect("it can be written");
}

fn busy_stage(orders: u64) -> Stage {
    let stage = Stage::std_conference(1_000);
    for number in 0..orders {
        let order = id(number);
        stage.registers(&order, &[(GA, 1)]);
        stage.gives_details(&order, &ANNA);
        stage.pays(&order);
        stage.assigns(&order, 0, &ANNA);
    }
    stage
}

#[test]
fn a_rebuild_while_sixteen_sell_gives_what_the_log_tells_and_the_tables_of_a_fresh_folder() {
    let stage = busy_stage(60);
    let fresh = Stage::new();
    let expected = schema(fresh.folder());
    let stage = stage.reopened_after(falsify);
    assert!(!stage.app().compare_views().unwrap().is_empty());
    let (is_over, made) = (AtomicBool::new(false), AtomicU64::new(1_000));
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                while !is_over.load(Ordering::SeqCst) {
                    let order = id(made.fetch_add(1, Ordering::SeqCst));
                    stage.registers(&order, &[(GA, 1)]);
                }
            });
        }
        for _ in 0..3 {
            stage.app().rebuild_views(false, |_| true).unwrap();
        }
        is_over.store(true, Ordering::SeqCst);
    });
    stage.views_equal_the_log();
    assert_eq!(names(stage.folder()), [""; 0]);
    let stage = stage.reopened_after(|folder| assert_eq!(schema(folder), expected));
    stage.views_equal_the_log();
}

#[test]
fn a_stopped_rebuild_leaves_the_old_tables_and_is_taken_up_where_it_was() {
    let stage = busy_stage(500);
    assert!(4_500 < stage.app().position(), "more than one step");
    let stage = stage.reopened_after(falsify);
    let differences = stage.app().compare_views().unwrap();
    let stopped = stage.app().rebuild_views(false, |progress| progress.done < 4_000);
    assert_eq!(stopped.unwrap_err().code, "RefusedStopped");
    assert_eq!(stage.app().compare_views().unwrap(), differences);
    let health = stage.asks("GetDataHealth", json!({}));
    assert_eq!(health["rebuild"]["state"], "stopped");
    assert_eq!(health["actions"], json!(["verify", "rebuild", "resumeRebuild"]));

    let stage = stage.restarted();
    assert_eq!(stage.asks("GetRebuild", json!({}))["state"], "stopped");
    let first = std::sync::Arc::new(AtomicU64::new(0));
    let seen = std::sync::Arc::clone(&first);
    let resumed = stage.app().rebuild_views(true, move |progress| {
        let done = progress.done.unsigned_abs();
        let _ = seen.compare_exchange(0, done, Ordering::SeqCst, Ordering::SeqCst);
        true
    });
    resumed.unwrap();
    assert!(4_096 < first.load(Ordering::SeqCst), "it began again");
    stage.views_equal_the_log();
}

#[test]
fn what_a_stopped_rebuild_left_of_another_log_is_not_taken_up() {
    let stage = busy_stage(10);
    assert!(stage.app().rebuild_views(false, |_| false).is_err());
    let left = stage.folder().join("lanyard.rebuild");
    let other = busy_stage(12);
    std::fs::copy(left, other.folder().join("lanyard.rebuild")).unwrap();
    other.app().rebuild_views(true, |_| true).unwrap();
    other.views_equal_the_log();
}

#[test]
fn an_erasure_forgets_what_a_stopped_rebuild_has_left() {
    let stage = busy_stage(10);
    assert!(stage.app().rebuild_views(false, |_| false).is_err());
    assert!(!names(stage.folder()).is_empty());
    let row = stage.row(&id(1));
    let person = row["registrantId"].clone();
    stage.organizes("ErasePerson", json!({ "personId": person, "reason": "asked for" }));
    assert_eq!(names(stage.folder()), [""; 0]);
    stage.asks("GetDashboard", json!({ "conferenceId": CONFERENCE }));
}

#[test]
fn tables_that_a_killed_rebuild_left_are_gone_after_the_next_start() {
    let stage = busy_stage(5);
    let expected = schema(Stage::new().folder());
    let stage = stage.reopened_after(|folder| {
        let database = Connection::open(folder.join(DATABASE_FILE)).unwrap();
        database
            .execute_batch(
                "CREATE TABLE new_rm_order (id INTEGER PRIMARY KEY); CREATE TABLE old_rm_order
                 (id INTEGER PRIMARY KEY); INSERT INTO old_rm_order VALUES (1);",
            )
            .unwrap();
    });
    let stage = stage.reopened_after(|folder| assert_eq!(schema(folder), expected));
    stage.views_equal_the_log();
}

/// Boris's order comes into the log, and nothing follows from it yet.
fn place_unfollowed(folder: &Path) {
    let folder = DataFolder::open(folder, Opening::Sandbox).expect("nobody holds it");
    let mut store = Store::open(&folder, MIGRATIONS, None).expect("a store");
    let (order_id, now) = (BORIS.order.parse().expect("an id"), START.parse().expect("a moment"));
    let placed = OrderEvent::OrderPlaced(OrderPlaced {
        order_id,
        conference_id: CONFERENCE.parse().expect("an id"),
        seats: vec![SeatQuantity { seat_type_id: GA.parse().expect("an id"), quantity: 2 }],
        reservation_auto_expiration: kernel::Timestamp::plus_minutes(now, 15),
        access_code: "BRS27".parse().expect("a code"),
    });
    let payload = placed.encode().expect("it can be written");
    let event = NewEvent { type_name: placed.type_name(), schema_version: 1, payload: &payload };
    let cause = Cause {
        command_id: CommandId::from_u128(7),
        first_ordinal: 0,
        correlation_id: order_id.uuid(),
        causation_id: None,
        actor: "registrant@Web",
        recorded_at: now,
    };
    store.begin().expect("a transaction");
    let stream = format!("order-{order_id}");
    store.append(&stream, Expected::NoStream, &[event], &cause).expect("it is appended");
    store.commit().expect("it is stored");
    store.close().expect("it closes");
}

#[test]
fn an_event_that_was_not_followed_reached_a_rebuilt_read_model_twice() {
    for model in READ_MODELS {
        let stage = busy_stage(2).reopened_after(|folder| {
            place_unfollowed(folder);
            let database = Connection::open(folder.join(DATABASE_FILE)).expect("a database");
            database
                .execute("DELETE FROM checkpoints WHERE name = ?1", [model.name])
                .expect("it is forgotten how far it was");
        });
        let set_aside = stage.app().read(|log| Ok(event_store::quarantined(log)?)).unwrap();
        assert_eq!(set_aside, [], "{}", model.name);
        assert_eq!(stage.lines(BORIS.order), [("GA", 2, 2)], "{}", model.name);
        assert_eq!(stage.seats("held"), [2, 0, 0], "{}", model.name);
        stage.figures_add_up();
        stage.views_equal_the_log();
        stage.minutes_pass(30);
        assert_eq!(stage.state(BORIS.order), "Rejected", "{}", model.name);
    }
}

#[test]
fn after_a_rebuild_that_could_not_make_its_tables_selling_goes_on() {
    let stage = busy_stage(3);
    let other = Connection::open(stage.folder().join(DATABASE_FILE)).expect("a database");
    other.execute_batch("CREATE VIEW new_rm_payment AS SELECT 1").expect("a view");
    let failed = stage.app().rebuild_views(false, |_| true).expect_err("a name is taken");
    assert_eq!(failed.code, "Broken");
    stage.buys(&ANNA, &[(GA, 1)]);

    other.execute_batch("DROP VIEW new_rm_payment").expect("it is there");
    stage.app().rebuild_views(false, |_| true).expect("every name is free");
    stage.views_equal_the_log();
}
