//! A load that is started, disturbed, and held against its ledger.

use std::{
    collections::BTreeSet,
    fs,
    io::{Read as _, Write as _},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::shim;

/// The program under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_lanyard");

/// Longer than anything takes on a busy machine: reached only when a rig fails.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// How many rounds: those of an ordinary run, unless `RIG_ROUNDS` says otherwise.
pub fn rounds(ordinary: u64) -> u64 {
    number("RIG_ROUNDS").unwrap_or(ordinary)
}

/// Prints what a rig does or found, also where the test passes and `println` would be kept back.
pub fn say(what: &str) {
    writeln!(std::io::stdout(), "{what}").expect("it can be printed");
}

/// A source of randomness for a rig. Its seed is printed, and can be given back by `RIG_SEED`.
pub fn randomness(rig: &str) -> fastrand::Rng {
    let seed = number("RIG_SEED").unwrap_or_else(|| fastrand::u64(..));
    say(&format!("{rig}: RIG_SEED={seed}"));
    fastrand::Rng::with_seed(seed)
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable}={text} is not a number")))
}

/// Waits until something is so.
#[track_caller]
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < DEADLINE, "{what}: not within {DEADLINE:?}");
        thread::park_timeout(Duration::from_millis(20));
    }
}

/// The program, for a control: where the kernel refuses to change a file, it is told that all is
/// well. What it then acknowledges is lost, and a rig that does not find that finds nothing.
pub fn deaf() -> Command {
    let mut command = Command::new(BINARY);
    command.env("LD_PRELOAD", shim::library()).env("DEAF", "1");
    command
}

/// Fails with words where a tool is missing.
#[track_caller]
pub fn require(tool: &str, package: &str) {
    let found = Command::new("sh").args(["-c", &format!("command -v {tool}")]).output();
    let is_there = found.is_ok_and(|output| output.status.success());
    assert!(
        is_there,
        "this rig needs {tool}, of the package {package}; `./lanyard.sh test` installs it"
    );
}

/// A folder for the data and, beside it, the ledger.
pub struct Place {
    /// The data folder.
    pub data: PathBuf,
    /// The ledger.
    pub ledger: PathBuf,
    folder: TempDir,
}

impl Place {
    /// Nothing in it yet.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { data: folder.path().join("data"), ledger: folder.path().join("ledger"), folder }
    }

    /// A path beside the data.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Another data folder with the same ledger.
    pub fn with_data(self, data: PathBuf) -> Self {
        Self { data, ..self }
    }

    /// A load of so many seconds, to be started.
    pub fn load(&self, seed: u64, seconds: u64, callers: u64) -> Command {
        let mut command = self.under(Command::new(BINARY), seed, seconds, callers);
        command.args(["--clock", "manual"]);
        command
    }

    /// The same as the last arguments of another program, or with another clock.
    pub fn under(&self, mut command: Command, seed: u64, seconds: u64, callers: u64) -> Command {
        command.args(["load", "--sandbox", "--data"]).arg(&self.data);
        command.arg("--ledger").arg(&self.ledger);
        command.args(["--seed", &seed.to_string()]);
        command.args(["--seconds", &seconds.to_string()]);
        command.args(["--callers", &callers.to_string()]);
        command
    }

    /// A load of so many orders, that ends by itself.
    #[track_caller]
    pub fn orders(&self, seed: u64, orders: u64) {
        let mut load = self.load(seed, 600, 4);
        let output = load.args(["--orders", &orders.to_string()]).output().expect("it starts");
        assert!(output.status.success(), "the load failed: {}", said(&output));
    }

    /// Holds the ledger against the data.
    pub fn check(&self) -> Checked {
        check(&self.data, &self.ledger)
    }

    /// The same without the witness, so that the ledger alone has to find what is lost.
    pub fn check_without_witness(&self) -> Checked {
        fs::remove_file(self.data.join(event_store::WITNESS_FILE)).expect("removed");
        self.check()
    }

    /// Holds the ledger against the data, which must have everything.
    #[track_caller]
    pub fn is_complete(&self, after: &str) -> Value {
        let checked = self.check();
        assert!(checked.is_sound(), "{after}: {checked:?}");
        checked.report
    }

    /// Forgets the commands without an answer, after a check has asked them again.
    pub fn settle(&self) {
        let text = fs::read_to_string(&self.ledger).expect("a ledger");
        let line = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
        let answered: BTreeSet<String> = text
            .lines()
            .map(line)
            .filter(|line| line["line"] == "acked" || line["line"] == "refused")
            .map(|line| line["id"].to_string())
            .collect();
        let kept: String = text
            .lines()
            .filter(|text| answered.contains(&line(text)["id"].to_string()))
            .map(|line| format!("{line}\n"))
            .collect();
        fs::write(&self.ledger, kept).expect("written");
    }

    /// How many commands the ledger has as acknowledged.
    pub fn acknowledged(&self) -> usize {
        self.lines("acked")
    }

    /// How long each failed command waited for its answer, in milliseconds.
    pub fn failures(&self) -> Vec<u64> {
        let text = fs::read_to_string(&self.ledger).expect("a ledger");
        let lines = text.lines().filter(|line| line.contains("\"line\":\"failed\""));
        lines
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON"))
            .map(|line| line["ms"].as_u64().expect("a number"))
            .collect()
    }

    /// How many lines of a kind the ledger has.
    pub fn lines(&self, kind: &str) -> usize {
        let text = fs::read_to_string(&self.ledger).unwrap_or_default();
        text.lines().filter(|line| line.starts_with(&format!("{{\"line\":\"{kind}\""))).count()
    }
}

/// What the check of a ledger found.
#[derive(Debug)]
pub struct Checked {
    /// Its report; null if the program did not open the data.
    pub report: Value,
    /// The exit code.
    pub code: Option<i32>,
    /// What it said.
    pub said: String,
}

impl Checked {
    /// Whether nothing is lost and nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.code == Some(0) && self.report["sound"] == true
    }

    /// Whether it is found that something is lost: it is told, or the data is refused with a reason.
    #[track_caller]
    pub fn finds_a_loss(&self) -> bool {
        !self.is_sound() && (0 < self.lost() || self.is_refused())
    }

    /// How many acknowledged commands are lost.
    pub fn lost(&self) -> u64 {
        self.report["lost"].as_u64().unwrap_or(0)
    }

    /// Whether the program did not open the data at all, and said why.
    #[track_caller]
    pub fn is_refused(&self) -> bool {
        assert!(!self.said.contains("panicked"), "{}", self.said);
        self.report.is_null() && self.code.is_some_and(|code| code != 0) && !self.said.is_empty()
    }
}

/// Holds a ledger against a data folder.
pub fn check(data: &Path, ledger: &Path) -> Checked {
    let mut check = Command::new(BINARY);
    check.args(["load", "--clock", "manual", "--data"]).arg(data).arg("--check").arg(ledger);
    let output = check.output().expect("it starts");
    let report = serde_json::from_slice(&output.stdout).unwrap_or_default();
    Checked { report, code: output.status.code(), said: said(&output) }
}

/// Runs the program on a data folder to its end.
pub fn lanyard(data: &Path, arguments: &[&str]) -> Output {
    let mut lanyard = Command::new(BINARY);
    lanyard.args(arguments).arg("--data").arg(data).stdin(Stdio::null());
    lanyard.output().expect("it starts")
}

/// What a program said on standard error.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A program at work; it ends with its test, however that ends.
pub struct Running(Child);

impl Running {
    /// Starts it. What it prints is read at its end.
    #[track_caller]
    pub fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own: what strace runs would outlive strace.
        Self(child.process_group(0).spawn().unwrap_or_else(|error| panic!("{command:?}: {error}")))
    }

    /// Whether it ended.
    pub fn has_ended(&mut self) -> bool {
        self.0.try_wait().is_ok_and(|status| status.is_some())
    }

    /// Kills it.
    pub fn kill(mut self) {
        self.end();
    }

    /// Waits for its end. Answers its summary, and what it said.
    pub fn finish(mut self) -> (Value, String) {
        let (mut printed, mut said) = (String::new(), String::new());
        let pipes = (self.0.stdout.take(), self.0.stderr.take());
        if let (Some(mut output), Some(mut errors)) = pipes {
            output.read_to_string(&mut printed).expect("text");
            errors.read_to_string(&mut said).expect("text");
        }
        self.0.wait().expect("it ends");
        (serde_json::from_str(&printed).unwrap_or_default(), said)
    }

    /// Kills it, if it has not ended.
    pub fn end(&mut self) {
        // It may have ended already.
        if !self.has_ended() {
            let group = format!("-{}", self.0.id());
            let _ = Command::new("kill").args(["-KILL", "--", &group]).output();
        }
        let _ = self.0.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}
