//! What is told to whoever runs the program.

use std::{
    fmt::Arguments,
    io::{self, Write as _},
};

/// Prints a line on standard error, in the form of `eprintln!`. That one panics where the line cannot
/// be written, as into a file on a full disk; here nobody hears it then, and the work goes on.
#[macro_export]
macro_rules! say {
    ($($words:tt)*) => {
        $crate::say_line(format_args!($($words)*))
    };
}

/// See [`say!`](crate::say).
pub fn say_line(words: Arguments<'_>) {
    // In one piece: lines of other threads do not come between.
    let _ = io::stderr().write_all(format!("{words}\n").as_bytes());
}
