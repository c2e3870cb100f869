//! `lanyard rebuild`: the read models anew from the log.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use app::{plural::counted, rebuild::Progress, wire::health::RebuildPhase};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::{Data, Failure};

/// Fills the read models anew. Ctrl+C stops it; the old ones are then as they were.
#[derive(Debug, Args)]
pub struct Rebuild {
    /// Goes on where a rebuild was stopped.
    #[arg(long)]
    resume: bool,
    /// Prints one JSON object instead of sentences.
    #[arg(long)]
    pub json: bool,
}

impl Rebuild {
    /// Rebuilds, with a progress bar on a terminal.
    pub fn run(&self, data: &Data) -> Result<(), Failure> {
        data.existing_folder()?;
        let app = data.open()?;
        let is_stopped = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&is_stopped);
        ctrlc::set_handler(move || stop.store(true, Ordering::SeqCst)).map_err(Failure::new)?;
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len} {per_sec}") {
            bar.set_style(style);
        }
        let shown = bar.clone();
        let began = Instant::now();
        let rebuilt = app.rebuild_views(self.resume, move |Progress { phase, done, total }| {
            shown.set_message(match phase {
                RebuildPhase::Replay => "replaying events",
                RebuildPhase::Copy => "copying rows    ",
            });
            shown.set_length(total.unsigned_abs());
            shown.set_position(done.unsigned_abs());
            !is_stopped.load(Ordering::SeqCst)
        });
        bar.finish_and_clear();
        let events = app.position();
        app.close()?;
        match rebuilt {
            Err(error) if error.code == "RefusedStopped" => {
                return Err(Failure::new(
                    "stopped; the read models are as they were. `lanyard rebuild --resume` goes on",
                ));
            }
            other => other?,
        }
        let seconds = began.elapsed().as_secs_f64();
        let rate = events as f64 / seconds.max(0.001);
        if self.json {
            println!(
                "{}",
                json!({ "events": events, "seconds": seconds, "eventsPerSecond": rate })
            );
        } else {
            println!("{} in {seconds:.2} s, {rate:.0} events/s", counted(events, "event"));
        }
        Ok(())
    }
}
