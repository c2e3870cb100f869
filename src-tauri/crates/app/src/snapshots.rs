//! Snapshots of aggregates whose streams grow with every order, so that reading one again does not
//! grow with them. They are a cache: without them the whole stream is folded, to the same state.

use event_store::Store;

use crate::{
    aggregates::{Aggregate, Loaded},
    error::AppError,
};

/// How many events lie between two snapshots of a stream: some ten milliseconds of reading.
const EVERY: i64 = 1_000;

/// The snapshot of a stream, if there is one that this code made of this history.
///
/// # Errors
/// `Broken`: the database cannot be read.
pub fn find<A: Aggregate>(store: &Store, stream: &str) -> Result<Option<Loaded<A>>, AppError> {
    let Some(fold) = A::FOLD else { return Ok(None) };
    let Some(snapshot) = store.load_snapshot(stream, fold.as_bytes())? else { return Ok(None) };
    let revision = snapshot.revision;
    Ok(A::of_snapshot(&snapshot.state).map(|state| Loaded { state, revision }))
}

/// Keeps a snapshot where the stream has grown by `EVERY` events. `since` is the revision that was
/// known before.
///
/// # Errors
/// `Broken`: the database cannot be written.
pub fn keep_now_and_then<A: Aggregate>(
    store: &Store,
    stream: &str,
    since: i64,
    loaded: &Loaded<A>,
) -> Result<(), AppError> {
    let Some(fold) = A::FOLD else { return Ok(()) };
    if since / EVERY == loaded.revision / EVERY {
        return Ok(());
    }
    if let Some(state) = loaded.state.to_snapshot() {
        store.save_snapshot(stream, fold.as_bytes(), loaded.revision, &state)?;
    }
    Ok(())
}
