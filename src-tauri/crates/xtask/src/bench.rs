//! `cargo xtask bench`: how fast the real path is, measured with optimized programs.

use std::{env, path::PathBuf, process::Command};

use crate::run::{self, Outcome};

/// Where the figures of a full run go.
const OUT: &str = "docs/bench";

/// Builds the application and the bench, and measures. `arguments` go to the bench.
///
/// # Errors
/// Nothing was set up yet, something does not build, or the application refuses.
pub fn run(arguments: &[&str]) -> Outcome {
    if !run::root()?.join("ui/dist/index.html").is_file() {
        return Err("nothing is set up yet; run `./lanyard.sh open` once".to_owned());
    }
    // One after the other: built together, the bench would get the features of the window.
    for package in ["lanyard", "bench"] {
        run::succeed(&mut run::cargo(&["build", "--release", "--package", package])?)?;
    }
    let disk = run::target()?.join("bench");
    let mut bench = built("bench")?;
    bench.arg("--disk").arg(disk).arg("--lanyard").arg(path("lanyard")?);
    // A part of the figures, or hasty ones, are not what the documentation shows.
    let is_part = |argument: &&str| {
        ["--quick", "--only", "--out"].iter().any(|option| argument.starts_with(option))
    };
    if !arguments.iter().any(is_part) {
        bench.args(["--out", OUT]);
    }
    run::succeed(bench.args(arguments))
}

fn built(name: &str) -> Outcome<Command> {
    run::program(&path(name)?.to_string_lossy(), &[])
}

fn path(name: &str) -> Outcome<PathBuf> {
    Ok(run::target()?.join("release").join(format!("{name}{}", env::consts::EXE_SUFFIX)))
}
