//! What a command costs the disk. The same is a test, because counting depends on no clock.

use super::Bench;
use crate::{Outcome, counts::count, report::Figure};

pub fn run(bench: &Bench) -> Outcome<Vec<Figure>> {
    let mut figures = Vec::new();
    let goals = [(1, 1.05, 30.0), (64, 0.05, 10.0)];
    for (callers, flushes, kilobytes) in goals {
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
