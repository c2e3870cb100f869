//! What the machine must have: system packages, and the tools that come with Rust and Node.

use std::process::Command;

use crate::run::{self, Outcome};

/// To build the application.
const BUILD: &[&str] = &["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev"];

/// To test it in its real window, too: a screen, a window manager, a driver, fonts, fault injection.
const TEST: &[&str] = &[
    "xvfb",
    "xauth",
    "openbox",
    "webkit2gtk-driver",
    "xdotool",
    "scrot",
    "fonts-noto-core",
    "procps",
    "strace",
    // Disks whose power is cut, that are full, that are read-only; clocks that jump.
    "nbdkit",
    "libnbd-bin",
    "fuse3",
    "e2fsprogs",
    "faketime",
];

/// The oldest Node that builds the window.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// Installs what is needed to build.
///
/// # Errors
/// The packages cannot be installed.
pub fn for_building() -> Outcome {
    install(BUILD)
}

/// Installs what is needed to build and test.
///
/// # Errors
/// The packages cannot be installed.
pub fn for_testing() -> Outcome {
    install(&[BUILD, TEST].concat())
}

fn install(wanted: &[&str]) -> Outcome {
    if run::output(Command::new("apt-get").arg("--version")).is_none() {
        println!("This is not Debian or Ubuntu, so nothing is installed. There, these are needed:");
        println!("    {}", wanted.join(" "));
        println!("On other systems see \"Prerequisites\" in Tauri's documentation.");
        return Ok(());
    }
    let missing: Vec<&str> =
        wanted.iter().copied().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        println!("all {} packages are there", wanted.len());
        return Ok(());
    }
    println!("missing: {}", missing.join(" "));
    run::succeed(&mut apt(&["update"])?)?;
    run::succeed(apt(&["install", "--yes"])?.args(missing))
}

fn is_installed(package: &str) -> bool {
    let query = ["--show", "--showformat=${db:Status-Status}", package];
    run::output(Command::new("dpkg-query").args(query)).is_some_and(|status| status == b"installed")
}

/// apt-get, which asks nothing, in the name of root.
fn apt(arguments: &[&str]) -> Outcome<Command> {
    let quietly = ["DEBIAN_FRONTEND=noninteractive", "apt-get"];
    let is_root = run::output(Command::new("id").arg("--user")).is_some_and(|id| id == b"0\n");
    if is_root {
        return run::program("env", &[&quietly, arguments].concat());
    }
    if run::output(Command::new("sudo").arg("--version")).is_none() {
        return Err("packages are missing, and only root can install them: there is no sudo".into());
    }
    run::program("sudo", &[&["env"], quietly.as_slice(), arguments].concat())
}

/// Makes sure of rustfmt and clippy, which a small installation of Rust leaves out.
///
/// # Errors
/// They are missing and cannot be installed.
pub fn rust_tools() -> Outcome {
    for (tool, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if run::output(&mut run::cargo(&[subcommand, "--version"])?).is_some() {
            println!("{tool} is there");
            continue;
        }
        run::succeed(&mut run::program("rustup", &["component", "add", tool])?)
            .map_err(|reason| format!("{tool} is missing: {reason}"))?;
    }
    Ok(())
}

/// Makes sure that Node is there and new enough.
///
/// # Errors
/// It is missing or too old.
pub fn node() -> Outcome {
    let needed = format!("Node {}.{} or newer is needed", OLDEST_NODE.0, OLDEST_NODE.1);
    let said = run::output(Command::new("node").arg("--version"))
        .ok_or_else(|| format!("there is no node; {needed}"))?;
    let said = String::from_utf8_lossy(&said).trim().to_owned();
    match version(&said) {
        Some(found) if OLDEST_NODE <= found => {
            println!("Node {said} is there");
            Ok(())
        }
        _ => Err(format!("this is Node {said}; {needed}")),
    }
}

fn version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(version("v20.9.0"), Some((20, 9)));
        assert!(version("v20.9.0") < Some(OLDEST_NODE));
        assert!(Some(OLDEST_NODE) <= version("v22.1.0"));
        assert_eq!(version("twenty"), None);
    }
}
