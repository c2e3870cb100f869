//! What is known of a person: a name, and an address to write to.

use std::{fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text is no name or no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPerson {
    /// Nothing was given.
    #[error("is required")]
    Empty,
    /// More than the limit.
    #[error("has more than {0} characters")]
    TooLong(usize),
    /// A control or text-direction character, which could make a name read as another.
    #[error("has a control character")]
    ControlCharacter,
    /// Not of the form name@host.
    #[error("is not an e-mail address")]
    NotAnEmail,
}

/// One part of a person's name: trimmed, not empty, at most 100 characters, on one line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonName(String);

/// An e-mail address as it was typed. Two are the same one without regard to case.
#[derive(Debug, Clone)]
pub struct EmailAddress(String);

/// Characters that break a line or turn its direction.
fn is_forbidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

impl PersonName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PersonName {
    type Err = InvalidPerson;

    fn from_str(text: &str) -> Result<Self, InvalidPerson> {
        let name = text.trim();
        if name.is_empty() {
            return Err(InvalidPerson::Empty);
        }
        if 100 < name.chars().count() {
            return Err(InvalidPerson::TooLong(100));
        }
        if name.chars().any(is_forbidden) {
            return Err(InvalidPerson::ControlCharacter);
        }
        Ok(Self(name.to_owned()))
    }
}

impl EmailAddress {
    /// The address as it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form by which two addresses are compared.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl FromStr for EmailAddress {
    type Err = InvalidPerson;

    fn from_str(text: &str) -> Result<Self, InvalidPerson> {
        let address = text.trim();
        if address.is_empty() {
            return Err(InvalidPerson::Empty);
        }
        if 254 < address.len() {
            return Err(InvalidPerson::TooLong(254));
        }
        let options = email_address::Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        match email_address::EmailAddress::parse_with_options(address, options) {
            // A quoted name may hold anything; no mail program that we know sends to one.
            Ok(_) if !address.chars().any(|one| is_forbidden(one) || one == '"') => {
                Ok(Self(address.to_owned()))
            }
            _ => Err(InvalidPerson::NotAnEmail),
        }
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for EmailAddress {}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for PersonName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PersonName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for EmailAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for EmailAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for PersonName {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PersonName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "maxLength": 100 })
    }
}

impl JsonSchema for EmailAddress {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "EmailAddress".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "email", "maxLength": 254 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_differ_in_case_are_the_same() {
        let typed: EmailAddress = "Anna@Example.org".parse().unwrap();
        assert_eq!(Ok(typed), "anna@example.ORG".parse());
    }

    #[test]
    fn what_cannot_be_written_to_is_no_address() {
        for text in ["anna", "anna@", "@example.org", "anna@example", "\"a b\"@example.org"] {
            assert_eq!(text.parse::<EmailAddress>(), Err(InvalidPerson::NotAnEmail), "{text}");
        }
        assert_eq!(" ".parse::<EmailAddress>(), Err(InvalidPerson::Empty));
    }

    #[test]
    fn a_name_stays_on_one_line_and_reads_in_one_direction() {
        assert_eq!("  Zoë  ".parse::<PersonName>().unwrap().as_str(), "Zoë");
        assert_eq!("Anna\nAdmin".parse::<PersonName>(), Err(InvalidPerson::ControlCharacter));
        assert_eq!("Anna\u{202E}".parse::<PersonName>(), Err(InvalidPerson::ControlCharacter));
        assert_eq!("".parse::<PersonName>(), Err(InvalidPerson::Empty));
        assert_eq!("x".repeat(101).parse::<PersonName>(), Err(InvalidPerson::TooLong(100)));
    }
}
