//! What a command costs the disk, counted and not timed: flushes by `strace`, at the border to the
//! kernel, so that nobody is left out; bytes by the kernel's own account of the process.

use std::{fs, path::Path, process::Command};

use crate::{
    Outcome,
    helper::{BEGIN, END, Helper, Written, ask},
    timing::as_f64,
};

/// What so many commands cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Calls of fsync and fdatasync for each command, whatever the file.
    pub flushes: f64,
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
    let flushes = between_marks(&fs::read_to_string(&trace)?)?;
    let commands = as_f64(commands);
    Ok(Cost {
        flushes: as_f64(flushes) / commands,
        bytes: as_f64(bytes) / commands,
        group: commands / as_f64(commits.max(1)),
    })
}

/// How many flushes lie between the two marked ones.
fn between_marks(trace: &str) -> Outcome<u64> {
    let mut count = None;
    for line in trace.lines() {
        if line.contains(BEGIN) {
            count = Some(0);
        } else if line.contains(END) {
            return count.ok_or_else(|| "the trace has no beginning".into());
        } else if line.contains("sync(")
            && let Some(count) = &mut count
        {
            *count += 1;
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
7 fsync(4</d/count.end>) = 0
8 fdatasync(3</d/lanyard.db-wal>) = 0
";
        assert_eq!(between_marks(trace).ok(), Some(2));
        assert!(between_marks("7 fsync(4</d/count.begin>) = 0").is_err());
    }
}
