//! What a page may call: one command for each side of the application's API, the processor's, and
//! the door to the sample.
//!
//! Which window may call which is in `capabilities/`; the role in which it then calls follows from
//! the window's label. A page cannot name its role, nor the payment whose token it gets.

use std::{env, process::Command};

use app::{App, AppError};
use event_store::say;
use kernel::PaymentId;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use tauri::{Manager, State, WebviewWindow};
use uuid::Uuid;

use crate::{processor_window, window};

/// The command after which the person goes on in the processor's window.
const STARTS_PAYMENT: &str = "InitiateThirdPartyProcessorPayment";
/// The commands after which the processor's window has done its work.
const END_PAYMENT: [&str; 2] =
    ["CompleteThirdPartyProcessorPayment", "CancelThirdPartyProcessorPayment"];

/// A command as the page sends it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CommandRequest {
    method: String,
    params: Value,
    command_id: Option<Uuid>,
}

/// A query as the page sends it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryRequest {
    method: String,
    params: Value,
}

/// Does a command; answers when it is stored.
///
/// # Errors
/// The application refused it.
#[tauri::command]
pub async fn execute(
    window: WebviewWindow,
    app: State<'_, App>,
    options: State<'_, window::Options>,
    request: CommandRequest,
) -> Result<Box<RawValue>, AppError> {
    let CommandRequest { method, mut params, command_id } = request;
    let payment = payment_started(&method, &params);
    if let (Some(id), Value::Object(params)) = (command_id, &mut params) {
        params.insert("commandId".to_owned(), id.to_string().into());
    }
    let (app, caller, asked) =
        (app.inner().clone(), options.caller(window.label()), method.clone());
    // It may have to look through the log before the writer has its turn.
    let send = move || app.execute(caller, &asked, params);
    let pending = tauri::async_runtime::spawn_blocking(send).await.map_err(AppError::broken)?;
    let answer = pending.answer().await?;
    if let Some(payment) = payment
        && let Err(error) = processor_window::open(&window, payment)
    {
        // The payment is stored: the page offers to go on, which opens the window again.
        say!("the payment processor's window does not open: {error}");
    }
    if window.label() == processor_window::LABEL && END_PAYMENT.contains(&method.as_str()) {
        processor_window::close(window.app_handle());
    }
    Ok(answer)
}

/// Answers a query.
///
/// # Errors
/// The application refused it.
#[tauri::command]
pub async fn query(
    window: WebviewWindow,
    app: State<'_, App>,
    options: State<'_, window::Options>,
    request: QueryRequest,
) -> Result<Box<RawValue>, AppError> {
    let (app, caller) = (app.inner().clone(), options.caller(window.label()));
    let asked = move || app.query(&caller, &request.method, request.params);
    // A query may wait for the read side, and no other call should wait with it.
    tauri::async_runtime::spawn_blocking(asked).await.map_err(AppError::broken)?
}

/// The token with which the processor's page settles its payment: once, and nothing after that.
#[tauri::command]
pub async fn processor_token(
    app: State<'_, App>,
    pending: State<'_, processor_window::Pending>,
) -> Result<Option<String>, ()> {
    Ok(pending.take().map(|payment| app.processor_token(PaymentId::from_uuid(payment))))
}

/// Opens the sample conference: in a process of its own, as it has a data folder of its own.
///
/// # Errors
/// `Broken`: it does not start.
#[tauri::command]
pub async fn open_sample() -> Result<(), AppError> {
    let program = env::current_exe().map_err(AppError::broken)?;
    Command::new(program).arg("demo").spawn().map(drop).map_err(AppError::broken)
}

fn payment_started(method: &str, params: &Value) -> Option<Uuid> {
    if method != STARTS_PAYMENT {
        return None;
    }
    params["paymentId"].as_str()?.parse().ok()
}
