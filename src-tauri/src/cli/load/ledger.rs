//! The ledger of a load: what was asked and what was acknowledged, written outside the data folder.
//!
//! One JSON line before a command is sent, one after it was answered, each handed to the operating
//! system at once: a killed process loses no line. Against a power cut, the ledger lies on another
//! disk than the data. The parameters are in it, so that whatever has no answer can be asked again;
//! the people in them are made up.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "camelCase", deny_unknown_fields)]
pub enum Line {
    /// It is about to be sent.
    Intent {
        /// The command.
        id: Uuid,
        /// What it wants.
        method: String,
        /// Its parameters, without the id.
        params: Value,
    },
    /// It was acknowledged.
    Acked {
        /// The command.
        id: Uuid,
        /// Where in the log its effects are stored.
        position: i64,
    },
    /// It was refused: nothing of it may be stored.
    Refused {
        /// The command.
        id: Uuid,
        /// Why.
        code: String,
    },
    /// It failed: whether it is stored is not known until it is asked again.
    Failed {
        /// The command.
        id: Uuid,
        /// How.
        code: String,
        /// How long the answer took, in milliseconds.
        ms: u64,
    },
}

/// A ledger that is being written. Callers share it.
#[derive(Debug)]
pub struct Ledger(File);

impl Ledger {
    /// Goes on with a ledger, or begins one.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(File::options().append(true).create(true).open(path)?))
    }

    /// Writes a line, in one piece.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, line: &Line) -> io::Result<()> {
        let mut text = serde_json::to_string(line)?;
        text.push('\n');
        (&self.0).write_all(text.as_bytes())
    }
}

/// Reads a ledger. Its last line may be torn and is left out then.
///
/// # Errors
/// It cannot be read, or a line before the last one makes no sense.
pub fn read(path: &Path) -> io::Result<Vec<Line>> {
    let text = fs::read(path)?;
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(text.split_inclusive(|byte| *byte == b'\n')) {
        match serde_json::from_slice(line) {
            Ok(line) => lines.push(line),
            Err(_) if !line.ends_with(b"\n") => {}
            Err(wrong) => {
                return Err(io::Error::other(format!("line {number} of the ledger: {wrong}")));
            }
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_last_line_is_left_out_and_a_broken_one_before_it_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger");
        let acked = Line::Acked { id: Uuid::from_u128(7), position: 3 };
        let ledger = Ledger::open(&path).expect("a ledger");
        ledger.write(&acked).expect("written");
        ledger.write(&acked).expect("written");
        let whole = fs::read(&path).expect("bytes");
        fs::write(&path, &whole[..whole.len() - 9]).expect("written");
        assert_eq!(read(&path).expect("lines"), std::slice::from_ref(&acked));
        fs::write(&path, [b"{\n", whole.as_slice()].concat()).expect("written");
        assert!(read(&path).is_err());
    }
}
