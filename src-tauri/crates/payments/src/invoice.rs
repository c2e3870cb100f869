//! A payment by invoice.
//!
//! Invariant: the numbers of one series are 1, 2, 3 ... without gap or repeat. A number is given in
//! the transaction that stores its invoice, so one that is rolled back was never given.

use kernel::{ConferenceId, Money, OrderId, PaymentId, PersonId, Personal, Timestamp};

use crate::{
    PaymentError,
    billing::{self, Billing, BillingForm},
    event::{InvoiceIssued, InvoicePaid, InvoicePolicy, PaymentEvent, PaymentItem},
};

/// Issues an invoice for an order. The same again (policy and time aside) changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitiateInvoicePayment {
    /// A new one for each invoice.
    pub payment_id: PaymentId,
    /// The order that is paid for.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// The order's total: never a page's figure.
    pub amount: Money,
    /// The order's lines.
    pub items: Vec<PaymentItem>,
    /// Who pays.
    pub billing: BillingForm,
    /// The entry of the payer as a person, made by the caller.
    pub payer: PersonId,
    /// The conference's policy at this moment.
    pub policy: InvoicePolicy,
    /// The series of this device, such as `K3`.
    pub series: String,
    /// Now.
    pub at: Timestamp,
}

/// The organizer saw the money of an invoice. Again: nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkInvoicePaid {
    /// The invoice number, such as `K3-0001`.
    pub invoice_number: String,
}

/// An invoice, as the table holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoicePayment {
    /// The payment.
    pub payment_id: PaymentId,
    /// The order that is paid for.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// The invoice number.
    pub number: String,
    /// What is to be paid.
    pub amount: Money,
    /// What is paid for.
    pub items: Vec<PaymentItem>,
    /// Who pays, unless they were erased.
    pub billing: Personal<Billing>,
    /// When the order counts as paid.
    pub policy: InvoicePolicy,
    /// The invoice's date.
    pub issued_at: Timestamp,
    /// Until when it must be paid, if it is to be paid first.
    pub due_at: Option<Timestamp>,
    /// Whether the organizer saw the money.
    pub is_paid: bool,
}

/// Issues the next invoice of a series whose last number was `last_number`, 0 if it has none yet.
///
/// # Errors
/// `NothingToPay`, `Billing`, `PaymentIdTaken`.
pub(crate) fn initiate(
    invoice: Option<&InvoicePayment>,
    last_number: u32,
    command: &InitiateInvoicePayment,
) -> Result<Vec<PaymentEvent>, PaymentError> {
    if command.amount.amount <= 0 {
        return Err(PaymentError::NothingToPay);
    }
    let billing = billing::read(&command.billing).map_err(PaymentError::Billing)?;
    match invoice {
        Some(invoice) if invoice.is_as_initiated(command, &billing) => Ok(vec![]),
        Some(_) => Err(PaymentError::PaymentIdTaken),
        None => Ok(vec![PaymentEvent::InvoiceIssued(Box::new(issue(
            last_number + 1,
            billing,
            command,
        )))]),
    }
}

/// Notes that an invoice was paid.
///
/// # Errors
/// `NotFound`.
pub(crate) fn mark_paid(
    invoice: Option<&InvoicePayment>,
) -> Result<Vec<PaymentEvent>, PaymentError> {
    let invoice = invoice.ok_or(PaymentError::NotFound)?;
    if invoice.is_paid {
        return Ok(vec![]);
    }
    Ok(vec![PaymentEvent::InvoicePaid(InvoicePaid {
        payment_id: invoice.payment_id,
        order_id: invoice.order_id,
        conference_id: invoice.conference_id,
        number: invoice.number.clone(),
        amount: invoice.amount,
    })])
}

fn issue(series_number: u32, billing: Billing, command: &InitiateInvoicePayment) -> InvoiceIssued {
    let due_at = match command.policy {
        InvoicePolicy::ConfirmAtOnce => None,
        InvoicePolicy::PayFirst(days) => Some(command.at.plus_minutes(i64::from(days) * 24 * 60)),
    };
    InvoiceIssued {
        payment_id: command.payment_id,
        order_id: command.order_id,
        conference_id: command.conference_id,
        series: command.series.clone(),
        series_number,
        number: format!("{}-{series_number:04}", command.series),
        amount: command.amount,
        items: command.items.clone(),
        billing: Personal::known(command.payer, billing),
        policy: command.policy,
        issued_at: command.at,
        due_at,
    }
}

impl InvoicePayment {
    /// Whether an invoice of this id that is asked for again is this one. It is asked without the
    /// order, which may be settled by now.
    ///
    /// # Errors
    /// `Billing`; `PaymentIdTaken`: it is for another order or another payer.
    pub fn is_repeated_by(
        &self,
        order_id: OrderId,
        billing: &BillingForm,
    ) -> Result<(), PaymentError> {
        let billing = billing::read(billing).map_err(PaymentError::Billing)?;
        if self.order_id == order_id && self.billing.value() == Some(&billing) {
            Ok(())
        } else {
            Err(PaymentError::PaymentIdTaken)
        }
    }

    fn is_as_initiated(&self, command: &InitiateInvoicePayment, billing: &Billing) -> bool {
        self.order_id == command.order_id
            && self.conference_id == command.conference_id
            && self.amount == command.amount
            && self.items == command.items
            && self.billing.value() == Some(billing)
    }
}
