//! Scenarios 15 to 22: what is refused, and what runs out of time.

use app::Role::{Organizer, Registrant};
use serde_json::json;
use testkit::{ANNA, BORIS, CONFERENCE, CP, GA, Stage, WS, details, items, registration, text};

#[test]
fn s15_an_order_of_nothing_is_refused() {
    let stage = Stage::std_conference(10);
    for seats in [&[(GA, 0), (WS, 0), (CP, 0)][..], &[]] {
        let params = registration(ANNA.order, seats);
        let refused = stage.refused(Registrant, "RegisterToConference", params);
        assert_eq!((refused.code, refused.field.as_deref()), ("InvalidNoSeats", Some("seats")));
    }
}

#[test]
fn s16_every_wrong_detail_is_marked() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 1)]);
    let params = json!({ "orderId": ANNA.order, "firstName": "Anna", "email": "anna(at)here" });
    let refused = stage.refused(Registrant, "AssignRegistrantDetails", params);

    let errors = refused.details.unwrap();
    let marked: Vec<_> = items(&errors["errors"])
        .iter()
        .map(|error| (text(&error["field"]), text(&error["code"])))
        .collect();
    assert_eq!(
        marked,
        [
            ("lastName".to_owned(), "InvalidRequired".to_owned()),
            ("email".to_owned(), "InvalidEmail".to_owned()),
        ]
    );
}

#[test]
fn s17_after_a_rejected_payment_the_seats_are_held_and_paying_again_works() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 1)]);
    stage.gives_details(ANNA.order, &ANNA);
    let first = stage.begins_to_pay(ANNA.order);
    stage.processor_rejects(&first);

    assert_eq!(stage.state(ANNA.order), "ReservationCompleted");
    assert_eq!(stage.seats("held"), [1, 0, 0]);
    assert!(items(&stage.draft(ANNA.order)["actions"]).contains(&json!("pay")));
    stage.pays(ANNA.order);
    assert_eq!(stage.state(ANNA.order), "Confirmed");
    assert_eq!(stage.figure("revenue"), 19_900);
}

#[test]
fn s18_impossible_quantities_and_unknown_types_are_refused() {
    let stage = Stage::std_conference(100);
    for quantity in [-1, 21, i64::MIN, i64::MAX] {
        let params = registration(ANNA.order, &[(GA, quantity), (WS, 1)]);
        let refused = stage.refused(Registrant, "RegisterToConference", params);
        assert_eq!(refused.code, "InvalidQuantity", "{quantity}");
    }
    let twice = registration(ANNA.order, &[(GA, 20), (GA, 20)]);
    assert_eq!(stage.refused(Registrant, "RegisterToConference", twice).code, "InvalidQuantity");
    let unknown = registration(ANNA.order, &[(ANNA.order, 1)]);
    let refused = stage.refused(Registrant, "RegisterToConference", unknown);
    assert_eq!(refused.code, "InvalidSeatType");
}

#[test]
fn s19_a_free_order_needs_no_payment() {
    let stage = Stage::std_conference(100);
    let mut free = testkit::seat_type_form(GA, 100);
    free["price"]["amount"] = 0.into();
    stage.organizes("UpdateSeatType", free);
    stage.registers(ANNA.order, &[(GA, 1)]);
    let params = json!({ "orderId": ANNA.order });
    let early = stage.refused(Registrant, "ConfirmFreeOrder", params.clone());
    assert_eq!(early.code, "RefusedDetailsMissing");
    stage.gives_details(ANNA.order, &ANNA);
    stage.does(Registrant, "ConfirmFreeOrder", params);

    assert_eq!(stage.state(ANNA.order), "Confirmed");
    assert_eq!(stage.total(ANNA.order), 0);
    assert_eq!(stage.row(ANNA.order)["paymentMethod"], "free");
    assert_eq!(stage.seats("sold"), [1, 0, 0]);
}

#[test]
fn s19_free_seats_beside_others_are_paid_for_as_a_whole() {
    let stage = Stage::std_conference(100);
    let mut free = testkit::seat_type_form(GA, 100);
    free["price"]["amount"] = 0.into();
    stage.organizes("UpdateSeatType", free);
    let mut party = testkit::seat_type_form(CP, 100);
    party["price"]["amount"] = 10_000.into();
    stage.organizes("UpdateSeatType", party);
    stage.registers(ANNA.order, &[(GA, 2), (CP, 3)]);
    stage.gives_details(ANNA.order, &ANNA);

    assert_eq!(stage.total(ANNA.order), 30_000);
    let refused = stage.refused(Registrant, "ConfirmFreeOrder", json!({ "orderId": ANNA.order }));
    assert_eq!(refused.code, "RefusedNotFree");
    stage.pays(ANNA.order);
    assert_eq!(stage.state(ANNA.order), "Confirmed");
}

#[test]
fn s20_after_15_minutes_nothing_goes_on_but_a_start_again() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 1)]);
    stage.gives_details(ANNA.order, &ANNA);
    stage.minutes_pass(15);

    let draft = stage.draft(ANNA.order);
    assert_eq!(
        (&draft["isExpired"], &draft["state"]),
        (&json!(true), &json!("ReservationCompleted"))
    );
    assert_eq!(draft["actions"], json!(["startAgain"]));
    assert_eq!(stage.lines(ANNA.order), [("GA", 1, 1)]);
    let payment = json!({ "paymentId": stage.fresh(), "orderId": ANNA.order });
    let invoice = testkit::invoice(&stage.fresh(), ANNA.order, &ANNA);
    for (method, params) in [
        ("RegisterToConference", registration(ANNA.order, &[(GA, 2)])),
        ("AssignRegistrantDetails", details(ANNA.order, &BORIS)),
        ("ExtendReservation", json!({ "orderId": ANNA.order })),
        ("InitiateThirdPartyProcessorPayment", payment),
        ("InitiateInvoicePayment", invoice),
    ] {
        let refused = stage.refused(Registrant, method, params);
        assert_eq!(refused.code, "RefusedReservationExpired", "{method}");
    }
    stage.registers(BORIS.order, &[(GA, 1)]);
    assert_eq!(stage.state(BORIS.order), "ReservationCompleted");
}

#[test]
fn s20_a_payment_begun_in_time_completes_until_the_release() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 1)]);
    stage.gives_details(ANNA.order, &ANNA);
    let payment = stage.begins_to_pay(ANNA.order);
    stage.seconds_pass(29 * 60 - 1);
    stage.processor_accepts(&payment);
    assert_eq!(stage.state(ANNA.order), "Confirmed");
    stage.minutes_pass(60);
    assert_eq!(stage.state(ANNA.order), "Confirmed");
    assert_eq!(stage.seats("sold"), [1, 0, 0]);
}

#[test]
fn s21_after_29_minutes_the_seats_are_back_on_sale_and_the_order_stays_listed() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 3)]);
    stage.seconds_pass(29 * 60 - 1);
    assert_eq!(stage.seats("available"), [7, 10, 10]);
    stage.seconds_pass(1);

    assert_eq!(stage.seats("available"), [10, 10, 10]);
    assert_eq!(stage.state(ANNA.order), "Rejected");
    assert_eq!(stage.row(ANNA.order)["status"], "Expired");
    let expired = json!({ "conferenceId": CONFERENCE, "status": "Expired" });
    assert_eq!(stage.asks("ListOrders", expired)["total"], 1);
    stage.figures_add_up();
}

#[test]
fn s22_an_order_that_ran_out_of_time_while_the_application_was_closed_expires_at_its_start() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 3)]);
    stage.buys(&BORIS, &[(GA, 1)]);
    let stage = stage.closed_for_minutes(40);

    assert_eq!(stage.state(ANNA.order), "Rejected");
    assert_eq!(stage.state(BORIS.order), "Confirmed");
    assert_eq!(stage.seats("available"), [9, 10, 10]);
    stage.views_equal_the_log();
}

#[test]
fn s22_a_restart_within_the_time_changes_nothing() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 3)]);
    let position = stage.app().position();
    let stage = stage.closed_for_minutes(10);
    assert_eq!(stage.app().position(), position);
    stage.gives_details(ANNA.order, &ANNA);
    stage.pays(ANNA.order);
    assert_eq!(stage.state(ANNA.order), "Confirmed");
}

#[test]
fn seats_do_not_change_while_a_payment_waits_for_its_answer() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 1)]);
    stage.gives_details(ANNA.order, &ANNA);
    let payment = stage.begins_to_pay(ANNA.order);
    let params = registration(ANNA.order, &[(GA, 2)]);
    let refused = stage.refused(Registrant, "RegisterToConference", params);
    assert_eq!(refused.code, "RefusedPaymentInProgress");

    stage.processor_rejects(&payment);
    stage.registers(ANNA.order, &[(GA, 2)]);
    assert_eq!(stage.total(ANNA.order), 39_800);
}

#[test]
fn a_confirmed_order_takes_no_other_seats() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 1)]);
    let params = registration(ANNA.order, &[(GA, 2)]);
    let refused = stage.refused(Registrant, "RegisterToConference", params);
    assert_eq!(refused.code, "RefusedAlreadyConfirmed");
}

#[test]
fn cancelled_seats_go_back_to_sale_or_are_held() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 3), (CP, 1)]);
    let cancel = |positions: &[u32], returned: &str| {
        let params = json!({
            "orderId": ANNA.order,
            "positions": positions,
            "reason": "cannot travel",
            "returned": returned,
        });
        stage.does(Organizer, "CancelOrderSeats", params);
    };
    cancel(&[0], "backToSale");
    assert_eq!(stage.seats("available"), [8, 10, 9]);
    cancel(&[1], "held");
    assert_eq!(stage.seats("available"), [8, 10, 9]);
    assert_eq!(stage.seats("sold"), [1, 0, 1]);
    assert_eq!(stage.state(ANNA.order), "Confirmed");
    stage.figures_add_up();
    let whole = json!({ "orderId": ANNA.order, "reason": "ill", "returned": "backToSale" });
    stage.does(Organizer, "CancelOrderSeats", whole);
    assert_eq!(stage.state(ANNA.order), "Cancelled");
    assert_eq!(stage.seats("available"), [9, 10, 10]);
    stage.figures_add_up();
    stage.views_equal_the_log();
}
