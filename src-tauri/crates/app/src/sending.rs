//! Sending what the outbox holds: by itself over the organizer's mail server while the application
//! is open, or on demand.
//!
//! Invariants: a mail is done only after it was accepted, and is marked before the next one is sent,
//! so that a crash repeats one mail at most; without a server no connection is made; from a sandbox,
//! a demo or a copy to look at nothing is ever sent. The network has a thread of its own, and the
//! writer does nothing but mark.

mod keeper;
mod pass;
mod server;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::Sender;
use event_store::{Mode, PersonKeys, say};
use kernel::{CommandId, EmailAddress};
use mail::{Letter, MailTransport as _, SendError, Smtp};
use rusqlite::Connection;
use serde_json::json;

use crate::{
    app::App,
    clock::Clock,
    error::AppError,
    handlers::raw,
    health::{Health, StorageState},
    ids::fresh,
    readers::Readers,
    wire::{
        answers::Done,
        mails::{MailCounts, MailFailure, MailServerState},
    },
    writer::{Job, Moved, Reply},
};

pub use pass::{Handed, NotSent};
pub use server::{MAIL_SERVER, StoredServer};

/// What mails are called in the outbox.
pub const KIND: &str = "mail";
/// What the windows hear when something about mails moved.
pub const MOVED: &str = "mails";

/// After the first failure it is tried again after so many seconds, and after each further one
/// after twice as many.
const FIRST_RETRY_SECONDS: i64 = 60;
/// The windows are not told more often.
const PAUSE: Duration = Duration::from_millis(200);
/// At the end, what is under way gets so much time to be answered. What is cut off is sent again.
const LAST_WAIT: Duration = Duration::from_secs(5);

/// How a mail leaves the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftAs {
    /// A mail server accepted it.
    Sent,
    /// It was written as a file.
    Exported,
    /// There was nobody to write to any more.
    Needless,
}

impl LeftAs {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Exported => "exported",
            Self::Needless => "needless",
        }
    }
}

/// What sending needs of the application.
pub struct Means {
    /// The connections that read.
    pub readers: Readers,
    /// The way to the writer.
    pub jobs: Sender<Job>,
    /// The keys, for the password.
    pub keys: PersonKeys,
    /// The clock.
    pub clock: Clock,
    /// How the storage is.
    pub health: Arc<Health>,
    /// The last stored position.
    pub position: Arc<AtomicI64>,
    /// The way to the windows.
    pub moved: Sender<Moved>,
    /// What the folder is for.
    pub mode: Mode,
}

/// The sending of mails.
pub struct Sending {
    inner: Arc<Inner>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

struct Inner {
    readers: Readers,
    /// None once the application closes.
    jobs: Mutex<Option<Sender<Job>>>,
    keys: PersonKeys,
    clock: Clock,
    health: Arc<Health>,
    position: Arc<AtomicI64>,
    moved: Sender<Moved>,
    is_test_folder: bool,
    may_send: bool,
    /// One pass at a time.
    turn: Mutex<()>,
    is_closing: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    server: Option<StoredServer>,
    is_kept: bool,
    failure: Option<MailFailure>,
    /// How often in a row the server took nothing.
    failures: u32,
    /// Nothing is tried before.
    not_before: Option<Instant>,
    /// What was accepted and is not marked yet. It must not be sent again.
    left: Vec<(i64, LeftAs)>,
    told: Option<Instant>,
    /// The last test mail that was accepted, and what its command was answered.
    tested: Option<(CommandId, i64)>,
}

impl Sending {
    /// Nothing is sent yet.
    pub fn new(means: Means) -> Self {
        let is_test_folder = means.mode != Mode::Real;
        let is_to_look = means.health.condition().state == StorageState::LookOnly;
        let inner = Inner {
            readers: means.readers,
            jobs: Mutex::new(Some(means.jobs)),
            keys: means.keys,
            clock: means.clock,
            health: means.health,
            position: means.position,
            moved: means.moved,
            is_test_folder,
            may_send: !is_test_folder && !is_to_look,
            turn: Mutex::new(()),
            is_closing: AtomicBool::new(false),
            state: Mutex::default(),
        };
        inner.read_server();
        Self { inner: Arc::new(inner), threads: Mutex::default() }
    }

    /// Sends by itself from now on, while a server is set.
    pub fn keep(&self) {
        let was_kept = std::mem::replace(&mut self.inner.state().is_kept, self.inner.may_send);
        if self.inner.may_send && !was_kept {
            self.spawn(Inner::keep);
        }
    }

    /// Whether what is queued leaves by itself.
    pub fn is_sending(&self) -> bool {
        let state = self.inner.state();
        state.is_kept && state.server.is_some()
    }

    /// How it stands.
    ///
    /// # Errors
    /// The outbox cannot be read.
    pub fn state(&self, log: &Connection) -> Result<MailServerState, AppError> {
        let counts = counts(log)?;
        let is_sending = self.is_sending();
        let state = self.inner.state();
        let mut actions = Vec::new();
        if state.server.is_some() {
            if self.inner.may_send {
                actions.extend(["test", "sendNow"]);
            }
            actions.push("remove");
        }
        Ok(MailServerState {
            server: state.server.as_ref().map(StoredServer::told),
            is_sending,
            is_test_folder: self.inner.is_test_folder,
            counts,
            failure: state.failure.clone(),
            actions: actions.into_iter().map(str::to_owned).collect(),
        })
    }

    /// Another server was stored, or none.
    pub fn server_changed(&self) {
        self.inner.read_server();
        // What `GetApplication` answers follows from it.
        self.inner.tell_at_once(vec![MOVED, "application"]);
        self.wake();
    }

    /// Refuses where nothing can be sent.
    ///
    /// # Errors
    /// `RefusedTestFolder`, `RefusedNoMailServer`.
    pub fn check(&self) -> Result<StoredServer, AppError> {
        if !self.inner.may_send {
            let message = "from a sandbox, a demo or a copy nothing is ever sent; \
                `lanyard mail --export DIR` writes the mails as files";
            return Err(AppError::new("RefusedTestFolder", message));
        }
        let none = || {
            let message = "no mail server is set; set one first, in the window under Mail";
            AppError::new("RefusedNoMailServer", message)
        };
        self.inner.state().server.clone().ok_or_else(none)
    }

    /// Tries at once what waits.
    pub fn try_now(&self) {
        self.inner.state().not_before = None;
        self.wake();
    }

    /// Sends a test mail; `reply` hears when the server accepted it.
    pub fn test(&self, command_id: CommandId, to: &str, reply: Reply) {
        let ready = self.check().and_then(|server| Ok((server, test_letter(to, &self.inner)?)));
        let (server, letter) = match ready {
            Ok(ready) => ready,
            Err(error) => return reply(Err(error)),
        };
        self.spawn(move |inner| {
            let sent = inner.test(command_id, &server, &letter);
            reply(sent.and_then(|position| raw(&Done { position })));
        });
    }

    /// Ends the sending. What is under way gets a little time to be answered.
    pub fn close(&self) {
        self.inner.is_closing.store(true, Ordering::Release);
        let threads = self.threads.lock().map(|mut threads| std::mem::take(&mut *threads));
        let began = Instant::now();
        for thread in threads.unwrap_or_default() {
            thread.thread().unpark();
            // Nothing else wakes somebody who waits for a server on the other side of the world.
            while !thread.is_finished() && began.elapsed() < LAST_WAIT {
                thread::park_timeout(Duration::from_millis(5));
            }
        }
        if let Ok(mut jobs) = self.inner.jobs.lock() {
            jobs.take();
        }
    }

    fn wake(&self) {
        if let Ok(threads) = self.threads.lock() {
            threads.iter().for_each(|thread| thread.thread().unpark());
        }
    }

    fn spawn(&self, work: impl FnOnce(&Inner) + Send + 'static) {
        let inner = Arc::clone(&self.inner);
        let Ok(mut threads) = self.threads.lock() else { return };
        threads.retain(|thread| !thread.is_finished());
        match thread::Builder::new().name("mail".to_owned()).spawn(move || work(&inner)) {
            Ok(thread) => threads.push(thread),
            Err(error) => say!("lanyard: no thread for sending mails: {error}"),
        }
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        // Without a close nobody waits; the thread ends by itself and lets the writer go.
        self.inner.is_closing.store(true, Ordering::Release);
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        // A thread that panicked left nothing half done here.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the server that is stored, and forgets what went wrong with an earlier one.
    fn read_server(&self) {
        match self.readers.read(|connection| Ok(StoredServer::find(connection)?)) {
            Ok(server) => {
                let mut state = self.state();
                let (is_kept, left) = (state.is_kept, std::mem::take(&mut state.left));
                *state = State { server, is_kept, left, ..State::default() };
            }
            Err(error) => say!("lanyard: the stored mail server cannot be read: {error}"),
        }
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_closing(&self) -> bool {
        self.is_closing.load(Ordering::Acquire)
    }

    /// What is sent must be marked, so nothing is sent while nothing is stored.
    fn is_storing(&self) -> bool {
        self.health.condition().state.fault().is_none()
    }

    fn send(&self, job: Job) {
        if let Ok(jobs) = self.jobs.lock()
            && let Some(jobs) = jobs.as_ref()
        {
            // A writer that is gone keeps nothing any more.
            let _ = jobs.send(job);
        }
    }

    /// Keeps in mind that something left, until it is marked.
    fn left(&self, id: i64, as_what: LeftAs) {
        self.state().left.push((id, as_what));
    }

    fn test(
        &self,
        command_id: CommandId,
        server: &StoredServer,
        letter: &Letter,
    ) -> Result<i64, AppError> {
        if let Some((_, position)) = self.state().tested.filter(|(id, _)| *id == command_id) {
            return Ok(position);
        }
        let server = server.opened(&self.keys);
        let sent = server.and_then(|server| Smtp::new(server).send(letter));
        sent.map_err(|error| not_sent(&error))?;
        let position = self.position.load(Ordering::Acquire);
        self.state().tested = Some((command_id, position));
        Ok(position)
    }

    /// Tells the windows that something moved, not too often.
    fn tell(&self) {
        {
            let mut state = self.state();
            if state.told.is_some_and(|told| told.elapsed() < PAUSE) {
                return;
            }
            state.told = Some(Instant::now());
        }
        self.tell_at_once(vec![MOVED]);
    }

    fn tell_at_once(&self, models: Vec<&'static str>) {
        let position = self.position.load(Ordering::Acquire);
        // Nobody listening is no reason to stop.
        let _ = self.moved.try_send(Moved { models, position });
    }
}

impl App {
    /// Sends mails by itself from now on, while a server for them is set.
    pub fn keep_sending(&self) {
        self.sending().keep();
    }

    /// Sends everything that waits, whatever was to be tried later. `watch` hears of each mail, and
    /// stops it by answering `false`.
    ///
    /// # Errors
    /// `RefusedTestFolder`, `RefusedNoMailServer`; `RefusedMailNotSent`: the password cannot be
    /// read; or the outbox cannot be read or written. What was accepted is then marked first by
    /// whatever comes next.
    pub fn send_mails(&self, watch: &mut dyn FnMut(&Handed) -> bool) -> Result<Handed, AppError> {
        let server =
            self.sending().check()?.opened(self.keys()).map_err(|error| not_sent(&error))?;
        let inner = &self.sending().inner;
        inner.mark(|store, _| store.hurry_outbox(KIND))?;
        Ok(inner.pass(&mut Smtp::new(server), watch)?.handed)
    }

    /// Who sends, if a server is set.
    pub fn mail_sender(&self) -> Option<mail::Sender> {
        self.sending().inner.state().server.as_ref().and_then(StoredServer::sender)
    }
}

fn counts(log: &Connection) -> rusqlite::Result<MailCounts> {
    log.prepare_cached(
        "SELECT COUNT(*) FILTER (WHERE done_at IS NULL AND set_aside_at IS NULL),
             COUNT(*) FILTER (WHERE done_at IS NULL AND set_aside_at IS NOT NULL),
             COUNT(*) FILTER (WHERE left_as = 'sent'),
             COUNT(*) FILTER (WHERE left_as = 'exported')
         FROM outbox WHERE kind = ?1",
    )?
    .query_row([KIND], |row| {
        Ok(MailCounts {
            waiting: row.get(0)?,
            undeliverable: row.get(1)?,
            sent: row.get(2)?,
            exported: row.get(3)?,
        })
    })
}

fn not_sent(error: &SendError) -> AppError {
    let details = json!({ "reason": error.cause.as_str(), "said": error.text });
    AppError::new("RefusedMailNotSent", format_args!("the mail was not sent: {error}"))
        .with_details(details)
}

fn test_letter(to: &str, inner: &Inner) -> Result<Letter, AppError> {
    let to: EmailAddress = to
        .parse()
        .map_err(|error: kernel::InvalidPerson| AppError::on_field("InvalidEmail", "to", error))?;
    let key: CommandId = fresh();
    Ok(Letter {
        number: 0,
        template: "test".to_owned(),
        key: key.to_string(),
        to: to.to_string(),
        subject: "Lanyard: a test / ein Test".to_owned(),
        text: "The mail server works: Lanyard can send mails.\n\n-- \n\nDer Mailserver \
               funktioniert: Lanyard kann E-Mails senden.\n"
            .to_owned(),
        at: inner.clock.now(),
    })
}
