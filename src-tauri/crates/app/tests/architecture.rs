//! Who may know whom. A new edge between our crates is the rarest kind of change: it needs a page
//! in `docs/decisions` and a word in `docs/ARCHITECTURE.md`, and then a line here.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use serde_json::Value;

/// Every crate of ours with those of ours that it knows, leaving out what only its tests know.
const EDGES: &[(&str, &[&str])] = &[
    (
        "app",
        &["conference", "event-store", "kernel", "mail", "payments", "read-models", "registration"],
    ),
    ("bench", &["app", "event-store", "kernel", "read-models", "sample"]),
    ("conference", &["kernel"]),
    ("event-store", &["kernel"]),
    ("kernel", &[]),
    ("lanyard", &["app", "event-store", "kernel", "mail", "sample"]),
    ("mail", &["kernel"]),
    ("payments", &["kernel"]),
    ("read-models", &["conference", "kernel", "payments", "registration"]),
    ("registration", &["kernel"]),
    ("sample", &["app", "kernel"]),
    ("testkit", &["app", "kernel"]),
    ("xtask", &[]),
];

/// Crates, and what they must not contain even through others.
const FAR_FROM: &[(&str, &[&str])] = &[
    ("kernel", &["rusqlite", "tokio", "tauri", "mail"]),
    ("registration", &["rusqlite", "tokio", "tauri", "mail"]),
    ("conference", &["tokio", "tauri", "event-store", "mail"]),
    ("payments", &["tokio", "tauri", "event-store", "mail"]),
    ("event-store", &["tokio", "tauri", "mail"]),
    ("read-models", &["tokio", "tauri", "event-store", "mail"]),
    ("mail", &["rusqlite", "tokio", "tauri", "openssl", "native-tls"]),
    ("app", &["tauri", "gtk", "openssl", "native-tls"]),
    ("bench", &["tauri", "gtk"]),
];

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--offline")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn our_crates_know_each_other_as_the_architecture_says() {
    let metadata = cargo(&["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&metadata).expect("JSON");
    let found: BTreeMap<&str, BTreeSet<&str>> = metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|package| (package["name"].as_str().expect("a name"), ours(package)))
        .collect();
    let allowed: BTreeMap<&str, BTreeSet<&str>> =
        EDGES.iter().map(|(name, knows)| (*name, knows.iter().copied().collect())).collect();
    assert_eq!(found, allowed);
}

/// The crates of ours that a package knows outside of its tests.
fn ours(package: &Value) -> BTreeSet<&str> {
    let dependencies = package["dependencies"].as_array().expect("dependencies");
    dependencies
        .iter()
        .filter(|one| one["path"].is_string() && one["kind"].is_null())
        .filter_map(|one| one["name"].as_str())
        .collect()
}

#[test]
fn pure_crates_are_far_from_databases_clocks_and_windows() {
    for (name, banned) in FAR_FROM {
        let tree = cargo(&["tree", "--package", name, "--edges", "normal", "--prefix", "none"]);
        let reached: BTreeSet<&str> =
            tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
        for other in *banned {
            assert!(!reached.contains(other), "{name} reaches {other}");
        }
    }
}
