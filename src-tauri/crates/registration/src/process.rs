//! The RegistrationProcessManager: carries each order from the wish to the sold seats, or to its
//! end.
//!
//! A pure function of what it remembers and what comes in; persisted per order, with the commands
//! that it asks for, in one transaction with the event that caused them. Invariants: an order is
//! confirmed once at most; money that came in is settled, refunded or on a card, never lost; seats
//! that are held for an order that is over go back. It deliberately knows no prices and no
//! quotas. The whole grid, every state by every input, is in `docs/REGISTRATION_PROCESS.md`, and
//! a test compares it with this code. Source: domain specification, section 6.

mod cards;
mod messages;
mod state;

#[cfg(test)]
mod tests;

use kernel::{AttentionId, CommandId, PaymentId, Timestamp};

use crate::{
    attention::{AttentionEvent, AttentionKind, Resolution},
    order::{RESERVATION_MINUTES, Settlement},
    seats::{self, SeatQuantity},
};

pub use cards::{AttentionError, Card};
pub use messages::{
    Context, Input, InvoiceTerms, Payment, ProcessCommand, Reaction, TimeoutChange,
};
pub use state::{Awaiting, Ended, Outcome, Process, Reacquiring, Registration, Timer};

/// Seats go back so long after the deadline that the registrant sees, in minutes, so that a
/// payment begun in time can still land.
pub const RELEASE_MINUTES: i64 = 14;

/// What the process does about an input. It cannot fail; what a state has no use for is ignored,
/// by name.
pub fn react(process: &Process, input: &Input, context: &Context) -> Reaction {
    match input {
        Input::OrderPlaced { order_id, conference_id, seats, expiration } => {
            let wish = Registration::new(*order_id, *conference_id, seats.clone(), *expiration);
            order_placed(process, wish, context)
        }
        Input::OrderUpdated { seats } => order_updated(process, seats, context),
        Input::SeatsReserved { correlation, seats } => {
            seats_reserved(process, *correlation, seats, context)
        }
        Input::PaymentCompleted(payment) | Input::DeskSettled(payment) => {
            paid(process, payment, context)
        }
        Input::PaymentRejected { payment_id } => payment_rejected(process, *payment_id),
        Input::FreeOrderConfirmed => free_order_confirmed(process),
        Input::InvoiceAccepted { payment_id, number, terms } => {
            invoice_accepted(process, *payment_id, number, *terms)
        }
        Input::OrderPaymentConfirmed => order_payment_confirmed(process),
        Input::ReservationExtended { expiration } => reservation_extended(process, *expiration),
        Input::OrderExpired => order_expired(process),
        Input::OrderCancelled => order_cancelled(process),
        Input::Timeout { token } => timeout(process, *token),
        Input::RetryLatePayment { attention_id } => {
            retry_late_payment(process, *attention_id, context)
        }
        Input::RecordRefund { attention_id, amount } => {
            resolve(process, *attention_id, Resolution::Refunded { amount: *amount })
        }
        Input::DismissAttention { attention_id, reason } => {
            resolve(process, *attention_id, Resolution::Dismissed { reason: reason.clone() })
        }
    }
}

fn order_placed(process: &Process, mut wish: Registration, context: &Context) -> Reaction {
    match process {
        Process::NotStarted if wish.expiration <= context.at => {
            let reject = wish.reject();
            Reaction::to(Process::ended(wish.unanswered(), Outcome::Expired)).send([reject])
        }
        Process::NotStarted => {
            let timer = wish.arm();
            await_reservation(wish, None, context).timing([timer])
        }
        Process::AwaitingReservationConfirmation(_)
        | Process::ReservationConfirmationReceived(_)
        | Process::PaymentConfirmationReceived(_)
        | Process::AwaitingReacquisition(_)
        | Process::NeedsAttention(_)
        | Process::Completed(_) => Reaction::ignored(process),
    }
}

fn order_updated(process: &Process, seats: &[SeatQuantity], context: &Context) -> Reaction {
    let (registration, kept) = match process {
        Process::AwaitingReservationConfirmation(awaiting) => {
            (&awaiting.registration, awaiting.kept.clone())
        }
        Process::ReservationConfirmationReceived(registration) => (registration, None),
        Process::NotStarted
        | Process::PaymentConfirmationReceived(_)
        | Process::AwaitingReacquisition(_)
        | Process::NeedsAttention(_)
        | Process::Completed(_) => return Reaction::ignored(process),
    };
    let wish = Registration { seats: seats.to_vec(), ..registration.clone() };
    await_reservation(wish, kept, context)
}

fn seats_reserved(
    process: &Process,
    correlation: CommandId,
    seats: &[SeatQuantity],
    context: &Context,
) -> Reaction {
    match process {
        Process::AwaitingReservationConfirmation(awaiting)
            if awaiting.registration.correlation == Some(correlation) =>
        {
            reserved(awaiting.clone(), seats)
        }
        Process::AwaitingReacquisition(again)
            if again.registration.correlation == Some(correlation) =>
        {
            reacquired(again.clone(), seats, context)
        }
        // The order lapsed before the answer came: nobody else will give these seats back.
        Process::NeedsAttention(ended) | Process::Completed(ended)
            if ended.registration.correlation == Some(correlation) =>
        {
            let mut state = process.clone();
            if let Some(registration) = state.registration_mut() {
                registration.correlation = None;
            }
            Reaction::to(state).send([ended.registration.cancel()])
        }
        Process::NotStarted
        | Process::AwaitingReservationConfirmation(_)
        | Process::ReservationConfirmationReceived(_)
        | Process::PaymentConfirmationReceived(_)
        | Process::AwaitingReacquisition(_)
        | Process::NeedsAttention(_)
        | Process::Completed(_) => Reaction::ignored(process),
    }
}

/// Money came in, by whatever way.
fn paid(process: &Process, payment: &Payment, context: &Context) -> Reaction {
    let mut state = process.clone();
    let Some(registration) = state.registration_mut() else {
        return Reaction::ignored(process);
    };
    if registration.payments.contains(&payment.payment_id) {
        return Reaction::ignored(process);
    }
    registration.payments.push(payment.payment_id);
    match state {
        Process::NotStarted => Reaction::ignored(process),
        Process::AwaitingReservationConfirmation(Awaiting { registration, kept: None }) => {
            let kept = Some(payment.clone());
            let awaiting = Awaiting { registration, kept };
            Reaction::to(Process::AwaitingReservationConfirmation(awaiting))
        }
        Process::ReservationConfirmationReceived(registration) if registration.seats.is_empty() => {
            let reject = registration.reject();
            give_up(registration, payment.clone(), [reject])
        }
        Process::ReservationConfirmationReceived(registration) => {
            settle(registration, payment.settlement.clone())
        }
        Process::AwaitingReservationConfirmation(_)
        | Process::PaymentConfirmationReceived(_)
        | Process::AwaitingReacquisition(_) => raise(state, payment, AttentionKind::Overpayment),
        Process::Completed(Ended { outcome: Outcome::Confirmed, .. })
        | Process::NeedsAttention(Ended { outcome: Outcome::Confirmed, .. }) => {
            raise(state, payment, AttentionKind::Overpayment)
        }
        Process::NeedsAttention(Ended { outcome: Outcome::Expired, registration })
        | Process::Completed(Ended { outcome: Outcome::Expired, registration })
            if registration.seats.is_empty() =>
        {
            let state = Process::ended(registration, Outcome::Expired);
            raise(state, payment, AttentionKind::LatePayment)
        }
        // Seats that an earlier payment came too late for may be free by now.
        Process::NeedsAttention(Ended { outcome: Outcome::Expired, registration })
        | Process::Completed(Ended { outcome: Outcome::Expired, registration }) => {
            let payment = payment.clone();
            reacquire(Reacquiring { registration, payment, is_on_card: false }, context)
        }
    }
}

/// The order stays reserved; another attempt may follow until it expires.
fn payment_rejected(process: &Process, _payment_id: PaymentId) -> Reaction {
    match process {
        Process::NotStarted
        | Process::AwaitingReservationConfirmation(_)
        | Process::ReservationConfirmationReceived(_)
        | Process::PaymentConfirmationReceived(_)
        | Process::AwaitingReacquisition(_)
        | Process::NeedsAttention(_)
        | Process::Completed(_) => Reaction::ignored(process),
    }
}

fn free_order_confirmed(process: &Process) -> Reaction {
    match process {
        Process::ReservationConfirmationReceived(registration) => {
            settle(registration.clone(), Settlement::Free)
        }
        // The order takes seats for free only when they are held.
        Process::NotStarted
        | Process::AwaitingReservationConfirmation(_)
        | Process::PaymentConfirmationReceived(_)
        | Process::AwaitingReacquisition(_)
        | Process::NeedsAttention(_)
        | Process::Completed(_) => Reaction::ignored(process),
    }
}

fn invoice_accepted(
    process: &Process,
    payment_id: PaymentId,
    number: &str,
    terms: InvoiceTerms,
) -> Reaction {
    match (process, terms) {
        (Process::ReservationConfirmationReceived(registration), InvoiceTerms::AtOnce) => {
            let mut registration = registration.clone();
            // Its money comes later and belongs to this confirmation.
            registration.payments.push(payment_id);
            settle(registration, Settlement::Invoice { number: number.to_owned() })
        }
        (
            Process::ReservationConfirmationReceived(registration),
            InvoiceTerms::PayFirst { due },
        ) => {
            let mut registration = registration.clone();
            // Of several invoices each holds the seats as long as it says.
            registration.invoice_due =
                Some(registration.invoice_due.map_or(due, |earlier| earlier.max(due)));
            let timer = registration.arm();
            Reaction::to(Process::ReservationConfirmationReceived(registration)).timing([timer])
        }
        // An invoice is no money: without held seats there is nothing to settle or to keep.
        (
            Process::NotStarted
            | Process::AwaitingReservationConfirmation(_)
            | Process::PaymentConfirmationReceived(_)
            | Process::AwaitingReacquisition(_)
            | Process::NeedsAttention(_)
            | Process::Completed(_),
            InvoiceTerms::AtOnce | InvoiceTerms::PayFirst { .. },
        ) => Reaction::ignored(process),
    }
}

fn order_payment_confirmed(process: &Process) -> Reaction {
    match process {
        Process::ReservationConfirmationReceived(registration)
        | Process::PaymentConfirmationReceived(registration) => {
            let mut registration = registration.clone();
            let commit = registration.commit();
            let timer = registration.disarm();
            Reaction::to(Process::ended(registration, Outcome::Confirmed))
                .send([commit])
                .timing(timer)
        }
        Process::NotStarted
        | Process::AwaitingReservationConfirmation(_)
        | Process::AwaitingReacquisition(_)
        | Process::NeedsAttention(_)
        | Process::Completed(_) => Reaction::ignored(process),
    }
}

fn reservation_extended(process: &Process, expiration: Timestamp) -> Reaction {
    match process {
        Process::AwaitingReservationConfirmation(_)
        | Process::ReservationConfirmationReceived(_) => {
            let mut state = process.clone();
            let timer = state.registration_mut().map(|registration| {
                registration.expiration = expiration;
                registration.arm()
            });
            Reaction::to(state).timing(timer)
        }
        Process::NotStarted
        | Process::PaymentConfirmationReceived(_)
        | Process::AwaitingReacquisition(_)
        | Process::NeedsAttention(_)
        | Process::Completed(_) => Reaction::ignored(process),
    }
}

/// The order lapsed by another hand, as when a kiosk is left alone.
fn order_expired(process: &Process) -> Reaction {
    match process {
        Process::AwaitingReservationConfirmation(awaiting) => {
            lapse(awaiting.registration.unanswered(), awaiting.kept.clone(), [])
        }
        Process::ReservationConfirmationReceived(registration) => {
            lapse(registration.clone(), None, [])
        }
        // The echo of the process's own rejection ends here.
        Process::NotStarted
        | Process::PaymentConfirmationReceived(_)
        | Process::AwaitingReacquisition(_)
        | Process::NeedsAttention(_)
        | Process::Completed(_) => Reaction::ignored(process),
    }
}

/// Only sold seats are cancelled, and what becomes of them is the organizer's decision.
fn order_cancelled(process: &Process) -> Reaction {
    match process {
        Process::NotStarted
        | Process::AwaitingReservationConfirmation(_)
        | Process::ReservationConfirmationReceived(_)
        | Process::PaymentConfirmationReceived(_)
        | Process::AwaitingReacquisition(_)
        | Process::NeedsAttention(_)
        | Process::Completed(_) => Reaction::ignored(process),
    }
}

fn timeout(process: &Process, token: u32) -> Reaction {
    let (registration, kept) = match process {
        Process::AwaitingReservationConfirmation(awaiting) => {
            (awaiting.registration.unanswered(), awaiting.kept.clone())
        }
        Process::ReservationConfirmationReceived(registration) => (registration.clone(), None),
        Process::NotStarted
        | Process::PaymentConfirmationReceived(_)
        | Process::AwaitingReacquisition(_)
        | Process::NeedsAttention(_)
        | Process::Completed(_) => return Reaction::ignored(process),
    };
    // One that was armed before the present one fell due too late to be taken back.
    if !registration.is_armed(token) {
        return Reaction::ignored(process);
    }
    let fired = Registration { timer: None, ..registration };
    let reject = fired.reject();
    lapse(fired, kept, [reject])
}

fn retry_late_payment(process: &Process, attention_id: AttentionId, context: &Context) -> Reaction {
    match process {
        Process::NeedsAttention(ended) if process.may_retry(attention_id).is_ok() => {
            let mut registration = ended.registration.clone();
            let Some(card) = registration.close(attention_id) else {
                return Reaction::ignored(process);
            };
            let payment = card.payment;
            reacquire(Reacquiring { registration, payment, is_on_card: true }, context)
        }
        Process::NotStarted
        | Process::AwaitingReservationConfirmation(_)
        | Process::ReservationConfirmationReceived(_)
        | Process::PaymentConfirmationReceived(_)
        | Process::AwaitingReacquisition(_)
        | Process::NeedsAttention(_)
        | Process::Completed(_) => Reaction::ignored(process),
    }
}

/// The organizer dealt with a card; wherever the process is, an open card can be closed.
fn resolve(process: &Process, attention_id: AttentionId, resolution: Resolution) -> Reaction {
    let mut state = process.clone();
    let Some(registration) = state.registration_mut() else {
        return Reaction::ignored(process);
    };
    if registration.close(attention_id).is_none() {
        return Reaction::ignored(process);
    }
    let resolved = registration.resolved(attention_id, resolution);
    Reaction::to(state.settled()).record([resolved])
}

/// Asks for the seats, whatever is held already, and waits for the answer.
fn await_reservation(
    mut registration: Registration,
    kept: Option<Payment>,
    context: &Context,
) -> Reaction {
    let make = registration.ask(context);
    let awaiting = Awaiting { registration, kept };
    Reaction::to(Process::AwaitingReservationConfirmation(awaiting)).send([make])
}

fn reserved(awaiting: Awaiting, seats: &[SeatQuantity]) -> Reaction {
    let Awaiting { mut registration, kept } = awaiting;
    let is_complete = seats::are_same(&registration.seats, seats);
    registration.correlation = None;
    let Some(payment) = kept else {
        registration.seats = seats.to_vec();
        let mark = registration.mark(seats);
        return Reaction::to(Process::ReservationConfirmationReceived(registration)).send([mark]);
    };
    if !is_complete {
        let reject = registration.reject();
        return give_up(registration.unanswered(), payment, [reject]);
    }
    let mark = registration.mark(seats);
    let mut reaction = settle(registration, payment.settlement);
    reaction.commands.insert(0, mark);
    reaction
}

fn reacquired(again: Reacquiring, seats: &[SeatQuantity], context: &Context) -> Reaction {
    let Reacquiring { mut registration, payment, is_on_card } = again;
    registration.correlation = None;
    if !seats::are_same(&registration.seats, seats) {
        let cancel = registration.cancel();
        let card = Card::new(AttentionKind::LatePayment, payment);
        let raised = (!is_on_card).then(|| registration.raised(&card));
        registration.cards.push(card);
        let state = Process::ended(registration, Outcome::Expired);
        return Reaction::to(state).send([cancel]).record(raised);
    }
    registration.expiration = context.at.plus_minutes(RESERVATION_MINUTES);
    let revive = registration.revive();
    let resolved = is_on_card.then(|| {
        registration.resolved(cards::attention_id(payment.payment_id), Resolution::Retried)
    });
    let mut reaction = settle(registration, payment.settlement).record(resolved);
    reaction.commands.insert(0, revive);
    reaction
}

fn settle(registration: Registration, settlement: Settlement) -> Reaction {
    let confirm = registration.confirm(settlement);
    Reaction::to(Process::PaymentConfirmationReceived(registration)).send([confirm])
}

fn reacquire(mut again: Reacquiring, context: &Context) -> Reaction {
    let make = again.registration.ask(context);
    Reaction::to(Process::AwaitingReacquisition(again)).send([make])
}

/// The order is over. A payment that was kept for it goes to the organizer.
fn lapse<const N: usize>(
    mut registration: Registration,
    kept: Option<Payment>,
    first: [ProcessCommand; N],
) -> Reaction {
    let Some(payment) = kept else {
        let timer = registration.disarm();
        let cancel = registration.cancel();
        let state = Process::ended(registration, Outcome::Expired);
        return Reaction::to(state).send(first).send([cancel]).timing(timer);
    };
    give_up(registration, payment, first)
}

/// The order is over, and it was paid: the seats go back, the organizer decides about the money.
fn give_up<const N: usize>(
    mut registration: Registration,
    payment: Payment,
    first: [ProcessCommand; N],
) -> Reaction {
    let timer = registration.disarm();
    let cancel = registration.cancel();
    let state = Process::ended(registration, Outcome::Expired);
    raise(state, &payment, AttentionKind::LatePayment).send(first).send([cancel]).timing(timer)
}

fn raise(mut state: Process, payment: &Payment, kind: AttentionKind) -> Reaction {
    let card = Card::new(kind, payment.clone());
    let raised: Option<AttentionEvent> = state.registration_mut().map(|registration| {
        let raised = registration.raised(&card);
        registration.cards.push(card);
        raised
    });
    Reaction::to(state.settled()).record(raised)
}
