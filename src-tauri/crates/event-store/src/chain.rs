//! The hash chain: what exactly is hashed.
//!
//! `hash = BLAKE3(previous hash ‖ canonical bytes)`, where the previous hash is that of the event
//! before it of the same origin, or 32 zero bytes before its first. The canonical bytes are the
//! fields below, one after the other. Numbers are big-endian; a text is its length in bytes
//! (4 bytes) and its UTF-8. They hold names, never the numbers that stand for them inside one
//! database, and leave out the position, which differs between devices.
//!
//! | field | bytes |
//! | --- | --- |
//! | form of these bytes | 1: the number 1 |
//! | event id | 16 |
//! | stream | text |
//! | origin | 16 |
//! | origin position | 8 |
//! | revision | 8 |
//! | type | text |
//! | schema version | 2 |
//! | payload as stored, sealed fields included | text |
//! | command id | 16 |
//! | ordinal | 4 |
//! | correlation id | 16 |
//! | causation id | 1: the number 0 if there is none; otherwise the number 1, and 16 |
//! | actor | text |
//! | recorded at, microseconds | 8 |
//! | hybrid logical clock | 8 |

use crate::{EventHash, StoredEventRef};

/// Stands before the first event of an origin.
pub(crate) const GENESIS: EventHash = [0; 32];

const FORM: u8 = 1;

/// Appends the bytes that are hashed for an event; its position and hash are not among them.
pub fn canonical_bytes(event: &StoredEventRef<'_>, bytes: &mut Vec<u8>) {
    bytes.push(FORM);
    bytes.extend_from_slice(event.event_id.as_bytes());
    text(bytes, event.stream);
    bytes.extend_from_slice(event.origin.uuid().as_bytes());
    bytes.extend_from_slice(&event.origin_position.to_be_bytes());
    bytes.extend_from_slice(&event.revision.to_be_bytes());
    text(bytes, event.type_name);
    bytes.extend_from_slice(&event.schema_version.to_be_bytes());
    text(bytes, event.payload);
    bytes.extend_from_slice(event.command_id.as_bytes());
    bytes.extend_from_slice(&event.ordinal.to_be_bytes());
    bytes.extend_from_slice(event.correlation_id.as_bytes());
    match event.causation_id {
        None => bytes.push(0),
        Some(cause) => {
            bytes.push(1);
            bytes.extend_from_slice(cause.as_bytes());
        }
    }
    text(bytes, event.actor);
    bytes.extend_from_slice(&event.recorded_at.micros().to_be_bytes());
    bytes.extend_from_slice(&event.hlc.to_be_bytes());
}

/// Texts are bounded far below four gigabytes before they are stored; one that is not could only
/// come from a damaged file, and then the hash must differ, which it does.
fn text(bytes: &mut Vec<u8>, text: &str) {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

/// The hash of an event after this previous hash. `buffer` is only kept to be used again.
pub fn chain_hash(
    previous: &EventHash,
    event: &StoredEventRef<'_>,
    buffer: &mut Vec<u8>,
) -> EventHash {
    buffer.clear();
    buffer.extend_from_slice(previous);
    canonical_bytes(event, buffer);
    blake3::hash(buffer).into()
}

#[cfg(test)]
mod tests {
    use kernel::{CommandId, EventId, Timestamp};
    use uuid::Uuid;

    use super::*;
    use crate::DeviceId;

    fn order_placed() -> StoredEventRef<'static> {
        StoredEventRef {
            position: 7,
            event_id: EventId::from_u128(0x01),
            stream: "order-1",
            origin: DeviceId::from_uuid(Uuid::from_u128(0x02)),
            origin_position: 5,
            revision: 3,
            type_name: "OrderPlaced",
            schema_version: 1,
            payload: r#"{"name":"Zoë"}"#,
            command_id: CommandId::from_u128(0x03),
            ordinal: 4,
            correlation_id: Uuid::from_u128(0x04),
            causation_id: Some(Uuid::from_u128(0x05)),
            actor: "desk-1",
            recorded_at: Timestamp::from_micros(0x0102),
            hlc: 0x0304,
            hash: GENESIS,
        }
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn the_canonical_bytes_are_these() {
        let mut bytes = Vec::new();
        canonical_bytes(&order_placed(), &mut bytes);
        let expected = [
            "01",
            "00000000000000000000000000000001",
            "00000007",
            "6f726465722d31",
            "00000000000000000000000000000002",
            "0000000000000005",
            "0000000000000003",
            "0000000b",
            "4f72646572506c61636564",
            "0001",
            "0000000f",
            "7b226e616d65223a225a6fc3ab227d",
            "00000000000000000000000000000003",
            "00000004",
            "00000000000000000000000000000004",
            "0100000000000000000000000000000005",
            "00000006",
            "6465736b2d31",
            "0000000000000102",
            "0000000000000304",
        ];
        assert_eq!(hex(&bytes), expected.concat());
    }

    #[test]
    fn the_hashes_are_these() {
        let mut buffer = Vec::new();
        let first = chain_hash(&GENESIS, &order_placed(), &mut buffer);
        assert_eq!(hex(&first), "85c6f5616a5225ac754589d880378d8648fae0f7e76b031bd7feebc36bed4dc8");
        let second = StoredEventRef { causation_id: None, ..order_placed() };
        let second = chain_hash(&first, &second, &mut buffer);
        assert_eq!(
            hex(&second),
            "1482f4e559d88e83309d67e6561e0cea223be816ffeabb4f714c142bd5d85a1a"
        );
    }

    #[test]
    fn the_position_is_not_hashed_and_everything_else_is() {
        let event = order_placed();
        let hash = |event: &StoredEventRef<'_>| chain_hash(&GENESIS, event, &mut Vec::new());
        assert_eq!(hash(&event), hash(&StoredEventRef { position: 8, ..event }));
        let altered = [
            StoredEventRef { event_id: EventId::from_u128(9), ..event },
            StoredEventRef { stream: "order-2", ..event },
            StoredEventRef { origin: DeviceId::from_uuid(Uuid::from_u128(9)), ..event },
            StoredEventRef { origin_position: 9, ..event },
            StoredEventRef { revision: 9, ..event },
            StoredEventRef { type_name: "OrderPlaced2", ..event },
            StoredEventRef { schema_version: 9, ..event },
            StoredEventRef { payload: "{}", ..event },
            StoredEventRef { command_id: CommandId::from_u128(9), ..event },
            StoredEventRef { ordinal: 9, ..event },
            StoredEventRef { correlation_id: Uuid::from_u128(9), ..event },
            StoredEventRef { causation_id: None, ..event },
            StoredEventRef { actor: "desk-2", ..event },
            StoredEventRef { recorded_at: Timestamp::from_micros(9), ..event },
            StoredEventRef { hlc: 9, ..event },
        ];
        for other in altered {
            assert_ne!(hash(&event), hash(&other), "{other:?}");
        }
    }
}
