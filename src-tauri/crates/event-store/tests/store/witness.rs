//! The witness: a log that lost its end is not opened as if nothing had happened.

use std::{fs, path::Path};

use event_store::{DATABASE_FILE, OpenError, WITNESS_FILE, verify_chain};

use crate::given::{commit_events, files, hold, open, try_open};

/// Files of a folder whose program was killed after some commits, and the positions of the commits.
fn killed() -> (Vec<(String, Vec<u8>)>, Vec<i64>) {
    let path = tempfile::tempdir().expect("a temporary folder");
    let mut given = open(path.path());
    let mut commits = vec![0];
    for (first, events) in [(1, 1), (2, 3), (5, 2), (7, 12), (19, 1), (20, 5)] {
        commit_events(&mut given.store, first..first + events);
        commits.push(given.store.last_position());
    }
    given.store.sync().expect("the disk takes it");
    (files(path.path()), commits)
}

fn restore(path: &Path, files: &[(String, Vec<u8>)], wal_length: usize) {
    for (name, bytes) in files {
        let bytes = if name.ends_with("-wal") { &bytes[..wal_length] } else { bytes };
        if !name.ends_with("-shm") {
            fs::write(path.join(name), bytes).expect("the disk takes it");
        }
    }
}

#[test]
fn a_torn_wal_opens_to_whole_commits_and_the_witness_tells_what_is_missing() {
    let (files, commits) = killed();
    let wal = files.iter().find(|(name, _)| name.ends_with("-wal")).unwrap().1.len();
    let last = *commits.last().unwrap();
    // Both sides of every frame's end (a header of 32 bytes, frames of 24 and a page), and steps
    // that fall anywhere in between.
    let frame = 4_096 + 24;
    let ends = (32..wal).step_by(frame).flat_map(|end| [end.saturating_sub(1), end, end + 1]);
    let mut lengths: Vec<usize> = ends.chain((0..wal).step_by(1_499)).chain([wal]).collect();
    lengths.sort_unstable();
    lengths.dedup();
    let mut seen = Vec::new();
    for length in lengths {
        let path = tempfile::tempdir().unwrap();
        restore(path.path(), &files, length);
        let folder = hold(path.path());
        let found = match try_open(&folder) {
            Ok(store) => store.last_position(),
            Err(OpenError::WitnessAhead { log, witness, .. }) => {
                assert_eq!(witness, last);
                log
            }
            Err(other) => panic!("{length}: {other:?}"),
        };
        assert!(commits.contains(&found), "{found} after {length} bytes is no whole commit");
        fs::remove_file(path.path().join(WITNESS_FILE)).unwrap();
        let store = try_open(&folder).unwrap();
        assert_eq!(store.last_position(), found);
        assert!(verify_chain(store.connection(), 0, |_, _| {}).unwrap().is_sound());
        seen.push(found);
    }
    seen.dedup();
    assert_eq!(seen, commits);
}

#[test]
fn a_refused_log_is_left_as_it_is() {
    let (damaged, _) = killed();
    let path = tempfile::tempdir().unwrap();
    restore(path.path(), &damaged, 32);
    let before = files(path.path());
    let refused = try_open(&hold(path.path())).unwrap_err();
    assert_eq!(
        refused.to_string().split(';').next().unwrap(),
        format!(
            "events 1 to 24 are missing, for there is nothing in {}",
            path.path().join(DATABASE_FILE).display()
        )
    );
    assert_eq!(files(path.path()), before);
}

#[test]
fn a_lost_database_is_not_begun_anew() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..3);
    given.store.close().unwrap();
    fs::remove_file(path.path().join(DATABASE_FILE)).unwrap();
    let refused = try_open(&given.folder).unwrap_err();
    assert!(matches!(refused, OpenError::WitnessAhead { log: 0, witness: 2, .. }), "{refused:?}");
    assert!(!path.path().join(DATABASE_FILE).exists());
}

#[test]
fn another_history_of_the_same_length_is_refused() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..3);
    given.store.close().unwrap();
    drop(given.folder);
    let other = tempfile::tempdir().unwrap();
    let mut given = open(other.path());
    commit_events(&mut given.store, 5..9);
    given.store.close().unwrap();
    drop(given.folder);
    fs::copy(path.path().join(WITNESS_FILE), other.path().join(WITNESS_FILE)).unwrap();
    let refused = try_open(&hold(other.path())).unwrap_err();
    assert!(matches!(refused, OpenError::WitnessDiffers { position: 2, .. }), "{refused:?}");
}

#[test]
fn a_witness_that_lags_behind_is_no_reason_to_stop() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    commit_events(&mut given.store, 1..3);
    let early = fs::read(path.path().join(WITNESS_FILE)).unwrap();
    commit_events(&mut given.store, 3..9);
    drop(given);
    fs::write(path.path().join(WITNESS_FILE), early).unwrap();
    assert_eq!(open(path.path()).store.last_position(), 8);
}

#[test]
fn one_torn_record_leaves_the_other_and_two_are_told() {
    let path = tempfile::tempdir().unwrap();
    let mut given = open(path.path());
    for number in 1..8 {
        commit_events(&mut given.store, number..number + 1);
    }
    drop(given);
    let witness = path.path().join(WITNESS_FILE);
    let whole = fs::read(&witness).unwrap();
    // After seven commits it has the last byte that confirms a flush.
    assert_eq!(whole.len(), 129);
    for record in [0, 64] {
        let mut torn = whole.clone();
        torn[record + 20] ^= 1;
        fs::write(&witness, torn).unwrap();
        assert_eq!(open(path.path()).store.last_position(), 7);
    }
    let mut torn = whole;
    torn[20] ^= 1;
    torn[84] ^= 1;
    fs::write(&witness, torn).unwrap();
    let refused = try_open(&hold(path.path())).unwrap_err();
    assert!(matches!(refused, OpenError::WitnessUnreadable { .. }), "{refused:?}");
}
