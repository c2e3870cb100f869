//! Append with optimistic concurrency, by the event store alone.

use std::time::{Duration, Instant};

use event_store::{Cause, DataFolder, EVENT_LOG_SQL, Expected, NewEvent, Opening, Store};
use kernel::{CommandId, Timestamp};
use tempfile::TempDir;

use super::Bench;
use crate::{
    Outcome,
    floor::{self, EVENTS, Floor, Indexes},
    report::Figure,
    timing::per_second,
};

/// Commands that 64 callers have in flight.
const GROUP: u64 = 64;
/// Turns of a round.
const TURNS: u64 = 10;

pub fn run(bench: &Bench) -> Outcome<Vec<Figure>> {
    let grouped = bench.amount(25_600, 3_200);
    let single = bench.amount(3_000, 300);
    let mut rounds: [Vec<f64>; 6] = Default::default();
    for _ in 0..bench.rounds() {
        let mut bare = Floor::new(&bench.disk, Indexes::None)?;
        let mut indexed = Floor::new(&bench.disk, Indexes::All)?;
        let mut log = Log::new(bench)?;
        let mut times = [Duration::ZERO; 6];
        // In turns, so that what else the machine does falls on all alike.
        for _ in 0..TURNS {
            let (grouped, single) = (grouped / TURNS, single / TURNS);
            let turn = [
                bare.insert(grouped, GROUP)?,
                indexed.insert(grouped, GROUP)?,
                log.append(grouped, GROUP)?,
                bare.insert(single, 1)?,
                indexed.insert(single, 1)?,
                log.append(single, 1)?,
            ];
            times.iter_mut().zip(turn).for_each(|(time, more)| *time += more);
        }
        let commands = [grouped, grouped, grouped, single, single, single];
        for ((figures, commands), time) in rounds.iter_mut().zip(commands).zip(times) {
            figures.push(per_second(commands * EVENTS, time));
        }
    }
    let names = [
        "raw insert, same columns, 64 commands a commit",
        "raw insert, same columns and indexes, 64 a commit",
        "event store, 64 commands a commit",
        "raw insert, same columns, a commit each",
        "raw insert, same columns and indexes, a commit each",
        "event store, a commit each",
    ];
    let mut figures: Vec<Figure> = names
        .iter()
        .zip(&rounds)
        .map(|(name, rounds)| Figure::new(*name, "events/s", rounds))
        .collect();
    figures[2] = figures[2].clone().beside(&figures[0]).ratio_at_least(0.6);
    figures[5] = figures[5].clone().beside(&figures[3]);
    Ok(figures)
}

/// A log of its own.
struct Log {
    store: Store,
    next: u64,
    payload: String,
    _held: DataFolder,
    _folder: TempDir,
}

impl Log {
    fn new(bench: &Bench) -> Outcome<Self> {
        let folder = tempfile::tempdir_in(&bench.disk)?;
        let held = DataFolder::open(folder.path(), Opening::Sandbox)?;
        let store = Store::open(&held, &[EVENT_LOG_SQL], None)?;
        Ok(Self { store, next: 0, payload: floor::payload(), _held: held, _folder: folder })
    }

    fn append(&mut self, commands: u64, in_a_commit: u64) -> Outcome<Duration> {
        let began = Instant::now();
        let mut left = commands;
        while 0 < left {
            let now = left.min(in_a_commit);
            self.store.begin()?;
            for _ in 0..now {
                self.append_command()?;
            }
            self.store.commit()?;
            left -= now;
        }
        Ok(began.elapsed())
    }

    /// As the writer does it: the command may be a repeat, and is kept with its answer.
    fn append_command(&mut self) -> Outcome {
        let command_id = CommandId::from_uuid(floor::id(self.next));
        let event =
            NewEvent { type_name: "OrderPlaced", schema_version: 1, payload: &self.payload };
        let cause = Cause {
            command_id,
            first_ordinal: 0,
            correlation_id: command_id.uuid(),
            causation_id: None,
            actor: "desk@Front desk",
            recorded_at: Timestamp::from_micros(i64::try_from(self.next)? * 100),
        };
        let stream = format!("order-{command_id}");
        self.store.step()?;
        self.store.find_command(command_id)?;
        let appended = self.store.append(&stream, Expected::NoStream, &[event; 2], &cause)?;
        self.store.record_command(command_id, &[7; 32], Some(appended.first_position), "{}")?;
        self.store.check_open()?;
        self.next += 1;
        Ok(())
    }
}
