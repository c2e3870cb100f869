//! The checks that a form's texts go through; each leaves its error behind and goes on, so that a
//! person sees everything that is wrong at once.

use std::str::FromStr;

use chrono::NaiveDate;
use kernel::{Currency, EmailAddress, InvalidPerson, PersonName};

use crate::field::{FieldError, FieldRule};

/// The errors found so far.
#[derive(Default)]
pub(crate) struct Form {
    errors: Vec<FieldError>,
}

/// Words that are addresses of the application itself.
const RESERVED_SLUGS: [&str; 7] =
    ["create", "locate", "payment", "organizer", "kiosk", "check-in", "settings"];

impl Form {
    /// The value, if nothing was wrong in the whole form.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Vec<FieldError>> {
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(self.errors),
        }
    }

    /// Marks a field and has no value for it.
    pub(crate) fn mark<T>(&mut self, field: &'static str, rule: FieldRule) -> Option<T> {
        self.errors.push(FieldError { field, rule });
        None
    }

    /// A text of one line, trimmed, of so many characters.
    pub(crate) fn line(
        &mut self,
        field: &'static str,
        text: &str,
        shortest: usize,
        longest: usize,
    ) -> Option<String> {
        let text = text.trim();
        if text.is_empty() {
            return self.mark(field, FieldRule::Required);
        }
        if text.chars().count() < shortest {
            return self.mark(field, FieldRule::TooShort { shortest });
        }
        if text.chars().any(breaks_a_line) {
            return self.mark(field, FieldRule::ControlCharacter);
        }
        self.not_longer(field, text, longest)
    }

    /// A text of several lines, trimmed; nothing is fine.
    pub(crate) fn paragraphs(
        &mut self,
        field: &'static str,
        text: &str,
        longest: usize,
    ) -> Option<String> {
        let text = text.trim();
        let is_layout = |character| matches!(character, '\n' | '\r' | '\t');
        if text.chars().any(|character| breaks_a_line(character) && !is_layout(character)) {
            return self.mark(field, FieldRule::ControlCharacter);
        }
        self.not_longer(field, text, longest)
    }

    fn not_longer(&mut self, field: &'static str, text: &str, longest: usize) -> Option<String> {
        if longest < text.chars().count() {
            return self.mark(field, FieldRule::TooLong { longest });
        }
        Some(text.to_owned())
    }

    /// A day, as `YYYY-MM-DD`.
    pub(crate) fn date(&mut self, field: &'static str, text: &str) -> Option<NaiveDate> {
        let text = text.trim();
        if text.is_empty() {
            return self.mark(field, FieldRule::Required);
        }
        // chrono also reads `2026-1-2` and years of five digits, which would sort wrongly as text.
        match NaiveDate::from_str(text) {
            Ok(date) if text.len() == 10 && date.to_string() == text => Some(date),
            _ => self.mark(field, FieldRule::NotADate),
        }
    }

    /// A time zone of the IANA database.
    pub(crate) fn time_zone(&mut self, field: &'static str, text: &str) -> Option<String> {
        let text = text.trim();
        if text.is_empty() {
            return self.mark(field, FieldRule::Required);
        }
        match text.parse::<chrono_tz::Tz>() {
            Ok(zone) => Some(zone.name().to_owned()),
            Err(_) => self.mark(field, FieldRule::UnknownTimeZone),
        }
    }

    /// A currency of ISO 4217.
    pub(crate) fn currency(&mut self, field: &'static str, text: &str) -> Option<Currency> {
        let text = text.trim();
        if text.is_empty() {
            return self.mark(field, FieldRule::Required);
        }
        match text.parse() {
            Ok(currency) => Some(currency),
            Err(_) => self.mark(field, FieldRule::UnknownCurrency),
        }
    }

    /// The conference's name in addresses. Whether it is free, the table's index decides.
    pub(crate) fn slug(&mut self, field: &'static str, text: &str) -> Option<String> {
        let text = text.trim();
        if text.is_empty() {
            return self.mark(field, FieldRule::Required);
        }
        let is_slug = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if text.len() < 2 || 64 < text.len() || !text.bytes().all(is_slug) {
            return self.mark(field, FieldRule::MalformedSlug);
        }
        if RESERVED_SLUGS.iter().any(|reserved| reserved.eq_ignore_ascii_case(text)) {
            return self.mark(field, FieldRule::ReservedSlug);
        }
        Some(text.to_owned())
    }

    /// A person's name.
    pub(crate) fn person_name(&mut self, field: &'static str, text: &str) -> Option<PersonName> {
        text.parse().map_or_else(|error| self.mark(field, person_rule(error)), Some)
    }

    /// An e-mail address.
    pub(crate) fn email(&mut self, field: &'static str, text: &str) -> Option<EmailAddress> {
        text.parse().map_or_else(|error| self.mark(field, person_rule(error)), Some)
    }

    /// An address on the web, where a browser may be sent to.
    pub(crate) fn web_address(&mut self, field: &'static str, text: &str) -> Option<String> {
        let address = self.line(field, text, 1, 2_000)?;
        if address.contains(char::is_whitespace) || !names_a_web_host(&address) {
            return self.mark(field, FieldRule::NotAWebAddress);
        }
        Some(address)
    }
}

/// Whether the address has the scheme http or https and a host: `javascript:` must never get into
/// a page as a link.
fn names_a_web_host(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once("://") else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    ["http", "https"].iter().any(|known| known.eq_ignore_ascii_case(scheme))
        && host.starts_with(|first: char| first.is_alphanumeric() || first == '[')
        && !host.contains(['@', '\\', '"', '<', '>'])
}

/// Control characters, and those that turn the direction of a text.
fn breaks_a_line(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        )
}

fn person_rule(error: InvalidPerson) -> FieldRule {
    match error {
        InvalidPerson::Empty => FieldRule::Required,
        InvalidPerson::TooLong(longest) => FieldRule::TooLong { longest },
        InvalidPerson::ControlCharacter => FieldRule::ControlCharacter,
        InvalidPerson::NotAnEmail => FieldRule::NotAnEmail,
    }
}
