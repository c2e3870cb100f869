//! The power goes at any moment of a session, and the disk keeps what it likes of what was not
//! flushed: what was answered is there, and nothing is there by half.
//!
//! `POWER_CUTS=100000` tries so many states instead of a few for each step.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use event_store::{DataFolder, Opening, Store, read_all, verify_chain};
use fastrand::Rng;
use kernel::CommandId;
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    disk::{Disk, Step, steps, traced},
    harness::{BINARY, Rpc, SANDBOX, require_strace, run},
    kills::{say, seed},
    session::{lines, session},
};

/// How many states are tried, unless `POWER_CUTS` says otherwise.
const STATES: usize = 3_000;

/// Everything in the folder that the program writes while it works.
const WRITTEN: [&str; 3] = ["lanyard.db", "lanyard.db-wal", "lanyard.witness"];

/// What a session did, and what it came to.
struct Recorded {
    /// The folder before it.
    before: BTreeMap<String, Vec<u8>>,
    steps: Vec<Step>,
    /// The head hash after each event.
    hashes: Vec<[u8; 32]>,
    /// The last events of the commands; nothing is half there if the log ends at one of them.
    ends: BTreeSet<i64>,
}

fn recorded() -> Recorded {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(run(folder.path(), SANDBOX).status.success());
    let before = crate::harness::files(folder.path());
    let elsewhere = tempfile::tempdir().expect("a folder");
    let trace = elsewhere.path().join("trace");
    let mut command = traced(BINARY, &trace);
    command.arg("rpc").arg("--data").arg(folder.path()).args(SANDBOX);
    let mut rpc = Rpc::start(command);
    let mut ends = BTreeSet::from([0]);
    for line in lines() {
        // One after the other, so that every command has a commit of its own.
        let answer = rpc.say(line.trim_end().as_bytes());
        ends.insert(answer["result"]["position"].as_i64().expect("a position"));
    }
    assert!(rpc.end().1.success());
    let trace = fs::read_to_string(trace).expect("the trace");
    let steps = steps(&trace, folder.path());
    let folder = DataFolder::open(folder.path(), Opening::Sandbox).expect("it opens");
    let store = Store::open(&folder, app::MIGRATIONS, None).expect("it opens");
    let events = read_all(store.connection(), 0, usize::MAX).expect("the log");
    let hashes = events.into_iter().map(|event| event.hash).collect();
    Recorded { before, steps, hashes, ends }
}

/// The numbers of the lines that are answered by what the program said so far.
fn answered(said: &[u8]) -> Vec<u64> {
    let text = String::from_utf8_lossy(said);
    let answers = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    let answers = answers.map(|line| serde_json::from_str::<Value>(line).expect("an answer"));
    answers.map(|answer| answer["id"].as_u64().expect("an id")).collect()
}

/// The command of each line; none where the clock is moved.
fn command_ids() -> Vec<Option<CommandId>> {
    let id = |params: &Value| params["commandId"].as_str().map(|id| id.parse().expect("an id"));
    session().iter().map(|(_, params)| id(params)).collect()
}

/// What is wrong with what a power cut left; nothing if all is well.
fn fault(
    folder: &Path,
    recorded: &Recorded,
    answered: &[u64],
    ids: &[Option<CommandId>],
) -> Option<String> {
    let folder = match DataFolder::open(folder, Opening::Sandbox) {
        Ok(folder) => folder,
        Err(error) => return Some(error.to_string()),
    };
    let store = match Store::open(&folder, app::MIGRATIONS, None) {
        Ok(store) => store,
        Err(error) => return Some(error.to_string()),
    };
    let position = store.last_position();
    if !recorded.ends.contains(&position) {
        return Some(format!("the log ends at {position}, within a command"));
    }
    let place = usize::try_from(position).expect("a position");
    if place.checked_sub(1).is_some_and(|last| recorded.hashes[last] != store.head_hash()) {
        return Some(format!("event {position} is another one"));
    }
    for number in answered {
        let Some(id) = ids[usize::try_from(*number).expect("a number")] else { continue };
        match store.find_command(id) {
            Ok(Some(_)) => {}
            Ok(None) => return Some(format!("command {number} was answered and is lost")),
            Err(error) => return Some(error.to_string()),
        }
    }
    match verify_chain(store.connection(), 0, |_, _| {}) {
        Ok(report) if report.is_sound() => None,
        Ok(report) => Some(format!("{:?}", report.faults)),
        Err(error) => Some(error.to_string()),
    }
}

/// Cuts the power so many times and answers what went wrong, with the step after which it did.
fn cut_the_power(recorded: &Recorded, mut disk: Disk, states: usize, rng: &mut Rng) -> Vec<String> {
    let ids = command_ids();
    let memory = Path::new("/dev/shm");
    let somewhere = || if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
    let mut said = Vec::new();
    let mut faults = Vec::new();
    let mut tried = 0;
    for (number, step) in recorded.steps.iter().enumerate() {
        disk.follow(step);
        if let Step::Say(words) = step {
            said.extend_from_slice(words);
        }
        let answered = answered(&said);
        // As many at each step, whatever their number is.
        let until = states * (number + 1) / recorded.steps.len();
        while tried < until {
            tried += 1;
            let folder = somewhere().expect("a folder");
            for (name, bytes) in &recorded.before {
                if !WRITTEN.contains(&name.as_str()) {
                    fs::write(folder.path().join(name), bytes).expect("a file");
                }
            }
            for (name, bytes) in disk.after_a_power_cut(rng) {
                fs::write(folder.path().join(name), bytes).expect("a file");
            }
            if let Some(fault) = fault(folder.path(), recorded, &answered, &ids) {
                let step: String = format!("{step:?}").chars().take(60).collect();
                faults.push(format!("after step {number}, {step}: {fault}"));
            }
        }
    }
    faults
}

fn disk_before(recorded: &Recorded) -> Disk {
    let folder = tempfile::tempdir().expect("a folder");
    let written = recorded.before.keys().filter(|name| WRITTEN.contains(&name.as_str()));
    let written: BTreeSet<String> = written.cloned().collect();
    for name in &written {
        fs::write(folder.path().join(name), &recorded.before[name]).expect("a file");
    }
    Disk::of(folder.path(), &written)
}

#[test]
fn a_power_cut_takes_nothing_that_was_answered_and_leaves_nothing_by_half() {
    require_strace();
    let recorded = recorded();
    let wanted = std::env::var("POWER_CUTS").ok().map(|text| text.parse().expect("a number"));
    let states = wanted.unwrap_or(STATES);
    say(&format!("power cuts of a model: {} steps, {states} states", recorded.steps.len()));
    let mut rng = Rng::with_seed(seed("power cuts of a model"));
    let faults = cut_the_power(&recorded, disk_before(&recorded), states, &mut rng);
    assert!(
        faults.is_empty(),
        "{} of {states}: {:#?}",
        faults.len(),
        &faults[..faults.len().min(9)]
    );

    // The negative control: on a disk whose flushes are lies, the same cuts do find losses.
    let mut liar = disk_before(&recorded);
    liar.lies = true;
    let found = cut_the_power(&recorded, liar, states.min(STATES), &mut rng);
    let lying = states.min(STATES);
    say(&format!("power cuts of a lying model: {} of {lying} lose something", found.len()));
    assert!(!found.is_empty(), "the rig sees no loss where there must be some");
}
