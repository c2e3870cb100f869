//! A registrant's order.

use kernel::{AccessCode, ConferenceId, Money, OrderId};
use read_models::{order_list, payment};
use registration::{
    order::{
        AssignRegistrantDetails, CancelOrderSeats, ConfirmFreeOrder, ExtendReservation, Order,
        OrderCommand, RegisterToConference, Registrant, Returned, Settlement,
    },
    seats::WantedSeats,
};

use super::{
    Outcome,
    fields::{Fields, reason},
};
use crate::{
    error::AppError, ids::person_of, role::Caller, settings, unit::Unit, wire::commands as wire,
};

/// Places an order, or changes its seats.
pub fn register(
    unit: &mut Unit<'_>,
    form: wire::RegisterToConference,
) -> Result<Outcome, AppError> {
    let wire::RegisterToConference { order_id, conference_id, seats } = form;
    unit.in_flow_of(order_id.uuid());
    let catalogue = unit.catalogue(conference_id)?;
    if !unit.caller.may_see(catalogue.was_ever_published()) {
        return Err(AppError::not_found("the conference"));
    }
    let booking = unit.load::<Order>(order_id)?.state.booking();
    let known = booking.map(|booking| (booking.conference_id, booking.access_code));
    let access_code = match known {
        Some((known, _)) if known != conference_id => {
            return Err(AppError::not_found("the order"));
        }
        Some((_, access_code)) => access_code,
        None => free_access_code(unit, conference_id)?,
    };
    refuse_hoarding(unit, order_id, &seats)?;
    let payment_in_progress = payment::is_awaited(unit.connection(), order_id)?;
    let seats = seats
        .iter()
        .map(|line| WantedSeats { seat_type_id: line.seat_type_id, quantity: line.quantity });
    let command = RegisterToConference {
        order_id,
        seats: seats.collect(),
        catalogue,
        access_code,
        payment_in_progress,
        at: unit.at,
    };
    unit.carry_out::<Order>(order_id, &OrderCommand::RegisterToConference(command))?;
    Ok(Outcome::Registered(access_code))
}

/// A code that no other order of the conference has.
fn free_access_code(
    unit: &mut Unit<'_>,
    conference_id: ConferenceId,
) -> Result<AccessCode, AppError> {
    loop {
        let code = unit.memory.codes.draw().map_err(AppError::broken)?;
        if !order_list::is_code_taken(unit.connection(), conference_id, code)? {
            return Ok(code);
        }
    }
}

/// Where registrants are by themselves, no more than a limit of seats is held from one window at
/// once, of all conferences together.
fn refuse_hoarding(
    unit: &Unit<'_>,
    order_id: OrderId,
    wanted: &[wire::WantedSeats],
) -> Result<(), AppError> {
    let Caller { role, station, is_hold_limited, .. } = &unit.caller;
    if !is_hold_limited {
        return Ok(());
    }
    let limit = settings::find_hold_limit(unit.connection())?;
    let held = order_list::held_at(unit.connection(), role.as_str(), station, order_id)?;
    let wanted: i64 = wanted.iter().map(|line| line.quantity.clamp(0, 20)).sum();
    if held + wanted <= limit {
        return Ok(());
    }
    Err(AppError::on_field(
        "RefusedHoldLimit",
        "seats",
        format_args!("no more than {limit} seats can be held here at once; pay for some first"),
    ))
}

/// Says who registers.
pub fn assign_details(
    unit: &mut Unit<'_>,
    form: &wire::AssignRegistrantDetails,
) -> Result<Outcome, AppError> {
    let mut fields = Fields::default();
    let first_name = fields.person("firstName", &form.first_name);
    let last_name = fields.person("lastName", &form.last_name);
    let email = fields.person("email", &form.email);
    let (Some(first_name), Some(last_name), Some(email)) = (first_name, last_name, email) else {
        return Err(fields.refuse());
    };
    let order_id = form.order_id;
    unit.in_flow_of(order_id.uuid());
    let registrant = Registrant { first_name, last_name, email };
    // The registrant stays one entry, unless that entry was erased.
    let newcomer = person_of(unit.command_id());
    let present = unit.load::<Order>(order_id)?.state.registrant();
    let present = present.filter(|person| person.value().is_some());
    let person_id = present.map_or(newcomer, kernel::Personal::person);
    let command = AssignRegistrantDetails { person_id, registrant, at: unit.at };
    unit.carry_out::<Order>(order_id, &OrderCommand::AssignRegistrantDetails(command))?;
    Ok(Outcome::Done)
}

/// Gives five more minutes.
pub fn extend(unit: &mut Unit<'_>, form: &wire::ExtendReservation) -> Result<Outcome, AppError> {
    let command = OrderCommand::ExtendReservation(ExtendReservation { at: unit.at });
    simply(unit, form.order_id, &command)
}

/// Confirms an order that costs nothing.
pub fn confirm_free(
    unit: &mut Unit<'_>,
    form: &wire::ConfirmFreeOrder,
) -> Result<Outcome, AppError> {
    let command = OrderCommand::ConfirmFreeOrder(ConfirmFreeOrder { at: unit.at });
    simply(unit, form.order_id, &command)
}

fn simply(
    unit: &mut Unit<'_>,
    order_id: OrderId,
    command: &OrderCommand,
) -> Result<Outcome, AppError> {
    unit.in_flow_of(order_id.uuid());
    unit.carry_out::<Order>(order_id, command)?;
    Ok(Outcome::Done)
}

/// Cancels seats of a confirmed order.
pub fn cancel_seats(
    unit: &mut Unit<'_>,
    form: wire::CancelOrderSeats,
) -> Result<Outcome, AppError> {
    let reason = reason(&form.reason)?;
    let is_paid = is_paid(unit, form.order_id)?;
    let order = &unit.load::<Order>(form.order_id)?.state;
    let Some(total) = order.total() else { return Err(AppError::not_found("the order")) };
    let fee = form.fee.unwrap_or(Money::zero(total.currency));
    let command = CancelOrderSeats {
        positions: positions(order, form.positions),
        reason,
        fee,
        is_paid,
        returned: match form.returned {
            wire::ReturnedSeats::BackToSale => Returned::BackToSale,
            wire::ReturnedSeats::Held => Returned::Held,
        },
    };
    simply(unit, form.order_id, &OrderCommand::CancelOrderSeats(command))
}

/// Whether the money came in: an invoice may confirm its order before it is paid.
fn is_paid(unit: &mut Unit<'_>, order_id: OrderId) -> Result<bool, AppError> {
    let Order::Confirmed(sold) = &unit.load::<Order>(order_id)?.state else { return Ok(true) };
    let Settlement::Invoice { number } = &sold.settlement else { return Ok(true) };
    let number = number.clone();
    let invoice = payments::load_invoice_by_number(unit.connection(), &number)?;
    Ok(invoice.is_none_or(|invoice| invoice.is_paid))
}

/// The seats that are meant; without a list, all that are left.
fn positions(order: &Order, given: Option<Vec<u32>>) -> Vec<u32> {
    given.unwrap_or_else(|| order.sold_seats().into_iter().map(|(position, _)| position).collect())
}
