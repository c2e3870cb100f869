//! One unit of work: a command with its whole chain of reactions, all of it or none.
//!
//! It records what an aggregate decided (seal, append, project), keeps the aggregates in memory
//! in step, and then lets every recorded event have its reactions until nothing is left.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use event_store::{Cause, Expected, NewEvent, Store, event_id, for_each_in_stream};
use kernel::{CommandId, ConferenceId, OrderId, Recorded, Timestamp};
use read_models::Fact;
use registration::{pricing::Catalogue, process::Process};
use rusqlite::Connection;
use uuid::Uuid;

use crate::{
    aggregates::{Aggregate, Aggregates, Loaded},
    catalogues::Catalogues,
    error::AppError,
    ids::Codes,
    policies,
    processes::{self, Processes},
    replay::{Unreadable, decode},
    role::Caller,
    snapshots,
    tokens::Secrets,
};

/// What the writer keeps between units.
#[derive(Default)]
pub struct Memory {
    /// Event sourced aggregates.
    pub aggregates: Aggregates,
    /// Process managers.
    pub processes: Processes,
    /// Registration's own copies of what conferences offer.
    pub catalogues: Catalogues,
    /// Where access codes come from.
    pub codes: Codes,
}

impl Memory {
    /// Empty, with a source of access codes.
    pub fn with_codes(codes: Codes) -> Self {
        Self { codes, ..Self::default() }
    }

    /// Forgets everything that can be read again.
    pub fn clear(&mut self) {
        *self = Self::with_codes(self.codes);
    }
}

/// What a unit of work works with.
pub struct Unit<'w> {
    pub(crate) store: &'w mut Store,
    pub(crate) memory: &'w mut Memory,
    /// Which read models moved.
    pub(crate) moved: &'w mut BTreeSet<&'static str>,
    /// Who acts.
    pub(crate) caller: Caller,
    /// When.
    pub(crate) at: Timestamp,
    /// The installation's secrets.
    pub(crate) secrets: &'w Secrets,
    actor: String,
    command_id: CommandId,
    next_ordinal: u32,
    causation: Option<Uuid>,
    correlation: Uuid,
    waiting: VecDeque<Recorded<Fact>>,
    changed: BTreeSet<Place>,
    /// Processes that have moved on and are stored when there is nothing left to react to.
    pub(crate) unsaved: BTreeMap<OrderId, Process>,
}

/// What can be changed in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// An order.
    Order(OrderId),
    /// The seat assignments of an order.
    Assignments(OrderId),
    /// The seats of a conference.
    Seats(ConferenceId),
    /// The process of an order.
    Process(OrderId),
    /// Registration's own copy of what a conference offers.
    Catalogue(ConferenceId),
}

/// What a unit of work is about.
pub struct Occasion<'w> {
    /// The command.
    pub command_id: CommandId,
    /// Who acts.
    pub caller: Caller,
    /// When.
    pub at: Timestamp,
    /// The installation's secrets.
    pub secrets: &'w Secrets,
}

impl<'w> Unit<'w> {
    /// A unit that has done nothing yet.
    pub fn new(
        store: &'w mut Store,
        memory: &'w mut Memory,
        moved: &'w mut BTreeSet<&'static str>,
        occasion: Occasion<'w>,
    ) -> Self {
        let Occasion { command_id, caller, at, secrets } = occasion;
        Self {
            store,
            memory,
            moved,
            actor: caller.actor(),
            caller,
            at,
            secrets,
            command_id,
            next_ordinal: 0,
            causation: None,
            correlation: command_id.uuid(),
            waiting: VecDeque::new(),
            changed: BTreeSet::new(),
            unsaved: BTreeMap::new(),
        }
    }

    /// The command that is being carried out.
    pub const fn command_id(&self) -> CommandId {
        self.command_id
    }

    /// The connection inside the open transaction.
    pub fn connection(&self) -> &Connection {
        self.store.connection()
    }

    /// Says which flow the events belong to: an order's, or a conference's.
    pub const fn in_flow_of(&mut self, correlation: Uuid) {
        self.correlation = correlation;
    }

    /// The flow that the events belong to.
    pub const fn flow(&self) -> Uuid {
        self.correlation
    }

    /// From here on, what happens is the effect of another command, caused by an event.
    pub const fn continue_with(&mut self, command_id: CommandId, causation: Uuid) {
        self.command_id = command_id;
        self.causation = Some(causation);
        self.next_ordinal = 0;
    }

    /// Marks what this unit changed in memory and has to be read again should it be undone. What
    /// it only looked at stays: reading a hot stream anew for every refused command would be dear.
    pub fn changed(&mut self, place: Place) {
        self.changed.insert(place);
    }

    /// Forgets everything that this unit changed in memory.
    pub fn forget(self) {
        for place in self.changed {
            match place {
                Place::Order(order_id) => drop(self.memory.aggregates.orders.pop(&order_id)),
                Place::Assignments(order_id) => {
                    self.memory.aggregates.assignments.pop(&order_id);
                }
                Place::Seats(conference_id) => {
                    self.memory.aggregates.seats.pop(&conference_id);
                }
                Place::Process(order_id) => self.memory.processes.forget(order_id),
                Place::Catalogue(conference_id) => self.memory.catalogues.forget(conference_id),
            }
        }
    }

    /// An aggregate as it is now.
    pub fn load<A: Aggregate>(&mut self, key: A::Key) -> Result<&Loaded<A>, AppError> {
        if !A::cache(&mut self.memory.aggregates).contains(&key) {
            let loaded = self.read::<A>(key)?;
            A::cache(&mut self.memory.aggregates).put(key, loaded);
        }
        A::cache(&mut self.memory.aggregates)
            .get(&key)
            .ok_or_else(|| AppError::broken("an aggregate left memory while it was used"))
    }

    fn read<A: Aggregate>(&mut self, key: A::Key) -> Result<Loaded<A>, AppError> {
        let stream = A::stream(key);
        if self.store.revision(&stream)? == 0 {
            return Ok(Loaded::default());
        }
        let mut loaded = snapshots::find::<A>(self.store, &stream)?.unwrap_or_default();
        let revision = loaded.revision;
        for_each_in_stream(self.connection(), &stream, revision, |stored| {
            let fact = decode(stored, self.connection(), self.store.keys())?;
            if let Some(event) = A::of_fact(&fact.event) {
                loaded.state.evolve(event);
            }
            loaded.revision = stored.revision;
            Ok::<(), Unreadable>(())
        })?;
        snapshots::keep_now_and_then(self.store, &stream, revision, &loaded)?;
        Ok(loaded)
    }

    /// Lets an aggregate decide, and records what it decided. Answers how many events.
    pub fn carry_out<A: Aggregate>(
        &mut self,
        key: A::Key,
        command: &A::Command,
    ) -> Result<usize, AppError> {
        let loaded = self.load::<A>(key)?;
        let events = loaded.state.decide(command).map_err(Into::into)?;
        let revision = loaded.revision;
        if events.is_empty() {
            return Ok(0);
        }
        let count = events.len();
        self.changed(A::place(key));
        // While the events are on their way, memory must not show a state without them.
        let mut taken = A::cache(&mut self.memory.aggregates)
            .pop(&key)
            .ok_or_else(|| AppError::broken("an aggregate left memory while it was used"))?;
        for event in &events {
            taken.state.evolve(event);
        }
        let facts = events.into_iter().map(A::to_fact).collect();
        let stream = A::stream(key);
        taken.revision = self.record(&stream, expected_at(revision), facts)?;
        snapshots::keep_now_and_then(self.store, &stream, revision, &taken)?;
        A::cache(&mut self.memory.aggregates).put(key, taken);
        Ok(count)
    }

    /// Appends facts to a stream and projects them. Answers the stream's revision.
    pub fn record(
        &mut self,
        stream: &str,
        expected: Expected,
        facts: Vec<Fact>,
    ) -> Result<i64, AppError> {
        let first_ordinal = self.next_ordinal;
        let mut ids = Vec::with_capacity(facts.len());
        let mut payloads = Vec::with_capacity(facts.len());
        for fact in &facts {
            let id = event_id(self.command_id, self.next_ordinal);
            let mut vault = self.store.vault(id, fact.type_name());
            payloads.push(fact.encode_sealed(&mut vault).map_err(AppError::broken)?);
            ids.push(id);
            self.next_ordinal += 1;
        }
        let events: Vec<NewEvent<'_>> = facts
            .iter()
            .zip(&payloads)
            .map(|(fact, payload)| NewEvent {
                type_name: fact.type_name(),
                schema_version: fact.schema_version(),
                payload,
            })
            .collect();
        let cause = Cause {
            command_id: self.command_id,
            first_ordinal,
            correlation_id: self.correlation,
            causation_id: self.causation,
            actor: &self.actor,
            recorded_at: self.at,
        };
        let appended = self.store.append(stream, expected, &events, &cause)?;
        let device = self.store.device().uuid();
        let first_revision = appended.revision - i64::try_from(facts.len()).unwrap_or(0) + 1;
        let places = (appended.first_position..).zip(first_revision..);
        for ((event, event_id), (position, revision)) in facts.into_iter().zip(ids).zip(places) {
            let recorded = Recorded {
                position,
                revision,
                event_id,
                command_id: self.command_id,
                device,
                actor: self.actor.clone(),
                recorded_at: self.at,
                event,
            };
            read_models::project(self.store.connection(), &recorded, |name| {
                self.moved.insert(name);
            })?;
            if let Fact::Conference(event) = &recorded.event {
                self.changed.insert(Place::Catalogue(event.conference_id()));
                self.memory.catalogues.follow(&recorded.event);
            }
            self.waiting.push_back(recorded);
        }
        Ok(appended.revision)
    }

    /// Lets a fact that is stored already have its reactions, as after a restart.
    pub fn resume(&mut self, fact: Recorded<Fact>, correlation: Uuid) {
        self.correlation = correlation;
        self.waiting.push_back(fact);
    }

    /// Carries out the reactions to everything recorded, until nothing is left.
    pub fn react(&mut self) -> Result<(), AppError> {
        while let Some(fact) = self.waiting.pop_front() {
            policies::react(self, &fact)?;
        }
        processes::save(self)
    }

    /// Registration's own copy of what a conference offers.
    pub fn catalogue(&mut self, conference_id: ConferenceId) -> Result<Arc<Catalogue>, AppError> {
        let connection = self.store.connection();
        self.memory
            .catalogues
            .of(conference_id, connection, self.store.keys())?
            .ok_or_else(|| AppError::not_found("the conference"))
    }
}

/// What the stream of an aggregate at this revision must be at.
pub const fn expected_at(revision: i64) -> Expected {
    if revision == 0 { Expected::NoStream } else { Expected::Exact(revision) }
}
