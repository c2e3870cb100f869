//! The witness: how far the log had come, told by a file that SQLite does not write.
//!
//! A log that lost its end looks whole, to its own hash chain and to SQLite. So the last position
//! and the head hash are noted here after each commit. The file is two records of 64 bytes, written
//! in turn, so that one torn by a power cut leaves the other: `LNYDWIT1`, the position (8 bytes,
//! big-endian), the hash (32), and the first 16 bytes of the BLAKE3 hash of those 48. A last byte
//! may follow, which means nothing.
//! Source: quality.md 1.3, finding 3; the decision "The witness confirms a flush".

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use kernel::Timestamp;

use crate::{DataFolder, EventHash, OpenError, key_file::sync_folder};

/// The witness file's name in the data folder.
pub const WITNESS_FILE: &str = "lanyard.witness";

const RECORD: usize = 64;
const MAGIC: &[u8; 8] = b"LNYDWIT1";

#[derive(Debug)]
pub(crate) struct Witness {
    file: File,
    /// The record that is written next: 0 or 1.
    slot: u64,
    noted: i64,
    /// What went wrong after a commit, kept for the next [`sync`](Self::sync): the commit is
    /// durable and must be answered.
    failure: Option<io::Error>,
    unsynced: bool,
    is_longer: bool,
}

impl Witness {
    /// What the file says; nothing if there is none or nothing was noted yet.
    pub fn read(folder: &DataFolder) -> Result<Option<(i64, EventHash)>, OpenError> {
        Self::read_in(folder.path())
    }

    pub fn read_in(folder: &Path) -> Result<Option<(i64, EventHash)>, OpenError> {
        let path = folder.join(WITNESS_FILE);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(OpenError::Io { path, source }),
        };
        let last = bytes.chunks(RECORD).filter_map(parse).max_by_key(|(position, _)| *position);
        if last.is_none() && bytes.iter().any(|byte| *byte != 0) {
            return Err(OpenError::WitnessUnreadable { path });
        }
        Ok(last)
    }

    /// Refuses to begin a new log where one was.
    pub fn refuse_empty_log(folder: &DataFolder) -> Result<(), OpenError> {
        match Self::read(folder)? {
            Some((witness, _)) if witness > 0 => {
                Err(OpenError::WitnessAhead { path: folder.database(), log: 0, witness })
            }
            _ => Ok(()),
        }
    }

    /// Opens the file for writing, and makes it if it is missing.
    pub fn open(folder: &DataFolder) -> Result<Self, OpenError> {
        let path = path(folder);
        let failed = |source| OpenError::io(&path, source);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = options.open(&path).map_err(failed)?;
        let bytes = fs::read(&path).map_err(failed)?;
        // The record that says more is kept; the other one is overwritten first.
        let said = |slot: usize| bytes.chunks(RECORD).nth(slot).and_then(parse);
        let slot = u64::from(said(0) > said(1));
        file.set_len(2 * RECORD as u64)
            .and_then(|()| file.sync_all())
            .and_then(|()| sync_folder(&path))
            .map_err(failed)?;
        Ok(Self { file, slot, noted: -1, failure: None, unsynced: false, is_longer: false })
    }

    /// Notes how far the log has come. The operating system writes it to the disk when it likes.
    pub fn note(&mut self, position: i64, hash: &EventHash) {
        if position == self.noted {
            return;
        }
        match self.write(&record(position, hash)) {
            Ok(()) => {
                self.noted = position;
                self.slot = 1 - self.slot;
                self.unsynced = true;
            }
            Err(error) => self.failure = Some(error),
        }
    }

    /// Whether a file system can be believed that has just said that everything is flushed. Where
    /// ext4 gives its journal up while a flush waits, the flush answers success although the new
    /// end of the file is lost. So the witness gets a byte longer or shorter, which has to go by
    /// way of the journal and is refused from then on. It takes some microseconds, on Linux alone:
    /// elsewhere there is no ext4, and a file that is looked at by others may not get shorter.
    ///
    /// # Errors
    /// What the system said. That there is no room says nothing about the flush.
    pub fn confirm_flush(&mut self) -> io::Result<()> {
        if !cfg!(target_os = "linux") {
            return Ok(());
        }
        let length = 2 * RECORD as u64 + u64::from(!self.is_longer);
        match self.file.set_len(length).map_err(|error| (error.kind(), error)) {
            Ok(()) => self.is_longer = !self.is_longer,
            Err((io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded, _)) => {}
            Err((_, error)) => return Err(error),
        }
        Ok(())
    }

    /// Flushes what was noted to the disk.
    pub fn sync(&mut self) -> io::Result<()> {
        if let Some(error) = self.failure.take() {
            return Err(error);
        }
        if self.unsynced {
            self.file.sync_data()?;
            self.unsynced = false;
        }
        Ok(())
    }

    fn write(&mut self, record: &[u8; RECORD]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.slot * RECORD as u64))?;
        self.file.write_all(record)
    }
}

/// How far the log of a folder had come, if its witness can be read. Nobody need hold the folder.
pub fn witnessed_position(folder: &Path) -> Option<i64> {
    let noted = Witness::read_in(folder).ok().flatten();
    noted.map(|(position, _)| position)
}

/// Moves the witness of a folder aside, where somebody has decided to go on with another log than
/// the one that it saw. It is kept under a name with the moment in it, which is answered.
///
/// # Errors
/// `Io`, `Full`, `NotWritable`.
pub fn set_witness_aside(folder: &DataFolder, now: Timestamp) -> Result<PathBuf, OpenError> {
    let path = path(folder);
    // As in 20261123T090000Z: no file system minds it.
    let moment: String = now.to_string().chars().filter(|one| !"-:".contains(*one)).collect();
    let seconds = moment.split(['.', 'Z']).next().unwrap_or_default();
    let aside = folder.path().join(format!("{WITNESS_FILE}.{seconds}Z"));
    fs::rename(&path, &aside)
        .and_then(|()| sync_folder(&path))
        .map_err(|source| OpenError::io(&path, source))?;
    Ok(aside)
}

fn path(folder: &DataFolder) -> PathBuf {
    folder.path().join(WITNESS_FILE)
}

fn record(position: i64, hash: &EventHash) -> [u8; RECORD] {
    let mut record = [0; RECORD];
    record[..8].copy_from_slice(MAGIC);
    record[8..16].copy_from_slice(&position.to_be_bytes());
    record[16..48].copy_from_slice(hash);
    let check = blake3::hash(&record[..48]);
    record[48..].copy_from_slice(&check.as_bytes()[..16]);
    record
}

fn parse(bytes: &[u8]) -> Option<(i64, EventHash)> {
    let position = i64::from_be_bytes(bytes.get(8..16)?.try_into().ok()?);
    let hash = bytes.get(16..48)?.try_into().ok()?;
    (bytes == record(position, &hash)).then_some((position, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_back_and_an_altered_one_does_not() {
        let written = record(254, &[7; 32]);
        assert_eq!(parse(&written), Some((254, [7; 32])));
        for place in 0..RECORD {
            let mut altered = written;
            altered[place] ^= 1;
            assert_eq!(parse(&altered), None, "byte {place}");
        }
        assert_eq!(parse(&written[..63]), None);
    }

    #[test]
    fn what_a_witness_says_is_the_same_with_a_last_byte_and_without() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = DataFolder::open(place.path(), crate::Opening::Sandbox).expect("it is free");
        let mut witness = Witness::open(&folder).expect("it opens");
        for (position, length) in [(1, 129), (2, 128), (3, 129)] {
            witness.note(position, &[7; 32]);
            witness.confirm_flush().expect("the disk works");
            let file = fs::metadata(path(&folder)).expect("a file");
            assert_eq!(file.len(), length);
            let read = Witness::read(&folder).expect("it can be read");
            assert_eq!(read, Some((position, [7; 32])));
        }
    }
}
