//! The disk becomes read-only under load, as Linux does with one that fails; and a start on a
//! read-only disk. R10.

use crate::{
    harness::{Place, Running, randomness, require, say, until},
    mounted::{Mount, image},
};

#[test]
fn on_a_disk_that_becomes_read_only_nothing_is_acknowledged_falsely() {
    require("mkfs.ext4", "e2fsprogs");
    let mut rng = randomness("read-only");
    let place = Place::new();
    let disk = place.beside("disk.img");
    image(&disk, 64);
    let mount = Mount::of_image(&disk, place.beside("mounted"));
    let place = place.with_data(mount.path.join("data"));
    let mut load = Running::start(&mut place.load(rng.u64(1..1 << 53), 3_600, 4));
    until("the load sells", || 50 < place.acknowledged());
    // What ext4 does by itself when a write fails.
    mount.again("abort");
    until("a command fails", || 8 < place.lines("failed") || load.has_ended());
    let failed = place.lines("failed");
    load.kill();

    // A start on it, as it is now: in words, or read-only; and it changes nothing.
    let refused = place.check();
    assert!(!refused.is_sound(), "a read-only disk was written to: {refused:?}");
    assert!(!refused.said.is_empty() && !refused.said.contains("panicked"), "{}", refused.said);
    mount.end();

    let mount = Mount::of_image(&disk, place.beside("mounted"));
    let report = place.is_complete("a read-only disk, writable again");
    mount.end();
    say(&format!(
        "read-only: {} commands acknowledged: 0 lost, {failed} failed; a start says: {}",
        report["acknowledged"],
        refused.said.trim()
    ));
}
