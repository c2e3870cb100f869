//! Erasing persons: their keys are destroyed, and what showed them in clear is scrubbed.

use std::collections::BTreeSet;

use event_store::Expected;
use kernel::{PersonErased, PersonEvent, PersonId};
use read_models::{Fact, order_list, order_seats};

use super::{Outcome, fields::reason};
use crate::{aggregates::Aggregates, error::AppError, unit::Unit, wire::commands as wire};

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

fn entries_of(unit: &Unit<'_>, person: PersonId) -> Result<BTreeSet<PersonId>, AppError> {
    let connection = unit.connection();
    let mut entries = BTreeSet::from([person]);
    let email = match order_list::email_of(connection, person)? {
        Some(email) => Some(email),
        None => order_seats::email_of(connection, person)?,
    };
    if let Some(email) = email {
        let key = email.to_lowercase();
        entries.extend(order_list::persons_with_email(connection, &key)?);
        entries.extend(order_seats::persons_with_email(connection, &key)?);
    }
    Ok(entries)
}
