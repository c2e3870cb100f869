//! One pass over what waits: each mail once, in order, until nothing is left or nothing more gets
//! through.

use crossbeam_channel::bounded;
use event_store::{FailedDelivery, OutboxEntry, Store, next_in_outbox};
use kernel::Timestamp;
use mail::{Cause, Letter, MailTransport, SendError};
use schemars::JsonSchema;
use serde::Serialize;

use super::{FIRST_RETRY_SECONDS, Inner, KIND, LeftAs};
use crate::{
    error::AppError,
    queries::mails::to_send,
    writer::{Job, Writer},
};

/// So many refusals for good, and a mail is set aside: the first may be a server's mistake.
const MOST_REFUSALS: i64 = 3;
/// A mail that failed is tried again within this time, in seconds.
const LONGEST_RETRY_SECONDS: i64 = 3_600;

/// What became of what waited.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Handed {
    /// How many mails the server accepted.
    pub sent: usize,
    /// Those that were not taken.
    pub not_sent: Vec<NotSent>,
    /// Why the pass ended before the last one, if it did: no other one would have been taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_by: Option<Obstacle>,
}

/// A mail that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotSent {
    /// Its id in the queue.
    pub mail_id: i64,
    /// What it is about.
    pub template: String,
    /// Why.
    #[serde(flatten)]
    pub why: Obstacle,
}

/// What kept a mail from being taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Obstacle {
    /// `unreachable`, `insecure`, `login`, `sender`, `server`, `interrupted`, `later` or `refused`.
    pub reason: String,
    /// What the server or the system said, in its own words.
    pub message: String,
}

impl From<&SendError> for Obstacle {
    fn from(error: &SendError) -> Self {
        Self { reason: error.cause.as_str().to_owned(), message: error.text.clone() }
    }
}

/// How a pass ended.
pub struct Pass {
    /// What became of the mails.
    pub handed: Handed,
    /// Why it ended before the last one.
    pub stopped: Option<SendError>,
}

impl Inner {
    /// Hands everything over that is due. `watch` hears of each mail, and stops it by answering
    /// `false`.
    ///
    /// # Errors
    /// The outbox cannot be read or written. What was accepted is marked before anything else is
    /// handed over, by whatever pass comes next.
    pub fn pass(
        &self,
        transport: &mut dyn MailTransport,
        watch: &mut dyn FnMut(&Handed) -> bool,
    ) -> Result<Pass, AppError> {
        let _turn = self.turn();
        self.mark_what_left()?;
        let mut pass = Pass { handed: Handed::default(), stopped: None };
        let mut after = 0;
        while let Some((entry, letter)) = self.next(after)? {
            after = entry.id;
            let Some(letter) = letter else {
                self.left(entry.id, LeftAs::Needless);
                continue;
            };
            if self.is_closing() || !self.is_storing() {
                break;
            }
            match transport.send(&letter) {
                Ok(()) => {
                    self.left(entry.id, LeftAs::Sent);
                    self.mark_what_left()?;
                    self.answered();
                    pass.handed.sent += 1;
                }
                Err(error) => {
                    if error.cause.concerns_the_letter() {
                        self.failed(&mut pass.handed, entry, &letter, &error)?;
                    }
                    if error.cause.concerns_all() {
                        pass.handed.stopped_by = Some(Obstacle::from(&error));
                        pass.stopped = Some(error);
                        break;
                    }
                    self.answered();
                }
            }
            if !watch(&pass.handed) {
                break;
            }
        }
        self.mark_what_left()?;
        Ok(pass)
    }

    /// The next entry that is due, and its letter; none where there is nobody to write to.
    fn next(&self, after: i64) -> Result<Option<(OutboxEntry, Option<Letter>)>, AppError> {
        let now = self.clock.now();
        self.readers.read(|connection| {
            let Some(entry) = next_in_outbox(connection, KIND, after, now)? else {
                return Ok(None);
            };
            let letter = to_send(&entry, now, connection, &self.keys)?;
            Ok(Some((entry, letter)))
        })
    }

    fn failed(
        &self,
        handed: &mut Handed,
        entry: OutboxEntry,
        letter: &Letter,
        error: &SendError,
    ) -> Result<(), AppError> {
        handed.not_sent.push(NotSent {
            mail_id: entry.id,
            template: letter.template.clone(),
            why: error.into(),
        });
        let failed = failed_delivery(&entry, error, self.clock.now());
        self.mark(move |store, now| store.mark_outbox_failed(entry.id, &failed, now))
    }

    /// Marks what was accepted.
    pub fn mark_what_left(&self) -> Result<(), AppError> {
        let left = self.state().left.clone();
        if left.is_empty() {
            return Ok(());
        }
        let marked = left.clone();
        self.mark(move |store, now| {
            marked
                .iter()
                .try_for_each(|(id, as_what)| store.mark_outbox_done(*id, as_what.as_str(), now))
        })?;
        self.state().left.retain(|one| !left.contains(one));
        Ok(())
    }

    /// Notes something in the outbox, in one small transaction of the writer's.
    pub fn mark(
        &self,
        work: impl FnOnce(&Store, Timestamp) -> rusqlite::Result<()> + Send + 'static,
    ) -> Result<(), AppError> {
        let (sender, marked) = bounded(1);
        let work = Box::new(move |writer: &mut Writer| {
            writer.store.begin()?;
            work(&writer.store, writer.clock.now())?;
            Ok(writer.store.commit()?)
        });
        // Whoever waits for it may be gone.
        let ended = Box::new(move |done| drop(sender.send(done)));
        self.send(Job::Slice { work, ended });
        let closing = || AppError::new("Busy", "the application is closing");
        marked.recv().map_err(|_| closing())??;
        self.tell();
        Ok(())
    }
}

fn failed_delivery(entry: &OutboxEntry, error: &SendError, now: Timestamp) -> FailedDelivery {
    let is_refusal = error.cause == Cause::Refused;
    let is_last = is_refusal && MOST_REFUSALS <= entry.refusals + 1;
    let doublings = u32::try_from(entry.attempts).unwrap_or(u32::MAX).min(16);
    let seconds = (FIRST_RETRY_SECONDS << doublings).min(LONGEST_RETRY_SECONDS);
    FailedDelivery {
        error: error.text.clone(),
        is_refusal,
        next_try_at: (!is_last).then(|| now.plus_seconds(seconds)),
    }
}
