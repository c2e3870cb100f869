//! Data folders: fresh ones, and filled ones, which are made once through the API and kept.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use app::{App, ClockChoice, MIGRATIONS, OpenOptions, Opening};
use event_store::LOCK_FILE;
use read_models::READ_MODELS;
use tempfile::TempDir;

use crate::{
    Outcome,
    callers::{InProcess, drive},
    venue::{EVENTS, Venue},
};

/// Rises when filled folders are filled in another way.
const FILLING: u32 = 1;
/// Callers while a folder is filled.
const CALLERS: usize = 64;
/// Purchases that are prepared at once.
const AT_ONCE: u64 = 2_000;

/// Attendees of the largest conference of a long log.
pub const MANY_ATTENDEES: u64 = 50_000;
/// Attendees of its second conference.
pub const FEWER_ATTENDEES: u64 = 10_000;

/// Opens the application on a folder, as a rehearsal's: nothing else differs from a real one.
///
/// # Errors
/// The folder cannot be used.
pub fn open(folder: &Path) -> Outcome<App> {
    Ok(App::open(OpenOptions {
        folder: folder.to_owned(),
        opening: Opening::Sandbox,
        clock: ClockChoice::System,
        codes: None,
    })?)
}

/// An application on a folder of its own, which goes when this goes.
pub struct Stage {
    /// The application.
    pub app: App,
    /// There until it is closed.
    folder: Option<TempDir>,
}

impl Stage {
    /// On an empty folder with one conference.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn new(disk: &Path) -> Outcome<Self> {
        let stage = Self::on(tempfile::tempdir_in(disk)?)?;
        Venue::number(0).open(&stage.app)?;
        Ok(stage)
    }

    /// On that folder.
    ///
    /// # Errors
    /// The folder cannot be used.
    pub fn on(folder: TempDir) -> Outcome<Self> {
        Ok(Self { app: open(folder.path())?, folder: Some(folder) })
    }

    /// Closes the application and answers its folder.
    ///
    /// # Errors
    /// The database cannot be put to rest.
    pub fn closed(mut self) -> Outcome<TempDir> {
        self.app.close()?;
        self.folder.take().ok_or_else(|| "it was closed before".into())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // The folder goes with it, so nothing can be lost.
        let _ = self.app.close();
    }
}

/// A copy of a folder that nobody has open.
///
/// # Errors
/// It cannot be read, or the disk is full.
pub fn copy(folder: &Path, disk: &Path) -> Outcome<TempDir> {
    let copy = tempfile::tempdir_in(disk)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() != LOCK_FILE && entry.file_type()?.is_file() {
            fs::copy(entry.path(), copy.path().join(entry.file_name()))?;
        }
    }
    Ok(copy)
}

/// How many purchases the conferences of a filled folder have, by the number of the conference.
/// The last one is where the sale goes on.
pub fn parts(events: u64) -> Vec<u64> {
    let purchases = events.div_ceil(EVENTS);
    let large = [MANY_ATTENDEES, FEWER_ATTENDEES];
    let sold: u64 = large.iter().sum();
    if purchases <= sold { vec![purchases] } else { [&large[..], &[purchases - sold]].concat() }
}

/// The conference of a filled folder where the sale goes on.
pub fn selling(events: u64) -> Venue {
    let last = parts(events).len() - 1;
    Venue::number(u32::try_from(last).unwrap_or(0))
}

/// A folder with so many events, of purchases alone. It is made through the API, which takes a
/// while, and is kept below `disk` for the next time.
///
/// # Errors
/// The application refuses, or the disk is full.
pub fn filled(disk: &Path, events: u64) -> Outcome<PathBuf> {
    let folder = disk.join(format!("filled-{:016x}-{events}", form()));
    if folder.is_dir() {
        return Ok(folder);
    }
    let unfinished = folder.with_extension("new");
    if unfinished.is_dir() {
        fs::remove_dir_all(&unfinished)?;
    }
    fs::create_dir_all(&unfinished)?;
    eprintln!("bench: making a folder of {events} events; it is kept in {}", disk.display());
    let app = open(&unfinished)?;
    let filled = fill(&app, events);
    app.close()?;
    filled?;
    fs::rename(&unfinished, &folder)?;
    Ok(folder)
}

fn fill(app: &App, events: u64) -> Outcome {
    let mut random = fastrand::Rng::with_seed(events);
    for (number, purchases) in (0..).zip(parts(events)) {
        let venue = Venue::number(number);
        venue.open(app)?;
        let mut left = purchases;
        while 0 < left {
            let now = left.min(AT_ONCE);
            drive(&mut InProcess::new(app), venue.purchases(now, &mut random), CALLERS)?;
            left -= now;
        }
    }
    Ok(())
}

/// Stands for what a filled folder looks like inside.
fn form() -> u64 {
    let mut hasher = DefaultHasher::new();
    (FILLING, MIGRATIONS).hash(&mut hasher);
    for model in READ_MODELS {
        (model.name, model.version, model.schema).hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_log_has_two_large_conferences_and_goes_on_in_a_third() {
        assert_eq!(parts(1_000), [91]);
        assert_eq!(parts(1_000_000), [50_000, 10_000, 30_910]);
        assert_eq!(selling(1_000_000), Venue::number(2));
    }
}
