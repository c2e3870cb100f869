//! Measures rebuilding and verifying on a log of some size: `care_rate [ORDERS] [CALLERS]`.
//!
//! It prints how fast each is, what a purchase takes before and during a rebuild, and the memory.
//! With `SPREAD` set, ids are spread like random ones; otherwise they ascend, as ours do.

use std::{
    error::Error,
    fs,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use app::{
    App, Caller, ClockChoice, Inspection, MIGRATIONS, OpenOptions, Opening, Role,
    verification::verify_folder,
};
use serde_json::{Value, json};
use testkit::{
    ANNA, CONFERENCE, GA, WS, assignment, conference_form, details, id, registration,
    seat_type_form,
};

const SEAT_TYPES: [&str; 2] = [GA, WS];

type Done = Result<(), Box<dyn Error>>;

fn main() -> Done {
    let mut arguments = std::env::args().skip(1);
    let orders: u64 = arguments.next().map_or(Ok(2_000), |text| text.parse())?;
    let callers: usize = arguments.next().map_or(Ok(16), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let app = open(&folder)?;
    begin(&app)?;
    let made = AtomicU64::new(1);
    sell(&app, &made, 64, |count| count < orders);
    println!("{} events from {orders} purchases", app.position());
    alone(&app)?;

    let began = Instant::now();
    let idle = sell(&app, &made, callers, |_| began.elapsed() < Duration::from_secs(4));
    tell("purchases without a rebuild", idle, began.elapsed());
    while_selling(&app, &made, callers)?;
    app.close()?;
    println!("memory at most: {}", memory());

    let (began, cpu) = (Instant::now(), processor_time());
    let inspection = Inspection::open(folder.path(), MIGRATIONS)?;
    let found = verify_folder(&inspection, &mut |_| true)?.ok_or("stopped")?;
    println!(
        "verify: {} events in {:.1} s, {:.1} s of processor time, sound: {}",
        found.events,
        began.elapsed().as_secs_f64(),
        processor_time().saturating_sub(cpu).as_secs_f64(),
        found.sound
    );
    println!("memory at most: {}", memory());
    if found.sound { Ok(()) } else { Err(format!("{found:?}").into()) }
}

fn alone(app: &App) -> Done {
    let (began, events, cpu) = (Instant::now(), app.position(), processor_time());
    let replayed = std::sync::Arc::new(Mutex::new(Duration::ZERO));
    let seen = std::sync::Arc::clone(&replayed);
    app.rebuild_views(false, move |progress| {
        if progress.phase == app::wire::health::RebuildPhase::Replay {
            *seen.lock().expect("one thread") = began.elapsed();
        }
        true
    })?;
    let (all, replay) = (began.elapsed(), *replayed.lock().expect("one thread"));
    println!(
        "rebuild alone: {:.2} s, {:.0} events/s; replay {:.2} s, {:.0} events/s",
        all.as_secs_f64(),
        rate(events, all),
        replay.as_secs_f64(),
        rate(events, replay)
    );
    let cpu = processor_time().saturating_sub(cpu);
    println!("  {:.2} s of processor time: {:.0} events/s", cpu.as_secs_f64(), rate(events, cpu));
    Ok(())
}

fn while_selling(app: &App, made: &AtomicU64, callers: usize) -> Done {
    let is_over = AtomicBool::new(false);
    let (began, events) = (Instant::now(), app.position());
    let times = thread::scope(|scope| -> Result<Vec<Duration>, Box<dyn Error>> {
        let sold = scope.spawn(|| sell(app, made, callers, |_| !is_over.load(Ordering::Relaxed)));
        let rebuilt = app.rebuild_views(false, |_| true);
        is_over.store(true, Ordering::Relaxed);
        let times = sold.join().map_err(|_| "a caller panicked")?;
        rebuilt?;
        Ok(times)
    })?;
    println!(
        "rebuild while {callers} sell: {:.2} s, {:.0} events/s",
        began.elapsed().as_secs_f64(),
        rate(events, began.elapsed())
    );
    tell("purchases during it", times, began.elapsed());
    Ok(())
}

fn open(folder: &tempfile::TempDir) -> Result<App, app::StartError> {
    App::open(OpenOptions {
        folder: folder.path().to_owned(),
        opening: Opening::Sandbox,
        clock: ClockChoice::System,
        codes: None,
    })
}

fn begin(app: &App) -> Done {
    execute(app, "CreateConference", conference_form(CONFERENCE, "cqrs-days"));
    for seat_type in SEAT_TYPES {
        execute(app, "CreateSeatType", seat_type_form(seat_type, 100_000));
    }
    execute(app, "PublishConference", json!({ "conferenceId": CONFERENCE }));
    Ok(())
}

fn execute(app: &App, method: &str, params: Value) {
    let caller = Caller::on_command_line(Role::Organizer, "desk");
    app.execute(caller, method, params).wait().expect("it is accepted");
}

/// Buys with so many callers, and answers how long each purchase took.
fn sell(
    app: &App,
    made: &AtomicU64,
    callers: usize,
    go_on: impl Fn(u64) -> bool + Sync,
) -> Vec<Duration> {
    let times = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..callers {
            scope.spawn(|| {
                let mut own = Vec::new();
                loop {
                    let number = made.fetch_add(1, Ordering::Relaxed);
                    if !go_on(number) {
                        break;
                    }
                    let began = Instant::now();
                    buy(app, number);
                    own.push(began.elapsed());
                }
                times.lock().expect("no caller panics").extend(own);
            });
        }
    });
    times.into_inner().expect("no caller panics")
}

fn buy(app: &App, number: u64) {
    // No type has more than 100,000 seats.
    let seat_type = SEAT_TYPES[usize::from(number.is_multiple_of(2))];
    let (order, payment) = if std::env::var_os("SPREAD").is_some() {
        // As random ids are: each lies in another page of a table.
        let spread = |odd: u64| id(number.wrapping_mul(odd) & 0xFFFF_FFFF_FFFF);
        (spread(0x79B9_7F4A_7C15), spread(0x4A32_D192_ED03))
    } else {
        // As ids are that begin with the time.
        (id(number), id(0x8000_0000_0000 | number))
    };
    execute(app, "RegisterToConference", registration(&order, &[(seat_type, 1)]));
    execute(app, "AssignRegistrantDetails", details(&order, &ANNA));
    let pay = json!({ "paymentId": payment, "orderId": order });
    execute(app, "InitiateThirdPartyProcessorPayment", pay);
    execute(app, "CompleteThirdPartyProcessorPayment", json!({ "paymentId": payment }));
    execute(app, "AssignSeat", assignment(&order, 0, &ANNA));
}

fn tell(what: &str, mut times: Vec<Duration>, took: Duration) {
    times.sort();
    let at = |part: usize| {
        let place = (times.len() * part / 1_000).min(times.len().saturating_sub(1));
        times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    };
    println!(
        "{what}: {:.0}/s, p50 {:.1} ms, p99 {:.1} ms, p99.9 {:.1} ms, longest {:.1} ms",
        rate(i64::try_from(times.len()).unwrap_or(0), took),
        at(500),
        at(990),
        at(999),
        at(1_000)
    );
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn rate(count: i64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64().max(0.001)
}

/// What this process has used so far. On a busy machine it tells more than the clock.
fn processor_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    // utime and stime, in hundredths of a second.
    let ticks =
        after_name.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<u64>().ok());
    Duration::from_millis(ticks.sum::<u64>() * 10)
}

/// The most that was resident so far, and now.
fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let lines =
        status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS"));
    lines
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join(", ")
}
