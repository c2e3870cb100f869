//! Group commit: what waits together is committed together, and nobody is answered before.

use std::sync::mpsc::{Sender, channel};

use app::{AppError, Caller, Role};
use rusqlite::Connection;
use serde_json::Value;
use testkit::{GA, Stage, id, registration};

/// The answers in the order in which they came: the number of the command, and whether it worked.
pub type Heard = Vec<(u64, Result<(), String>)>;

/// Sends the commands while the writer is busy, so that they wait together, and hears all answers.
fn at_once(stage: &Stage, commands: Vec<(&'static str, Value)>) -> Heard {
    at_once_after(stage, || {}, commands)
}

/// As [`at_once`], and does something before the writer begins with them.
pub fn at_once_after(
    stage: &Stage,
    before: impl FnOnce(),
    commands: Vec<(&'static str, Value)>,
) -> Heard {
    let (go, busy) = channel::<()>();
    let (begun, begins) = channel::<()>();
    let (heard, answers) = channel();
    let wait = Box::new(move |_| {
        begun.send(()).expect("the test waits for it");
        busy.recv().expect("the test lets it go on");
    });
    let caller = || Caller::new(Role::Registrant, "Web");
    stage.app().submit(caller(), "RegisterToConference", registration(&id(900), &[(GA, 1)]), wait);
    begins.recv().expect("the writer is busy");
    before();
    let count = commands.len();
    for (number, (method, params)) in (0..).zip(commands) {
        stage.app().submit(caller(), method, params, tell(&heard, number));
    }
    // Whoever is never answered ends the waiting.
    drop(heard);
    go.send(()).expect("the writer waits");
    answers.iter().take(count).collect()
}

fn tell(
    heard: &Sender<(u64, Result<(), String>)>,
    number: u64,
) -> Box<dyn FnOnce(Result<Box<serde_json::value::RawValue>, AppError>) + Send> {
    let heard = heard.clone();
    Box::new(move |answer| {
        let answer = answer.map(drop).map_err(|error| error.code.to_string());
        heard.send((number, answer)).expect("the test listens");
    })
}

fn orders(numbers: impl Iterator<Item = u64>) -> Vec<(&'static str, Value)> {
    numbers.map(|one| ("RegisterToConference", registration(&id(one), &[(GA, 1)]))).collect()
}

#[test]
fn what_waits_together_shares_a_commit_and_is_answered_in_its_order() {
    let stage = Stage::std_conference(200);
    let before = stage.app().metrics();
    let heard = at_once(&stage, orders(0..100));
    let after = stage.app().metrics();
    assert_eq!(heard, (0..100).map(|number| (number, Ok(()))).collect::<Heard>());
    // The one that kept the writer busy, and all the others.
    assert_eq!(after.commits - before.commits, 2);
    assert_eq!((after.commands - before.commands, after.largest_group), (101, 100));
}

#[test]
fn a_lone_command_waits_for_nobody() {
    let stage = Stage::std_conference(200);
    let before = stage.app().metrics();
    stage.registers(&id(1), &[(GA, 1)]);
    stage.registers(&id(2), &[(GA, 1)]);
    let after = stage.app().metrics();
    assert_eq!((after.commits - before.commits, after.commands - before.commands), (2, 2));
}

#[test]
fn a_refused_command_changes_no_other_of_its_group() {
    let stage = Stage::std_conference(3);
    let mut commands = orders(0..4);
    let unknown = registration(&id(7), &[(&id(77), 1)]);
    commands.insert(1, ("RegisterToConference", unknown));
    let heard = at_once(&stage, commands);
    assert_eq!(heard.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    assert_eq!(heard.iter().filter(|(_, answer)| answer.is_err()).count(), 1);
    // One by one it would have come to the same: the busy one and two more had the three seats.
    let held = [0, 1, 2, 3].map(|number| stage.lines(&id(number))[0].2);
    assert_eq!(held, [1, 1, 0, 0]);
    stage.views_equal_the_log();
}

#[test]
fn nobody_is_answered_before_the_commit() {
    let stage = Stage::std_conference(200);
    let database = stage.folder().join(event_store::DATABASE_FILE);
    let (heard, stored) = channel();
    for number in 0..20 {
        let (heard, database) = (heard.clone(), database.clone());
        let reply = Box::new(move |_| {
            // Whoever looks at the file from outside finds the order at the moment of the answer.
            let log = Connection::open(&database).expect("the database");
            let found = log.query_row(
                "SELECT count(*) FROM streams WHERE name = ?1",
                [format!("order-{}", id(number))],
                |row| row.get::<_, i64>(0),
            );
            heard.send(found.expect("a count")).expect("the test listens");
        });
        let caller = Caller::new(Role::Registrant, "Web");
        let params = registration(&id(number), &[(GA, 1)]);
        stage.app().submit(caller, "RegisterToConference", params, reply);
    }
    assert_eq!(stored.iter().take(20).collect::<Vec<_>>(), [1; 20]);
}

#[test]
fn a_caller_that_panics_over_its_answer_keeps_no_other_from_theirs() {
    let stage = Stage::std_conference(200);
    let before = || {
        let caller = Caller::new(Role::Registrant, "Web");
        let panics = Box::new(|_| panic!("somebody cannot bear the answer"));
        stage.app().submit(
            caller,
            "RegisterToConference",
            registration(&id(500), &[(GA, 1)]),
            panics,
        );
    };
    let heard = at_once_after(&stage, before, orders(0..3));
    assert_eq!(heard, (0..3).map(|number| (number, Ok(()))).collect::<Heard>());
    assert_eq!(stage.lines(&id(500))[0].2, 1, "what was stored is stored");
    stage.registers(&id(4), &[(GA, 1)]);
    stage.views_equal_the_log();
}
