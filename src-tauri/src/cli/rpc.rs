//! `lanyard rpc`: JSON-RPC 2.0, one message a line.
//!
//! Requests run side by side, up to 1,024 at once, and are answered as they finish; whatever one
//! line contains, the process lives on. At the end of input, what is in flight is answered.

use std::{io::Write as _, sync::Arc};

use app::{App, Caller, Role};
use clap::Args;
use serde::{Deserialize, Deserializer, de::IgnoredAny};
use serde_json::{Value, json, value::RawValue};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    sync::{Semaphore, mpsc},
};

use super::{Data, Failure, parse_role};

/// Requests that may be in flight.
const MOST_IN_FLIGHT: usize = 1_024;
/// The longest line that is read, in bytes.
const LONGEST_LINE: u64 = 1024 * 1024;
/// Answers are written in one go up to this size, in bytes.
const WRITE_AT_ONCE: usize = 64 * 1024;

/// Speaks JSON-RPC 2.0 on standard input and output.
#[derive(Debug, Args)]
pub struct Rpc {
    /// Prints an OpenRPC document of all methods and ends.
    #[arg(long)]
    schema: bool,
    /// The caller's role.
    #[arg(long, value_parser = parse_role, default_value = "organizer")]
    role: Role,
    /// Prints a failure at the start or the end as a JSON object, too; messages are JSON anyway.
    #[arg(long)]
    pub json: bool,
}

#[derive(Deserialize)]
struct Request<'a> {
    jsonrpc: Option<&'a str>,
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    method: Option<&'a str>,
    #[serde(default)]
    params: Value,
}

/// An id of `null` is there and is answered; only without an id it is a notification.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// What a line turned out to be.
#[derive(Debug)]
struct Call {
    /// As the caller wrote it; absent for a notification.
    id: Option<String>,
    method: String,
    params: Value,
}

impl Rpc {
    /// Runs until the end of input.
    pub fn run(&self, data: &Data, station: &str) -> Result<(), Failure> {
        if self.schema {
            let schema = app::schema::openrpc().to_string();
            // A reader that closed its end, such as `head`, had enough.
            let _ = writeln!(std::io::stdout(), "{schema}");
            return Ok(());
        }
        let app = data.open()?;
        app.keep_backups();
        app.keep_sending();
        let caller = Caller::on_command_line(self.role, station);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(Failure::new)?;
        let served = runtime.block_on(serve(&app, &caller));
        // Reading standard input cannot be interrupted; nothing else is left to wait for.
        runtime.shutdown_background();
        app.close()?;
        served.map_err(Failure::new)
    }
}

async fn serve(app: &App, caller: &Caller) -> std::io::Result<()> {
    let (answers, to_write) = mpsc::unbounded_channel();
    let writing = tokio::spawn(write(to_write));
    let in_flight = Arc::new(Semaphore::new(MOST_IN_FLIGHT));
    let mut input = BufReader::with_capacity(256 * 1024, tokio::io::stdin());
    let mut line = Vec::new();
    while read_line(&mut input, &mut line).await? {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let Ok(permit) = Arc::clone(&in_flight).acquire_owned().await else { break };
        let answers = answers.clone();
        match parse(&line) {
            Ok(call) => {
                let done = move |id: Option<String>, answer: app::Answer| {
                    if let Some(id) = id {
                        // A writer that is gone has nobody to tell.
                        let _ = answers.send(response(&id, answer));
                    }
                    drop(permit);
                };
                dispatch(app, caller, call, done);
            }
            Err(error) => drop(answers.send(error)),
        }
    }
    // All permits are back when all are answered.
    let all = u32::try_from(MOST_IN_FLIGHT).unwrap_or(u32::MAX);
    drop(in_flight.acquire_many(all).await);
    drop(answers);
    writing.await.map_err(std::io::Error::other)?
}

fn dispatch(
    app: &App,
    caller: &Caller,
    call: Call,
    done: impl FnOnce(Option<String>, app::Answer) + Send + 'static,
) {
    let Call { id, method, params } = call;
    if App::is_query(&method) {
        let (app, caller) = (app.clone(), caller.clone());
        tokio::task::spawn_blocking(move || done(id, app.query(&caller, &method, params)));
        return;
    }
    if method == app::use_cases::CLOCK.name {
        match app.advance_clock(caller, params) {
            Ok(pending) => drop(tokio::spawn(async move { done(id, pending.answer().await) })),
            Err(refused) => done(id, Err(refused)),
        }
        return;
    }
    let reply: app::Reply = Box::new(move |answer| done(id, answer));
    // A full queue makes the reader of lines wait, and with it whoever writes them.
    tokio::task::block_in_place(|| app.submit(caller.clone(), &method, params, reply));
}

/// Reads a line into `line`; `false` at the end of input. Of a line that is too long only the
/// beginning is kept, so that it is answered as broken.
async fn read_line(
    input: &mut (impl AsyncBufReadExt + Unpin),
    line: &mut Vec<u8>,
) -> std::io::Result<bool> {
    use tokio::io::AsyncReadExt;
    line.clear();
    let read = (&mut *input).take(LONGEST_LINE).read_until(b'\n', line).await?;
    if read == 0 {
        return Ok(false);
    }
    if LONGEST_LINE <= read as u64 && !line.ends_with(b"\n") {
        let mut rest = Vec::new();
        while !rest.ends_with(b"\n") {
            rest.clear();
            if (&mut *input).take(LONGEST_LINE).read_until(b'\n', &mut rest).await? == 0 {
                break;
            }
        }
        line.clear();
        line.extend(b"too long");
    }
    Ok(true)
}

fn parse(line: &[u8]) -> Result<Call, String> {
    let refuse = |id: &str, code: i32, message: &str| error(id, code, message, &Value::Null);
    if line == b"too long" {
        return Err(refuse("null", -32600, "a message has at most 1 MiB"));
    }
    let text =
        std::str::from_utf8(line).map_err(|_| refuse("null", -32700, "the line is not UTF-8"))?;
    // An array would be taken for the fields of a request.
    if text.trim_ascii_start().starts_with('[') {
        return Err(match serde_json::from_str::<Vec<IgnoredAny>>(text) {
            Err(wrong) => refuse("null", -32700, &format!("broken JSON: {wrong}")),
            Ok(batch) if batch.is_empty() => {
                refuse("null", -32600, "an empty batch has no request")
            }
            Ok(_) => refuse("null", -32600, "a batch is not taken; send one request a line"),
        });
    }
    let request: Request<'_> = match serde_json::from_str(text) {
        Ok(request) => request,
        Err(wrong) if wrong.is_data() => {
            let message = format!("not a request of JSON-RPC 2.0: {wrong}");
            return Err(refuse("null", -32600, &message));
        }
        Err(wrong) => return Err(refuse("null", -32700, &format!("broken JSON: {wrong}"))),
    };
    let id = request.id.map(|id| id.get().to_owned());
    let shown = id.as_deref().unwrap_or("null");
    if request.jsonrpc != Some("2.0") {
        return Err(refuse(shown, -32600, "jsonrpc must be \"2.0\""));
    }
    if shown.starts_with(['{', '[']) {
        return Err(refuse("null", -32600, "id must be a string, a number or null"));
    }
    let Some(method) = request.method else {
        return Err(refuse(shown, -32600, "method is missing"));
    };
    Ok(Call { method: method.to_owned(), params: request.params, id })
}

fn response(id: &str, answer: app::Answer) -> String {
    match answer {
        Ok(answer) => {
            format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{}}}\n", answer.get())
        }
        Err(refused) => {
            let code = match refused.code {
                "InvalidMethod" => -32601,
                "InvalidRequest" => -32602,
                code if code.starts_with("Broken") => -32603,
                _ => -32000,
            };
            let data = json!({
                "code": refused.code,
                "field": refused.field,
                "details": refused.details,
            });
            error(id, code, &refused.message, &without_nulls(data))
        }
    }
}

fn without_nulls(data: Value) -> Value {
    match data {
        Value::Object(fields) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        other => other,
    }
}

fn error(id: &str, code: i32, message: &str, data: &Value) -> String {
    let mut error = json!({ "code": code, "message": message });
    if !data.is_null() {
        error["data"] = data.clone();
    }
    format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"error\":{error}}}\n")
}

/// Writes answers, as many at once as there are.
async fn write(mut answers: mpsc::UnboundedReceiver<String>) -> std::io::Result<()> {
    let mut output = tokio::io::stdout();
    let mut buffer = String::new();
    while let Some(answer) = answers.recv().await {
        buffer.push_str(&answer);
        while buffer.len() < WRITE_AT_ONCE {
            let Ok(answer) = answers.try_recv() else { break };
            buffer.push_str(&answer);
        }
        output.write_all(buffer.as_bytes()).await?;
        output.flush().await?;
        buffer.clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(line: &str) -> Value {
        let answer = parse(line.as_bytes()).expect_err("this line is no request");
        serde_json::from_str(&answer).expect("an answer is JSON")
    }

    #[test]
    fn broken_lines_are_answered_by_the_codes_of_the_standard() {
        assert_eq!(refused("{")["error"]["code"], -32700);
        assert_eq!(refused("[1]")["error"]["code"], -32600);
        assert_eq!(refused("[")["error"]["code"], -32700);
        assert_eq!(refused(r#"{"id":7,"method":"X"}"#)["error"]["code"], -32600);
        assert_eq!(refused(r#"{"jsonrpc":"2.0","id":7}"#)["id"], 7);
        assert_eq!(refused(r#"{"jsonrpc":"2.0","id":{},"method":"X"}"#)["id"], Value::Null);
    }

    #[test]
    fn of_a_batch_it_is_said_that_requests_come_one_a_line() {
        let empty = json!({ "code": -32600, "message": "an empty batch has no request" });
        for line in ["[]", " [ ] "] {
            assert_eq!(refused(line)["error"], empty);
        }
        let request = r#"{"jsonrpc":"2.0","id":7,"method":"GetApplication"}"#;
        let fields = r#""2.0",7,"GetApplication",{}"#;
        for batch in [format!("[{request},{request}]"), format!("[{fields}]")] {
            let answer = refused(&batch);
            assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &json!(-32600)));
            let message = answer["error"]["message"].as_str().expect("a message");
            assert_eq!(message, "a batch is not taken; send one request a line");
        }
    }

    #[test]
    fn an_id_comes_back_as_it_was_written() {
        for id in ["1", "\"a\"", "1.5", "null"] {
            let line = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"GetApplication"}}"#);
            let call = parse(line.as_bytes()).expect("a request");
            assert_eq!(call.id.as_deref(), Some(id));
        }
    }

    #[test]
    fn a_notification_has_no_id() {
        let call = parse(br#"{"jsonrpc":"2.0","method":"GetApplication"}"#).expect("a request");
        assert_eq!(call.id, None);
    }
}
