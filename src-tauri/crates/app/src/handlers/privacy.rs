//! Erasing persons: their keys are destroyed, and what showed them in clear is scrubbed.

use std::collections::BTreeSet;

use event_store::Expected;
use kernel::{PersonErased, PersonEvent, PersonId};
use read_models::Fact;

use super::{Outcome, fields::reason};
use crate::{
    aggregates::Aggregates,
    error::AppError,
    persons::{Found, Search},
    unit::Unit,
    wire::commands as wire,
};

/// Erases an entry of a person, and every other one with the same e-mail.
pub fn erase(
    unit: &mut Unit<'_>,
    form: wire::ErasePerson,
    found: Option<Found>,
) -> Result<Outcome, AppError> {
    let reason = reason(&form.reason)?;
    let entries = entries_of(unit, form.person_id, found)?;
    let mut erased = 0;
    for person in &entries {
        if !unit.store.has_key(*person)? {
            continue;
        }
        unit.store.destroy_key(*person)?;
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

/// Everybody who is meant. What was found before the writer had its turn is brought up to date with
/// what was recorded since; only where that changes who is meant, the whole log is read here.
fn entries_of(
    unit: &Unit<'_>,
    person: PersonId,
    found: Option<Found>,
) -> Result<BTreeSet<PersonId>, AppError> {
    let (log, keys) = (unit.connection(), unit.store.keys());
    if let Some(found) = found
        && let Some(persons) = found.if_still_so(log, keys)?
    {
        return Ok(persons);
    }
    let mut search = Search::of(person);
    while search.step(log, keys)? {}
    Ok(search.found().persons)
}
