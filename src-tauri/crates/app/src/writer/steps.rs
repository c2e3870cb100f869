//! One unit of work as a step of an open transaction.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

use event_store::{Store, say};

use crate::{
    error::AppError,
    health::DiskFault,
    unit::{Memory, Occasion, Unit},
};

/// Runs a unit of work: all of it, or none of it and memory as before.
///
/// # Errors
/// What the work answers; the disk's fault if the whole transaction is lost.
pub fn in_savepoint<T>(
    store: &mut Store,
    memory: &mut Memory,
    moved: &mut BTreeSet<&'static str>,
    occasion: Occasion<'_>,
    work: impl FnOnce(&mut Unit<'_>) -> Result<T, AppError>,
) -> Result<T, AppError> {
    store.savepoint()?;
    let codes = memory.codes;
    let mut unit = Unit::new(store, memory, moved, occasion);
    let done = caught(&mut unit, work);
    match done.and_then(|done| unit.store.release().map(|()| done).map_err(Into::into)) {
        Ok(done) => Ok(done),
        Err(error) => {
            let undone = unit.store.rollback_to();
            unit.memory.codes = codes;
            unit.forget();
            match undone {
                Ok(()) => Err(error),
                Err(_) => Err(of_lost_transaction(error)),
            }
        }
    }
}

/// A unit of work that failed without a savepoint.
pub struct Failed {
    /// Why.
    pub error: AppError,
    /// It has written nothing, and memory is as before. Otherwise the transaction must go back as
    /// a whole, and all memory with it.
    pub is_untouched: bool,
}

/// Runs a unit of work without a savepoint.
///
/// # Errors
/// What the work answers; the disk's fault if the whole transaction is lost.
pub fn in_the_open<T>(
    store: &mut Store,
    memory: &mut Memory,
    moved: &mut BTreeSet<&'static str>,
    occasion: Occasion<'_>,
    work: impl FnOnce(&mut Unit<'_>) -> Result<T, AppError>,
) -> Result<T, Failed> {
    let step = match store.step() {
        Ok(step) => step,
        Err(error) => return Err(Failed { error: error.into(), is_untouched: false }),
    };
    let codes = memory.codes;
    let mut unit = Unit::new(store, memory, moved, occasion);
    let done = caught(&mut unit, work);
    match done.and_then(|done| unit.store.check_open().map(|()| done).map_err(Into::into)) {
        Ok(done) => Ok(done),
        Err(error) => {
            let is_untouched = unit.store.is_untouched_since(step);
            let is_lost = unit.connection().is_autocommit();
            unit.memory.codes = codes;
            unit.forget();
            let error = if is_lost { of_lost_transaction(error) } else { error };
            Err(Failed { error, is_untouched })
        }
    }
}

/// A panic in one command must not end the writer, and with it every other command.
fn caught<T>(
    unit: &mut Unit<'_>,
    work: impl FnOnce(&mut Unit<'_>) -> Result<T, AppError>,
) -> Result<T, AppError> {
    catch_unwind(AssertUnwindSafe(|| work(unit))).unwrap_or_else(|_| {
        unit.memory.clear();
        Err(AppError::broken("a command panicked"))
    })
}

/// There is nothing to go back to where SQLite gave up the whole transaction, as it does after an
/// error of the disk, even of a read. The others in it are lost as well, so it is the disk's fault
/// whatever it was called on the way here.
fn of_lost_transaction(error: AppError) -> AppError {
    if DiskFault::of_refusal(&error).is_some() {
        return error;
    }
    say!("lanyard: the transaction was lost: {error}");
    DiskFault::Failed.refusal()
}
