//! Disks of one's own: a file with a file system in it, mounted; needs root and a kernel with loop
//! devices. Whatever was mounted is unmounted at the end, also of a rig that fails.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use crate::harness::said;

/// Runs a tool of the system, which must succeed. Answers what it printed.
#[track_caller]
pub fn tool(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(
        output.status.success(),
        "{program} {arguments:?} failed; this rig mounts disks, which only root may do, and needs \
         loop devices: {}",
        said(&output)
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A path as text.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// A file of so many MiB with an empty file system. Its blocks are small, as on every small disk:
/// where they are smaller than a page of memory, a full disk can end a program that shares memory by
/// way of a file, as SQLite does.
pub fn image(path: &Path, mebibytes: u64) {
    let file = File::create(path).expect("a file");
    file.set_len(mebibytes * 1024 * 1024).expect("room");
    tool("mkfs.ext4", &["-q", "-F", "-m0", "-b", "1024", text(path)]);
}

/// A mounted file system.
pub struct Mount {
    /// Where.
    pub path: PathBuf,
}

impl Mount {
    /// Mounts an image file or a device at a new folder.
    #[track_caller]
    pub fn new(source: &Path, path: PathBuf, options: &[&str]) -> Self {
        fs::create_dir_all(&path).expect("a folder");
        tool("mount", &[options, &[text(source), text(&path)]].concat());
        assert!(is_mounted(&path), "nothing is mounted: the rig would test the computer's disk");
        Self { path }
    }

    /// Mounts an image file.
    #[track_caller]
    pub fn of_image(image: &Path, path: PathBuf) -> Self {
        Self::new(image, path, &["-o", "loop"])
    }

    /// Mounts it again in another way.
    #[track_caller]
    pub fn again(&self, options: &str) {
        tool("mount", &["-o", &format!("remount,{options}"), text(&self.path)]);
    }

    /// Unmounts it, which needs that nobody uses it.
    #[track_caller]
    pub fn end(self) {
        tool("umount", &[text(&self.path)]);
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        if is_mounted(&self.path) {
            let _ = Command::new("umount").args(["-l", text(&self.path)]).output();
        }
    }
}

/// Whether something is mounted here.
pub fn is_mounted(path: &Path) -> bool {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    mounts.lines().any(|mount| mount.split(' ').nth(1) == path.to_str())
}
