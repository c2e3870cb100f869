//! The power is cut under load: what the disk was not told to flush is gone. R2.
//!
//! The disk is a file behind nbdkit's cache, which keeps everything in memory until it is told to
//! flush. When nbdkit is killed, the cache and with it the page cache's unwritten pages are gone,
//! as with a disk that loses its power. The ledger lies on another disk.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use crate::{
    harness::{BINARY, Checked, Place, Running, check, randomness, require, rounds, say, until},
    mounted::{Mount, image, is_mounted, text, tool},
};

/// A disk whose power can be cut.
struct Disk {
    /// What the platter holds.
    image: PathBuf,
    mount: Option<Mount>,
    device: String,
    window: PathBuf,
    cache: Running,
    fuse: Running,
}

impl Disk {
    fn new(place: &Place) -> Self {
        let disk = place.beside("disk.img");
        image(&disk, 64);
        let socket = place.beside("socket");
        let mut nbdkit = Command::new("nbdkit");
        nbdkit.args(["-f", "-U", text(&socket), "--filter=cache", "file", text(&disk)]);
        let mut cache = Running::start(nbdkit.arg("cache=writeback"));
        until("nbdkit listens", || socket.exists() || cache.has_ended());
        let window = place.beside("window");
        fs::create_dir(&window).expect("a folder");
        let shown = window.join("disk");
        File::create(&shown).expect("a file");
        let mut nbdfuse = Command::new("nbdfuse");
        nbdfuse.arg(&shown).arg(format!("nbd+unix:///?socket={}", text(&socket)));
        let mut fuse = Running::start(&mut nbdfuse);
        until("nbdfuse shows the disk", || is_mounted(&shown) || fuse.has_ended());
        assert!(is_mounted(&shown), "nbdfuse ended: {}", fuse.finish().1);
        let device = tool("losetup", &["--find", "--show", text(&shown)]);
        let mount = Some(Mount::new(Path::new(&device), place.beside("mounted"), &[]));
        Self { image: disk, mount, device, window: shown, cache, fuse }
    }

    fn path(&self) -> &Path {
        &self.mount.as_ref().expect("it is mounted").path
    }

    /// Cuts the power under a load. Answers what the platter held.
    fn cut(mut self, load: Running) -> PathBuf {
        self.cache.end();
        load.kill();
        let held = self.image.with_extension("held");
        fs::copy(&self.image, &held).expect("copied");
        held
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.cache.end();
        self.fuse.end();
        drop(self.mount.take());
        let _ = Command::new("fusermount3").args(["-uz", text(&self.window)]).output();
        let _ = Command::new("losetup").args(["--detach", &self.device]).output();
    }
}

/// One round: a load on the disk, the cut, and what is found on the disk afterwards.
fn round(seed: u64, after: Duration, lies: bool) -> (usize, Checked) {
    let place = Place::new();
    let disk = Disk::new(&place);
    let data = disk.path().join("data");
    let place = place.with_data(data);
    // The conference is made and at rest before; what is cut is the selling.
    place.orders(seed + 1, 5);
    tool("sync", &["--file-system", text(disk.path())]);
    let begun = place.acknowledged();
    let mut load = if lies { place.under(lying(), seed, 600, 8) } else { place.load(seed, 600, 8) };
    let load = Running::start(load.args(if lies { &["--clock", "manual"][..] } else { &[] }));
    until("the load has begun", || begun < place.acknowledged());
    thread::park_timeout(after);
    let held = disk.cut(load);
    let after_cut = Mount::of_image(&held, place.beside("held"));
    let checked = check(&after_cut.path.join("data"), &place.ledger);
    after_cut.end();
    (place.acknowledged() - begun, checked)
}

/// The program on a disk that says it has flushed and has not.
fn lying() -> Command {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-q", "-o", "/dev/null", "-e", "trace=fdatasync,fsync"]);
    strace.args(["-e", "inject=fdatasync,fsync:retval=0", BINARY]);
    strace
}

fn require_tools() {
    for (tool, package) in [
        ("nbdkit", "nbdkit"),
        ("nbdfuse", "libnbd-bin"),
        ("fusermount3", "fuse3"),
        ("mkfs.ext4", "e2fsprogs"),
        ("strace", "strace"),
    ] {
        require(tool, package);
    }
    assert!(Path::new("/dev/fuse").exists(), "this rig needs FUSE, and the kernel has none");
}

#[test]
fn after_a_power_cut_nothing_acknowledged_is_lost() {
    require_tools();
    let mut rng = randomness("power cut");
    let rounds = rounds(2);
    let mut all = 0;
    for round_number in 1..=rounds {
        let after = Duration::from_millis(rng.u64(0..=2_000));
        let (acknowledged, checked) = round(rng.u64(1..1 << 50), after, false);
        assert!(checked.is_sound(), "cut {round_number}, after {after:?}: {checked:?}");
        all += acknowledged;
    }
    say(&format!("power cut: {rounds} cuts, {all} commands acknowledged before them: 0 lost"));
}

#[test]
fn control_a_disk_that_does_not_flush_loses_what_was_acknowledged_and_the_rig_sees_it() {
    require_tools();
    let mut rng = randomness("power cut without flushes");
    for cut in 1..=5 {
        let (acknowledged, checked) = round(rng.u64(1..1 << 50), Duration::from_secs(1), true);
        say(&format!(
            "power cut without flushes: cut {cut}, {acknowledged} commands acknowledged, {} lost, \
             exit code {:?}",
            checked.lost(),
            checked.code
        ));
        if !checked.is_sound() {
            return;
        }
    }
    panic!("five cuts lost nothing: the rig does not cut");
}
