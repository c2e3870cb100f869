//! What a restore does not bring back: what was stored in the data after the backup was made.
//!
//! It is told from what can still be read of the data, damaged as it may be, and from the witness
//! beside it. What cannot be known is said to be unknown; nothing is guessed.

use std::{fmt, fs, path::Path, time::UNIX_EPOCH};

use event_store::{DATABASE_FILE, Remains, WITNESS_FILE, witnessed_position};
use kernel::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::Manifest;

/// What is stored for each order that is placed.
const ORDER_PLACED: &str = "OrderPlaced";

/// What is in the data and not in a backup of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Loss {
    /// How many events; absent if that cannot be known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<i64>,
    /// How many orders were placed, as far as those events can be read; absent if nothing is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orders: Option<i64>,
    /// Whether all of those events could be read, so that there are not more orders.
    pub is_exact: bool,
    /// From when on; the time of the backup where the first of them cannot be read.
    pub from: Timestamp,
    /// Until when, at the latest; absent if that cannot be known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// What is left of the data in whose place a backup may come.
pub(super) struct Left {
    remains: Option<Remains>,
    witnessed: Option<i64>,
    /// When the witness noted it, at the latest.
    noted_at: Option<Timestamp>,
}

/// What was read of the events after a backup.
#[derive(Default)]
struct Read {
    events: i64,
    orders: i64,
    first: Option<(i64, Timestamp)>,
    last: Option<(i64, Timestamp)>,
}

impl Left {
    /// That of a data folder that nobody works in; its database may be read from a copy.
    pub fn of(data: &Path, database: &Path) -> Self {
        Self {
            remains: Remains::open(database).ok(),
            witnessed: witnessed_position(data),
            noted_at: witness_noted_at(data),
        }
    }

    /// That of a data folder that nobody works in.
    pub fn in_place(data: &Path) -> Self {
        Self::of(data, &data.join(DATABASE_FILE))
    }

    /// Where there is nothing.
    pub const fn nothing() -> Self {
        Self { remains: None, witnessed: None, noted_at: None }
    }

    /// What a backup lacks of it.
    pub fn lacking_in(&self, backup: &Manifest) -> Loss {
        let from = backup.made_at;
        let Some(last) = self.last_position().filter(|last| self.is_of(backup, *last)) else {
            return Loss { events: None, orders: None, is_exact: false, from, until: None };
        };
        let read = self.read_after(backup.events, last);
        let events = (last - backup.events).max(0);
        let first = read.first.filter(|(position, _)| *position == backup.events + 1);
        let from = first.map_or(from, |(_, at)| at);
        let until = match read.last {
            Some((position, at)) if position == last => Some(at),
            _ => self.noted_at.filter(|_| 0 < events),
        };
        Loss {
            events: Some(events),
            orders: Some(read.orders),
            is_exact: read.events == events,
            from,
            until: until.filter(|until| from <= *until),
        }
    }

    fn last_position(&self) -> Option<i64> {
        self.remains.as_ref().and_then(Remains::last_position).max(self.witnessed)
    }

    /// Whether a backup is one of this data, so that positions mean the same in both. Where nothing
    /// can be read, one of other data can be told only by being longer.
    fn is_of(&self, backup: &Manifest, last: i64) -> bool {
        let head = blake3::Hash::from_hex(&backup.head_hash);
        let (Some(remains), Ok(head)) = (&self.remains, head) else {
            return backup.events <= last;
        };
        remains
            .begins_like(backup.events, head.as_bytes(), &backup.device)
            .unwrap_or(backup.events <= last)
    }

    fn read_after(&self, position: i64, until: i64) -> Read {
        let mut read = Read::default();
        if let Some(remains) = &self.remains {
            remains.for_each_after(position, until, |position, type_name, at| {
                read.events += 1;
                read.orders += i64::from(type_name == ORDER_PLACED);
                read.first = read.first.or(Some((position, at)));
                read.last = Some((position, at));
            });
        }
        read
    }
}

/// When the witness of a data folder noted how far the log had come, at the latest: a commit that has
/// no event touches its file as well.
pub fn witness_noted_at(data: &Path) -> Option<Timestamp> {
    let noted = fs::metadata(data.join(WITNESS_FILE)).and_then(|file| file.modified()).ok()?;
    let micros = noted.duration_since(UNIX_EPOCH).ok()?.as_micros();
    i64::try_from(micros).ok().map(Timestamp::from_micros)
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, until, .. } = self;
        let (Some(events), Some(orders)) = (self.events, self.orders) else {
            return write!(
                f,
                "what was stored from {from} on is not in it; how much that is cannot be told"
            );
        };
        if events == 0 {
            return write!(f, "nothing was stored after it");
        }
        let orders_are = if orders == 1 { "order is" } else { "orders are" };
        match (self.is_exact, orders) {
            (true, orders) => write!(f, "{orders} {orders_are} not in it")?,
            (false, 0) => write!(f, "how many orders are not in it cannot be read any more")?,
            (false, orders) => {
                write!(f, "at least {orders} {orders_are} not in it; not everything can be read")?;
            }
        }
        let word = if events == 1 { "event" } else { "events" };
        match until {
            Some(until) => write!(f, ": {events} {word} in all, stored between {from} and {until}"),
            None => write!(f, ": {events} {word} in all, stored from {from} on"),
        }
    }
}
