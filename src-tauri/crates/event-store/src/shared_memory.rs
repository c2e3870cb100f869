//! Room for the memory that SQLite's connections share by way of a file beside the database.
//!
//! SQLite makes sure of one byte in each four kilobytes of that file before it uses them. Where a
//! file system's blocks are smaller, as on small disks, the others are looked for when they are
//! touched, and on a full disk the kernel then ends the program (`SIGBUS`). So all of them are taken
//! while there is room. See the decision "Room on the disk".
//!
//! Invariant: the handle stays open for as long as a connection of this process uses the file. To
//! close any handle of a file lets go of every lock that the process has on it.

use std::{fs::File, io, path::Path};

use crate::{OpenError, database::companions};

/// Enough for a write-ahead log of half a gigabyte; it is emptied long before.
const BYTES: u64 = 1024 * 1024;

/// The files that this process has used, each with all the room that it needs.
#[derive(Debug, Default)]
pub(crate) struct SharedMemory {
    /// None where files cannot be given room. A new one comes where the file is another one by now;
    /// connections may still use the one before, so that stays open as well.
    files: Vec<File>,
}

impl SharedMemory {
    /// Refuses to let SQLite make the file where it has no room.
    ///
    /// # Errors
    /// `Full`.
    pub fn require_room(database: &Path) -> Result<(), OpenError> {
        match room_beside(database) {
            Some(free) if free < BYTES => {
                let source = io::ErrorKind::StorageFull.into();
                Err(OpenError::Full { path: database.to_owned(), source })
            }
            // Where it cannot be measured, or nothing is written, SQLite finds out.
            _ => Ok(()),
        }
    }

    /// Takes the room, once a connection has made the file.
    ///
    /// # Errors
    /// `Full`, `Io`.
    pub fn take_room(&mut self, database: &Path) -> Result<(), OpenError> {
        let [_, path, _] = companions(database);
        take(&mut self.files, &path).map_err(|source| OpenError::io(path, source))
    }
}

#[cfg(target_os = "linux")]
fn room_beside(database: &Path) -> Option<u64> {
    use rustix::fs::StatVfsMountFlags;

    let disk = rustix::fs::statvfs(database.parent()?).ok()?;
    if disk.f_flag.contains(StatVfsMountFlags::RDONLY) {
        return None;
    }
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(target_os = "linux")]
fn take(files: &mut Vec<File>, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;

    use rustix::{
        fs::{FallocateFlags, fallocate},
        io::Errno,
    };
    let is_at = |there: &std::fs::Metadata, file: &File| {
        file.metadata().is_ok_and(|it| (it.dev(), it.ino()) == (there.dev(), there.ino()))
    };
    let there = path.metadata()?;
    if !files.iter().any(|file| is_at(&there, file)) {
        files.push(File::options().read(true).write(true).open(path)?);
    }
    let Some(file) = files.iter().find(|file| is_at(&there, file)) else { return Ok(()) };
    match fallocate(file, FallocateFlags::empty(), 0, BYTES) {
        // Some file systems cannot promise room.
        Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn room_beside(_database: &Path) -> Option<u64> {
    None
}

#[cfg(not(target_os = "linux"))]
fn take(_files: &mut Vec<File>, _path: &Path) -> io::Result<()> {
    Ok(())
}
