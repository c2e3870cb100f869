//! The contexts' refusals as errors of the boundary.

use conference::ConferenceError;
use payments::PaymentError;
use registration::{
    order::OrderError, pricing::PricingError, process::AttentionError,
    seat_assignments::SeatAssignmentsError, seats_availability::SeatsAvailabilityError,
};
use serde_json::json;

use crate::error::AppError;

fn refusal(code: &'static str, field: Option<&str>, message: impl std::fmt::Display) -> AppError {
    match field {
        Some(field) => AppError::on_field(code, field, message),
        None => AppError::new(code, message),
    }
}

impl From<OrderError> for AppError {
    fn from(error: OrderError) -> Self {
        refusal(error.code(), error.field(), error)
    }
}

impl From<SeatsAvailabilityError> for AppError {
    fn from(error: SeatsAvailabilityError) -> Self {
        refusal(error.code(), error.field(), error)
    }
}

impl From<SeatAssignmentsError> for AppError {
    fn from(error: SeatAssignmentsError) -> Self {
        refusal(error.code(), error.field(), error)
    }
}

impl From<PricingError> for AppError {
    fn from(error: PricingError) -> Self {
        refusal(error.code(), error.field(), error)
    }
}

impl From<AttentionError> for AppError {
    fn from(error: AttentionError) -> Self {
        refusal(error.code(), error.field(), error)
    }
}

impl From<ConferenceError> for AppError {
    fn from(error: ConferenceError) -> Self {
        let fields = error.fields().iter();
        let errors: Vec<_> = fields
            .map(
                |one| json!({ "field": one.field, "code": one.code(), "message": one.to_string() }),
            )
            .collect();
        let refused = refusal(error.code(), error.field(), &error);
        if errors.is_empty() { refused } else { refused.with_details(json!({ "errors": errors })) }
    }
}

impl From<PaymentError> for AppError {
    fn from(error: PaymentError) -> Self {
        let errors: Vec<_> = match &error {
            PaymentError::Billing(errors) => errors
                .iter()
                .map(|one| {
                    json!({ "field": one.field, "code": one.code(), "message": one.to_string() })
                })
                .collect(),
            _ => vec![],
        };
        let refused = refusal(error.code(), error.field(), &error);
        if errors.is_empty() { refused } else { refused.with_details(json!({ "errors": errors })) }
    }
}

impl From<conference::HandleError> for AppError {
    fn from(error: conference::HandleError) -> Self {
        match error {
            conference::HandleError::Refused(error) => error.into(),
            conference::HandleError::Storage(error) => error.into(),
        }
    }
}

impl From<payments::HandleError> for AppError {
    fn from(error: payments::HandleError) -> Self {
        match error {
            payments::HandleError::Refused(error) => error.into(),
            payments::HandleError::Storage(error) => error.into(),
        }
    }
}
