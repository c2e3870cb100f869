//! `lanyard load`: made-up registrants who buy on a sandbox, and a ledger of what was acknowledged.
//!
//! `--check` holds a ledger against a data folder, whatever happened to either in between. It is
//! how the rigs in `tests/rigs` know that nothing acknowledged was lost.

mod callers;
mod check;
mod ledger;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use app::{App, OpenError, OpenOptions, Opening, StartError};
use clap::Args;
use event_store::say;
use serde_json::{Value, json};

use self::{
    callers::{OneCaller, Stopped},
    ledger::Ledger,
};
use super::{ANOTHER_FOLDER, Data, Failure, parse_whole_number};

/// Lets made-up registrants buy on a sandbox, as fast as it goes.
///
/// It prints how many commands were acknowledged to them, not counting those that set up the
/// conference (`settingUp`), and how many of them an earlier load on this folder had done
/// (`answeredBefore`): the same seed asks for the same. A check counts every command of the ledger
/// once, setting up included.
#[derive(Debug, Args)]
pub struct Load {
    /// Where each command is noted before it is sent and after it is acknowledged; it must lie
    /// outside of the data folder.
    #[arg(long, value_name = "FILE", required_unless_present = "check")]
    ledger: Option<PathBuf>,
    /// Instead of buying: checks that the data folder has everything that this ledger tells of
    /// exactly once, asks again what has no answer, and verifies the whole log.
    #[arg(long, value_name = "FILE", conflicts_with = "ledger")]
    check: Option<PathBuf>,
    /// How many registrants buy at the same time.
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = parse_whole_number)]
    callers: u64,
    /// The same seed makes the same orders; use another one for another load on the same folder.
    #[arg(long, default_value_t = 2026, value_parser = parse_whole_number)]
    seed: u64,
    /// Ends after so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = parse_whole_number)]
    seconds: u64,
    /// Ends after so many orders, if that is earlier.
    #[arg(
        long,
        value_name = "N",
        default_value_t = u64::MAX,
        hide_default_value = true,
        value_parser = parse_whole_number
    )]
    orders: u64,
    /// Prints a failure as a JSON object, too; what came of it is printed as JSON anyway.
    #[arg(long)]
    pub json: bool,
}

/// What helps where the folder is no sandbox.
const NEW: &str = "name a new or empty folder with --data DIR";

impl Load {
    /// Loads or checks, and prints what came of it as one JSON object.
    pub fn run(&self, data: &Data) -> Result<(), Failure> {
        match (&self.check, &self.ledger) {
            (Some(ledger), _) => {
                data.existing_folder()?;
                check::run(&open_sandbox(data)?, ledger)
            }
            (None, Some(ledger)) => self.load(data, ledger),
            (None, None) => Err(Failure::new("say where the ledger is to be: --ledger FILE")),
        }
    }

    fn load(&self, data: &Data, path: &Path) -> Result<(), Failure> {
        if !data.sandbox {
            let message = format_args!("a load is for a sandbox only; add --sandbox, and {NEW}");
            return Err(Failure::with_code(message, ANOTHER_FOLDER));
        }
        // Before a folder is made for it.
        let folder = data.options()?.folder;
        if folder.exists() {
            refuse_inside(&folder, path)?;
        }
        let is_new = !path.exists();
        let ledger = Ledger::open(path).map_err(|error| no_ledger(path, &error))?;
        let app = open_sandbox(data).inspect_err(|_| {
            // One that nothing was written to is of no use; where it stays, it does no harm.
            if is_new {
                let _ = fs::remove_file(path);
            }
        })?;
        let ended = self.load_on(&app, &ledger, path);
        app.close()?;
        println!("{}", ended?);
        Ok(())
    }

    fn load_on(&self, app: &App, ledger: &Ledger, path: &Path) -> Result<Value, Failure> {
        say!("seed {}: the same seed on the same folder asks for the same orders", self.seed);
        let mut owner = OneCaller::new(app, ledger, self.seed);
        owner.set_up().map_err(|stopped| match stopped {
            Stopped::Ledger(error) => no_ledger(path, &error),
            Stopped::Refused | Stopped::Failed => {
                Failure::new("the conference could not be made; see the ledger")
            }
        })?;
        let began = Instant::now();
        let seen = self.buy(app, ledger).map_err(|error| no_ledger(path, &error))?;
        if 0 < seen.before {
            say!(
                "lanyard: {} of these commands were done by an earlier load with seed {}, and are \
                 only answered again; for new orders give another --seed",
                seen.before,
                self.seed
            );
        }
        Ok(self.summary(seen, owner.took.len(), began.elapsed()))
    }

    /// Lets all callers buy until the time or the orders are over.
    fn buy(&self, app: &App, ledger: &Ledger) -> std::io::Result<Seen> {
        let until = Instant::now() + Duration::from_secs(self.seconds);
        let (orders, acknowledged) = (AtomicU64::new(0), AtomicU64::new(0));
        let buy = |number: u64| {
            let mut caller =
                OneCaller::new(app, ledger, self.seed.wrapping_mul(1_000_003) ^ number);
            let mut told = 0;
            while Instant::now() < until && orders.fetch_add(1, Ordering::Relaxed) < self.orders {
                caller.order()?;
                let all = caller.took.len() as u64;
                acknowledged.fetch_add(all - told, Ordering::Relaxed);
                told = all;
            }
            Ok(Seen {
                took: caller.took,
                before: caller.before,
                purchases: caller.purchases,
                refused: caller.refused,
                failed: caller.failed,
            })
        };
        thread::scope(|scope| {
            let callers: Vec<_> =
                (1..=self.callers).map(|number| scope.spawn(move || buy(number))).collect();
            let began = Instant::now();
            let mut told = 0;
            while callers.iter().any(|caller| !caller.is_finished()) {
                thread::park_timeout(Duration::from_millis(50));
                let seconds = began.elapsed().as_secs();
                if told < seconds {
                    told = seconds;
                    let acknowledged = acknowledged.load(Ordering::Relaxed);
                    say!("{seconds} s: {acknowledged} commands acknowledged");
                }
            }
            let mut all = Seen::default();
            for caller in callers {
                let seen = caller
                    .join()
                    .unwrap_or_else(|_| Err(std::io::Error::other("a caller panicked")))?;
                all.add(seen);
            }
            Ok(all)
        })
    }

    fn summary(&self, mut seen: Seen, setting_up: usize, took: Duration) -> Value {
        let seconds = took.as_secs_f64();
        seen.took.sort_unstable();
        let at = |share: usize| {
            let place = seen.took.len() * share / 100;
            let found = seen.took.get(place.min(seen.took.len().saturating_sub(1)));
            found.map(|took| (took.as_secs_f64() * 100_000.0).round() / 100.0)
        };
        #[expect(clippy::cast_precision_loss, reason = "a rate, for people to read")]
        let rate = |count: u64| (count as f64 / seconds).round();
        json!({
            "seed": self.seed,
            "callers": self.callers,
            "seconds": (seconds * 100.0).round() / 100.0,
            "settingUp": setting_up,
            "acknowledged": seen.took.len(),
            "answeredBefore": seen.before,
            "refused": seen.refused,
            "failed": seen.failed,
            "purchases": seen.purchases,
            "purchasesPerSecond": rate(seen.purchases),
            "commandsPerSecond": rate(seen.took.len() as u64),
            "p50Ms": at(50),
            "p99Ms": at(99),
        })
    }
}

/// Only a sandbox is bought from, and made-up registrants ask again only there.
fn open_sandbox(data: &Data) -> Result<App, Failure> {
    let options = OpenOptions { opening: Opening::Sandbox, ..data.options()? };
    match App::open(options) {
        Err(StartError::Folder(OpenError::NotASandbox { path })) => {
            let path = path.display();
            let message = format_args!("a load is for a sandbox only, and {path} is none; {NEW}");
            Err(Failure::with_code(message, ANOTHER_FOLDER))
        }
        opened => Ok(opened?),
    }
}

fn no_ledger(path: &Path, error: &std::io::Error) -> Failure {
    let message = format_args!("the ledger {}: {error}", path.display());
    Failure::with_code(message, Failure::code_of_io(error))
}

/// A ledger inside the data folder would share its fate.
fn refuse_inside(folder: &Path, ledger: &Path) -> Result<(), Failure> {
    let whole = |path: &Path| path.canonicalize().map_err(|error| Failure::io(path, &error));
    let parent = ledger.parent().filter(|parent| *parent != Path::new(""));
    if whole(parent.unwrap_or(Path::new(".")))?.starts_with(whole(folder)?) {
        return Err(Failure::new("the ledger must lie outside of the data folder"));
    }
    Ok(())
}

/// What callers have seen.
#[derive(Debug, Default)]
struct Seen {
    took: Vec<Duration>,
    before: u64,
    purchases: u64,
    refused: u64,
    failed: u64,
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.took.extend(other.took);
        self.before += other.before;
        self.purchases += other.purchases;
        self.refused += other.refused;
        self.failed += other.failed;
    }
}
