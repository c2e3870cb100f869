//! Paying: through the simulated processor, by invoice, at a desk.

use event_store::Expected;
use kernel::{OrderId, PaymentId};
use payments::{
    InitiateInvoicePayment, InitiateThirdPartyProcessorPayment, InvoicePolicy, MarkInvoicePaid,
    PaymentCommand, PaymentItem, SettleThirdPartyProcessorPayment, handle, load_invoice,
    load_payment,
    processor::{Answer, Script, plan},
    stream,
};
use read_models::{Fact, draft_order};
use registration::{
    order::{Booking, DeskMeans, Order, OrderError, Payable, Settlement},
    pricing::OrderLine,
    process::{Input, Payment},
};
use serde::{Deserialize, Serialize};

use super::Outcome;
use crate::{
    error::AppError,
    ids::{derived_command, person_of},
    processes, series,
    unit::Unit,
    wire::commands as wire,
};

/// The stored name of the simulated processor's delayed answers.
pub const PROCESSOR_TIMEOUT: &str = "SimulatedProcessorAnswer";

/// A delayed answer of the simulated processor.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Planned {
    payment_id: PaymentId,
    accept: bool,
}

/// Begins a payment; the amount is the order's total, whatever a page shows. One that is open
/// already, or an invoice, is no obstacle: what completes first settles the order.
pub fn initiate(
    unit: &mut Unit<'_>,
    form: &wire::InitiateThirdPartyProcessorPayment,
) -> Result<Outcome, AppError> {
    let (payment_id, order_id) = (form.payment_id, form.order_id);
    // A repeat finds the payment and changes nothing, also when the time is over by now.
    if let Some(known) = load_payment(unit.connection(), payment_id)?
        && known.order_id == order_id
    {
        return Ok(Outcome::Done);
    }
    let payable = payable(unit, order_id)?;
    let description = description(unit, &payable)?;
    let token = unit.secrets.token_of(payment_id);
    carry_out(
        unit,
        &PaymentCommand::InitiateThirdPartyProcessorPayment(InitiateThirdPartyProcessorPayment {
            payment_id,
            order_id,
            conference_id: payable.conference_id,
            description,
            amount: payable.total,
            items: items(&payable.lines),
            token,
        }),
    )?;
    Ok(Outcome::Done)
}

/// What is to be paid now. The registrant must be known, for the confirmation has to go somewhere.
fn payable(unit: &mut Unit<'_>, order_id: OrderId) -> Result<Payable, AppError> {
    let at = unit.at;
    let order = &unit.load::<Order>(order_id)?.state;
    let payable = order.may_start_payment(at)?;
    if !order.booking().is_some_and(Booking::has_details) {
        return Err(OrderError::DetailsMissing.into());
    }
    Ok(payable)
}

/// What the processor shows: not the order's code, which would open the order.
fn description(unit: &Unit<'_>, payable: &Payable) -> Result<String, AppError> {
    Ok(conference::load_name(unit.connection(), payable.conference_id)?.unwrap_or_default())
}

fn items(lines: &[OrderLine]) -> Vec<PaymentItem> {
    lines
        .iter()
        .map(|line| PaymentItem {
            description: line.description.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price,
            line_total: line.line_total,
        })
        .collect()
}

/// The processor's yes.
pub fn complete(
    unit: &mut Unit<'_>,
    form: wire::CompleteThirdPartyProcessorPayment,
) -> Result<Outcome, AppError> {
    let command = answer(unit, form.payment_id, form.token);
    settle(unit, true, command)
}

/// The processor's no.
pub fn cancel(
    unit: &mut Unit<'_>,
    form: wire::CancelThirdPartyProcessorPayment,
) -> Result<Outcome, AppError> {
    let command = answer(unit, form.payment_id, form.token);
    settle(unit, false, command)
}

fn answer(
    unit: &Unit<'_>,
    payment_id: PaymentId,
    token: Option<String>,
) -> SettleThirdPartyProcessorPayment {
    let caller_stands_for_processor = unit.caller.may_stand_for_processor;
    SettleThirdPartyProcessorPayment { payment_id, token, caller_stands_for_processor }
}

fn settle(
    unit: &mut Unit<'_>,
    accept: bool,
    command: SettleThirdPartyProcessorPayment,
) -> Result<Outcome, AppError> {
    let command = if accept {
        PaymentCommand::CompleteThirdPartyProcessorPayment(command)
    } else {
        PaymentCommand::CancelThirdPartyProcessorPayment(command)
    };
    carry_out(unit, &command)?;
    Ok(Outcome::Done)
}

/// Lets the simulated processor answer by itself, as an evaluator scripted it.
pub fn script(
    unit: &mut Unit<'_>,
    form: &wire::ScriptThirdPartyProcessorPayment,
) -> Result<Outcome, AppError> {
    let payment = load_payment(unit.connection(), form.payment_id)?
        .ok_or_else(|| AppError::not_found("the payment"))?;
    let known = form.token.as_deref() == Some(unit.secrets.token_of(form.payment_id).as_str());
    if !known && (!unit.caller.may_stand_for_processor || form.token.is_some()) {
        return Err(payments::PaymentError::WrongToken.into());
    }
    let released_at = draft_order::by_id(unit.connection(), payment.order_id)?
        .map_or(unit.at, |order| order.seats_released_at);
    let (accept, reject) = (Answer::Accept, Answer::Reject);
    let script = match form.script {
        wire::ProcessorScript::AcceptAfter(seconds) => Script::Delayed { answer: accept, seconds },
        wire::ProcessorScript::RejectAfter(seconds) => Script::Delayed { answer: reject, seconds },
        wire::ProcessorScript::NeverAnswer => Script::NeverAnswers,
        wire::ProcessorScript::AcceptTwice => Script::AnswersTwice { answer: accept },
        wire::ProcessorScript::AcceptAfterExpiry => Script::AnswersAfterRelease { answer: accept },
    };
    // A new script takes the place of an earlier one, which had two answers at the most.
    for index in 0..2 {
        let key = derived_command(form.payment_id.uuid(), index).uuid();
        unit.store.clear_timeout(PROCESSOR_TIMEOUT, key)?;
    }
    for (index, planned) in (0..).zip(plan(script, unit.at, released_at)) {
        let payload =
            Planned { payment_id: form.payment_id, accept: planned.answer == Answer::Accept };
        let payload = serde_json::to_string(&payload).map_err(AppError::broken)?;
        let key = derived_command(form.payment_id.uuid(), index).uuid();
        unit.store.set_timeout(PROCESSOR_TIMEOUT, key, planned.due, &payload)?;
    }
    Ok(Outcome::Done)
}

/// A delayed answer of the simulated processor is due. It stands for the processor itself.
pub fn answer_for_processor(unit: &mut Unit<'_>, payload: &str) -> Result<(), AppError> {
    let planned: Planned = serde_json::from_str(payload).map_err(AppError::broken)?;
    let token = unit.secrets.token_of(planned.payment_id);
    let command = answer(unit, planned.payment_id, Some(token));
    match settle(unit, planned.accept, command) {
        // An answer that comes when the payment is settled the other way has no effect.
        Err(error) if error.code == "RefusedPaymentSettled" => Ok(()),
        other => other.map(|_| ()),
    }
}

/// Pays by invoice.
pub fn invoice(
    unit: &mut Unit<'_>,
    form: wire::InitiateInvoicePayment,
) -> Result<Outcome, AppError> {
    let (payment_id, order_id) = (form.payment_id, form.order_id);
    match load_invoice(unit.connection(), payment_id)? {
        // A repeat changes nothing, also when the time is over by now.
        Some(known) => known.is_repeated_by(order_id, &form.billing)?,
        None => issue(unit, form)?,
    }
    let invoice = load_invoice(unit.connection(), payment_id)?
        .ok_or_else(|| AppError::broken("an invoice is missing after it was issued"))?;
    Ok(Outcome::IssuedInvoice(invoice.number, invoice.due_at))
}

fn issue(unit: &mut Unit<'_>, form: wire::InitiateInvoicePayment) -> Result<(), AppError> {
    let order_id = form.order_id;
    let payable = payable(unit, order_id)?;
    let conference = conference::load(unit.connection(), payable.conference_id)?;
    let policy = match conference.map(|conference| conference.invoice_policy) {
        Some(conference::InvoicePolicy::PayFirst(days)) => InvoicePolicy::PayFirst(days),
        Some(conference::InvoicePolicy::ConfirmAtOnce) | None => InvoicePolicy::ConfirmAtOnce,
    };
    let series = series::of_this_device(unit.store)?;
    let command = InitiateInvoicePayment {
        payment_id: form.payment_id,
        order_id,
        conference_id: payable.conference_id,
        amount: payable.total,
        items: items(&payable.lines),
        billing: form.billing,
        payer: person_of(unit.command_id()),
        policy,
        series: series.clone(),
        at: unit.at,
    };
    carry_out(unit, &PaymentCommand::InitiateInvoicePayment(command))?;
    series::keep_of_this_device(unit.store, &series)
}

/// Records that an invoice was paid.
pub fn mark_paid(unit: &mut Unit<'_>, form: wire::MarkInvoicePaid) -> Result<Outcome, AppError> {
    let invoice = payments::load_invoice_by_number(unit.connection(), &form.invoice_number)?;
    let Some(invoice) = invoice else {
        let refused = AppError::not_found("the invoice");
        return Err(AppError { field: Some("invoiceNumber".to_owned()), ..refused });
    };
    let command = MarkInvoicePaid { invoice_number: invoice.number };
    carry_out(unit, &PaymentCommand::MarkInvoicePaid(command))?;
    Ok(Outcome::Done)
}

/// Records that an order was paid at a staffed desk.
pub fn settle_at_desk(unit: &mut Unit<'_>, form: wire::SettleAtDesk) -> Result<Outcome, AppError> {
    let order_id = form.order_id;
    unit.in_flow_of(order_id.uuid());
    let reference = form.reference.as_deref().map(slip_number).transpose()?;
    let at = unit.at;
    let payable = unit.load::<Order>(order_id)?.state.may_start_payment(at)?;
    let means = match form.means {
        wire::DeskMeans::Cash => DeskMeans::Cash,
        wire::DeskMeans::Terminal => DeskMeans::TerminalSlip,
    };
    let payment = Payment {
        payment_id: PaymentId::from_uuid(unit.command_id().uuid()),
        settlement: Settlement::Desk { means, reference },
        paid: payable.total,
    };
    let cause = processes::as_cause(unit.command_id().uuid());
    processes::feed(unit, order_id, &Input::DeskSettled(payment), cause)?;
    Ok(Outcome::Done)
}

/// A slip's number stays in the log for ever, so there is no room in it for a name.
fn slip_number(text: &str) -> Result<String, AppError> {
    let number = text.trim();
    let is_part = |one: char| one.is_ascii_alphanumeric() || matches!(one, '-' | '/' | '.');
    if number.is_empty() || 32 < number.len() || !number.chars().all(is_part) {
        let message = "reference is a slip's number: up to 32 letters, digits, - / .";
        return Err(AppError::on_field("InvalidField", "reference", message));
    }
    Ok(number.to_owned())
}

fn carry_out(unit: &mut Unit<'_>, command: &PaymentCommand) -> Result<(), AppError> {
    let events = handle(unit.connection(), command)?;
    let Some((order_id, payment_id)) =
        events.first().map(|event| (event.order_id(), event.payment_id()))
    else {
        return Ok(());
    };
    unit.in_flow_of(order_id.uuid());
    // The tables are the state and were read in this transaction: the log has no say in it.
    let facts = events.into_iter().map(Fact::Payment).collect();
    unit.record(&stream(payment_id), Expected::Any, facts)?;
    Ok(())
}
