//! Who sits where.

use kernel::OrderId;
use registration::{
    order::Order,
    seat_assignments::{
        AssignSeat, Attendee, EmailRule, SeatAssignments, SeatAssignmentsCommand,
        SeatAssignmentsError, UnassignSeat,
    },
};

use super::{Outcome, fields::Fields};
use crate::{error::AppError, ids::person_of, role::Role, unit::Unit, wire::commands as wire};

/// Gives a seat to an attendee.
pub fn assign(unit: &mut Unit<'_>, form: &wire::AssignSeat) -> Result<Outcome, AppError> {
    let mut fields = Fields::default();
    let first_name = fields.person("attendee.firstName", &form.attendee.first_name);
    let last_name = fields.person("attendee.lastName", &form.attendee.last_name);
    let rule = match unit.caller.role {
        Role::Desk | Role::Kiosk => EmailRule::Optional,
        Role::Registrant | Role::Processor | Role::Checkin | Role::Organizer => EmailRule::Required,
    };
    let typed = form.attendee.email.as_deref().map(str::trim).unwrap_or_default();
    let email = match (typed, rule) {
        ("", EmailRule::Optional) => Some(None),
        (typed, _) => fields.person("attendee.email", typed).map(Some),
    };
    let (Some(first_name), Some(last_name), Some(email)) = (first_name, last_name, email) else {
        return Err(fields.refuse());
    };
    check_seat(unit, form.order_id, form.position)?;
    let command = SeatAssignmentsCommand::AssignSeat(AssignSeat {
        position: form.position,
        person_id: person_of(unit.command_id()),
        attendee: Attendee { first_name, last_name, email },
        email: rule,
    });
    carry_out(unit, form.order_id, &command)
}

/// Takes a seat back.
pub fn unassign(unit: &mut Unit<'_>, form: &wire::UnassignSeat) -> Result<Outcome, AppError> {
    check_seat(unit, form.order_id, form.position)?;
    let command = SeatAssignmentsCommand::UnassignSeat(UnassignSeat { position: form.position });
    carry_out(unit, form.order_id, &command)
}

/// A cancelled seat cannot be given to anybody; only the order knows which ones are.
fn check_seat(unit: &mut Unit<'_>, order_id: OrderId, position: u32) -> Result<(), AppError> {
    let order = &unit.load::<Order>(order_id)?.state;
    if order.booking().is_none() {
        return Err(AppError::not_found("the order"));
    }
    let sold = order.sold_seats();
    if sold.is_empty() {
        return Err(SeatAssignmentsError::NotConfirmed.into());
    }
    if sold.iter().all(|(left, _)| *left != position) {
        return Err(SeatAssignmentsError::UnknownPosition(position).into());
    }
    Ok(())
}

fn carry_out(
    unit: &mut Unit<'_>,
    order_id: OrderId,
    command: &SeatAssignmentsCommand,
) -> Result<Outcome, AppError> {
    unit.in_flow_of(order_id.uuid());
    unit.carry_out::<SeatAssignments>(order_id, command)?;
    Ok(Outcome::Done)
}
