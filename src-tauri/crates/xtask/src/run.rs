//! Running programs and steps.

use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Why something did not work, in words.
pub type Outcome<T = ()> = Result<T, String>;

/// A piece of work with a name.
pub struct Step {
    /// The name by which it can be chosen, and by which a failure is told.
    pub name: &'static str,
    /// What it does, for who watches.
    pub what: &'static str,
    /// The work.
    pub work: fn() -> Outcome,
}

/// Runs steps one after the other until one fails, and tells how long each took.
///
/// # Errors
/// The first failure, with the step's name.
pub fn steps(steps: &[&Step]) -> Outcome {
    let began = Instant::now();
    let mut times = Vec::new();
    for (number, step) in (1..).zip(steps) {
        println!("\n== {number}/{} {}: {}", steps.len(), step.name, step.what);
        let step_began = Instant::now();
        if let Err(reason) = (step.work)() {
            return Err(format!(
                "the step \"{}\" failed after {}: {reason}",
                step.name,
                shown(step_began.elapsed())
            ));
        }
        println!("== {}: done in {}", step.name, shown(step_began.elapsed()));
        times.push((step.name, step_began.elapsed()));
    }
    println!();
    for (name, time) in times {
        println!("{name:<10}{:>12}", shown(time));
    }
    println!("{:<10}{:>12}", "in all", shown(began.elapsed()));
    Ok(())
}

fn shown(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// The repository.
///
/// # Errors
/// The program was not started by cargo.
pub fn root() -> Outcome<PathBuf> {
    let crate_folder = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    crate_folder
        .and_then(|folder| folder.ancestors().nth(3).map(PathBuf::from))
        .ok_or_else(|| "start it as `cargo xtask`".to_owned())
}

/// Where the build goes: outside of the repository, so that another clone finds it again.
///
/// # Errors
/// There is no home folder, and nothing else says where.
pub fn target() -> Outcome<PathBuf> {
    if let Some(set) = env::var_os("CARGO_TARGET_DIR") {
        return Ok(root()?.join(set));
    }
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || env::home_dir().map(|home| home.join(".cache"));
    cache
        .or_else(home)
        .map(|cache| cache.join("lanyard").join("target"))
        .ok_or_else(|| "there is no home folder; set CARGO_TARGET_DIR".to_owned())
}

/// A program that runs in the repository, without input.
///
/// # Errors
/// As [`root`].
pub fn program(name: &str, arguments: &[&str]) -> Outcome<Command> {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root()?).stdin(Stdio::null());
    // What cargo told this program about itself is not true of others.
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        }) {
            command.env_remove(name);
        }
    }
    Ok(command)
}

/// Cargo in the repository.
///
/// # Errors
/// As [`target`].
pub fn cargo(arguments: &[&str]) -> Outcome<Command> {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = program(&cargo, arguments)?;
    command.env("CARGO_TARGET_DIR", target()?);
    Ok(command)
}

/// Shows a command and runs it to its end.
///
/// # Errors
/// It cannot be started, or does not succeed.
pub fn succeed(command: &mut Command) -> Outcome {
    println!("$ {}", line(command));
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() { Ok(()) } else { Err(failed(command, status)) }
}

/// What a command prints, if it succeeds.
#[must_use]
pub fn output(command: &mut Command) -> Option<Vec<u8>> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then_some(output.stdout)
}

/// Why a command did not start.
pub fn not_started(command: &Command, error: &std::io::Error) -> String {
    format!("{} does not start: {error}", command.get_program().display())
}

/// That a command ended badly.
pub fn failed(command: &Command, status: std::process::ExitStatus) -> String {
    format!("`{}` ended with {status}", line(command))
}

fn line(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let name = program.file_stem().unwrap_or(program.as_os_str()).display().to_string();
    let arguments = command.get_args().map(|argument| argument.display().to_string());
    std::iter::once(name).chain(arguments).collect::<Vec<_>>().join(" ")
}
