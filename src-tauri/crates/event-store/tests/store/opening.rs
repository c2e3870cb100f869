//! Opening a folder: one holder, the right kind of folder, and refusals that touch nothing.

use std::{
    fs,
    sync::{Arc, Barrier},
    thread,
};

use event_store::{
    DATABASE_FILE, DataFolder, KEY_FILE, LOCK_FILE, Mode, OpenError, Opening, Store, WITNESS_FILE,
    open_reader, read_all,
};

use crate::given::{DESK, MIGRATIONS, commit_events, dump, files, hold, open, try_open};

#[test]
fn a_folder_at_rest_is_database_witness_key_and_lock() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..10);
    given.store.close().unwrap();
    let mut names: Vec<_> = files(path.path()).into_iter().map(|(name, _)| name).collect();
    names.sort();
    let mut expected = [DATABASE_FILE, WITNESS_FILE, KEY_FILE];
    expected.sort_unstable();
    assert_eq!(names, expected);
    assert!(path.path().join(LOCK_FILE).exists());
}

#[test]
fn a_log_is_the_same_after_a_restart() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..10);
    let before = dump(given.store.connection());
    let (position, hash) = (given.store.last_position(), given.store.head_hash());
    given.store.close().unwrap();
    drop(given.folder);
    let given = open(path.path());
    assert_eq!(dump(given.store.connection()), before);
    assert_eq!((given.store.last_position(), given.store.head_hash()), (position, hash));
    assert_eq!(given.store.device(), DESK);
}

#[test]
fn a_second_copy_is_refused_and_told_who_holds_the_folder() {
    let path = tempfile::tempdir().unwrap();
    let given = open(path.path());
    let before = files(path.path());
    let refused = DataFolder::open(path.path(), Opening::ExistingOrReal).unwrap_err();
    assert!(matches!(refused, OpenError::Locked { pid, .. } if pid == Some(std::process::id())));
    assert_eq!(files(path.path()), before);
    drop(given);
    hold(path.path());
}

#[test]
fn of_two_that_open_a_new_folder_at_once_one_gets_it() {
    for _ in 0..20 {
        let path = tempfile::tempdir().unwrap();
        let start = Arc::new(Barrier::new(2));
        let both = [(); 2].map(|()| {
            let (path, start) = (path.path().to_owned(), start.clone());
            thread::spawn(move || {
                start.wait();
                let folder = DataFolder::open(path, Opening::ExistingOrReal);
                start.wait();
                folder
            })
        });
        let answers = both.map(|thread| thread.join().unwrap());
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        let refused = answers.into_iter().find_map(Result::err).unwrap();
        assert!(matches!(refused, OpenError::Locked { .. }), "{refused:?}");
    }
}

#[test]
fn a_database_of_a_later_release_is_refused_untouched() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..3);
    given.store.connection().pragma_update(None, "user_version", 7).unwrap();
    // Not closed, so that the number stands in the WAL only.
    let at_rest = tempfile::tempdir().unwrap();
    for (name, bytes) in files(path.path()) {
        if !name.ends_with("-shm") {
            fs::write(at_rest.path().join(name), bytes).unwrap();
        }
    }
    given.store.close().unwrap();
    drop(given.folder);
    for path in [path, at_rest] {
        let before = files(path.path());
        let folder = hold(path.path());
        let refused = try_open(&folder).unwrap_err();
        assert!(matches!(refused, OpenError::Newer { found: 7, known: 3, .. }), "{refused:?}");
        assert_eq!(files(path.path()), before);
    }
}

#[test]
fn an_older_database_gets_the_new_tables_and_keeps_its_events() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..3);
    let before = dump(given.store.connection());
    drop(given);
    let folder = hold(path.path());
    let conferences = ["CREATE TABLE conferences (id BLOB PRIMARY KEY) STRICT;"];
    let migrations = [MIGRATIONS, &conferences].concat();
    let store = Store::open(&folder, &migrations, None).unwrap();
    assert_eq!(dump(store.connection()), before);
    store.connection().query_row("SELECT COUNT(*) FROM conferences", [], |_| Ok(())).unwrap();
}

#[test]
fn a_database_that_lost_its_beginning_is_told_as_damaged_and_not_as_somebody_elses() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..4);
    given.store.close().unwrap();
    drop(given.folder);
    let database = path.path().join(DATABASE_FILE);
    let mut bytes = fs::read(&database).unwrap();
    bytes[..100].fill(0);
    fs::write(&database, bytes).unwrap();
    let refused = DataFolder::open(path.path(), Opening::ExistingOrReal).unwrap_err();
    let OpenError::Damaged { reason, .. } = &refused else { panic!("{refused:?}") };
    assert!(reason.contains("has held 3 events"), "{refused}");
    fs::write(&database, []).unwrap();
    let refused = DataFolder::open(path.path(), Opening::ExistingOrReal).unwrap_err();
    assert!(matches!(refused, OpenError::WitnessAhead { log: 0, witness: 3, .. }), "{refused:?}");
}

#[test]
fn the_files_of_others_are_refused_untouched() {
    for bytes in [b"Dear diary".to_vec(), Vec::new(), vec![0; 8_192]] {
        let path = tempfile::tempdir().unwrap();
        fs::write(path.path().join(DATABASE_FILE), &bytes).unwrap();
        let refused = DataFolder::open(path.path(), Opening::ExistingOrReal).unwrap_err();
        assert!(matches!(refused, OpenError::NotOurs { .. }), "{refused:?}");
        assert_eq!(files(path.path()), [(DATABASE_FILE.to_owned(), bytes)]);
        assert!(!path.path().join(LOCK_FILE).exists());
    }
    let path = tempfile::tempdir().unwrap();
    let other = rusqlite::Connection::open(path.path().join(DATABASE_FILE)).unwrap();
    other.execute_batch("CREATE TABLE recipes (name TEXT)").unwrap();
    other.close().unwrap();
    let refused = DataFolder::open(path.path(), Opening::ExistingOrReal).unwrap_err();
    assert!(matches!(refused, OpenError::NotOurs { .. }), "{refused:?}");
}

#[test]
fn a_sandbox_is_made_in_an_empty_folder_and_reopened() {
    let path = tempfile::tempdir().unwrap();
    let inner = path.path().join("new").join("sandbox");
    let folder = DataFolder::open(&inner, Opening::Sandbox).unwrap();
    assert_eq!(folder.mode(), Mode::Sandbox);
    try_open(&folder).unwrap().close().unwrap();
    drop(folder);
    for opening in [Opening::Sandbox, Opening::ExistingOrReal] {
        assert_eq!(DataFolder::open(&inner, opening).unwrap().mode(), Mode::Sandbox);
    }
    let refused = DataFolder::open(&inner, Opening::Demo).unwrap_err();
    assert!(matches!(refused, OpenError::NotASandbox { .. }), "{refused:?}");
}

#[test]
fn a_real_folder_is_never_opened_as_a_sandbox() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..3);
    drop(given);
    let before = files(path.path());
    for opening in [Opening::Sandbox, Opening::Demo] {
        let refused = DataFolder::open(path.path(), opening).unwrap_err();
        assert!(matches!(refused, OpenError::NotASandbox { .. }), "{refused:?}");
    }
    assert_eq!(files(path.path()), before);
    assert_eq!(open(path.path()).store.last_position(), 2);
}

#[test]
fn nothing_is_made_among_other_files() {
    let path = tempfile::tempdir().unwrap();
    fs::write(path.path().join("letter.txt"), "Dear Anna").unwrap();
    for opening in [Opening::ExistingOrReal, Opening::Sandbox, Opening::Demo] {
        let refused = DataFolder::open(path.path(), opening).unwrap_err();
        assert!(
            matches!(&refused, OpenError::Taken { name, .. } if name == "letter.txt"),
            "{refused:?}"
        );
        assert!(!path.path().join(LOCK_FILE).exists());
    }
}

#[test]
fn a_sandbox_is_not_made_of_data_that_lost_its_database() {
    let path = tempfile::tempdir().unwrap();
    fs::write(path.path().join(WITNESS_FILE), "").unwrap();
    let refused = DataFolder::open(path.path(), Opening::Sandbox).unwrap_err();
    assert!(matches!(refused, OpenError::NotASandbox { .. }), "{refused:?}");
}

#[test]
fn the_files_of_a_file_system_and_our_own_are_none_of_others() {
    for opening in [Opening::ExistingOrReal, Opening::Sandbox] {
        let path = tempfile::tempdir().unwrap();
        for name in ["lost+found", ".Trash-1000", "System Volume Information", "$RECYCLE.BIN"] {
            fs::create_dir(path.path().join(name)).unwrap();
        }
        try_open(&DataFolder::open(path.path(), opening).unwrap()).unwrap();
    }
    // What is left of real data whose database is gone is ours, whatever lies beside it; what to do
    // about it is told later.
    let path = tempfile::tempdir().unwrap();
    for name in [KEY_FILE, WITNESS_FILE, "lanyard.erased", "lanyard.backups", "webview", "a letter"]
    {
        fs::write(path.path().join(name), "ours").unwrap();
    }
    hold(path.path());
}

#[test]
fn a_missing_or_foreign_key_is_told_and_never_replaced() {
    let path = tempfile::tempdir().unwrap();
    drop(open(path.path()));
    let key = path.path().join(KEY_FILE);
    let text = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    let folder = hold(path.path());
    assert!(matches!(try_open(&folder), Err(OpenError::KeyMissing { .. })));
    assert!(!key.exists());

    let elsewhere = tempfile::tempdir().unwrap();
    drop(open(elsewhere.path()));
    fs::copy(elsewhere.path().join(KEY_FILE), &key).unwrap();
    assert!(matches!(try_open(&folder), Err(OpenError::WrongKey { .. })));
    fs::write(&key, &text[..text.len() - 9]).unwrap();
    assert!(matches!(try_open(&folder), Err(OpenError::WrongKey { .. })));
    fs::write(&key, &text).unwrap();
    try_open(&folder).unwrap();
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_the_key() {
    use std::os::unix::fs::PermissionsExt;
    let path = tempfile::tempdir().unwrap();
    drop(open(path.path()));
    let mode = fs::metadata(path.path().join(KEY_FILE)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn an_interrupted_first_start_is_begun_again() {
    let path = tempfile::tempdir().unwrap();
    drop(open(path.path()));
    let unfinished = path.path().join("lanyard.new");
    fs::rename(path.path().join(DATABASE_FILE), &unfinished).unwrap();
    fs::write(path.path().join("lanyard.new-journal"), "half a journal").unwrap();
    fs::remove_file(path.path().join(WITNESS_FILE)).unwrap();
    let key = fs::read(path.path().join(KEY_FILE)).unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..3);
    assert_eq!(fs::read(path.path().join(KEY_FILE)).unwrap(), key);
    assert!(!unfinished.exists());
}

#[test]
fn a_reader_sees_commits_and_cannot_write() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    let reader = open_reader(&given.folder).unwrap();
    commit_events(&mut given.store, 1..3);
    given.store.begin().unwrap();
    crate::given::append(&mut given.store, "order-9", event_store::Expected::NoStream, 9).unwrap();
    assert_eq!(read_all(&reader, 0, 10).unwrap().len(), 2);
    given.store.commit().unwrap();
    assert_eq!(read_all(&reader, 0, 10).unwrap().len(), 3);
    assert!(reader.execute("DELETE FROM streams", []).is_err());
}

#[test]
fn a_new_store_without_a_given_device_makes_one_and_keeps_it() {
    let path = tempfile::tempdir().unwrap();
    let folder = hold(path.path());
    let store = Store::open(&folder, MIGRATIONS, None).unwrap();
    let device = store.device();
    drop(store);
    assert_eq!(device.uuid().get_version_num(), 4);
    assert_eq!(try_open(&folder).unwrap().device(), device);
}

/// Found later, a block may not be there: the kernel ends a program for that.
#[cfg(target_os = "linux")]
#[test]
fn the_shared_memory_has_all_of_its_blocks_from_the_start() {
    use std::os::unix::fs::MetadataExt;
    let path = tempfile::tempdir().unwrap();
    let given = open(path.path());
    let file = fs::metadata(path.path().join("lanyard.db-shm")).unwrap();
    assert_eq!(file.len(), 1 << 20);
    assert!(file.len() <= file.blocks() * 512);
    given.store.close().unwrap();
    assert!(!path.path().join("lanyard.db-shm").exists());
}
