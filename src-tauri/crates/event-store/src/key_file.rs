//! The store's key: one file, which wraps the keys of all persons.
//!
//! It is kept out of the database so that a copy of the database alone tells nothing about
//! anybody. Only its owner may read it. The form is one line: `lanyard-store-key-1`, a space, and
//! the 32 bytes in base64.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use zeroize::Zeroizing;

use crate::OpenError;

/// The key file's name in the data folder.
pub const KEY_FILE: &str = "store.key";

const HEADING: &str = "lanyard-store-key-1 ";

/// 256 bits that nobody else knows; forgotten when dropped.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// The key of a store, on its way into a backup or out of it.
pub struct StoreKey(Key);

impl StoreKey {
    /// The key of a data folder.
    ///
    /// # Errors
    /// `KeyMissing`, `WrongKey`, `Io`.
    pub fn of_folder(folder: &Path) -> Result<Self, OpenError> {
        read_key(folder).map(Self)
    }

    /// Reads what a key file holds; nothing if that is no key.
    pub fn from_text(text: &[u8]) -> Option<Self> {
        parse(text).map(Self)
    }

    /// What its file holds.
    pub fn to_text(&self) -> Zeroizing<String> {
        to_text(&self.0)
    }

    /// Tells whether it is the key that a database names.
    pub fn is_named(&self, key_check: &str) -> bool {
        self::key_check(&self.0) == key_check
    }

    /// Writes the key file of a folder that has none.
    ///
    /// # Errors
    /// `NotWritable`, `Io`.
    pub fn write_to(&self, folder: &Path) -> Result<(), OpenError> {
        let path = folder.join(KEY_FILE);
        write_whole(&path, self.to_text().as_bytes()).map_err(|source| OpenError::io(path, source))
    }
}

fn to_text(key: &Key) -> Zeroizing<String> {
    let encoded = Zeroizing::new(BASE64_STANDARD.encode(**key));
    Zeroizing::new(format!("{HEADING}{}\n", *encoded))
}

/// Makes a key from the operating system's random numbers.
pub(crate) fn random_key() -> Result<Key, getrandom::Error> {
    let mut key = Key::default();
    getrandom::fill(&mut *key)?;
    Ok(key)
}

/// Reads the key of the folder.
pub(crate) fn read_key(folder: &Path) -> Result<Key, OpenError> {
    let path = folder.join(KEY_FILE);
    let text = match fs::read(&path) {
        Ok(text) => Zeroizing::new(text),
        Err(source) if source.kind() == io::ErrorKind::NotFound => {
            return Err(OpenError::KeyMissing { path });
        }
        Err(source) => return Err(OpenError::Io { path, source }),
    };
    parse(&text).ok_or(OpenError::WrongKey { path })
}

fn parse(text: &[u8]) -> Option<Key> {
    let encoded = text.strip_prefix(HEADING.as_bytes())?.trim_ascii_end();
    let bytes = Zeroizing::new(BASE64_STANDARD.decode(encoded).ok()?);
    let mut key = Key::default();
    (bytes.len() == key.len()).then(|| key.copy_from_slice(&bytes))?;
    Some(key)
}

/// Reads the key of a folder without a database, or makes it. A key is there already if the first
/// start was interrupted.
pub(crate) fn read_or_make_key(folder: &Path) -> Result<Key, OpenError> {
    match read_key(folder) {
        Err(OpenError::KeyMissing { path }) => {
            let key = random_key().map_err(OpenError::NoRandomness)?;
            write_whole(&path, to_text(&key).as_bytes())
                .map_err(|source| OpenError::io(path, source))?;
            Ok(key)
        }
        other => other,
    }
}

/// Tells keys apart without giving them away; stored in the database.
pub(crate) fn key_check(key: &Key) -> String {
    let check = blake3::derive_key("lanyard 2026-11-23 store key check", &**key);
    BASE64_STANDARD.encode(&check[..16])
}

/// Writes a file that is afterwards there as a whole or not at all, readable by its owner only.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    sync_folder(path)
}

/// Makes a new name in a folder survive a power cut. Windows does so by itself.
pub(crate) fn sync_folder(file_in_it: &Path) -> io::Result<()> {
    match file_in_it.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
