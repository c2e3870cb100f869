//! The disk is full under load, and has room again. R8.

use std::{
    fs::{self, File},
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use crate::{
    harness::{Place, Running, randomness, require, rounds, until},
    mounted::{Mount, image},
};

/// How soon it must sell again after there is room.
const SELLS_AGAIN: Duration = Duration::from_secs(5);

/// Takes all the room there is.
fn fill(path: &Path) {
    let mut file = File::create(path).expect("a file");
    for size in [1024 * 1024, 4096, 512] {
        while file.write_all(&vec![7; size]).is_ok() {}
    }
    // The file system may have promised room that it does not have.
    let _ = file.sync_all();
}

#[test]
fn on_a_full_disk_nothing_is_acknowledged_falsely_and_selling_goes_on_when_there_is_room() {
    require("mkfs.ext4", "e2fsprogs");
    let mut rng = randomness("disk full");
    let rounds = rounds(2);
    let place = Place::new();
    let disk = place.beside("disk.img");
    image(&disk, 64 + 8 * rounds);
    let mount = Mount::of_image(&disk, place.beside("mounted"));
    let place = place.with_data(mount.path.join("data"));
    let mut load = Running::start(&mut place.load(rng.u64(1..1 << 53), 3_600, 4));
    let mut slowest = Duration::ZERO;
    for round in 1..=rounds {
        let before = place.acknowledged();
        let enough = before + rng.usize(1..200);
        until("the load sells", || enough < place.acknowledged());
        let failed = place.lines("failed");
        let ballast = mount.path.join("ballast");
        fill(&ballast);
        until("a command fails", || failed + 8 < place.lines("failed") || load.has_ended());
        assert!(!load.has_ended(), "round {round}: the load ended");
        fs::remove_file(&ballast).expect("removed");
        let began = Instant::now();
        let full = place.acknowledged();
        until("it sells again", || full + 8 < place.acknowledged());
        slowest = slowest.max(began.elapsed());
    }
    let mut refusals = place.failures();
    refusals.sort_unstable();
    let longest = refusals.last().copied().unwrap_or_default();
    load.kill();
    let report = place.is_complete("a full disk");
    mount.end();
    println!(
        "disk full: {rounds} times, {} commands acknowledged: 0 lost; {} failed, the median within \
         {} ms, the slowest within {longest} ms; it sold again within {slowest:?} without a restart",
        report["acknowledged"],
        refusals.len(),
        refusals[refusals.len() / 2],
    );
    assert!(slowest <= SELLS_AGAIN, "it sold again only after {slowest:?}");
}
