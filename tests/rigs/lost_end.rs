//! The end of the log is lost, without a word from SQLite: a damaged or missing WAL, an old file put
//! back. R12.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
};

use crate::harness::{Checked, Place, Running, check, randomness, rounds, say, until};

/// The exit code of a start that finds events missing which the witness knows of.
const EVENTS_ARE_MISSING: i32 = 8;

const DATABASE: &str = event_store::DATABASE_FILE;
const WAL: &str = "lanyard.db-wal";

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
}

/// A load that is killed when it has sold, so that what it sold is in the WAL.
fn killed(place: &Place, seed: u64, commands: usize) {
    let enough = place.acknowledged() + commands;
    let load = Running::start(&mut place.load(seed, 600, 4));
    until("the load sells", || enough < place.acknowledged());
    load.kill();
}

/// Damages a WAL at random. Answers how.
fn damage(wal: &Path, rng: &mut fastrand::Rng) -> &'static str {
    let mut bytes = fs::read(wal).expect("a WAL");
    let at = rng.usize(..bytes.len());
    match rng.u8(..10) {
        0 => {
            fs::remove_file(wal).expect("removed");
            return "deleted";
        }
        1..=3 => {
            let file = File::options().write(true).open(wal).expect("a WAL");
            file.set_len(at as u64).expect("truncated");
            return "cut short";
        }
        4..=6 => bytes[at] ^= 1 << rng.u8(..8),
        _ => {
            let end = (at + 512).min(bytes.len());
            bytes[at..end].fill(0);
        }
    }
    fs::write(wal, bytes).expect("written");
    "altered"
}

/// How a start on a damaged folder ended: as if nothing were, because nothing is lost; or refused.
#[track_caller]
fn outcome(checked: &Checked, how: &str) -> &'static str {
    if checked.is_sound() {
        return "nothing was lost";
    }
    assert!(checked.is_refused(), "{how}: it starts though something is lost: {checked:?}");
    assert_eq!(checked.code, Some(EVENTS_ARE_MISSING), "{how}: {checked:?}");
    let names_what = checked.said.contains(|letter: char| letter.is_ascii_digit());
    assert!(names_what, "{how}: it does not say which: {}", checked.said);
    "refused"
}

#[test]
fn a_damaged_wal_is_noticed_by_the_witness_and_by_nothing_else() {
    let mut rng = randomness("WAL damage");
    let rounds = rounds(15);
    let mut found: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let (mut place, mut unnoticed, mut lost) = (Place::new(), 0, 0);
    for round in 0..rounds {
        if round % 10 == 0 {
            place = Place::new();
            killed(&place, rng.u64(1..1 << 53), rng.usize(20..150));
        }
        let damaged = place.beside("damaged");
        copy(&place.data, &damaged);
        let how = damage(&damaged.join(WAL), &mut rng);
        let without_witness = place.beside("without-witness");
        copy(&damaged, &without_witness);
        let outcome = outcome(&check(&damaged, &place.ledger), &format!("damage {round}, {how}"));
        *found.entry((how, outcome)).or_default() += 1;
        if outcome == "refused" {
            fs::remove_file(without_witness.join(event_store::WITNESS_FILE)).expect("removed");
            let checked = check(&without_witness, &place.ledger);
            unnoticed += u64::from(checked.lost() > 0);
            lost += checked.lost();
        }
    }
    say(&format!("WAL damage: {rounds} damages: {found:?}"));
    say(&format!(
        "WAL damage, control: without the witness {unnoticed} of them started, {lost} lost"
    ));
    assert!(0 < unnoticed, "the damage lost nothing: the rig damages nothing");
}

/// A folder at rest, the same folder later, and the later one killed at work.
fn three_states(place: &Place, rng: &mut fastrand::Rng) -> (PathBuf, PathBuf) {
    place.orders(rng.u64(1..1 << 53), 10);
    let old = place.beside("old");
    copy(&place.data, &old);
    place.orders(rng.u64(1..1 << 53), 30);
    let later = place.beside("later");
    copy(&place.data, &later);
    (old, later)
}

#[test]
fn an_old_file_put_back_is_noticed() {
    let mut rng = randomness("old file");
    let place = Place::new();
    let (old, later) = three_states(&place, &mut rng);
    fs::copy(old.join(DATABASE), later.join(DATABASE)).expect("copied");
    assert_eq!(outcome(&check(&later, &place.ledger), "an old file"), "refused");

    // Control: the whole old folder is consistent in itself, and only the ledger knows better.
    let checked = check(&old, &place.ledger);
    assert!(checked.lost() > 0, "nothing happened after the copy was made: {checked:?}");
    say(&format!("old file: refused; the old folder as a whole starts, {} lost", checked.lost()));
}

#[test]
fn an_old_file_under_a_newer_wal_is_noticed() {
    let mut rng = randomness("old file, newer WAL");
    let place = Place::new();
    let (old, _) = three_states(&place, &mut rng);
    killed(&place, rng.u64(1..1 << 53), 20);
    fs::copy(old.join(DATABASE), place.data.join(DATABASE)).expect("copied");
    let checked = place.check();
    assert!(!checked.is_sound(), "the middle of the log is missing: {checked:?}");
    say(&format!("old file, newer WAL: exit code {:?}: {}", checked.code, checked.said.trim()));
}
