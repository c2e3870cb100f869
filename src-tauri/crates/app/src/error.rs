//! What a caller is told when something cannot be done.

use std::fmt;

use event_store::say;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// An error at the boundary. Callers branch on `code` only; its first word names the family:
/// `Invalid` (mark the field), `Refused` (tell the person), `Busy` (try again, with the same command
/// id), `Broken` (show the report number).
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AppError {
    /// Such as `InvalidSlugTaken`.
    pub code: &'static str,
    /// What is wrong and what helps, in English; the window has its own texts by code.
    pub message: String,
    /// The field that it is about, by its name in the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// More for machines; `errors` lists further fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}

impl AppError {
    /// An error without a field.
    pub fn new(code: &'static str, message: impl fmt::Display) -> Self {
        Self { code, message: message.to_string(), field: None, details: None }
    }

    /// An error of one field.
    pub fn on_field(code: &'static str, field: &str, message: impl fmt::Display) -> Self {
        Self { field: Some(field.to_owned()), ..Self::new(code, message) }
    }

    /// What was asked for is not there, or not for this caller: both read the same.
    pub fn not_found(what: &str) -> Self {
        Self::new("RefusedNotFound", format_args!("{what} was not found"))
    }

    /// Something that should not happen. The cause goes to the log, the caller gets a number by
    /// which it is found there.
    pub fn broken(cause: impl fmt::Display) -> Self {
        let cause = cause.to_string();
        let report = report_of(&cause);
        say!("lanyard: report {report}: {cause}");
        Self {
            details: Some(serde_json::json!({ "report": report })),
            ..Self::new(
                "Broken",
                format_args!("something is broken; nothing was stored; report number {report}"),
            )
        }
    }

    /// With more for machines.
    #[must_use]
    pub fn with_details(self, details: Value) -> Self {
        Self { details: Some(details), ..self }
    }
}

/// The number under which something broken is found in the log of errors.
pub(crate) fn report_of(cause: &str) -> String {
    blake3::hash(cause.as_bytes()).to_hex()[..8].to_owned()
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(f, "{}: {} ({field})", self.code, self.message),
            None => write!(f, "{}: {}", self.code, self.message),
        }
    }
}

impl std::error::Error for AppError {}
