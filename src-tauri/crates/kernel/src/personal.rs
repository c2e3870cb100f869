//! A person's data inside an event: known, sealed, or erased.
//!
//! Clear text never reaches the log: [`Personal`] refuses to be serialized until a [`Vault`] has
//! sealed it under that person's own key. Erasing a person destroys the key, and what the vault
//! cannot open any more reads as erased. Deciders and projections must therefore cope with
//! [`Personal::Erased`]. Source: the event store's page, "Sealed personal data".

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned, ser};

use crate::PersonId;

/// Seals and opens the personal fields of one event under the keys of the persons.
pub trait Vault {
    /// The sealed form of a field, as text; makes the person's key if there is none yet.
    fn seal(&mut self, person: PersonId, field: &str, clear: &[u8]) -> String;

    /// The clear bytes, or nothing if the key is destroyed or the text was altered.
    fn open(&mut self, person: PersonId, field: &str, sealed: &str) -> Option<Vec<u8>>;
}

/// Data about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Personal<T> {
    /// In clear, in memory only.
    Known {
        /// Whose it is.
        person: PersonId,
        /// The data.
        value: T,
    },
    /// As stored.
    Sealed {
        /// Whose it is.
        person: PersonId,
        /// The vault's text.
        sealed: String,
    },
    /// The person was erased.
    Erased {
        /// Whose it was.
        person: PersonId,
    },
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored<'a> {
    person: PersonId,
    sealed: std::borrow::Cow<'a, str>,
}

/// Personal data was about to be stored in clear: a field is missing in the event's `seal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("personal data must be sealed before it is stored")]
pub struct Unsealed;

impl<T> Personal<T> {
    /// Known data of a person.
    pub const fn known(person: PersonId, value: T) -> Self {
        Self::Known { person, value }
    }

    /// Whose data it is.
    pub const fn person(&self) -> PersonId {
        match self {
            Self::Known { person, .. } | Self::Sealed { person, .. } | Self::Erased { person } => {
                *person
            }
        }
    }

    /// The data, unless the person was erased (or it was never opened).
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Known { value, .. } => Some(value),
            Self::Sealed { .. } | Self::Erased { .. } => None,
        }
    }
}

impl<T: Serialize + DeserializeOwned> Personal<T> {
    /// Seals known data; leaves the rest as it is. `field` names the place within the event.
    pub fn seal(&mut self, vault: &mut dyn Vault, field: &str) {
        if let Self::Known { person, value } = self
            && let Ok(clear) = serde_json::to_vec(value)
        {
            let sealed = vault.seal(*person, field, &clear);
            *self = Self::Sealed { person: *person, sealed };
        }
    }

    /// Opens sealed data; what cannot be opened is erased.
    pub fn open(&mut self, vault: &mut dyn Vault, field: &str) {
        if let Self::Sealed { person, sealed } = self {
            let person = *person;
            *self = vault
                .open(person, field, sealed)
                .and_then(|clear| serde_json::from_slice(&clear).ok())
                .map_or(Self::Erased { person }, |value| Self::Known { person, value });
        }
    }
}

impl<T> Serialize for Personal<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Sealed { person, sealed } => {
                Stored { person: *person, sealed: sealed.as_str().into() }.serialize(serializer)
            }
            Self::Known { .. } | Self::Erased { .. } => Err(ser::Error::custom(Unsealed)),
        }
    }
}

impl<'de, T> Deserialize<'de> for Personal<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        Ok(Self::Sealed { person: stored.person, sealed: stored.sealed.into_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: PersonId = PersonId::from_u128(1);

    /// Turns the bytes into text and back, and forgets people on demand.
    struct Hex {
        erased: bool,
    }

    impl Vault for Hex {
        fn seal(&mut self, _: PersonId, field: &str, clear: &[u8]) -> String {
            format!("{field}:{}", clear.iter().map(|b| format!("{b:02x}")).collect::<String>())
        }

        fn open(&mut self, _: PersonId, field: &str, sealed: &str) -> Option<Vec<u8>> {
            let hex = sealed.strip_prefix(&format!("{field}:"))?;
            let byte = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
            (!self.erased).then(|| (0..hex.len()).step_by(2).filter_map(byte).collect())
        }
    }

    #[test]
    fn clear_data_cannot_be_stored() {
        let name = Personal::known(ANNA, "Anna".to_owned());
        let refused = serde_json::to_string(&name).unwrap_err();
        assert_eq!(refused.to_string(), Unsealed.to_string());
    }

    #[test]
    fn sealed_data_comes_back() {
        let mut vault = Hex { erased: false };
        let mut name = Personal::known(ANNA, "Anna".to_owned());
        name.seal(&mut vault, "name");
        let stored = serde_json::to_string(&name).unwrap();
        assert!(!stored.contains("Anna"));
        let mut read: Personal<String> = serde_json::from_str(&stored).unwrap();
        read.open(&mut vault, "name");
        assert_eq!(read.value().map(String::as_str), Some("Anna"));
    }

    #[test]
    fn an_erased_person_stays_unknown() {
        let mut name = Personal::known(ANNA, "Anna".to_owned());
        name.seal(&mut Hex { erased: false }, "name");
        name.open(&mut Hex { erased: true }, "name");
        assert_eq!(name, Personal::Erased { person: ANNA });
    }
}
