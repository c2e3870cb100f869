//! The repository's own commands: `cargo xtask open`, `run`, `test`, `types`, `bench`.
//!
//! It uses the standard library alone, so that it is there at once on a machine that has nothing
//! yet. Each command is a list of steps; each step says what it does and how long it took, does
//! nothing when there is nothing to do, and can be run again at any time.

mod bench;
mod open;
mod packages;
mod run;
mod test;
mod types;
mod ui;

use std::{env, process::ExitCode};

const HELP: &str = "\
`./lanyard.sh COMMAND` is `cargo xtask COMMAND`, and makes sure of a linker before.

cargo xtask open [ARGUMENTS]    sets up, builds, and opens the sample conference; the arguments
                                go to `lanyard demo`
cargo xtask run ARGUMENTS       after `open` has set up: brings the build up to date, and runs
                                `lanyard ARGUMENTS`
cargo xtask test [--only STEP]  sets up and passes all checks and tests, or the steps whose names
                                begin with STEP (may be repeated)
cargo xtask types [--check]     writes the window's types from the core, or compares them
cargo xtask bench [--quick] [--only NAME] [--out DIR]
                                after `open` has set up: measures the real path beside SQLite alone,
                                and writes a full run to docs/bench

The build goes to $CARGO_TARGET_DIR; unless it is set, to lanyard/target in the cache folder.";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ended = match words.as_slice() {
        ["open", arguments @ ..] => open::run(arguments).map(done),
        ["run", arguments @ ..] => open::run_only(arguments),
        ["test", choice @ ..] => test::run(choice).map(done),
        ["bench", arguments @ ..] => bench::run(arguments).map(done),
        ["types"] => types::write().map(done),
        ["types", "--check"] => types::check().map(done),
        ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        [] => Err(format!("say what is to be done\n\n{HELP}")),
        [other, ..] => Err(format!("{other} is not a command\n\n{HELP}")),
    };
    match ended {
        Ok(code) => code,
        Err(reason) => {
            eprintln!("xtask: {reason}");
            ExitCode::FAILURE
        }
    }
}

const fn done(_: ()) -> ExitCode {
    ExitCode::SUCCESS
}
