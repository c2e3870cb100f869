//! A disk of glass: what a traced program asked of its files, in order, and what may lie on the
//! disk if the power goes at any moment.
//!
//! The model is the weakest that a disk with honest flushes keeps: what was flushed is there; of
//! what was written since, any sectors may be there and any not, in any order; a new file may be
//! missing until its folder is flushed. Source: quality.md 1.6, torn and reordered writes.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};

use fastrand::Rng;

/// What a disk writes at once, in bytes.
const SECTOR: usize = 512;

/// The system calls that matter.
const CALLS: &str =
    "trace=write,pwrite64,lseek,fdatasync,fsync,ftruncate,unlink,unlinkat,rename,openat";

/// What the program did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It wrote to a file.
    Write { file: String, offset: usize, data: Vec<u8> },
    /// It cut or stretched a file.
    Resize { file: String, length: usize },
    /// It removed a file.
    Remove { file: String },
    /// A file was flushed.
    Flush { file: String },
    /// The folder was flushed.
    FlushFolder,
    /// It said this on standard output.
    Say(Vec<u8>),
}

/// A program under `strace`, which notes what it does to the files of a folder.
pub fn traced(program: &str, trace: &Path) -> Command {
    let mut command = Command::new("strace");
    command.args(["-f", "-q", "-y", "-xx", "-s", "16777216", "-e", CALLS, "-o"]).arg(trace);
    command.arg(program);
    command
}

/// Reads what `strace` noted.
///
/// # Panics
/// The trace holds a call that the model does not know, such as a rename in the folder.
pub fn steps(trace: &str, folder: &Path) -> Vec<Step> {
    let folder = folder.to_str().expect("a path in UTF-8");
    let mut reader = Reader { folder, places: BTreeMap::new(), waiting: BTreeMap::new() };
    trace.lines().filter_map(|line| reader.read(line)).collect()
}

struct Reader<'a> {
    folder: &'a str,
    /// Where the next `write` to a descriptor goes.
    places: BTreeMap<(String, String), usize>,
    /// Calls that have not returned yet, by thread.
    waiting: BTreeMap<String, String>,
}

impl Reader<'_> {
    /// A call counts when it has returned; a write that has begun may be on the disk already, but
    /// then the power went before it could be flushed, which the model has anyway.
    fn read(&mut self, line: &str) -> Option<Step> {
        let (thread, rest) = line.split_once(' ')?;
        let rest = rest.trim_start();
        if let Some((begun, _)) = rest.split_once(" <unfinished ...>") {
            self.waiting.insert(thread.to_owned(), begun.to_owned());
            return None;
        }
        if rest.starts_with("<... ") {
            let begun = self.waiting.remove(thread)?;
            let (_, returned) = rest.split_once("resumed>")?;
            return self.call(&format!("{begun}{returned}"));
        }
        self.call(rest)
    }

    fn call(&mut self, call: &str) -> Option<Step> {
        let (name, rest) = call.split_once('(')?;
        // The result of a call that was interrupted stands in a column of its own.
        let (arguments, result) = rest.rsplit_once(" = ")?;
        let arguments = arguments.trim_end().strip_suffix(')')?;
        let result: i64 = result.split([' ', '<']).next()?.trim().parse().ok()?;
        if result < 0 {
            return None;
        }
        let arguments: Vec<&str> = arguments.split(", ").map(str::trim).collect();
        if matches!(name, "unlink" | "unlinkat" | "rename") {
            return self.removed(name, &arguments);
        }
        if name == "openat" {
            let (descriptor, path) = descriptor(call.rsplit_once("= ")?.1)?;
            self.places.insert((descriptor, path), 0);
            return None;
        }
        let (descriptor, path) = descriptor(arguments[0])?;
        if descriptor == "1" && name == "write" {
            return Some(Step::Say(text(arguments[1])));
        }
        if path == self.folder && matches!(name, "fsync" | "fdatasync") {
            return Some(Step::FlushFolder);
        }
        let file = path.strip_prefix(self.folder)?.strip_prefix('/')?.to_owned();
        let place = (descriptor, path.clone());
        match name {
            "pwrite64" => {
                let data = text(arguments[1]);
                Some(Step::Write { file, offset: arguments[3].parse().ok()?, data })
            }
            "write" => {
                let data = text(arguments[1]);
                let offset = self.places.get(&place).copied().unwrap_or(0);
                self.places.insert(place, offset + data.len());
                Some(Step::Write { file, offset, data })
            }
            "lseek" => {
                self.places.insert(place, usize::try_from(result).ok()?);
                None
            }
            "ftruncate" => Some(Step::Resize { file, length: arguments[1].parse().ok()? }),
            "fsync" | "fdatasync" => Some(Step::Flush { file }),
            other => panic!("the model does not know {other}: {call:.200}"),
        }
    }

    fn removed(&self, name: &str, arguments: &[&str]) -> Option<Step> {
        let named = arguments.iter().find(|argument| argument.starts_with('"'))?;
        let path = String::from_utf8(text(named)).ok()?;
        let file = path.strip_prefix(self.folder)?.strip_prefix('/')?.to_owned();
        assert_ne!(name, "rename", "the model does not know how to rename {file}");
        Some(Step::Remove { file })
    }
}

/// `9<path>` with the path in hexadecimal escapes or plain.
fn descriptor(argument: &str) -> Option<(String, String)> {
    let (number, rest) = argument.trim().split_once('<')?;
    let path = rest.strip_suffix('>')?;
    Some((number.to_owned(), String::from_utf8(bytes(path)).ok()?))
}

/// The bytes of an argument in quotes.
fn text(argument: &str) -> Vec<u8> {
    bytes(argument.trim_matches('"'))
}

fn bytes(escaped: &str) -> Vec<u8> {
    let Some(hexadecimal) = escaped.strip_prefix("\\x") else {
        return escaped.as_bytes().to_vec();
    };
    hexadecimal
        .split("\\x")
        .map(|digits| u8::from_str_radix(digits, 16).expect("hexadecimal digits"))
        .collect()
}

/// The files of a folder, as the program left them so far.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    files: BTreeMap<String, File>,
    /// Whether a flush is what it says; a disk that lies is for the negative control.
    pub lies: bool,
}

#[derive(Debug, Clone, Default)]
struct File {
    /// What a power cut cannot take.
    flushed: Vec<u8>,
    /// What was asked since.
    asked: Vec<Step>,
    /// Whether a power cut could take the whole file.
    is_new: bool,
    is_removed: bool,
}

impl Disk {
    /// A folder at rest.
    pub fn of(folder: &Path, names: &BTreeSet<String>) -> Self {
        let mut files = BTreeMap::new();
        for name in names {
            let flushed = fs::read(folder.join(name)).expect("a file");
            files.insert(name.clone(), File { flushed, ..File::default() });
        }
        Self { files, lies: false }
    }

    /// The program goes one step on.
    pub fn follow(&mut self, step: &Step) {
        let is_new = || File { is_new: true, ..File::default() };
        match step {
            Step::Write { file, .. } | Step::Resize { file, .. } => {
                let file = self.files.entry(file.clone()).or_insert_with(is_new);
                file.is_removed = false;
                file.asked.push(step.clone());
            }
            Step::Remove { file } => {
                // SQLite never needs a removed file to be gone, so it may still be there as it was.
                self.files.entry(file.clone()).or_insert_with(is_new).is_removed = true;
            }
            Step::Flush { file } if !self.lies => {
                let file = self.files.entry(file.clone()).or_insert_with(is_new);
                for step in std::mem::take(&mut file.asked) {
                    apply(&mut file.flushed, &step, |_| true);
                }
            }
            Step::FlushFolder if !self.lies => {
                self.files.values_mut().for_each(|file| file.is_new = false);
                self.files.retain(|_, file| !file.is_removed);
            }
            Step::Flush { .. } | Step::FlushFolder | Step::Say(_) => {}
        }
    }

    /// What lies on the disk if the power goes now: one of the possible states.
    pub fn after_a_power_cut(&self, rng: &mut Rng) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        for (name, file) in &self.files {
            let mut image = file.flushed.clone();
            if file.is_new && file.asked.is_empty() && image.is_empty() || file.is_new && rng.bool()
            {
                continue;
            }
            if file.is_removed && rng.bool() {
                continue;
            }
            match rng.u8(..4) {
                0 => {}
                1 => file.asked.iter().for_each(|step| apply(&mut image, step, |_| true)),
                2 => {
                    // The first of them, the last one torn.
                    let whole = rng.usize(..=file.asked.len());
                    let torn_at = rng.usize(..=8);
                    file.asked[..whole].iter().for_each(|step| apply(&mut image, step, |_| true));
                    let torn = file.asked.get(whole);
                    torn.into_iter().for_each(|step| apply(&mut image, step, |n| n < torn_at));
                }
                _ => {
                    let share = [0.1, 0.5, 0.9][rng.usize(..3)];
                    for step in &file.asked {
                        apply(&mut image, step, |_| rng.f64() < share);
                    }
                }
            }
            found.insert(name.clone(), image);
        }
        found
    }
}

/// Applies the sectors of a step that are chosen, by their number within it.
fn apply(image: &mut Vec<u8>, step: &Step, mut is_there: impl FnMut(usize) -> bool) {
    match step {
        Step::Write { offset, data, .. } => {
            let mut from = 0;
            let mut number = 0;
            while from < data.len() {
                let to = data.len().min((offset + from) / SECTOR * SECTOR + SECTOR - offset);
                if is_there(number) {
                    let end = offset + to;
                    if image.len() < end {
                        image.resize(end, 0);
                    }
                    image[offset + from..end].copy_from_slice(&data[from..to]);
                }
                (from, number) = (to, number + 1);
            }
        }
        Step::Resize { length, .. } if is_there(0) => image.resize(*length, 0),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_reads_as_the_steps_of_the_folder() {
        let trace = r#"
11 openat(AT_FDCWD, "\x2f\x64\x2f\x61", O_RDWR) = 5<\x2f\x64\x2f\x61>
11 pwrite64(5<\x2f\x64\x2f\x61>, "\x01\x2c\x20", 3, 512) = 3
12 write(1<pipe:[7]>, "\x7b\x7d", 2 <unfinished ...>
11 fsync(5<\x2f\x64\x2f\x61> <unfinished ...>
12 <... write resumed>)     = 2
11 <... fsync resumed>)                = 0
11 lseek(5<\x2f\x64\x2f\x61>, 64, SEEK_SET) = 64
11 write(5<\x2f\x64\x2f\x61>, "\x09", 1) = 1
11 write(6<\x2f\x65\x2f\x61>, "\x09", 1) = 1
11 fsync(7<\x2f\x64>) = 0
11 pwrite64(5<\x2f\x64\x2f\x61>, "\x01", 1, 0) = -1 ENOSPC (No space left on device)
11 unlink("\x2f\x64\x2f\x61") = 0
11 +++ exited with 0 +++"#;
        let file = || "a".to_owned();
        assert_eq!(
            steps(trace, Path::new("/d")),
            [
                Step::Write { file: file(), offset: 512, data: vec![1, 44, 32] },
                Step::Say(b"{}".to_vec()),
                Step::Flush { file: file() },
                Step::Write { file: file(), offset: 64, data: vec![9] },
                Step::FlushFolder,
                Step::Remove { file: file() },
            ]
        );
    }

    #[test]
    fn a_power_cut_keeps_what_was_flushed_and_any_sectors_of_the_rest() {
        let write = |offset, byte| Step::Write {
            file: "a".to_owned(),
            offset,
            data: vec![byte; SECTOR + 1],
        };
        let mut disk = Disk::default();
        disk.follow(&write(0, 1));
        disk.follow(&Step::FlushFolder);
        disk.follow(&Step::Flush { file: "a".to_owned() });
        disk.follow(&write(0, 2));
        let mut rng = Rng::with_seed(1);
        let found: BTreeSet<(u8, u8)> = (0..100)
            .map(|_| disk.after_a_power_cut(&mut rng).remove("a").expect("it was flushed"))
            .map(|image| (image[0], image[SECTOR]))
            .collect();
        assert_eq!(found, BTreeSet::from([(1, 1), (1, 2), (2, 1), (2, 2)]));
    }
}
