//! Reading typed fields out of what a person wrote, all mistakes at once.

use std::str::FromStr;

use kernel::InvalidPerson;
use serde_json::{Value, json};

use crate::error::AppError;

/// The mistakes found so far.
#[derive(Default)]
pub struct Fields(Vec<(String, &'static str, String)>);

impl Fields {
    /// Reads a name or an e-mail address; a mistake is kept under the field's name.
    pub fn person<T: FromStr<Err = InvalidPerson>>(
        &mut self,
        field: &str,
        text: &str,
    ) -> Option<T> {
        text.parse().map_err(|error| self.mistake(field, code_of(error), error)).ok()
    }

    /// Keeps a mistake.
    pub fn mistake(&mut self, field: &str, code: &'static str, what: impl std::fmt::Display) {
        self.0.push((field.to_owned(), code, format!("{field} {what}")));
    }

    /// The mistakes as one error: the first in front, all of them in the details.
    pub fn refuse(self) -> AppError {
        let errors: Vec<Value> = self
            .0
            .iter()
            .map(|(field, code, message)| {
                json!({ "field": field, "code": code, "message": message })
            })
            .collect();
        match self.0.into_iter().next() {
            Some((field, code, message)) => {
                AppError::on_field(code, &field, message).with_details(json!({ "errors": errors }))
            }
            None => AppError::broken("a refusal without a mistake"),
        }
    }
}

const fn code_of(error: InvalidPerson) -> &'static str {
    match error {
        InvalidPerson::Empty => "InvalidRequired",
        InvalidPerson::TooLong(_) => "InvalidTooLong",
        InvalidPerson::ControlCharacter => "InvalidField",
        InvalidPerson::NotAnEmail => "InvalidEmail",
    }
}

/// A short text that stays in the log, such as a reason: required, at most 200 characters.
pub fn reason(text: &str) -> Result<String, AppError> {
    let reason = text.trim();
    if reason.is_empty() {
        return Err(AppError::on_field("InvalidRequired", "reason", "reason is required"));
    }
    if 200 < reason.chars().count() {
        let message = "reason has more than 200 characters";
        return Err(AppError::on_field("InvalidTooLong", "reason", message));
    }
    Ok(reason.to_owned())
}
