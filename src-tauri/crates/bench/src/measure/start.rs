//! Starting on an existing log: after it was closed, and after the process was killed while it
//! sold. What was read lately is in the operating system's memory.

use super::Bench;
use crate::{
    Outcome, folders,
    helper::{Helper, Started, ask, sell_and_kill},
    report::{Figure, shown},
    timing::as_f64,
};

/// How often the process says that it has sold, before it is killed.
const WORDS: usize = 5;

pub fn run(bench: &Bench) -> Outcome<Vec<Figure>> {
    let mut figures = Vec::new();
    let lengths = [(bench.amount(super::ORDINARY, 10_000), 2_000.0), (bench.longest(), 5_000.0)];
    for (events, goal) in lengths {
        let last = folders::parts(events).len() - 1;
        let conference = u32::try_from(last)?;
        let filled = folders::filled(&bench.disk, events)?;
        let mut closed = Vec::new();
        let mut killed = Vec::new();
        for _ in 0..bench.rounds() {
            let folder = folders::copy(&filled, &bench.disk)?;
            let start = Helper::Start { folder: folder.path().to_owned(), conference };
            closed.push(ask::<Started>(start.program(&bench.program))?);
            sell_and_kill(&bench.program, folder.path(), conference, WORDS)?;
            killed.push(ask::<Started>(start.program(&bench.program))?);
        }
        for (how, starts) in [("closed", closed), ("killed", killed)] {
            let of = |value: fn(&Started) -> f64| starts.iter().map(value).collect::<Vec<_>>();
            let name = |what: &str| format!("{} events, {how}: {what}", shown(as_f64(events)));
            figures.extend([
                Figure::new(name("folder open"), "ms", &of(|start| start.opened)),
                Figure::new(name("first answer"), "ms", &of(|start| start.answered)).at_most(goal),
                Figure::new(name("first purchase after it"), "ms", &of(|start| start.sold)),
                Figure::new(
                    name("memory"),
                    "MB",
                    &of(|start| as_f64(start.memory.proportional) / 1_024.0),
                ),
            ]);
        }
    }
    Ok(figures)
}
