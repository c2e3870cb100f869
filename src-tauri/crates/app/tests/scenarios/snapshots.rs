//! Snapshots change nothing but the time that reading a long stream takes.

use std::path::Path;

use event_store::DATABASE_FILE;
use rusqlite::Connection;
use testkit::{GA, Stage, registration};

/// A conference with eight seats of a type, of which Anna holds two in the end. The stream of its
/// seats has grown beyond a snapshot by then.
fn anna_changes_her_mind_a_thousand_times() -> (Stage, String) {
    let stage = Stage::std_conference(8);
    let order = stage.fresh();
    stage.registers(&order, &[(GA, 1)]);
    for change in 0..1_001 {
        stage
            .organizes("RegisterToConference", registration(&order, &[(GA, 1 + (change + 1) % 2)]));
    }
    assert_eq!(stage.lines(&order), [("GA", 2, 2)]);
    (stage, order)
}

fn revisions_of_snapshots(folder: &Path) -> Vec<i64> {
    let log = Connection::open(folder.join(DATABASE_FILE)).expect("the database");
    let mut rows = log.prepare("SELECT revision FROM snapshots").expect("the snapshots");
    let rows = rows.query_map([], |row| row.get(0)).expect("rows");
    rows.collect::<Result<_, _>>().expect("revisions")
}

#[test]
fn after_a_restart_a_snapshot_and_what_followed_it_are_the_whole_stream() {
    let (stage, _) = anna_changes_her_mind_a_thousand_times();
    let stage = stage.reopened_after(|folder| assert_eq!(revisions_of_snapshots(folder), [1_000]));
    let order = stage.fresh();
    stage.registers(&order, &[(GA, 7)]);
    assert_eq!(stage.lines(&order), [("GA", 7, 6)]);
    stage.views_equal_the_log();
}

#[test]
fn without_its_snapshot_a_stream_says_the_same() {
    let (stage, _) = anna_changes_her_mind_a_thousand_times();
    let stage = stage.reopened_after(|folder| {
        let log = Connection::open(folder.join(DATABASE_FILE)).expect("the database");
        log.execute("DELETE FROM snapshots", []).expect("a cache may be dropped");
    });
    let order = stage.fresh();
    stage.registers(&order, &[(GA, 7)]);
    assert_eq!(stage.lines(&order), [("GA", 7, 6)]);
    // It was read whole, and is kept for the next time.
    let _ = stage.reopened_after(|folder| assert_eq!(revisions_of_snapshots(folder).len(), 1));
}

#[test]
fn what_a_snapshot_says_wrongly_is_not_believed() {
    let (stage, _) = anna_changes_her_mind_a_thousand_times();
    let stage = stage.reopened_after(|folder| {
        let log = Connection::open(folder.join(DATABASE_FILE)).expect("the database");
        let more = "UPDATE snapshots SET state = replace(replace(state, ':6', ':8'), ':7', ':8')
            WHERE state LIKE '%:6%' OR state LIKE '%:7%'";
        assert_eq!(log.execute(more, []).expect("somebody's hand"), 1);
    });
    let order = stage.fresh();
    stage.registers(&order, &[(GA, 8)]);
    assert_eq!(stage.lines(&order), [("GA", 8, 6)]);
}
