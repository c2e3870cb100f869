//! The command line: which subcommand, on which data folder. It holds no rule.

mod backup;
mod demo;
mod load;
mod log;
mod mail;
mod progress;
mod rebuild;
mod restore;
mod rpc;
mod verify;

use std::{
    env,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use app::{App, ClockChoice, OpenError, OpenOptions, Opening, Role, StartError, health::DiskFault};
use clap::{Args, Parser, Subcommand, ValueEnum};
use event_store::say;
use kernel::Timestamp;
use serde_json::json;

use crate::{instance, profile, recovery::Recovery, window};

/// Conference registration that keeps working when the network does not.
#[derive(Debug, Parser)]
#[command(name = "lanyard", version, about)]
pub struct Arguments {
    #[command(flatten)]
    data: Data,
    /// Opens the registrant's side alone, full screen.
    #[arg(long)]
    kiosk: bool,
    /// The name of this station, as the organizer's lists show it.
    #[arg(long, value_name = "NAME", default_value = "this computer", global = true)]
    station: String,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Where the data is, and what for.
#[derive(Debug, Clone, Args)]
pub struct Data {
    /// The data folder; the platform's application data folder where it is absent.
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<PathBuf>,
    /// Uses a folder for rehearsals and tests; makes one where DIR is missing or empty.
    #[arg(long, global = true)]
    sandbox: bool,
    /// Which clock; a manual one stands still, and only a sandbox or a demo may have it.
    #[arg(long, value_enum, default_value = "system", global = true)]
    clock: ClockArgument,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ClockArgument {
    System,
    Manual,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes the sample conference and opens it.
    Demo(demo::Demo),
    /// Speaks JSON-RPC 2.0, one message a line, on standard input and output.
    Rpc(rpc::Rpc),
    /// Lets made-up registrants buy on a sandbox, or checks what came of it.
    Load(load::Load),
    /// Prints events, one JSON a line.
    Log(log::Log),
    /// Sends the queued mails, or writes them as files.
    Mail(mail::Mail),
    /// Checks the hash chain, the tables that follow from it and the file itself, and says exactly
    /// what is wrong.
    Verify(verify::Verify),
    /// Fills the read models anew from the log.
    Rebuild(rebuild::Rebuild),
    /// Makes a backup: one file, read again and verified; also while the application is open.
    Backup(backup::Backup),
    /// Makes a data folder from a backup.
    Restore(restore::Restore),
}

impl Command {
    /// Whether what comes of it is told in JSON, a failure as well.
    const fn is_json(&self) -> bool {
        match self {
            Self::Demo(demo) => demo.json,
            Self::Rpc(rpc) => rpc.json,
            Self::Load(load) => load.json,
            Self::Log(log) => log.json,
            Self::Mail(mail) => mail.json,
            Self::Verify(verify) => verify.json,
            Self::Rebuild(rebuild) => rebuild.json,
            Self::Backup(backup) => backup.json,
            Self::Restore(restore) => restore.json,
        }
    }
}

/// Why a subcommand ended badly: what to print, and the exit code.
#[derive(Debug)]
pub struct Failure {
    message: String,
    code: u8,
    /// Whether a report on what is wrong was printed.
    is_reported: bool,
}

impl Failure {
    /// Something went wrong.
    pub fn new(message: impl std::fmt::Display) -> Self {
        Self::with_code(message, 1)
    }

    /// Something went wrong that has an exit code of its own.
    pub fn with_code(message: impl std::fmt::Display, code: u8) -> Self {
        Self { message: message.to_string(), code, is_reported: false }
    }

    /// The report that was printed tells of it: one JSON object is enough.
    pub fn after_its_report(self) -> Self {
        Self { is_reported: true, ..self }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

/// The folder is in use.
const IN_USE: u8 = 3;
/// The database is not ours, or there is none where one is to be looked at.
const NOT_OURS: u8 = 5;
/// Not a sandbox or a demo, where one was asked for.
const ANOTHER_FOLDER: u8 = 6;
/// The folder takes no writes, or may not even be looked into.
const NOT_WRITABLE: u8 = 7;
/// Events are missing that the witness knows of.
const EVENTS_MISSING: u8 = 8;
/// The disk is full.
const FULL: u8 = 9;

impl Failure {
    /// A file or folder cannot be used that was named.
    pub fn io(path: &Path, error: &io::Error) -> Self {
        Self::with_code(format_args!("{}: {error}", path.display()), Self::code_of_io(error))
    }

    /// For a file or folder that was named.
    fn code_of_io(error: &io::Error) -> u8 {
        use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        match error.kind() {
            PermissionDenied | ReadOnlyFilesystem => NOT_WRITABLE,
            StorageFull | QuotaExceeded => FULL,
            _ => 1,
        }
    }

    /// Each kind of obstacle has a code of its own, for scripts.
    pub fn code_of(error: &StartError) -> u8 {
        match error {
            StartError::Folder(OpenError::Locked { .. }) => IN_USE,
            StartError::Folder(OpenError::Newer { .. }) => 4,
            StartError::Folder(
                OpenError::NotOurs { .. } | OpenError::Taken { .. } | OpenError::Missing { .. },
            ) => NOT_OURS,
            StartError::Folder(OpenError::NotASandbox { .. }) | StartError::ClockOfRealData => {
                ANOTHER_FOLDER
            }
            StartError::Folder(OpenError::NotWritable { .. } | OpenError::NotReadable { .. }) => {
                NOT_WRITABLE
            }
            StartError::Folder(OpenError::WitnessAhead { .. }) => EVENTS_MISSING,
            StartError::Folder(OpenError::Full { .. }) => FULL,
            StartError::Disk(error) => match DiskFault::of_refusal(error) {
                Some(DiskFault::ReadOnly) => NOT_WRITABLE,
                Some(DiskFault::Full) => FULL,
                _ => 1,
            },
            StartError::Folder(_) | StartError::Unreadable(_) => 1,
        }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::with_code(&error, Self::code_of(&error))
    }
}

impl From<app::AppError> for Failure {
    fn from(error: app::AppError) -> Self {
        // Its code is for programs that call; whoever reads this has the exit code.
        Self::new(error.message)
    }
}

impl Data {
    fn folder(&self, name: &str) -> Result<PathBuf, Failure> {
        if let Some(folder) = &self.data {
            return Ok(folder.clone());
        }
        let folders = own_folders()
            .ok_or_else(|| Failure::new("there is no home folder; say where with --data DIR"))?;
        Ok(folders.data_dir().join(name))
    }

    /// What the folder is called where none is given.
    const fn folder_name(&self) -> &'static str {
        if self.sandbox { "sandbox" } else { "data" }
    }

    fn clock(&self) -> ClockChoice {
        match self.clock {
            ClockArgument::System => ClockChoice::System,
            ClockArgument::Manual => ClockChoice::Manual { start: None },
        }
    }

    /// What to open.
    fn options(&self) -> Result<OpenOptions, Failure> {
        let opening = if self.sandbox { Opening::Sandbox } else { Opening::ExistingOrReal };
        let folder = self.folder(self.folder_name())?;
        Ok(OpenOptions { folder, opening, clock: self.clock(), codes: None })
    }

    /// Opens the data folder.
    fn open(&self) -> Result<App, Failure> {
        Ok(App::open(self.options()?)?)
    }

    /// Opens the data folder; where it takes no writes, a copy of it.
    fn open_at_least_to_look(&self) -> Result<App, Failure> {
        let options = self.options()?;
        match App::open(options.clone()) {
            Err(error) if [NOT_WRITABLE, FULL].contains(&Failure::code_of(&error)) => {
                Ok(App::open_to_look(options)?)
            }
            opened => Ok(opened?),
        }
    }
}

/// Runs the program.
pub fn run() -> ExitCode {
    let arguments = Arguments::try_parse().unwrap_or_else(|error| refuse(&error));
    let ended = match &arguments.command {
        None => arguments.data.options().and_then(|options| {
            require_a_desktop_for(&options.folder)?;
            show(App::open(options.clone()), options, arguments.kiosk, &arguments.station)
        }),
        Some(Command::Demo(demo)) => demo.run(&arguments.data, &arguments.station),
        Some(Command::Rpc(rpc)) => rpc.run(&arguments.data, &arguments.station),
        Some(Command::Load(load)) => load.run(&arguments.data),
        Some(Command::Log(log)) => log.run(&arguments.data),
        Some(Command::Mail(mail)) => mail.run(&arguments.data),
        Some(Command::Verify(verify)) => verify.run(&arguments.data),
        Some(Command::Rebuild(rebuild)) => rebuild.run(&arguments.data),
        Some(Command::Backup(backup)) => backup.run(&arguments.data),
        Some(Command::Restore(restore)) => restore.run(&arguments.data),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say!("lanyard: {}", failure.message);
            let is_json = arguments.command.as_ref().is_some_and(Command::is_json);
            if is_json && !failure.is_reported {
                print_failure(failure.code.into(), &failure.message);
            }
            ExitCode::from(failure.code)
        }
    }
}

/// Ends with what is wrong with the arguments, or with the help that was asked for.
fn refuse(error: &clap::Error) -> ! {
    if error.use_stderr() && env::args_os().any(|argument| argument == "--json") {
        print_failure(error.exit_code(), error.to_string().trim_end());
    }
    error.exit()
}

/// One JSON object on standard output.
fn print_failure(exit_code: i32, message: &str) {
    let failure = json!({ "error": { "code": exit_code, "message": message } });
    // A reader that closed its end, such as `head`, had enough.
    let _ = writeln!(io::stdout(), "{failure}");
}

/// Before a folder is made for a window that cannot be shown. One that is there is looked into first.
fn require_a_desktop_for(folder: &Path) -> Result<(), Failure> {
    if folder.exists() {
        return Ok(());
    }
    window::require_a_desktop().map_err(Failure::new)
}

/// Opens the window and returns when it was closed; the recovery window where the data does not
/// open.
fn show(
    opened: Result<App, StartError>,
    options: OpenOptions,
    kiosk: bool,
    station: &str,
) -> Result<(), Failure> {
    let is_refused_by =
        |wanted: u8| opened.as_ref().is_err_and(|error| Failure::code_of(error) == wanted);
    // Wrong arguments are told where they were given. And who starts the program once more gets the
    // window that is open already.
    if is_refused_by(ANOTHER_FOLDER) || is_refused_by(IN_USE) && instance::raise(&options.folder) {
        return opened.map(drop).map_err(Failure::from);
    }
    if let Err(error) = window::require_a_desktop() {
        return match opened {
            Ok(app) => app.close().map_err(Failure::from).and(Err(Failure::new(error))),
            Err(problem) => Err(problem.into()),
        };
    }
    let passing = tempfile::tempdir().map_err(Failure::new)?;
    let profile = opened.as_ref().ok().and_then(|app| {
        let profiles = own_folders()?.cache_dir().join("windows");
        profile::of(&profiles, app.folder())
    });
    let profile = profile.unwrap_or_else(|| passing.path().to_owned());
    let window = window::Options { profile, kiosk, station: station.to_owned() };
    let ended = window::run(opened, Recovery::new(options), window).map_err(Failure::new)?;
    if let Some(app) = ended.app {
        app.close()?;
    }
    match (ended.problem, ended.code) {
        (Some(problem), _) => Err(problem.into()),
        (None, 0) => Ok(()),
        (None, code) => Err(Failure::new(format_args!("the window ended with code {code}"))),
    }
}

fn own_folders() -> Option<directories::ProjectDirs> {
    directories::ProjectDirs::from("org", "Lanyard", "lanyard")
}

/// The role of a caller on the command line.
fn parse_role(text: &str) -> Result<Role, String> {
    text.parse().map_err(|error: app::role::UnknownRole| error.to_string())
}

fn parse_whole_number(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|_| "give a whole number, such as 16")
}

/// A moment, or a date for the beginning of that day in UTC.
fn parse_moment(text: &str) -> Result<Timestamp, String> {
    let beginning = || format!("{text}T00:00:00Z").parse().ok().filter(|_| text.len() == 10);
    text.parse().ok().or_else(beginning).ok_or_else(|| {
        "give a moment such as 2026-11-23T09:00:00Z, or a date such as 2026-11-23 for the beginning \
         of that day in UTC"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn every_subcommand_takes_a_data_folder_and_answers_in_json() {
        let mut lanyard = Arguments::command();
        lanyard.build();
        let subcommands = lanyard.get_subcommands().filter(|one| one.get_name() != "help");
        for subcommand in subcommands {
            for wanted in ["data", "json"] {
                let has_it = subcommand.get_arguments().any(|one| one.get_long() == Some(wanted));
                assert!(has_it, "{} --{wanted}", subcommand.get_name());
            }
        }
    }
}
