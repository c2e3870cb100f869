//! Starts the program and talks to it, one JSON message a line.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, ChildStdin, Command, ExitStatus, Output, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

/// The program under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_lanyard");

/// A program that does not answer at all fails its test instead of stopping all of them.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// `lanyard rpc` on a folder, with more arguments.
pub fn command(folder: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.arg("rpc").arg("--data").arg(folder).args(more);
    command
}

/// The arguments of a sandbox whose clock stands still.
pub const SANDBOX: &[&str] = &["--sandbox", "--clock", "manual"];

/// Runs the program with nothing to do; it ends by itself.
pub fn run(folder: &Path, more: &[&str]) -> Output {
    command(folder, more).stdin(Stdio::null()).output().expect("the program starts")
}

/// The program, which may enter no folder that is closed to its user: root may enter all, unless that
/// is taken away.
pub fn without_privileges() -> Command {
    let closed = closed_folder();
    if fs::read_dir(closed.path()).is_err() {
        return Command::new(BINARY);
    }
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set=-dac_override,-dac_read_search", "--", BINARY]);
    command
}

/// A folder that nobody may enter or write to.
pub fn closed_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o000)).expect("its owner may");
    folder
}

/// The program at work.
pub struct Rpc {
    child: Child,
    input: Option<ChildStdin>,
    answers: Receiver<Value>,
    next_id: u64,
}

impl Rpc {
    /// On a sandbox whose clock stands still.
    pub fn sandbox(folder: &Path) -> Self {
        Self::start(command(folder, SANDBOX))
    }

    /// However it is called.
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let input = child.stdin.take();
        let output = child.stdout.take().expect("a pipe");
        let (heard, answers) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // What a killed program has half written is no answer.
                let Ok(answer) = serde_json::from_str(&line) else { return };
                if heard.send(answer).is_err() {
                    return;
                }
            }
        });
        Self { child, input, answers, next_id: 1 }
    }

    /// Sends bytes as they are. Answers whether the program still listens.
    pub fn send(&mut self, bytes: &[u8]) -> bool {
        self.input.as_mut().is_some_and(|input| input.write_all(bytes).is_ok())
    }

    /// Sends a line that is no request, and hears the answer.
    #[track_caller]
    pub fn say(&mut self, line: &[u8]) -> Value {
        assert!(self.send(line) && self.send(b"\n"), "the program is gone");
        self.hear().expect("an answer")
    }

    /// The next answer; nothing when the program has ended.
    pub fn hear(&self) -> Option<Value> {
        match self.answers.recv_timeout(LONGEST_WAIT) {
            Ok(answer) => Some(answer),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("no answer within {LONGEST_WAIT:?}"),
        }
    }

    /// Sends a request and hears its answer, with `result` or `error`.
    #[track_caller]
    pub fn request(&mut self, method: &str, params: &Value) -> Value {
        let id = self.next_id;
        self.next_id += 1;
        let answer = self.say(line(id, method, params).trim_end().as_bytes());
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    /// Sends a request that works.
    #[track_caller]
    pub fn call(&mut self, method: &str, params: &Value) -> Value {
        let answer = self.request(method, params);
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Ends the input; answers what was still to be answered, and how the program ended.
    pub fn end(mut self) -> (Vec<Value>, ExitStatus) {
        drop(self.input.take());
        let rest = self.answers.iter().collect();
        (rest, self.child.wait().expect("the program ends"))
    }

    /// Kills it. Answers what it had answered.
    pub fn kill(mut self) -> Vec<Value> {
        // It may be dead already.
        let _ = self.child.kill();
        self.child.wait().expect("the program ends");
        // Under strace the program itself may live on, until its input ends.
        drop(self.input.take());
        self.answers.iter().collect()
    }
}

/// A request as a line.
pub fn line(id: u64, method: &str, params: &Value) -> String {
    let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
    format!("{request}\n")
}

/// Every file of a folder with its bytes, but the lock, which names its last holder.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    entries
        .filter(|entry| entry.file_name() != "lanyard.lock")
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, fs::read(entry.path()).expect("a file"))
        })
        .collect()
}

/// What kills at a write must be there: a test that cannot do it says so.
pub fn require_strace() {
    let found = Command::new("strace").arg("-V").output();
    let is_there = found.is_ok_and(|output| output.status.success());
    assert!(is_there, "strace kills at a write; `./lanyard.sh test` installs it");
}
