//! What a command costs the disk, counted and not timed: flushes by `strace`, at the border to the
//! kernel, so that nobody is left out; bytes by the kernel's own account of the process.

use std::{fs, path::Path, process::Command};

use event_store::WITNESS_FILE;

use crate::{
    Outcome,
    helper::{BEGIN, END, Helper, Written, ask},
    timing::as_f64,
};

/// What commands may cost at most, with so many callers.
#[derive(Debug, Clone, Copy)]
pub struct Goal {
    /// Who buy at the same time.
    pub callers: usize,
    /// Flushes a command.
    pub flushes: f64,
    /// Kilobytes a command.
    pub kilobytes: f64,
}

/// Source: event-store.md, "Throughput".
pub const GOALS: [Goal; 2] = [
    Goal { callers: 1, flushes: 1.05, kilobytes: 30.0 },
    Goal { callers: 64, flushes: 0.05, kilobytes: 10.0 },
];

/// What so many commands cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Calls of fsync and fdatasync for each command, whatever the file.
    pub flushes: f64,
    /// The same without the witness, which is flushed once a second at most: how many commands
    /// share that is a matter of time.
    pub flushes_for_commits: f64,
    /// Bytes handed to write calls for each command, whatever the file.
    pub bytes: f64,
    /// Commands for each commit.
    pub group: f64,
}

/// Lets so many callers buy, in a process of its own under `strace`. `bench` is this program.
///
/// # Errors
/// There is no `strace`, or the application refuses.
pub fn count(bench: &Path, disk: &Path, callers: usize, purchases: u64) -> Outcome<Cost> {
    let folder = tempfile::tempdir_in(disk)?;
    let helper = Helper::Count { folder: folder.path().join("data"), callers, purchases };
    let helper = helper.program(bench);
    let trace = folder.path().join("flushes");
    let mut strace = Command::new("strace");
    // With seccomp the process stops at these calls alone and runs at its own speed otherwise.
    strace.args(["-f", "-q", "--seccomp-bpf", "-y", "-e", "trace=fsync,fdatasync", "-o"]);
    strace.arg(&trace).arg(helper.get_program()).args(helper.get_args());
    let Written { commands, commits, bytes } =
        ask(strace).map_err(|error| format!("strace counts flushes; is it installed? {error}"))?;
    let [flushes, of_witness] = between_marks(&fs::read_to_string(&trace)?)?;
    let commands = as_f64(commands);
    Ok(Cost {
        flushes: as_f64(flushes) / commands,
        flushes_for_commits: as_f64(flushes - of_witness) / commands,
        bytes: as_f64(bytes) / commands,
        group: commands / as_f64(commits.max(1)),
    })
}

/// How many flushes lie between the two marked ones, and how many of these are of the witness.
fn between_marks(trace: &str) -> Outcome<[u64; 2]> {
    let mut count = None;
    for line in trace.lines() {
        if line.contains(BEGIN) {
            count = Some([0, 0]);
        } else if line.contains(END) {
            return count.ok_or_else(|| "the trace has no beginning".into());
        } else if line.contains("sync(")
            && let Some([all, of_witness]) = &mut count
        {
            *all += 1;
            *of_witness += u64::from(line.contains(WITNESS_FILE));
        }
    }
    Err("the trace has no end".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flushes_count_between_the_marks_and_once_each() {
        let trace = "\
7 fdatasync(3</d/lanyard.db-wal>) = 0
7 fsync(4</d/count.begin>) = 0
8 fdatasync(3</d/lanyard.db-wal> <unfinished ...>
8 <... fdatasync resumed>) = 0
8 fdatasync(5</d/lanyard.db>) = 0
8 fdatasync(6</d/lanyard.witness>) = 0
7 fsync(4</d/count.end>) = 0
8 fdatasync(3</d/lanyard.db-wal>) = 0
";
        assert_eq!(between_marks(trace).ok(), Some([3, 1]));
        assert!(between_marks("7 fsync(4</d/count.begin>) = 0").is_err());
    }
}
