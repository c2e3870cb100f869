//! Sending by itself, while the application is open.

use std::{
    thread,
    time::{Duration, Instant},
};

use event_store::{next_in_outbox, say};
use mail::{Cause, SendError, Smtp};

use super::{FIRST_RETRY_SECONDS, Handed, Inner, KIND, MOVED, State, StoredServer};
use crate::wire::mails::MailFailure;

/// A server that takes nothing is tried again within this time, in seconds.
const LONGEST_SILENCE_SECONDS: i64 = 900;
/// How often it is looked whether something is due.
const TICK: Duration = Duration::from_millis(500);

impl Inner {
    /// Looks at the outbox until the application closes.
    pub fn keep(&self) {
        while !self.is_closing() {
            if let Some(server) = self.due_server() {
                self.send_over(&server);
            }
            thread::park_timeout(TICK);
        }
    }

    /// The server, where something is due to be sent over it.
    fn due_server(&self) -> Option<StoredServer> {
        let state = self.state();
        let (server, has_left) = (state.server.clone()?, !state.left.is_empty());
        let must_wait = state.not_before.is_some_and(|moment| Instant::now() < moment);
        drop(state);
        if must_wait || !self.is_storing() {
            return None;
        }
        let now = self.clock.now();
        let next = self.readers.read(|outbox| Ok(next_in_outbox(outbox, KIND, 0, now)?));
        // A database that cannot be read is told of elsewhere.
        (has_left || next.is_ok_and(|next| next.is_some())).then_some(server)
    }

    fn send_over(&self, server: &StoredServer) {
        let ended = server.opened(&self.keys).map(|opened| {
            // Over a server that is another one meanwhile, or none, nothing more goes out.
            let mut goes_on = |_: &Handed| self.is_server(server);
            let mut smtp = Smtp::new(opened);
            self.pass(&mut smtp, &mut goes_on).map(|pass| pass.stopped)
        });
        // What is known of an earlier one says nothing.
        if !self.is_server(server) {
            return;
        }
        let mut state = self.state();
        match ended {
            Ok(Ok(None)) => {}
            Ok(Ok(Some(error))) | Err(error) => self.server_failed(&mut state, &error),
            Ok(Err(error)) => {
                say!("lanyard: the outbox cannot be worked on: {error}");
                state.not_before = Some(Instant::now() + Duration::from_secs(60));
            }
        }
        drop(state);
        self.tell_at_once(vec![MOVED]);
    }

    fn is_server(&self, server: &StoredServer) -> bool {
        self.state().server.as_ref() == Some(server)
    }

    /// What went wrong before is over.
    pub fn answered(&self) {
        let mut state = self.state();
        (state.failures, state.failure) = (0, None);
    }

    fn server_failed(&self, state: &mut State, error: &SendError) {
        // The letter within which the connection broke off waits longer each time; the others are
        // not to wait for it.
        state.failures = if error.cause == Cause::Interrupted { 1 } else { state.failures + 1 };
        let doublings = (state.failures - 1).min(16);
        let seconds = (FIRST_RETRY_SECONDS << doublings).min(LONGEST_SILENCE_SECONDS);
        let now = self.clock.now();
        say!("lanyard: the mail server took nothing ({}): {error}", error.cause.as_str());
        state.not_before = Some(Instant::now() + Duration::from_secs(seconds.unsigned_abs()));
        state.failure = Some(MailFailure {
            at: now,
            reason: error.cause.as_str().to_owned(),
            message: error.text.clone(),
            next_try_at: now.plus_seconds(seconds),
        });
    }
}
