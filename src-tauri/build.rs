//! Tells Tauri which commands exist and who may call them, and that the UI must be built first.
//!
//! Tauri lets every window call every registered command unless the commands are named here: with
//! the list, a command is closed until a capability opens it. The list repeats
//! `src/window.rs::run`; the window tests call each command from each window.

use std::{
    fs::{self, File},
    io,
    path::Path,
    time::SystemTime,
};

/// Every command of `src/ipc.rs` and of `src/recovery.rs`.
const COMMANDS: &[&str] = &[
    "execute",
    "query",
    "processor_token",
    "open_sample",
    "recovery_problem",
    "recovery_survey",
    "recovery_try_again",
    "recovery_look",
    "recovery_backups",
    "recovery_restore",
    "recovery_go_on",
    "recovery_leave",
];

/// One file per window label. Without this pattern Tauri looks for them beside `Cargo.toml`, finds
/// none, and says nothing.
const CAPABILITIES: &str = "./src-tauri/capabilities/**/*";

fn main() {
    for path in ["src-tauri/capabilities", "ui/dist"] {
        println!("cargo::rerun-if-changed={path}");
    }
    if std::env::var_os("CARGO_FEATURE_BUNDLED_UI").is_some()
        && !Path::new("ui/dist/index.html").is_file()
    {
        println!(
            "cargo::error=ui/dist/index.html is missing: the window's pages are compiled in, so \
             build them first: npm --prefix ui ci && npm --prefix ui run build"
        );
        return;
    }
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    let attributes = tauri_build::Attributes::new()
        .app_manifest(manifest)
        .capabilities_path_pattern(CAPABILITIES);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error=the Tauri configuration is not usable: {error:#}");
    }
    // Tauri lets cargo watch what it has just made itself: the next build would do everything again.
    // Where that cannot be helped it does.
    let _ = fs::metadata("src-tauri/build.rs")
        .and_then(|script| script.modified())
        .and_then(|age| make_as_old(Path::new("permissions"), age));
}

fn make_as_old(path: &Path, age: SystemTime) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            make_as_old(&entry?.path(), age)?;
        }
    }
    File::open(path)?.set_modified(age)
}
