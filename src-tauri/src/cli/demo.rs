//! `lanyard demo`: the sample conference, made and opened.

use app::{App, ClockChoice, Mode, OpenOptions, Opening, backup::Totals, plural::counted};
use clap::Args;
use event_store::say;
use indicatif::{ProgressBar, ProgressStyle};
use kernel::Timestamp;
use serde_json::json;

use super::{Data, Failure, parse_moment, parse_whole_number, require_a_desktop_for, show};

/// Makes the sample conference and opens it.
#[derive(Debug, Args)]
pub struct Demo {
    /// The same seed and moment make the same history; 2026 where it is absent.
    #[arg(long, value_parser = parse_whole_number)]
    seed: Option<u64>,
    /// The moment at which the history ends (RFC 3339, or a date for its beginning in UTC); now where
    /// it is absent.
    #[arg(long, value_name = "TIME", value_parser = parse_moment)]
    at: Option<Timestamp>,
    /// Makes the sample, says where it is and what is in it, and ends without a window.
    #[arg(long)]
    no_window: bool,
    /// Prints one JSON object when the sample is there.
    #[arg(long)]
    pub json: bool,
}

/// The seed of the sample that is made unless another one is asked for.
const SEED: u64 = 2026;

impl Demo {
    /// Makes the sample where there is none yet, and opens it.
    pub fn run(&self, data: &Data, station: &str) -> Result<(), Failure> {
        let folder = data.folder("sample")?;
        if !self.no_window {
            require_a_desktop_for(&folder)?;
        }
        let open = |clock, codes| {
            let folder = folder.clone();
            App::open(OpenOptions { folder, opening: Opening::Demo, clock, codes })
        };
        let app = open(ClockChoice::System, None)?;
        let is_new = app.position() == 0;
        let now = app.clock().now();
        if app.mode() != Mode::Demo {
            return Err(Failure::new("this folder is not one for a sample"));
        }
        let app = if is_new {
            app.close()?;
            let start = Some(sample::beginning(self.at.unwrap_or(now)));
            let seed = self.seed.unwrap_or(SEED);
            let app = open(ClockChoice::Manual { start }, Some(seed))?;
            make(&app, seed)?;
            app.close()?;
            open(data.clock(), None)?
        } else {
            if self.seed.is_some() || self.at.is_some() {
                say!(
                    "lanyard: {} has a sample already, which stays as it is; for one by --seed or \
                     --at name a new or empty folder with --data DIR",
                    folder.display()
                );
            }
            app
        };
        if self.json {
            let folder = folder.display().to_string();
            println!("{}", json!({ "folder": folder, "made": is_new, "position": app.position() }));
        }
        if self.no_window {
            if !self.json {
                tell(&app, is_new, data.data.is_some())?;
            }
            app.close()?;
            return Ok(());
        }
        let options =
            OpenOptions { folder, opening: Opening::Demo, clock: data.clock(), codes: None };
        show(Ok(app), options, false, station)
    }
}

fn make(app: &App, seed: u64) -> Result<(), Failure> {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("Making the sample {bar:40} {pos}/{len}") {
        bar.set_style(style);
    }
    sample::tell(app, seed, |progress| {
        bar.set_length(u64::from(progress.total));
        bar.set_position(u64::from(progress.done));
    })?;
    bar.finish_and_clear();
    Ok(())
}

/// Where the sample is, what is in it, and what opens it.
fn tell(app: &App, is_new: bool, has_a_folder_of_its_own: bool) -> Result<(), Failure> {
    let totals = app.read(|log| Ok(Totals::read(log, "main")?))?;
    let shown = app.folder().display();
    println!("{} {shown}", if is_new { "made the sample in" } else { "the sample is in" });
    println!(
        "{}, {}, {}",
        counted(totals.conferences, "conference"),
        counted(totals.orders, "order"),
        counted(app.position(), "event")
    );
    let named = if has_a_folder_of_its_own { format!(" --data '{shown}'") } else { String::new() };
    println!(
        "lanyard demo{named} opens it in a window; lanyard rpc --data '{shown}' answers for it"
    );
    Ok(())
}
