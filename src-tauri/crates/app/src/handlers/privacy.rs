//! Erasing persons: their keys are destroyed, and what showed them in clear is scrubbed.

use std::collections::BTreeSet;

use conference::ConferenceEvent;
use event_store::{Expected, for_each};
use kernel::{EmailAddress, OrderId, PersonErased, PersonEvent, PersonId, Personal};
use payments::PaymentEvent;
use read_models::Fact;
use registration::{
    order::OrderEvent,
    seat_assignments::{Attendee, SeatAssignmentsEvent},
};

use super::{Outcome, fields::reason};
use crate::{
    aggregates::Aggregates,
    error::AppError,
    replay::{Unreadable, decode},
    unit::Unit,
    wire::commands as wire,
};

/// The events that hold a person.
const NAMING_SOMEBODY: [&str; 5] = [
    "ConferenceCreated",
    "OrderRegistrantAssigned",
    "SeatAssigned",
    "SeatAssignmentUpdated",
    "InvoiceIssued",
];

/// Erases an entry of a person, and every other one with the same e-mail.
pub fn erase(unit: &mut Unit<'_>, form: wire::ErasePerson) -> Result<Outcome, AppError> {
    let reason = reason(&form.reason)?;
    let entries = entries_of(unit, form.person_id)?;
    let mut erased = 0;
    for person in &entries {
        if !unit.store.destroy_key(*person)? {
            continue;
        }
        erased += 1;
        conference::scrub(unit.connection(), *person)?;
        payments::scrub(unit.connection(), *person)?;
        unit.store.scrub_outbox(*person)?;
        let event = PersonErased { person_id: *person, reason: reason.clone() };
        let fact = Fact::Person(PersonEvent::PersonErased(event));
        unit.record(&format!("person-{person}"), Expected::Any, vec![fact])?;
    }
    if erased == 0 {
        let refused = AppError::not_found("the person");
        return Err(AppError { field: Some("personId".to_owned()), ..refused });
    }
    // Aggregates in memory know the person in clear.
    unit.memory.aggregates = Aggregates::default();
    Ok(Outcome::ErasedPersons(erased))
}

/// As what somebody is known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Owner,
    Registrant,
    Attendee,
    /// Gets the invoice; has an address and no e-mail.
    Payer,
}

/// An entry of a person, as an event of an order tells it.
struct Entry {
    person: PersonId,
    /// Absent for an owner.
    order_id: Option<OrderId>,
    part: Part,
    /// In the form in which it is compared; absent if there is none, or it is erased already.
    email: Option<String>,
}

/// The entry itself, every other owner, registrant and attendee with the same e-mail, and whom the
/// invoices of those registrants went to.
///
/// The log is read, not the read models: somebody whose seat was given to another is in the log
/// alone.
fn entries_of(unit: &Unit<'_>, person: PersonId) -> Result<BTreeSet<PersonId>, AppError> {
    let entries = all_entries(unit)?;
    let emails: BTreeSet<&String> =
        entries.iter().filter(|e| e.person == person).filter_map(|e| e.email.as_ref()).collect();
    let is_same = |entry: &Entry| {
        entry.person == person || entry.email.as_ref().is_some_and(|one| emails.contains(one))
    };
    let orders: BTreeSet<Option<OrderId>> = entries
        .iter()
        .filter(|entry| entry.part == Part::Registrant && is_same(entry))
        .map(|entry| entry.order_id)
        .collect();
    let is_payer = |entry: &Entry| entry.part == Part::Payer && orders.contains(&entry.order_id);
    let meant = entries.iter().filter(|entry| is_same(entry) || is_payer(entry));
    Ok(meant.map(|entry| entry.person).chain([person]).collect())
}

fn all_entries(unit: &Unit<'_>) -> Result<Vec<Entry>, AppError> {
    let (log, keys) = (unit.connection(), unit.store.keys());
    let mut entries = Vec::new();
    for_each(log, 0, unit.store.last_position(), |stored| {
        if !NAMING_SOMEBODY.contains(&stored.type_name) {
            return Ok(());
        }
        match decode(stored, log, keys) {
            Ok(fact) => entries.extend(entry(&fact.event)),
            Err(Unreadable::Event { .. }) => {}
            Err(other) => return Err(other),
        }
        Ok::<(), Unreadable>(())
    })?;
    Ok(entries)
}

fn entry(fact: &Fact) -> Option<Entry> {
    let attendee = |attendee: &Personal<Attendee>, order_id| Entry {
        person: attendee.person(),
        order_id: Some(order_id),
        part: Part::Attendee,
        email: attendee.value().and_then(|one| one.email.as_ref()).map(EmailAddress::key),
    };
    match fact {
        Fact::Conference(ConferenceEvent::ConferenceCreated(event)) => Some(Entry {
            person: event.owner.person(),
            order_id: None,
            part: Part::Owner,
            email: event.owner.value().map(|one| one.email.key()),
        }),
        Fact::Order(OrderEvent::OrderRegistrantAssigned(event)) => Some(Entry {
            person: event.registrant.person(),
            order_id: Some(event.order_id),
            part: Part::Registrant,
            email: event.registrant.value().map(|one| one.email.key()),
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
