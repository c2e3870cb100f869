//! `lanyard rebuild`: the read models anew from the log.

use std::time::Instant;

use app::views::Progress;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::{Data, Failure};

/// Drops and fills the read models.
#[derive(Debug, Args)]
pub struct Rebuild {
    /// Prints one JSON object instead of sentences.
    #[arg(long)]
    json: bool,
}

impl Rebuild {
    /// Rebuilds, with a progress bar on a terminal.
    pub fn run(&self, data: &Data) -> Result<(), Failure> {
        let app = data.open()?;
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {per_sec} {eta}") {
            bar.set_style(style);
        }
        let shown = bar.clone();
        let began = Instant::now();
        let rebuilt = app
            .rebuild_views(move |Progress { done, total }| {
                shown.set_length(total.unsigned_abs());
                shown.set_position(done.unsigned_abs());
                true
            })
            .wait();
        bar.finish_and_clear();
        let events = app.position();
        app.close()?;
        rebuilt?;
        let seconds = began.elapsed().as_secs_f64();
        let rate = events as f64 / seconds.max(0.001);
        if self.json {
            println!(
                "{}",
                json!({ "events": events, "seconds": seconds, "eventsPerSecond": rate })
            );
        } else {
            println!("{events} events in {seconds:.2} s, {rate:.0} events/s");
        }
        Ok(())
    }
}
