//! What a command costs the disk. The same is a test, `tests/gates.rs`, because counting depends on no
//! clock.

use super::Bench;
use crate::{
    Outcome,
    counts::{GOALS, Goal, count},
    report::Figure,
};

pub fn run(bench: &Bench) -> Outcome<Vec<Figure>> {
    let mut figures = Vec::new();
    for Goal { callers, flushes, kilobytes } in GOALS {
        let purchases = bench.amount(600, 100);
        let cost = count(&bench.program, &bench.disk, callers, purchases)?;
        let name = |what: &str| format!("{callers} callers: {what}");
        let flushed = Figure::new(name("flushes a command"), "", &[cost.flushes]);
        let written = Figure::new(name("written a command"), "KB", &[cost.bytes / 1_000.0]);
        figures.extend([
            flushed.at_most(flushes),
            written.at_most(kilobytes),
            Figure::new(name("commands a commit"), "", &[cost.group]),
        ]);
    }
    Ok(figures)
}
