//! How many seats may be held at once where registrants are by themselves.

use app::{
    AppError, Caller,
    Role::{Desk, Kiosk, Organizer, Registrant},
};
use serde_json::{Value, json};
use testkit::{CONFERENCE, CP, GA, OTHER_CONFERENCE, Stage, WS, conference_form, id, registration};

/// The other conference's only seat type.
const OTHER_SEATS: &str = "01930000-0000-7000-8000-0000000000a9";

fn kiosk(station: &str) -> Caller {
    Caller::in_window(Kiosk, station)
}

fn holds(
    stage: &Stage,
    caller: Caller,
    order: u64,
    seats: &[(&str, i64)],
) -> Result<Value, AppError> {
    stage.attempt_by(caller, "RegisterToConference", registration(&id(order), seats))
}

#[track_caller]
fn is_too_many(answer: Result<Value, AppError>) {
    let refused = answer.expect_err("these are too many");
    assert_eq!((refused.code, refused.field.as_deref()), ("RefusedHoldLimit", Some("seats")));
}

#[test]
fn forty_seats_are_held_from_a_kiosk_and_no_more() {
    let stage = Stage::std_conference(100);
    holds(&stage, kiosk("Hall"), 1, &[(GA, 20), (WS, 19)]).expect("39");
    is_too_many(holds(&stage, kiosk("Hall"), 2, &[(CP, 2)]));
    holds(&stage, kiosk("Hall"), 2, &[(CP, 1)]).expect("40");
    is_too_many(holds(&stage, kiosk("Hall"), 3, &[(CP, 1)]));
    // What an order holds itself does not stand in the way of its change.
    holds(&stage, kiosk("Hall"), 1, &[(GA, 20), (WS, 10)]).expect("fewer");
    holds(&stage, kiosk("Hall"), 3, &[(CP, 9)]).expect("40 again");
    stage.views_equal_the_log();
}

#[test]
fn seats_of_another_kiosk_or_channel_are_not_counted() {
    let stage = Stage::std_conference(100);
    holds(&stage, kiosk("Hall"), 1, &[(GA, 20), (WS, 20)]).expect("40");
    holds(&stage, kiosk("Foyer"), 2, &[(GA, 20), (WS, 20)]).expect("another station");
    let registrant = || Caller::in_window(Registrant, "Hall");
    holds(&stage, registrant(), 3, &[(GA, 20), (WS, 20)]).expect("another channel");
    is_too_many(holds(&stage, registrant(), 4, &[(CP, 1)]));
}

#[test]
fn seats_of_all_conferences_are_counted_together() {
    let stage = Stage::std_conference(100);
    stage.organizes("CreateConference", conference_form(OTHER_CONFERENCE, "other-days"));
    let seats = json!({
        "conferenceId": OTHER_CONFERENCE, "seatTypeId": OTHER_SEATS, "name": "Full pass",
        "description": "A seat.", "price": { "amount": 100, "currency": "USD" }, "quantity": 100,
    });
    stage.organizes("CreateSeatType", seats);
    stage.organizes("PublishConference", json!({ "conferenceId": OTHER_CONFERENCE }));
    holds(&stage, kiosk("Hall"), 1, &[(GA, 20), (WS, 15)]).expect("35");
    let other = |seats: i64| {
        let mut params = registration(&id(2), &[(OTHER_SEATS, seats)]);
        params["conferenceId"] = json!(OTHER_CONFERENCE);
        stage.attempt_by(kiosk("Hall"), "RegisterToConference", params)
    };
    is_too_many(other(6));
    other(5).expect("40");
}

#[test]
fn seats_that_are_paid_for_or_given_back_are_held_no_longer() {
    let stage = Stage::std_conference(100);
    let order = id(1);
    holds(&stage, kiosk("Hall"), 1, &[(GA, 20), (WS, 20)]).expect("40");
    stage.gives_details(&order, &testkit::ANNA);
    stage.pays(&order);
    holds(&stage, kiosk("Hall"), 2, &[(GA, 20), (WS, 20)]).expect("the first are paid for");
    is_too_many(holds(&stage, kiosk("Hall"), 3, &[(CP, 1)]));
    stage.minutes_pass(29);
    holds(&stage, kiosk("Hall"), 3, &[(CP, 20), (GA, 20)]).expect("the time is over");
}

#[test]
fn nothing_is_limited_at_a_desk_for_the_organizer_and_on_the_command_line() {
    let stage = Stage::std_conference(100);
    let callers = [
        Caller::in_window(Desk, "Hall"),
        Caller::in_window(Organizer, "Hall"),
        Caller::on_command_line(Registrant, "Hall"),
        Caller::on_command_line(Kiosk, "Hall"),
    ];
    for (number, caller) in (1..).zip(callers) {
        let wanted = [(GA, 20), (WS, 20), (CP, 20)];
        holds(&stage, caller, number, &wanted).expect("as many as there are");
    }
}

#[test]
fn the_organizer_sets_how_many_seats_are_held_at_once() {
    let stage = Stage::std_conference(100);
    assert_eq!(stage.asks("GetSettings", json!({})), json!({ "holdLimit": 40 }));
    for wrong in [0, -1, 1_001] {
        let refused = stage.refused(Organizer, "SetHoldLimit", json!({ "holdLimit": wrong }));
        let told = (refused.code, refused.field.as_deref());
        assert_eq!(told, ("InvalidQuantity", Some("holdLimit")));
    }
    stage.organizes("SetHoldLimit", json!({ "holdLimit": 5 }));
    is_too_many(holds(&stage, kiosk("Hall"), 1, &[(GA, 6)]));
    let stage = stage.restarted();
    assert_eq!(stage.asks("GetSettings", json!({})), json!({ "holdLimit": 5 }));
    is_too_many(holds(&stage, kiosk("Hall"), 1, &[(GA, 6)]));
    holds(&stage, kiosk("Hall"), 1, &[(GA, 5)]).expect("5");
    let asked = json!({ "conferenceId": CONFERENCE });
    assert_eq!(stage.asks("ListOrders", asked)["items"][0]["seatCount"], 5);
}
