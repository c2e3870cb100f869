//! The disk becomes read-only under load, as Linux does with one that fails; a start on a read-only
//! disk; and what can still be had from one, and from one that is full. R10.

use std::fs;

use serde_json::Value;

use crate::{
    disk_full::{FULL, fill},
    harness::{Place, Running, deaf, lanyard, randomness, require, said, say, until},
    mounted::{Mount, image},
};

/// The exit code where nothing can be written.
const NOT_WRITABLE: i32 = 7;

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

/// Everything can be looked at.
#[track_caller]
fn is_readable(place: &Place, when: &str) {
    let verified = lanyard(&place.data, &["verify", "--json"]);
    assert!(verified.status.success(), "{when}: {}", said(&verified));
    let report: Value = serde_json::from_slice(&verified.stdout).expect("JSON");
    assert_eq!(report["sound"], true, "{when}: {report}");
    let logged = lanyard(&place.data, &["log"]);
    assert!(logged.status.success(), "{when}: {}", said(&logged));
    let lines = String::from_utf8_lossy(&logged.stdout).lines().count();
    assert_eq!(Some(lines as u64), report["lastPosition"].as_u64(), "{when}");
}

/// Its mails, too.
#[track_caller]
fn is_exported(place: &Place, when: &str) {
    is_readable(place, when);
    let mails = place.beside(when);
    let exported = lanyard(&place.data, &["mail", "--export", mails.to_str().expect("UTF-8")]);
    assert!(exported.status.success(), "{when}: {}", said(&exported));
    assert!(said(&exported).contains("stay in the queue"), "{when}: {}", said(&exported));
    assert!(0 < fs::read_dir(&mails).expect("a folder").count(), "{when}: no mail was written");
}

#[test]
fn what_takes_no_writes_can_be_verified_and_read_and_its_mails_exported() {
    require("mkfs.ext4", "e2fsprogs");
    let mut rng = randomness("nothing can be written");
    let place = Place::new();
    let disk = place.beside("disk.img");
    image(&disk, 64);
    let mount = Mount::of_image(&disk, place.beside("mounted"));
    let place = place.with_data(mount.path.join("data"));
    place.orders(rng.u64(1..1 << 53), 40);
    mount.again("ro");
    is_exported(&place, "closed, and then read-only");
    mount.again("rw");
    let ballast = mount.path.join("ballast");
    fill(&ballast);
    is_exported(&place, "closed, and then full");
    fs::remove_file(&ballast).expect("removed");

    // Torn away, it leaves its journal beside it.
    let mut load = Running::start(&mut place.load(rng.u64(1..1 << 53), 3_600, 4));
    let enough = place.acknowledged() + 50;
    until("the load sells", || enough < place.acknowledged());
    load.end();
    mount.again("ro");
    is_exported(&place, "torn away, and then read-only");
    mount.again("rw");
    fill(&ballast);
    is_exported(&place, "torn away, and then full to the last byte");
    let start = lanyard(&place.data, &["rpc"]);
    assert_eq!(start.status.code(), Some(FULL), "{:?}, {}", start.status, said(&start));
    fs::remove_file(&ballast).expect("removed");

    // A copy on a medium for reading may lack the file by which connections share memory.
    fs::remove_file(place.data.join("lanyard.db-shm")).expect("it was there");
    mount.again("ro");
    let refused = lanyard(&place.data, &["verify"]);
    assert_eq!(refused.status.code(), Some(NOT_WRITABLE), "{:?}", said(&refused));
    assert!(
        said(&refused).contains("cannot be written; allow writing there"),
        "{}",
        said(&refused)
    );
    mount.again("rw");
    place.is_complete("what took no writes");
    mount.end();
}

/// The control: the same with a program that is not told.
#[test]
fn control_what_is_acknowledged_falsely_on_a_read_only_disk_is_found() {
    require("mkfs.ext4", "e2fsprogs");
    let mut rng = randomness("read-only, control");
    let place = Place::new();
    let disk = place.beside("disk.img");
    image(&disk, 64);
    let mount = Mount::of_image(&disk, place.beside("mounted"));
    let place = place.with_data(mount.path.join("data"));
    let mut load = place.under(deaf(), rng.u64(1..1 << 53), 3_600, 4);
    let mut load = Running::start(load.args(["--clock", "manual"]));
    until("the load sells", || 50 < place.acknowledged());
    mount.again("abort");
    let begun = place.acknowledged();
    until("it sells on", || begun + 50 < place.acknowledged() || load.has_ended());
    load.kill();
    let falsely = place.acknowledged() - begun;
    mount.end();
    let mount = Mount::of_image(&disk, place.beside("mounted"));
    let checked = place.check_without_witness();
    say(&format!(
        "read-only, control: {falsely} acknowledged falsely, {} lost, exit code {:?}",
        checked.lost(),
        checked.code
    ));
    assert!(0 < falsely && checked.finds_a_loss(), "{checked:?}");
    mount.end();
}
