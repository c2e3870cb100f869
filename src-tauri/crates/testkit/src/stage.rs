//! The application on a temporary folder.

use std::{
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use app::{App, AppError, Caller, ClockChoice, OpenOptions, Opening, Role};
use kernel::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::ids::id;

/// When every story begins.
pub const START: &str = "2026-11-23T09:00:00Z";

/// The application on a sandbox of its own, and the clock in the test's hand. For what a sandbox
/// does not do, on a real folder with the computer's clock.
pub struct Stage {
    app: App,
    made: AtomicU64,
    folder: TempDir,
    opening: Opening,
}

impl Default for Stage {
    fn default() -> Self {
        Self::new()
    }
}

impl Stage {
    /// An empty sandbox; the clock stands at [`START`].
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let opening = Opening::Sandbox;
        let app = open(folder.path(), opening, Some(START.parse().expect("a moment")));
        Self { app, made: AtomicU64::new(0), folder, opening }
    }

    /// An empty real folder. Its clock is the computer's.
    pub fn real() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let opening = Opening::ExistingOrReal;
        let app = open(folder.path(), opening, None);
        Self { app, made: AtomicU64::new(0), folder, opening }
    }

    /// The application.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Closes the application and opens it again; the clock stands where it stood.
    #[must_use]
    pub fn restarted(self) -> Self {
        self.reopened(None)
    }

    /// Closes the application, and opens it again after so many minutes.
    #[must_use]
    pub fn closed_for_minutes(self, minutes: i64) -> Self {
        let later = self.app.clock().now().plus_minutes(minutes);
        self.reopened(Some(later))
    }

    fn reopened(self, start: Option<Timestamp>) -> Self {
        let Self { app, made, folder, opening } = self;
        app.close().expect("the application closes");
        drop(app);
        let app = open(folder.path(), opening, start);
        Self { app, made, folder, opening }
    }

    /// Closes the application, lets the test work on its folder, and opens it again.
    #[must_use]
    pub fn reopened_after(self, work: impl FnOnce(&Path)) -> Self {
        let Self { app, made, folder, opening } = self;
        app.close().expect("the application closes");
        drop(app);
        work(folder.path());
        let app = open(folder.path(), opening, None);
        Self { app, made, folder, opening }
    }

    /// An id that no other part of the story has.
    pub fn fresh(&self) -> String {
        id(0x1000 + self.made.fetch_add(1, Ordering::SeqCst))
    }

    /// Sends a command, as the command line would: the organizer may stand for the processor.
    ///
    /// # Errors
    /// The refusal.
    pub fn attempt(&self, role: Role, method: &str, params: Value) -> Result<Value, AppError> {
        self.attempt_by(Caller::on_command_line(role, "Web"), method, params)
    }

    /// Sends a command as somebody at a place.
    ///
    /// # Errors
    /// The refusal.
    pub fn attempt_by(
        &self,
        caller: Caller,
        method: &str,
        params: Value,
    ) -> Result<Value, AppError> {
        let answer = self.app.execute(caller, method, params).wait()?;
        Ok(serde_json::from_str(answer.get()).expect("an answer is JSON"))
    }

    /// Sends a command that works.
    #[track_caller]
    pub fn does(&self, role: Role, method: &str, params: Value) -> Value {
        match self.attempt(role, method, params) {
            Ok(answer) => answer,
            Err(error) => panic!("{method} was refused: {error}"),
        }
    }

    /// Sends a command as the organizer.
    #[track_caller]
    pub fn organizes(&self, method: &str, params: Value) -> Value {
        self.does(Role::Organizer, method, params)
    }

    /// Sends a command that is refused, and stores nothing. Answers the refusal.
    #[track_caller]
    pub fn refused(&self, role: Role, method: &str, params: Value) -> AppError {
        let before = self.app.position();
        let error = match self.attempt(role, method, params) {
            Ok(answer) => panic!("{method} was not refused: {answer}"),
            Err(error) => error,
        };
        assert_eq!(self.app.position(), before, "a refused {method} stored something");
        error
    }

    /// Sends a query.
    ///
    /// # Errors
    /// The refusal.
    pub fn inquire(&self, role: Role, method: &str, params: Value) -> Result<Value, AppError> {
        let answer = self.app.query(&Caller::new(role, "Web"), method, params)?;
        Ok(serde_json::from_str(answer.get()).expect("an answer is JSON"))
    }

    /// Sends a query as the organizer, and gets an answer.
    #[track_caller]
    pub fn asks(&self, method: &str, params: Value) -> Value {
        match self.inquire(Role::Organizer, method, params) {
            Ok(answer) => answer,
            Err(error) => panic!("{method} was refused: {error}"),
        }
    }

    /// Lets time pass, and everything happen that falls due.
    #[track_caller]
    pub fn minutes_pass(&self, minutes: u32) {
        self.seconds_pass(minutes * 60);
    }

    /// Lets time pass, and everything happen that falls due.
    #[track_caller]
    pub fn seconds_pass(&self, seconds: u32) {
        let organizer = Caller::new(Role::Organizer, "Web");
        let advanced = self.app.advance_clock(&organizer, json!({ "seconds": seconds }));
        advanced.expect("the clock is ours").wait().expect("the clock advances");
    }
}

fn open(folder: &Path, opening: Opening, start: Option<Timestamp>) -> App {
    let clock = match opening {
        Opening::Sandbox => ClockChoice::Manual { start },
        _ => ClockChoice::System,
    };
    App::open(OpenOptions { folder: folder.to_owned(), opening, clock, codes: Some(7) })
        .expect("the folder opens")
}
