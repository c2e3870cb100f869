//! Payments: attempts to pay an order through a third party, invoices, and a simulated processor.
//!
//! State stored: the tables `payments`, `invoices` and `invoice_series` are the state, and every
//! change also yields events, which the caller appends to the log in the same transaction. The
//! tables are a plain projection of these events: applying the whole log to empty tables gives the
//! same rows.
//!
//! It knows an order only by its id and the amount to pay. It has no field for a card number.

mod billing;
mod event;
mod invoice;
pub mod processor;
mod table;
mod third_party;

#[cfg(test)]
mod tests;

pub use billing::{Billing, BillingError, BillingForm, BillingRule};
pub use event::{
    InvoiceIssued, InvoicePaid, InvoicePolicy, PaymentEvent, PaymentInitiated, PaymentItem,
    PaymentSettled, TokenHash,
};
pub use invoice::{InitiateInvoicePayment, InvoicePayment, MarkInvoicePaid};
pub use table::{
    HandleError, PaymentCommand, apply, handle, is_series_in_use, load_invoice,
    load_invoice_by_number, load_payment, scrub,
};
pub use third_party::{
    InitiateThirdPartyProcessorPayment, PaymentState, SettleThirdPartyProcessorPayment,
    ThirdPartyProcessorPayment, UnknownState,
};

/// The stream of a payment in the log.
pub fn stream(payment_id: kernel::PaymentId) -> String {
    format!("payment-{payment_id}")
}

/// Why a payment command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// There is no such payment or invoice.
    #[error("there is no such payment")]
    NotFound,
    /// Another payment has this id and is not the same.
    #[error("the payment id belongs to another payment")]
    PaymentIdTaken,
    /// The amount is not above zero: a free order is confirmed without a payment.
    #[error("there is nothing to pay")]
    NothingToPay,
    /// Whoever answers for the processor does not hold the token of this payment.
    #[error("the token is not that of this payment")]
    WrongToken,
    /// The payment was completed and is to be cancelled now, or the other way round.
    #[error("the payment is settled already")]
    Settled,
    /// These fields of the billing address, at least one, in the order of the form.
    #[error("{}", billing::list(.0))]
    Billing(Vec<BillingError>),
}

impl PaymentError {
    /// The code on the wire; of several fields, the first one's.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "RefusedNotFound",
            Self::PaymentIdTaken => "InvalidField",
            Self::NothingToPay => "RefusedNothingToPay",
            Self::WrongToken => "RefusedWrongToken",
            Self::Settled => "RefusedPaymentSettled",
            Self::Billing(errors) => errors.first().map_or("InvalidField", BillingError::code),
        }
    }

    /// The field to mark; of several, the first one.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::PaymentIdTaken => Some("paymentId"),
            Self::NotFound | Self::NothingToPay | Self::WrongToken | Self::Settled => None,
            Self::Billing(errors) => errors.first().map(|error| error.field),
        }
    }
}
