//! A folder of an earlier release is opened by this one, and the program is killed meanwhile: the
//! database is of the old form or of the new one, never between. R18.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use app::MIGRATIONS;
use event_store::{DATABASE_FILE, DataFolder, Opening, Store};
use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

use crate::{
    crash::rpc_on,
    harness::{BINARY, Rpc, SANDBOX},
    kills::{at_calls, calls_of, killed_at},
    session::lines,
};

/// The version, and what the tables are; read models are made anew when it suits.
type Form = (i64, BTreeMap<String, String>);

fn form(connection: &Connection) -> Form {
    let version = connection.pragma_query_value(None, "user_version", |row| row.get(0));
    let sql =
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'rm_%'";
    let mut tables = connection.prepare(sql).expect("tables");
    let tables = tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("tables");
    (version.expect("a version"), tables.map(|table| table.expect("a table")).collect())
}

/// The form of a database with so many of the migrations.
fn form_of(migrations: usize) -> Form {
    let folder = empty(migrations);
    form(&Connection::open(folder.path().join(DATABASE_FILE)).expect("a database"))
}

/// The form of the database in a folder, which is left as it is.
fn form_in(folder: &Path) -> Form {
    let copy = copy(folder);
    form(&Connection::open(copy.path().join(DATABASE_FILE)).expect("a database"))
}

fn copy(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        // SQLite makes the shared memory anew from the WAL.
        if !entry.file_name().to_string_lossy().ends_with("-shm") {
            fs::copy(entry.path(), copy.path().join(entry.file_name())).expect("copied");
        }
    }
    copy
}

/// A folder without events, as a release with so many migrations leaves it.
fn empty(migrations: usize) -> TempDir {
    let path = tempfile::tempdir().expect("a folder");
    let folder = DataFolder::open(path.path(), Opening::Sandbox).expect("a folder");
    let store = Store::open(&folder, &MIGRATIONS[..migrations], None).expect("a database");
    store.close().expect("closed");
    path
}

/// A release with so many migrations knew one way out of the outbox.
const BEFORE_THE_OUTBOX: usize = 4;

/// What the migration of the outbox adds to a table that was there before.
const ADDED: [(&str, &str); 4] = [
    ("outbox", "next_try_at"),
    ("outbox", "refusals"),
    ("outbox", "set_aside_at"),
    ("outbox", "left_as"),
];

/// A folder that has sold, as a release before the outbox's migration would have left it: without
/// what that one and the later ones make.
fn sold_before_the_outbox() -> TempDir {
    let path = tempfile::tempdir().expect("a folder");
    let mut rpc = Rpc::sandbox(path.path());
    for line in lines() {
        rpc.say(line.trim_end().as_bytes());
    }
    assert!(rpc.end().1.success());
    let before = form_of(BEFORE_THE_OUTBOX);
    let database = Connection::open(path.path().join(DATABASE_FILE)).expect("a database");
    for (table, column) in ADDED {
        let drop = format!("ALTER TABLE {table} DROP COLUMN {column}");
        database.execute_batch(&drop).expect("dropped");
    }
    for (name, sql) in form(&database).1 {
        match before.1.get(&name) {
            Some(before) if *before == sql => {}
            Some(before) => database
                .execute_batch(&format!("DROP TRIGGER {name}; {before}"))
                .expect("a trigger; of a table, say here how it was before"),
            None => database.execute_batch(&format!("DROP TABLE {name}")).expect("dropped"),
        }
    }
    database.pragma_update(None, "user_version", before.0).expect("set");
    assert_eq!(form(&database), before);
    database.close().expect("closed");
    path
}

fn log(folder: &Path) -> String {
    let mut log = Command::new(BINARY);
    let output = log.args(["log", "--data"]).arg(folder).output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Opens the folder to sell, and closes it. Answers whether that ended well.
fn opened(folder: &Path, program: Command) -> bool {
    let mut rpc = rpc_on(folder, program, SANDBOX);
    rpc.stdin(Stdio::null()).stderr(Stdio::null()).output().expect("it starts").status.success()
}

#[track_caller]
fn killed_while_upgraded(what: &str, old: &TempDir) {
    let (before, after) = (form_in(old.path()), form_of(MIGRATIONS.len()));
    assert_ne!(before, after, "there is nothing to upgrade");
    let upgraded = copy(old.path());
    let calls = calls_of(|program| assert!(opened(upgraded.path(), program)));
    let events = log(upgraded.path());
    let mut were_old = 0;
    at_calls(what, &calls, |number| {
        let folder = copy(old.path());
        let ended_well = opened(folder.path(), killed_at(number));
        let found = form_in(folder.path());
        assert!(found == before || found == after, "killed at call {number}: between: {found:?}");
        were_old += usize::from(found == before);
        assert!(opened(folder.path(), Command::new(BINARY)), "killed at call {number}");
        let mut rpc = Rpc::sandbox(folder.path());
        let answer = rpc.request("ListConferences", &json!({}));
        assert!(answer["error"].is_null(), "killed at call {number}: {answer}");
        assert!(rpc.end().1.success());
        assert_eq!(log(folder.path()), events, "killed at call {number}: another log");
        let verified = Command::new(BINARY).args(["verify", "--data"]).arg(folder.path()).output();
        let verified = verified.expect("it starts");
        let said = String::from_utf8_lossy(&verified.stdout);
        assert!(verified.status.success(), "killed at call {number}: {said}");
        ended_well
    });
    assert!(0 < were_old, "no kill fell before the upgrade was done");
}

#[test]
fn killed_while_the_oldest_form_is_upgraded_it_is_old_or_new_and_never_between() {
    killed_while_upgraded("an upgrade of the oldest form", &empty(1));
}

#[test]
fn killed_while_a_folder_that_has_sold_is_upgraded_it_is_old_or_new_and_never_between() {
    killed_while_upgraded("an upgrade of a folder that has sold", &sold_before_the_outbox());
}
