//! How far something is: a bar on a terminal, plain lines elsewhere.

use std::io::{IsTerminal, stderr};

use app::backup::{Progress, Step};
use indicatif::{ProgressBar, ProgressStyle};

/// Shows each step of a backup or a restore on standard error.
pub struct Shown {
    bar: Option<ProgressBar>,
    step: Option<Step>,
    /// The last tenth that was told.
    tenth: u64,
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
        Self { bar, step: None, tenth: 0 }
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
        let tenth = (done * 10).checked_div(total).unwrap_or(0);
        if is_new || self.tenth < tenth {
            self.tenth = tenth;
            eprintln!("{word} {done} of {total}");
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
