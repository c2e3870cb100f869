//! The organizer's questions: alone, while a write transaction is open, and while others buy.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Instant,
};

use app::{App, Caller, Role};
use event_store::DATABASE_FILE;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::Bench;
use crate::{
    Outcome,
    callers::{InProcess, drive},
    folders::{self, FEWER_ATTENDEES, MANY_ATTENDEES, Stage},
    report::{Figure, shown},
    timing::{Latencies, as_f64},
    venue::Venue,
};

/// How soon an organizer finds somebody among fifty thousand, in milliseconds.
const LONGEST_SEARCH: f64 = 50.0;
/// Callers who buy meanwhile.
const BUYERS: usize = 16;

/// A question, and what it is about.
struct Question {
    name: String,
    method: &'static str,
    params: Value,
    is_search: bool,
    times: [Both; 3],
}

#[derive(Default)]
struct Both {
    p50: Vec<f64>,
    p99: Vec<f64>,
}

pub fn run(bench: &Bench) -> Outcome<Vec<Figure>> {
    let longest = bench.longest();
    let folder = folders::copy(&folders::filled(&bench.disk, longest)?, &bench.disk)?;
    let stage = Stage::on(folder)?;
    let mut questions = questions(bench);
    // Pages and statements are there before it counts.
    ask_all(&stage.app, &mut questions, 8, None)?;
    let times = usize::try_from(bench.amount(100, 10))?;
    let fewer = usize::try_from(bench.amount(30, 10))?;
    for _ in 0..bench.rounds() {
        ask_all(&stage.app, &mut questions, times, Some(0))?;
        with_open_write(&stage, || ask_all(&stage.app, &mut questions, fewer, Some(1)))?;
        while_others_buy(&stage, folders::selling(longest), || {
            ask_all(&stage.app, &mut questions, fewer, Some(2))
        })?;
    }
    Ok(questions.iter().flat_map(|question| question.figures(bench.quick)).collect())
}

fn questions(bench: &Bench) -> Vec<Question> {
    let sizes: &[(u32, u64)] =
        if bench.quick { &[(0, 1_818)] } else { &[(0, MANY_ATTENDEES), (1, FEWER_ATTENDEES)] };
    let mut questions = Vec::new();
    for &(conference, size) in sizes {
        let conference = Venue::number(conference).conference;
        let of = |name: &str, method, more: Value| {
            let mut params = json!({ "conferenceId": conference });
            if let (Value::Object(params), Value::Object(more)) = (&mut params, more) {
                params.extend(more);
            }
            let name = format!("{} attendees: {name}", shown(as_f64(size)));
            let is_search = name.contains("search");
            Question { name, method, params, is_search, times: Default::default() }
        };
        questions.extend([
            of("GetDashboard", "GetDashboard", json!({})),
            of("ListOrders, first page", "ListOrders", json!({})),
            of("ListOrders, search of a name", "ListOrders", json!({ "search": "schönborn" })),
            of("ListAttendees, first page", "ListAttendees", json!({})),
            of("ListAttendees, search of a name", "ListAttendees", json!({ "search": "müller" })),
            of(
                "ListAttendees, search of one person",
                "ListAttendees",
                json!({ "search": "zoe muller" }),
            ),
            of(
                "ListAttendees, search that finds nobody",
                "ListAttendees",
                json!({ "search": "nobody@nowhere" }),
            ),
        ]);
    }
    questions
}

/// Asks every question so many times; the times go to column `into`.
fn ask_all(app: &App, questions: &mut [Question], times: usize, into: Option<usize>) -> Outcome {
    let organizer = Caller::new(Role::Organizer, "Office");
    for question in questions {
        let mut latencies = Latencies::default();
        for _ in 0..times {
            let params = question.params.clone();
            let began = Instant::now();
            app.query(&organizer, question.method, params)?;
            latencies.add(began.elapsed());
        }
        if let Some(into) = into {
            question.times[into].p50.push(latencies.p50());
            question.times[into].p99.push(latencies.p99());
        }
    }
    Ok(())
}

/// While a transaction that has written is open, and is then given up.
fn with_open_write(stage: &Stage, work: impl FnOnce() -> Outcome) -> Outcome {
    let other = Connection::open(stage.app.folder().join(DATABASE_FILE))?;
    other.execute_batch("BEGIN IMMEDIATE; UPDATE rm_order SET search = search || 'x'")?;
    let done = work();
    other.execute_batch("ROLLBACK")?;
    done
}

fn while_others_buy(stage: &Stage, venue: Venue, work: impl FnOnce() -> Outcome) -> Outcome {
    let enough = Arc::new(AtomicBool::new(false));
    let buying = thread::spawn({
        let (app, enough) = (stage.app.clone(), Arc::clone(&enough));
        move || -> Result<(), String> {
            let mut random = fastrand::Rng::new();
            while !enough.load(Ordering::Relaxed) {
                let scripts = venue.purchases(50, &mut random);
                drive(&mut InProcess::new(&app), scripts, BUYERS)
                    .map_err(|error| error.to_string())?;
            }
            Ok(())
        }
    });
    let done = work();
    enough.store(true, Ordering::Relaxed);
    buying.join().map_err(|_| "buying panicked")??;
    done
}

impl Question {
    fn figures(&self, quick: bool) -> Vec<Figure> {
        let name = |how: &str, which: &str| format!("{}{how}, {which}", self.name);
        let [idle, open, busy] = &self.times;
        let idle50 = Figure::new(name("", "p50"), "ms", &idle.p50);
        let mut idle99 = Figure::new(name("", "p99"), "ms", &idle.p99);
        if self.is_search && !quick {
            idle99 = idle99.at_most(LONGEST_SEARCH);
        }
        let open = Figure::new(name(", a write open", "p50"), "ms", &open.p50);
        let busy50 = Figure::new(name(", 16 buy", "p50"), "ms", &busy.p50);
        let busy99 = Figure::new(name(", 16 buy", "p99"), "ms", &busy.p99);
        let open = open.beside(&idle50).ratio_at_most(2.0);
        let (busy50, busy99) = (busy50.beside(&idle50), busy99.beside(&idle99));
        vec![idle50, idle99, open, busy50, busy99]
    }
}
