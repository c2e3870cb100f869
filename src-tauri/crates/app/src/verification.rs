//! Verifying: the log in itself, everything that follows from it, and the file.
//!
//! It changes nothing. On a folder that is in use it disturbs nobody for long: the chain is walked
//! and the log folded in steps, and one state of the database is held only to compare tables.

use std::time::Instant;

use event_store::{
    ChainWalk, Inspection, PersonKeys, Quarantined, WitnessSays, Wrong, check_commands,
    check_pages, check_snapshots, end_of_log, quarantined,
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
    /// What the witness says; none while it follows the log, or where it cannot be told.
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
    // Where the end of the log is damaged it cannot be held against it; the walk tells that.
    let witness = inspection.witness();
    let address = inspection.address();
    let subject = Subject {
        log: inspection.connection(),
        address: &address,
        keys: inspection.keys(),
        witness: witness.as_ref().ok().cloned(),
    };
    let mut verified = verify(&subject, progress)?;
    if let (Some(found), Err(error)) = (&mut verified, witness)
        && found.sound
    {
        // It could not be read just then.
        found.sound = false;
        found.not_compared = Some(format!("the witness file: {error}"));
    }
    Ok(verified)
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
        Ok(Err(error)) if 0 < verification.fault_count => {
            verification.not_compared = Some(format!("{DAMAGED_LOG}: {error}"));
        }
        Ok(Err(error)) => verification.not_compared = Some(error.to_string()),
        Err(reason) => verification.not_compared = Some(reason.to_owned()),
    }
    beside_the_log(subject.log, &mut verification);
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
    let total = end_of_log(subject.log).unwrap_or_default();
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
    fresh.let_go()?;
    let left_out = fresh.left_out.into_iter().map(|event| SetAside {
        position: event.position,
        type_name: event.type_name,
        reason: event.reason,
    });
    verification.quarantine.extend(left_out);
    Ok(true)
}

/// Checks what is stored beside the log and tells no names: accepted commands, snapshots, and the
/// events that were noted as not understood.
fn beside_the_log(log: &Connection, verification: &mut Verification) {
    let told = |checked: rusqlite::Result<Vec<Wrong>>| match checked {
        Ok(wrong) => wrong.into_iter().map(health::Wrong::from).collect(),
        Err(error) => vec![health::Wrong { key: "all".to_owned(), what: error.to_string() }],
    };
    verification.commands = told(check_commands(log));
    verification.snapshots = told(check_snapshots(log));
    // A damaged page of it is told by SQLite's own check.
    let _ = noted_as_unknown(log, &mut verification.quarantine);
}

fn noted_as_unknown(log: &Connection, all: &mut Vec<SetAside>) -> rusqlite::Result<()> {
    for Quarantined { position, reason } in quarantined(log)? {
        // What was noted stands for what the fold met.
        all.retain(|met| met.position != position);
        all.push(SetAside { position, type_name: type_at(log, position)?, reason });
    }
    all.sort_by_key(|event| event.position);
    Ok(())
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
