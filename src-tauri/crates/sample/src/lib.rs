//! The sample conference: three believable days with some two hundred orders in every state.
//!
//! Everything is made through the one API on a clock that is moved along, so it is real history,
//! and the same seed and moment give the same history.

mod people;
mod story;

use app::{App, AppError, Caller, Role};
use kernel::Timestamp;
use serde_json::{Value, json};
use uuid::Builder;

pub use people::{Person, somebody};
pub use story::tell;

/// The days over which the orders came in.
const DAYS: i64 = 30;

/// The moment at which the history begins, so that it ends at `end`.
pub const fn beginning(end: Timestamp) -> Timestamp {
    end.plus_minutes(-DAYS * 24 * 60)
}

/// How far the history is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Orders so far.
    pub done: u32,
    /// Orders in all.
    pub total: u32,
}

/// Somebody who uses the API, with a source of randomness of their own.
struct Teller<'a> {
    app: &'a App,
    random: fastrand::Rng,
}

impl Teller<'_> {
    fn id(&mut self) -> String {
        let mut bytes = [0; 10];
        self.random.fill(&mut bytes);
        let millis = self.app.clock().now().millis().unsigned_abs();
        Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid().to_string()
    }

    fn say(&mut self, role: Role, method: &str, mut params: Value) -> Result<Value, AppError> {
        params["commandId"] = self.id().into();
        let station = match role {
            Role::Desk => "Front desk",
            Role::Kiosk => "Kiosk 1",
            _ => "Web",
        };
        let answer = self.app.execute(Caller::new(role, station), method, params).wait()?;
        serde_json::from_str(answer.get()).map_err(AppError::broken)
    }

    fn pass(&self, seconds: u32) -> Result<(), AppError> {
        let caller = Caller::new(Role::Organizer, "Web");
        let advanced = self.app.advance_clock(&caller, json!({ "seconds": seconds }))?;
        advanced.wait().map(|_| ())
    }
}
