//! A stored event, owned and borrowed.

use std::{fmt, str::FromStr};

use kernel::{CommandId, EventId, Timestamp};
use uuid::Uuid;

/// A BLAKE3 hash that stands for an event and the whole history before it.
pub type EventHash = [u8; 32];

/// A device that records events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(Uuid);

impl DeviceId {
    /// The device with this UUID.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The UUID.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for DeviceId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

/// The id of the event at this place in a command: UUID version 8, the first bytes of the BLAKE3
/// hash of the command's id and the ordinal (four bytes, big-endian).
pub fn event_id(command_id: CommandId, ordinal: u32) -> EventId {
    let mut named = [0; 20];
    named[..16].copy_from_slice(command_id.as_bytes());
    named[16..].copy_from_slice(&ordinal.to_be_bytes());
    let hash = blake3::hash(&named);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    EventId::from_uuid(Uuid::new_v8(bytes))
}

/// An event as it stands in the log, borrowed from the row that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredEventRef<'a> {
    /// Place in this device's whole log, from 1.
    pub position: i64,
    /// Derived from the command's id and the ordinal, see [`event_id`].
    pub event_id: EventId,
    /// Aggregate type and id, `order-018f...`.
    pub stream: &'a str,
    /// The device that recorded it.
    pub origin: DeviceId,
    /// Place in that device's own log, from 1.
    pub origin_position: i64,
    /// Place in the stream, from 1, for each origin apart.
    pub revision: i64,
    /// Stored name.
    pub type_name: &'a str,
    /// Version of the stored form.
    pub schema_version: u16,
    /// The data alone: JSON as it was written, personal fields sealed.
    pub payload: &'a str,
    /// The command that caused it.
    pub command_id: CommandId,
    /// Place among the events of that command, from 0.
    pub ordinal: u32,
    /// The flow that it belongs to.
    pub correlation_id: Uuid,
    /// What led to it, if anything in the log did.
    pub causation_id: Option<Uuid>,
    /// Role and station that acted.
    pub actor: &'a str,
    /// Wall clock of the recording device.
    pub recorded_at: Timestamp,
    /// Hybrid logical clock: milliseconds since 1970 in the upper 48 bits, a counter in the lower
    /// 16. It rises with each event of a device, also when the wall clock goes back.
    pub hlc: i64,
    /// Stands for this event and all before it of the same origin.
    pub hash: EventHash,
}

/// An event as it stands in the log. The fields are those of [`StoredEventRef`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "told at StoredEventRef")]
pub struct StoredEvent {
    pub position: i64,
    pub event_id: EventId,
    pub stream: String,
    pub origin: DeviceId,
    pub origin_position: i64,
    pub revision: i64,
    pub type_name: String,
    pub schema_version: u16,
    pub payload: String,
    pub command_id: CommandId,
    pub ordinal: u32,
    pub correlation_id: Uuid,
    pub causation_id: Option<Uuid>,
    pub actor: String,
    pub recorded_at: Timestamp,
    pub hlc: i64,
    pub hash: EventHash,
}

impl StoredEventRef<'_> {
    /// A copy that outlives the row.
    pub fn to_owned(&self) -> StoredEvent {
        StoredEvent {
            position: self.position,
            event_id: self.event_id,
            stream: self.stream.to_owned(),
            origin: self.origin,
            origin_position: self.origin_position,
            revision: self.revision,
            type_name: self.type_name.to_owned(),
            schema_version: self.schema_version,
            payload: self.payload.to_owned(),
            command_id: self.command_id,
            ordinal: self.ordinal,
            correlation_id: self.correlation_id,
            causation_id: self.causation_id,
            actor: self.actor.to_owned(),
            recorded_at: self.recorded_at,
            hlc: self.hlc,
            hash: self.hash,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_an_event_follows_from_its_command_and_its_place() {
        let command = CommandId::from_u128(0x018f_0000_0000_7000_8000_0000_0000_0001);
        let first = event_id(command, 0);
        assert_eq!(first.to_string(), "216a77a8-ae5c-8028-9cb7-f901ad19b07e");
        assert_ne!(first, event_id(command, 1));
        assert_eq!(first.uuid().get_version_num(), 8);
    }
}
