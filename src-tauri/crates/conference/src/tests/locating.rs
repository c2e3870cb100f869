use kernel::{Personal, Timestamp};

use super::scene::*;
use crate::*;

const NOON: Timestamp = Timestamp::from_micros(1_795_435_200_000_000);

#[test]
fn olga_finds_her_conference_again_in_any_capitals() {
    let scene = given([created(), gophercon_created()]);
    let find = |email, code| locate(&scene.connection, email, code).unwrap();
    assert_eq!(find("olga@example.org", "K7QXM"), Some(RUSTCONF));
    assert_eq!(find(" Olga@Example.ORG", "k7qxm "), Some(RUSTCONF));
    assert_eq!(find("olga@example.org", "P2345"), Some(GOPHERCON));
}

#[test]
fn a_wrong_code_and_an_unknown_owner_get_the_same_answer() {
    let scene = given([created()]);
    for (email, code) in [
        ("olga@example.org", "P2345"),
        ("boris@example.org", "K7QXM"),
        ("olga@example.org", "0O1IL"),
        ("olga", "K7QXM"),
        ("", ""),
    ] {
        assert_eq!(locate(&scene.connection, email, code).unwrap(), None, "{email} {code}");
    }
}

#[test]
fn an_erased_owner_is_forgotten_live_and_after_a_rebuild() {
    let live = given([created(), published()]);
    scrub(&live.connection, OLGA).unwrap();
    let erased = ConferenceEvent::ConferenceCreated(Box::new(ConferenceCreated {
        owner: Personal::Erased { person: OLGA },
        ..creation_event()
    }));
    let rebuilt = given([erased, published()]);
    assert_eq!(rows(&live.connection), rows(&rebuilt.connection));
    assert_eq!(live.load(RUSTCONF).owner, Personal::Erased { person: OLGA });
    assert_eq!(locate(&live.connection, "olga@example.org", "K7QXM").unwrap(), None);
    rebuilt.when(update(same_details())).then_nothing();
}

#[test]
fn the_sixth_wrong_code_within_a_minute_is_not_looked_at() {
    let mut throttle = Throttle::default();
    for second in 0..5 {
        let now = NOON.plus_seconds(second);
        assert_eq!(throttle.check(now), Ok(()));
        throttle.record_wrong_try(now);
    }
    let refused = throttle.check(NOON.plus_seconds(5)).unwrap_err();
    assert_eq!(refused.try_again_at, NOON.plus_seconds(60));
    assert_eq!(refused.code(), "RefusedTooManyTries");
    assert!(throttle.check(NOON.plus_seconds(59)).is_err());
    assert_eq!(throttle.check(NOON.plus_seconds(60)), Ok(()));
}

#[test]
fn the_fifty_first_wrong_code_within_an_hour_is_not_looked_at() {
    let mut throttle = Throttle::default();
    for minute in 0..50 {
        throttle.record_wrong_try(NOON.plus_minutes(minute));
    }
    let refused = throttle.check(NOON.plus_minutes(50)).unwrap_err();
    assert_eq!(refused.try_again_at, NOON.plus_minutes(60));
    assert_eq!(throttle.check(NOON.plus_minutes(60)), Ok(()));
}

#[test]
fn the_throttle_outlives_a_restart() {
    let mut throttle = Throttle::default();
    for _ in 0..5 {
        throttle.record_wrong_try(NOON);
    }
    let stored = serde_json::to_string(&throttle).unwrap();
    let restarted: Throttle = serde_json::from_str(&stored).unwrap();
    assert!(restarted.check(NOON.plus_seconds(1)).is_err());
}

#[test]
fn a_clock_that_was_ahead_locks_nobody_out() {
    let mut throttle = Throttle::default();
    for _ in 0..5 {
        throttle.record_wrong_try(NOON.plus_minutes(60 * 24));
    }
    assert_eq!(throttle.check(NOON), Ok(()));
}
