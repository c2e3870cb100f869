//! A library that stands between the program and the kernel wherever a file is changed; what it does
//! there is told in `files.c`. The program itself is as it is released.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// Where the library is. It is built once, by the C compiler that every build of this needs anyway.
pub fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shim/files.c");
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("files.so");
        // Another test may have loaded the one that is there.
        let unfinished = library.with_extension(std::process::id().to_string());
        let mut compiler = Command::new("cc");
        compiler.args(["-Wall", "-Werror", "-O1", "-shared", "-fPIC", "-o"]).arg(&unfinished);
        let built = compiler.arg(source).output().expect("cc; Rust needs it, too");
        let said = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "the library does not build: {said}");
        std::fs::rename(&unfinished, &library).expect("renamed");
        library
    })
}
