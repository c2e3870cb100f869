//! How far something is: a bar on a terminal, now and then a plain line elsewhere.

use std::{
    io::{IsTerminal, stderr},
    time::{Duration, Instant},
};

use app::backup::{Progress, Step};
use event_store::say;
use indicatif::{ProgressBar, ProgressStyle};

/// Shows each step of a backup or a restore on standard error.
pub struct Shown {
    bar: Option<ProgressBar>,
    step: Option<Step>,
    lines: Lines,
}

/// A log wants no line of what is over at once.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// When a line is due.
struct Lines {
    /// When the last one was told; at first, when it began.
    last: Instant,
}

impl Lines {
    fn are_due(&mut self, now: Instant) -> bool {
        let is_due = BETWEEN_LINES <= now.duration_since(self.last);
        if is_due {
            self.last = now;
        }
        is_due
    }
}

impl Shown {
    /// Nothing yet.
    pub fn new() -> Self {
        let bar = stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            if let Ok(style) = ProgressStyle::with_template("{msg:12} {bar:40} {percent} % {eta}") {
                bar.set_style(style);
            }
            bar
        });
        Self { bar, step: None, lines: Lines { last: Instant::now() } }
    }

    /// Shows how far it is.
    pub fn tell(&mut self, now: Progress) {
        let Progress { step, done, total } = now;
        let word = word(step);
        let is_new = self.step.replace(step) != Some(step);
        if let Some(bar) = &self.bar {
            if is_new {
                bar.reset();
                bar.set_message(word);
            }
            bar.set_length(total);
            bar.set_position(done);
            return;
        }
        if self.lines.are_due(Instant::now()) {
            say!("{word}: {done} of {total}");
        }
    }

    /// Takes the bar away.
    pub fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

const fn word(step: Step) -> &'static str {
    match step {
        Step::Copying => "copying",
        Step::Packing => "packing",
        Step::Unpacking => "unpacking",
        Step::Checking => "checking",
        Step::Restoring => "restoring",
        Step::Rebuilding => "rebuilding",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_told_every_ten_seconds_and_not_before() {
        let began = Instant::now();
        let mut lines = Lines { last: began };
        let due = [0, 9, 10, 11, 19, 20, 45, 54, 55]
            .map(|seconds| lines.are_due(began + Duration::from_secs(seconds)));
        assert_eq!(due, [false, false, true, false, false, true, true, false, true]);
    }
}
