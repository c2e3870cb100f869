//! Access codes: short enough to read out, without letters that look alike.

use std::{fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Capital letters and digits without the look-alikes `0 O 1 I L U`: thirty characters.
pub const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Five characters of [`ALPHABET`], which find a conference or an order again together with an
/// e-mail address. Compared without regard to case: it is held in capitals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccessCode([u8; 5]);

/// The text cannot be an access code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an access code has five letters or digits, none of 0 O 1 I L U")]
pub struct InvalidAccessCode;

impl AccessCode {
    /// The code that this random number stands for; evenly spread for numbers below 30^5.
    pub fn from_number(number: u64) -> Self {
        let mut rest = number;
        let mut code = [0; 5];
        for place in &mut code {
            *place = ALPHABET[usize::try_from(rest % 30).unwrap_or(0)];
            rest /= 30;
        }
        Self(code)
    }

    /// The five characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for AccessCode {
    type Err = InvalidAccessCode;

    fn from_str(text: &str) -> Result<Self, InvalidAccessCode> {
        let bytes: [u8; 5] = text
            .trim()
            .to_ascii_uppercase()
            .into_bytes()
            .try_into()
            .map_err(|_| InvalidAccessCode)?;
        if bytes.iter().all(|byte| ALPHABET.contains(byte)) {
            Ok(Self(bytes))
        } else {
            Err(InvalidAccessCode)
        }
    }
}

impl fmt::Display for AccessCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for AccessCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for AccessCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for AccessCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for AccessCode {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AccessCode".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[2-9A-HJKMNP-TV-Z]{5}$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_typed_in_lower_case_is_the_same_code() {
        assert_eq!("k7qxm".parse::<AccessCode>(), "K7QXM".parse());
    }

    #[test]
    fn look_alikes_are_no_part_of_a_code() {
        for text in ["K7QX0", "K7QXO", "K7QX1", "K7QXI", "K7QXL", "K7QXU", "K7QX", "K7QXMM", "ä7QX"]
        {
            assert_eq!(text.parse::<AccessCode>(), Err(InvalidAccessCode), "{text}");
        }
    }

    #[test]
    fn every_number_is_a_code() {
        for number in [0, 29, 30, 24_299_999, u64::MAX] {
            let code = AccessCode::from_number(number);
            assert_eq!(code.as_str().parse(), Ok(code));
        }
    }
}
