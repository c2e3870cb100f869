//! `lanyard verify`: says exactly what is wrong.

use clap::Args;
use serde_json::json;

use super::{Data, Failure};

/// Checks the log, and every table that follows from it.
#[derive(Debug, Args)]
pub struct Verify {
    /// Prints one JSON object instead of sentences.
    #[arg(long)]
    json: bool,
}

impl Verify {
    /// Checks; ends with a failure when something is wrong.
    pub fn run(&self, data: &Data) -> Result<(), Failure> {
        let app = data.open_for_inspection()?;
        let report = app.read(|log| Ok(event_store::verify_chain(log, 0, |_, _| {})?))?;
        let differences = app.compare_views()?;
        let pages = app.read(|log| Ok(event_store::check_pages(log)?))?;
        app.close()?;
        let sound = report.is_sound() && differences.is_empty() && pages.is_empty();
        if self.json {
            let faults: Vec<_> = report
                .faults
                .iter()
                .map(|fault| json!({ "position": fault.position, "what": fault.kind.to_string() }))
                .collect();
            let views: Vec<_> = differences
                .iter()
                .map(|one| {
                    json!({
                        "table": one.table,
                        "onlyLive": one.only_live,
                        "onlyFresh": one.only_fresh,
                    })
                })
                .collect();
            let report = json!({
                "sound": sound,
                "events": report.events,
                "lastPosition": report.last_position,
                "faults": faults,
                "tables": views,
                "pages": pages,
            });
            println!("{report}");
        } else {
            println!("{} events, last position {}", report.events, report.last_position);
            for fault in &report.faults {
                println!("position {}: {}", fault.position, fault.kind);
            }
            for one in &differences {
                println!(
                    "{}: {} rows that the log does not tell of, {} rows missing",
                    one.table, one.only_live, one.only_fresh
                );
            }
            for page in &pages {
                println!("SQLite: {page}");
            }
            println!("{}", if sound { "everything agrees" } else { "something is wrong" });
        }
        if sound { Ok(()) } else { Err(Failure::new("the data is not sound; see above")) }
    }
}
