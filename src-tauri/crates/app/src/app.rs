//! The front door.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender};
use event_store::{DATABASE_FILE, DataFolder, Mode, PersonKeys, StoreError, live_address};
use kernel::{CommandId, PaymentId, Timestamp};
use rusqlite::Connection;
use serde_json::{Map, Value, value::RawValue};
use tempfile::TempDir;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::{
    backup::Backups,
    care::{Care, Task},
    clock::Clock,
    command::{Command, read, unknown_method},
    compare::Difference,
    error::AppError,
    health::{Health, StorageState},
    ids::fresh,
    metrics::{Counters, Metrics},
    persons::Search,
    queries::{self, Shown},
    query::Query,
    readers::Readers,
    rebuild,
    role::{Caller, Role},
    sending::{self, Sending},
    throttles::Throttles,
    tokens::Secrets,
    use_cases::{self, UseCase},
    verification::compare_tables,
    views,
    wire::{answers::Done, commands::AdvanceClock},
    writer::{Answer, Envelope, Job, Moved, Reply},
};

/// How long a query waits for the read side.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// The application on one data folder. Clones share it.
#[derive(Clone)]
pub struct App(Arc<Running>);

struct Running {
    shared: Inner,
    jobs: Mutex<Option<Sender<Job>>>,
    thread: Mutex<Option<JoinHandle<Result<(), StoreError>>>>,
    /// Held until the database is at rest.
    folder: Mutex<Option<Arc<DataFolder>>>,
    /// Deleted last, with everything in it.
    _copy: Option<TempDir>,
}

struct Inner {
    care: Care,
    throttles: Throttles,
    readers: Readers,
    keys: PersonKeys,
    clock: Clock,
    secrets: Secrets,
    position: Arc<AtomicI64>,
    counters: Arc<Counters>,
    moves: Receiver<Moved>,
    backups: Backups,
    sending: Sending,
    health: Arc<Health>,
    path: PathBuf,
    mode: Mode,
}

/// What an application is made of.
pub struct Shared {
    pub(crate) throttles: Throttles,
    pub(crate) jobs: Sender<Job>,
    pub(crate) thread: JoinHandle<Result<(), StoreError>>,
    pub(crate) readers: Readers,
    pub(crate) keys: PersonKeys,
    pub(crate) clock: Clock,
    pub(crate) secrets: Secrets,
    pub(crate) position: Arc<AtomicI64>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) moves: Receiver<Moved>,
    pub(crate) backups: Backups,
    pub(crate) care: Care,
    pub(crate) moved: Sender<Moved>,
    pub(crate) folder: Arc<DataFolder>,
    pub(crate) health: Arc<Health>,
    /// The folder that the person knows; the one that is open may be a copy.
    pub(crate) shown: PathBuf,
    pub(crate) copy: Option<TempDir>,
}

/// A command that may be handed to the writer.
struct Checked {
    command: Command,
    command_id: CommandId,
    may_be_repeat: bool,
    size: usize,
    digest: [u8; 32],
}

/// An answer that is still to come.
pub struct Pending(oneshot::Receiver<Answer>);

impl Pending {
    /// Waits for it.
    ///
    /// # Errors
    /// The command's refusal; `Broken` if the writer is gone.
    pub async fn answer(self) -> Answer {
        self.0.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Waits for it, outside of any runtime.
    ///
    /// # Errors
    /// The command's refusal; `Broken` if the writer is gone.
    pub fn wait(self) -> Answer {
        self.0.blocking_recv().unwrap_or_else(|_| Err(closed()))
    }
}

fn closed() -> AppError {
    AppError::new("Busy", "the application is closing; nothing was stored")
}

impl App {
    pub(crate) fn new(shared: Shared) -> Self {
        let sending = Sending::new(sending::Means {
            readers: shared.readers.clone(),
            jobs: shared.jobs.clone(),
            keys: shared.keys.clone(),
            clock: shared.clock.clone(),
            health: Arc::clone(&shared.health),
            position: Arc::clone(&shared.position),
            moved: shared.moved,
            mode: shared.folder.mode(),
        });
        let inner = Inner {
            care: shared.care,
            throttles: shared.throttles,
            readers: shared.readers,
            keys: shared.keys,
            clock: shared.clock,
            secrets: shared.secrets,
            position: shared.position,
            counters: shared.counters,
            moves: shared.moves,
            backups: shared.backups,
            sending,
            health: shared.health,
            mode: shared.folder.mode(),
            path: shared.shown,
        };
        Self(Arc::new(Running {
            shared: inner,
            jobs: Mutex::new(Some(shared.jobs)),
            thread: Mutex::new(Some(shared.thread)),
            folder: Mutex::new(Some(shared.folder)),
            _copy: shared.copy,
        }))
    }

    /// Hands a command to the writer; `reply` hears the answer after the commit. May wait while
    /// the queue is full.
    ///
    /// `params` may carry `commandId`; one is made where it is absent.
    pub fn submit(&self, caller: Caller, method: &str, params: Value, reply: Reply) {
        match self.check(&caller, method, params) {
            Ok(checked) => {
                let Checked { command, command_id, may_be_repeat, size, digest } = checked;
                let Some(reply) = self.beside_the_writer(&command, command_id, reply) else {
                    return;
                };
                // The writer refuses it as well, but only after the flush that it is waiting for,
                // and that takes its time while something else is filling the disk.
                if let Some(full) = self.health().refusal_if_full_by_now(self.folder()) {
                    return reply(Err(full));
                }
                self.send(Job::Execute(Box::new(Envelope {
                    command: self.look_ahead(command),
                    caller,
                    command_id,
                    may_be_repeat,
                    size,
                    digest,
                    reply,
                })));
            }
            Err(error) => reply(Err(error)),
        }
    }

    /// Carries out what is no part of the log, backups, test mails and background work, and answers
    /// it. Gives the reply back for everything else.
    fn beside_the_writer(
        &self,
        command: &Command,
        command_id: CommandId,
        reply: Reply,
    ) -> Option<Reply> {
        let backups = self.0.shared.backups.clone();
        match command {
            Command::Care(task) => reply(self.perform(task)),
            Command::ErasePerson(..) => return Some(self.after_erasure(reply)),
            Command::MakeBackup(_) => backups.make_now(command_id, reply),
            Command::CancelBackup(_) => {
                backups.cancel();
                reply(raw(&Done { position: self.position() }));
            }
            Command::SetBackupFolder(wanted) => {
                if let Err(error) = backups.check_folder(&wanted.folder) {
                    reply(Err(error));
                    return None;
                }
                let folder = wanted.folder.clone();
                return Some(Box::new(move |answer| {
                    if answer.is_ok() {
                        backups.set_folder(&folder);
                    }
                    reply(answer);
                }));
            }
            Command::TestMailServer(test) => self.sending().test(command_id, &test.to, reply),
            Command::SendMails(_) => {
                if let Err(error) = self.sending().check() {
                    reply(Err(error));
                    return None;
                }
                return Some(self.then_sending(reply, Sending::try_now));
            }
            Command::RetryMails(_) => return Some(self.then_sending(reply, Sending::try_now)),
            Command::SetMailServer(_) | Command::RemoveMailServer(_) => {
                return Some(self.then_sending(reply, Sending::server_changed));
            }
            _ => return Some(reply),
        }
        None
    }

    /// Looks for whom an erasure means, by the caller's thread: that takes the whole log, and nobody
    /// else should wait for it.
    fn look_ahead(&self, command: Command) -> Command {
        let Command::ErasePerson(form, None) = command else { return command };
        let mut search = Search::of(form.person_id);
        let found = loop {
            match self.read(|log| Ok(search.step(log, self.keys())?)) {
                Ok(true) => {}
                Ok(false) => break Some(search.found()),
                // The writer looks for itself, or says what is wrong.
                Err(_) => break None,
            }
        };
        Command::ErasePerson(form, found)
    }

    /// Lets the sending of mails hear of a command that was carried out, before its caller does.
    fn then_sending(&self, reply: Reply, hear: fn(&Sending)) -> Reply {
        let app = self.clone();
        Box::new(move |answer| {
            if answer.is_ok() {
                hear(app.sending());
            }
            reply(answer);
        })
    }

    /// Makes backups by itself from now on, while a folder for them is chosen.
    pub fn keep_backups(&self) {
        self.0.shared.backups.keep();
    }

    pub(crate) fn backups(&self) -> &Backups {
        &self.0.shared.backups
    }

    pub(crate) fn sending(&self) -> &Sending {
        &self.0.shared.sending
    }

    fn check(&self, caller: &Caller, method: &str, params: Value) -> Result<Checked, AppError> {
        let mut params = object(params)?;
        let given = command_id(params.remove("commandId"))?;
        let params = Value::Object(params);
        let text = params.to_string();
        let digest = self.0.shared.secrets.digest(method, &text);
        let Some((case, true)) = use_cases::find(method) else {
            return Err(unknown_method(method));
        };
        let command = Command::parse(method, params)?;
        authorize(caller, case)?;
        Ok(Checked {
            command,
            command_id: given.unwrap_or_else(fresh),
            may_be_repeat: given.is_some(),
            size: text.len(),
            digest,
        })
    }

    /// Background work is not the writer's, and no part of the log.
    fn perform(&self, task: &Task) -> Answer {
        self.care().perform(task)?;
        raw(&Done { position: self.position() })
    }

    fn after_erasure(&self, reply: Reply) -> Reply {
        let app = self.clone();
        Box::new(move |answer| {
            app.care().forget_in_rebuilds();
            reply(answer);
        })
    }

    fn send(&self, job: Job) {
        let jobs = self.0.jobs.lock().map(|jobs| jobs.clone());
        let refused = match jobs {
            Ok(Some(jobs)) => jobs.send(job).err().map(|error| error.0),
            Ok(None) | Err(_) => Some(job),
        };
        if let Some(Job::Execute(envelope)) = refused {
            (envelope.reply)(Err(closed()));
        }
    }

    /// Carries a command out. See [`submit`](Self::submit).
    #[must_use]
    pub fn execute(&self, caller: Caller, method: &str, params: Value) -> Pending {
        let (sender, receiver) = oneshot::channel();
        // A caller that went away hears nothing; the command counts all the same.
        let reply: Reply = Box::new(move |answer| drop(sender.send(answer)));
        self.submit(caller, method, params, reply);
        Pending(receiver)
    }

    /// Answers a query, on a reader's own connection. Blocks while the read side is behind
    /// `atLeast`, at most five seconds.
    ///
    /// # Errors
    /// `InvalidRequest`, `RefusedRole`, `Busy`, and what the query itself refuses.
    pub fn query(&self, caller: &Caller, method: &str, params: Value) -> Answer {
        let mut params = object(params)?;
        let at_least = params.remove("atLeast");
        let as_of = params.remove("asOf");
        let Some((case, false)) = use_cases::find(method) else {
            return Err(unknown_method(method));
        };
        let query = Query::parse(method, Value::Object(params))?;
        authorize(caller, case)?;
        if let (Query::GetApplication(_), None) = (&query, &as_of) {
            // What is the matter must be told also when the database cannot be read.
            return raw(&queries::application(self, caller));
        }
        self.wait_for(at_least)?;
        self.read(|log| match as_of {
            None => queries::run(self, caller, &query, &Shown::now(log, self.position())),
            Some(moment) => {
                refuse_past(caller, &query)?;
                let (until, moment) = self.past(log, &moment)?;
                let views = views::as_of(log, &self.0.shared.keys, until)?;
                let shown = Shown { views: &views, log, until, past: Some(moment) };
                queries::run(self, caller, &query, &shown)
            }
        })
    }

    /// Whether a method is a query.
    pub fn is_query(method: &str) -> bool {
        use_cases::find(method).is_some_and(|(_, is_command)| !is_command)
    }

    /// Advances a clock that stands still; the answer comes when everything that fell due is done.
    ///
    /// # Errors
    /// `InvalidRequest`, `RefusedRole`; `RefusedClock` where the clock is the computer's.
    pub fn advance_clock(&self, caller: &Caller, params: Value) -> Result<Pending, AppError> {
        let AdvanceClock { seconds } = read(params)?;
        authorize(caller, &use_cases::CLOCK)?;
        if !self.0.shared.clock.is_manual() {
            let refused = "only a clock that was started with --clock manual can be advanced";
            return Err(AppError::new("RefusedClock", refused));
        }
        let (sender, receiver) = oneshot::channel();
        let reply: Reply = Box::new(move |answer| drop(sender.send(answer)));
        self.send(Job::Advance { seconds, reply });
        Ok(Pending(receiver))
    }

    /// Makes the read models anew while everything goes on; see [`rebuild`]. `progress` stops it
    /// by answering `false`.
    ///
    /// # Errors
    /// `RefusedStopped`; `Busy`; `Broken`: the old tables are as they were.
    pub fn rebuild_views(
        &self,
        resume: bool,
        progress: impl FnMut(rebuild::Progress) -> bool + Send + 'static,
    ) -> Result<(), AppError> {
        let busy = || AppError::new("Busy", "a rebuild is under way already");
        let ended = self.care().rebuild(resume, progress)?.ok_or_else(busy)?;
        match ended.recv().map_err(|_| closed())?? {
            rebuild::Outcome::Done => Ok(()),
            rebuild::Outcome::Stopped => {
                let stopped = "the rebuild was stopped; the read models are as they were";
                Err(AppError::new("RefusedStopped", stopped))
            }
        }
    }

    /// Begins what a window does beside selling: backups by itself, the sending of mails, and the
    /// scan for damage. A copy that was opened to look at gets none of it: what is wrong with it is
    /// known, no backup may be made of it, and nobody may be written to from it.
    ///
    /// # Errors
    /// `Broken`: the system gives no thread.
    pub fn begin_care(&self) -> Result<(), AppError> {
        if self.health().condition().state == StorageState::LookOnly {
            return Ok(());
        }
        self.keep_backups();
        self.keep_sending();
        self.scan_log()
    }

    /// Begins to look for damage in the log, unhurriedly; what it finds is in `GetDataHealth`.
    ///
    /// # Errors
    /// `Broken`: the system gives no thread.
    pub fn scan_log(&self) -> Result<(), AppError> {
        self.care().scan()
    }

    pub(crate) fn care(&self) -> &Care {
        &self.0.shared.care
    }

    /// The one-time token of a payment, for the processor's own window and nobody else.
    pub fn processor_token(&self, payment_id: PaymentId) -> String {
        self.0.shared.secrets.token_of(payment_id)
    }

    /// What moved after each commit. There is one such channel: clones share its messages.
    pub fn moves(&self) -> Receiver<Moved> {
        self.0.shared.moves.clone()
    }

    /// What the data folder is for.
    pub fn mode(&self) -> Mode {
        self.0.shared.mode
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.0.shared.path
    }

    /// How the storage is.
    pub fn health(&self) -> &Health {
        &self.0.shared.health
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.shared.clock
    }

    /// The last position that is stored and visible.
    pub fn position(&self) -> i64 {
        self.0.shared.position.load(Ordering::Acquire)
    }

    /// What the writer counted since the start.
    pub fn metrics(&self) -> Metrics {
        self.0.shared.counters.read()
    }

    pub(crate) fn keys(&self) -> &PersonKeys {
        &self.0.shared.keys
    }

    pub(crate) fn throttles(&self) -> &Throttles {
        &self.0.shared.throttles
    }

    pub(crate) fn keep(&self, name: &'static str, value: String) {
        self.send(Job::Keep { name, value });
    }

    /// Reads from the database.
    ///
    /// # Errors
    /// What `read` returns.
    pub fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        self.0.shared.readers.read(read)
    }

    /// Compares every read model and state table with a fresh fold of the log.
    ///
    /// # Errors
    /// `Broken`: the log cannot be read.
    pub fn compare_views(&self) -> Result<Vec<Difference>, AppError> {
        let address = live_address(&self.folder().join(DATABASE_FILE));
        self.read(|log| Ok(compare_tables(log, &address, self.keys())?))
    }

    /// Answers what is in flight, writes everything to the database file and lets go of the
    /// folder. A second call does nothing.
    ///
    /// # Errors
    /// `Broken`: the database could not be put to rest; everything committed is durable.
    pub fn close(&self) -> Result<(), AppError> {
        let Some(thread) = self.0.thread.lock().ok().and_then(|mut thread| thread.take()) else {
            return Ok(());
        };
        self.0.shared.backups.close();
        self.sending().close();
        self.care().close();
        self.0.shared.readers.close();
        if let Ok(mut jobs) = self.0.jobs.lock() {
            jobs.take();
        }
        let ended = thread.join();
        if let Ok(mut folder) = self.0.folder.lock() {
            folder.take();
        }
        match ended {
            Ok(closed) => closed.map_err(AppError::from),
            Err(_) => Err(AppError::broken("the writer stopped unexpectedly")),
        }
    }

    /// The position that is asked for and its moment. What is to come is as it is now.
    fn past(&self, log: &Connection, as_of: &Value) -> Result<(i64, Timestamp), AppError> {
        let wrong = || {
            let hint = "asOf is a log position or a moment such as 2026-11-23T09:00:00Z";
            AppError::on_field("InvalidRequest", "asOf", hint)
        };
        if let Some(position) = as_of.as_i64() {
            if position < 0 {
                return Err(wrong());
            }
            let position = position.min(self.position());
            return Ok((position, views::moment_of(log, position)?));
        }
        let moment = as_of.as_str().and_then(|text| text.parse().ok()).ok_or_else(wrong)?;
        Ok((views::position_at(log, moment)?, moment.min(self.clock().now())))
    }

    fn wait_for(&self, at_least: Option<Value>) -> Result<(), AppError> {
        let Some(at_least) = at_least else { return Ok(()) };
        let Some(wanted) = at_least.as_i64() else {
            return Err(AppError::on_field("InvalidRequest", "atLeast", "atLeast is a position"));
        };
        let began = Instant::now();
        while self.position() < wanted {
            if LONGEST_WAIT <= began.elapsed() {
                let message = format_args!("position {wanted} is not stored yet; try again");
                return Err(AppError::new("Busy", message));
            }
            std::thread::park_timeout(Duration::from_millis(2));
        }
        Ok(())
    }
}

/// The past is the organizer's: it shows who sat on a seat before. And it is that of the read
/// models and the log; a few queries ask for what only the present has.
fn refuse_past(caller: &Caller, query: &Query) -> Result<(), AppError> {
    if caller.role != Role::Organizer {
        return Err(AppError::new("RefusedRole", "asOf is for the role organizer"));
    }
    match query {
        Query::GetApplication(_)
        | Query::LocateConference(_)
        | Query::EstimateTotal(_)
        | Query::LocateOrder(_)
        | Query::GetMailServer(_)
        | Query::ListMails(_)
        | Query::GetSettings(_)
        | Query::GetBackups(_)
        | Query::ListBackups(_)
        | Query::GetDataHealth(_)
        | Query::GetRebuild(_) => {
            let message = "this query answers for the present only; leave asOf out";
            Err(AppError::on_field("InvalidRequest", "asOf", message))
        }
        _ => Ok(()),
    }
}

fn authorize(caller: &Caller, case: &UseCase) -> Result<(), AppError> {
    if case.roles.contains(&caller.role) {
        return Ok(());
    }
    let allowed: Vec<&str> = case.roles.iter().copied().map(Role::as_str).collect();
    Err(AppError::new(
        "RefusedRole",
        format_args!(
            "{} is not for the role {}; it is for: {}",
            case.name,
            caller.role.as_str(),
            allowed.join(", ")
        ),
    ))
}

fn object(params: Value) -> Result<Map<String, Value>, AppError> {
    match params {
        Value::Object(params) => Ok(params),
        Value::Null => Ok(Map::new()),
        _ => Err(AppError::on_field("InvalidRequest", "params", "params must be an object")),
    }
}

fn command_id(given: Option<Value>) -> Result<Option<CommandId>, AppError> {
    let Some(given) = given else { return Ok(None) };
    let id = given.as_str().and_then(|text| Uuid::parse_str(text).ok());
    id.map(|id| Some(CommandId::from_uuid(id)))
        .ok_or_else(|| AppError::on_field("InvalidRequest", "commandId", "commandId is a UUID"))
}

/// JSON text as an answer.
pub(crate) fn raw<T: serde::Serialize>(answer: &T) -> Result<Box<RawValue>, AppError> {
    crate::handlers::raw(answer)
}
