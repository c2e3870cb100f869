//! Callers with one command in flight each, as people at their screens have: the next one goes
//! out when the last one was answered.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use app::{App, Caller, Moved, Reply, Role};
use crossbeam_channel::{Receiver, Sender, unbounded};
use serde_json::Value;

use crate::{Outcome, timing::Latencies};

/// A command that is ready to be sent.
#[derive(Debug, Clone)]
pub struct Command {
    /// Who sends it.
    pub role: Role,
    /// Its name.
    pub method: &'static str,
    /// Its parameters, a `commandId` among them.
    pub params: Value,
}

/// What one caller does, one after the other.
pub type Script = Vec<Command>;

/// An answer that came in.
#[derive(Debug)]
pub struct Heard {
    /// Who is answered.
    pub caller: usize,
    /// Why it was refused, if it was.
    pub refused: Option<String>,
}

/// A way into the application.
pub trait Door {
    /// Sends a command for a caller, who must not have another one in flight.
    ///
    /// # Errors
    /// The application is gone.
    fn send(&mut self, caller: usize, command: Command) -> Outcome;

    /// Sees to it that what was sent is on its way.
    ///
    /// # Errors
    /// The application is gone.
    fn flush(&mut self) -> Outcome;

    /// Where answers come in.
    fn answers(&self) -> Receiver<Heard>;

    /// The commits since this was asked last; zero where they cannot be seen.
    fn commits(&mut self) -> u64;
}

/// The application in this process.
pub struct InProcess {
    app: App,
    moves: Receiver<Moved>,
    heard: (Sender<Heard>, Receiver<Heard>),
}

impl InProcess {
    /// A door to `app`. No other one may look at what moves.
    pub fn new(app: &App) -> Self {
        Self { app: app.clone(), moves: app.moves(), heard: unbounded() }
    }
}

impl Door for InProcess {
    fn send(&mut self, caller: usize, command: Command) -> Outcome {
        let heard = self.heard.0.clone();
        let reply: Reply = Box::new(move |answer| {
            let refused = answer.err().map(|error| error.to_string());
            // The one who listens is gone only when the run failed.
            let _ = heard.send(Heard { caller, refused });
        });
        let Command { role, method, params } = command;
        self.app.submit(Caller::on_command_line(role, "Web"), method, params, reply);
        Ok(())
    }

    fn flush(&mut self) -> Outcome {
        Ok(())
    }

    fn answers(&self) -> Receiver<Heard> {
        self.heard.1.clone()
    }

    fn commits(&mut self) -> u64 {
        self.moves.try_iter().map(|_| 1).sum()
    }
}

/// What happened.
#[derive(Debug, Default)]
pub struct Run {
    /// From the first command to the last answer.
    pub time: Duration,
    /// From each command to its answer.
    pub latencies: Latencies,
    /// How many commits it took; zero where that cannot be seen.
    pub commits: u64,
}

impl Run {
    /// How many commands were answered.
    pub fn commands(&self) -> u64 {
        self.latencies.len() as u64
    }
}

/// Lets so many callers carry out the scripts; whoever is done takes the next one.
///
/// # Errors
/// A command was refused, or the application is gone.
pub fn drive(door: &mut impl Door, scripts: Vec<Script>, callers: usize) -> Outcome<Run> {
    let answers = door.answers();
    door.commits();
    let mut run = Run::default();
    let mut waiting: VecDeque<Script> = scripts.into();
    let mut at_work: Vec<(std::vec::IntoIter<Command>, Instant)> = Vec::with_capacity(callers);
    let began = Instant::now();
    let mut in_flight = 0_usize;
    for caller in 0..callers {
        at_work.push((Vec::new().into_iter(), began));
        in_flight += usize::from(next(door, &mut waiting, &mut at_work, caller)?);
    }
    while 0 < in_flight {
        door.flush()?;
        let mut heard = Some(answers.recv()?);
        while let Some(Heard { caller, refused }) = heard {
            if let Some(refused) = refused {
                return Err(refused.into());
            }
            run.latencies.add(at_work[caller].1.elapsed());
            if !next(door, &mut waiting, &mut at_work, caller)? {
                in_flight -= 1;
            }
            heard = answers.try_recv().ok();
        }
        run.commits += door.commits();
    }
    run.time = began.elapsed();
    Ok(run)
}

/// Sends a caller's next command; `false` when nothing is left to do.
fn next(
    door: &mut impl Door,
    waiting: &mut VecDeque<Script>,
    at_work: &mut [(std::vec::IntoIter<Command>, Instant)],
    caller: usize,
) -> Outcome<bool> {
    loop {
        if let Some(command) = at_work[caller].0.next() {
            at_work[caller].1 = Instant::now();
            door.send(caller, command)?;
            return Ok(true);
        }
        match waiting.pop_front() {
            Some(script) => at_work[caller].0 = script.into_iter(),
            None => return Ok(false),
        }
    }
}
