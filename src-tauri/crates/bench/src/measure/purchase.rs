//! Whole purchases, in this process and through `lanyard rpc`.

use std::time::Duration;

use super::Bench;
use crate::{
    Outcome,
    callers::{Door, InProcess, Run, drive},
    floor::{self, Floor, Indexes},
    folders::Stage,
    process::writer_time,
    report::Figure,
    rpc::Rpc,
    timing::{as_f64, per_second},
    venue::{COMMANDS, EVENTS, Venue},
};

/// Callers, and how many purchases a round has, full and quick.
const CALLERS: [(usize, u64, u64); 4] =
    [(1, 300, 40), (16, 2_000, 200), (64, 4_000, 400), (256, 4_000, 512)];
/// How many are busy where a goal is set.
const BUSY: usize = 64;

pub fn run(bench: &Bench) -> Outcome<Vec<Figure>> {
    let stage = Stage::new(&bench.disk)?;
    let folder = tempfile::tempdir_in(&bench.disk)?;
    let mut rpc = match &bench.lanyard {
        Some(lanyard) => Some(Rpc::start(lanyard, &folder.path().join("data"))?),
        None => None,
    };
    let venue = Venue::number(0);
    if let Some(rpc) = &mut rpc {
        drive(rpc, vec![venue.opening(100_000)], 1)?;
    }
    let mut floor = Vec::new();
    let mut inside: Vec<Many> = CALLERS.iter().map(|_| Many::default()).collect();
    let mut through: Vec<Many> = CALLERS.iter().map(|_| Many::default()).collect();
    let mut door = InProcess::new(&stage.app);
    // Files and memory are there before it counts.
    buy(&mut door, BUSY, 200)?;
    for _ in 0..bench.rounds() {
        let commands = bench.amount(25_600, 3_200);
        let time = Floor::new(&bench.disk, Indexes::None)?.insert(commands, 64)?;
        floor.push(per_second(commands * floor::EVENTS, time));
        for (number, (callers, full, quick)) in CALLERS.into_iter().enumerate() {
            let purchases = bench.amount(full, quick);
            let before = writer_time()?;
            let run = buy(&mut door, callers, purchases)?;
            inside[number].add(&run, Some(writer_time()? - before));
            if let Some(rpc) = &mut rpc {
                through[number].add(&buy(rpc, callers, purchases)?, None);
            }
        }
    }
    if let Some(rpc) = rpc {
        rpc.end()?;
    }
    let floor = Figure::new("raw insert, same columns, 64 commands a commit", "events/s", &floor);
    let mut figures = vec![floor];
    for (many, (callers, ..)) in inside.iter().zip(CALLERS) {
        figures.extend(many.figures("in process", callers, 2_500.0, &figures[0]));
    }
    for (many, (callers, ..)) in through.iter().zip(CALLERS).filter(|(many, _)| many.is_there()) {
        figures.extend(many.figures("lanyard rpc", callers, 1_500.0, &figures[0]));
    }
    Ok(figures)
}

fn buy(door: &mut impl Door, callers: usize, purchases: u64) -> Outcome<Run> {
    drive(door, Venue::number(0).purchases(purchases, &mut fastrand::Rng::new()), callers)
}

/// Rounds with the same number of callers.
#[derive(Default)]
struct Many {
    purchases: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
    group: Vec<f64>,
    writer: Vec<f64>,
}

impl Many {
    fn add(&mut self, run: &Run, writer: Option<Duration>) {
        let commands = run.commands();
        self.purchases.push(per_second(commands, run.time) / as_f64(COMMANDS));
        self.p50.push(run.latencies.p50());
        self.p99.push(run.latencies.p99());
        if 0 < run.commits {
            self.group.push(as_f64(commands) / as_f64(run.commits));
        }
        if let Some(writer) = writer {
            self.writer.push(writer.as_secs_f64() * 1e6 / as_f64(commands));
        }
    }

    fn is_there(&self) -> bool {
        !self.purchases.is_empty()
    }

    fn figures(&self, how: &str, callers: usize, goal: f64, floor: &Figure) -> Vec<Figure> {
        let name = |what: &str| format!("{how}, {callers} callers: {what}");
        let mut purchases = Figure::new(name("purchases"), "a second", &self.purchases);
        let events: Vec<f64> = self.purchases.iter().map(|rate| rate * as_f64(EVENTS)).collect();
        let mut events = Figure::new(name("events"), "events/s", &events).beside(floor);
        if callers == BUSY {
            purchases = purchases.at_least(goal);
            if how == "in process" {
                events = events.ratio_at_least(0.25);
            }
        }
        let mut figures = vec![
            purchases,
            events,
            Figure::new(name("a command, p50"), "ms", &self.p50),
            Figure::new(name("a command, p99"), "ms", &self.p99),
        ];
        if !self.group.is_empty() {
            figures.push(Figure::new(name("commands a commit"), "", &self.group));
        }
        if !self.writer.is_empty() {
            let name = name("processor time of the writer a command");
            figures.push(Figure::new(name, "us", &self.writer));
        }
        figures
    }
}
