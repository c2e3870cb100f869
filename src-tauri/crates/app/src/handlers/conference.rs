//! Conference Management's use cases.

use conference::{ConferenceCommand, CreateConference, handle, load, stream};
use event_store::Expected;
use read_models::Fact;

use super::Outcome;
use crate::{error::AppError, ids::person_of, unit::Unit, wire::commands as wire};

/// Creates a conference.
pub fn create(unit: &mut Unit<'_>, form: wire::CreateConference) -> Result<Outcome, AppError> {
    let conference_id = form.conference_id;
    let access_code = unit.memory.codes.draw().map_err(AppError::broken)?;
    carry_out(
        unit,
        &ConferenceCommand::CreateConference(CreateConference {
            conference_id,
            name: form.name,
            description: form.description,
            location: form.location,
            tagline: form.tagline,
            slug: form.slug,
            start_date: form.start_date,
            end_date: form.end_date,
            time_zone: form.time_zone,
            currency: form.currency,
            owner_name: form.owner_name,
            owner_email: form.owner_email,
            owner: person_of(unit.command_id()),
            access_code,
        }),
    )?;
    // A repeat under another command id created nothing and keeps the first code.
    let stored = load(unit.connection(), conference_id)?;
    let access_code = stored.map_or(access_code, |conference| conference.access_code);
    Ok(Outcome::CreatedConference(access_code))
}

/// Changes what visitors read.
pub fn update(unit: &mut Unit<'_>, form: wire::UpdateConference) -> Result<Outcome, AppError> {
    carry_out(unit, &ConferenceCommand::UpdateConference(form))
}

/// Opens registration.
pub fn publish(unit: &mut Unit<'_>, form: wire::PublishConference) -> Result<Outcome, AppError> {
    carry_out(unit, &ConferenceCommand::PublishConference(form))
}

/// Closes registration.
pub fn unpublish(
    unit: &mut Unit<'_>,
    form: wire::UnpublishConference,
) -> Result<Outcome, AppError> {
    carry_out(unit, &ConferenceCommand::UnpublishConference(form))
}

/// Says when invoices confirm.
pub fn set_invoice_policy(
    unit: &mut Unit<'_>,
    form: wire::SetInvoicePolicy,
) -> Result<Outcome, AppError> {
    carry_out(unit, &ConferenceCommand::SetInvoicePolicy(form))
}

/// Defines a seat type.
pub fn create_seat_type(
    unit: &mut Unit<'_>,
    form: wire::SeatTypeForm,
) -> Result<Outcome, AppError> {
    carry_out(unit, &ConferenceCommand::CreateSeatType(form))
}

/// Changes a seat type.
pub fn update_seat_type(
    unit: &mut Unit<'_>,
    form: wire::SeatTypeForm,
) -> Result<Outcome, AppError> {
    carry_out(unit, &ConferenceCommand::UpdateSeatType(form))
}

/// Deletes a seat type.
pub fn delete_seat_type(
    unit: &mut Unit<'_>,
    form: wire::DeleteSeatType,
) -> Result<Outcome, AppError> {
    carry_out(unit, &ConferenceCommand::DeleteSeatType(form))
}

fn carry_out(unit: &mut Unit<'_>, command: &ConferenceCommand) -> Result<Outcome, AppError> {
    let conference_id = command.conference_id();
    unit.in_flow_of(conference_id.uuid());
    let events = handle(unit.connection(), command)?;
    if events.is_empty() {
        return Ok(Outcome::Done);
    }
    // The tables are the state and were read in this transaction: the log has no say in it.
    let facts = events.into_iter().map(Fact::Conference).collect();
    unit.record(&stream(conference_id), Expected::Any, facts)?;
    Ok(Outcome::Done)
}
