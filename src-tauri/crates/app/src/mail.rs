//! What is to be written to people. A row says which mail to whom, by ids; the text is made when it
//! is sent, so that nothing personal lies in the outbox.

use conference::ConferenceCreated;
use kernel::{EventId, OrderId, PersonId, Personal};
use registration::{
    order::{Order, OrderCancelled, OrderExpired, OrderPaymentConfirmed, OrderSeatsCancelled},
    seat_assignments::{Attendee, SeatAssignments},
};
use serde_json::{Value, json};

use crate::{error::AppError, unit::Unit};

/// The access code goes to the owner.
pub fn access_code(
    unit: &Unit<'_>,
    event: &ConferenceCreated,
    cause: EventId,
) -> Result<(), AppError> {
    let body = json!({ "template": "accessCode", "conferenceId": event.conference_id });
    enqueue(unit, &body, Some(event.owner.person()), &cause.to_string())
}

/// The registrant hears that the order is confirmed.
pub fn confirmation(
    unit: &mut Unit<'_>,
    event: &OrderPaymentConfirmed,
    cause: EventId,
) -> Result<(), AppError> {
    to_registrant(unit, event.order_id, "orderConfirmed", cause)
}

/// The registrant hears that the order expired.
pub fn expiry(unit: &mut Unit<'_>, event: &OrderExpired, cause: EventId) -> Result<(), AppError> {
    to_registrant(unit, event.order_id, "orderExpired", cause)
}

/// The registrant hears that the order was cancelled.
pub fn cancellation(
    unit: &mut Unit<'_>,
    event: &OrderCancelled,
    cause: EventId,
) -> Result<(), AppError> {
    to_registrant(unit, event.order_id, "orderCancelled", cause)
}

/// Whoever loses a seat hears of it: each attendee with an address, and the registrant, who gets one
/// notice instead when the whole order is cancelled.
pub fn seats_cancelled(
    unit: &mut Unit<'_>,
    event: &OrderSeatsCancelled,
    cause: EventId,
) -> Result<(), AppError> {
    let (order_id, positions) = (event.order_id, &event.positions);
    let order = &unit.load::<Order>(order_id)?.state;
    let is_whole = matches!(order, Order::Cancelled(_));
    if let Some(person) = order.registrant().map(Personal::person).filter(|_| !is_whole) {
        let body =
            json!({ "template": "seatsCancelled", "orderId": order_id, "positions": positions });
        enqueue(unit, &body, Some(person), &cause.to_string())?;
    }
    let seats = unit.load::<SeatAssignments>(order_id)?.state.seats();
    let losers: Vec<(u32, PersonId)> = (0..)
        .zip(seats)
        .filter(|(position, _)| positions.contains(position))
        .filter_map(|(position, seat)| Some((position, seat.attendee.as_ref()?)))
        .filter(|(_, attendee)| has_address(attendee))
        .map(|(position, attendee)| (position, attendee.person()))
        .collect();
    for (position, person) in losers {
        let body =
            json!({ "template": "seatCancelled", "orderId": order_id, "position": position });
        enqueue(unit, &body, Some(person), &format!("{cause}-{position}"))?;
    }
    Ok(())
}

/// The attendee gets the ticket, if there is an address.
pub fn ticket(
    unit: &Unit<'_>,
    order_id: OrderId,
    position: u32,
    attendee: &Personal<Attendee>,
    cause: EventId,
) -> Result<(), AppError> {
    if !has_address(attendee) {
        return Ok(());
    }
    let body = json!({
        "template": "ticket",
        "orderId": order_id,
        "position": position,
    });
    enqueue(unit, &body, Some(attendee.person()), &cause.to_string())
}

fn has_address(attendee: &Personal<Attendee>) -> bool {
    attendee.value().is_some_and(|attendee| attendee.email.is_some())
}

fn to_registrant(
    unit: &mut Unit<'_>,
    order_id: kernel::OrderId,
    template: &str,
    cause: EventId,
) -> Result<(), AppError> {
    let order = unit.load::<Order>(order_id)?;
    let Some(person) = order.state.registrant().map(kernel::Personal::person) else {
        return Ok(());
    };
    let body = json!({ "template": template, "orderId": order_id });
    enqueue(unit, &body, Some(person), &cause.to_string())
}

/// The key names the mail among all, so that a reaction that runs twice queues it once. It begins as
/// the flow's id does, which is a time where its caller made it so: keys that come one after the other
/// then lie side by side. The whole id would open the order to whoever sees the mail's headers.
fn enqueue(
    unit: &Unit<'_>,
    body: &Value,
    person: Option<PersonId>,
    key: &str,
) -> Result<(), AppError> {
    let key = format!("{:012x}-{key}", unit.flow().as_u128() >> 80);
    unit.store.enqueue("mail", &key, &body.to_string(), person, unit.at)?;
    Ok(())
}
