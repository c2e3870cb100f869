//! A letter, and the form in which it travels.

use std::{
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use kernel::{EmailAddress, Timestamp};
use lettre::{
    Address, Message,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
};

use crate::{Cause, SendError};

/// A letter to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its number in the outbox.
    pub number: i64,
    /// What it is about: `ticket`.
    pub template: String,
    /// The same for every repeat of this letter, and for no other letter anywhere.
    pub key: String,
    /// The address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// When it is sent.
    pub at: Timestamp,
}

/// Who sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender(Mailbox);

impl Sender {
    /// Under this address, and this name unless it is empty. Nothing if mail programs do not
    /// understand the address.
    pub fn new(address: &EmailAddress, name: &str) -> Option<Self> {
        let name = (!name.is_empty()).then(|| name.to_owned());
        Some(Self(Mailbox::new(name, address.as_str().parse().ok()?)))
    }

    pub(crate) const fn address(&self) -> &Address {
        &self.0.email
    }
}

impl FromStr for Sender {
    type Err = lettre::address::AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl Letter {
    /// As it travels. The same letter has the same `Message-ID` each time, so that a repeat can be
    /// recognised.
    pub(crate) fn message(&self, from: &Sender) -> Result<Message, SendError> {
        let to: Address = self.to.parse().map_err(refused)?;
        let id = format!("<{}@{}>", self.key, from.address().domain());
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .message_id(Some(id))
            .date(moment(self.at))
            .from(from.0.clone())
            .to(Mailbox::new(None, to))
            .subject(self.subject.clone())
            // Nobody's absence note need answer it. Source: RFC 3834, section 5.
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(self.text.clone())
            .map_err(refused)
    }
}

fn refused(error: impl std::fmt::Display) -> SendError {
    SendError::new(Cause::Refused, format_args!("the address cannot be written to: {error}"))
}

fn moment(at: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(u64::try_from(at.micros()).unwrap_or(0))
}
