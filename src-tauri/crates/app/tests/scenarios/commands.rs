//! Scenario 41: a repeated command is the same command.

use app::Role::{self, Desk, Organizer, Registrant};
use serde_json::{Value, json};
use testkit::{
    ANNA, BORIS, CARLA, CONFERENCE, GA, Stage, WS, assignment, conference_form, details, id,
    invoice, registration, seat_type_form,
};

/// A session that uses every command that needs no answer of an earlier one.
fn session() -> Vec<(Role, &'static str, Value)> {
    let conference = json!({ "conferenceId": CONFERENCE });
    let mut update = conference_form(CONFERENCE, "");
    for fixed in ["slug", "currency", "ownerName", "ownerEmail"] {
        update.as_object_mut().expect("a form").remove(fixed);
    }
    update["description"] = "Three days on events.".into();
    let pay = |payment: u64, order: &str| json!({ "paymentId": id(payment), "orderId": order });
    let paid = |payment: u64| json!({ "paymentId": id(payment) });
    let cancel = json!({
        "orderId": CARLA.order, "positions": [0], "reason": "ill", "returned": "backToSale",
    });
    let settle = json!({ "orderId": CARLA.order, "means": "cash" });
    let seat = json!({ "orderId": ANNA.order, "position": 0 });
    let initiate = "InitiateThirdPartyProcessorPayment";
    vec![
        (Organizer, "CreateConference", conference_form(CONFERENCE, "cqrs-days")),
        (Organizer, "UpdateConference", update),
        (Organizer, "CreateSeatType", seat_type_form(GA, 10)),
        (Organizer, "CreateSeatType", seat_type_form(WS, 10)),
        (Organizer, "CreateSeatType", seat_type_form(testkit::CP, 10)),
        (
            Organizer,
            "DeleteSeatType",
            json!({ "conferenceId": CONFERENCE, "seatTypeId": testkit::CP }),
        ),
        (Organizer, "PublishConference", conference.clone()),
        (Organizer, "UpdateSeatType", seat_type_form(GA, 20)),
        (Registrant, "RegisterToConference", registration(ANNA.order, &[(GA, 2), (WS, 1)])),
        (Registrant, "RegisterToConference", registration(ANNA.order, &[(GA, 3)])),
        (Registrant, "AssignRegistrantDetails", details(ANNA.order, &ANNA)),
        (Registrant, initiate, pay(1, ANNA.order)),
        (Organizer, "CancelThirdPartyProcessorPayment", paid(1)),
        (Registrant, initiate, pay(2, ANNA.order)),
        (Organizer, "CompleteThirdPartyProcessorPayment", paid(2)),
        (Registrant, "AssignSeat", assignment(ANNA.order, 0, &ANNA)),
        (Registrant, "AssignSeat", assignment(ANNA.order, 0, &BORIS)),
        (Registrant, "UnassignSeat", seat),
        (Registrant, "RegisterToConference", registration(BORIS.order, &[(GA, 1)])),
        (Registrant, "AssignRegistrantDetails", details(BORIS.order, &BORIS)),
        (Registrant, "InitiateInvoicePayment", invoice(&id(3), BORIS.order, &BORIS)),
        (Organizer, "MarkInvoicePaid", json!({ "invoiceNumber": "K1-0001" })),
        (Desk, "RegisterToConference", registration(CARLA.order, &[(WS, 2)])),
        (Desk, "SettleAtDesk", settle),
        (Organizer, "CancelOrderSeats", cancel),
        (Organizer, "UnpublishConference", conference),
    ]
}

fn with_id(params: &Value, command: u64) -> Value {
    let mut params = params.clone();
    params["commandId"] = id(0x10_000 + command).into();
    params
}

#[test]
fn s41_every_command_sent_twice_has_one_effect_and_one_answer() {
    let stage = Stage::new();
    for (number, (role, method, params)) in (0..).zip(session()) {
        let params = with_id(&params, number);
        let first = stage.does(role, method, params.clone());
        let position = stage.app().position();
        let second = stage.does(role, method, params);
        assert_eq!(first, second, "{method}");
        assert_eq!(stage.app().position(), position, "{method} had a second effect");
    }
    stage.views_equal_the_log();
    stage.figures_add_up();
}

#[test]
fn s41_a_repeat_gets_the_first_answer_after_everything_else_and_after_a_restart() {
    let stage = Stage::new();
    let mut answers = Vec::new();
    for (number, (role, method, params)) in (0..).zip(session()) {
        answers.push(stage.does(role, method, with_id(&params, number)));
    }
    let position = stage.app().position();
    let stage = stage.closed_for_minutes(0);
    for ((number, (role, method, params)), first) in (0..).zip(session()).zip(answers) {
        assert_eq!(stage.does(role, method, with_id(&params, number)), first, "{method}");
    }
    assert_eq!(stage.app().position(), position);
}

#[test]
fn s41_the_fields_of_a_repeat_may_come_in_another_order() {
    let stage = Stage::std_conference(10);
    let first = format!(
        r#"{{"commandId":"{}","orderId":"{}","conferenceId":"{CONFERENCE}","seats":[{{"seatTypeId":"{GA}","quantity":1}}]}}"#,
        id(1),
        ANNA.order
    );
    let second = format!(
        r#"{{"seats":[{{"quantity":1,"seatTypeId":"{GA}"}}],"conferenceId":"{CONFERENCE}","orderId":"{}","commandId":"{}"}}"#,
        ANNA.order,
        id(1)
    );
    let [first, second] =
        [first, second].map(|text| serde_json::from_str::<Value>(&text).expect("JSON"));
    let answer = stage.does(Registrant, "RegisterToConference", first);
    assert_eq!(stage.does(Registrant, "RegisterToConference", second), answer);
}

#[test]
fn s41_the_same_id_with_another_content_is_refused() {
    let stage = Stage::std_conference(10);
    let send = |order: &str, seats: i64| with_id(&registration(order, &[(GA, seats)]), 1);
    stage.does(Registrant, "RegisterToConference", send(ANNA.order, 1));
    for other in [send(ANNA.order, 2), send(BORIS.order, 1)] {
        let refused = stage.refused(Registrant, "RegisterToConference", other);
        assert_eq!(
            (refused.code, refused.field.as_deref()),
            ("InvalidCommandIdReused", Some("commandId"))
        );
    }
    let other_method = with_id(&details(ANNA.order, &ANNA), 1);
    let refused = stage.refused(Registrant, "AssignRegistrantDetails", other_method);
    assert_eq!(refused.code, "InvalidCommandIdReused");
}

#[test]
fn s41_a_refused_command_can_be_sent_again_under_its_id() {
    let stage = Stage::std_conference(10);
    let mut params = registration(ANNA.order, &[(GA, 0)]);
    params["commandId"] = id(1).into();
    stage.refused(Registrant, "RegisterToConference", params);
    let params = with_id(&registration(ANNA.order, &[(GA, 1)]), 1);
    stage.does(Registrant, "RegisterToConference", params);
    assert_eq!(stage.state(ANNA.order), "ReservationCompleted");
}

#[test]
fn s41_a_repeat_that_arrives_at_the_same_time_has_one_effect() {
    let stage = Stage::std_conference(10);
    let params = with_id(&registration(ANNA.order, &[(GA, 1)]), 1);
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| stage.does(Registrant, "RegisterToConference", params.clone())))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(answers.windows(2).all(|two| two[0] == two[1]), "{answers:?}");
    assert_eq!(stage.seats("held"), [1, 0, 0]);
}

#[test]
fn a_command_id_is_a_uuid() {
    let stage = Stage::std_conference(10);
    let mut params = registration(ANNA.order, &[(GA, 1)]);
    params["commandId"] = "mine".into();
    let refused = stage.refused(Registrant, "RegisterToConference", params);
    assert_eq!((refused.code, refused.field.as_deref()), ("InvalidRequest", Some("commandId")));
}
