//! The work that somebody asked for.

use std::{sync::atomic::Ordering, time::Instant};

use super::Inner;
use crate::{
    error::AppError,
    fold,
    rebuild::{Outcome, Progress},
    verification::{self, Step, Subject},
    wire::health::{RebuildPhase, TaskState, Verification},
};

/// Verifies everything.
pub fn verify(inner: &Inner) {
    let mut progress = |step: Step| {
        let mut state = inner.state();
        state.verification.phase = Some(step.phase);
        (state.verification.done, state.verification.total) = (step.done, step.total);
        drop(state);
        inner.tell();
        !inner.is_closing() && !inner.stop_verification.load(Ordering::Acquire)
    };
    let ended = look(inner, &mut progress);
    let mut state = inner.state();
    state.verification.phase = None;
    state.verification.ended_at = Some(inner.clock.now());
    match ended {
        Ok(Some(found)) => {
            state.verification.state = TaskState::Done;
            state.verification.found = Some(found);
        }
        Ok(None) => state.verification.state = TaskState::Stopped,
        Err(error) => {
            state.verification.state = TaskState::Failed;
            state.verification.reason = Some(error.to_string());
        }
    }
    drop(state);
    inner.tell_at_once();
}

fn look(
    inner: &Inner,
    progress: &mut verification::Progress<'_>,
) -> Result<Option<Verification>, AppError> {
    let address = inner.address();
    let log = fold::look_at(&address)?;
    let subject = Subject { log: &log, address: &address, keys: Ok(&inner.keys), witness: None };
    Ok(verification::verify(&subject, progress)?)
}

/// Rebuilds the read models.
///
/// # Errors
/// `Broken`: the old tables are as they were.
pub fn rebuild(
    inner: &Inner,
    resume: bool,
    mut watch: impl FnMut(Progress) -> bool,
) -> Result<Outcome, AppError> {
    let closing = || AppError::new("Busy", "the application is closing");
    let means = inner.rebuild_means().ok_or_else(closing)?;
    let began = Instant::now();
    let mut first: Option<i64> = None;
    let mut progress = |progress: Progress| {
        let mut state = inner.state();
        state.rebuild.phase = Some(progress.phase);
        (state.rebuild.done, state.rebuild.total) = (progress.done, progress.total);
        if progress.phase == RebuildPhase::Replay {
            let since = progress.done - *first.get_or_insert(progress.done);
            state.rebuild.events_per_second = rate(since, began);
        }
        drop(state);
        inner.tell();
        watch(progress) && !inner.is_closing() && !inner.stop_rebuild.load(Ordering::Acquire)
    };
    let ended = means.run(resume, &mut progress);
    let mut state = inner.state();
    state.rebuild.phase = None;
    state.rebuild.ended_at = Some(inner.clock.now());
    match &ended {
        Ok(Outcome::Done) => state.rebuild.state = TaskState::Done,
        Ok(Outcome::Stopped) => state.rebuild.state = TaskState::Stopped,
        Err(error) => {
            state.rebuild.state = TaskState::Failed;
            state.rebuild.reason = Some(error.to_string());
        }
    }
    // One that is done has left nothing.
    if state.erased_meanwhile && ended != Ok(Outcome::Done) {
        inner.discard_rebuild();
    }
    drop(state);
    inner.tell_at_once();
    ended
}

/// Events a second, to one place after the point.
#[expect(clippy::cast_precision_loss, reason = "a log has fewer than 2^53 events")]
fn rate(events: i64, began: Instant) -> f64 {
    let rate = events as f64 / began.elapsed().as_secs_f64().max(0.001);
    (rate * 10.0).round() / 10.0
}
