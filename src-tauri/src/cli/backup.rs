//! `lanyard backup`: one verified file.

use std::path::PathBuf;

use app::{
    DataFolder, OpenError,
    backup::{BackupError, Destination, Request, make},
    clock::computers_clock,
    plural::counted,
};
use clap::{ArgGroup, Args};

use super::{Data, EVENTS_MISSING, FULL, Failure, NOT_OURS, NOT_WRITABLE, progress::Shown};

/// Makes a backup. The application may go on meanwhile, in this folder as well.
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("place").required(true).args(["file", "to"])),
    override_usage = "lanyard backup <FILE | --to DIR> [--without-key] [--data DIR] [--json]"
)]
pub struct Backup {
    /// The file to make; it must not be there yet.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The folder to make it in, under a name of its own.
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// Leaves the store's key out: then the file alone tells nobody's name, and can be restored
    /// only by who has the `store.key` of the data folder.
    #[arg(long)]
    without_key: bool,
    /// Prints one JSON object instead of sentences.
    #[arg(long)]
    pub json: bool,
}

impl Backup {
    /// Makes it.
    pub fn run(&self, data: &Data) -> Result<(), Failure> {
        let to = match (&self.file, &self.to) {
            (Some(file), _) => Destination::File(file.clone()),
            (None, Some(folder)) => Destination::Folder(folder.clone()),
            (None, None) => return Err(Failure::new("say where to: FILE, or --to DIR")),
        };
        let folder = data.folder(data.folder_name())?;
        if let Err(error) = event_store::require_database(&folder) {
            return Err(match error {
                OpenError::Missing { .. } => BackupError::NoData { path: folder }.into(),
                other => BackupError::Data(other).into(),
            });
        }
        // Nobody may begin to write while the folder counts as being at rest; whoever writes
        // already does not mind a reader.
        // A folder that cannot even be locked, as on a read-only disk, is at rest as well.
        let held = DataFolder::hold(&folder);
        let request = Request {
            data: folder,
            to,
            with_key: !self.without_key,
            is_at_rest: !matches!(held, Err(OpenError::Locked { .. })),
            made_at: computers_clock(),
        };
        let mut shown = Shown::new();
        let made = make(&request, |progress| {
            shown.tell(progress);
            true
        });
        shown.end();
        let made = made?;
        if self.json {
            println!("{}", serde_json::to_string(&made).map_err(Failure::new)?);
            return Ok(());
        }
        println!("{}", made.file.display());
        println!("{}, {} bytes, verified", counted(made.events, "event"), made.bytes);
        if let (Some(orders), Some(attendees)) = (made.orders, made.attendees) {
            println!("{}, {}", counted(orders, "order"), counted(attendees, "attendee"));
        }
        println!("{}", if made.has_key { WITH_KEY } else { WITHOUT_KEY });
        Ok(())
    }
}

const WITH_KEY: &str = "It holds everything, the store's key included: it can be restored on any \
    computer, and whoever has it can read the names in it. Keep it as safe as the data itself.";
const WITHOUT_KEY: &str = "It was made without the store's key: it tells nobody's name, and cannot \
    be restored without the store.key of the data folder. Keep a copy of that elsewhere.";

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        let code = match &error {
            BackupError::Data(OpenError::Newer { .. }) => 4,
            BackupError::Data(OpenError::NotOurs { .. }) => NOT_OURS,
            BackupError::Data(OpenError::WitnessAhead { .. }) => EVENTS_MISSING,
            BackupError::NoData { .. } => NOT_OURS,
            BackupError::Data(OpenError::Full { .. }) => FULL,
            BackupError::Data(OpenError::NotReadable { .. } | OpenError::NotWritable { .. }) => {
                NOT_WRITABLE
            }
            BackupError::Io { source, .. } if Self::code_of_io(source) == FULL => FULL,
            BackupError::Io { .. } => NOT_WRITABLE,
            _ => 1,
        };
        Self::with_code(&error, code)
    }
}
