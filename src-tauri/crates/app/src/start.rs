//! Opening a data folder, and finishing what was left when it was closed or torn away.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    thread::{self, JoinHandle},
};

use crossbeam_channel::{Sender, bounded};
use event_store::{
    DataFolder, DeviceId, Mode, OpenError, Opening, Store, StoreError, for_each, identities,
    require_database, say, set_witness_aside,
};
use kernel::{Recorded, Timestamp};
use read_models::{Fact, READ_MODELS, ReadModel};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    app::{App, Shared},
    backup::{Backups, ErasedList, FOLDER_SETTING},
    care::{Care, Means},
    clock::{Clock, computers_clock},
    error::AppError,
    faults::Guard,
    health::{DiskFault, Health},
    ids::Codes,
    look,
    metrics::Counters,
    readers::Readers,
    rebuild,
    replay::{Unreadable, decode},
    role::Caller,
    settings,
    throttles::{self, Throttles},
    tokens::Secrets,
    unit::{Memory, Occasion},
    views::{self, Progress},
    writer::{Job, Moved, Writer, in_savepoint},
};

/// Commands that may wait for the writer; whoever comes then waits to be let in.
const QUEUE: usize = 1_024;

/// What moved is kept for a window that is busy; where there is none, no more than this is kept.
const MOVES: usize = 1_024;

/// Which clock there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClockChoice {
    /// The computer's.
    #[default]
    System,
    /// One that stands still until it is advanced; only for a sandbox or a demo.
    Manual {
        /// Where it stands; where it stood last, or now, if this is absent.
        start: Option<Timestamp>,
    },
}

/// What to open, and how.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The data folder.
    pub folder: PathBuf,
    /// What it is wanted for.
    pub opening: Opening,
    /// Which clock.
    pub clock: ClockChoice,
    /// Makes the access codes follow from a seed, for a sample that is the same every time; the
    /// operating system's randomness if this is absent.
    pub codes: Option<u64>,
}

/// Why the application does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be used.
    #[error(transparent)]
    Folder(#[from] OpenError),
    /// A stopped clock on real data.
    #[error("the clock can be stopped only for a sandbox or a demo; leave out --clock manual")]
    ClockOfRealData,
    /// The disk did not do what was left to be done.
    #[error("the data cannot be brought up to date: {0}")]
    Disk(AppError),
    /// The log cannot be read or followed.
    #[error("the data cannot be read: {0}")]
    Unreadable(String),
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        AppError::from(error).into()
    }
}

impl From<rusqlite::Error> for StartError {
    fn from(error: rusqlite::Error) -> Self {
        AppError::from(error).into()
    }
}

impl From<Unreadable> for StartError {
    fn from(error: Unreadable) -> Self {
        match error {
            Unreadable::Sqlite(error) => error.into(),
            Unreadable::Store(error) => error.into(),
            other => Self::Unreadable(other.to_string()),
        }
    }
}

impl From<AppError> for StartError {
    fn from(error: AppError) -> Self {
        match DiskFault::of_refusal(&error) {
            // Nobody waits for an answer: what was left to be done is left to the next start.
            Some(fault) if DiskFault::leaves_outcome_unknown(&error) => Self::Disk(fault.refusal()),
            Some(_) => Self::Disk(error),
            None => Self::Unreadable(error.to_string()),
        }
    }
}

/// What an application is opened for.
enum Purpose {
    /// To work with. Damage among the newest events is refused.
    Work,
    /// To look at a copy, which goes when the application closes.
    Look(TempDir),
}

impl App {
    /// Opens a data folder and starts the writer. What was left is finished first: read models of
    /// an older version, reactions that never ran, timeouts that fell due meanwhile.
    ///
    /// # Errors
    /// The folder cannot be used or read; nothing was changed then.
    pub fn open(options: OpenOptions) -> Result<Self, StartError> {
        let shown = options.folder.clone();
        open(options, shown, Purpose::Work)
    }

    /// Opens a copy of a data folder to look at: queries are answered, and every command is refused
    /// with `BusyStorageReadOnly`. The folder itself is not written to. Nothing falls due meanwhile.
    ///
    /// # Errors
    /// It cannot be copied, or not even the copy can be used.
    pub fn open_to_look(options: OpenOptions) -> Result<Self, StartError> {
        let shown = options.folder;
        let copy = look::copy_of(&shown)?;
        let (folder, opening) = (copy.path().to_owned(), Opening::ExistingOrReal);
        open(OpenOptions { folder, opening, ..options }, shown, Purpose::Look(copy))
    }
}

/// Lets the next start go on with the log as it is, though the witness has seen another one: events
/// that somebody was told of are given up. The witness is kept beside it under a name with the
/// moment in it, which is answered.
///
/// # Errors
/// The folder is in use, or cannot be written.
pub fn go_on_without_witness(options: &OpenOptions) -> Result<PathBuf, OpenError> {
    let folder = DataFolder::open(&options.folder, options.opening)?;
    let aside = set_witness_aside(&folder, computers_clock())?;
    say!(
        "lanyard: {} goes on without the events that its witness knows of; the witness is kept as {}",
        folder.path().display(),
        aside.display()
    );
    Ok(aside)
}

fn open(options: OpenOptions, shown: PathBuf, purpose: Purpose) -> Result<App, StartError> {
    let folder = folder(&options)?;
    let mut store = store(&folder, &purpose)?;
    let clock = clock(&mut store, options.clock)?;
    let secrets = Secrets::of(store.keys());
    let wrong_codes = settings::find(store.connection(), throttles::SETTING)?;
    rebuild::drop_leftovers(store.connection())?;
    rebuild::discard_if_older_than_an_erasure(folder.path(), store.connection())?;
    bring_views_up(&mut store, |_| true)?;
    let position = Arc::new(AtomicI64::new(store.last_position()));
    let (moved, moves) = bounded(MOVES);
    let counters = Arc::new(Counters::default());
    let keys = store.keys().clone();
    let backups = backups(&store, &folder, &clock, &position, &moved)?;
    let readers = Readers::open(&folder)?;
    let health = Arc::new(health(&purpose));
    let writer = Writer {
        store,
        memory: Memory::with_codes(Codes::new(options.codes)),
        clock: clock.clone(),
        secrets: secrets.clone(),
        position: Arc::clone(&position),
        moved: moved.clone(),
        counters: Arc::clone(&counters),
        // The process may have been killed between an erasure and the emptying.
        wal_to_empty: true,
        erased: ErasedList::of(folder.path()),
        erased_to_note: true,
        guard: Guard::new(Arc::clone(&folder), readers.clone(), Arc::clone(&health)),
        clock_was_off: false,
    };
    let writer = writer.finish_what_was_left()?;
    let (jobs, thread) = set_to_work(writer)?;
    let care = Care::new(Means {
        folder: folder.path().to_owned(),
        keys: keys.clone(),
        jobs: jobs.clone(),
        position: Arc::clone(&position),
        moved: moved.clone(),
        clock: clock.clone(),
    });
    let copy = if let Purpose::Look(copy) = purpose { Some(copy) } else { None };
    Ok(App::new(Shared {
        throttles: Throttles::from_setting(wrong_codes.as_deref()),
        jobs,
        thread,
        readers,
        keys,
        clock,
        secrets,
        position,
        counters,
        moves,
        backups,
        care,
        moved,
        health,
        folder,
        shown,
        copy,
    }))
}

fn folder(options: &OpenOptions) -> Result<Arc<DataFolder>, StartError> {
    let is_new = matches!(require_database(&options.folder), Err(OpenError::Missing { .. }));
    if is_new && options.clock != ClockChoice::System && options.opening == Opening::ExistingOrReal
    {
        // Before a folder is made for it.
        return Err(StartError::ClockOfRealData);
    }
    let folder = DataFolder::open(&options.folder, options.opening)?;
    if options.clock != ClockChoice::System && folder.mode() == Mode::Real {
        return Err(StartError::ClockOfRealData);
    }
    Ok(Arc::new(folder))
}

fn store(folder: &DataFolder, purpose: &Purpose) -> Result<Store, StartError> {
    Ok(match purpose {
        Purpose::Work => Store::open_whole(folder, crate::MIGRATIONS, None)?,
        Purpose::Look(_) => Store::open(folder, crate::MIGRATIONS, None)?,
    })
}

fn health(purpose: &Purpose) -> Health {
    match purpose {
        Purpose::Look(_) => Health::to_look_only(),
        Purpose::Work => Health::default(),
    }
}

fn backups(
    store: &Store,
    folder: &DataFolder,
    clock: &Clock,
    position: &Arc<AtomicI64>,
    moved: &Sender<Moved>,
) -> Result<Backups, StartError> {
    let to = settings::find(store.connection(), FOLDER_SETTING)?;
    let devices = identities(store.connection())?.iter().map(DeviceId::to_string).collect();
    let (clock, position) = (clock.clone(), Arc::clone(position));
    Ok(Backups::new(folder.path(), devices, to, clock, position, moved.clone()))
}

/// Ends with how the database was closed.
type WriterThread = JoinHandle<Result<(), StoreError>>;

fn set_to_work(writer: Writer) -> Result<(Sender<Job>, WriterThread), StartError> {
    let (jobs, waiting) = bounded(QUEUE);
    let thread = thread::Builder::new()
        .name("writer".to_owned())
        .spawn(move || writer.run(&waiting))
        .map_err(|error| StartError::Unreadable(error.to_string()))?;
    Ok((jobs, thread))
}

fn clock(store: &mut Store, choice: ClockChoice) -> Result<Clock, StartError> {
    let ClockChoice::Manual { start } = choice else {
        let kept = settings::find_anchor(store.connection())?;
        let clock = Clock::starting(kept, store.last_moment());
        if let Clock::System(anchor) = &clock {
            store.begin()?;
            settings::keep_anchor(store.connection(), anchor)?;
            store.commit()?;
        }
        return Ok(clock);
    };
    let stood_at = settings::find_clock(store.connection())?;
    let stands = stood_at.unwrap_or_else(computers_clock);
    // What was stored by a clock that runs is not followed by what is older. The log's own clock
    // counts in milliseconds.
    let last = store.last_moment();
    let is_behind = stands.micros() + 1_000 < last.micros();
    let moment = start.unwrap_or(if is_behind { last } else { stands });
    store.begin()?;
    settings::keep_clock(store.connection(), moment)?;
    store.commit()?;
    Ok(Clock::standing_at(moment))
}

/// Rebuilds the read models that are missing or of another version. All of them while events wait to
/// be followed: one read model looks into the table of another, and has to find it as far as itself.
fn bring_views_up(
    store: &mut Store,
    progress: impl FnMut(Progress) -> bool,
) -> Result<(), StartError> {
    let mut outdated = views::outdated(store)?;
    if outdated.is_empty() {
        return Ok(());
    }
    if followed(store)? < store.last_position() {
        outdated = READ_MODELS.iter().collect();
    }
    views::rebuild(store, &outdated, progress)?;
    Ok(())
}

/// The last event that had its projections and reactions.
fn followed(store: &Store) -> Result<i64, StartError> {
    let followed = store.checkpoint_of(settings::FOLLOWED)?;
    Ok(followed.map_or(0, |checkpoint| checkpoint.position))
}

impl Writer {
    /// Lets every event after the last one that was followed have its projections and reactions,
    /// and fires what is overdue.
    fn finish_what_was_left(mut self) -> Result<Self, StartError> {
        let followed = followed(&self.store)?;
        let last = self.store.last_position();
        if followed < last {
            self.follow(followed, last)?;
        }
        if self.is_storing() {
            self.fire(self.clock.now())?;
        }
        self.position.store(self.store.last_position(), Ordering::Release);
        Ok(self)
    }

    fn follow(&mut self, after: i64, until: i64) -> Result<(), StartError> {
        let mut left = Vec::new();
        let mut unknown = Vec::new();
        let keys = self.store.keys().clone();
        for_each(self.store.connection(), after, until, |stored| {
            match decode(stored, self.store.connection(), &keys) {
                Ok(fact) => left.push((fact, stored.correlation_id)),
                Err(Unreadable::Event { position, source }) => {
                    unknown.push((position, source.to_string()));
                }
                Err(other) => return Err(other),
            }
            Ok::<(), Unreadable>(())
        })?;
        self.store.begin()?;
        for (fact, correlation) in left {
            let position = fact.position;
            match self.follow_one(fact, correlation) {
                Ok(()) => {}
                // What the disk did not give is no fault of the event.
                Err(error @ StartError::Disk(_)) => return Err(error),
                Err(error) => unknown.push((position, error.to_string())),
            }
        }
        // What cannot be followed is kept and named, and the rest goes on.
        for (position, reason) in unknown {
            say!("lanyard: event {position} is set aside: {reason}");
            self.store.quarantine(position, &reason)?;
        }
        settings::note_position(&self.store)?;
        self.store.commit()?;
        Ok(())
    }

    fn follow_one(&mut self, fact: Recorded<Fact>, correlation: Uuid) -> Result<(), StartError> {
        let occasion = Occasion {
            command_id: fact.command_id,
            caller: Caller::program(),
            at: self.clock.now(),
            secrets: &self.secrets,
        };
        let models = self.models_without(fact.position)?;
        let mut moved = std::collections::BTreeSet::new();
        in_savepoint(&mut self.store, &mut self.memory, &mut moved, occasion, |unit| {
            for model in models {
                (model.project)(unit.connection(), &fact)?;
            }
            unit.resume(fact, correlation);
            unit.react()
        })?;
        Ok(())
    }

    /// The read models that no rebuild has shown the event already.
    fn models_without(&self, position: i64) -> Result<Vec<&'static ReadModel>, StartError> {
        let mut models = Vec::new();
        for model in READ_MODELS {
            let checkpoint = self.store.checkpoint_of(model.name)?;
            if checkpoint.is_none_or(|checkpoint| checkpoint.position < position) {
                models.push(model);
            }
        }
        Ok(models)
    }
}
