//! Scenario 41: a repeated command is the same command.

use std::{collections::BTreeSet, path::Path};

use app::{
    Role::{self, Registrant},
    use_cases::COMMANDS,
};
use serde_json::Value;
use testkit::{ANNA, BORIS, CONFERENCE, GA, Stage, details, id, registration};

use crate::session::{Step, session};

fn with_id(params: &Value, command: u64) -> Value {
    let mut params = params.clone();
    params["commandId"] = id(0x10_000 + command).into();
    params
}

/// A command that was sent, and its answer.
struct Sent {
    role: Role,
    method: &'static str,
    params: Value,
    answer: Value,
}

/// Plays the whole session; each command is looked at after it was carried out.
fn played(stage: &Stage, backups: &Path, look: impl Fn(&Sent)) -> Vec<Sent> {
    let mut all = Vec::new();
    for (number, step) in (0..).zip(session(backups)) {
        match step {
            Step::Passes(minutes) => stage.minutes_pass(minutes),
            Step::Sends(role, method, params) => {
                let params = with_id(&params(stage), number);
                let answer = stage.does(role, method, params.clone());
                let sent = Sent { role, method, params, answer };
                look(&sent);
                all.push(sent);
            }
        }
    }
    all
}

fn repeat(stage: &Stage, sent: &Sent) -> Value {
    stage.does(sent.role, sent.method, sent.params.clone())
}

#[test]
fn s41_every_command_sent_twice_has_one_effect_and_one_answer() {
    let (stage, backups) = (Stage::new(), tempfile::tempdir().expect("a folder"));
    let sent = played(&stage, backups.path(), |sent| {
        let position = stage.app().position();
        assert_eq!(repeat(&stage, sent), sent.answer, "{}", sent.method);
        assert_eq!(stage.app().position(), position, "{} had a second effect", sent.method);
    });
    let used: BTreeSet<_> = sent.iter().map(|sent| sent.method).collect();
    // From a sandbox nothing is sent; they are sent twice where mails are.
    let elsewhere = ["SendMails", "TestMailServer"];
    let all = COMMANDS.iter().map(|command| command.name);
    let all: BTreeSet<_> = all.filter(|name| !elsewhere.contains(name)).collect();
    assert_eq!(used, all, "the session leaves no command out");
    assert_eq!(app::backup::list(backups.path()).len(), 1);
    stage.views_equal_the_log();
    stage.figures_add_up();
}

#[test]
fn s41_a_repeat_gets_the_first_answer_after_everything_else_and_after_a_restart() {
    let (stage, backups) = (Stage::new(), tempfile::tempdir().expect("a folder"));
    let sent = played(&stage, backups.path(), |_| {});
    let position = stage.app().position();
    let stage = stage.closed_for_minutes(0);
    // A backup is no part of the log: after a restart another one is made.
    for sent in sent.iter().filter(|sent| sent.method != "MakeBackup") {
        assert_eq!(repeat(&stage, sent), sent.answer, "{}", sent.method);
    }
    assert_eq!(stage.app().position(), position);
}

#[test]
fn s41_the_fields_of_a_repeat_may_come_in_another_order() {
    let stage = Stage::std_conference(10);
    let first = format!(
        r#"{{"commandId":"{}","orderId":"{}","conferenceId":"{CONFERENCE}","seats":[{{"seatTypeId":"{GA}","quantity":1}}]}}"#,
        id(1),
        ANNA.order
    );
    let second = format!(
        r#"{{"seats":[{{"quantity":1,"seatTypeId":"{GA}"}}],"conferenceId":"{CONFERENCE}","orderId":"{}","commandId":"{}"}}"#,
        ANNA.order,
        id(1)
    );
    let [first, second] =
        [first, second].map(|text| serde_json::from_str::<Value>(&text).expect("JSON"));
    let answer = stage.does(Registrant, "RegisterToConference", first);
    assert_eq!(stage.does(Registrant, "RegisterToConference", second), answer);
}

#[test]
fn s41_the_same_id_with_another_content_is_refused() {
    let stage = Stage::std_conference(10);
    let send = |order: &str, seats: i64| with_id(&registration(order, &[(GA, seats)]), 1);
    stage.does(Registrant, "RegisterToConference", send(ANNA.order, 1));
    for other in [send(ANNA.order, 2), send(BORIS.order, 1)] {
        let refused = stage.refused(Registrant, "RegisterToConference", other);
        assert_eq!(
            (refused.code, refused.field.as_deref()),
            ("InvalidCommandIdReused", Some("commandId"))
        );
    }
    let other_method = with_id(&details(ANNA.order, &ANNA), 1);
    let refused = stage.refused(Registrant, "AssignRegistrantDetails", other_method);
    assert_eq!(refused.code, "InvalidCommandIdReused");
}

#[test]
fn s41_a_refused_command_can_be_sent_again_under_its_id() {
    let stage = Stage::std_conference(10);
    let mut params = registration(ANNA.order, &[(GA, 0)]);
    params["commandId"] = id(1).into();
    stage.refused(Registrant, "RegisterToConference", params);
    let params = with_id(&registration(ANNA.order, &[(GA, 1)]), 1);
    stage.does(Registrant, "RegisterToConference", params);
    assert_eq!(stage.state(ANNA.order), "ReservationCompleted");
}

#[test]
fn s41_a_repeat_that_arrives_at_the_same_time_has_one_effect() {
    let stage = Stage::std_conference(10);
    let params = with_id(&registration(ANNA.order, &[(GA, 1)]), 1);
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| stage.does(Registrant, "RegisterToConference", params.clone())))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(answers.windows(2).all(|two| two[0] == two[1]), "{answers:?}");
    assert_eq!(stage.seats("held"), [1, 0, 0]);
}

#[test]
fn a_command_id_is_a_uuid() {
    let stage = Stage::std_conference(10);
    let mut params = registration(ANNA.order, &[(GA, 1)]);
    params["commandId"] = "mine".into();
    let refused = stage.refused(Registrant, "RegisterToConference", params);
    assert_eq!((refused.code, refused.field.as_deref()), ("InvalidRequest", Some("commandId")));
}
