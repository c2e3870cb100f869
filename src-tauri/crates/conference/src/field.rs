//! What can be wrong with one field of a form.

use std::fmt;

/// One field of a command that cannot be accepted as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name on the wire, such as `startDate`.
    pub field: &'static str,
    /// The rule that it breaks.
    pub rule: FieldRule,
}

/// The rules for fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FieldRule {
    /// Nothing was given.
    #[error("is required")]
    Required,
    /// Fewer characters than this.
    #[error("has fewer than {shortest} characters")]
    TooShort {
        /// The least number of characters.
        shortest: usize,
    },
    /// More characters than this.
    #[error("has more than {longest} characters")]
    TooLong {
        /// The greatest number of characters.
        longest: usize,
    },
    /// A control or text-direction character.
    #[error("has a control character")]
    ControlCharacter,
    /// Not of the form name@host.
    #[error("is not an e-mail address")]
    NotAnEmail,
    /// Not 2 to 64 letters, digits, `-` or `_`.
    #[error("must be 2 to 64 letters, digits, '-' or '_'")]
    MalformedSlug,
    /// An address of the application itself.
    #[error("is reserved")]
    ReservedSlug,
    /// Another conference has it, perhaps in other capitals.
    #[error("is taken by another conference")]
    SlugTaken,
    /// Not a day of the form YYYY-MM-DD.
    #[error("is not a day such as 2026-11-23")]
    NotADate,
    /// The conference would end before it starts.
    #[error("is before the first day")]
    EndsBeforeStart,
    /// Not in the IANA database.
    #[error("is not a time zone such as Europe/Berlin")]
    UnknownTimeZone,
    /// Not in ISO 4217.
    #[error("is not a currency such as EUR")]
    UnknownCurrency,
    /// Below zero, or more than 1,000,000,000,000 minor units.
    #[error("must be 0 or more")]
    PriceOutOfRange,
    /// A price in another currency than the conference's.
    #[error("must be in the currency of the conference")]
    OtherCurrency,
    /// Below zero, or more than 100,000.
    #[error("must be 0 to 100000")]
    QuantityOutOfRange,
    /// Not an address of http or https.
    #[error("is not a web address such as https://example.org")]
    NotAWebAddress,
    /// Not 1 to 365 days.
    #[error("must be 1 to 365 days")]
    DaysOutOfRange,
    /// Another conference has this id and is not the same.
    #[error("is the id of another conference")]
    ConferenceIdTaken,
    /// Another seat type has this id and is not the same.
    #[error("is the id of another seat type")]
    SeatTypeIdTaken,
}

impl FieldRule {
    /// The code on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Required => "InvalidRequired",
            Self::TooShort { .. } => "InvalidTooShort",
            Self::TooLong { .. } => "InvalidTooLong",
            Self::NotAnEmail => "InvalidEmail",
            Self::MalformedSlug => "InvalidSlug",
            Self::ReservedSlug => "InvalidSlugReserved",
            Self::SlugTaken => "InvalidSlugTaken",
            Self::NotADate | Self::EndsBeforeStart => "InvalidDates",
            Self::UnknownTimeZone => "InvalidTimeZone",
            Self::UnknownCurrency | Self::OtherCurrency => "InvalidCurrency",
            Self::PriceOutOfRange => "InvalidPrice",
            Self::QuantityOutOfRange => "InvalidQuantity",
            Self::SeatTypeIdTaken => "InvalidSeatType",
            Self::ControlCharacter
            | Self::NotAWebAddress
            | Self::DaysOutOfRange
            | Self::ConferenceIdTaken => "InvalidField",
        }
    }
}

impl FieldError {
    /// The code on the wire.
    pub fn code(&self) -> &'static str {
        self.rule.code()
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.rule)
    }
}
