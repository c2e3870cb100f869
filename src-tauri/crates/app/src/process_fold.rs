//! The process managers as the log tells them, without running them.
//!
//! A live process also hears what is no event: a timeout, a payment at the desk, an organizer's
//! decision. Each of these leaves events behind, and from those it is told here: an order expired,
//! a confirmation that names the desk, a card that was raised or closed, seats that were asked for
//! again. What no event tells is left open by [`same`]: the order of a process's cards.

use std::num::NonZeroUsize;

use kernel::{AttentionId, OrderId, PaymentId, Recorded};
use lru::LruCache;
use payments::{InvoicePaid, PaymentEvent};
use read_models::{Fact, answers::OrderStatus, priced_order};
use registration::{
    attention::{AttentionEvent, Resolution},
    order::{OrderEvent, OrderPaymentConfirmed, Settlement},
    process::{Card, Context, Input, InvoiceTerms, Payment, Process, TimeoutChange, react},
    seats_availability::{SeatsAvailabilityEvent, SeatsReserved},
};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::{
    ids::derived_command,
    processes::{Armed, NAME, TIMEOUT},
    replay::Unreadable,
};

const KEPT: NonZeroUsize = NonZeroUsize::new(20_000).expect("more than none");

/// Follows the log and keeps each process in the table of the fresh fold.
pub struct ProcessFold(LruCache<OrderId, Process>);

impl Default for ProcessFold {
    fn default() -> Self {
        Self(LruCache::new(KEPT))
    }
}

/// One event, as the fold needs it.
struct Seen<'f> {
    fresh: &'f Connection,
    fact: &'f Recorded<Fact>,
    /// What led to it; an event's id, or the command of a caller or a timeout.
    cause: Option<Uuid>,
}

impl ProcessFold {
    /// Lets the process of an event's order hear of it. The read models and tables of `fresh` must
    /// have seen the event already.
    ///
    /// # Errors
    /// SQLite refused, or a fresh state cannot be written.
    pub fn follow(
        &mut self,
        fresh: &Connection,
        fact: &Recorded<Fact>,
        cause: Option<Uuid>,
    ) -> Result<(), Unreadable> {
        let seen = Seen { fresh, fact, cause };
        match &fact.event {
            Fact::Order(event) => self.order(&seen, event),
            Fact::SeatsAvailability(SeatsAvailabilityEvent::SeatsReserved(event)) => {
                self.seats_reserved(&seen, event)
            }
            Fact::Payment(event) => self.payment(&seen, event),
            Fact::Attention(AttentionEvent::AttentionResolved(event)) => {
                let attention_id = event.attention_id;
                let input = match &event.resolution {
                    Resolution::Refunded { amount } => {
                        Input::RecordRefund { attention_id, amount: *amount }
                    }
                    Resolution::Dismissed { reason } => {
                        Input::DismissAttention { attention_id, reason: reason.clone() }
                    }
                    // The process heard of it when the seats came.
                    Resolution::Retried => return Ok(()),
                };
                self.feed(&seen, event.order_id, &input)
            }
            // It is what the process itself made of a payment.
            Fact::Attention(AttentionEvent::AttentionRaised(_))
            | Fact::SeatsAvailability(_)
            | Fact::Conference(_)
            | Fact::SeatAssignments(_)
            | Fact::Person(_) => Ok(()),
        }
    }

    fn order(&mut self, seen: &Seen<'_>, event: &OrderEvent) -> Result<(), Unreadable> {
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
                self.settled_at_desk(seen, event)?;
                (event.order_id, Input::OrderPaymentConfirmed)
            }
            OrderEvent::OrderReservationExtended(event) => {
                let expiration = event.reservation_expiration;
                (event.order_id, Input::ReservationExtended { expiration })
            }
            OrderEvent::OrderExpired(event) => (event.order_id, Input::OrderExpired),
            OrderEvent::OrderCancelled(event) => (event.order_id, Input::OrderCancelled),
            OrderEvent::OrderSeatsCancelled(_)
            | OrderEvent::OrderPartiallyReserved(_)
            | OrderEvent::OrderReservationCompleted(_)
            | OrderEvent::OrderTotalsCalculated(_)
            | OrderEvent::OrderRegistrantAssigned(_)
            | OrderEvent::OrderRevived(_)
            | OrderEvent::RefundRequested(_) => return Ok(()),
        };
        self.feed(seen, order_id, &input)
    }

    /// A payment at the desk is no event; the confirmation that it caused names it.
    fn settled_at_desk(
        &mut self,
        seen: &Seen<'_>,
        event: &OrderPaymentConfirmed,
    ) -> Result<(), Unreadable> {
        let (Settlement::Desk { .. }, Some(cause)) = (&event.settlement, seen.cause) else {
            return Ok(());
        };
        // The handler names the payment after the command.
        let payment_id = PaymentId::from_uuid(cause);
        let settlement = event.settlement.clone();
        let Some(priced) = priced_order::by_id(seen.fresh, event.order_id)? else { return Ok(()) };
        let payment = Payment { payment_id, settlement, paid: priced.total };
        let process = self.load(seen.fresh, event.order_id)?;
        match process {
            Process::ReservationConfirmationReceived(_) => {
                self.feed(seen, event.order_id, &Input::DeskSettled(payment))
            }
            _ => Ok(()),
        }
    }

    /// Seats that nobody asked for as far as is known: the organizer tried a late payment again.
    fn seats_reserved(&mut self, seen: &Seen<'_>, event: &SeatsReserved) -> Result<(), Unreadable> {
        let (order_id, correlation) = (event.reservation_id, seen.fact.command_id);
        let process = self.load(seen.fresh, order_id)?;
        let known = process.registration().and_then(|registration| registration.correlation);
        if known != Some(correlation)
            && let Some(attention_id) = retried_card(seen, &process)?
        {
            self.feed(seen, order_id, &Input::RetryLatePayment { attention_id })?;
        }
        let seats = event.reservation_details.clone();
        self.feed(seen, order_id, &Input::SeatsReserved { correlation, seats })
    }

    fn payment(&mut self, seen: &Seen<'_>, event: &PaymentEvent) -> Result<(), Unreadable> {
        let (order_id, input) = match event {
            PaymentEvent::PaymentCompleted(event) => {
                let settlement = Settlement::ThirdParty { payment_id: event.payment_id };
                let (payment_id, paid) = (event.payment_id, event.amount);
                let payment = Payment { payment_id, settlement, paid };
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
                let Some(payment) = paid_invoice(seen, event)? else { return Ok(()) };
                (event.order_id, Input::PaymentCompleted(payment))
            }
            PaymentEvent::PaymentInitiated(_) => return Ok(()),
        };
        self.feed(seen, order_id, &input)
    }

    fn feed(
        &mut self,
        seen: &Seen<'_>,
        order_id: OrderId,
        input: &Input,
    ) -> Result<(), Unreadable> {
        let process = self.load(seen.fresh, order_id)?;
        let next_command_id = match input {
            // Its cause was a command of the organizer's; this is the answer to what it asked.
            Input::RetryLatePayment { .. } => seen.fact.command_id,
            _ => derived_command(seen.fact.event_id.uuid(), 0),
        };
        let context = Context { at: seen.fact.recorded_at, next_command_id };
        let reaction = react(&process, input, &context);
        for change in &reaction.timeouts {
            keep_time(seen.fresh, order_id, change)?;
        }
        if reaction.state != process {
            let state = stored(&reaction.state)?;
            seen.fresh
                .prepare_cached(
                    "INSERT INTO process_managers (name, key, state) VALUES (?1, ?2, ?3)
                     ON CONFLICT (name, key) DO UPDATE SET state = ?3",
                )?
                .execute(params![NAME, order_id.uuid(), state])?;
            self.0.put(order_id, reaction.state);
        }
        Ok(())
    }

    fn load(&mut self, fresh: &Connection, order_id: OrderId) -> Result<Process, Unreadable> {
        if let Some(process) = self.0.get(&order_id) {
            return Ok(process.clone());
        }
        let stored: Option<String> = fresh
            .prepare_cached("SELECT state FROM main.process_managers WHERE name = ?1 AND key = ?2")?
            .query_row(params![NAME, order_id.uuid()], |row| row.get(0))
            .optional()?;
        let process = match stored {
            Some(stored) => serde_json::from_str(&stored).map_err(|error| unwritable(&error))?,
            None => Process::default(),
        };
        self.0.put(order_id, Process::clone(&process));
        Ok(process)
    }
}

/// The card that was tried again, if seats were asked for because of one. Where the seats were
/// there, an event says which; otherwise the card is open as before, whichever it was.
fn retried_card(
    seen: &Seen<'_>,
    process: &Process,
) -> Result<Option<AttentionId>, rusqlite::Error> {
    let Process::NeedsAttention(ended) = process else { return Ok(None) };
    let told: Option<String> = seen
        .fresh
        .prepare_cached(
            "SELECT json_extract(payload, '$.attentionId') FROM events
             WHERE correlation_id = ?1 AND causation_id = ?2
               AND type_id = (SELECT id FROM types WHERE name = 'AttentionResolved')",
        )?
        .query_row(params![ended.registration.order_id.uuid(), seen.fact.event_id.uuid()], |row| {
            row.get(0)
        })
        .optional()?;
    let told = told.and_then(|text| text.parse().ok());
    let may_retry = |card: &&Card| process.may_retry(card.attention_id).is_ok();
    let any = ended.registration.cards.iter().find(may_retry).map(|card| card.attention_id);
    Ok(told.or(any))
}

/// What a paid invoice is to the process; see `policies`.
fn paid_invoice(seen: &Seen<'_>, event: &InvoicePaid) -> Result<Option<Payment>, Unreadable> {
    let invoice = payments::load_invoice(seen.fresh, event.payment_id)?;
    let is_awaited = invoice.is_some_and(|invoice| invoice.due_at.is_some());
    let is_cancelled = seen
        .fresh
        .prepare_cached("SELECT 1 FROM rm_order WHERE order_id = ?1 AND status = ?2")?
        .exists(params![event.order_id.as_bytes(), OrderStatus::Cancelled.as_str()])?;
    let payment_id = match (is_cancelled, is_awaited) {
        (true, _) => PaymentId::from_uuid(seen.fact.event_id.uuid()),
        (false, true) => event.payment_id,
        (false, false) => return Ok(None),
    };
    let settlement = Settlement::Invoice { number: event.number.clone() };
    Ok(Some(Payment { payment_id, settlement, paid: event.amount }))
}

fn keep_time(
    fresh: &Connection,
    order_id: OrderId,
    change: &TimeoutChange,
) -> Result<(), Unreadable> {
    match change {
        TimeoutChange::Arm { token, due } => {
            let armed = serde_json::to_string(&Armed { token: *token })
                .map_err(|error| unwritable(&error))?;
            fresh
                .prepare_cached(
                    "INSERT INTO main.timeouts (name, key, due, payload) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (name, key) DO UPDATE SET due = ?3, payload = ?4",
                )?
                .execute(params![TIMEOUT, order_id.uuid(), due.micros(), armed])?;
        }
        TimeoutChange::Disarm { .. } => {
            fresh
                .prepare_cached("DELETE FROM main.timeouts WHERE name = ?1 AND key = ?2")?
                .execute(params![TIMEOUT, order_id.uuid()])?;
        }
    }
    Ok(())
}

/// Whether two stored states are the same process. The order of its cards tells nothing.
pub fn same(live: &str, fresh: &str) -> bool {
    let parsed = |text: &str| {
        let mut state: serde_json::Value = serde_json::from_str(text).ok()?;
        sort_cards(&mut state);
        Some(state)
    };
    match (parsed(live), parsed(fresh)) {
        (Some(live), Some(fresh)) => live == fresh,
        _ => false,
    }
}

fn sort_cards(value: &mut serde_json::Value) {
    let serde_json::Value::Object(fields) = value else { return };
    for (name, value) in fields {
        match value {
            serde_json::Value::Array(cards) if name == "cards" => {
                cards.sort_by_key(|card| card["attentionId"].to_string());
            }
            other => sort_cards(other),
        }
    }
}

fn stored(process: &Process) -> Result<String, Unreadable> {
    serde_json::to_string(process).map_err(|error| unwritable(&error))
}

fn unwritable(error: &serde_json::Error) -> Unreadable {
    Unreadable::Sqlite(rusqlite::Error::UserFunctionError(error.to_string().into()))
}
