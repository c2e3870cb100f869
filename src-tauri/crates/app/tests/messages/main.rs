//! Who sends what to whom: the seed's table of messages, held against what really happens.
//!
//! A story is played; the log then tells which event followed from which command, event or
//! timeout, and a fresh fold tells which read model took which event. Each row of the seed's table
//! names the observation that shows it. `docs/MESSAGES.md` is written from both.

mod observed;
mod seed;
mod story;

use std::{env, fs, path::Path};

use observed::Observed;
use seed::{Direction, Row, SEED, Shown};

/// After this line of the page everything is written by the test.
const MARK: &str = "<!-- written by the test: WRITE_DOCS=1 cargo test -p app --test messages -->\n";

#[test]
fn every_message_of_the_seeds_table_is_sent_and_received() {
    let observed = story::played();
    let missing: Vec<String> = SEED
        .iter()
        .flat_map(|row| row.shown.iter().map(move |shown| (row, shown)))
        .filter(|(_, shown)| !observed.shows(shown))
        .map(|(row, shown)| format!("{} of {}: {}", row.message, row.element, told(shown)))
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn the_page_of_messages_tells_what_was_observed() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/MESSAGES.md");
    let text = fs::read_to_string(&page).expect("docs/MESSAGES.md");
    let (told, _) = text.split_once(MARK).expect("the mark in docs/MESSAGES.md");
    let current = format!("{told}{MARK}\n{}\n{}", seed_table(), observed_table(&story::played()));
    if env::var_os("WRITE_DOCS").is_some() {
        fs::write(&page, current).expect("docs/MESSAGES.md can be written");
    } else {
        assert!(text == current, "docs/MESSAGES.md is not current: run with WRITE_DOCS=1");
    }
}

fn seed_table() -> String {
    let mut table = "## The seed's table\n\n\
        | element | direction | message | here | shown by |\n\
        | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for Row { element, direction, message, here, shown } in SEED {
        let direction = match direction {
            Direction::Sends => "sends",
            Direction::Receives => "receives",
        };
        let shown = shown.iter().map(told).collect::<Vec<_>>().join("; ");
        table += &format!("| {element} | {direction} | {message} | {here} | {shown} |\n");
    }
    table
}

fn observed_table(observed: &Observed) -> String {
    let mut table = "## What followed from what\n\n\
        | cause | recorded | in the stream |\n\
        | --- | --- | --- |\n"
        .to_owned();
    for (cause, event, stream) in &observed.followed {
        table += &format!("| {cause} | {event} | {stream} |\n");
    }
    table += "\n## Which read model takes which event\n\n| read model | events |\n| --- | --- |\n";
    for (model, events) in &observed.taken {
        let events: Vec<&str> = events.iter().map(String::as_str).collect();
        table += &format!("| {model} | {} |\n", events.join(", "));
    }
    table
}

fn told(shown: &Shown) -> String {
    match shown {
        Shown::Follows(cause, event) => format!("{cause} → {event}"),
        Shown::Taken(event, model) => format!("{event} → read model {model}"),
        Shown::Sent(role, method) => format!("{} sends {method}", role.as_str()),
        Shown::Answered(role, method) => format!("{} is answered {method}", role.as_str()),
    }
}
