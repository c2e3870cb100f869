//! Killing the program at each call that changes a file, whichever call and thread.
//!
//! The library of `tests/shim` counts and kills. An ordinary run tries some calls of each kind, from
//! a place that is drawn; `SEED` brings the same ones back, and `EVERY_WRITE=1` tries all.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    process::{Command, Stdio},
};

use fastrand::Rng;

use crate::{harness::BINARY, shim};

/// An ordinary run tries so many calls of a kind.
const OF_A_KIND: usize = 4;

/// Past the end of everything that is tried here.
pub const NEVER: usize = 1_000_000_000;

/// The program, killed at the n-th of its calls.
pub fn killed_at(number: usize) -> Command {
    let mut command = Command::new(BINARY);
    command.env("LD_PRELOAD", shim::library()).env("KILL_AT", number.to_string());
    command
}

/// The names of the calls that an undisturbed run makes, in their order.
pub fn calls_of(run: impl FnOnce(Command)) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let noted = folder.path().join("calls");
    let mut command = killed_at(NEVER);
    command.env("CALLS", &noted);
    run(command);
    fs::read_to_string(noted).expect("the calls").lines().map(str::to_owned).collect()
}

/// Kills at the calls and, in the end, at none. `kill_at` says whether the program came to its end
/// all the same.
#[track_caller]
pub fn at_calls(what: &str, calls: &[String], mut kill_at: impl FnMut(usize) -> bool) {
    let mut killed = Vec::new();
    let tried_all = std::env::var_os("EVERY_WRITE").is_some();
    if tried_all {
        killed.extend((1..).take_while(|number| !kill_at(*number)));
        // What threads do by the clock is not the same in every run.
        assert!(calls.len() * 9 / 10 <= killed.len(), "{what}: {} kills only", killed.len());
    } else {
        let seed = seed(what);
        let chosen = chosen(calls, &mut Rng::with_seed(seed));
        let number = chosen.len();
        killed.extend(chosen.into_iter().filter(|number| !kill_at(*number)));
        assert!(number * 9 / 10 <= killed.len(), "{what}: {} of {number} kills", killed.len());
        assert!(kill_at(NEVER), "{what}: it does not end well undisturbed");
    }
    let mut kinds: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for (number, call) in (1..).zip(calls) {
        let [tried, all] = kinds.entry(call).or_default();
        *all += 1;
        *tried += usize::from(killed.contains(&number));
    }
    say(&format!("{what}: killed at {} calls; of an undisturbed run's: {kinds:?}", killed.len()));
}

/// Some of each kind, evenly spread from a place that is drawn.
fn chosen(calls: &[String], rng: &mut Rng) -> Vec<usize> {
    let mut kinds: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, call) in (1..).zip(calls) {
        kinds.entry(call).or_default().push(number);
    }
    let mut chosen = Vec::new();
    for numbers in kinds.values() {
        let stride = numbers.len().div_ceil(OF_A_KIND);
        chosen.extend(numbers.iter().skip(rng.usize(..stride)).step_by(stride));
    }
    chosen.sort_unstable();
    chosen
}

/// A seed that is printed, and can be given back by `SEED`.
pub fn seed(what: &str) -> u64 {
    let given = std::env::var("SEED").ok().map(|text| text.parse().expect("SEED is a number"));
    let seed = given.unwrap_or_else(|| fastrand::u64(..));
    say(&format!("{what}: SEED={seed}"));
    seed
}

/// Prints what a test did, also where the test passes and `println` would be kept back.
pub fn say(what: &str) {
    writeln!(std::io::stdout(), "{what}").expect("it can be printed");
}

/// The control: what the kernel saw, the library counted. A call that it does not know would never
/// be killed at.
#[test]
fn control_no_call_that_changes_a_file_is_left_out_of_the_count() {
    const CALLS: &str = "write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,sync,syncfs,\
        sync_file_range,ftruncate,truncate,fallocate,copy_file_range,sendfile,splice,rename,\
        renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,link,linkat,symlink,symlinkat,\
        mknod,mknodat,creat,open,openat,openat2,io_uring_setup";
    crate::harness::require_strace();
    let folder = tempfile::tempdir().expect("a folder");
    let [trace, noted] = ["trace", "calls"].map(|name| folder.path().join(name));
    let preload = format!("LD_PRELOAD={}", shim::library().display());
    let note = format!("CALLS={}", noted.display());
    let mut strace = Command::new("strace");
    strace.args(["-f", "-q", "-y", "-E", &preload, "-E", &note]);
    strace.arg("-e").arg(format!("trace={}", CALLS.replace(' ', ""))).arg("-o").arg(&trace);
    strace.args([BINARY, "load", "--sandbox", "--orders", "3", "--data"]);
    strace.arg(folder.path().join("data")).arg("--ledger").arg(folder.path().join("ledger"));
    let status = strace.stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.expect("strace starts").success());

    let mut counted: BTreeMap<String, i64> = BTreeMap::new();
    for call in fs::read_to_string(noted).expect("the calls").lines() {
        *counted.entry(call.to_owned()).or_default() += 1;
    }
    let trace = fs::read_to_string(trace).expect("the trace");
    let mut seen: BTreeMap<String, i64> = BTreeMap::new();
    for line in trace.lines().filter(|line| !line.contains("<... ")) {
        let Some((name, arguments)) = line.split_once('(') else { continue };
        let is_no_file = ["<pipe:", "<anon_inode:", "<socket:", "</dev/", "/calls"]
            .iter()
            .any(|other| arguments.contains(other));
        if is_no_file || name.contains("open") && !arguments.contains("O_CREAT") {
            continue;
        }
        let name = name.split_whitespace().last().expect("a name").to_owned();
        *seen.entry(name).or_default() += 1;
    }
    assert!(500 < seen["pwrite64"] && 10 < seen["fsync"] && 0 < seen["unlinkat"], "{seen:?}");
    assert_eq!(counted, seen);
}
