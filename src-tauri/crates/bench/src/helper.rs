//! What has to happen in a process of its own: being started, being killed, being counted.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use app::{Caller, Role};
use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Outcome,
    callers::{InProcess, drive},
    folders,
    process::{Memory, written},
    venue::Venue,
};

/// The file whose flush says that from here on it counts.
pub const BEGIN: &str = "count.begin";
/// The file whose flush says that it counts no more.
pub const END: &str = "count.end";

/// Purchases between two words to whoever waits to kill the process.
const PURCHASES_AT_ONCE: u64 = 200;
/// Callers of a process that is killed or looked at.
const CALLERS: usize = 64;

/// One thing that is done in a process of its own.
#[derive(Debug, Clone, Subcommand)]
pub enum Helper {
    /// Opens a folder and asks for a dashboard; says how long that took.
    Start {
        /// The data folder.
        folder: PathBuf,
        /// The number of the conference.
        conference: u32,
    },
    /// Sells seats until it is killed; says so after each two hundred purchases.
    Sell {
        /// The data folder.
        folder: PathBuf,
        /// The number of the conference.
        conference: u32,
    },
    /// Sells seats, asks a few questions, and says how much memory that took.
    Remember {
        /// The data folder.
        folder: PathBuf,
        /// The number of the conference.
        conference: u32,
        /// How many.
        purchases: u64,
    },
    /// Sells seats between two marked flushes; says how much was written.
    Count {
        /// The data folder.
        folder: PathBuf,
        /// How many callers.
        callers: usize,
        /// How many purchases.
        purchases: u64,
    },
}

/// How a start went, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Started {
    /// Until the folder was open.
    pub opened: f64,
    /// Until the first question was answered.
    pub answered: f64,
    /// Until the first purchase was through, after that.
    pub sold: f64,
    /// Memory after the first answer.
    pub memory: Memory,
}

/// What was written, as far as the process itself can see it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Written {
    /// Commands.
    pub commands: u64,
    /// Commits.
    pub commits: u64,
    /// Bytes handed to write calls.
    pub bytes: u64,
}

impl Helper {
    /// Does it, and prints what is found as one line of JSON.
    ///
    /// # Errors
    /// The application refuses.
    pub fn run(self) -> Outcome {
        match self {
            Self::Start { folder, conference } => print(&start(&folder, conference)?),
            Self::Sell { folder, conference } => sell(&folder, conference),
            Self::Remember { folder, conference, purchases } => {
                print(&remember(&folder, conference, purchases)?)
            }
            Self::Count { folder, callers, purchases } => {
                print(&count(&folder, callers, purchases)?)
            }
        }
    }

    /// The program that does it: `bench` itself.
    pub fn program(&self, bench: &Path) -> Command {
        let mut command = Command::new(bench);
        command.arg("helper").args(self.arguments()).stdin(Stdio::null());
        command
    }

    fn arguments(&self) -> Vec<String> {
        let text = |folder: &Path| folder.display().to_string();
        match self {
            Self::Start { folder, conference } => {
                vec!["start".to_owned(), text(folder), conference.to_string()]
            }
            Self::Sell { folder, conference } => {
                vec!["sell".to_owned(), text(folder), conference.to_string()]
            }
            Self::Remember { folder, conference, purchases } => vec![
                "remember".to_owned(),
                text(folder),
                conference.to_string(),
                purchases.to_string(),
            ],
            Self::Count { folder, callers, purchases } => {
                vec!["count".to_owned(), text(folder), callers.to_string(), purchases.to_string()]
            }
        }
    }
}

/// Runs a program to its end and reads the line that it prints.
///
/// # Errors
/// It does not start, ends badly, or prints something else.
pub fn ask<T: for<'de> Deserialize<'de>>(mut program: Command) -> Outcome<T> {
    let output = program.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{:?} ended with {}", program.get_program(), output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Starts a process that sells, and kills it after so many words of it, in the middle of selling.
///
/// # Errors
/// It does not start, or ends before.
pub fn sell_and_kill(bench: &Path, folder: &Path, conference: u32, words: usize) -> Outcome {
    let helper = Helper::Sell { folder: folder.to_owned(), conference };
    let mut child: Child = helper.program(bench).stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().ok_or("the process has no output")?;
    let heard = BufReader::new(output).lines().map_while(Result::ok).take(words).count();
    child.kill()?;
    child.wait()?;
    if heard == words { Ok(()) } else { Err("the process ended before it was killed".into()) }
}

fn print(found: &impl Serialize) -> Outcome {
    Ok(writeln!(std::io::stdout(), "{}", serde_json::to_string(found)?)?)
}

fn start(folder: &Path, conference: u32) -> Outcome<Started> {
    let venue = Venue::number(conference);
    let began = Instant::now();
    let app = folders::open(folder)?;
    let opened = began.elapsed();
    let organizer = Caller::new(Role::Organizer, "Web");
    app.query(&organizer, "GetDashboard", json!({ "conferenceId": venue.conference }))?;
    let answered = began.elapsed();
    let memory = Memory::now()?;
    let selling = Instant::now();
    let purchase = venue.purchases(1, &mut fastrand::Rng::new());
    drive(&mut InProcess::new(&app), purchase, 1)?;
    let sold = selling.elapsed();
    app.close()?;
    let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
    Ok(Started { opened: millis(opened), answered: millis(answered), sold: millis(sold), memory })
}

fn sell(folder: &Path, conference: u32) -> Outcome {
    let venue = Venue::number(conference);
    let app = folders::open(folder)?;
    let mut random = fastrand::Rng::new();
    loop {
        let scripts = venue.purchases(PURCHASES_AT_ONCE, &mut random);
        drive(&mut InProcess::new(&app), scripts, CALLERS)?;
        writeln!(std::io::stdout(), "sold")?;
    }
}

fn remember(folder: &Path, conference: u32, purchases: u64) -> Outcome<Memory> {
    let venue = Venue::number(conference);
    let app = folders::open(folder)?;
    let mut random = fastrand::Rng::new();
    let mut left = purchases;
    while 0 < left {
        let now = left.min(PURCHASES_AT_ONCE);
        drive(&mut InProcess::new(&app), venue.purchases(now, &mut random), CALLERS)?;
        left -= now;
    }
    let organizer = Caller::new(Role::Organizer, "Web");
    for method in ["GetDashboard", "ListOrders", "ListAttendees"] {
        app.query(&organizer, method, json!({ "conferenceId": venue.conference }))?;
    }
    let memory = Memory::now()?;
    app.close()?;
    Ok(memory)
}

fn count(folder: &Path, callers: usize, purchases: u64) -> Outcome<Written> {
    let venue = Venue::number(0);
    let app = folders::open(folder)?;
    venue.open(&app)?;
    let mut random = fastrand::Rng::with_seed(purchases);
    let mut door = InProcess::new(&app);
    drive(&mut door, venue.purchases(64, &mut random), callers)?;
    let scripts = venue.purchases(purchases, &mut random);
    flush(&folder.join(BEGIN))?;
    let before = written()?;
    let run = drive(&mut door, scripts, callers)?;
    let bytes = written()? - before;
    flush(&folder.join(END))?;
    app.close()?;
    Ok(Written { commands: run.commands(), commits: run.commits, bytes })
}

fn flush(file: &Path) -> Outcome {
    Ok(File::create(file)?.sync_all()?)
}
