//! How soon the window is there, how soon it answers, and what it keeps in memory, with the sample
//! conference. The figures are printed; what is required is that everything comes. They mean
//! something with a release build: `cargo test --release --test window pace -- --nocapture`.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::harness::{APPLICATION, Launch, Window};

const CONFERENCE: &str = "Alpine Systems Days";
const SLUG: &str = "alpine-systems-days";

#[test]
fn the_window_comes_and_every_click_is_answered() {
    let mut window = Launch::real().before(put_sample).open();
    let mut starts = Vec::new();
    for _ in 0..5 {
        window.restart();
        window.see(CONFERENCE);
        starts.push(window.first_shown());
    }
    starts.sort_unstable();
    println!("from the start of the process until the first page is shown, ms: {starts:?}");

    let conference = window.conferences().into_iter().find(|one| one["slug"] == SLUG);
    let conference = conference.expect("the sample")["conferenceId"].clone();
    let conference = conference.as_str().expect("an id");
    window.go(&format!("/organizer/{conference}"));
    for visit in ["first", "second", "third"] {
        window.go(&format!("/organizer/{conference}"));
        let mut answers = Vec::new();
        for (clicked, answer) in [
            ("Orders", "Load more"),
            ("Details", "Europe/"),
            ("Attendees", "Load more"),
            ("Seat types", "Add a seat type"),
        ] {
            answers.push((clicked, window.answered(clicked, answer)));
        }
        window.go(&format!("/register/{SLUG}"));
        answers.push(("Register", window.answered("Register", "Choose your seats")));
        let more = "document.querySelector('[aria-label^=\"One more\"]:not([disabled])').click()";
        window.script(more, vec![]);
        let held = window.answered("Hold these seats", "Your details and payment");
        answers.push(("Hold these seats", held));
        println!("from a click until its answer is painted, {visit} visit, ms: {answers:?}");
    }

    for (program, kilobytes) in window.memory() {
        println!("memory of {program}: {} MB", kilobytes / 1_000);
        assert!(0 < kilobytes);
    }
    window.screenshot("pace");
}

fn put_sample(data: &Path) {
    let mut demo = Command::new(APPLICATION);
    let made = demo.args(["demo", "--no-window", "--data"]).arg(data).output().expect("it starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

impl Window {
    /// Clicks a link or button and measures, in the page itself, how long it takes until a text is
    /// painted that was not there before. In milliseconds.
    fn answered(&self, clicked: &str, answer: &str) -> u64 {
        let click = "
            const [called, answer] = arguments;
            const name = (one) => (one.getAttribute('aria-label') ?? one.innerText).trim();
            const all = [...document.querySelectorAll('button, a[href]')];
            const target = all.find((one) => name(one) === called);
            if (!target) return 'there is no ' + called + ' among ' + all.map(name).join(', ');
            const seen = () => document.querySelector('main').textContent.includes(answer);
            if (seen()) return answer + ' is there already';
            window.answeredAfter = null;
            const began = performance.now();
            const watch = new MutationObserver(() => {
                if (!seen()) return;
                watch.disconnect();
                requestAnimationFrame(() => setTimeout(() => {
                    window.answeredAfter = Math.max(1, performance.now() - began);
                }));
            });
            watch.observe(document.body, { subtree: true, childList: true, characterData: true });
            target.click();
            return '';";
        self.wait_until(&format!("{clicked} can be clicked"), |window| {
            window.script(click, vec![json!(clicked), json!(answer)]) == json!("")
        });
        self.wait_until(&format!("{clicked} is answered by {answer}"), |window| {
            !window.script("return window.answeredAfter", vec![]).is_null()
        });
        let after = self.script("return Math.round(window.answeredAfter)", vec![]);
        after.as_u64().expect("milliseconds")
    }

    /// From the start of the process until the page had painted something, in milliseconds.
    fn first_shown(&self) -> u64 {
        self.wait_until("the page tells when it was painted", |window| {
            window.script("return performance.getEntriesByType('paint').length", vec![]) != json!(0)
        });
        let now = "
            const paint = performance.getEntriesByType('paint').pop();
            return Math.round(performance.now() - paint.startTime);";
        let since_paint = self.script(now, vec![]).as_u64().expect("milliseconds");
        let process = self.processes().into_iter().find(|one| one.is_application);
        process.expect("the application").age.saturating_sub(since_paint)
    }

    /// What the application and the programs that it started keep, each with its part of what they
    /// share, in KB.
    fn memory(&self) -> Vec<(String, u64)> {
        let processes = self.processes().into_iter();
        processes.map(|process| (process.name, process.kilobytes)).collect()
    }

    /// The application of this window and its children.
    fn processes(&self) -> Vec<Process> {
        let data = self.data().to_str().expect("a path in UTF-8");
        let all: Vec<(u32, String, Vec<String>)> = fs::read_dir("/proc")
            .expect("the processes")
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(|process: u32| {
                let command = fs::read_to_string(format!("/proc/{process}/cmdline")).ok()?;
                let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
                // The name stands in parentheses and may hold anything.
                let fields = stat.rsplit_once(") ")?.1.split(' ').map(str::to_owned).collect();
                Some((process, command, fields))
            })
            .collect();
        let application = all
            .iter()
            .find(|(_, command, _)| command.starts_with(APPLICATION) && command.contains(data))
            .map(|(process, ..)| *process)
            .expect("the application runs");
        all.iter()
            .filter(|(process, _, fields)| {
                *process == application || fields[1] == application.to_string()
            })
            .map(|(process, command, fields)| {
                let program = command.split('\0').next().unwrap_or_default();
                let name = program.rsplit('/').next().unwrap_or_default().to_owned();
                let is_application = *process == application;
                Process { name, is_application, age: age(&fields[19]), kilobytes: shared(*process) }
            })
            .collect()
    }
}

struct Process {
    name: String,
    is_application: bool,
    /// In milliseconds.
    age: u64,
    kilobytes: u64,
}

/// From the hundredths of a second after the computer's start at which a process began.
fn age(began: &str) -> u64 {
    let uptime = fs::read_to_string("/proc/uptime").expect("the time since the start");
    let uptime = uptime.split(' ').next().expect("seconds").replace('.', "");
    let hundredths = |text: &str| text.parse::<u64>().expect("hundredths of a second");
    10 * (hundredths(&uptime) - hundredths(began))
}

fn shared(process: u32) -> u64 {
    let parts = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).expect("its memory");
    let line = parts.lines().find(|line| line.starts_with("Pss:")).expect("its part");
    line.split_whitespace().nth(1).expect("kilobytes").parse().expect("a number")
}
