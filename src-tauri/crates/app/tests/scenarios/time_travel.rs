//! Scenario 46: as it was.

use app::Role;
use serde_json::{Value, json};
use testkit::{
    ANNA, BORIS, CONFERENCE, CP, GA, START, Stage, conference_form, number, seat_type_form,
};

fn as_of(stage: &Stage, method: &str, mut params: Value, moment: &Value) -> Value {
    params["asOf"] = moment.clone();
    stage.asks(method, params)
}

#[test]
fn s46_orders_and_availability_look_as_they_did_at_every_position() {
    let stage = Stage::std_conference(10);
    let conference = json!({ "conferenceId": CONFERENCE });
    let mut seen = Vec::new();
    let mut remember = || {
        let position = stage.app().position();
        let answers = ["ListOrders", "GetSeatTypes", "ListAttendees"]
            .map(|method| stage.asks(method, conference.clone()));
        seen.push((position, answers));
    };
    remember();
    stage.registers(ANNA.order, &[(GA, 2), (CP, 1)]);
    remember();
    stage.gives_details(ANNA.order, &ANNA);
    remember();
    stage.pays(ANNA.order);
    remember();
    stage.assigns(ANNA.order, 0, &ANNA);
    remember();
    stage.registers(BORIS.order, &[(GA, 3)]);
    remember();
    stage.minutes_pass(30);
    remember();

    for (position, answers) in seen {
        for (method, then) in ["ListOrders", "GetSeatTypes", "ListAttendees"].iter().zip(answers) {
            let now = as_of(&stage, method, conference.clone(), &json!(position));
            assert_eq!(now, then, "{method} as of {position}");
        }
    }
}

#[test]
fn s46_a_moment_shows_what_was_recorded_until_then() {
    let stage = Stage::std_conference(10);
    stage.minutes_pass(10);
    stage.registers(ANNA.order, &[(GA, 2)]);
    stage.minutes_pass(10);
    stage.gives_details(ANNA.order, &ANNA);
    let order = json!({ "orderId": ANNA.order });
    let email = |moment: &str| {
        as_of(&stage, "GetDraftOrder", order.clone(), &json!(moment))["registrantEmail"].clone()
    };
    assert_eq!(email("2026-11-23T09:10:00Z"), Value::Null);
    assert_eq!(email("2026-11-23T09:15:00Z"), Value::Null);
    assert_eq!(email("2026-11-23T09:20:00Z"), ANNA.email);
    let mut before = order.clone();
    before["asOf"] = "2026-11-23T09:09:59Z".into();
    let refused = stage.inquire(Role::Organizer, "GetDraftOrder", before).unwrap_err();
    assert_eq!(refused.code, "RefusedNotFound");
    let seats = json!({ "conferenceId": CONFERENCE });
    let then = as_of(&stage, "GetSeatTypes", seats.clone(), &json!(START));
    assert_eq!(number(&then["seatTypes"][0]["available"]), 10);
    let now = as_of(&stage, "GetSeatTypes", seats, &json!("2030-01-01T00:00:00Z"));
    assert_eq!(number(&now["seatTypes"][0]["available"]), 8);
}

#[test]
fn s46_a_conference_shows_its_unannounced_edits_as_of_then() {
    let stage = Stage::new();
    stage.creates_conference(CONFERENCE, "cqrs-days");
    stage.defines_standard_seats(10);
    let defined = stage.app().position();
    let mut renamed = seat_type_form(GA, 33);
    renamed["name"] = "Early bird".into();
    stage.organizes("UpdateSeatType", renamed);
    let edited = stage.app().position();
    let mut form = conference_form(CONFERENCE, "");
    for fixed in ["slug", "currency", "ownerName", "ownerEmail"] {
        form.as_object_mut().expect("a form").remove(fixed);
    }
    form["name"] = "CQRS Week".into();
    stage.organizes("UpdateConference", form);
    let party = json!({ "conferenceId": CONFERENCE, "seatTypeId": CP });
    stage.organizes("DeleteSeatType", party);

    let conference = json!({ "conferenceId": CONFERENCE });
    let seats = |position: i64| {
        let answer = as_of(&stage, "GetSeatTypes", conference.clone(), &json!(position));
        let types = testkit::items(&answer["seatTypes"]).clone();
        (types.len(), types[0]["name"].clone(), number(&types[0]["quantity"]))
    };
    assert_eq!(seats(defined), (3, json!("General admission"), 10));
    assert_eq!(seats(edited), (3, json!("Early bird"), 33));
    assert_eq!(seats(stage.app().position()), (2, json!("Early bird"), 33));
    let name = |position: i64| {
        as_of(&stage, "GetConference", conference.clone(), &json!(position))["name"].clone()
    };
    assert_eq!(
        (name(edited), name(stage.app().position())),
        (json!("CQRS Days"), json!("CQRS Week"))
    );
}

#[test]
fn s46_an_order_of_the_past_was_told_by_the_clock_of_today() {
    let stage = Stage::std_conference(10);
    stage.minutes_pass(1);
    stage.registers(ANNA.order, &[(GA, 2)]);
    let placed = stage.app().position();
    stage.gives_details(ANNA.order, &ANNA);
    stage.begins_to_pay(ANNA.order);
    stage.minutes_pass(60);
    let then = |moment: Value| {
        let params = json!({ "orderId": ANNA.order });
        let draft = as_of(&stage, "GetDraftOrder", params, &moment);
        assert_eq!(draft["actions"], json!([]), "nothing can be done in the past");
        ["now", "isExpired", "isOver"].map(|field| draft[field].clone())
    };
    let at = |now: &str, is_expired: bool, is_over: bool| {
        [json!(now), json!(is_expired), json!(is_over)]
    };
    assert_eq!(then(json!(placed)), at("2026-11-23T09:01:00Z", false, false));
    let in_time = "2026-11-23T09:15:59Z";
    assert_eq!(then(json!(in_time)), at(in_time, false, false));
    let while_it_may_be_paid = "2026-11-23T09:16:00Z";
    assert_eq!(then(json!(while_it_may_be_paid)), at(while_it_may_be_paid, true, false));
    let released = "2026-11-23T09:30:00Z";
    assert_eq!(then(json!(released)), at(released, true, true));
    let now = stage.draft(ANNA.order)["now"].clone();
    assert_eq!(then(json!("2030-01-01T00:00:00Z"))[0], now, "nobody knows what is to come");
}

#[test]
fn s46_what_is_shown_of_the_past_offers_nothing_to_do() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 1)]);
    let position = json!(stage.app().position());
    for (method, params) in [
        ("GetConference", json!({ "conferenceId": CONFERENCE })),
        ("GetOrderSeats", json!({ "orderId": ANNA.order })),
        ("GetDraftOrder", json!({ "orderId": ANNA.order })),
    ] {
        assert_ne!(stage.asks(method, params.clone())["actions"], json!([]), "{method}");
        assert_eq!(as_of(&stage, method, params, &position)["actions"], json!([]), "{method}");
    }
}

#[test]
fn a_moment_that_is_none_is_refused_on_its_field() {
    let stage = Stage::std_conference(10);
    for wrong in [json!(-1), json!("yesterday"), json!(1.5), json!({})] {
        let params = json!({ "conferenceId": CONFERENCE, "asOf": wrong });
        let refused = stage.inquire(Role::Organizer, "GetSeatTypes", params).unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), ("InvalidRequest", Some("asOf")));
    }
}
