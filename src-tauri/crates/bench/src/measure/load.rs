//! Load, decide, append: an order with twenty seats, one of which is given to somebody else. Its
//! stream has twenty events by then. Cold: the application was started anew and has to read the
//! stream. Warm: it is in the writer's memory.

use super::Bench;
use crate::{
    Outcome,
    callers::{InProcess, Script, drive},
    floor::{Floor, Indexes, STREAM},
    folders::Stage,
    report::Figure,
    timing::per_second,
    venue::{Venue, new_id, seating},
};

/// Callers of the grouped run.
const CALLERS: usize = 64;
/// The fastest embedded peer (tephra) on one command at a time, in multiples of the raw floor, as
/// measured once on a machine like this: 3,379 to 3,000 commands a second.
const FASTEST_PEER: f64 = 1.13;

pub fn run(bench: &Bench) -> Outcome<Vec<Figure>> {
    let streams = bench.amount(1_000, 64);
    let mut rounds: [Vec<f64>; 5] = Default::default();
    for _ in 0..bench.rounds() {
        let mut floor = Floor::new(&bench.disk, Indexes::All)?;
        floor.make_streams(streams)?;
        let raw = floor.load_and_append(streams)?;
        let (stage, orders) = with_full_orders(bench, streams)?;
        let mut stage = Stage::on(stage.closed()?)?;
        let cold = reseat(&stage, &orders, CALLERS)?;
        let warm = reseat(&stage, &orders, CALLERS)?;
        stage = Stage::on(stage.closed()?)?;
        let cold_alone = reseat(&stage, &orders, 1)?;
        let warm_alone = reseat(&stage, &orders, 1)?;
        let all = [per_second(streams, raw), cold, warm, cold_alone, warm_alone];
        rounds.iter_mut().zip(all).for_each(|(figures, rate)| figures.push(rate));
    }
    let figure = |name: &str, number: usize| Figure::new(name, "a second", &rounds[number]);
    let raw = figure("raw: read 20 events, parse, insert one, a commit each", 0);
    Ok(vec![
        raw.clone(),
        figure("64 callers, cold", 1).beside(&raw),
        figure("64 callers, warm", 2).beside(&raw).ratio_at_least(5.0 * FASTEST_PEER),
        figure("one caller, cold", 3).beside(&raw),
        figure("one caller, warm", 4).beside(&raw).ratio_at_least(FASTEST_PEER),
    ])
}

/// An application with so many orders of twenty seats, nineteen of them given to somebody.
fn with_full_orders(bench: &Bench, orders: u64) -> Outcome<(Stage, Vec<String>)> {
    let stage = Stage::new(&bench.disk)?;
    let mut random = fastrand::Rng::with_seed(orders);
    let seats = u32::try_from(STREAM)?;
    let ids: Vec<String> = (0..orders).map(|_| new_id()).collect();
    let scripts: Vec<Script> = ids
        .iter()
        .map(|order| {
            let mut script = Venue::number(0).bought(order, seats, &mut random);
            script.extend((1..seats).map(|position| seating(order, position, &mut random)));
            script
        })
        .collect();
    drive(&mut InProcess::new(&stage.app), scripts, CALLERS)?;
    Ok((stage, ids))
}

/// Gives one seat of each order to somebody else. Answers how many a second.
fn reseat(stage: &Stage, orders: &[String], callers: usize) -> Outcome<f64> {
    let mut random = fastrand::Rng::new();
    let scripts = orders.iter().map(|order| vec![seating(order, 1, &mut random)]).collect();
    let run = drive(&mut InProcess::new(&stage.app), scripts, callers)?;
    Ok(per_second(run.commands(), run.time))
}
