//! What happened, read from the log itself.

use event_store::{PersonKeys, StoredEvent, read_correlation, read_stream};
use kernel::Vault as _;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::lists::limit;
use crate::{
    app::App,
    error::AppError,
    wire::{answers, queries as wire},
};

/// The events of a stream, a flow or a conference, oldest first.
pub fn history(
    app: &App,
    query: &wire::GetHistory,
    log: &Connection,
    until: i64,
) -> Result<answers::History, AppError> {
    let after = query.after.unwrap_or(0);
    let limit = limit(query.limit)? as usize;
    let mut events: Vec<StoredEvent> =
        match (&query.stream_id, query.correlation_id, query.conference_id) {
            (Some(stream), _, _) => read_stream(log, stream, 0)?
                .into_iter()
                .filter(|event| after < event.position)
                .take(limit + 1)
                .collect(),
            (None, Some(correlation_id), _) => {
                read_correlation(log, correlation_id, after, limit + 1)?
            }
            (None, None, Some(conference_id)) => {
                read_correlation(log, conference_id.uuid(), after, limit + 1)?
            }
            (None, None, None) => {
                let message = "give streamId, correlationId or conferenceId";
                return Err(AppError::on_field("InvalidRequired", "streamId", message));
            }
        };
    events.retain(|event| event.position <= until);
    let has_more = limit < events.len();
    let mut items = Vec::with_capacity(events.len().min(limit));
    for event in events.into_iter().take(limit) {
        items.push(item(event, log, app.keys())?);
    }
    let next = if has_more { items.last().map(|item| item.position) } else { None };
    Ok(answers::History { items, next })
}

fn item(
    event: StoredEvent,
    log: &Connection,
    keys: &PersonKeys,
) -> Result<answers::HistoryItem, AppError> {
    let mut data: Value = serde_json::from_str(&event.payload).map_err(AppError::broken)?;
    let mut vault = keys.for_event(log, event.event_id, &event.type_name);
    if let Value::Object(fields) = &mut data {
        for (name, field) in fields.iter_mut() {
            open(name, field, &mut vault);
        }
    }
    if let Some(failure) = vault.failure() {
        return Err(AppError::broken(failure));
    }
    Ok(answers::HistoryItem {
        position: event.position,
        stream: event.stream,
        event: event.type_name,
        recorded_at: event.recorded_at,
        actor: event.actor,
        command_id: event.command_id,
        correlation_id: event.correlation_id,
        data,
    })
}

/// Puts clear text in place of a sealed field, or says that the person was erased.
fn open(name: &str, field: &mut Value, vault: &mut event_store::EventVault<'_>) {
    let Some(person) = field.get("person").cloned() else { return };
    let Some(sealed) = field.get("sealed").and_then(Value::as_str) else { return };
    let Ok(person_id) = serde_json::from_value(person.clone()) else { return };
    let clear = vault.open(person_id, name, sealed);
    let clear: Option<Value> = clear.and_then(|clear| serde_json::from_slice(&clear).ok());
    *field = match clear {
        Some(value) => json!({ "person": person, "value": value }),
        None => json!({ "person": person, "erased": true }),
    };
}
