//! Verifying: the log in itself, everything that follows from it, and the file.
//!
//! It changes nothing. On a folder that is in use it disturbs nobody for long: the chain is walked
//! and the log folded in steps, and one state of the database is held only to compare tables.

use std::time::Instant;

use event_store::{
    ChainWalk, Inspection, PersonKeys, WitnessSays, check_commands, check_pages, check_snapshots,
    quarantined,
};
use read_models::READ_MODELS;
use rusqlite::Connection;

use crate::{
    compare::{self, Difference},
    fold::{Fresh, STATE_TABLES},
    handlers::PROCESSOR_TIMEOUT,
    replay::Unreadable,
    wire::health::{self, Phase, SetAside, Verification, Witnessed},
};

/// Events between two words about progress.
const STEP: i64 = 4_096;

/// Why tables wait until the log is mended.
const DAMAGED_LOG: &str = "the log is damaged, and what follows from it cannot be told";

/// What is verified.
pub struct Subject<'a> {
    /// A reader of the database.
    pub log: &'a Connection,
    /// How SQLite is told to read the database once more.
    pub address: &'a str,
    /// The keys of the persons, or why they cannot be used.
    pub keys: Result<&'a PersonKeys, &'a str>,
    /// What the witness says; none while it follows the log.
    pub witness: Option<WitnessSays>,
}

/// How far verifying is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What is being done.
    pub phase: Phase,
    /// Events done in it.
    pub done: i64,
    /// Events in all.
    pub total: i64,
}

/// Hears how far it is; stops it by answering `false`.
pub type Progress<'p> = dyn FnMut(Step) -> bool + 'p;

/// Verifies a folder that nobody else uses.
///
/// # Errors
/// The database cannot even be asked. What is wrong with it is in the answer.
pub fn verify_folder(
    inspection: &Inspection,
    progress: &mut Progress<'_>,
) -> Result<Option<Verification>, Unreadable> {
    let address = inspection.address();
    let subject = Subject {
        log: inspection.connection(),
        address: &address,
        keys: inspection.keys(),
        witness: Some(inspection.witness()?),
    };
    verify(&subject, progress)
}

/// Verifies. Nothing if `progress` stopped it.
///
/// # Errors
/// The database cannot even be asked. What is wrong with it is in the answer.
pub fn verify(
    subject: &Subject<'_>,
    progress: &mut Progress<'_>,
) -> Result<Option<Verification>, Unreadable> {
    let began = Instant::now();
    let Some(mut verification) = chain(subject, progress)? else { return Ok(None) };
    let total = verification.last_position;
    let compare = |keys| tables(subject.address, keys, &mut verification, total, progress);
    match subject.keys.map(compare) {
        Ok(Ok(true)) => {}
        Ok(Ok(false)) => return Ok(None),
        Ok(Err(_)) if 0 < verification.fault_count => {
            verification.not_compared = Some(DAMAGED_LOG.to_owned());
        }
        Ok(Err(error)) => verification.not_compared = Some(error.to_string()),
        Err(reason) => verification.not_compared = Some(reason.to_owned()),
    }
    if !progress(Step { phase: Phase::File, done: 0, total }) {
        return Ok(None);
    }
    verification.pages = check_pages(subject.log).unwrap_or_else(|error| vec![error.to_string()]);
    verification.seconds = began.elapsed().as_secs_f64();
    verification.sound = is_sound(&verification);
    Ok(Some(verification))
}

fn is_sound(found: &Verification) -> bool {
    let witness_agrees =
        found.witness.as_ref().is_none_or(|witness| !witness.says.is_against_the_log());
    found.fault_count == 0
        && witness_agrees
        && found.not_compared.is_none()
        && found.tables.is_empty()
        && found.commands.is_empty()
        && found.snapshots.is_empty()
        && found.pages.is_empty()
}

fn chain(
    subject: &Subject<'_>,
    progress: &mut Progress<'_>,
) -> Result<Option<Verification>, Unreadable> {
    let total = event_store::last_position(subject.log)?;
    let mut walk = ChainWalk::begin(subject.log, 0)?;
    let step = usize::try_from(STEP).unwrap_or(usize::MAX);
    while walk.step(subject.log, step) {
        if !progress(Step { phase: Phase::Chain, done: walk.position().min(total), total }) {
            return Ok(None);
        }
    }
    let report = walk.finish(subject.log);
    Ok(Some(Verification {
        events: report.events,
        last_position: report.last_position,
        faults: report.faults.iter().map(health::Fault::from).collect(),
        fault_count: report.fault_count,
        witness: subject.witness.as_ref().map(Witnessed::from),
        ..Verification::default()
    }))
}

/// Says whether it was carried to the end.
fn tables(
    address: &str,
    keys: &PersonKeys,
    verification: &mut Verification,
    total: i64,
    progress: &mut Progress<'_>,
) -> Result<bool, Unreadable> {
    let mut fresh = Fresh::new(address, keys)?;
    let mut tell =
        |done: i64| progress(Step { phase: Phase::Tables, done: done.min(total), total });
    while fresh.position() + STEP < total {
        fresh.hold()?;
        fresh.follow(fresh.position() + STEP)?;
        fresh.let_go()?;
        if !tell(fresh.position()) {
            return Ok(false);
        }
    }
    // What is left of the log and all tables are those of one moment.
    fresh.hold()?;
    fresh.follow(fresh.log_ends()?)?;
    for table in READ_MODELS.iter().map(|model| model.table).chain(STATE_TABLES) {
        verification.tables.extend(compare::difference(fresh.connection(), table)?);
        if !tell(total) {
            return Ok(false);
        }
    }
    let live = fresh.connection();
    verification.tables.extend(compare::process_difference(live)?);
    verification.tables.extend(compare::timeout_difference(live, PROCESSOR_TIMEOUT)?);
    verification.commands = check_commands(live)?.into_iter().map(health::Wrong::from).collect();
    verification.snapshots = check_snapshots(live)?.into_iter().map(health::Wrong::from).collect();
    let noted = quarantined(live)?;
    verification.quarantine = set_aside(&fresh, noted)?;
    fresh.let_go()?;
    Ok(true)
}

/// Events that are not understood: those that were noted, and those that this fold met.
fn set_aside(
    fresh: &Fresh,
    noted: Vec<event_store::Quarantined>,
) -> rusqlite::Result<Vec<SetAside>> {
    let mut all: Vec<SetAside> = Vec::new();
    for event in noted {
        let type_name = type_at(fresh.connection(), event.position)?;
        all.push(SetAside { position: event.position, type_name, reason: event.reason });
    }
    for event in &fresh.left_out {
        if !all.iter().any(|known| known.position == event.position) {
            all.push(SetAside {
                position: event.position,
                type_name: event.type_name.clone(),
                reason: event.reason.clone(),
            });
        }
    }
    all.sort_by_key(|event| event.position);
    Ok(all)
}

/// The stored name of an event; empty if there is no such event.
pub fn type_at(log: &Connection, position: i64) -> rusqlite::Result<String> {
    use rusqlite::OptionalExtension as _;
    let sql = "SELECT types.name FROM events JOIN types ON types.id = events.type_id
               WHERE events.position = ?1";
    let name = log.prepare_cached(sql)?.query_row([position], |row| row.get(0)).optional()?;
    Ok(name.unwrap_or_default())
}

/// Compares every read model and state table with a fresh fold, and the processes and timeouts.
///
/// # Errors
/// The log cannot be read.
pub fn compare_tables(
    log: &Connection,
    address: &str,
    keys: &PersonKeys,
) -> Result<Vec<Difference>, Unreadable> {
    let mut verification = Verification::default();
    let total = event_store::last_position(log)?;
    tables(address, keys, &mut verification, total, &mut |_| true)?;
    Ok(verification.tables)
}
