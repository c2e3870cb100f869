//! One command at a time, beside a transaction of its own in SQLite.

use std::{collections::BTreeMap, time::Instant};

use super::Bench;
use crate::{
    Outcome,
    floor::{Floor, Indexes},
    folders::Stage,
    report::Figure,
    timing::Latencies,
    venue::{Venue, say},
};

pub fn run(bench: &Bench) -> Outcome<Vec<Figure>> {
    let purchases = bench.amount(400, 40);
    let stage = Stage::new(&bench.disk)?;
    let venue = Venue::number(0);
    let mut random = fastrand::Rng::new();
    let mut floor = Both::default();
    let mut own = Both::default();
    let mut by_method: BTreeMap<&'static str, Both> = BTreeMap::new();
    for command in venue.purchases(20, &mut random).into_iter().flatten() {
        say(&stage.app, command)?;
    }
    for _ in 0..bench.rounds() {
        let mut raw = Floor::new(&bench.disk, Indexes::None)?;
        raw.insert_alone(20)?;
        let mut raw_times = Latencies::default();
        let mut times = Latencies::default();
        let mut methods: BTreeMap<&'static str, Latencies> = BTreeMap::new();
        // In turns, so that what else the machine does falls on both alike.
        for purchase in venue.purchases(purchases, &mut random) {
            for command in purchase {
                let of_method = methods.entry(command.method).or_default();
                let began = Instant::now();
                say(&stage.app, command)?;
                let time = began.elapsed();
                times.add(time);
                of_method.add(time);
                raw_times.add(raw.insert(1, 1)?);
            }
        }
        floor.add(&raw_times);
        own.add(&times);
        for (method, times) in methods {
            by_method.entry(method).or_default().add(&times);
        }
    }
    let [raw50, raw99] = floor.figures("raw insert of 2 events in a transaction of its own");
    let [p50, p99] = own.figures("a command of a purchase");
    let mut figures = vec![
        raw50.clone(),
        raw99.clone(),
        p50.beside(&raw50).ratio_at_most(2.0),
        p99.beside(&raw99).ratio_at_most(3.0),
    ];
    for (method, times) in by_method {
        figures.extend(times.figures(method));
    }
    Ok(figures)
}

#[derive(Default)]
struct Both {
    p50: Vec<f64>,
    p99: Vec<f64>,
}

impl Both {
    fn add(&mut self, times: &Latencies) {
        self.p50.push(times.p50());
        self.p99.push(times.p99());
    }

    fn figures(&self, name: &str) -> [Figure; 2] {
        [
            Figure::new(format!("{name}, p50"), "ms", &self.p50),
            Figure::new(format!("{name}, p99"), "ms", &self.p99),
        ]
    }
}
