//! The stored forms, which are forever.

use std::{fs, path::PathBuf};

use kernel::{DecodeError, DomainEvent, PersonId, Personal, Vault};

use super::scene::*;
use crate::*;

/// One of each, as stored: the personal fields sealed.
fn samples() -> Vec<ConferenceEvent> {
    vec![
        ConferenceEvent::ConferenceCreated(Box::new(ConferenceCreated {
            owner: Personal::Sealed { person: OLGA, sealed: "c2VhbGVk".into() },
            ..creation_event()
        })),
        ConferenceEvent::ConferenceUpdated(ConferenceUpdated {
            conference_id: RUSTCONF,
            details: ConferenceDetails { tagline: None, ..details() },
        }),
        published(),
        ConferenceEvent::ConferenceUnpublished(ConferenceUnpublished {
            conference_id: RUSTCONF,
            redirect_url: Some("https://example.org/closed".into()),
        }),
        ConferenceEvent::SeatCreated(general(100)),
        ConferenceEvent::SeatUpdated(SeatUpdated { terms: general(5), quantity_change: -95 }),
        ConferenceEvent::SeatTypeDefined(general(100)),
        ConferenceEvent::SeatTypeChanged(general(50)),
        ConferenceEvent::SeatTypeDeleted(SeatTypeDeleted {
            conference_id: RUSTCONF,
            seat_type_id: GENERAL,
        }),
        ConferenceEvent::InvoicePolicyChanged(InvoicePolicyChanged {
            conference_id: RUSTCONF,
            invoice_policy: InvoicePolicy::PayFirst(14),
        }),
        ConferenceEvent::RedirectChanged(RedirectChanged {
            conference_id: RUSTCONF,
            redirect_url: Some("https://example.org/next-year".into()),
        }),
    ]
}

fn golden(type_name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/data/events");
    let file = folder.join(format!("{type_name}.v1.json"));
    let text = fs::read_to_string(&file);
    let text = text.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    text.strip_suffix('\n').expect("a text file ends with a line break").to_owned()
}

#[test]
fn every_event_reads_and_writes_its_golden_file() {
    let samples = samples();
    let names: Vec<_> = samples.iter().map(ConferenceEvent::type_name).collect();
    assert_eq!(names, ConferenceEvent::TYPES);
    for sample in samples {
        let stored = golden(sample.type_name());
        assert_eq!(sample.encode().unwrap(), stored);
        assert_eq!(ConferenceEvent::decode(sample.type_name(), 1, &stored).unwrap(), sample);
    }
}

#[test]
fn an_event_of_a_later_release_is_unknown() {
    let unknown = |name, version| {
        matches!(ConferenceEvent::decode(name, version, "{}"), Err(DecodeError::Unknown { .. }))
    };
    assert!(unknown("ConferenceMoved", 1));
    assert!(unknown("ConferencePublished", 2));
    let malformed = ConferenceEvent::decode("ConferencePublished", 1, "{}");
    assert!(matches!(malformed, Err(DecodeError::Malformed { .. })));
}

/// Keeps the clear bytes as text, under the field's name.
struct Drawer;

impl Vault for Drawer {
    fn seal(&mut self, _: PersonId, field: &str, clear: &[u8]) -> String {
        format!("{field}={}", String::from_utf8(clear.to_vec()).unwrap())
    }

    fn open(&mut self, _: PersonId, field: &str, sealed: &str) -> Option<Vec<u8>> {
        Some(sealed.strip_prefix(field)?.strip_prefix('=')?.as_bytes().to_vec())
    }
}

#[test]
fn the_owner_is_sealed_before_the_event_is_stored() {
    let clear = created();
    assert!(clear.encode().is_err());
    let mut event = clear.clone();
    event.seal(&mut Drawer);
    let stored = event.encode().unwrap();
    let mut read = ConferenceEvent::decode(event.type_name(), 1, &stored).unwrap();
    read.open(&mut Drawer);
    assert_eq!(read, clear);
}
