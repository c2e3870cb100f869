//! `lanyard restore`: a data folder from a backup.

use std::path::PathBuf;

use app::{
    OpenError,
    backup::{RestoreError, RestoreOptions, RestoreReport, restore_with},
    plural::counted,
};
use clap::Args;
use event_store::Mode;

use super::{ANOTHER_FOLDER, Data, FULL, Failure, IN_USE, NOT_OURS, NOT_WRITABLE, progress::Shown};

/// Restores a backup into the folder that --data names. What is there is kept under a dated name.
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The store's key, for a backup that was made without it.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Another data folder, or folder of backups: persons who were erased there are erased in the
    /// restored data too. The folder that is replaced, and that of the backup, are asked anyway.
    #[arg(long, value_name = "DIR")]
    erased_from: Option<PathBuf>,
    /// Prints one JSON object instead of sentences.
    #[arg(long)]
    pub json: bool,
}

impl Restore {
    /// Restores it.
    pub fn run(&self, data: &Data) -> Result<(), Failure> {
        let folder = data.folder(data.folder_name())?;
        let mode = match (data.sandbox, &data.data) {
            (true, _) => Some(Mode::Sandbox),
            (false, None) => Some(Mode::Real),
            (false, Some(_)) => None,
        };
        let (key, erased_from) = (self.key.clone(), self.erased_from.clone());
        let options = RestoreOptions { key, erased_from, mode };
        let mut shown = Shown::new();
        let restored = restore_with(&self.file, &folder, &options, |progress| {
            shown.tell(progress);
            true
        });
        shown.end();
        let report = restored?;
        if self.json {
            println!("{}", serde_json::to_string(&report).map_err(Failure::new)?);
        } else {
            tell(&report);
        }
        Ok(())
    }
}

fn tell(report: &RestoreReport) {
    println!("restored into {}", report.folder.display());
    let verdict = if report.compared { "identical to the backup's" } else { "not compared" };
    println!("{}: {verdict}", report.totals);
    println!("{} of device {}", counted(report.backup.events, "event"), report.old_device);
    println!("from now on this is device {}", report.new_device);
    println!("{}", report.loss);
    if 0 < report.erased_again {
        let (count, are) = match report.erased_again {
            1 => ("1 entry".to_owned(), "was"),
            more => (format!("{more} entries"), "were"),
        };
        println!("{count} of persons erased since {are} erased again");
    }
    if let Some(aside) = &report.kept_aside {
        println!("what was there before is kept in {}", aside.display());
    }
    match &report.backup_folder {
        Some(folder) => println!("backups go on being made in {}", folder.display()),
        None => println!("no backups are made until a folder for them is chosen"),
    }
}

impl From<RestoreError> for Failure {
    fn from(error: RestoreError) -> Self {
        let code = match &error {
            RestoreError::Target(OpenError::Locked { .. }) => IN_USE,
            RestoreError::Newer { .. } => 4,
            RestoreError::NotABackup { .. } | RestoreError::TargetTaken { .. } => NOT_OURS,
            RestoreError::OtherMode { .. } => ANOTHER_FOLDER,
            RestoreError::Target(OpenError::NotWritable { .. }) => NOT_WRITABLE,
            RestoreError::Target(OpenError::Full { .. }) => FULL,
            RestoreError::Io { source, .. } => Self::code_of_io(source),
            _ => 1,
        };
        Self::with_code(&error, code)
    }
}
