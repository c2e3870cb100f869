//! The one fact about persons that belongs to no context: that somebody was erased.

use serde::{Deserialize, Serialize};

use crate::{DecodeError, DomainEvent, PersonId};

/// What can have happened to a person's data as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonEvent {
    /// The key was destroyed.
    PersonErased(PersonErased),
}

/// The key of an entry was destroyed. Survives in backups' logs, so that a restore can apply it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonErased {
    /// The entry.
    pub person_id: PersonId,
    /// Why; holds no name.
    pub reason: String,
}

impl DomainEvent for PersonEvent {
    const TYPES: &'static [&'static str] = &["PersonErased"];

    fn type_name(&self) -> &'static str {
        match self {
            Self::PersonErased(_) => "PersonErased",
        }
    }

    fn encode(&self) -> Result<String, serde_json::Error> {
        match self {
            Self::PersonErased(event) => serde_json::to_string(event),
        }
    }

    fn decode(type_name: &str, schema_version: u16, payload: &str) -> Result<Self, DecodeError> {
        match (type_name, schema_version) {
            ("PersonErased", 1) => serde_json::from_str(payload)
                .map(Self::PersonErased)
                .map_err(|source| DecodeError::malformed(type_name, source)),
            _ => Err(DecodeError::unknown(type_name, schema_version)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_form_of_an_erasure_stays() {
        let path =
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/data/events/PersonErased.v1.json");
        let stored = std::fs::read_to_string(path).unwrap();
        let event = PersonEvent::decode("PersonErased", 1, stored.trim_end()).unwrap();
        assert_eq!(event.encode().unwrap(), stored.trim_end());
    }
}
