//! Everybody wants the same seats, and there are fewer of them than callers want.

use app::{Caller, Role};
use serde_json::{Value, json};

use super::Bench;
use crate::{
    Outcome,
    callers::{InProcess, drive},
    folders::Stage,
    report::Figure,
    timing::{as_f64, per_second},
    venue::{Venue, new_id},
};

/// Callers.
const CALLERS: usize = 64;

pub fn run(bench: &Bench) -> Outcome<Vec<Figure>> {
    let seats = u32::try_from(bench.amount(5_000, 300))?;
    let wanted = seats + seats / 2;
    let mut rate = Vec::new();
    let mut p99 = Vec::new();
    let mut group = Vec::new();
    let mut too_many = Vec::new();
    for round in 0..bench.rounds() {
        let stage = Stage::new(&bench.disk)?;
        let venue = Venue::number(u32::try_from(round)? + 1);
        venue.open_with(&stage.app, seats)?;
        let scripts = (0..wanted).map(|_| vec![venue.order(&new_id(), 1)]).collect();
        let run = drive(&mut InProcess::new(&stage.app), scripts, CALLERS)?;
        rate.push(per_second(run.commands(), run.time));
        p99.push(run.latencies.p99());
        group.push(as_f64(run.commands()) / as_f64(run.commits));
        too_many.push(f64::from(sold_too_many(&stage, &venue, seats)?));
    }
    Ok(vec![
        Figure::new("orders of one seat each, until a third gets none", "a second", &rate),
        Figure::new("an order, p99", "ms", &p99),
        Figure::new("orders a commit", "", &group),
        Figure::new("seats given out beyond those that there are", "", &too_many).at_most(0.0),
    ])
}

/// What was reserved beyond the quota; negative if seats are left though more were wanted.
fn sold_too_many(stage: &Stage, venue: &Venue, seats: u32) -> Outcome<i32> {
    let caller = Caller::new(Role::Organizer, "Web");
    let params = json!({ "conferenceId": venue.conference });
    let answer = stage.app.query(&caller, "GetSeatTypes", params)?;
    let answer: Value = serde_json::from_str(answer.get())?;
    let held = answer["seatTypes"][0]["held"].as_i64().ok_or("no seats are held")?;
    Ok(i32::try_from(held - i64::from(seats))?)
}
