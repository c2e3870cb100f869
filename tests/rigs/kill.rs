//! The process is killed at a random moment under load. R1, R3, R4, R5 of the reliability goals.

use std::{fs, thread, time::Duration};

use serde_json::{Value, json};

use crate::harness::{Place, Running, randomness, rounds, say, until};

const KILLS_OF_A_FOLDER: u64 = 8;
/// Every so many kills one may fall into the start; the others wait until the load sells, however
/// long a start takes here.
const KILLS_FOR_ONE_AT_THE_START: u64 = 4;

#[test]
fn killed_at_any_moment_nothing_acknowledged_is_lost_and_nothing_is_done_twice_or_by_halves() {
    let mut rng = randomness("kill");
    let rounds = rounds(12);
    let mut place = Place::new();
    let (mut acknowledged, mut before, mut unknown, mut stored, mut at_start) = (0, 0, 0, 0, 0);
    for round in 1..=rounds {
        // A folder goes through several kills; a check takes the longer, the more is in it.
        if round % KILLS_OF_A_FOLDER == 0 {
            (place, before) = (Place::new(), acknowledged);
        }
        let sold = place.acknowledged();
        let mut load = Running::start(&mut place.load(rng.u64(1..1 << 53), 600, rng.u64(1..=16)));
        if round % KILLS_FOR_ONE_AT_THE_START != 0 {
            until("the load sells", || sold < place.acknowledged() || load.has_ended());
        }
        let after = Duration::from_millis(rng.u64(0..=800));
        thread::park_timeout(after);
        load.kill();
        at_start += u64::from(place.acknowledged() == sold);
        // Killed before there was anything to sell from; the next load begins with it.
        if !place.ledger.exists() || !place.data.join("lanyard.db").exists() {
            assert_eq!(place.acknowledged(), 0, "round {round}: acknowledged without a database");
            continue;
        }
        let report = place.is_complete(&format!("round {round}, killed after {after:?}"));
        acknowledged = before + report["acknowledged"].as_u64().expect("a number");
        unknown += report["unknown"].as_u64().expect("a number");
        stored += report["unknownButStored"].as_u64().expect("a number");
        // What had no answer was asked again just now, and is settled.
        place.settle();
    }
    assert!(0 < acknowledged, "the loads were killed before they did anything");
    say(&format!(
        "kill: {rounds} kills, {at_start} of them during the start; {acknowledged} commands acknowledged: 0 lost; {unknown} without \
         an answer, {stored} of them stored as a whole, and none done twice when asked again"
    ));
}

/// A ledger that an undisturbed load wrote, altered.
fn control(alter: impl FnOnce(&mut Vec<Value>)) -> crate::harness::Checked {
    let place = Place::new();
    place.orders(7, 20);
    place.is_complete("an undisturbed load");
    let text = fs::read_to_string(&place.ledger).expect("a ledger");
    let mut lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    alter(&mut lines);
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    fs::write(&place.ledger, text).expect("written");
    place.check()
}

fn last_acked(lines: &mut [Value]) -> &mut Value {
    lines.iter_mut().rfind(|line| line["line"] == "acked").expect("an acknowledged command")
}

#[test]
fn control_a_command_that_was_acknowledged_and_is_not_there_is_found() {
    let checked = control(|lines| {
        let id = "01930000-0000-7000-8000-00000000dead";
        let params = json!({ "orderId": id });
        lines.push(
            json!({ "line": "intent", "id": id, "method": "ConfirmFreeOrder", "params": params }),
        );
        lines.push(json!({ "line": "acked", "id": id, "position": 7 }));
    });
    assert_eq!((checked.is_sound(), checked.lost()), (false, 1), "{checked:?}");
}

#[test]
fn control_a_command_that_is_stored_elsewhere_than_acknowledged_is_found() {
    let checked = control(|lines| {
        let acked = last_acked(lines);
        acked["position"] = json!(acked["position"].as_i64().expect("a position") + 1);
    });
    assert_eq!((checked.is_sound(), checked.lost()), (false, 0), "{checked:?}");
}

#[test]
fn control_a_command_that_was_refused_and_is_stored_is_found() {
    let checked = control(|lines| {
        let acked = last_acked(lines);
        *acked = json!({ "line": "refused", "id": acked["id"], "code": "RefusedNotFound" });
    });
    assert_eq!((checked.is_sound(), checked.lost()), (false, 0), "{checked:?}");
}
