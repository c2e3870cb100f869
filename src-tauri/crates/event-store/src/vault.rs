//! Sealing personal data, each person's under their own key.
//!
//! A sealed field is base64 of a random nonce (24 bytes) and the XChaCha20-Poly1305 ciphertext. The
//! associated data are the event's id (16 bytes), and its type and the field's name, each after its
//! length (4 bytes, big-endian): a sealed text is worth nothing at another place. A person's key is
//! 256 random bits, sealed in the same way under the store's key, with `person key` and the
//! person's id as associated data. Secrets of the installation are wrapped in the same way, with
//! `secret` and their place.
//!
//! Invariant: a key that was destroyed never comes back, not even as a new one. Keys are read from
//! the database for each field and not kept: that costs some two microseconds, and neither a
//! transaction that goes back nor an erasure can leave a key in memory that the log does not know.

use std::{cell::RefCell, fmt, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use kernel::{EventId, PersonId, Vault};
use rusqlite::{Connection, OptionalExtension, params};
use zeroize::Zeroizing;

use crate::key_file::{Key, random_key};

const NONCE_BYTES: usize = 24;

/// Why personal data could neither be sealed nor be called erased.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// SQLite refused.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The operating system gave no random numbers.
    #[error("the operating system gives no random numbers: {0}")]
    NoRandomness(#[from] getrandom::Error),
    /// The stored key of a person is damaged.
    #[error("the key of person {0} is damaged")]
    DamagedKey(PersonId),
    /// The data is larger than the cipher can take.
    #[error("the data is too large to be sealed")]
    TooLarge,
    /// A reader does not seal.
    #[error("personal data can be sealed by the writer only")]
    ReadOnly,
}

/// The keys of all persons of a data folder. A clone may go to another thread.
#[derive(Clone)]
pub struct PersonKeys(Arc<Key>);

/// Seals and opens the personal fields of one event. From [`PersonKeys::for_event`] it opens only.
#[derive(Debug)]
pub struct EventVault<'a> {
    keys: &'a PersonKeys,
    connection: &'a Connection,
    event_id: EventId,
    type_name: &'a str,
    /// The store's, if this vault may seal.
    store_failure: Option<&'a RefCell<Option<VaultError>>>,
    failure: Option<VaultError>,
}

/// What is known about a person's key.
enum PersonKey {
    Known(Key),
    Destroyed,
    Missing,
}

impl PersonKeys {
    pub(crate) fn new(key: Key) -> Self {
        Self(Arc::new(key))
    }

    /// A secret of this installation for one purpose. It follows from the store's key, so that the
    /// database alone does not hold it.
    pub fn secret(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(purpose, self.0.as_slice())
    }

    /// Wraps a secret that is nobody's personal data, such as a password, under the store's key.
    /// Only for the same place can it be unwrapped.
    ///
    /// # Errors
    /// The operating system gives no random numbers.
    pub fn wrap_secret(&self, place: &str, secret: &str) -> Result<String, VaultError> {
        Ok(BASE64_STANDARD.encode(seal(&self.0, &secret_of(place), secret.as_bytes())?))
    }

    /// Unwraps a secret; nothing if it was altered, is of another place, or of another store.
    pub fn unwrap_secret(&self, place: &str, wrapped: &str) -> Option<Zeroizing<String>> {
        let wrapped = BASE64_STANDARD.decode(wrapped).ok()?;
        let secret = open(&self.0, &secret_of(place), &wrapped)?;
        String::from_utf8(secret).ok().map(Zeroizing::new)
    }

    /// Opens the personal fields of one event, for a reader, with the keys that its connection
    /// sees.
    pub fn for_event<'a>(
        &'a self,
        connection: &'a Connection,
        event_id: EventId,
        type_name: &'a str,
    ) -> EventVault<'a> {
        let (store_failure, failure) = (None, None);
        EventVault { keys: self, connection, event_id, type_name, store_failure, failure }
    }

    pub(crate) fn sealing<'a>(
        &'a self,
        connection: &'a Connection,
        event_id: EventId,
        type_name: &'a str,
        store_failure: &'a RefCell<Option<VaultError>>,
    ) -> EventVault<'a> {
        let store_failure = Some(store_failure);
        EventVault { store_failure, ..self.for_event(connection, event_id, type_name) }
    }
}

impl fmt::Debug for PersonKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonKeys")
    }
}

impl EventVault<'_> {
    /// What went wrong for another reason than a destroyed key or an altered text. A reader must
    /// look here before it shows a person as erased; for the writer, the store does.
    pub fn failure(&self) -> Option<&VaultError> {
        self.failure.as_ref()
    }

    fn try_seal(&self, person: PersonId, field: &str, clear: &[u8]) -> Result<String, VaultError> {
        if self.store_failure.is_none() {
            return Err(VaultError::ReadOnly);
        }
        let key = match self.key(person)? {
            PersonKey::Known(key) => key,
            PersonKey::Missing => self.make_key(person)?,
            // Nobody keeps this one.
            PersonKey::Destroyed => random_key()?,
        };
        Ok(BASE64_STANDARD.encode(seal(&key, &self.place(field), clear)?))
    }

    fn try_open(
        &self,
        person: PersonId,
        field: &str,
        sealed: &str,
    ) -> Result<Option<Vec<u8>>, VaultError> {
        let PersonKey::Known(key) = self.key(person)? else { return Ok(None) };
        let Ok(sealed) = BASE64_STANDARD.decode(sealed) else { return Ok(None) };
        Ok(open(&key, &self.place(field), &sealed))
    }

    fn key(&self, person: PersonId) -> Result<PersonKey, VaultError> {
        let row: Option<Option<Vec<u8>>> = self
            .connection
            .prepare_cached("SELECT wrapped FROM person_keys WHERE person = ?1")?
            .query_row([person.uuid()], |row| row.get(0))
            .optional()?;
        let wrapped = match row {
            None => return Ok(PersonKey::Missing),
            Some(None) => return Ok(PersonKey::Destroyed),
            Some(Some(wrapped)) => wrapped,
        };
        let bytes = open(&self.keys.0, &owner(person), &wrapped).map(Zeroizing::new);
        let mut key = Key::default();
        match bytes {
            Some(bytes) if bytes.len() == key.len() => key.copy_from_slice(&bytes),
            _ => return Err(VaultError::DamagedKey(person)),
        }
        Ok(PersonKey::Known(key))
    }

    fn make_key(&self, person: PersonId) -> Result<Key, VaultError> {
        let key = random_key()?;
        let wrapped = seal(&self.keys.0, &owner(person), &*key)?;
        self.connection
            .prepare_cached("INSERT INTO person_keys (person, wrapped) VALUES (?1, ?2)")?
            .execute(params![person.uuid(), wrapped])?;
        Ok(key)
    }

    /// The associated data.
    fn place(&self, field: &str) -> Vec<u8> {
        let mut place = self.event_id.as_bytes().to_vec();
        for name in [self.type_name, field] {
            let length = u32::try_from(name.len()).unwrap_or(u32::MAX);
            place.extend_from_slice(&length.to_be_bytes());
            place.extend_from_slice(name.as_bytes());
        }
        place
    }

    fn fail(&mut self, failure: VaultError) {
        match self.store_failure {
            Some(store) => drop(store.replace(Some(failure))),
            None => self.failure = Some(failure),
        }
    }
}

impl Vault for EventVault<'_> {
    /// A failure gives an empty text, which nothing opens, and the store refuses to go on.
    fn seal(&mut self, person: PersonId, field: &str, clear: &[u8]) -> String {
        self.try_seal(person, field, clear).unwrap_or_else(|failure| {
            self.fail(failure);
            String::new()
        })
    }

    fn open(&mut self, person: PersonId, field: &str, sealed: &str) -> Option<Vec<u8>> {
        self.try_open(person, field, sealed).unwrap_or_else(|failure| {
            self.fail(failure);
            None
        })
    }
}

/// Whether a person has a key.
pub(crate) fn has_key(connection: &Connection, person: PersonId) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM person_keys WHERE person = ?1 AND wrapped IS NOT NULL")?
        .exists([person.uuid()])
}

/// Destroys a person's key, and remembers that it was destroyed.
pub(crate) fn destroy(connection: &Connection, person: PersonId) -> rusqlite::Result<()> {
    // Overwritten in its own place first: a shorter row might leave the old bytes in the page.
    connection
        .prepare_cached(
            "UPDATE person_keys SET wrapped = zeroblob(length(wrapped))
             WHERE person = ?1 AND wrapped IS NOT NULL",
        )?
        .execute([person.uuid()])?;
    connection
        .prepare_cached(
            "INSERT INTO person_keys (person, wrapped) VALUES (?1, NULL)
             ON CONFLICT (person) DO UPDATE SET wrapped = NULL",
        )?
        .execute([person.uuid()])?;
    Ok(())
}

fn owner(person: PersonId) -> Vec<u8> {
    [b"person key", person.as_bytes().as_slice()].concat()
}

fn secret_of(place: &str) -> Vec<u8> {
    [b"secret ", place.as_bytes()].concat()
}

fn seal(key: &Key, place: &[u8], clear: &[u8]) -> Result<Vec<u8>, VaultError> {
    let mut nonce = [0; NONCE_BYTES];
    getrandom::fill(&mut nonce)?;
    let sealed = XChaCha20Poly1305::new((&**key).into())
        .encrypt(&XNonce::from(nonce), Payload { msg: clear, aad: place })
        .map_err(|_| VaultError::TooLarge)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn open(key: &Key, place: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    XChaCha20Poly1305::new((&**key).into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: place })
        .ok()
}
