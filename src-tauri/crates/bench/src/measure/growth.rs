//! How the cost of a command grows with the log. All logs are open at once, and each round goes
//! through all of them, so that what else the machine does falls on all alike.

use std::time::Duration;

use super::Bench;
use crate::{
    Outcome,
    callers::{InProcess, drive},
    folders::{self, Stage},
    process::writer_time,
    report::{Figure, shown},
    timing::{as_f64, per_second},
    venue::{COMMANDS, Venue},
};

/// Callers of the grouped run.
const CALLERS: usize = 64;
/// How often each log has its turn in a round, so that all have the same weather.
const TURNS: u64 = 5;

/// A log of some length, and how it did.
struct Log {
    events: u64,
    stage: Stage,
    venue: Venue,
    rates: Vec<f64>,
    writer: Vec<f64>,
    p50: Vec<f64>,
}

pub fn run(bench: &Bench) -> Outcome<Vec<Figure>> {
    let lengths: &[u64] =
        if bench.quick { &[1_000, 10_000] } else { &[1_000, 10_000, 100_000, 1_000_000] };
    let mut logs = Vec::new();
    for &events in lengths {
        logs.push(Log::open(bench, events)?);
    }
    for _ in 0..bench.rounds() {
        for log in &mut logs {
            log.begin_round();
        }
        for _ in 0..TURNS {
            for log in &mut logs {
                log.turn(bench)?;
            }
        }
    }
    Ok(figures(&logs))
}

impl Log {
    fn open(bench: &Bench, events: u64) -> Outcome<Self> {
        let folder = folders::copy(&folders::filled(&bench.disk, events)?, &bench.disk)?;
        let stage = Stage::on(folder)?;
        let venue = folders::selling(events);
        // What the first command has to read is a matter of starting, and is measured there.
        let scripts = venue.purchases(200, &mut fastrand::Rng::new());
        drive(&mut InProcess::new(&stage.app), scripts, CALLERS)?;
        Ok(Self { events, stage, venue, rates: vec![], writer: vec![], p50: vec![] })
    }

    fn begin_round(&mut self) {
        for figures in [&mut self.rates, &mut self.writer, &mut self.p50] {
            figures.push(0.0);
        }
    }

    fn turn(&mut self, bench: &Bench) -> Outcome {
        let mut door = InProcess::new(&self.stage.app);
        let mut random = fastrand::Rng::new();
        let purchases = bench.amount(1_000, 100);
        let scripts = self.venue.purchases(purchases, &mut random);
        let before = writer_time()?;
        let run = drive(&mut door, scripts, CALLERS)?;
        let writer: Duration = writer_time()? - before;
        let scripts = self.venue.purchases(bench.amount(40, 10), &mut random);
        let alone = drive(&mut door, scripts, 1)?;
        let micros = writer.as_secs_f64() * 1e6 / as_f64(run.commands());
        let rate = per_second(run.commands(), run.time) / as_f64(COMMANDS);
        let turns = as_f64(TURNS);
        for (figures, value) in [
            (&mut self.rates, rate),
            (&mut self.writer, micros),
            (&mut self.p50, alone.latencies.p50()),
        ] {
            if let Some(last) = figures.last_mut() {
                *last += value / turns;
            }
        }
        Ok(())
    }
}

fn figures(logs: &[Log]) -> Vec<Figure> {
    let rates = side_by_side(logs, "purchases, 64 callers", "a second", |log| &log.rates);
    let writer = "processor time of the writer a command, 64 callers";
    let writer = side_by_side(logs, writer, "us", |log| &log.writer);
    let alone = side_by_side(logs, "a lone command, p50", "ms", |log| &log.p50);
    let is_first = |number: usize| number == 0;
    let rates = rates
        .into_iter()
        .enumerate()
        .map(|(number, figure)| if is_first(number) { figure } else { figure.ratio_at_least(0.9) });
    let costs = [writer, alone].into_iter().flat_map(|figures| figures.into_iter().enumerate());
    let costs = costs.map(
        |(number, figure)| {
            if is_first(number) { figure } else { figure.ratio_at_most(1.1) }
        },
    );
    rates.chain(costs).collect()
}

/// One figure of each log, beside that of the shortest.
fn side_by_side(
    logs: &[Log],
    what: &str,
    unit: &'static str,
    of: fn(&Log) -> &Vec<f64>,
) -> Vec<Figure> {
    let mut figures: Vec<Figure> = Vec::new();
    for log in logs {
        let name = format!("{} events: {what}", shown(as_f64(log.events)));
        let figure = Figure::new(name, unit, of(log));
        figures.push(match figures.first() {
            None => figure,
            Some(shortest) => figure.beside(shortest),
        });
    }
    figures
}
