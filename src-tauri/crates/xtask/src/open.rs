//! `cargo xtask open`: from a fresh clone to the open window.

use std::{
    env,
    process::{Command, ExitCode, Stdio},
};

use crate::{
    packages,
    run::{self, Outcome, Step},
    ui,
};

const STEPS: &[Step] = &[
    Step { name: "packages", what: "system packages to build with", work: packages::for_building },
    Step { name: "node", what: "Node is new enough", work: packages::node },
    Step { name: "ui-install", what: "packages of the window's pages", work: ui::install },
    Step { name: "ui-build", what: "the window's pages", work: ui::build },
    Step { name: "build", what: "the application, optimized", work: build },
];

/// Sets up, builds, and opens the sample conference; `arguments` go to `lanyard demo`.
///
/// # Errors
/// A step fails, there is no desktop, or the application ends badly.
pub fn run(arguments: &[&str]) -> Outcome {
    run::steps(&STEPS.iter().collect::<Vec<_>>())?;
    if !arguments.contains(&"--no-window") {
        require_a_desktop()?;
    }
    println!();
    println!("the window opens now; close it to end");
    run::succeed(lanyard()?.arg("demo").args(arguments))
}

/// Runs the application as it is built now, with this program's own input and output. Answers the
/// exit code that it ended with: it has said why itself.
///
/// # Errors
/// Nothing was set up yet, it does not build, or it was ended by a signal.
pub fn run_only(arguments: &[&str]) -> Outcome<ExitCode> {
    if !run::root()?.join("ui/dist/index.html").is_file() {
        return Err("nothing is set up yet; run `./lanyard.sh open` once".to_owned());
    }
    eprintln!("xtask: bringing the build up to date; minutes after a change, seconds otherwise");
    let mut build = run::cargo(&["build", "--quiet", "--release", "--package", "lanyard"])?;
    let built = build.status().map_err(|error| run::not_started(&build, &error))?;
    if !built.success() {
        return Err(run::failed(&build, built));
    }
    let mut lanyard = lanyard()?;
    lanyard.args(arguments).current_dir(".").stdin(Stdio::inherit());
    let ended = lanyard.status().map_err(|error| run::not_started(&lanyard, &error))?;
    let code = ended.code().and_then(|code| u8::try_from(code).ok());
    code.map(ExitCode::from).ok_or_else(|| run::failed(&lanyard, ended))
}

fn lanyard() -> Outcome<Command> {
    let name = format!("lanyard{}", env::consts::EXE_SUFFIX);
    run::program(&run::target()?.join("release").join(name).to_string_lossy(), &[])
}

fn build() -> Outcome {
    run::succeed(&mut run::cargo(&["build", "--release", "--package", "lanyard"])?)
}

/// The build is done by then, so that only the last command is left to repeat.
fn require_a_desktop() -> Outcome {
    let has_one =
        ["DISPLAY", "WAYLAND_DISPLAY"].into_iter().any(|name| env::var_os(name).is_some());
    if has_one || !cfg!(target_os = "linux") {
        return Ok(());
    }
    Err("the application is built, but there is no desktop to open it on. Run this on one, \
         or on a screen in memory:\n\n    \
         sudo apt-get install xvfb xauth\n    \
         WEBKIT_DISABLE_DMABUF_RENDERER=1 xvfb-run --auto-servernum ./lanyard.sh open\n"
        .to_owned())
}
