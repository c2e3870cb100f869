//! Scenarios 8 to 14: less is left than is wanted.

use serde_json::json;
use testkit::{ANNA, BORIS, CONFERENCE, CP, GA, Stage, WS, seat_type_form};

#[test]
fn s08_sold_out_meanwhile_nothing_is_held() {
    let stage = Stage::std_conference(100);
    stage.others_buy(&[(GA, 100), (CP, 100)]);
    stage.registers(ANNA.order, &[(GA, 2), (CP, 2)]);

    assert_eq!(stage.state(ANNA.order), "PartiallyReserved");
    assert_eq!(stage.lines(ANNA.order), [("GA", 2, 0), ("CP", 2, 0)]);
    assert_eq!(stage.total(ANNA.order), 0);
    assert_eq!(stage.draft(ANNA.order)["reservationExpiration"], "2026-11-23T09:15:00Z");
}

#[test]
fn s08_an_order_of_nothing_cannot_be_paid_or_taken_for_free() {
    let stage = Stage::std_conference(100);
    stage.others_buy(&[(GA, 100)]);
    stage.registers(ANNA.order, &[(GA, 2)]);
    stage.gives_details(ANNA.order, &ANNA);

    for method in ["ConfirmFreeOrder", "InitiateThirdPartyProcessorPayment"] {
        let mut params = json!({ "orderId": ANNA.order });
        if method != "ConfirmFreeOrder" {
            params["paymentId"] = stage.fresh().into();
        }
        let refused = stage.refused(app::Role::Registrant, method, params);
        assert_eq!(refused.code, "RefusedNotReserved", "{method}");
    }
}

#[test]
fn s09_each_line_gets_what_is_left() {
    let stage = Stage::std_conference(100);
    stage.others_buy(&[(GA, 99), (CP, 100)]);
    stage.registers(ANNA.order, &[(GA, 2), (WS, 1), (CP, 2)]);

    assert_eq!(stage.state(ANNA.order), "PartiallyReserved");
    assert_eq!(stage.lines(ANNA.order), [("GA", 2, 1), ("WS", 1, 1), ("CP", 2, 0)]);
    assert_eq!(stage.total(ANNA.order), 69_900);
}

#[test]
fn s10_asking_for_what_was_granted_completes_the_order() {
    let stage = Stage::std_conference(100);
    stage.others_buy(&[(GA, 99), (CP, 100)]);
    stage.registers(ANNA.order, &[(GA, 2), (WS, 1), (CP, 2)]);
    stage.registers(ANNA.order, &[(GA, 1), (WS, 1), (CP, 0)]);

    assert_eq!(stage.state(ANNA.order), "ReservationCompleted");
    assert_eq!(stage.lines(ANNA.order), [("GA", 1, 1), ("WS", 1, 1)]);
    assert_eq!(stage.total(ANNA.order), 69_900);
    stage.figures_add_up();
}

#[test]
fn s11_nothing_some_and_all_of_three_lines() {
    let stage = Stage::std_conference(100);
    stage.others_buy(&[(GA, 100), (WS, 90), (CP, 90)]);
    stage.registers(ANNA.order, &[(GA, 7), (WS, 12), (CP, 9)]);

    assert_eq!(stage.state(ANNA.order), "PartiallyReserved");
    assert_eq!(stage.lines(ANNA.order), [("GA", 7, 0), ("WS", 12, 10), ("CP", 9, 9)]);
    assert_eq!(stage.total(ANNA.order), 545_000);
    assert_eq!(stage.seats("available"), [0, 0, 1]);
}

#[test]
fn s12_one_of_three_kinds_is_left() {
    let stage = Stage::std_conference(10);
    stage.others_buy(&[(WS, 10), (CP, 10)]);
    stage.registers(ANNA.order, &[(GA, 1), (WS, 1), (CP, 1)]);

    assert_eq!(stage.lines(ANNA.order), [("GA", 1, 1), ("WS", 1, 0), ("CP", 1, 0)]);
    assert_eq!(stage.total(ANNA.order), 19_900);
}

#[test]
fn s13_what_is_sold_out_is_shown_as_not_available() {
    let stage = Stage::std_conference(10);
    stage.others_buy(&[(WS, 10)]);
    assert_eq!(stage.seats("available"), [10, 0, 10]);
    assert_eq!(stage.seats("sold"), [0, 10, 0]);
}

#[test]
fn s14_of_two_who_want_six_of_ten_the_second_gets_four() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(WS, 6)]);
    stage.registers(BORIS.order, &[(WS, 6)]);

    assert_eq!(stage.lines(ANNA.order), [("WS", 6, 6)]);
    assert_eq!(stage.lines(BORIS.order), [("WS", 6, 4)]);
    assert_eq!(stage.seats("held"), [0, 10, 0]);
    stage.views_equal_the_log();
}

#[test]
fn a_type_that_is_announced_without_seats_spoils_the_whole_order() {
    let stage = Stage::new();
    stage.creates_conference(CONFERENCE, "cqrs-days");
    stage.organizes("CreateSeatType", seat_type_form(GA, 10));
    stage.organizes("CreateSeatType", seat_type_form(WS, 0));
    stage.organizes("PublishConference", json!({ "conferenceId": CONFERENCE }));
    stage.organizes("CreateSeatType", seat_type_form(CP, 0));
    stage.registers(ANNA.order, &[(GA, 1), (WS, 1), (CP, 1)]);

    assert_eq!(stage.state(ANNA.order), "PartiallyReserved");
    assert_eq!(stage.lines(ANNA.order), [("GA", 1, 1), ("WS", 1, 0), ("CP", 1, 0)]);
    stage.sets_quota(WS, 1);
    stage.registers(ANNA.order, &[(GA, 1), (WS, 1)]);
    assert_eq!(stage.state(ANNA.order), "ReservationCompleted");
    stage.figures_add_up();
    stage.views_equal_the_log();
}
