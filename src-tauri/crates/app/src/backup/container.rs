//! The file: a zip with parts of fixed names, and a manifest that says what each part must be.
//!
//! Invariant: nothing is taken from a file that its manifest does not vouch for, by name, size and
//! BLAKE3 hash; no name in a file ever becomes a path; and what a file claims to unfold to is
//! bounded by its own size, so that a small file cannot fill memory or disk.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use event_store::{CopiedLog, DeviceId, Mode};
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use zip::{CompressionMethod, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::{BackupError, Progress, RestoreError, Step, Totals};

/// The form of the file that this release writes, and the latest that it reads.
const FORMAT: i64 = 1;
/// The log, without any key.
pub const LOG: &str = "log.db";
/// The persons' keys, each wrapped by the store's key.
pub const KEYS: &str = "keys.db";
/// The store's key; left out on demand.
pub const STORE_KEY: &str = "store.key";
const MANIFEST: &str = "manifest.json";

/// A manifest is some hundred bytes; more than this is none.
const LARGEST_MANIFEST: u64 = 64 * 1024;
/// A part may unfold to so many times the size of the file. Databases of sealed texts are about
/// a third of their size in it.
const MOST_UNFOLDING: u64 = 200;
/// Whatever the size of the file, parts may be as large as this.
const SMALL: u64 = 4 * 1024 * 1024;
/// Progress is told after so many bytes.
const PIECE: usize = 256 * 1024;
/// The end of a zip without a comment: <https://pkware.cachefly.net/webdocs/APPNOTE/APPNOTE-6.3.9.TXT>,
/// 4.3.16.
const END_RECORD: usize = 22;

/// What a backup says about itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The form of the file.
    pub format: i64,
    /// The release that made it.
    pub program: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// The device that it was made on.
    pub device: String,
    /// What the data is for.
    pub mode: String,
    /// The form of the database: how many migrations it has seen.
    pub form: i64,
    /// How many events it holds; also the last position.
    pub events: i64,
    /// The hash of the device's last event, in hexadecimal digits.
    pub head_hash: String,
    /// The totals; absent if the read models were those of another release.
    pub totals: Option<Totals>,
    /// The parts, in their order.
    pub parts: Vec<Part>,
}

/// A part of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Its size, in bytes.
    pub bytes: u64,
    /// Its BLAKE3 hash, in hexadecimal digits.
    pub blake3: String,
}

impl Manifest {
    /// What a copy of the log is to be called, without its parts.
    pub(super) fn of(copy: &CopiedLog, made_at: Timestamp, totals: Option<Totals>) -> Self {
        Self {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            made_at,
            device: copy.device.to_string(),
            mode: copy.mode.as_str().to_owned(),
            form: copy.form,
            events: copy.position,
            head_hash: blake3::Hash::from_bytes(copy.head_hash).to_hex().to_string(),
            totals,
            parts: Vec::new(),
        }
    }

    /// Whether the backup holds the store's key.
    pub fn has_key(&self) -> bool {
        self.parts.iter().any(|part| part.name == STORE_KEY)
    }

    /// What of the copy is not what the manifest says.
    pub(super) fn contradicted_by(&self, copy: &CopiedLog) -> Option<String> {
        let said = Self::of(copy, self.made_at, None);
        let differs = |what: &str, is: &str, should: &str| {
            (is != should).then(|| format!("its {what} is {is}, and its manifest says {should}"))
        };
        differs("last event", &said.events.to_string(), &self.events.to_string())
            .or_else(|| differs("head", &said.head_hash, &self.head_hash))
            .or_else(|| differs("device", &said.device, &self.device))
            .or_else(|| differs("kind", &said.mode, &self.mode))
            .or_else(|| differs("form", &said.form.to_string(), &self.form.to_string()))
    }

    /// The device that it was made on.
    pub fn device(&self) -> Option<DeviceId> {
        self.device.parse().ok()
    }

    /// What the data is for.
    pub fn mode(&self) -> Option<Mode> {
        [Mode::Real, Mode::Sandbox, Mode::Demo].into_iter().find(|mode| mode.as_str() == self.mode)
    }
}

/// Packs parts and a manifest into a new file, and flushes it to the disk.
pub fn pack(
    file: &Path,
    parts: &[(&str, PathBuf)],
    mut manifest: Manifest,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<Manifest, BackupError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| BackupError::Io { path, source }
    };
    let target = make_private(file).map_err(failed(file))?;
    let mut zip = ZipWriter::new(BufWriter::with_capacity(PIECE, target));
    let zipped = |error: ZipError| BackupError::Io { path: file.to_owned(), source: error.into() };
    let total = parts.iter().map(|(_, path)| path.metadata().map_or(0, |part| part.len())).sum();
    let mut done = 0;
    for (name, path) in parts {
        let mut source = File::open(path).map_err(failed(path))?;
        let bytes = source.metadata().map_err(failed(path))?.len();
        // Speed counts more than size: while it packs, selling goes on.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(1))
            .large_file(u64::from(u32::MAX) / 2 < bytes);
        zip.start_file(*name, options).map_err(zipped)?;
        let mut told = |piece| {
            done += piece;
            progress(Progress { step: Step::Packing, done, total })
        };
        let copied = copy(&mut source, &mut zip, bytes, &mut told).map_err(failed(file))?;
        let Some((bytes, hash)) = copied else { return Err(BackupError::Stopped) };
        let blake3 = hash.to_hex().to_string();
        manifest.parts.push(Part { name: (*name).to_owned(), bytes, blake3 });
    }
    let text = serde_json::to_vec_pretty(&manifest).map_err(|error| failed(file)(error.into()))?;
    zip.start_file(MANIFEST, SimpleFileOptions::default()).map_err(zipped)?;
    zip.write_all(&text).map_err(failed(file))?;
    let written = zip.finish().map_err(zipped)?;
    let written = written.into_inner().map_err(|error| failed(file)(error.into_error()))?;
    written.sync_all().map_err(failed(file))?;
    Ok(manifest)
}

/// A backup that is read.
pub struct Container {
    zip: ZipArchive<BufReader<File>>,
    file: PathBuf,
    /// What it says about itself.
    pub manifest: Manifest,
}

impl Container {
    /// Opens a file, and refuses one whose list of parts is not what it must be.
    pub fn open(file: &Path) -> Result<Self, RestoreError> {
        let mut source = File::open(file).map_err(RestoreError::of_file(file))?;
        let not_ours = || RestoreError::NotABackup { file: file.to_owned() };
        let damaged = |reason: String| RestoreError::Damaged { file: file.to_owned(), reason };
        let size = source.metadata().map_err(RestoreError::io(file))?.len();
        let mut magic = [0; 4];
        if source.read_exact(&mut magic).is_err() || magic != *b"PK\x03\x04" {
            return Err(not_ours());
        }
        check_end(&mut source, size).map_err(|error| damaged(error.to_string()))?;
        source.rewind().map_err(RestoreError::io(file))?;
        let mut zip = ZipArchive::new(BufReader::with_capacity(PIECE, source))
            .map_err(|error| damaged(error.to_string()))?;
        let text = {
            let manifest = match zip.by_name(MANIFEST) {
                Ok(manifest) => manifest,
                // A zip, but none of ours.
                Err(ZipError::FileNotFound) => return Err(not_ours()),
                Err(error) => return Err(damaged(error.to_string())),
            };
            let mut text = Vec::new();
            manifest
                .take(LARGEST_MANIFEST + 1)
                .read_to_end(&mut text)
                .map_err(|error| damaged(error.to_string()))?;
            text
        };
        if LARGEST_MANIFEST < text.len() as u64 {
            return Err(damaged("its manifest is too large".to_owned()));
        }
        let manifest = read_manifest(file, &text)?;
        let container = Self { zip, file: file.to_owned(), manifest };
        container.check_parts(size)?;
        Ok(container)
    }

    /// The names of the parts, each once and all of them, and sizes that a file of this size can
    /// unfold to.
    fn check_parts(&self, size: u64) -> Result<(), RestoreError> {
        let mut listed: Vec<&str> =
            self.manifest.parts.iter().map(|part| part.name.as_str()).collect();
        if !matches!(listed[..], [LOG, KEYS] | [LOG, KEYS, STORE_KEY]) {
            return Err(self.damaged("its manifest does not name the parts of a backup"));
        }
        listed.push(MANIFEST);
        let found: Result<Vec<_>, _> = self.zip.file_names().collect();
        let mut found = found.map_err(|error| self.damaged(&error.to_string()))?;
        listed.sort_unstable();
        found.sort_unstable();
        if listed != found || self.zip.len() != listed.len() {
            return Err(self.damaged("its parts are not those that its manifest names"));
        }
        let most = SMALL.max(size.saturating_mul(MOST_UNFOLDING));
        let claimed = self.manifest.parts.iter().map(|part| part.bytes);
        if most < claimed.fold(0, u64::saturating_add) {
            return Err(self.damaged("it claims to hold more than a file of its size can"));
        }
        Ok(())
    }

    /// Writes a part to a file. It is what the manifest says, to the last byte.
    pub fn unpack(
        &mut self,
        name: &str,
        to: &Path,
        progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<(), RestoreError> {
        let part = self.manifest.parts.iter().find(|part| part.name == name).cloned();
        let Some(part) = part else {
            return Err(self.damaged("one of its parts is missing"));
        };
        let file = self.file.clone();
        let damaged = |reason: String| RestoreError::Damaged { file, reason };
        let mut source = match self.zip.by_name(name) {
            Ok(source) => source,
            Err(error) => return Err(damaged(error.to_string())),
        };
        let mut target = make_private(to).map_err(RestoreError::io(to))?;
        let mut done = 0;
        let mut told = |piece| {
            done += piece;
            progress(Progress { step: Step::Unpacking, done, total: part.bytes })
        };
        let copied = copy(&mut source, &mut target, part.bytes, &mut told);
        match copied {
            Ok(None) => Err(RestoreError::Stopped),
            Ok(Some((bytes, hash)))
                if bytes == part.bytes && hash.to_hex().as_str() == part.blake3 =>
            {
                Ok(())
            }
            Ok(Some(_)) => Err(damaged(format!("its part {name} is not what was written"))),
            // What cannot be unfolded is the file's fault, what cannot be written the disk's.
            Err(error) if is_of_contents(&error) => Err(damaged(format!("{name}: {error}"))),
            Err(error) => Err(RestoreError::io(to)(error)),
        }
    }

    /// Writes the backup to a new file with another content of one part, and flushes it to the
    /// disk.
    pub fn rewrite(&mut self, name: &str, content: &Path, to: &Path) -> Result<(), RestoreError> {
        let file = self.file.clone();
        let damaged = |error: ZipError| RestoreError::Damaged {
            file: file.clone(),
            reason: error.to_string(),
        };
        let mut manifest = self.manifest.clone();
        let target = make_private(to).map_err(RestoreError::io(to))?;
        let mut zip = ZipWriter::new(BufWriter::with_capacity(PIECE, target));
        for part in &mut manifest.parts {
            if part.name != name {
                zip.raw_copy_file(self.zip.by_name(&part.name).map_err(damaged)?)
                    .map_err(damaged)?;
                continue;
            }
            let mut source = File::open(content).map_err(RestoreError::io(content))?;
            let options = SimpleFileOptions::default().large_file(u32::MAX as u64 / 2 < part.bytes);
            zip.start_file(name, options).map_err(damaged)?;
            let copied = copy(&mut source, &mut zip, u64::MAX, &mut |_| true);
            if let Some((bytes, hash)) = copied.map_err(RestoreError::io(to))? {
                part.bytes = bytes;
                part.blake3 = hash.to_hex().to_string();
            }
        }
        let text = serde_json::to_vec_pretty(&manifest)
            .map_err(|error| RestoreError::io(to)(error.into()))?;
        zip.start_file(MANIFEST, SimpleFileOptions::default()).map_err(damaged)?;
        zip.write_all(&text).map_err(RestoreError::io(to))?;
        let written = zip.finish().map_err(damaged)?;
        let written =
            written.into_inner().map_err(|error| RestoreError::io(to)(error.into_error()))?;
        written.sync_all().map_err(RestoreError::io(to))
    }

    fn damaged(&self, reason: &str) -> RestoreError {
        RestoreError::Damaged { file: self.file.clone(), reason: reason.to_owned() }
    }
}

fn is_of_contents(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | Other | UnexpectedEof)
        && error.raw_os_error().is_none()
}

fn read_manifest(file: &Path, text: &[u8]) -> Result<Manifest, RestoreError> {
    #[derive(Deserialize)]
    struct Format {
        format: i64,
    }
    let file = file.to_owned();
    // The form first: a later one may have other fields.
    match serde_json::from_slice(text) {
        Ok(Format { format }) if FORMAT < format => {
            Err(RestoreError::Newer { file, found: format, known: FORMAT })
        }
        Ok(Format { format: FORMAT }) => serde_json::from_slice(text)
            .map_err(|error| RestoreError::Damaged { file, reason: error.to_string() }),
        Ok(_) | Err(_) => Err(RestoreError::NotABackup { file }),
    }
}

/// Refuses a file whose end is not that of a small zip, before its list is read into memory.
fn check_end(source: &mut File, size: u64) -> io::Result<()> {
    let cut_off = || io::Error::other("its end is missing");
    if size < END_RECORD as u64 {
        return Err(cut_off());
    }
    let mut end = [0; END_RECORD];
    source.seek(SeekFrom::End(-(END_RECORD as i64)))?;
    source.read_exact(&mut end)?;
    let entries = u16::from_le_bytes([end[10], end[11]]);
    let list = u32::from_le_bytes([end[12], end[13], end[14], end[15]]);
    if !end.starts_with(b"PK\x05\x06") || 8 < entries || 4_096 < list {
        return Err(cut_off());
    }
    Ok(())
}

/// Copies up to `most` bytes and one more, and hashes them. Nothing if it was stopped.
fn copy(
    from: &mut impl Read,
    to: &mut impl Write,
    most: u64,
    progress: &mut dyn FnMut(u64) -> bool,
) -> io::Result<Option<(u64, blake3::Hash)>> {
    let mut from = from.take(most.saturating_add(1));
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; PIECE];
    let mut bytes = 0;
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(&buffer[..read]);
        to.write_all(&buffer[..read])?;
        bytes += read as u64;
        if !progress(read as u64) {
            return Ok(None);
        }
    }
    Ok(Some((bytes, hasher.finalize())))
}

/// A new file that only its owner can read.
fn make_private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
