//! The context map: which event of one context becomes which command of another.
//!
//! This is the only place where contexts meet. Source: the seed's table of senders and receivers;
//! what goes beyond it is named in `docs/ARCHITECTURE.md`.

use conference::ConferenceEvent;
use kernel::{ConferenceId, EventId, PaymentId, Recorded, SeatTypeId};
use payments::{InvoicePaid, PaymentEvent};
use read_models::Fact;
use registration::{
    order::{Order, OrderEvent, OrderSeatsCancelled, Returned, Settlement},
    process::{Input, InvoiceTerms, Payment},
    seat_assignments::{
        CreateSeatAssignments, SeatAssignments, SeatAssignmentsCommand, SeatAssignmentsEvent,
    },
    seats_availability::{
        AddSeats, RemoveSeats, SeatsAvailability, SeatsAvailabilityCommand, SeatsAvailabilityEvent,
    },
};

use crate::{error::AppError, ids::derived_command, mail, processes, unit::Unit};

/// Tells the command that creates the assignments from those that the process sends, 0, 1, 2 ...
const ASSIGNMENTS: u32 = 1_000;

/// Carries out what follows from an event.
pub fn react(unit: &mut Unit<'_>, fact: &Recorded<Fact>) -> Result<(), AppError> {
    let cause = fact.event_id;
    match &fact.event {
        Fact::Conference(event) => of_conference(unit, event, cause),
        Fact::Order(event) => of_order(unit, event, cause),
        Fact::SeatsAvailability(SeatsAvailabilityEvent::SeatsReserved(event)) => {
            let seats = event.reservation_details.clone();
            let input = Input::SeatsReserved { correlation: fact.command_id, seats };
            processes::feed(unit, event.reservation_id, &input, cause)
        }
        Fact::SeatAssignments(SeatAssignmentsEvent::SeatAssigned(event)) => {
            mail::ticket(unit, event.order_id, event.position, &event.attendee, cause)
        }
        Fact::SeatAssignments(SeatAssignmentsEvent::SeatAssignmentUpdated(event)) => {
            mail::ticket(unit, event.order_id, event.position, &event.attendee, cause)
        }
        Fact::Payment(event) => of_payment(unit, event, cause),
        Fact::SeatsAvailability(_)
        | Fact::SeatAssignments(_)
        | Fact::Attention(_)
        | Fact::Person(_) => Ok(()),
    }
}

fn of_conference(
    unit: &mut Unit<'_>,
    event: &ConferenceEvent,
    cause: EventId,
) -> Result<(), AppError> {
    match event {
        ConferenceEvent::ConferenceCreated(event) => mail::access_code(unit, event, cause),
        ConferenceEvent::SeatCreated(terms) => {
            unit.continue_with(derived_command(cause.uuid(), 0), cause.uuid());
            let change = i64::from(terms.quantity);
            change_seats(unit, terms.conference_id, terms.seat_type_id, change, cause)
        }
        ConferenceEvent::SeatUpdated(event) => {
            unit.continue_with(derived_command(cause.uuid(), 0), cause.uuid());
            let terms = &event.terms;
            let change = event.quantity_change;
            change_seats(unit, terms.conference_id, terms.seat_type_id, change, cause)
        }
        ConferenceEvent::ConferenceUpdated(_)
        | ConferenceEvent::ConferencePublished(_)
        | ConferenceEvent::ConferenceUnpublished(_)
        | ConferenceEvent::SeatTypeDefined(_)
        | ConferenceEvent::SeatTypeChanged(_)
        | ConferenceEvent::SeatTypeDeleted(_)
        | ConferenceEvent::InvoicePolicyChanged(_)
        | ConferenceEvent::RedirectChanged(_) => Ok(()),
    }
}

fn of_order(unit: &mut Unit<'_>, event: &OrderEvent, cause: EventId) -> Result<(), AppError> {
    let (order_id, input) = match event {
        OrderEvent::OrderPlaced(event) => (
            event.order_id,
            Input::OrderPlaced {
                order_id: event.order_id,
                conference_id: event.conference_id,
                seats: event.seats.clone(),
                expiration: event.reservation_auto_expiration,
            },
        ),
        OrderEvent::OrderUpdated(event) => {
            (event.order_id, Input::OrderUpdated { seats: event.seats.clone() })
        }
        OrderEvent::FreeOrderConfirmed(event) => (event.order_id, Input::FreeOrderConfirmed),
        OrderEvent::OrderPaymentConfirmed(event) => {
            assign_later(unit, event.order_id, event.conference_id, cause)?;
            mail::confirmation(unit, event, cause)?;
            (event.order_id, Input::OrderPaymentConfirmed)
        }
        OrderEvent::OrderReservationExtended(event) => {
            let expiration = event.reservation_expiration;
            (event.order_id, Input::ReservationExtended { expiration })
        }
        OrderEvent::OrderExpired(event) => {
            mail::expiry(unit, event, cause)?;
            (event.order_id, Input::OrderExpired)
        }
        OrderEvent::OrderCancelled(event) => {
            mail::cancellation(unit, event, cause)?;
            (event.order_id, Input::OrderCancelled)
        }
        OrderEvent::OrderSeatsCancelled(event) => {
            mail::seats_cancelled(unit, event, cause)?;
            return give_back(unit, event, cause);
        }
        OrderEvent::OrderPartiallyReserved(_)
        | OrderEvent::OrderReservationCompleted(_)
        | OrderEvent::OrderTotalsCalculated(_)
        | OrderEvent::OrderRegistrantAssigned(_)
        | OrderEvent::OrderRevived(_)
        | OrderEvent::RefundRequested(_) => return Ok(()),
    };
    processes::feed(unit, order_id, &input, cause)
}

fn of_payment(unit: &mut Unit<'_>, event: &PaymentEvent, cause: EventId) -> Result<(), AppError> {
    let (order_id, input) = match event {
        PaymentEvent::PaymentCompleted(event) => {
            let settlement = Settlement::ThirdParty { payment_id: event.payment_id };
            let payment = Payment { payment_id: event.payment_id, settlement, paid: event.amount };
            (event.order_id, Input::PaymentCompleted(payment))
        }
        PaymentEvent::PaymentRejected(event) => {
            (event.order_id, Input::PaymentRejected { payment_id: event.payment_id })
        }
        PaymentEvent::InvoiceIssued(event) => {
            let terms =
                event.due_at.map_or(InvoiceTerms::AtOnce, |due| InvoiceTerms::PayFirst { due });
            let (payment_id, number) = (event.payment_id, event.number.clone());
            (event.order_id, Input::InvoiceAccepted { payment_id, number, terms })
        }
        PaymentEvent::InvoicePaid(event) => {
            let Some(payment) = paid_invoice(unit, event, cause)? else { return Ok(()) };
            (event.order_id, Input::PaymentCompleted(payment))
        }
        PaymentEvent::PaymentInitiated(_) => return Ok(()),
    };
    processes::feed(unit, order_id, &input, cause)
}

/// What a paid invoice is to the process. One that confirmed its order at once is only booked;
/// unless the order was cancelled meanwhile: then it is money that no order takes.
fn paid_invoice(
    unit: &mut Unit<'_>,
    event: &InvoicePaid,
    cause: EventId,
) -> Result<Option<Payment>, AppError> {
    let invoice = payments::load_invoice(unit.connection(), event.payment_id)?;
    let is_awaited = invoice.is_some_and(|invoice| invoice.due_at.is_some());
    let is_cancelled = matches!(unit.load::<Order>(event.order_id)?.state, Order::Cancelled(_));
    let payment_id = match (is_cancelled, is_awaited) {
        // The process knows the invoice as settled; what comes now is another payment to it.
        (true, _) => PaymentId::from_uuid(cause.uuid()),
        (false, true) => event.payment_id,
        (false, false) => return Ok(None),
    };
    let settlement = Settlement::Invoice { number: event.number.clone() };
    Ok(Some(Payment { payment_id, settlement, paid: event.amount }))
}

/// A quota change becomes seats to sell, or fewer of them. None are added all the same: so a type
/// that is announced without seats is known, and an order of it gets nothing instead of a refusal.
fn change_seats(
    unit: &mut Unit<'_>,
    conference_id: ConferenceId,
    seat_type_id: SeatTypeId,
    change: i64,
    caused_by: EventId,
) -> Result<(), AppError> {
    let quantity = u32::try_from(change.unsigned_abs()).unwrap_or(u32::MAX);
    let command = if 0 <= change {
        SeatsAvailabilityCommand::AddSeats(AddSeats {
            conference_id,
            seat_type_id,
            quantity,
            caused_by,
        })
    } else {
        SeatsAvailabilityCommand::RemoveSeats(RemoveSeats {
            conference_id,
            seat_type_id,
            quantity,
            caused_by,
        })
    };
    unit.carry_out::<SeatsAvailability>(conference_id, &command)?;
    Ok(())
}

/// Cancelled seats that go back to sale.
fn give_back(
    unit: &mut Unit<'_>,
    event: &OrderSeatsCancelled,
    cause: EventId,
) -> Result<(), AppError> {
    if event.returned == Returned::Held {
        return Ok(());
    }
    for (index, line) in (0..).zip(&event.seats) {
        // Each line is a cause of its own, or the second would pass for a repeat of the first.
        let line_cause = EventId::from_uuid(derived_command(cause.uuid(), index).uuid());
        let change = i64::from(line.quantity);
        unit.continue_with(derived_command(cause.uuid(), index), cause.uuid());
        change_seats(unit, event.conference_id, line.seat_type_id, change, line_cause)?;
    }
    Ok(())
}

/// A sold order gets its seats to assign.
fn assign_later(
    unit: &mut Unit<'_>,
    order_id: kernel::OrderId,
    conference_id: ConferenceId,
    cause: EventId,
) -> Result<(), AppError> {
    let seats = unit.load::<Order>(order_id)?.state.seats().to_vec();
    let command = SeatAssignmentsCommand::CreateSeatAssignments(CreateSeatAssignments {
        order_id,
        conference_id,
        seats,
    });
    unit.continue_with(derived_command(cause.uuid(), ASSIGNMENTS), cause.uuid());
    unit.carry_out::<SeatAssignments>(order_id, &command)?;
    Ok(())
}
