//! Holding a ledger against a data folder: is everything that was acknowledged there, once?

use std::{collections::HashMap, path::Path};

use app::{App, AppError, Caller, Role};
use event_store::CommandRecord;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    super::Failure,
    callers::{is_refusal, position},
    ledger::{self, Line},
    no_ledger,
};

/// As many of the newest acknowledged commands are asked again; all would take a load's time.
const ASKED_AGAIN: usize = 200;
/// More problems than this are only counted.
const MOST_TOLD: usize = 20;

/// What the ledger tells of a command.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    method: String,
    params: Value,
    answer: Answer,
}

#[derive(Debug, Clone, PartialEq)]
enum Answer {
    /// None, or a failure: it is stored wholly or not at all.
    Unknown,
    Acked(i64),
    Refused,
}

/// What the data folder has of commands.
struct Stored {
    commands: HashMap<Uuid, CommandRecord>,
    events: HashMap<Uuid, Events>,
    last_position: i64,
}

/// The events of one command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Events {
    first: i64,
    last: i64,
    count: u32,
}

/// What is wrong, in words.
#[derive(Debug, Default)]
struct Wrong {
    told: Vec<String>,
    lost: usize,
    count: usize,
}

impl Wrong {
    fn note(&mut self, problem: String) {
        self.count += 1;
        if self.told.len() < MOST_TOLD {
            self.told.push(problem);
        }
    }
}

/// Checks, prints one JSON object, and closes the application.
pub fn run(app: &App, path: &Path) -> Result<(), Failure> {
    let lines = ledger::read(path).map_err(|error| no_ledger(path, &error))?;
    let (order, told) = told(lines)?;
    let mut wrong = Wrong::default();
    verify(app, "before asking again", &mut wrong)?;
    let before = stored(app)?;
    for id in &order {
        compare(*id, &told[id], &before, &mut wrong);
    }
    let unknown: Vec<Uuid> =
        order.iter().copied().filter(|id| told[id].answer == Answer::Unknown).collect();
    let were_there = unknown.iter().filter(|id| before.commands.contains_key(*id)).count();
    let known = order.iter().rev().filter(|id| matches!(told[*id].answer, Answer::Acked(_)));
    let newest: Vec<Uuid> = known.take(ASKED_AGAIN).copied().collect();
    for id in unknown.iter().chain(&newest) {
        ask_again(app, *id, &told[id], &before, &mut wrong);
    }
    verify(app, "after asking again", &mut wrong)?;
    let after = stored(app)?;
    for id in unknown.iter().chain(&newest) {
        if before.commands.contains_key(id) && before.events.get(id) != after.events.get(id) {
            wrong.note(format!("{id}: asking again did it once more"));
        }
        whole(*id, &after, &mut wrong);
    }
    app.close()?;
    let count = |is: fn(&Answer) -> bool| told.values().filter(|told| is(&told.answer)).count();
    let report = json!({
        "sound": wrong.count == 0,
        "acknowledged": count(|answer| matches!(answer, Answer::Acked(_))),
        "refused": count(|answer| *answer == Answer::Refused),
        "unknown": unknown.len(),
        "unknownButStored": were_there,
        "askedAgain": unknown.len() + newest.len(),
        "lost": wrong.lost,
        "problems": wrong.count,
        "firstProblems": wrong.told,
        "lastPosition": before.last_position,
    });
    println!("{report}");
    if wrong.count == 0 {
        return Ok(());
    }
    Err(Failure::new("the ledger and the data differ").after_its_report())
}

/// What the ledger tells, by command, and the commands in their order.
fn told(lines: Vec<Line>) -> Result<(Vec<Uuid>, HashMap<Uuid, Told>), Failure> {
    let mut order = Vec::new();
    let mut told: HashMap<Uuid, Told> = HashMap::new();
    for line in lines {
        let (id, answer) = match line {
            Line::Intent { id, method, params } => {
                // A command that is sent once more, by the next load, keeps its first answer.
                told.entry(id).or_insert_with(|| {
                    order.push(id);
                    Told { method, params, answer: Answer::Unknown }
                });
                continue;
            }
            Line::Acked { id, position } => (id, Answer::Acked(position)),
            Line::Refused { id, .. } => (id, Answer::Refused),
            Line::Failed { .. } => continue,
        };
        let Some(told) = told.get_mut(&id) else {
            return Err(Failure::new(format_args!("the ledger answers {id}, which it never sent")));
        };
        if told.answer == Answer::Unknown {
            told.answer = answer;
        } else if told.answer != answer {
            return Err(Failure::new(format_args!("{id} was answered in two ways")));
        }
    }
    Ok((order, told))
}

fn stored(app: &App) -> Result<Stored, AppError> {
    app.read(|log| {
        let commands = event_store::read_commands(log)?;
        let commands = commands.into_iter().map(|(id, record)| (id.uuid(), record)).collect();
        let last_position = event_store::last_position(log)?;
        let mut events: HashMap<Uuid, Events> = HashMap::new();
        event_store::for_each(log, 0, last_position, |event| {
            let first = Events { first: event.position, last: event.position, count: 0 };
            let seen = events.entry(event.command_id.uuid()).or_insert(first);
            seen.last = event.position;
            seen.count += 1;
            Ok::<(), rusqlite::Error>(())
        })?;
        Ok(Stored { commands, events, last_position })
    })
}

/// The chain, the tables and the pages.
fn verify(app: &App, when: &str, wrong: &mut Wrong) -> Result<(), AppError> {
    let chain = app.read(|log| Ok(event_store::verify_chain(log, 0, |_, _| {})?))?;
    for fault in chain.faults {
        wrong.note(format!("{when}: position {}: {}", fault.position, fault.kind));
    }
    for difference in app.compare_views()? {
        wrong.note(format!("{when}: the table {} is not what the log says", difference.table));
    }
    for page in app.read(|log| Ok(event_store::check_pages(log)?))? {
        wrong.note(format!("{when}: SQLite: {page}"));
    }
    Ok(())
}

/// What was acknowledged is there at its position, what was refused is not, and nothing is there
/// by halves.
fn compare(id: Uuid, told: &Told, stored: &Stored, wrong: &mut Wrong) {
    let record = stored.commands.get(&id);
    match (&told.answer, record) {
        (Answer::Acked(at), None) => {
            wrong.lost += 1;
            wrong.note(format!("{id} ({}) was acknowledged at {at} and is lost", told.method));
        }
        (Answer::Acked(at), Some(record)) if position(&record.answer) != *at => {
            let found = position(&record.answer);
            wrong.note(format!("{id} was acknowledged at {at} and is stored at {found}"));
        }
        (Answer::Refused, Some(_)) => {
            wrong.note(format!("{id} ({}) was refused and is stored", told.method));
        }
        _ => {}
    }
    whole(id, stored, wrong);
}

/// The command, all of its events up to the position that it was answered, or nothing of it.
fn whole(id: Uuid, stored: &Stored, wrong: &mut Wrong) {
    let events = stored.events.get(&id);
    let Some(record) = stored.commands.get(&id) else {
        if let Some(events) = events {
            let Events { first, last, count } = events;
            let half = format!("{id}: {count} events ({first} to {last}) and no command");
            wrong.note(half);
        }
        return;
    };
    let at = position(&record.answer);
    let is_whole = match record.first_position {
        None => events.is_none(),
        Some(first) => events.is_some_and(|events| {
            first <= at && at <= stored.last_position && events.first == first && events.last <= at
        }),
    };
    if !is_whole {
        wrong.note(format!("{id}: stored by halves: {record:?} with {events:?}"));
    }
}

/// The same intent once more: what is stored is answered as before, what is not is done now.
fn ask_again(app: &App, id: Uuid, told: &Told, before: &Stored, wrong: &mut Wrong) {
    let mut params = told.params.clone();
    params["commandId"] = json!(id);
    let caller = Caller::new(Role::Organizer, "load");
    let answer = app.execute(caller, &told.method, params).wait();
    match (before.commands.get(&id), answer) {
        (Some(record), Ok(answer)) if record.answer == answer.get() => {}
        (Some(record), answer) => {
            let first = &record.answer;
            wrong.note(format!("{id} was answered {first}, and now {answer:?}"));
        }
        (None, Ok(_)) => {}
        (None, Err(error)) if is_refusal(error.code) => {}
        (None, Err(error)) => wrong.note(format!("{id} cannot be asked again: {error}")),
    }
}
