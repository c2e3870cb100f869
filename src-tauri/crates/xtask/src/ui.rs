//! The window's pages: their packages, checks and build.

use std::{fs, io, path::Path, process::Command, time::SystemTime};

use crate::run::{self, Outcome};

/// What the built pages depend on, below `ui`.
const SOURCES: &[&str] = &[
    "src",
    "messages",
    "public",
    "scripts",
    "project.inlang/settings.json",
    "index.html",
    "package-lock.json",
    "svelte.config.js",
    "tsconfig.json",
    "vite.config.ts",
];
/// Made by the build itself, in the middle of its sources.
const GENERATED: &str = "paraglide";
/// The lock file as it was when the packages were installed from it.
const INSTALLED: &str = "node_modules/.package-lock.installed.json";

/// Installs the packages of the lock file, unless they are there.
///
/// # Errors
/// npm fails.
pub fn install() -> Outcome {
    let ui = run::root()?.join("ui");
    let (lock, installed) = (ui.join("package-lock.json"), ui.join(INSTALLED));
    let wanted = fs::read(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    if fs::read(&installed).is_ok_and(|there| there == wanted) {
        println!("the packages of package-lock.json are there");
        return Ok(());
    }
    run::succeed(&mut npm(&["ci", "--no-audit", "--no-fund"])?)?;
    fs::write(&installed, wanted).map_err(|error| format!("{}: {error}", installed.display()))
}

/// Runs a script of `package.json`.
///
/// # Errors
/// The script fails.
pub fn script(name: &str) -> Outcome {
    run::succeed(&mut npm(&["run", name])?)
}

/// Builds the pages, unless they are newer than everything that they are made of.
///
/// # Errors
/// The build fails.
pub fn build() -> Outcome {
    let ui = run::root()?.join("ui");
    if is_built(&ui).map_err(|error| format!("{}: {error}", ui.display()))? {
        println!("ui/dist is newer than its sources");
        return Ok(());
    }
    script("build")
}

fn npm(arguments: &[&str]) -> Outcome<Command> {
    let mut npm = run::program(if cfg!(windows) { "npm.cmd" } else { "npm" }, arguments)?;
    npm.current_dir(run::root()?.join("ui"));
    Ok(npm)
}

fn is_built(ui: &Path) -> io::Result<bool> {
    let Ok(built) = fs::metadata(ui.join("dist/index.html")) else { return Ok(false) };
    let built = built.modified()?;
    for source in SOURCES {
        if built <= newest(&ui.join(source))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// When something below a path changed last. A folder counts too: it changes when a file goes.
fn newest(path: &Path) -> io::Result<SystemTime> {
    let about = fs::metadata(path)?;
    let mut newest = about.modified()?;
    if about.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            if entry.file_name() != GENERATED {
                newest = newest.max(self::newest(&entry.path())?);
            }
        }
    }
    Ok(newest)
}
