//! The application's windows: the organizer's or the kiosk's, one to a process.
//!
//! A window's label is its identity: the label decides the role in which its page calls. Windows
//! are therefore opened here and in `processor_window` only, no page can open one, and a page never
//! leaves the application's own origin. This module knows no rule.

use std::{env, io, path::PathBuf};

use app::{App, Caller, Role, StartError};
use tauri::webview::NewWindowResponse;
use tauri::{
    AppHandle, Emitter, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
};

use crate::{instance, ipc, processor_window, recovery, recovery::Recovery};

/// The label of the organizer's window.
pub const MAIN: &str = "main";
/// The label of the unattended window.
pub const KIOSK: &str = "kiosk";

/// Nothing on an unattended screen may open a dialog of the desktop: no context menu, no printing.
/// Whatever stands there is read at an arm's length and hit with a thumb, the processor's page too.
const KIOSK_GUARD: &str = "
    document.documentElement.setAttribute('data-kiosk', '');
    addEventListener('contextmenu', (event) => event.preventDefault(), true);
    Object.defineProperty(window, 'print', { value: () => {} });
";

/// How the window is to be opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the web view keeps its own files.
    pub profile: PathBuf,
    /// Whether to open the kiosk's window instead of the organizer's.
    pub kiosk: bool,
    /// The name of this station, recorded with each command.
    pub station: String,
}

impl Options {
    /// Who calls from a window.
    #[must_use]
    pub fn caller(&self, label: &str) -> Caller {
        Caller::in_window(role_of(label), &self.station)
    }
}

/// The role in which a window's page calls.
#[must_use]
pub fn role_of(label: &str) -> Role {
    match label {
        MAIN => Role::Organizer,
        KIOSK => Role::Kiosk,
        // The processor may do least: without a payment's token, nothing. A label that nobody has
        // thought of is treated like it.
        _ => Role::Processor,
    }
}

/// How it ended.
pub struct Ended {
    /// The exit code of the desktop.
    pub code: i32,
    /// What was opened in the end, to be closed by the caller.
    pub app: Option<App>,
    /// What was wrong with the data, and still is.
    pub problem: Option<StartError>,
}

/// Opens the window and serves it until it is closed: the recovery window first where the data does
/// not open.
///
/// # Errors
/// The desktop cannot show a window.
pub fn run(
    opened: Result<App, StartError>,
    recovery: Recovery,
    options: Options,
) -> tauri::Result<Ended> {
    let tauri = tauri::Builder::default()
        .manage(options)
        .manage(recovery)
        .manage(processor_window::Pending::default())
        .invoke_handler(tauri::generate_handler![
            ipc::execute,
            ipc::query,
            ipc::processor_token,
            ipc::open_sample,
            recovery::recovery_problem,
            recovery::recovery_survey,
            recovery::recovery_try_again,
            recovery::recovery_look,
            recovery::recovery_backups,
            recovery::recovery_restore,
            recovery::recovery_go_on,
            recovery::recovery_leave,
        ])
        .setup(move |tauri| {
            match opened {
                Ok(app) => begin(tauri.handle(), app)?,
                Err(error) => recovery::show(tauri.handle(), error)?,
            }
            Ok(())
        })
        .build(tauri::generate_context!())?;
    let handle = tauri.handle().clone();
    // Not `run`: that ends the process without returning, and the database is to be closed first.
    let code = tauri.run_return(|_, _| {});
    let app = handle.try_state::<App>().map(|app| app.inner().clone());
    Ok(Ended { code, app, problem: handle.state::<Recovery>().take_problem() })
}

/// Opens the window on data that is open, at the start or after the recovery window, lets the
/// application care for the data, and tells the pages what moves.
///
/// # Errors
/// The desktop cannot show a window.
pub fn begin(handle: &AppHandle, app: App) -> tauri::Result<()> {
    let moved = app.moves();
    let folder = app.folder().to_owned();
    app.begin_care().map_err(std::io::Error::other)?;
    handle.manage(app);
    open(handle)?;
    let told = handle.clone();
    std::thread::Builder::new().name("moved".into()).spawn(move || {
        // A window that is closing cannot be told, and need not be.
        moved.iter().for_each(|moved| drop(told.emit("moved", moved)));
    })?;
    let raised = handle.clone();
    instance::listen(&folder, move || bring_to_front(&raised));
    Ok(())
}

/// Shows the window to somebody who has just started the program once more.
fn bring_to_front(handle: &AppHandle) {
    for window in [MAIN, KIOSK].iter().filter_map(|label| handle.get_webview_window(label)) {
        // What the window manager does not allow stays undone.
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// A window of ours: it stays on our own pages, opens no other, takes its title from its page, and
/// shares one web view profile with the others.
pub(crate) fn builder<'a>(
    handle: &'a AppHandle,
    label: &str,
    page: &str,
) -> WebviewWindowBuilder<'a, tauri::Wry, AppHandle> {
    // One folder for all windows, because WebDriver reaches only the windows of one profile.
    let profile = handle.state::<Options>().profile.clone();
    WebviewWindowBuilder::new(handle, label, WebviewUrl::App(page.into()))
        .title("Lanyard")
        .data_directory(profile)
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_document_title_changed(|window, title| {
            // A title that cannot be set is no reason to stop.
            let _ = window.set_title(&title);
        })
}

/// Fills the screen and stays in front, without the means to leave it.
pub(crate) fn unattended<'a>(
    builder: WebviewWindowBuilder<'a, tauri::Wry, AppHandle>,
) -> WebviewWindowBuilder<'a, tauri::Wry, AppHandle> {
    builder
        .fullscreen(true)
        .decorations(false)
        .always_on_top(true)
        .initialization_script(KIOSK_GUARD)
}

fn open(handle: &AppHandle) -> tauri::Result<()> {
    if handle.state::<Options>().kiosk { open_kiosk(handle) } else { open_main(handle) }
}

fn open_main(handle: &AppHandle) -> tauri::Result<()> {
    let window = builder(handle, MAIN, "index.html")
        .inner_size(1280.0, 800.0)
        .min_inner_size(360.0, 480.0)
        .center()
        .build()?;
    close_processor_with(&window);
    Ok(())
}

fn open_kiosk(handle: &AppHandle) -> tauri::Result<()> {
    let window = unattended(builder(handle, KIOSK, "index.html#/kiosk")).build()?;
    window.on_window_event(|event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            api.prevent_close();
        }
    });
    Ok(())
}

/// The process ends with its last window, so the processor's must not outlive this one.
fn close_processor_with(window: &WebviewWindow) {
    let handle = window.app_handle().clone();
    window.on_window_event(move |event| {
        if let WindowEvent::Destroyed = event {
            processor_window::close(&handle);
        }
    });
}

/// Without a desktop GTK ends the process with a panic; this says what is missing.
///
/// # Errors
/// There is none.
pub fn require_a_desktop() -> io::Result<()> {
    let has_one =
        ["DISPLAY", "WAYLAND_DISPLAY"].into_iter().any(|name| env::var_os(name).is_some());
    if has_one || !cfg!(target_os = "linux") {
        return Ok(());
    }
    Err(io::Error::other("there is no desktop to show a window on: DISPLAY is not set"))
}

/// Whether an address is one of our own pages: those compiled in, or the development server's.
fn is_own_page(address: &Url) -> bool {
    let development_server =
        tauri::is_dev() && (address.host_str(), address.port()) == (Some("localhost"), Some(5173));
    // Linux and macOS have a scheme for it, Windows a host name.
    let compiled_in = matches!(
        (address.scheme(), address.host_str()),
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost"))
    );
    compiled_in || development_server
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(address: &str) -> bool {
        is_own_page(&address.parse().expect("an address"))
    }

    #[test]
    fn a_page_stays_on_the_applications_own_pages() {
        assert!(own("tauri://localhost/index.html#/conferences"));
        assert!(own("http://tauri.localhost/"));
        for stranger in [
            "https://example.org/",
            "http://localhost:80/",
            "tauri://example.org/",
            "https://tauri.localhost.example.org/",
            "file:///etc/passwd",
            "about:blank",
            "data:text/html,hello",
            "javascript:alert(1)",
        ] {
            assert!(!own(stranger), "{stranger}");
        }
    }

    #[test]
    fn only_the_organizers_window_is_the_organizers() {
        assert_eq!(role_of("main"), Role::Organizer);
        assert_eq!(role_of("kiosk"), Role::Kiosk);
        for label in ["processor", "", "Main", "main2"] {
            assert_eq!(role_of(label), Role::Processor, "{label}");
        }
    }

    #[test]
    fn no_window_stands_for_the_processor() {
        let options = Options { profile: "".into(), kiosk: false, station: "here".into() };
        for label in [MAIN, KIOSK, processor_window::LABEL] {
            assert!(!options.caller(label).may_stand_for_processor, "{label}");
        }
    }
}
