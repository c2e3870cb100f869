//! The window that opens when the data does not: what is wrong, and what a person can do about it.
//!
//! Its page may call the commands of this file and nothing else; see `capabilities/recovery.json`.
//! Nothing is changed here unless the person asks for it, and at an unattended terminal nothing but
//! another try can be asked for.

use std::{
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use app::{
    App, AppError, OpenError, OpenOptions, StartError, Survey,
    backup::{self, Offer},
    health::DiskFault,
};
use event_store::say;
use kernel::Timestamp;
use serde::Serialize;
use tauri::{AppHandle, Manager, State, WindowEvent};

use crate::{cli::Failure, window};

/// The label of the recovery window.
pub const LABEL: &str = "recovery";

/// What cannot be opened, and why not.
#[derive(Debug)]
pub struct Recovery {
    options: OpenOptions,
    problem: Mutex<Option<StartError>>,
}

/// Why the data does not open, for the page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Which screen it is; see `kind_of`.
    kind: &'static str,
    /// The data folder.
    folder: String,
    /// What it is in English, for support.
    message: String,
    /// What the program ends with when the window is closed.
    exit_code: u8,
    /// Whether anybody may stand before it.
    kiosk: bool,
    /// The process that holds the folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<u32>,
    /// The events that are missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<Missing>,
    /// What may be done beside another try: `look`, `restore`, `goOn`.
    actions: &'static [&'static str],
}

/// A gap at the end of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Missing {
    /// The first missing position.
    first: i64,
    /// The last position that was witnessed.
    last: i64,
    /// When the witness saw it, at the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
}

impl Recovery {
    /// Of data that is to be opened like this.
    pub fn new(options: OpenOptions) -> Self {
        Self { options, problem: Mutex::new(None) }
    }

    /// What is still wrong; nothing once the data is open.
    pub fn take_problem(&self) -> Option<StartError> {
        self.lock().take()
    }

    fn describe(&self, kiosk: bool) -> Option<Problem> {
        let problem = self.lock();
        let error = problem.as_ref()?;
        let kind = kind_of(error);
        Some(Problem {
            kind,
            folder: self.options.folder.display().to_string(),
            message: error.to_string(),
            exit_code: Failure::code_of(error),
            kiosk,
            process: match error {
                StartError::Folder(OpenError::Locked { pid, .. }) => *pid,
                _ => None,
            },
            missing: self.missing(error),
            actions: if kiosk { &[] } else { actions_of(kind) },
        })
    }

    fn missing(&self, error: &StartError) -> Option<Missing> {
        let StartError::Folder(OpenError::WitnessAhead { log, witness, .. }) = error else {
            return None;
        };
        let until = backup::witness_noted_at(&self.options.folder);
        Some(Missing { first: log + 1, last: *witness, until })
    }

    fn lock(&self) -> MutexGuard<'_, Option<StartError>> {
        // The value is replaced whole, so a panic elsewhere cannot have left half of it.
        self.problem.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The screen for a problem.
fn kind_of(error: &StartError) -> &'static str {
    let folder = match error {
        StartError::Folder(folder) => folder,
        StartError::Disk(error) => {
            return match DiskFault::of_refusal(error) {
                Some(DiskFault::Full) => "full",
                Some(DiskFault::ReadOnly) => "notWritable",
                Some(DiskFault::Damaged) => "damaged",
                Some(DiskFault::Failed) | None => "failed",
            };
        }
        StartError::ClockOfRealData | StartError::Unreadable(_) => return "unreadable",
    };
    match folder {
        OpenError::Locked { .. } => "locked",
        OpenError::NotWritable { .. } | OpenError::NotReadable { .. } => "notWritable",
        OpenError::Full { .. } => "full",
        OpenError::NotOurs { .. } => "notOurs",
        // The second is told where the arguments were given, before there is a window.
        OpenError::Taken { .. } | OpenError::NotASandbox { .. } => "taken",
        OpenError::Newer { .. } => "newer",
        OpenError::Damaged { .. } => "damaged",
        OpenError::KeyMissing { .. } => "keyMissing",
        OpenError::WrongKey { .. } => "wrongKey",
        OpenError::WitnessAhead { .. } => "witnessAhead",
        OpenError::WitnessDiffers { .. } => "witnessDiffers",
        OpenError::WitnessUnreadable { .. } => "witnessUnreadable",
        OpenError::Missing { .. }
        | OpenError::Older { .. }
        | OpenError::OldSqlite { .. }
        | OpenError::NoRandomness(_)
        | OpenError::Io { .. }
        | OpenError::Sqlite { .. } => "failed",
    }
}

/// What a person may do about it, beside trying again and closing.
fn actions_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "notWritable" | "full" => &["look"],
        "damaged" => &["look", "restore"],
        "witnessAhead" | "witnessDiffers" | "witnessUnreadable" => &["look", "restore", "goOn"],
        "keyMissing" | "wrongKey" | "failed" | "unreadable" => &["restore"],
        _ => &[],
    }
}

/// Opens the window with a problem.
///
/// # Errors
/// The desktop cannot show it.
pub fn show(handle: &AppHandle, error: StartError) -> tauri::Result<()> {
    say!("lanyard: {error}");
    *handle.state::<Recovery>().lock() = Some(error);
    let builder = window::builder(handle, LABEL, "index.html#/recovery");
    if !handle.state::<window::Options>().kiosk {
        return builder
            .inner_size(1280.0, 800.0)
            .min_inner_size(360.0, 480.0)
            .center()
            .build()
            .map(drop);
    }
    window::unattended(builder).build()?.on_window_event(|event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            api.prevent_close();
        }
    });
    Ok(())
}

/// What is wrong; nothing once the data is open.
#[tauri::command]
pub fn recovery_problem(
    recovery: State<'_, Recovery>,
    options: State<'_, window::Options>,
) -> Option<Problem> {
    recovery.describe(options.kiosk)
}

/// How much of the log is whole. It is looked through on a copy, which takes its time.
///
/// # Errors
/// `Broken`: it cannot be copied, or is no database any more.
#[tauri::command]
pub async fn recovery_survey(recovery: State<'_, Recovery>) -> Result<Survey, AppError> {
    let folder = recovery.options.folder.clone();
    let survey = move || app::survey(&folder);
    tauri::async_runtime::spawn_blocking(survey)
        .await
        .map_err(AppError::broken)?
        .map_err(AppError::broken)
}

/// Opens the data as if the program were started anew. Answers what is wrong still.
///
/// # Errors
/// `Broken`: the window cannot be shown.
#[tauri::command]
pub async fn recovery_try_again(handle: AppHandle) -> Result<Option<Problem>, AppError> {
    attempt(handle, App::open).await
}

/// Opens a copy to look at, in which nothing can be changed. Answers what is wrong with that.
///
/// # Errors
/// `RefusedRole` at an unattended terminal, `Broken`.
#[tauri::command]
pub async fn recovery_look(handle: AppHandle) -> Result<Option<Problem>, AppError> {
    require(&handle, "look")?;
    attempt(handle, App::open_to_look).await
}

/// Goes on without the events that the witness knows of, up to a position: the one that the person
/// was told. Answers what is wrong still.
///
/// # Errors
/// `RefusedRole` at an unattended terminal, or where something else is missing by now; `Broken`.
#[tauri::command]
pub async fn recovery_go_on(
    handle: AppHandle,
    without: Option<i64>,
) -> Result<Option<Problem>, AppError> {
    require(&handle, "goOn")?;
    let told = handle.state::<Recovery>().describe(false).and_then(|problem| problem.missing);
    if told.map(|missing| missing.last) != without {
        return Err(AppError::new("RefusedRole", "something else is missing by now; look again"));
    }
    attempt(handle, |options| {
        app::go_on_without_witness(&options)?;
        App::open(options)
    })
    .await
}

/// The backups that the data can be restored from.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// Where they were looked for; nothing if nobody has said yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<PathBuf>,
    /// The newest verified ones, and what each of them lacks.
    items: Vec<Offer>,
}

/// The backups in a folder; in the one that they went to last where none is given.
///
/// # Errors
/// `RefusedRole` at an unattended terminal.
#[tauri::command]
pub async fn recovery_backups(
    handle: AppHandle,
    folder: Option<PathBuf>,
) -> Result<Found, AppError> {
    require(&handle, "restore")?;
    let data = handle.state::<Recovery>().options.folder.clone();
    let look = move || {
        let folder = folder.or_else(|| backup::folder_of(&data));
        let items = folder.as_deref().map(|folder| backup::offers(folder, &data));
        let items = items.unwrap_or_default();
        Found { folder, items }
    };
    tauri::async_runtime::spawn_blocking(look).await.map_err(AppError::broken)
}

/// Restores a backup in place of the data, which is kept beside it under a name with the moment in
/// it. The data is not opened yet.
///
/// # Errors
/// `RefusedRole` at an unattended terminal; `RefusedBackup`: it cannot be restored, and everything
/// is as it was.
#[tauri::command]
pub async fn recovery_restore(
    handle: AppHandle,
    file: PathBuf,
) -> Result<backup::RestoreReport, AppError> {
    require(&handle, "restore")?;
    let data = handle.state::<Recovery>().options.folder.clone();
    let restore = move || backup::restore(&file, &data, |_| true);
    tauri::async_runtime::spawn_blocking(restore)
        .await
        .map_err(AppError::broken)?
        .map_err(|error| AppError::new("RefusedBackup", error))
}

/// Ends the program; the exit code says what was wrong.
#[tauri::command]
pub fn recovery_leave(handle: AppHandle) {
    if let Some(window) = handle.get_webview_window(LABEL) {
        // It can only fail when the window has gone already.
        let _ = window.destroy();
    }
}

fn require(handle: &AppHandle, action: &str) -> Result<(), AppError> {
    let kiosk = handle.state::<window::Options>().kiosk;
    let problem = handle.state::<Recovery>().describe(kiosk);
    match problem.filter(|problem| problem.actions.contains(&action)) {
        Some(_) => Ok(()),
        None => Err(AppError::new("RefusedRole", format_args!("{action} is not possible here"))),
    }
}

async fn attempt(
    handle: AppHandle,
    open: impl FnOnce(OpenOptions) -> Result<App, StartError> + Send + 'static,
) -> Result<Option<Problem>, AppError> {
    let options = handle.state::<Recovery>().options.clone();
    let opened = tauri::async_runtime::spawn_blocking(move || open(options));
    match opened.await.map_err(AppError::broken)? {
        Ok(app) => {
            handle.state::<Recovery>().take_problem();
            window::begin(&handle, app).map_err(AppError::broken)?;
            recovery_leave(handle);
            Ok(None)
        }
        Err(error) => {
            say!("lanyard: {error}");
            *handle.state::<Recovery>().lock() = Some(error);
            let kiosk = handle.state::<window::Options>().kiosk;
            Ok(handle.state::<Recovery>().describe(kiosk))
        }
    }
}
