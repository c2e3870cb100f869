//! Money: whole minor units of one currency. There is no float and no conversion.

use std::{fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A currency of ISO 4217.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

/// Why an amount cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The text is no ISO 4217 code.
    #[error("not a currency of ISO 4217")]
    UnknownCurrency,
    /// Two currencies were to be added.
    #[error("{left} and {right} cannot be added")]
    MixedCurrencies {
        /// The first one.
        left: Currency,
        /// The other one.
        right: Currency,
    },
    /// The result does not fit into 64 bits.
    #[error("the amount is too large")]
    Overflow,
}

impl Currency {
    /// US dollar.
    pub const USD: Self = Self(iso_currency::Currency::USD);
    /// Euro.
    pub const EUR: Self = Self(iso_currency::Currency::EUR);

    /// The three capital letters.
    pub fn code(self) -> &'static str {
        self.0.code()
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        iso_currency::Currency::from_code(text).map(Self).ok_or(MoneyError::UnknownCurrency)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Currency {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Currency".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[A-Z]{3}$" })
    }
}

/// An amount in minor units (cents for USD, whole yen for JPY) of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Minor units.
    pub amount: i64,
    /// The currency of the amount.
    pub currency: Currency,
}

impl Money {
    /// So many minor units.
    pub const fn new(amount: i64, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// Nothing, in a currency.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Whether there is nothing to pay.
    pub const fn is_zero(self) -> bool {
        self.amount == 0
    }

    /// The sum.
    ///
    /// # Errors
    /// `MixedCurrencies`, `Overflow`.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::MixedCurrencies { left: self.currency, right: other.currency });
        }
        let amount = self.amount.checked_add(other.amount).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(amount, self.currency))
    }

    /// This amount so many times.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn times(self, count: u32) -> Result<Self, MoneyError> {
        let amount = self.amount.checked_mul(i64::from(count)).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(amount, self.currency))
    }
}

/// `199.00 USD`, with as many places as the currency has; for people to read.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = usize::from(self.currency.0.exponent().unwrap_or(0));
        let sign = if self.amount < 0 { "-" } else { "" };
        let digits = format!("{:0>1$}", self.amount.unsigned_abs(), places + 1);
        let (whole, part) = digits.split_at(digits.len() - places);
        let point = if part.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{part} {}", self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_with_the_places_of_its_currency() {
        let written = |amount, currency: &str| {
            Money::new(amount, currency.parse().expect("a currency")).to_string()
        };
        assert_eq!(written(19_900, "USD"), "199.00 USD");
        assert_eq!(written(5, "EUR"), "0.05 EUR");
        assert_eq!(written(-120, "EUR"), "-1.20 EUR");
        assert_eq!(written(1_900, "JPY"), "1900 JPY");
        assert_eq!(written(1_900, "BHD"), "1.900 BHD");
        assert_eq!(written(i64::MIN, "USD"), "-92233720368547758.08 USD");
    }

    #[test]
    fn dollars_and_euros_do_not_add_up() {
        let sum = Money::new(1, Currency::USD).plus(Money::new(1, Currency::EUR));
        assert_eq!(
            sum,
            Err(MoneyError::MixedCurrencies { left: Currency::USD, right: Currency::EUR })
        );
    }

    #[test]
    fn an_amount_never_wraps_around() {
        assert_eq!(Money::new(i64::MAX, Currency::USD).times(2), Err(MoneyError::Overflow));
        assert_eq!(
            Money::new(i64::MAX, Currency::USD).plus(Money::new(1, Currency::USD)),
            Err(MoneyError::Overflow)
        );
    }

    #[test]
    fn only_iso_4217_codes_are_currencies() {
        assert_eq!("USD".parse(), Ok(Currency::USD));
        assert_eq!("usd".parse::<Currency>(), Err(MoneyError::UnknownCurrency));
        assert_eq!("DUCATS".parse::<Currency>(), Err(MoneyError::UnknownCurrency));
    }
}
