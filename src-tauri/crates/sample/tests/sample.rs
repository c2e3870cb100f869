//! The sample conference is real history, the same every time, and shows every state.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use app::{App, Caller, ClockChoice, OpenOptions, Opening, Role};
use kernel::Timestamp;
use serde_json::{Value, json};

fn made(folder: &std::path::Path) -> (App, String) {
    let end: Timestamp = "2026-11-23T09:00:00Z".parse().unwrap();
    let app = App::open(OpenOptions {
        folder: folder.to_owned(),
        opening: Opening::Demo,
        clock: ClockChoice::Manual { start: Some(sample::beginning(end)) },
        codes: Some(7),
    })
    .unwrap();
    let conference = sample::tell(&app, 7, |_| {}).unwrap();
    (app, conference)
}

fn ask(app: &App, method: &str, params: Value) -> Value {
    let answer = app.query(&Caller::new(Role::Organizer, "here"), method, params).unwrap();
    serde_json::from_str(answer.get()).unwrap()
}

/// Everything that does not depend on random keys.
fn outline(app: &App) -> Vec<String> {
    app.read(|log| {
        let events = event_store::read_all(log, 0, 1_000_000)?;
        Ok(events
            .iter()
            .map(|event| format!("{} {} {}", event.stream, event.type_name, event.recorded_at))
            .collect())
    })
    .unwrap()
}

#[test]
fn the_sample_shows_every_state_and_its_figures_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let (app, conference) = made(folder.path());

    let dashboard = ask(&app, "GetDashboard", json!({ "conferenceId": conference }));
    for figure in dashboard["figures"].as_array().unwrap() {
        let name = &figure["figure"];
        let explained = json!({ "conferenceId": conference, "figure": name });
        let explained = ask(&app, "ExplainFigure", explained);
        assert_eq!(explained["value"], figure["value"], "{name}");
    }
    for status in ["PartiallyReserved", "Reserved", "Confirmed", "Expired", "Cancelled"] {
        let listed = json!({ "conferenceId": conference, "status": status });
        let listed = ask(&app, "ListOrders", listed);
        assert!(0 < listed["total"].as_i64().unwrap(), "no order is {status}");
    }
    let cards = ask(&app, "ListAttentionCards", json!({ "conferenceId": conference }));
    assert_eq!(cards["items"][0]["kind"], "LatePayment");
    let seat_types = ask(&app, "GetSeatTypes", json!({ "conferenceId": conference }));
    let available = |at: usize| seat_types["seatTypes"][at]["available"].as_i64().unwrap();
    assert_eq!(available(1), 0, "the workshop is sold out");
    assert_eq!(available(2), 6, "a few dinners are left");
    assert!(0 < available(0) && 0 < available(3), "{seat_types}");

    assert_eq!(app.compare_views().unwrap(), vec![]);
    app.close().unwrap();
}

#[test]
fn the_same_seed_and_moment_make_the_same_history() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (one, _) = made(one.path());
    let (other, _) = made(other.path());
    assert_eq!(outline(&one), outline(&other));
    one.close().unwrap();
    other.close().unwrap();
}
