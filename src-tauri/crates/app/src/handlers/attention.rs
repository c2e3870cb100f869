//! What an organizer decides about money that no order could take.

use kernel::{AttentionId, OrderId};
use read_models::attention;
use registration::process::{Input, Process};

use super::{Outcome, fields::reason};
use crate::{error::AppError, processes, unit::Unit, wire::commands as wire};

/// Tries to get the seats once more.
pub fn retry(unit: &mut Unit<'_>, form: &wire::RetryLatePayment) -> Result<Outcome, AppError> {
    let attention_id = form.attention_id;
    let (order_id, process) = find(unit, attention_id)?;
    process.may_retry(attention_id)?;
    feed(unit, order_id, &Input::RetryLatePayment { attention_id })
}

/// Records that money was given back.
pub fn refund(unit: &mut Unit<'_>, form: &wire::RecordRefund) -> Result<Outcome, AppError> {
    let (attention_id, amount) = (form.attention_id, form.amount);
    let (order_id, process) = find(unit, attention_id)?;
    process.may_refund(attention_id, amount)?;
    feed(unit, order_id, &Input::RecordRefund { attention_id, amount })
}

/// Closes a card.
pub fn dismiss(unit: &mut Unit<'_>, form: wire::DismissAttention) -> Result<Outcome, AppError> {
    let attention_id = form.attention_id;
    let reason = reason(&form.reason)?;
    let (order_id, process) = find(unit, attention_id)?;
    process.may_dismiss(attention_id, &reason)?;
    feed(unit, order_id, &Input::DismissAttention { attention_id, reason })
}

fn find(unit: &mut Unit<'_>, attention_id: AttentionId) -> Result<(OrderId, Process), AppError> {
    let order_id = attention::order_of(unit.connection(), attention_id)?
        .ok_or_else(|| AppError::not_found("the card"))?;
    Ok((order_id, processes::load(unit, order_id)?))
}

fn feed(unit: &mut Unit<'_>, order_id: OrderId, input: &Input) -> Result<Outcome, AppError> {
    unit.in_flow_of(order_id.uuid());
    let cause = processes::as_cause(unit.command_id().uuid());
    processes::feed(unit, order_id, input, cause)?;
    Ok(Outcome::Done)
}
