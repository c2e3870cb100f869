//! The tables `payments`, `invoices` and `invoice_series`: the state, as a plain projection of the
//! events.
//!
//! All functions work on a connection whose transaction the caller has begun and will end.

use std::{error::Error, str::FromStr};

use kernel::{ConferenceId, Money, OrderId, PaymentId, PersonId, Personal, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, named_params, types::Type};

use crate::{
    PaymentError,
    billing::Billing,
    event::{
        InvoiceIssued, InvoicePaid, InvoicePolicy, PaymentEvent, PaymentInitiated, PaymentItem,
        TokenHash,
    },
    invoice::{self, InitiateInvoicePayment, InvoicePayment, MarkInvoicePaid},
    third_party::{
        self, InitiateThirdPartyProcessorPayment, PaymentState, SettleThirdPartyProcessorPayment,
        ThirdPartyProcessorPayment,
    },
};

/// What can be asked of payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentCommand {
    /// See [`InitiateThirdPartyProcessorPayment`].
    InitiateThirdPartyProcessorPayment(InitiateThirdPartyProcessorPayment),
    /// The processor has the money. Again: nothing; after a cancellation: refused.
    CompleteThirdPartyProcessorPayment(SettleThirdPartyProcessorPayment),
    /// The processor will not get the money. Again: nothing; after a completion: refused.
    CancelThirdPartyProcessorPayment(SettleThirdPartyProcessorPayment),
    /// See [`InitiateInvoicePayment`].
    InitiateInvoicePayment(InitiateInvoicePayment),
    /// See [`MarkInvoicePaid`].
    MarkInvoicePaid(MarkInvoicePaid),
}

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum HandleError {
    /// A rule refuses it.
    #[error(transparent)]
    Refused(#[from] PaymentError),
    /// The tables could not be read or written.
    #[error(transparent)]
    Storage(#[from] rusqlite::Error),
}

/// Carries a command out: changes the tables, and returns the events to append to the log.
///
/// # Errors
/// `Refused`, and then no table has changed; `Storage`.
pub fn handle(
    connection: &Connection,
    command: &PaymentCommand,
) -> Result<Vec<PaymentEvent>, HandleError> {
    let events = decide(connection, command)?;
    for event in &events {
        apply(connection, event)?;
    }
    Ok(events)
}

/// Brings the tables to where they are after the event.
///
/// # Errors
/// The tables could not be written.
pub fn apply(connection: &Connection, event: &PaymentEvent) -> rusqlite::Result<()> {
    match event {
        PaymentEvent::PaymentInitiated(event) => insert_payment(connection, event),
        PaymentEvent::PaymentCompleted(event) => {
            settle(connection, event.payment_id, PaymentState::Completed)
        }
        PaymentEvent::PaymentRejected(event) => {
            settle(connection, event.payment_id, PaymentState::Rejected)
        }
        PaymentEvent::InvoiceIssued(event) => {
            insert_invoice(connection, event)?;
            advance_series(connection, event)
        }
        PaymentEvent::InvoicePaid(event) => mark_paid(connection, event),
    }
}

/// The payment through the processor with this id.
///
/// # Errors
/// The table could not be read.
pub fn load_payment(
    connection: &Connection,
    payment_id: PaymentId,
) -> rusqlite::Result<Option<ThirdPartyProcessorPayment>> {
    let sql = "SELECT payment_id, order_id, conference_id, description, amount, currency, items,
                   token_hash, state
               FROM payments WHERE payment_id = ?1";
    connection.prepare_cached(sql)?.query_row([payment_id.uuid()], read_payment).optional()
}

/// The invoice with this payment id.
///
/// # Errors
/// The table could not be read.
pub fn load_invoice(
    connection: &Connection,
    payment_id: PaymentId,
) -> rusqlite::Result<Option<InvoicePayment>> {
    let sql = "SELECT payment_id, order_id, conference_id, number, amount, currency, items, payer,
                   billing_name, address, country, tax_id, pay_first_days, issued_at, due_at,
                   is_paid
               FROM invoices WHERE payment_id = ?1";
    connection.prepare_cached(sql)?.query_row([payment_id.uuid()], read_invoice).optional()
}

/// The invoice with this number, such as `K3-0001`.
///
/// # Errors
/// The table could not be read.
pub fn load_invoice_by_number(
    connection: &Connection,
    number: &str,
) -> rusqlite::Result<Option<InvoicePayment>> {
    let sql = "SELECT payment_id FROM invoices WHERE number = ?1";
    let payment_id = connection
        .prepare_cached(sql)?
        .query_row([number.trim()], |row| row.get(0).map(PaymentId::from_uuid))
        .optional()?;
    match payment_id {
        Some(payment_id) => load_invoice(connection, payment_id),
        None => Ok(None),
    }
}

/// Forgets what the tables know of an erased person, as if their events were applied erased. The
/// invoice keeps its number and amount.
///
/// # Errors
/// The table could not be written.
pub fn scrub(connection: &Connection, person: PersonId) -> rusqlite::Result<()> {
    let sql = "UPDATE invoices
               SET billing_name = NULL, address = NULL, country = NULL, tax_id = NULL
               WHERE payer = ?1";
    connection.prepare_cached(sql)?.execute([person.uuid()]).map(drop)
}

/// Loads what the command is about and asks its rules.
fn decide(
    connection: &Connection,
    command: &PaymentCommand,
) -> Result<Vec<PaymentEvent>, HandleError> {
    let events = match command {
        PaymentCommand::InitiateThirdPartyProcessorPayment(command) => {
            if load_invoice(connection, command.payment_id)?.is_some() {
                return Err(PaymentError::PaymentIdTaken.into());
            }
            let payment = load_payment(connection, command.payment_id)?;
            third_party::initiate(payment.as_ref(), command)
        }
        PaymentCommand::CompleteThirdPartyProcessorPayment(command) => {
            let payment = load_payment(connection, command.payment_id)?;
            third_party::complete(payment.as_ref(), command)
        }
        PaymentCommand::CancelThirdPartyProcessorPayment(command) => {
            let payment = load_payment(connection, command.payment_id)?;
            third_party::cancel(payment.as_ref(), command)
        }
        PaymentCommand::InitiateInvoicePayment(command) => {
            if load_payment(connection, command.payment_id)?.is_some() {
                return Err(PaymentError::PaymentIdTaken.into());
            }
            let invoice = load_invoice(connection, command.payment_id)?;
            let last_number = last_number(connection, &command.series)?;
            invoice::initiate(invoice.as_ref(), last_number, command)
        }
        PaymentCommand::MarkInvoicePaid(command) => {
            let invoice = load_invoice_by_number(connection, &command.invoice_number)?;
            invoice::mark_paid(invoice.as_ref())
        }
    };
    events.map_err(HandleError::Refused)
}

/// Whether an invoice was issued in this series.
///
/// # Errors
/// SQLite refused.
pub fn is_series_in_use(connection: &Connection, series: &str) -> rusqlite::Result<bool> {
    Ok(0 < last_number(connection, series)?)
}

fn last_number(connection: &Connection, series: &str) -> rusqlite::Result<u32> {
    let sql = "SELECT last_number FROM invoice_series WHERE series = ?1";
    let last = connection.prepare_cached(sql)?.query_row([series], |row| row.get(0)).optional()?;
    Ok(last.unwrap_or(0))
}

fn insert_payment(connection: &Connection, event: &PaymentInitiated) -> rusqlite::Result<()> {
    let sql = "INSERT INTO payments (
                   payment_id, order_id, conference_id, description, amount, currency, items,
                   token_hash, state)
               VALUES (
                   :payment_id, :order_id, :conference_id, :description, :amount, :currency,
                   :items, :token_hash, :state)";
    connection.prepare_cached(sql)?.execute(named_params! {
        ":payment_id": event.payment_id.uuid(),
        ":order_id": event.order_id.uuid(),
        ":conference_id": event.conference_id.uuid(),
        ":description": event.description,
        ":amount": event.amount.amount,
        ":currency": event.amount.currency.code(),
        ":items": written(&event.items)?,
        ":token_hash": event.token_hash.as_bytes().as_slice(),
        ":state": PaymentState::Initiated.as_str(),
    })?;
    Ok(())
}

fn settle(
    connection: &Connection,
    payment_id: PaymentId,
    state: PaymentState,
) -> rusqlite::Result<()> {
    let sql = "UPDATE payments SET state = ?2 WHERE payment_id = ?1";
    connection.prepare_cached(sql)?.execute((payment_id.uuid(), state.as_str()))?;
    Ok(())
}

fn insert_invoice(connection: &Connection, event: &InvoiceIssued) -> rusqlite::Result<()> {
    let sql = "INSERT INTO invoices (
                   payment_id, order_id, conference_id, number, amount, currency, items, payer,
                   billing_name, address, country, tax_id, pay_first_days, issued_at, due_at,
                   is_paid)
               VALUES (
                   :payment_id, :order_id, :conference_id, :number, :amount, :currency, :items,
                   :payer, :billing_name, :address, :country, :tax_id, :pay_first_days,
                   :issued_at, :due_at, 0)";
    let billing = event.billing.value();
    let pay_first_days = match event.policy {
        InvoicePolicy::ConfirmAtOnce => None,
        InvoicePolicy::PayFirst(days) => Some(days),
    };
    connection.prepare_cached(sql)?.execute(named_params! {
        ":payment_id": event.payment_id.uuid(),
        ":order_id": event.order_id.uuid(),
        ":conference_id": event.conference_id.uuid(),
        ":number": event.number,
        ":amount": event.amount.amount,
        ":currency": event.amount.currency.code(),
        ":items": written(&event.items)?,
        ":payer": event.billing.person().uuid(),
        ":billing_name": billing.map(|billing| billing.name.as_str()),
        ":address": billing.map(|billing| billing.address.as_str()),
        ":country": billing.map(|billing| billing.country.as_str()),
        ":tax_id": billing.and_then(|billing| billing.tax_id.as_deref()),
        ":pay_first_days": pay_first_days,
        ":issued_at": event.issued_at.micros(),
        ":due_at": event.due_at.map(Timestamp::micros),
    })?;
    Ok(())
}

fn advance_series(connection: &Connection, event: &InvoiceIssued) -> rusqlite::Result<()> {
    let sql = "INSERT INTO invoice_series (series, last_number) VALUES (?1, ?2)
               ON CONFLICT (series) DO UPDATE SET
                   last_number = MAX(last_number, excluded.last_number)";
    connection.prepare_cached(sql)?.execute((&event.series, event.series_number))?;
    Ok(())
}

fn mark_paid(connection: &Connection, event: &InvoicePaid) -> rusqlite::Result<()> {
    let sql = "UPDATE invoices SET is_paid = 1 WHERE payment_id = ?1";
    connection.prepare_cached(sql)?.execute([event.payment_id.uuid()])?;
    Ok(())
}

fn read_payment(row: &Row<'_>) -> rusqlite::Result<ThirdPartyProcessorPayment> {
    Ok(ThirdPartyProcessorPayment {
        payment_id: PaymentId::from_uuid(row.get("payment_id")?),
        order_id: OrderId::from_uuid(row.get("order_id")?),
        conference_id: ConferenceId::from_uuid(row.get("conference_id")?),
        description: row.get("description")?,
        total_amount: read_amount(row)?,
        items: read_items(row)?,
        token_hash: TokenHash::from_bytes(row.get("token_hash")?),
        state: parsed(row, "state")?,
    })
}

fn read_invoice(row: &Row<'_>) -> rusqlite::Result<InvoicePayment> {
    let pay_first_days: Option<u16> = row.get("pay_first_days")?;
    let due_at: Option<i64> = row.get("due_at")?;
    Ok(InvoicePayment {
        payment_id: PaymentId::from_uuid(row.get("payment_id")?),
        order_id: OrderId::from_uuid(row.get("order_id")?),
        conference_id: ConferenceId::from_uuid(row.get("conference_id")?),
        number: row.get("number")?,
        amount: read_amount(row)?,
        items: read_items(row)?,
        billing: read_billing(row)?,
        policy: pay_first_days.map_or(InvoicePolicy::ConfirmAtOnce, InvoicePolicy::PayFirst),
        issued_at: Timestamp::from_micros(row.get("issued_at")?),
        due_at: due_at.map(Timestamp::from_micros),
        is_paid: row.get("is_paid")?,
    })
}

fn read_billing(row: &Row<'_>) -> rusqlite::Result<Personal<Billing>> {
    let person = PersonId::from_uuid(row.get("payer")?);
    let Some(name) = row.get("billing_name")? else {
        return Ok(Personal::Erased { person });
    };
    let address = row.get("address")?;
    let country = row.get("country")?;
    let tax_id = row.get("tax_id")?;
    Ok(Personal::known(person, Billing { name, address, country, tax_id }))
}

fn read_amount(row: &Row<'_>) -> rusqlite::Result<Money> {
    Ok(Money::new(row.get("amount")?, parsed(row, "currency")?))
}

fn read_items(row: &Row<'_>) -> rusqlite::Result<Vec<PaymentItem>> {
    let text: String = row.get("items")?;
    serde_json::from_str(&text).map_err(|error| unreadable(row, "items", error))
}

fn written(items: &[PaymentItem]) -> rusqlite::Result<String> {
    serde_json::to_string(items)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// A column whose text has a form of its own.
fn parsed<T>(row: &Row<'_>, column: &str) -> rusqlite::Result<T>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    let text: String = row.get(column)?;
    text.parse().map_err(|error| unreadable(row, column, error))
}

fn unreadable(
    row: &Row<'_>,
    column: &str,
    error: impl Error + Send + Sync + 'static,
) -> rusqlite::Error {
    let place = row.as_ref().column_index(column).unwrap_or_default();
    rusqlite::Error::FromSqlConversionFailure(place, Type::Text, Box::new(error))
}
