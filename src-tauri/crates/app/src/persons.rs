//! Whom an erasure means: the entry that was named, every other owner, registrant and attendee with
//! the same e-mail, and whom the invoices of those registrants went to.
//!
//! The log is read, not the read models: somebody whose seat was given to another is in the log
//! alone. That takes as long as the log is, so it is read before the writer has its turn, in steps;
//! the writer then reads what was recorded since. No name is kept here: an e-mail is compared by a
//! hash of it.

use std::collections::BTreeSet;

use conference::ConferenceEvent;
use event_store::{PersonKeys, StoredEventRef, for_each, last_position};
use kernel::{EmailAddress, OrderId, PersonId, Personal};
use payments::PaymentEvent;
use read_models::Fact;
use registration::{
    order::OrderEvent,
    seat_assignments::{Attendee, SeatAssignmentsEvent},
};
use rusqlite::Connection;

use crate::replay::{Unreadable, decode};

/// The events that hold a person.
const NAMING_SOMEBODY: [&str; 5] = [
    "ConferenceCreated",
    "OrderRegistrantAssigned",
    "SeatAssigned",
    "SeatAssignmentUpdated",
    "InvoiceIssued",
];
/// The event that holds a payer.
const NAMING_PAYER: &str = "InvoiceIssued";
/// The event after which somebody cannot be read any more.
const ERASING: &str = "PersonErased";
/// Events that are read in one step.
const STEP: i64 = 4_096;

/// Stands for an e-mail address in the form in which it is compared.
type EmailHash = [u8; 32];

/// As what somebody is known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Owner,
    Registrant,
    Attendee,
    /// Gets the invoice; has an address and no e-mail.
    Payer,
}

/// An entry of a person, as an event tells it.
struct Entry {
    person: PersonId,
    /// Absent for an owner.
    order_id: Option<OrderId>,
    part: Part,
    /// Absent if there is none, or it cannot be read (any more).
    email: Option<EmailHash>,
}

/// Who is meant, as of a position.
#[derive(Debug, Clone)]
pub struct Found {
    /// The persons.
    pub persons: BTreeSet<PersonId>,
    named: PersonId,
    emails: BTreeSet<EmailHash>,
    /// The orders of those who are meant as registrants.
    orders: BTreeSet<OrderId>,
    until: i64,
}

/// What the log is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    /// The addresses of the named entry.
    Emails,
    /// The entries with one of them.
    Entries,
    /// Whom the invoices of their orders went to.
    Payers,
}

/// The search, step by step: between two steps it holds nothing of the database.
#[derive(Debug)]
pub struct Search {
    found: Found,
    pass: Pass,
    after: i64,
}

impl Search {
    /// For everybody who is meant with an entry of a person.
    pub fn of(named: PersonId) -> Self {
        let (emails, orders) = (BTreeSet::new(), BTreeSet::new());
        let found = Found { persons: BTreeSet::from([named]), named, emails, orders, until: -1 };
        Self { found, pass: Pass::Emails, after: 0 }
    }

    /// Reads a bit more. Says whether there is more to read. The log counts up to where it ended at
    /// the first step.
    ///
    /// # Errors
    /// The log, or a person's key, cannot be read.
    pub fn step(&mut self, log: &Connection, keys: &PersonKeys) -> Result<bool, Unreadable> {
        if self.found.until < 0 {
            self.found.until = last_position(log)?;
        }
        let to = self.found.until.min(self.after + STEP);
        for_each(log, self.after, to, |stored| self.see(stored, log, keys))?;
        self.after = to;
        if to < self.found.until {
            return Ok(true);
        }
        self.after = 0;
        match self.pass {
            Pass::Emails => self.pass = Pass::Entries,
            Pass::Entries if !self.found.orders.is_empty() => self.pass = Pass::Payers,
            Pass::Entries | Pass::Payers => return Ok(false),
        }
        Ok(true)
    }

    /// Who was found.
    pub fn found(self) -> Found {
        self.found
    }

    fn see(
        &mut self,
        stored: &StoredEventRef<'_>,
        log: &Connection,
        keys: &PersonKeys,
    ) -> Result<(), Unreadable> {
        let found = &mut self.found;
        match self.pass {
            Pass::Emails => {
                if person_in(stored) == Some(found.named) {
                    found.emails.extend(entry_in(stored, log, keys)?.and_then(|one| one.email));
                }
            }
            Pass::Entries => {
                let Some(entry) = entry_in(stored, log, keys)? else { return Ok(()) };
                if found.is_same(&entry) {
                    found.persons.insert(entry.person);
                    if entry.part == Part::Registrant {
                        found.orders.extend(entry.order_id);
                    }
                }
            }
            Pass::Payers if stored.type_name == NAMING_PAYER => {
                let entry = entry_in(stored, log, keys)?;
                let payer = entry.filter(|entry| found.is_payer(entry));
                found.persons.extend(payer.map(|entry| entry.person));
            }
            Pass::Payers => {}
        }
        Ok(())
    }
}

impl Found {
    /// Who is meant, if nothing that was recorded since changes it.
    ///
    /// # Errors
    /// The log, or a person's key, cannot be read.
    pub fn if_still_so(
        self,
        log: &Connection,
        keys: &PersonKeys,
    ) -> Result<Option<BTreeSet<PersonId>>, Unreadable> {
        let mut is_so = true;
        for_each(log, self.until, last_position(log)?, |stored| {
            let entry = entry_in(stored, log, keys)?;
            let changes = entry.is_some_and(|entry| self.is_same(&entry) || self.is_payer(&entry));
            is_so &= !changes && stored.type_name != ERASING;
            Ok::<(), Unreadable>(())
        })?;
        Ok(is_so.then_some(self.persons))
    }

    fn is_same(&self, entry: &Entry) -> bool {
        entry.person == self.named || entry.email.is_some_and(|one| self.emails.contains(&one))
    }

    fn is_payer(&self, entry: &Entry) -> bool {
        entry.part == Part::Payer && entry.order_id.is_some_and(|one| self.orders.contains(&one))
    }
}

/// Whom an event names, without opening what it says of them.
fn person_in(stored: &StoredEventRef<'_>) -> Option<PersonId> {
    if !NAMING_SOMEBODY.contains(&stored.type_name) {
        return None;
    }
    let fact = Fact::decode(stored.type_name, stored.schema_version, stored.payload).ok()?;
    entry(&fact).map(|entry| entry.person)
}

fn entry_in(
    stored: &StoredEventRef<'_>,
    log: &Connection,
    keys: &PersonKeys,
) -> Result<Option<Entry>, Unreadable> {
    if !NAMING_SOMEBODY.contains(&stored.type_name) {
        return Ok(None);
    }
    match decode(stored, log, keys) {
        Ok(fact) => Ok(entry(&fact.event)),
        Err(Unreadable::Event { .. }) => Ok(None),
        Err(other) => Err(other),
    }
}

fn hash(email: &EmailAddress) -> EmailHash {
    blake3::hash(email.key().as_bytes()).into()
}

fn entry(fact: &Fact) -> Option<Entry> {
    let attendee = |attendee: &Personal<Attendee>, order_id| Entry {
        person: attendee.person(),
        order_id: Some(order_id),
        part: Part::Attendee,
        email: attendee.value().and_then(|one| one.email.as_ref()).map(hash),
    };
    match fact {
        Fact::Conference(ConferenceEvent::ConferenceCreated(event)) => Some(Entry {
            person: event.owner.person(),
            order_id: None,
            part: Part::Owner,
            email: event.owner.value().map(|one| hash(&one.email)),
        }),
        Fact::Order(OrderEvent::OrderRegistrantAssigned(event)) => Some(Entry {
            person: event.registrant.person(),
            order_id: Some(event.order_id),
            part: Part::Registrant,
            email: event.registrant.value().map(|one| hash(&one.email)),
        }),
        Fact::SeatAssignments(SeatAssignmentsEvent::SeatAssigned(event)) => {
            Some(attendee(&event.attendee, event.order_id))
        }
        Fact::SeatAssignments(SeatAssignmentsEvent::SeatAssignmentUpdated(event)) => {
            Some(attendee(&event.attendee, event.order_id))
        }
        Fact::Payment(PaymentEvent::InvoiceIssued(event)) => Some(Entry {
            person: event.billing.person(),
            order_id: Some(event.order_id),
            part: Part::Payer,
            email: None,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
