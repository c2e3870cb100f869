//! What the kernel says about this process.

use std::{fs, time::Duration};

use serde::{Deserialize, Serialize};

use crate::Outcome;

/// Memory of a process, in KiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// What lies in memory.
    pub resident: u64,
    /// The same, with a fair share of what it has in common with others.
    pub proportional: u64,
}

impl Memory {
    /// Of this process, now.
    ///
    /// # Errors
    /// This is no Linux.
    pub fn now() -> Outcome<Self> {
        let rollup = fs::read_to_string("/proc/self/smaps_rollup")?;
        let resident = number(&rollup, "Rss:").ok_or("no Rss in smaps_rollup")?;
        let proportional = number(&rollup, "Pss:").ok_or("no Pss in smaps_rollup")?;
        Ok(Self { resident, proportional })
    }
}

/// The bytes that this process has handed to write calls so far.
///
/// # Errors
/// This is no Linux.
pub fn written() -> Outcome<u64> {
    let io = fs::read_to_string("/proc/self/io")?;
    number(&io, "wchar:").ok_or_else(|| "no wchar in /proc/self/io".into())
}

/// The processor time of the writers in this process so far, which other programs do not lengthen.
///
/// # Errors
/// This is no Linux.
pub fn writer_time() -> Outcome<Duration> {
    let mut time = Duration::ZERO;
    for task in fs::read_dir("/proc/self/task")? {
        let task = task?.path();
        // A thread may end while its folder is read.
        let Ok(name) = fs::read_to_string(task.join("comm")) else { continue };
        if name.trim() == "writer" {
            let times = fs::read_to_string(task.join("schedstat"))?;
            let nanos = times.split_whitespace().next().ok_or("an empty schedstat")?;
            time += Duration::from_nanos(nanos.parse()?);
        }
    }
    Ok(time)
}

fn number(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
