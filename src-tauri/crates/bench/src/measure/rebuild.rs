//! Rebuilding all read models, personal fields opened, in one transaction.

use std::time::Instant;

use super::Bench;
use crate::{
    Outcome,
    folders::{self, Stage},
    report::{Figure, shown},
    timing::{as_f64, per_second},
};

pub fn run(bench: &Bench) -> Outcome<Vec<Figure>> {
    let mut figures = Vec::new();
    let ordinary = bench.amount(100_000, 10_000);
    for (events, rounds) in [(ordinary, bench.rounds()), (bench.longest(), 1)] {
        let folder = folders::copy(&folders::filled(&bench.disk, events)?, &bench.disk)?;
        let stage = Stage::on(folder)?;
        let stored = stage.app.position().unsigned_abs();
        let mut rates = Vec::new();
        for _ in 0..rounds {
            let began = Instant::now();
            stage.app.rebuild_views(false, |_| true)?;
            rates.push(per_second(stored, began.elapsed()));
        }
        let name = format!("all read models, {} events", shown(as_f64(events)));
        figures.push(Figure::new(name, "events/s", &rates).at_least(50_000.0));
    }
    Ok(figures)
}
