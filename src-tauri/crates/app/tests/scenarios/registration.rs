//! Scenarios 1 to 7: everything that is wanted is there.

use app::Role;
use serde_json::json;
use testkit::{
    ANNA, BORIS, CARLA, CONFERENCE, CP, GA, OTHER_CONFERENCE, Stage, WS, conference_form, items,
    number, text,
};

#[test]
fn s01_an_order_holds_what_was_asked_for_and_nothing_else() {
    let stage = Stage::std_conference(100);
    stage.registers(ANNA.order, &[(GA, 1), (WS, 0), (CP, 1)]);

    assert_eq!(stage.state(ANNA.order), "ReservationCompleted");
    assert_eq!(stage.lines(ANNA.order), [("GA", 1, 1), ("CP", 1, 1)]);
    assert_eq!(stage.total(ANNA.order), 24_900);
    assert_eq!(stage.seats("available"), [99, 100, 99]);
    let draft = stage.draft(ANNA.order);
    assert_eq!(draft["reservationExpiration"], "2026-11-23T09:15:00Z");
    assert_eq!(draft["seatsReleasedAt"], "2026-11-23T09:29:00Z");
    assert_eq!(draft["isExpired"], false);
}

#[test]
fn s02_with_details_the_total_can_be_paid() {
    let stage = Stage::std_conference(100);
    stage.registers(ANNA.order, &[(GA, 1), (CP, 1)]);
    assert!(!items(&stage.draft(ANNA.order)["actions"]).contains(&json!("pay")));
    stage.gives_details(ANNA.order, &ANNA);

    assert!(items(&stage.draft(ANNA.order)["actions"]).contains(&json!("pay")));
    let payment = stage.begins_to_pay(ANNA.order);
    let shown = stage.asks("GetPaymentDetails", json!({ "paymentId": payment }));
    assert_eq!(shown["totalAmount"], json!({ "amount": 24_900, "currency": "USD" }));
    assert_eq!(shown["state"], "Initiated");
}

#[test]
fn s03_an_accepted_payment_confirms_the_order() {
    let stage = Stage::std_conference(100);
    let code = stage.buys(&ANNA, &[(GA, 1), (CP, 1)]);

    let draft = stage.draft(ANNA.order);
    assert_eq!(draft["state"], "Confirmed");
    assert_eq!(text(&draft["accessCode"]), code);
    assert_eq!(code.len(), 5);
    assert_eq!(stage.attendees(ANNA.order), [None, None]);
    assert_eq!(stage.seats("sold"), [1, 0, 1]);
    assert_eq!(stage.seats("held"), [0, 0, 0]);
    assert_eq!(stage.row(ANNA.order)["paymentMethod"], "thirdParty");
    stage.figures_add_up();
}

#[test]
fn s04_three_one_and_two_seats_cost_1197() {
    let stage = Stage::std_conference(100);
    stage.registers(ANNA.order, &[(GA, 3), (WS, 1), (CP, 2)]);
    assert_eq!(stage.total(ANNA.order), 119_700);
    stage.gives_details(ANNA.order, &ANNA);
    stage.pays(ANNA.order);

    assert_eq!(stage.lines(ANNA.order), [("GA", 3, 3), ("WS", 1, 1), ("CP", 2, 2)]);
    assert_eq!(stage.attendees(ANNA.order).len(), 6);
    assert_eq!(stage.figure("revenue"), 119_700);
}

#[test]
fn s05_two_of_two_kinds_cost_498() {
    let stage = Stage::std_conference(100);
    stage.registers(ANNA.order, &[(GA, 2), (CP, 2)]);
    assert_eq!(stage.total(ANNA.order), 49_800);
}

#[test]
fn s06_the_estimate_is_what_the_order_then_costs() {
    let stage = Stage::std_conference(100);
    let seats = [GA, WS, CP].map(|id| json!({ "seatTypeId": id, "quantity": 1 }));
    let params = json!({ "conferenceId": CONFERENCE, "seats": seats });
    let estimate = stage.inquire(Role::Registrant, "EstimateTotal", params).unwrap();
    assert_eq!(estimate["total"], json!({ "amount": 74_900, "currency": "USD" }));

    stage.registers(ANNA.order, &[(GA, 1), (WS, 1), (CP, 1)]);
    assert_eq!(stage.total(ANNA.order), 74_900);
}

#[test]
fn s07_an_order_is_found_by_email_and_code_in_any_case_but_only_in_its_conference() {
    let stage = Stage::std_conference(100);
    stage.creates_conference(OTHER_CONFERENCE, "other-days");
    let code = stage.buys(&ANNA, &[(GA, 1)]);
    let locate = |conference: &str, email: &str, code: &str| {
        let params = json!({ "conferenceId": conference, "email": email, "accessCode": code });
        stage.inquire(Role::Registrant, "LocateOrder", params)
    };

    let found = locate(CONFERENCE, "Anna@Example.org", &code.to_lowercase()).unwrap();
    assert_eq!(found["orderId"], ANNA.order);
    assert_eq!(locate(OTHER_CONFERENCE, ANNA.email, &code).unwrap_err().code, "RefusedNotFound");
    assert_eq!(locate(CONFERENCE, BORIS.email, &code).unwrap_err().code, "RefusedNotFound");
}

#[test]
fn an_order_can_change_its_seats_but_gets_no_more_time() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 2)]);
    stage.minutes_pass(5);
    stage.registers(ANNA.order, &[(WS, 3)]);

    assert_eq!(stage.lines(ANNA.order), [("WS", 3, 3)]);
    assert_eq!(stage.total(ANNA.order), 150_000);
    assert_eq!(stage.seats("available"), [10, 7, 10]);
    assert_eq!(stage.draft(ANNA.order)["reservationExpiration"], "2026-11-23T09:15:00Z");
}

#[test]
fn more_time_is_given_in_the_last_two_minutes_and_ten_times_at_most() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 2)]);
    let extend = || {
        let params = json!({ "orderId": ANNA.order });
        stage.attempt(Role::Registrant, "ExtendReservation", params).map_err(|error| error.code)
    };
    stage.minutes_pass(13);
    assert_eq!(extend().unwrap_err(), "RefusedTooEarlyToExtend");
    stage.seconds_pass(1);
    extend().unwrap();
    assert_eq!(stage.draft(ANNA.order)["reservationExpiration"], "2026-11-23T09:20:00Z");
    assert_eq!(extend().unwrap_err(), "RefusedTooEarlyToExtend");
    for _ in 1..10 {
        stage.minutes_pass(5);
        extend().unwrap();
    }
    stage.minutes_pass(5);
    assert_eq!(extend().unwrap_err(), "RefusedExtensionsUsedUp");

    // 15 + 10 x 5 minutes, and the seats go back 14 minutes later.
    assert_eq!(stage.draft(ANNA.order)["reservationExpiration"], "2026-11-23T10:05:00Z");
    stage.minutes_pass(15);
    assert_eq!(stage.state(ANNA.order), "ReservationCompleted");
    stage.minutes_pass(1);
    assert_eq!(stage.state(ANNA.order), "Rejected");
}

#[test]
fn no_more_time_is_given_after_the_time_is_over() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 2)]);
    stage.minutes_pass(15);
    let params = json!({ "orderId": ANNA.order });
    let refused = stage.refused(Role::Registrant, "ExtendReservation", params);
    assert_eq!(refused.code, "RefusedReservationExpired");
}

#[test]
fn orders_are_listed_and_found_without_accents_from_two_letters_on() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 1)]);
    stage.buys(&testkit::DMITRI, &[(GA, 2)]);
    let found = |search: &str| {
        let params = json!({ "conferenceId": CONFERENCE, "search": search });
        number(&stage.asks("ListOrders", params)["total"])
    };
    assert_eq!(found("dvorak"), 1);
    assert_eq!(found("DV"), 1);
    assert_eq!(found("an"), 1);
    assert_eq!(found("example.org"), 2);
    assert_eq!(found("zz"), 0);
    let params = json!({ "conferenceId": CONFERENCE, "search": "d" });
    let refused = stage.inquire(Role::Organizer, "ListOrders", params).unwrap_err();
    assert_eq!((refused.code, refused.field.as_deref()), ("InvalidTooShort", Some("search")));
}

#[test]
fn a_list_is_read_page_by_page_without_a_gap() {
    let stage = Stage::std_conference(100);
    for order in 1..=7 {
        stage.registers(&testkit::id(order), &[(GA, 1)]);
    }
    let mut seen = Vec::new();
    let mut after = serde_json::Value::Null;
    loop {
        let params = json!({ "conferenceId": CONFERENCE, "limit": 3, "after": after });
        let page = stage.asks("ListOrders", params);
        seen.extend(items(&page["items"]).iter().map(|row| text(&row["orderId"])));
        if page["next"].is_null() {
            break;
        }
        after = page["next"].clone();
    }
    let newest_first: Vec<String> = (1..=7).rev().map(testkit::id).collect();
    assert_eq!(seen, newest_first);
}

#[test]
fn a_query_for_at_least_a_stored_position_is_answered_at_once() {
    let stage = Stage::std_conference(10);
    let position = number(
        &stage.does(
            Role::Registrant,
            "RegisterToConference",
            testkit::registration(CARLA.order, &[(GA, 1)]),
        )["position"],
    );
    let params = json!({ "orderId": CARLA.order, "atLeast": position });
    assert_eq!(stage.asks("GetDraftOrder", params)["state"], "ReservationCompleted");
    let params = json!({ "orderId": CARLA.order, "atLeast": "soon" });
    let refused = stage.inquire(Role::Registrant, "GetDraftOrder", params).unwrap_err();
    assert_eq!((refused.code, refused.field.as_deref()), ("InvalidRequest", Some("atLeast")));
}

#[test]
fn the_clock_of_a_sandbox_stands_still_over_restarts() {
    let stage = Stage::new();
    stage.creates_conference(CONFERENCE, "cqrs-days");
    let now = |stage: &Stage| text(&stage.asks("GetApplication", json!({}))["now"]);
    assert_eq!(now(&stage), testkit::START);
    let stage = stage.restarted();
    assert_eq!(now(&stage), testkit::START);
    stage.seconds_pass(90);
    let stage = stage.restarted();
    assert_eq!(now(&stage), "2026-11-23T09:01:30Z");
    // What was stored before is still there.
    let form = conference_form(CONFERENCE, "cqrs-days");
    let shown = stage.asks("GetConference", json!({ "slug": "CQRS-Days" }));
    assert_eq!(shown["name"], form["name"]);
}
