//! A payment through a third party that processes it.
//!
//! Invariant: a payment is settled once, one way. The same answer again changes nothing, the
//! opposite one is refused, and nobody answers without the token that was minted for this payment.

use std::str::FromStr;

use kernel::{ConferenceId, Money, OrderId, PaymentId};

use crate::{
    PaymentError,
    event::{PaymentEvent, PaymentInitiated, PaymentItem, PaymentSettled, TokenHash},
};

/// Asks the processor for the amount. The same again (the token aside) changes nothing: the token
/// of the first time stays the valid one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitiateThirdPartyProcessorPayment {
    /// A new one for each attempt.
    pub payment_id: PaymentId,
    /// The order that is paid for.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// What the processor shows as the purpose.
    pub description: String,
    /// The order's total: never a page's figure.
    pub amount: Money,
    /// The order's lines.
    pub items: Vec<PaymentItem>,
    /// Handed to the processor's window alone; at least 128 bits of the system's randomness, made
    /// by the caller.
    pub token: String,
}

/// The processor's answer: the fields of completing and of cancelling a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettleThirdPartyProcessorPayment {
    /// The attempt to pay.
    pub payment_id: PaymentId,
    /// The payment's token. Only who stands for the processor may leave it out.
    pub token: Option<String>,
    /// Whether the caller was found to be one who may stand for the processor.
    pub caller_stands_for_processor: bool,
}

/// How far a payment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaymentState {
    /// The processor has not answered.
    Initiated,
    /// Paid.
    Completed,
    /// Not paid, for good.
    Rejected,
}

/// The text is no state of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a state of a payment")]
pub struct UnknownState;

/// A payment, as the table holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThirdPartyProcessorPayment {
    /// The attempt to pay.
    pub payment_id: PaymentId,
    /// The order that is paid for.
    pub order_id: OrderId,
    /// Its conference.
    pub conference_id: ConferenceId,
    /// What the processor shows as the purpose.
    pub description: String,
    /// What is to be paid.
    pub total_amount: Money,
    /// What is paid for.
    pub items: Vec<PaymentItem>,
    /// Whose token this is may answer.
    pub token_hash: TokenHash,
    /// How far it is.
    pub state: PaymentState,
}

/// Starts a payment.
///
/// # Errors
/// `NothingToPay`, `PaymentIdTaken`.
pub(crate) fn initiate(
    payment: Option<&ThirdPartyProcessorPayment>,
    command: &InitiateThirdPartyProcessorPayment,
) -> Result<Vec<PaymentEvent>, PaymentError> {
    if command.amount.amount <= 0 {
        return Err(PaymentError::NothingToPay);
    }
    match payment {
        Some(payment) if payment.is_as_initiated(command) => Ok(vec![]),
        Some(_) => Err(PaymentError::PaymentIdTaken),
        None => Ok(vec![PaymentEvent::PaymentInitiated(PaymentInitiated {
            payment_id: command.payment_id,
            order_id: command.order_id,
            conference_id: command.conference_id,
            description: command.description.clone(),
            amount: command.amount,
            items: command.items.clone(),
            token_hash: TokenHash::of(&command.token),
        })]),
    }
}

/// The processor has the money.
///
/// # Errors
/// `NotFound`, `WrongToken`, `Settled`.
pub(crate) fn complete(
    payment: Option<&ThirdPartyProcessorPayment>,
    command: &SettleThirdPartyProcessorPayment,
) -> Result<Vec<PaymentEvent>, PaymentError> {
    let payment = authorized(payment, command)?;
    match payment.state {
        PaymentState::Initiated => Ok(vec![PaymentEvent::PaymentCompleted(payment.settled())]),
        PaymentState::Completed => Ok(vec![]),
        PaymentState::Rejected => Err(PaymentError::Settled),
    }
}

/// The processor will not get the money.
///
/// # Errors
/// `NotFound`, `WrongToken`, `Settled`.
pub(crate) fn cancel(
    payment: Option<&ThirdPartyProcessorPayment>,
    command: &SettleThirdPartyProcessorPayment,
) -> Result<Vec<PaymentEvent>, PaymentError> {
    let payment = authorized(payment, command)?;
    match payment.state {
        PaymentState::Initiated => Ok(vec![PaymentEvent::PaymentRejected(payment.settled())]),
        PaymentState::Rejected => Ok(vec![]),
        PaymentState::Completed => Err(PaymentError::Settled),
    }
}

/// The payment, if the caller may answer for its processor. The token comes before the state: who
/// does not hold it learns nothing of the payment.
fn authorized<'a>(
    payment: Option<&'a ThirdPartyProcessorPayment>,
    command: &SettleThirdPartyProcessorPayment,
) -> Result<&'a ThirdPartyProcessorPayment, PaymentError> {
    let payment = payment.ok_or(PaymentError::NotFound)?;
    let is_authorized = match &command.token {
        Some(token) => TokenHash::of(token) == payment.token_hash,
        None => command.caller_stands_for_processor,
    };
    if is_authorized { Ok(payment) } else { Err(PaymentError::WrongToken) }
}

impl PaymentState {
    /// The name, as stored and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Initiated => "Initiated",
            Self::Completed => "Completed",
            Self::Rejected => "Rejected",
        }
    }
}

impl FromStr for PaymentState {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, UnknownState> {
        match text {
            "Initiated" => Ok(Self::Initiated),
            "Completed" => Ok(Self::Completed),
            "Rejected" => Ok(Self::Rejected),
            _ => Err(UnknownState),
        }
    }
}

impl ThirdPartyProcessorPayment {
    fn is_as_initiated(&self, command: &InitiateThirdPartyProcessorPayment) -> bool {
        self.order_id == command.order_id
            && self.conference_id == command.conference_id
            && self.description == command.description
            && self.total_amount == command.amount
            && self.items == command.items
    }

    fn settled(&self) -> PaymentSettled {
        PaymentSettled {
            payment_id: self.payment_id,
            order_id: self.order_id,
            conference_id: self.conference_id,
            amount: self.total_amount,
        }
    }
}
