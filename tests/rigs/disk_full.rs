//! The disk is full under load, and has room again. R8.

use std::{
    fs::{self, File},
    io::Write as _,
    os::unix::fs::FileExt as _,
    path::Path,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    harness::{Place, Running, lanyard, randomness, require, rounds, said, say, until},
    mounted::{Mount, image},
};

/// How soon it must sell again after there is room.
const SELLS_AGAIN: Duration = Duration::from_secs(5);

/// The exit code of a start on a disk without room.
pub const FULL: i32 = 9;

/// How often the disk of one load gets full.
const TIMES_A_LOAD: usize = 10;

/// Takes all the room there is.
pub fn fill(path: &Path) {
    let mut file = File::create(path).expect("a file");
    for size in [1024 * 1024, 4096, 512] {
        while file.write_all(&vec![7; size]).is_ok() {}
    }
    // The file system may have promised room that it does not have.
    let _ = file.sync_all();
}

/// What a disk that was full several times has shown.
#[derive(Default)]
struct Seen {
    acknowledged: u64,
    /// How long each failed command waited for its answer, in milliseconds.
    failures: Vec<u64>,
    /// How long it took at most until it sold again.
    slowest: Duration,
}

/// Fills the disk under one load, again and again.
fn filled(rng: &mut fastrand::Rng, times: u64, seen: &mut Seen) {
    let place = Place::new();
    let disk = place.beside("disk.img");
    image(&disk, 64);
    let mount = Mount::of_image(&disk, place.beside("mounted"));
    let place = place.with_data(mount.path.join("data"));
    let mut load = Running::start(&mut place.load(rng.u64(1..1 << 53), 3_600, 4));
    for _ in 0..times {
        let enough = place.acknowledged() + rng.usize(1..200);
        until("the load sells", || enough < place.acknowledged());
        let failed = place.lines("failed");
        let ballast = mount.path.join("ballast");
        fill(&ballast);
        until("a command fails", || failed + 8 < place.lines("failed") || load.has_ended());
        assert!(!load.has_ended(), "the load ended");
        fs::remove_file(&ballast).expect("removed");
        let began = Instant::now();
        let full = place.acknowledged();
        until("it sells again", || full + 8 < place.acknowledged());
        seen.slowest = seen.slowest.max(began.elapsed());
    }
    load.kill();
    seen.failures.extend(place.failures());
    let report = place.is_complete("a full disk");
    seen.acknowledged += report["acknowledged"].as_u64().expect("a number");
    mount.end();
}

#[test]
fn on_a_full_disk_nothing_is_acknowledged_falsely_and_selling_goes_on_when_there_is_room() {
    require("mkfs.ext4", "e2fsprogs");
    let mut rng = randomness("disk full");
    let rounds = rounds(2);
    let mut seen = Seen::default();
    for first in (0..rounds).step_by(TIMES_A_LOAD) {
        filled(&mut rng, (rounds - first).min(TIMES_A_LOAD as u64), &mut seen);
    }
    seen.failures.sort_unstable();
    say(&format!(
        "disk full: {rounds} times, {} commands acknowledged: 0 lost; {} failed, the median within \
         {} ms, the slowest within {} ms; it sold again within {:?} without a restart",
        seen.acknowledged,
        seen.failures.len(),
        seen.failures[seen.failures.len() / 2],
        seen.failures[seen.failures.len() - 1],
        seen.slowest
    ));
    assert!(seen.slowest <= SELLS_AGAIN, "it sold again only after {:?}", seen.slowest);
}

/// With some room left, SQLite can make the file in which its connections share memory, and not all
/// of its blocks.
#[test]
fn with_hardly_any_room_left_a_start_says_so_and_with_a_little_more_it_works() {
    require("mkfs.ext4", "e2fsprogs");
    let mut rng = randomness("hardly any room");
    let place = Place::new();
    let disk = place.beside("disk.img");
    image(&disk, 16);
    let mount = Mount::of_image(&disk, place.beside("mounted"));
    let place = place.with_data(mount.path.join("data"));
    place.orders(rng.u64(1..1 << 53), 20);
    let ballast = mount.path.join("ballast");
    let start_with = |kibibytes: u64| {
        fill(&ballast);
        let file = File::options().write(true).open(&ballast).expect("the ballast");
        let taken = file.metadata().expect("its length").len();
        file.set_len(taken - kibibytes * 1024).and_then(|()| file.sync_all()).expect("room");
        drop(file);
        let started = lanyard(&place.data, &["rpc"]);
        fs::remove_file(&ballast).expect("removed");
        started
    };
    let rooms: Vec<u64> = (0..48).step_by(2).chain([64, 128, 512]).collect();
    for &kibibytes in &rooms {
        let started = start_with(kibibytes);
        let said = said(&started);
        assert_eq!(started.status.code(), Some(FULL), "{kibibytes} KiB: {started:?}");
        assert!(said.contains("is full; make room there"), "{kibibytes} KiB: {said}");
    }
    let started = start_with(3_072);
    assert!(started.status.success(), "{started:?}");
    place.is_complete("a disk with hardly any room");
    say(&format!("hardly any room: {} starts on 0 to 512 KiB, each refused in words", rooms.len()));
    mount.end();
}

/// The file in which connections shared memory is there, and the log beside the database has lost its
/// beginning; or that file is gone, and there is no room for another one.
#[test]
fn what_a_killed_program_left_on_a_full_disk_is_looked_through_or_refused_in_words() {
    require("mkfs.ext4", "e2fsprogs");
    let mut rng = randomness("killed, then full");
    let place = Place::new();
    let disk = place.beside("disk.img");
    image(&disk, 16);
    let mount = Mount::of_image(&disk, place.beside("mounted"));
    let place = place.with_data(mount.path.join("data"));
    let load = Running::start(&mut place.load(rng.u64(1..1 << 53), 3_600, 4));
    until("the load sells", || 20 < place.acknowledged());
    load.kill();
    let ballast = mount.path.join("ballast");
    let verified = || {
        fill(&ballast);
        let verified = lanyard(&place.data, &["verify"]);
        fs::remove_file(&ballast).expect("removed");
        verified
    };
    let wal = File::options().read(true).write(true).open(place.data.join("lanyard.db-wal"));
    let wal = wal.expect("a log beside the database");
    let mut beginning = [0; 32];
    wal.read_exact_at(&mut beginning, 0).expect("a beginning");
    wal.write_all_at(&[0xA5; 32], 0).expect("written");
    let looked = verified();
    let told = String::from_utf8_lossy(&looked.stdout);
    assert!(told.contains("are missing, says the witness file"), "{looked:?}");
    wal.write_all_at(&beginning, 0).expect("written");
    drop(wal);

    fs::remove_file(place.data.join("lanyard.db-shm")).expect("it was there");
    let refused = verified();
    assert_eq!(refused.status.code(), Some(FULL), "{refused:?}");
    assert!(said(&refused).contains("is full; make room there"), "{refused:?}");
    place.is_complete("killed on a full disk");
    mount.end();
}

/// The control: one of the commands that failed is told to have been acknowledged. A program that is
/// deaf to the refusals of the kernel, as with the other disks, would not do: this one looks how much
/// room there is before it writes.
#[test]
fn control_what_is_acknowledged_falsely_on_a_full_disk_is_found() {
    require("mkfs.ext4", "e2fsprogs");
    let mut rng = randomness("disk full, control");
    let place = Place::new();
    let disk = place.beside("disk.img");
    image(&disk, 64);
    let mount = Mount::of_image(&disk, place.beside("mounted"));
    let place = place.with_data(mount.path.join("data"));
    place.orders(rng.u64(1..1 << 53), 5);
    let begun = place.acknowledged();
    let load = Running::start(&mut place.load(rng.u64(1..1 << 53), 3_600, 4));
    until("the load sells", || begun < place.acknowledged());
    let ballast = mount.path.join("ballast");
    fill(&ballast);
    until("a command fails", || 0 < place.lines("failed"));
    load.kill();
    fs::remove_file(&ballast).expect("removed");
    let ledger = fs::read_to_string(&place.ledger).expect("a ledger");
    let mut lines = ledger.lines();
    let failed = lines.find(|line| line.starts_with("{\"line\":\"failed\"")).expect("a failure");
    let failed: Value = serde_json::from_str(failed).expect("JSON");
    let falsely = json!({ "line": "acked", "id": failed["id"], "position": 7 });
    fs::write(&place.ledger, format!("{ledger}{falsely}\n")).expect("written");
    let checked = place.check();
    assert_eq!((checked.is_sound(), checked.lost()), (false, 1), "{checked:?}");
    mount.end();
}
