use kernel::{AttentionId, CommandId, PaymentId, Timestamp};

use super::*;
use crate::{
    order::DeskMeans,
    seats_availability::{CancelSeatReservation, CommitSeatReservation, MakeSeatReservation},
    testing::{ANNA, CONFERENCE, CP, GA, minute, seats, usd},
};

mod grid;
mod scenarios;
mod steps;

const FIRST: PaymentId = PaymentId::from_u128(0xD1);
const SECOND: PaymentId = PaymentId::from_u128(0xD2);

/// A process that has seen some inputs.
#[derive(Clone, Default)]
struct Seen {
    process: Process,
    reactions: u128,
}

impl Seen {
    fn context(&self) -> Context {
        let next_command_id = CommandId::from_u128(0x1000 + self.reactions);
        Context { at: minute(1), next_command_id }
    }

    fn react(&self, input: &Input) -> Reaction {
        react(&self.process, input, &self.context())
    }

    fn and(mut self, input: &Input) -> Self {
        self.process = self.react(input).state;
        self.reactions += 1;
        self
    }

    /// The id of the last request for seats, answered or not.
    fn last_request(&self) -> CommandId {
        let registration = self.process.registration();
        let open = registration.and_then(|registration| registration.correlation);
        open.unwrap_or(CommandId::from_u128(0x1000))
    }

    fn last_token(&self) -> u32 {
        self.process.registration().map_or(1, |registration| registration.timers)
    }
}

fn placed() -> Input {
    Input::OrderPlaced {
        order_id: ANNA,
        conference_id: CONFERENCE,
        seats: seats([(GA, 2), (CP, 1)]),
        expiration: minute(15),
    }
}

fn placed_long_ago() -> Input {
    let Input::OrderPlaced { order_id, conference_id, seats, .. } = placed() else {
        unreachable!()
    };
    Input::OrderPlaced { order_id, conference_id, seats, expiration: minute(1) }
}

fn updated() -> Input {
    Input::OrderUpdated { seats: seats([(GA, 3)]) }
}

fn granted(correlation: CommandId) -> Input {
    Input::SeatsReserved { correlation, seats: seats([(GA, 2), (CP, 1)]) }
}

fn partly_granted(correlation: CommandId) -> Input {
    Input::SeatsReserved { correlation, seats: seats([(GA, 1)]) }
}

fn not_granted(correlation: CommandId) -> Input {
    Input::SeatsReserved { correlation, seats: vec![] }
}

fn payment(payment_id: PaymentId) -> Payment {
    Payment { payment_id, settlement: Settlement::ThirdParty { payment_id }, paid: usd(44_800) }
}

fn paid(payment_id: PaymentId) -> Input {
    Input::PaymentCompleted(payment(payment_id))
}

fn paid_at_the_desk(payment_id: PaymentId) -> Input {
    let settlement = Settlement::Desk { means: DeskMeans::Cash, reference: None };
    Input::DeskSettled(Payment { settlement, ..payment(payment_id) })
}

fn invoice(payment_id: PaymentId, terms: InvoiceTerms) -> Input {
    Input::InvoiceAccepted { payment_id, number: "K3-0001".to_owned(), terms }
}

fn card_about(payment_id: PaymentId) -> AttentionId {
    cards::attention_id(payment_id)
}

fn retry(payment_id: PaymentId) -> Input {
    Input::RetryLatePayment { attention_id: card_about(payment_id) }
}

fn refund(payment_id: PaymentId) -> Input {
    Input::RecordRefund { attention_id: card_about(payment_id), amount: usd(44_800) }
}

fn dismiss(payment_id: PaymentId) -> Input {
    let attention_id = card_about(payment_id);
    Input::DismissAttention { attention_id, reason: "paid back in cash".to_owned() }
}

fn timeout(seen: &Seen) -> Input {
    Input::Timeout { token: seen.last_token() }
}

fn not_started() -> Seen {
    Seen::default()
}

fn awaiting() -> Seen {
    not_started().and(&placed())
}

fn awaiting_paid() -> Seen {
    awaiting().and(&paid(FIRST))
}

fn received() -> Seen {
    let seen = awaiting();
    let answer = granted(seen.last_request());
    seen.and(&answer)
}

fn payment_received() -> Seen {
    received().and(&paid(FIRST))
}

fn confirmed() -> Seen {
    payment_received().and(&Input::OrderPaymentConfirmed)
}

fn overpaid() -> Seen {
    confirmed().and(&paid(SECOND))
}

fn expired() -> Seen {
    let seen = received();
    let timeout = timeout(&seen);
    seen.and(&timeout)
}

fn expired_unanswered() -> Seen {
    let seen = awaiting();
    let timeout = timeout(&seen);
    seen.and(&timeout)
}

/// It came so late that nothing was asked for.
fn expired_at_once() -> Seen {
    not_started().and(&placed_long_ago())
}

fn late_unpriced() -> Seen {
    let seen = awaiting_paid();
    let timeout = timeout(&seen);
    seen.and(&timeout)
}

fn reacquiring() -> Seen {
    expired().and(&paid(FIRST))
}

fn late() -> Seen {
    let seen = reacquiring();
    let answer = not_granted(seen.last_request());
    seen.and(&answer)
}

fn reacquiring_on_card() -> Seen {
    late().and(&retry(FIRST))
}
