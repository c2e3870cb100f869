//! `lanyard verify`: says exactly what is wrong.

use app::{
    Inspection, MIGRATIONS,
    compare::{Difference, RowKind},
    plural::counted,
    repair::repair,
    verification::{Step, verify_folder},
    wire::health::{Phase, Verification, WitnessWord, Witnessed},
};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::{Data, Failure};

/// Checks the log, every table that follows from it, and the file. Changes nothing.
#[derive(Debug, Args)]
pub struct Verify {
    /// Prints one JSON object instead of sentences.
    #[arg(long)]
    pub json: bool,
    /// Brings read models and state tables that differ back to what the log tells.
    #[arg(long)]
    repair_views: bool,
}

impl Verify {
    /// Checks; ends with a failure when something is wrong.
    pub fn run(&self, data: &Data) -> Result<(), Failure> {
        let found = self.look(data)?;
        if !self.repair_views || found.tables.is_empty() {
            return self.end(&found, None);
        }
        if found.fault_count > 0 || found.not_compared.is_some() {
            self.tell(&found, None);
            let message = "the log is damaged; nothing was repaired from it";
            return Err(Failure::new(message).after_its_report());
        }
        let repaired = repair(&data.existing_folder()?, &found.tables)?;
        let after = self.look(data)?;
        if !self.json {
            found.tables.iter().for_each(tell_table);
            println!("repaired: {}", repaired.join(", "));
        }
        self.end(&after, Some((&found.tables, &repaired)))
    }

    fn look(&self, data: &Data) -> Result<Verification, Failure> {
        let inspection = data.inspect()?;
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{msg:10} {bar:40} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        let mut progress = |Step { phase, done, total }| {
            bar.set_message(match phase {
                Phase::Chain => "the log",
                Phase::Tables => "the tables",
                Phase::File => "the file",
            });
            bar.set_length(total.unsigned_abs());
            bar.set_position(done.unsigned_abs());
            true
        };
        let found = verify_folder(&inspection, &mut progress).map_err(Failure::new);
        bar.finish_and_clear();
        found?.ok_or_else(|| Failure::new("the verification was stopped"))
    }

    fn end(
        &self,
        found: &Verification,
        repaired: Option<(&[Difference], &[String])>,
    ) -> Result<(), Failure> {
        self.tell(found, repaired);
        if found.sound {
            return Ok(());
        }
        Err(Failure::new("the data is not sound; see above").after_its_report())
    }

    fn tell(&self, found: &Verification, repaired: Option<(&[Difference], &[String])>) {
        if !self.json {
            return tell_in_words(found);
        }
        let mut report = json!(found);
        if let Some((before, tables)) = repaired {
            report["repaired"] = json!({ "tables": tables, "before": before });
        }
        println!("{report}");
    }
}

fn tell_in_words(found: &Verification) {
    println!("{}, last position {}", counted(found.events, "event"), found.last_position);
    match &found.witness {
        Some(witness) => tell_witness(witness, found.last_position),
        None => println!("the witness file cannot be held against the end of the log"),
    }
    for fault in &found.faults {
        println!("position {}: {}", fault.position, fault.what);
    }
    if found.faults.len() < found.fault_count {
        println!("and {} more", found.fault_count - found.faults.len());
    }
    found.tables.iter().for_each(tell_table);
    if let Some(reason) = &found.not_compared {
        println!("the tables were not compared: {reason}");
    }
    for wrong in &found.commands {
        println!("command {}: {}", wrong.key, wrong.what);
    }
    for wrong in &found.snapshots {
        println!("snapshot of {}: {}", wrong.key, wrong.what);
    }
    for event in &found.quarantine {
        println!("set aside: position {}, {}: {}", event.position, event.type_name, event.reason);
    }
    for page in &found.pages {
        println!("SQLite: {page}");
    }
    let end = if found.sound { "everything agrees" } else { "something is wrong" };
    println!("{end} ({:.1} s)", found.seconds);
    if !found.sound {
        println!("{}", what_helps(found));
    }
}

/// What a person can do about what was found.
fn what_helps(found: &Verification) -> &'static str {
    let says = found.witness.as_ref().map(|witness| witness.says);
    if 0 < found.fault_count || matches!(says, Some(WitnessWord::Ahead | WitnessWord::Differs)) {
        return "keep the folder as it is, and restore the newest backup: lanyard restore";
    }
    if !found.pages.is_empty() {
        return "every event is whole, and the file is damaged: keep the folder as it is, and restore \
                the newest backup: lanyard restore";
    }
    if says == Some(WitnessWord::Unreadable) {
        return "the log is whole as far as it goes: where the newest entries are there, move the \
                witness file, lanyard.witness, away";
    }
    if !found.tables.is_empty() {
        return "the log is whole, and what follows from it can be brought back: lanyard verify \
                --repair-views";
    }
    "the log is whole; keep a copy of the folder, and tell support what is said above"
}

fn tell_witness(witness: &Witnessed, last: i64) {
    let position = witness.position.unwrap_or_default();
    match witness.says {
        WitnessWord::Agrees => {}
        WitnessWord::Nothing => println!("the witness file says nothing"),
        WitnessWord::Unreadable => println!("the witness file is damaged"),
        WitnessWord::Ahead => {
            println!("events {} to {position} are missing, says the witness file", last + 1);
        }
        WitnessWord::Differs => {
            println!("position {position}: it is not the event that the witness file saw");
        }
    }
}

fn tell_table(one: &Difference) {
    println!(
        "{}: {} that the log does not tell of, {} missing, {} different",
        one.table,
        counted(one.only_live, "row"),
        one.only_fresh,
        one.different
    );
    for row in &one.rows {
        let what = match row.kind {
            RowKind::OnlyLive => "the log does not tell of it".to_owned(),
            RowKind::OnlyFresh => "missing".to_owned(),
            RowKind::Different => format!("different in {}", row.columns.join(", ")),
        };
        println!("  {}: {what}", row.key);
    }
    if let Some(reason) = &one.unreadable {
        println!("  it cannot be read: {reason}");
    }
}

impl Data {
    /// Looks at the data folder without changing it.
    pub(super) fn inspect(&self) -> Result<Inspection, Failure> {
        let folder = self.folder(self.folder_name())?;
        Ok(Inspection::open(folder, MIGRATIONS).map_err(app::StartError::from)?)
    }

    /// The data folder, which has a database.
    pub(super) fn existing_folder(&self) -> Result<std::path::PathBuf, Failure> {
        let folder = self.folder(self.folder_name())?;
        event_store::require_database(&folder).map_err(app::StartError::from)?;
        Ok(folder)
    }
}
