//! Memory of a process that has sold: by the length of the log that it started on, and by how much
//! it has sold itself.

use super::Bench;
use crate::{
    Outcome, folders,
    helper::{Helper, ask},
    process::Memory,
    report::{Figure, shown},
    timing::as_f64,
};

pub fn run(bench: &Bench) -> Outcome<Vec<Figure>> {
    let mut figures = Vec::new();
    // Enough to fill what is kept in memory, whatever there was before.
    let purchases = bench.amount(5_000, 100);
    let lengths: &[u64] = if bench.quick { &[1_000, 20_000] } else { &[1_000, 100_000, 1_000_000] };
    let mut shortest: Option<Figure> = None;
    for &events in lengths {
        let name = format!("a log of {} events", shown(as_f64(events)));
        let memory = after(bench, events, purchases)?;
        let figure = Figure::new(format!("{name}, proportional"), "MB", &[memory.0]);
        let figure = match &shortest {
            None => figure,
            Some(shortest) => figure.beside(shortest).ratio_at_most(1.1),
        };
        shortest = shortest.or_else(|| Some(figure.clone()));
        figures.extend([figure, Figure::new(format!("{name}, resident"), "MB", &[memory.1])]);
    }
    let amounts: &[u64] = if bench.quick { &[500] } else { &[20_000, 40_000] };
    for &purchases in amounts {
        let name = format!("{} purchases in one process", shown(as_f64(purchases)));
        let memory = after(bench, 1_000, purchases)?;
        figures.push(Figure::new(format!("{name}, proportional"), "MB", &[memory.0]));
    }
    Ok(figures)
}

/// Proportional and resident memory in MiB of a process that sold so much on a log so long.
fn after(bench: &Bench, events: u64, purchases: u64) -> Outcome<(f64, f64)> {
    let folder = folders::copy(&folders::filled(&bench.disk, events)?, &bench.disk)?;
    let conference = u32::try_from(folders::parts(events).len() - 1)?;
    let helper = Helper::Remember { folder: folder.path().to_owned(), conference, purchases };
    let memory: Memory = ask(helper.program(&bench.program))?;
    Ok((as_f64(memory.proportional) / 1_024.0, as_f64(memory.resident) / 1_024.0))
}
