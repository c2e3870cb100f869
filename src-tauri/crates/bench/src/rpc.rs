//! The application through `lanyard rpc`: one JSON message a line, as other programs speak to it.

use std::{
    io::{BufRead, BufReader, BufWriter, Write},
    path::Path,
    process::{Child, ChildStdin, Command as Program, Stdio},
    thread,
};

use crossbeam_channel::{Receiver, unbounded};
use serde::Deserialize;
use serde_json::{json, value::RawValue};

use crate::{
    Outcome,
    callers::{Command, Door, Heard},
};

/// The program at work; its caller is the organizer, who may do everything.
pub struct Rpc {
    child: Child,
    input: Option<BufWriter<ChildStdin>>,
    answers: Receiver<Heard>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    id: usize,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

impl Rpc {
    /// Starts the program on a folder.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(lanyard: &Path, folder: &Path) -> Outcome<Self> {
        let mut child = Program::new(lanyard)
            .args(["rpc", "--sandbox", "--station", "Web", "--data"])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take().map(|input| BufWriter::with_capacity(64 * 1024, input));
        let output = child.stdout.take().ok_or("the program has no output")?;
        let (heard, answers) = unbounded();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let Ok(Answer { id, error }) = serde_json::from_str(&line) else { return };
                let refused = error.map(|error| error.get().to_owned());
                if heard.send(Heard { caller: id, refused }).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, input, answers })
    }

    /// Lets it end.
    ///
    /// # Errors
    /// It ended badly.
    pub fn end(mut self) -> Outcome {
        self.input.take();
        let ended = self.child.wait()?;
        if ended.success() { Ok(()) } else { Err(format!("lanyard rpc ended with {ended}").into()) }
    }

    fn input(&mut self) -> Outcome<&mut BufWriter<ChildStdin>> {
        self.input.as_mut().ok_or_else(|| "the program has ended".into())
    }
}

impl Door for Rpc {
    fn send(&mut self, caller: usize, command: Command) -> Outcome {
        let Command { method, params, .. } = command;
        let line = json!({ "jsonrpc": "2.0", "id": caller, "method": method, "params": params });
        Ok(writeln!(self.input()?, "{line}")?)
    }

    fn flush(&mut self) -> Outcome {
        Ok(self.input()?.flush()?)
    }

    fn answers(&self) -> Receiver<Heard> {
        self.answers.clone()
    }

    fn commits(&mut self) -> u64 {
        0
    }
}

impl Drop for Rpc {
    fn drop(&mut self) {
        self.input.take();
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
