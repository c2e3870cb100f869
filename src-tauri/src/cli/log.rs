//! `lanyard log`: the events, one JSON a line.

use std::{cmp::Reverse, io::Write as _};

use app::{AppError, Fact};
use clap::Args;
use event_store::say;
use kernel::Timestamp;
use serde_json::json;

use super::{Data, Failure, parse_moment};

/// Prints events.
#[derive(Debug, Args)]
pub struct Log {
    /// Only of this stream, such as order-018f...
    #[arg(long, value_name = "STREAM")]
    stream: Option<String>,
    /// Only of these types.
    #[arg(long = "type", value_name = "TYPE")]
    types: Vec<String>,
    /// Only of this flow: an order's or a conference's id.
    #[arg(long, value_name = "UUID")]
    correlation: Option<uuid::Uuid>,
    /// Only after this position.
    #[arg(long, value_name = "POSITION", default_value_t = 0, value_parser = parse_position)]
    after: i64,
    /// Only up to this position or moment (RFC 3339, or a date for its beginning in UTC).
    #[arg(long, value_name = "POSITION|TIME", value_parser = parse_as_of)]
    as_of: Option<AsOf>,
    /// Only recorded at this moment (RFC 3339, or a date for its beginning in UTC) or later.
    #[arg(long, value_name = "TIME", value_parser = parse_moment)]
    since: Option<Timestamp>,
    /// Prints a failure as a JSON object, too; events are printed as JSON anyway.
    #[arg(long)]
    pub json: bool,
}

/// Up to where.
#[derive(Debug, Clone, Copy)]
enum AsOf {
    Position(i64),
    Moment(Timestamp),
}

fn parse_position(text: &str) -> Result<i64, &'static str> {
    text.parse().map_err(|_| "give a position in the log, such as 120")
}

fn parse_as_of(text: &str) -> Result<AsOf, String> {
    let Ok(position) = text.parse() else {
        let moment = parse_moment(text).map(AsOf::Moment);
        return moment.map_err(|takes| format!("give a position in the log; or {takes}"));
    };
    Ok(AsOf::Position(position))
}

impl Log {
    /// Prints them, oldest first. Personal fields stay sealed. Nothing printed is no failure, but
    /// may be a slip of the pen: standard error tells what there is nothing of.
    pub fn run(&self, data: &Data) -> Result<(), Failure> {
        let inspection = data.inspect()?;
        let log = inspection.connection();
        let until = self.until(log)?;
        self.tell_what_is_missing(log)?;
        let mut is_any_wanted = false;
        let mut output = std::io::BufWriter::new(std::io::stdout().lock());
        event_store::for_each(log, self.after, until, |event| {
            if self.is_wanted(event) {
                is_any_wanted = true;
                print(&mut output, event)?;
            }
            Ok::<(), Stopped>(())
        })
        .or_else(Stopped::or_closed)?;
        if !is_any_wanted {
            say!("lanyard: no event matches");
        }
        Ok(output.flush().or_else(|error| Stopped::from(error).or_closed())?)
    }

    fn tell_what_is_missing(&self, log: &rusqlite::Connection) -> Result<(), AppError> {
        if let Some(stream) = &self.stream
            && event_store::read_stream(log, stream, 0)?.is_empty()
        {
            say!(
                "lanyard: this log has no stream {stream}; each event that `lanyard log` prints \
                 tells its own, such as order-018f..."
            );
        }
        for name in &self.types {
            if event_store::read_all_of_types(log, &[name], 0, 1)?.is_empty() {
                say!("lanyard: this log has no event of type {name}{}", unless_known(name));
            }
        }
        Ok(())
    }

    fn until(&self, log: &rusqlite::Connection) -> Result<i64, AppError> {
        match self.as_of {
            None => Ok(event_store::last_position(log)?),
            Some(AsOf::Position(position)) => Ok(position),
            Some(AsOf::Moment(moment)) => Ok(event_store::position_at(log, moment)?),
        }
    }

    fn is_wanted(&self, event: &event_store::StoredEventRef<'_>) -> bool {
        self.stream.as_deref().is_none_or(|stream| stream == event.stream)
            && (self.types.is_empty() || self.types.iter().any(|name| name == event.type_name))
            && self.correlation.is_none_or(|wanted| wanted == event.correlation_id)
            && self.since.is_none_or(|since| since <= event.recorded_at)
    }
}

/// What to say of a type that is not known to this release.
fn unless_known(name: &str) -> String {
    let mut known: Vec<&str> = Fact::types().collect();
    if known.contains(&name) {
        return String::new();
    }
    known.sort_by_key(|one| Reverse(likeness(one, name)));
    known.truncate(3);
    format!(", and this release knows none; most like it are {}", known.join(", "))
}

/// How many letters two names have in common at their beginnings and ends: all but those around a
/// slip.
fn likeness(one: &str, other: &str) -> usize {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    let same = |(one, other): &(char, char)| one == other;
    one.chars().zip(other.chars()).take_while(same).count()
        + one.chars().rev().zip(other.chars().rev()).take_while(same).count()
}

fn print(
    output: &mut impl std::io::Write,
    event: &event_store::StoredEventRef<'_>,
) -> Result<(), Stopped> {
    let data: serde_json::Value = serde_json::from_str(event.payload).unwrap_or_default();
    let hash: String = event.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let line = json!({
        "position": event.position,
        "eventId": event.event_id,
        "stream": event.stream,
        "revision": event.revision,
        "type": event.type_name,
        "schemaVersion": event.schema_version,
        "recordedAt": event.recorded_at,
        "actor": event.actor,
        "commandId": event.command_id,
        "correlationId": event.correlation_id,
        "causationId": event.causation_id,
        "origin": event.origin.to_string(),
        "originPosition": event.origin_position,
        "hash": hash,
        "data": data,
    });
    Ok(writeln!(output, "{line}")?)
}

/// Why the printing ended early.
enum Stopped {
    Log(rusqlite::Error),
    Output(std::io::Error),
}

impl Stopped {
    /// A reader that closed its end, such as `head`, had enough: no error.
    fn or_closed(self) -> Result<(), AppError> {
        match self {
            Self::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            Self::Output(error) => Err(AppError::broken(error)),
            Self::Log(error) => Err(error.into()),
        }
    }
}

impl From<rusqlite::Error> for Stopped {
    fn from(error: rusqlite::Error) -> Self {
        Self::Log(error)
    }
}

impl From<std::io::Error> for Stopped {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}
