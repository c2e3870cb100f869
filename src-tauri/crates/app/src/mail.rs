//! What is to be written to people. A row says which mail to whom, by ids; the text is made when it
//! is sent, so that nothing personal lies in the outbox.

use conference::ConferenceCreated;
use kernel::{EventId, OrderId, PersonId, Personal};
use registration::{
    order::{Order, OrderCancelled, OrderExpired, OrderPaymentConfirmed},
    seat_assignments::Attendee,
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
    enqueue(unit, &body, Some(event.owner.person()), cause)
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

/// The attendee gets the ticket, if there is an address.
pub fn ticket(
    unit: &Unit<'_>,
    order_id: OrderId,
    position: u32,
    attendee: &Personal<Attendee>,
    cause: EventId,
) -> Result<(), AppError> {
    if attendee.value().is_none_or(|attendee| attendee.email.is_none()) {
        return Ok(());
    }
    let body = json!({
        "template": "ticket",
        "orderId": order_id,
        "position": position,
    });
    enqueue(unit, &body, Some(attendee.person()), cause)
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
    enqueue(unit, &json!({ "template": template, "orderId": order_id }), Some(person), cause)
}

fn enqueue(
    unit: &Unit<'_>,
    body: &Value,
    person: Option<PersonId>,
    cause: EventId,
) -> Result<(), AppError> {
    unit.store.enqueue("mail", &cause.to_string(), &body.to_string(), person, unit.at)?;
    Ok(())
}
