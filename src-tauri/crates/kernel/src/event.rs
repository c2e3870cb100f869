//! Events, and the forms in which they are stored.

use uuid::Uuid;

use crate::{CommandId, EventId, Timestamp, Vault};

/// Something that happened. Its stored name and fields are forever.
pub trait DomainEvent: Sized {
    /// The stored names of all events of this kind, which decide who decodes a stored event.
    const TYPES: &'static [&'static str];

    /// The stored name.
    fn type_name(&self) -> &'static str;

    /// The version of the stored form that [`encode`](Self::encode) writes.
    fn schema_version(&self) -> u16 {
        1
    }

    /// The stored form: the data alone, compact JSON.
    ///
    /// # Errors
    /// Personal data is not sealed.
    fn encode(&self) -> Result<String, serde_json::Error>;

    /// Reads a stored form of any version there ever was.
    ///
    /// # Errors
    /// The name or version is not known here, or the data is not of that form.
    fn decode(type_name: &str, schema_version: u16, payload: &str) -> Result<Self, DecodeError>;

    /// Seals every personal field.
    fn seal(&mut self, _vault: &mut dyn Vault) {}

    /// Opens every personal field.
    fn open(&mut self, _vault: &mut dyn Vault) {}
}

/// Why a stored event cannot be understood. It is kept and quarantined, never dropped.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// An event of a later release.
    #[error("no event {type_name} of version {schema_version} is known here")]
    Unknown {
        /// The stored name.
        type_name: String,
        /// The stored version.
        schema_version: u16,
    },
    /// The data does not have the form of its type.
    #[error("the data of {type_name} cannot be read: {source}")]
    Malformed {
        /// The stored name.
        type_name: String,
        /// What the reader found.
        source: serde_json::Error,
    },
}

impl DecodeError {
    /// The stored name or version is not known.
    pub fn unknown(type_name: &str, schema_version: u16) -> Self {
        Self::Unknown { type_name: type_name.to_owned(), schema_version }
    }

    /// The data does not have the form of its type.
    pub fn malformed(type_name: &str, source: serde_json::Error) -> Self {
        Self::Malformed { type_name: type_name.to_owned(), source }
    }
}

/// An event with what the log knows about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded<E> {
    /// Its place in this device's whole log, from 1.
    pub position: i64,
    /// Its place in its stream, from 1.
    pub revision: i64,
    /// Its id.
    pub event_id: EventId,
    /// The command that caused it.
    pub command_id: CommandId,
    /// The device that recorded it.
    pub device: Uuid,
    /// Who acted: role and station, never a person's name.
    pub actor: String,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// What happened.
    pub event: E,
}
