//! Which machine it was, when, and what else it did.

use std::{fs, path::Path, process::Command};

use app::clock::computers_clock;
use serde::Serialize;

/// Where and when something was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Machine {
    /// Processor, cores, memory, kernel and file system, in one line.
    pub line: String,
    /// The date, in UTC.
    pub date: String,
    /// The commit, with a `+` if something was changed since.
    pub commit: String,
    /// SQLite's version.
    pub sqlite: &'static str,
    /// Programs that wanted to run in the minute before: the others' share of the machine.
    pub load_before: f64,
    /// The same at the end, this program included.
    pub load_after: f64,
}

impl Machine {
    /// This one, now; data is written to `disk`.
    pub fn this(disk: &Path) -> Self {
        Self {
            line: line(disk),
            date: computers_clock().to_string().chars().take(10).collect(),
            commit: commit(),
            sqlite: rusqlite::version(),
            load_before: load(),
            load_after: 0.0,
        }
    }
}

/// How many programs wanted to run, on the average of the last minute; 0 where nothing says so.
pub fn load() -> f64 {
    first_word("/proc/loadavg").and_then(|word| word.parse().ok()).unwrap_or(0.0)
}

fn line(disk: &Path) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let about = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = about.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let memory = memory.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    let kernel = first_word("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!(
        "{} ({}), {cores} cores, {} GiB, {} {kernel}, {}",
        name.unwrap_or("unknown processor"),
        std::env::consts::ARCH,
        memory.unwrap_or(0).div_ceil(1024 * 1024),
        std::env::consts::OS,
        said(Command::new("stat").args(["-f", "-c", "%T"]).arg(disk)).unwrap_or_default(),
    )
}

fn commit() -> String {
    let commit = said(Command::new("git").args(["rev-parse", "--short", "HEAD"]));
    let changed = said(Command::new("git").args(["status", "--porcelain", "-uno"]));
    let mark = if changed.is_some_and(|changed| !changed.is_empty()) { "+" } else { "" };
    commit.map_or_else(|| "unknown".to_owned(), |commit| commit + mark)
}

fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn first_word(file: &str) -> Option<String> {
    fs::read_to_string(file).ok()?.split_whitespace().next().map(str::to_owned)
}
