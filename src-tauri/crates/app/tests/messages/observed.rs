//! What the log and the read models tell about a story that was played.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use app::{App, Role};
use event_store::StoredEvent;
use kernel::Recorded;
use read_models::{Fact, READ_MODELS};
use rusqlite::Connection;
use uuid::Uuid;

use crate::seed::Shown;

/// A command that was carried out, with the last position before it.
#[derive(Debug, Clone, Copy)]
pub struct Sent {
    pub role: Role,
    pub method: &'static str,
    pub after: i64,
}

/// What was observed.
#[derive(Debug, Default)]
pub struct Observed {
    /// Cause, event, kind of stream.
    pub followed: BTreeSet<(String, String, String)>,
    /// Read model and the events that it took.
    pub taken: BTreeMap<&'static str, BTreeSet<String>>,
    sent: Vec<Sent>,
    answered: Vec<(Role, &'static str)>,
}

impl Observed {
    pub fn of(app: &App, sent: Vec<Sent>, answered: Vec<(Role, &'static str)>) -> Self {
        let read = app.read(|log| Ok(event_store::read_all(log, 0, 10_000)?));
        let events = read.expect("the log can be read");
        Self { followed: followed(&events, &sent), taken: taken(&events), sent, answered }
    }

    pub fn shows(&self, shown: &Shown) -> bool {
        match *shown {
            Shown::Follows(cause, event) => {
                self.followed.iter().any(|row| (row.0.as_str(), row.1.as_str()) == (cause, event))
            }
            Shown::Taken(event, model) => {
                self.taken.get(model).is_some_and(|events| events.contains(event))
            }
            Shown::Sent(role, method) => {
                self.sent.iter().any(|sent| (sent.role, sent.method) == (role, method))
            }
            Shown::Answered(role, method) => self.answered.contains(&(role, method)),
        }
    }
}

fn followed(events: &[StoredEvent], sent: &[Sent]) -> BTreeSet<(String, String, String)> {
    let by_id: HashMap<Uuid, &StoredEvent> =
        events.iter().map(|event| (event.event_id.uuid(), event)).collect();
    let mut followed = BTreeSet::new();
    for event in events {
        let cause = match event.causation_id.and_then(|id| by_id.get(&id)) {
            Some(cause) => named(cause),
            // Its cause is no event: a command that was sent, or a timeout that fell due.
            None => sent
                .iter()
                .rfind(|sent| sent.after < event.position)
                .map_or("nothing", |sent| sent.method)
                .to_owned(),
        };
        let kind = event.stream.split('-').next().unwrap_or_default().to_owned();
        followed.insert((cause, named(event), kind));
    }
    followed
}

/// The event's type; where one event stands for two of the seed's commands, with the difference.
fn named(event: &StoredEvent) -> String {
    if event.type_name != "AvailableSeatsChanged" {
        return event.type_name.clone();
    }
    let is_fewer = event.payload.contains("\"difference\":-");
    format!("AvailableSeatsChanged ({})", if is_fewer { "fewer" } else { "more" })
}

/// Folds the log anew, one event at a time. Personal fields stay sealed.
fn taken(events: &[StoredEvent]) -> BTreeMap<&'static str, BTreeSet<String>> {
    let tables = Connection::open_in_memory().expect("a database in memory");
    for model in READ_MODELS {
        tables.execute_batch(model.schema).expect("the read model's table");
    }
    let mut taken: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for event in events {
        let fact = Fact::decode(&event.type_name, event.schema_version, &event.payload);
        let recorded = Recorded {
            position: event.position,
            revision: event.revision,
            event_id: event.event_id,
            command_id: event.command_id,
            device: event.origin.uuid(),
            actor: event.actor.clone(),
            recorded_at: event.recorded_at,
            event: fact.expect("an event of today"),
        };
        for model in READ_MODELS {
            if (model.project)(&tables, &recorded).expect("it is projected") {
                taken.entry(model.name).or_default().insert(event.type_name.clone());
            }
        }
    }
    taken
}
