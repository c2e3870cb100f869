//! `cargo xtask types`: the window's TypeScript types, from the core's OpenRPC document.

use std::{env, fs, path::Path};

use crate::{
    run::{self, Outcome},
    ui,
};

const TYPES: &str = "ui/src/lib/ipc/types.ts";

/// Writes the types.
///
/// # Errors
/// The core does not build, or the generator fails.
pub fn write() -> Outcome {
    ui::install()?;
    generate(&run::root()?.join(TYPES))
}

/// Compares the types with what would be written.
///
/// # Errors
/// They differ, or as [`write`].
pub fn check() -> Outcome {
    ui::install()?;
    let generated = run::target()?.join("types.ts");
    generate(&generated)?;
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| error.to_string());
    if read(&generated)? == read(&run::root()?.join(TYPES))? {
        println!("{TYPES} is current");
        return Ok(());
    }
    Err(format!("{TYPES} is not what the core says today; run `cargo xtask types`"))
}

fn generate(into: &Path) -> Outcome {
    // The whole workspace, so that the same build serves the tests: cargo settles features by it.
    run::succeed(&mut run::cargo(&["build", "--workspace", "--example", "openrpc"])?)?;
    let target = run::target()?;
    let name = format!("openrpc{}", env::consts::EXE_SUFFIX);
    let printer = target.join("debug").join("examples").join(name);
    let document = run::output(&mut run::program(&printer.to_string_lossy(), &[])?)
        .ok_or("the core prints no OpenRPC document")?;
    let file = target.join("openrpc.json");
    fs::write(&file, document).map_err(|error| format!("{}: {error}", file.display()))?;
    let (file, into) = (file.to_string_lossy(), into.to_string_lossy());
    let mut node = run::program("node", &["scripts/generate-types.mjs", &file, &into])?;
    run::succeed(node.current_dir(run::root()?.join("ui")))
}
