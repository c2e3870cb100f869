//! Queries, of the present and of the past.

use std::time::{Duration, Instant};

use kernel::Timestamp;
use rusqlite::Connection;
use serde_json::Value;

use super::{App, authorize, object, raw};
use crate::{
    command::unknown_method,
    error::AppError,
    queries::{self, Shown},
    query::Query,
    role::{Caller, Role},
    use_cases, views,
    writer::Answer,
};

/// How long a query waits for the read side.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

impl App {
    /// Answers a query, on a reader's own connection. Blocks while the read side is behind
    /// `atLeast`, at most five seconds.
    ///
    /// # Errors
    /// `InvalidRequest`, `RefusedRole`, `Busy`, and what the query itself refuses.
    pub fn query(&self, caller: &Caller, method: &str, params: Value) -> Answer {
        let mut params = object(params)?;
        let at_least = params.remove("atLeast");
        let as_of = params.remove("asOf");
        let Some((case, false)) = use_cases::find(method) else {
            return Err(unknown_method(method));
        };
        let query = Query::parse(method, Value::Object(params))?;
        authorize(caller, case)?;
        if let (Query::GetApplication(_), None) = (&query, &as_of) {
            // What is the matter must be told also when the database cannot be read.
            return raw(&queries::application(self, caller));
        }
        self.wait_for(at_least)?;
        self.read(|log| match as_of {
            None => queries::run(self, caller, &query, &Shown::now(log, self.position())),
            Some(moment) => {
                refuse_past(caller, &query)?;
                let (until, moment) = self.past(log, &moment)?;
                let views = views::as_of(log, &self.0.shared.keys, until)?;
                let shown = Shown { views: &views, log, until, past: Some(moment) };
                queries::run(self, caller, &query, &shown)
            }
        })
    }

    /// Whether a method is a query.
    pub fn is_query(method: &str) -> bool {
        use_cases::find(method).is_some_and(|(_, is_command)| !is_command)
    }

    /// The position that is asked for and its moment. What is to come is as it is now.
    fn past(&self, log: &Connection, as_of: &Value) -> Result<(i64, Timestamp), AppError> {
        let wrong = || {
            let hint = "asOf is a log position or a moment such as 2026-11-23T09:00:00Z";
            AppError::on_field("InvalidRequest", "asOf", hint)
        };
        if let Some(position) = as_of.as_i64() {
            if position < 0 {
                return Err(wrong());
            }
            let position = position.min(self.position());
            return Ok((position, views::moment_of(log, position)?));
        }
        let moment = as_of.as_str().and_then(|text| text.parse().ok()).ok_or_else(wrong)?;
        Ok((views::position_at(log, moment)?, moment.min(self.clock().now())))
    }

    fn wait_for(&self, at_least: Option<Value>) -> Result<(), AppError> {
        let Some(at_least) = at_least else { return Ok(()) };
        let Some(wanted) = at_least.as_i64() else {
            return Err(AppError::on_field("InvalidRequest", "atLeast", "atLeast is a position"));
        };
        let began = Instant::now();
        while self.position() < wanted {
            if LONGEST_WAIT <= began.elapsed() {
                let message = format_args!("position {wanted} is not stored yet; try again");
                return Err(AppError::new("Busy", message));
            }
            std::thread::park_timeout(Duration::from_millis(2));
        }
        Ok(())
    }
}

/// The past is the organizer's: it shows who sat on a seat before. And it is that of the read
/// models and the log; a few queries ask for what only the present has.
fn refuse_past(caller: &Caller, query: &Query) -> Result<(), AppError> {
    if caller.role != Role::Organizer {
        return Err(AppError::new("RefusedRole", "asOf is for the role organizer"));
    }
    match query {
        Query::GetApplication(_)
        | Query::LocateConference(_)
        | Query::EstimateTotal(_)
        | Query::LocateOrder(_)
        | Query::GetMailServer(_)
        | Query::ListMails(_)
        | Query::GetSettings(_)
        | Query::GetBackups(_)
        | Query::ListBackups(_)
        | Query::GetDataHealth(_)
        | Query::GetRebuild(_) => {
            let message = "this query answers for the present only; leave asOf out";
            Err(AppError::on_field("InvalidRequest", "asOf", message))
        }
        _ => Ok(()),
    }
}
