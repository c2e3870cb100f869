//! `cargo xtask test`: every check and every test, those in the real window included.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use crate::{
    packages,
    run::{self, Outcome, Step},
    types, ui,
};

const STEPS: &[Step] = &[
    Step {
        name: "packages",
        what: "system packages to build and test with",
        work: packages::for_testing,
    },
    Step { name: "rust", what: "rustfmt and clippy", work: packages::rust_tools },
    Step { name: "node", what: "Node is new enough", work: packages::node },
    Step { name: "ui-install", what: "packages of the window's pages", work: ui::install },
    Step { name: "ui-check", what: "types of the pages", work: || ui::script("check") },
    Step { name: "ui-lint", what: "rules of the pages", work: || ui::script("lint") },
    Step { name: "ui-test", what: "unit tests of the pages", work: || ui::script("test") },
    // Before the core: the pages are compiled into the application.
    Step { name: "ui-build", what: "the pages, as the window shows them", work: ui::build },
    Step { name: "format", what: "the core is formatted", work: format },
    Step { name: "clippy", what: "the core has no warnings", work: clippy },
    Step { name: "types", what: "the pages' types are the core's", work: types::check },
    Step { name: "tests", what: "tests of the core, the command line and the window", work: tests },
];

/// Runs all steps, or those that are chosen by `--only`.
///
/// # Errors
/// A step fails, or none has the chosen name.
pub fn run(choice: &[&str]) -> Outcome {
    let steps = chosen(choice)?;
    run::steps(&steps)?;
    if steps.len() == STEPS.len() {
        println!("\neverything passed");
    }
    Ok(())
}

fn chosen(choice: &[&str]) -> Outcome<Vec<&'static Step>> {
    let mut begins = Vec::new();
    for pair in choice.chunks(2) {
        let ["--only", begin] = pair else {
            return Err(format!("{} is not understood; see `cargo xtask help`", pair.join(" ")));
        };
        begins.push(*begin);
    }
    let is_chosen =
        |step: &&Step| begins.is_empty() || begins.iter().any(|begin| step.name.starts_with(begin));
    let steps: Vec<&Step> = STEPS.iter().filter(is_chosen).collect();
    if steps.is_empty() {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        return Err(format!("there is no such step; there are: {}", names.join(", ")));
    }
    Ok(steps)
}

fn format() -> Outcome {
    run::succeed(&mut run::cargo(&["fmt", "--all", "--check"])?)
}

fn clippy() -> Outcome {
    let arguments = ["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"];
    run::succeed(&mut run::cargo(&arguments)?)
}

fn tests() -> Outcome {
    let mut tests = run::cargo(&["test", "--workspace", "--no-fail-fast"])?;
    println!("$ cargo test --workspace --no-fail-fast");
    let mut running =
        tests.stdout(Stdio::piped()).spawn().map_err(|error| run::not_started(&tests, &error))?;
    let output = running.stdout.take().ok_or("the tests have no output")?;
    let mut count = Count::default();
    for line in BufReader::new(output).lines() {
        let line = line.map_err(|error| error.to_string())?;
        println!("{line}");
        count.add(&line);
    }
    let status = running.wait().map_err(|error| error.to_string())?;
    println!("{} tests passed, {} failed, {} ignored", count.passed, count.failed, count.ignored);
    if status.success() { Ok(()) } else { Err(run::failed(&tests, status)) }
}

/// How the tests of all programs ended.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    passed: u32,
    failed: u32,
    ignored: u32,
}

impl Count {
    /// Takes note of a line such as `test result: ok. 3 passed; 0 failed; 0 ignored; ...`.
    fn add(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        let words: Vec<&str> = result.split([' ', ';']).collect();
        for pair in words.windows(2) {
            let Ok(number) = pair[0].parse::<u32>() else { continue };
            match pair[1] {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_results_of_all_programs_are_added_up() {
        let mut count = Count::default();
        count.add("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out");
        count.add("test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out");
        count.add("test a_line_of_a_test ... 9 passed");
        assert_eq!(count, Count { passed: 7, failed: 2, ignored: 1 });
    }

    #[test]
    fn steps_are_chosen_by_the_beginnings_of_their_names() {
        let names = |choice: &[&str]| {
            chosen(choice).map(|steps| steps.iter().map(|step| step.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&["--only", "ui-l", "--only", "format"]), Ok(vec!["ui-lint", "format"]));
        assert_eq!(names(&[]).map(|all| all.len()), Ok(STEPS.len()));
        assert!(names(&["--only", "nothing"]).is_err());
        assert!(names(&["ui"]).is_err());
    }
}
