//! A registrant's order, and what may be done with it now.

use kernel::Timestamp;
use read_models::{
    answers::{DraftOrder, DraftOrderState, PaymentDetails, PaymentState},
    attention, draft_order, order_list, order_seats, payment, priced_order,
};
use registration::order::{EXTENSION_WINDOW_MINUTES, MOST_EXTENSIONS};
use rusqlite::Connection;

use super::Shown;
use crate::{
    app::App,
    error::AppError,
    role::{Caller, Role},
    throttles::{self, CodeOf},
    wire::{answers, queries as wire},
};

/// A draft order with its actions; as it was then, and without any, where the past is shown.
pub fn draft(
    app: &App,
    caller: &Caller,
    query: &wire::GetDraftOrder,
    shown: &Shown<'_>,
) -> Result<answers::DraftOrderAnswer, AppError> {
    let views = shown.views;
    let order = draft_order::by_id(views, query.order_id)?
        .ok_or_else(|| AppError::not_found("the order"))?;
    let now = shown.past.unwrap_or_else(|| app.clock().now());
    let payments = payment::of_order(views, query.order_id)?;
    let standing = Standing {
        is_paying: payments.iter().any(|one| is_waiting(one) && one.method == "thirdParty"),
        invoice_due_at: payments
            .iter()
            .filter(|one| is_waiting(one))
            .filter_map(|one| one.due_at)
            .max(),
        is_free: priced_order::by_id(views, query.order_id)?
            .is_some_and(|priced| priced.is_free_of_charge),
        now,
    };
    let actions = if shown.past.is_some() { vec![] } else { actions(caller, &order, &standing) };
    let is_expired = order.state == DraftOrderState::Rejected
        || (is_open(order.state) && standing.is_over(&order));
    Ok(answers::DraftOrderAnswer {
        now,
        is_expired,
        is_over: is_expired && !(is_open(order.state) && standing.is_paying),
        extendable_from: order.reservation_expiration.plus_minutes(-EXTENSION_WINDOW_MINUTES),
        open_payment_id: payment::open_of_order(views, query.order_id)?
            .filter(|_| is_open(order.state)),
        invoice_due_at: standing.invoice_due_at.filter(|_| is_open(order.state)),
        payments,
        needs_attention: attention::is_open_for(views, query.order_id)?,
        actions: actions.into_iter().map(str::to_owned).collect(),
        order,
    })
}

/// What beside the order itself decides about its actions.
struct Standing {
    is_paying: bool,
    invoice_due_at: Option<Timestamp>,
    is_free: bool,
    now: Timestamp,
}

impl Standing {
    /// An open invoice that is to be paid first holds the seats until it is due.
    fn is_over(&self, order: &DraftOrder) -> bool {
        let until = order.reservation_expiration;
        self.invoice_due_at.map_or(until, |due| due.max(until)) <= self.now
    }
}

fn is_waiting(payment: &PaymentDetails) -> bool {
    payment.state == PaymentState::Initiated
}

const fn is_open(state: DraftOrderState) -> bool {
    matches!(
        state,
        DraftOrderState::PendingReservation
            | DraftOrderState::PartiallyReserved
            | DraftOrderState::ReservationCompleted
    )
}

fn actions(caller: &Caller, order: &DraftOrder, standing: &Standing) -> Vec<&'static str> {
    match order.state {
        DraftOrderState::Rejected | DraftOrderState::Cancelled => return vec!["startAgain"],
        DraftOrderState::Confirmed if caller.role == Role::Organizer => {
            return vec!["assignSeats", "cancelSeats"];
        }
        DraftOrderState::Confirmed => return vec!["assignSeats"],
        _ if standing.is_over(order) => return vec!["startAgain"],
        // The invoice holds the seats: there is nothing to do any more but to pay it.
        _ if order.reservation_expiration <= standing.now => return vec![],
        _ => {}
    }
    let mut actions = vec!["assignDetails"];
    // Seats that a payment or an invoice was begun for stay as they are. Another means is no harm.
    if !standing.is_paying && standing.invoice_due_at.is_none() {
        actions.push("changeSeats");
    }
    let left = standing.now.seconds_until(order.reservation_expiration);
    if left < EXTENSION_WINDOW_MINUTES * 60 && order.extensions < MOST_EXTENSIONS {
        actions.push("extend");
    }
    let holds_seats = order.lines.iter().any(|line| 0 < line.reserved);
    if !holds_seats {
        return actions;
    }
    if matches!(caller.role, Role::Desk | Role::Organizer) && !standing.is_free {
        actions.push("settleAtDesk");
    }
    if order.registrant_email.is_some() {
        let ways = if standing.is_free { &["confirmFree"][..] } else { &["pay", "payByInvoice"] };
        actions.extend(ways);
    }
    actions
}

/// What an order costs.
pub fn priced(
    query: &wire::GetPricedOrder,
    views: &Connection,
) -> Result<answers::PricedOrderAnswer, AppError> {
    let order = priced_order::by_id(views, query.order_id)?;
    Ok(answers::PricedOrderAnswer { order: order.ok_or_else(|| AppError::not_found("the order"))? })
}

/// Finds an order again.
pub fn locate(
    app: &App,
    query: &wire::LocateOrder,
    views: &Connection,
) -> Result<answers::LocatedOrder, AppError> {
    let now = app.clock().now();
    let attempt = app.throttles().begin(CodeOf::Order, now)?;
    let conference_id = query.conference_id;
    let found = match (query.email.parse(), query.access_code.parse()) {
        (Ok(email), Ok(code)) => order_list::locate(views, conference_id, &email, code)?,
        _ => None,
    };
    match found {
        Some(order_id) => Ok(answers::LocatedOrder { order_id, conference_id }),
        None => {
            app.keep(throttles::SETTING, attempt.was_wrong()?);
            Err(AppError::not_found("an order of this e-mail and access code"))
        }
    }
}

/// The seats of a confirmed order.
pub fn seats(
    query: &wire::GetOrderSeats,
    shown: &Shown<'_>,
) -> Result<answers::OrderSeatsAnswer, AppError> {
    let seats = order_seats::by_order(shown.views, query.order_id)?
        .ok_or_else(|| AppError::not_found("a confirmed order"))?;
    let action = shown.past.is_none().then(|| "assignSeats".to_owned());
    Ok(answers::OrderSeatsAnswer { seats, actions: action.into_iter().collect() })
}
