//! Scenarios 23 and 24, invoices, the desk and the simulated processor.

use app::{
    Caller,
    Role::{Desk, Organizer, Processor, Registrant},
};
use kernel::PaymentId;
use serde_json::{Value, json};
use testkit::{ANNA, BORIS, CARLA, CONFERENCE, GA, Stage, WS, invoice, items, number, text};

/// Anna has begun to pay for four workshops and lets the time go by.
fn slow_anna() -> (Stage, String) {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(WS, 4)]);
    stage.gives_details(ANNA.order, &ANNA);
    let payment = stage.begins_to_pay(ANNA.order);
    stage.minutes_pass(29);
    assert_eq!(stage.state(ANNA.order), "Rejected");
    (stage, payment)
}

/// As before, and the seats are sold to others meanwhile; then the money comes.
fn too_late_anna() -> (Stage, String) {
    let (stage, payment) = slow_anna();
    stage.others_buy(&[(WS, 8)]);
    stage.processor_accepts(&payment);
    (stage, payment)
}

#[test]
fn s23_a_late_payment_is_confirmed_while_the_seats_are_free() {
    let (stage, payment) = slow_anna();
    stage.others_buy(&[(WS, 6)]);
    stage.processor_accepts(&payment);

    assert_eq!(stage.state(ANNA.order), "Confirmed");
    assert_eq!(stage.total(ANNA.order), 200_000);
    assert_eq!(stage.seats("sold"), [0, 10, 0]);
    assert_eq!(stage.attendees(ANNA.order).len(), 4);
    assert!(stage.cards().is_empty());
    stage.figures_add_up();
    stage.views_equal_the_log();
}

#[test]
fn s23_a_late_payment_for_seats_that_are_gone_is_on_a_card() {
    let (stage, _) = too_late_anna();

    assert_eq!(stage.state(ANNA.order), "Rejected");
    assert_eq!(stage.seats("available"), [10, 2, 10]);
    let cards = stage.cards();
    assert_eq!(cards.len(), 1);
    assert_eq!(cards[0]["kind"], "LatePayment");
    assert_eq!(cards[0]["orderId"], ANNA.order);
    assert_eq!(cards[0]["paid"], json!({ "amount": 200_000, "currency": "USD" }));
    assert_eq!(
        cards[0]["actions"],
        json!(["RetryLatePayment", "RecordRefund", "DismissAttention"])
    );
    stage.figures_add_up();
}

#[test]
fn s23_after_raising_the_quota_a_retry_confirms_the_order() {
    let (stage, _) = too_late_anna();
    let card = json!({ "attentionId": stage.cards()[0]["attentionId"] });
    stage.organizes("RetryLatePayment", card.clone());
    assert_eq!(stage.state(ANNA.order), "Rejected", "two seats are not four");
    assert_eq!(stage.cards().len(), 1);

    stage.sets_quota(WS, 12);
    stage.organizes("RetryLatePayment", card);
    assert_eq!(stage.state(ANNA.order), "Confirmed");
    assert!(stage.cards().is_empty());
    assert_eq!(stage.seats("sold"), [0, 12, 0]);
    stage.figures_add_up();
    stage.views_equal_the_log();
}

/// Anna has begun to pay twice for four workshops; the time goes by, and the seats are sold to
/// others. Answers the payments.
fn twice_too_late_anna() -> (Stage, [String; 2]) {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(WS, 4)]);
    stage.gives_details(ANNA.order, &ANNA);
    let payments = [(); 2].map(|()| stage.begins_to_pay(ANNA.order));
    stage.minutes_pass(29);
    stage.others_buy(&[(WS, 8)]);
    (stage, payments)
}

/// No card offers what is refused, and none keeps back what is not: each retry is tried.
fn retries_are_as_offered(stage: &Stage) {
    for card in stage.cards() {
        let params = json!({ "attentionId": card["attentionId"] });
        let offers = items(&card["actions"]).contains(&json!("RetryLatePayment"));
        let tried = stage.attempt(Organizer, "RetryLatePayment", params);
        let code = tried.err().map(|refused| refused.code);
        assert_eq!(code, (!offers).then_some("RefusedNotRetryable"), "{card}");
    }
}

#[test]
fn s23_a_card_offered_a_retry_that_was_refused() {
    let (stage, payments) = twice_too_late_anna();
    for (payment, cards) in payments.iter().zip(1..) {
        stage.processor_accepts(payment);
        assert_eq!(stage.cards().len(), cards);
        retries_are_as_offered(&stage);
    }
    stage.sets_quota(WS, 12);
    let first = stage.cards()[0]["attentionId"].clone();
    stage.organizes("RetryLatePayment", json!({ "attentionId": first }));

    assert_eq!(stage.state(ANNA.order), "Confirmed");
    let cards = stage.cards();
    assert_eq!(cards.len(), 1);
    assert_eq!(cards[0]["kind"], "LatePayment");
    assert_eq!(cards[0]["actions"], json!(["RecordRefund", "DismissAttention"]));
    retries_are_as_offered(&stage);
    assert_eq!(stage.figure("revenue"), 12 * 50_000);
    stage.figures_add_up();
    stage.views_equal_the_log();
}

#[test]
fn s23_a_second_late_payment_gets_the_seats_that_the_first_came_too_late_for() {
    let (stage, [first, second]) = twice_too_late_anna();
    stage.processor_accepts(&first);
    stage.sets_quota(WS, 12);
    stage.processor_accepts(&second);

    assert_eq!(stage.state(ANNA.order), "Confirmed");
    let cards = stage.cards();
    assert_eq!(cards.len(), 1);
    assert_eq!(cards[0]["paid"]["amount"], 200_000);
    retries_are_as_offered(&stage);
    let refund = json!({ "attentionId": cards[0]["attentionId"], "amount": cards[0]["paid"] });
    stage.organizes("RecordRefund", refund);
    assert!(stage.cards().is_empty());
    assert_eq!(stage.figure("revenue"), 12 * 50_000);
    stage.figures_add_up();
    stage.views_equal_the_log();
}

#[test]
fn s23_money_that_is_given_back_closes_the_card() {
    let (stage, _) = too_late_anna();
    let card = text(&stage.cards()[0]["attentionId"]);
    let refund = |amount: i64, currency: &str| {
        let amount = json!({ "amount": amount, "currency": currency });
        json!({ "attentionId": card, "amount": amount })
    };
    for wrong in [refund(200_001, "USD"), refund(-1, "USD"), refund(100, "EUR")] {
        let refused = stage.refused(Organizer, "RecordRefund", wrong);
        assert_eq!(refused.code, "InvalidAmount");
    }
    stage.organizes("RecordRefund", refund(200_000, "USD"));
    assert!(stage.cards().is_empty());
    assert_eq!(stage.state(ANNA.order), "Rejected");
    assert_eq!(stage.figure("revenue"), 8 * 50_000);
}

#[test]
fn s23_a_card_is_dismissed_with_a_reason_only() {
    let (stage, _) = too_late_anna();
    let card = text(&stage.cards()[0]["attentionId"]);
    let blank = json!({ "attentionId": card, "reason": "  " });
    let refused = stage.refused(Organizer, "DismissAttention", blank);
    assert_eq!((refused.code, refused.field.as_deref()), ("InvalidRequired", Some("reason")));
    stage.organizes("DismissAttention", json!({ "attentionId": card, "reason": "paid by phone" }));
    assert!(stage.cards().is_empty());
    let again = json!({ "attentionId": card, "reason": "once more" });
    assert_eq!(stage.refused(Organizer, "DismissAttention", again).code, "RefusedNotFound");
}

#[test]
fn s24_the_same_payment_completed_twice_confirms_once() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 2)]);
    stage.gives_details(ANNA.order, &ANNA);
    let payment = stage.pays(ANNA.order);
    let position = stage.app().position();
    stage.processor_accepts(&payment);

    assert_eq!(stage.app().position(), position);
    assert_eq!(stage.attendees(ANNA.order).len(), 2);
    let events = stage.events_of(&format!("order-{}", ANNA.order));
    let confirmations = events.iter().filter(|name| *name == "OrderPaymentConfirmed").count();
    assert_eq!(confirmations, 1, "{events:?}");
    let opposite = json!({ "paymentId": payment });
    let refused = stage.refused(Organizer, "CancelThirdPartyProcessorPayment", opposite);
    assert_eq!(refused.code, "RefusedPaymentSettled");
}

#[test]
fn s24_a_second_payment_for_a_paid_order_is_an_overpayment() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 2)]);
    stage.gives_details(ANNA.order, &ANNA);
    let payment = stage.begins_to_pay(ANNA.order);
    stage.does(Desk, "SettleAtDesk", json!({ "orderId": ANNA.order, "means": "cash" }));
    assert_eq!(stage.state(ANNA.order), "Confirmed");
    stage.processor_accepts(&payment);

    let cards = stage.cards();
    assert_eq!(cards.len(), 1);
    assert_eq!(cards[0]["kind"], "Overpayment");
    assert_eq!(cards[0]["paid"]["amount"], 39_800);
    assert_eq!(cards[0]["actions"], json!(["RecordRefund", "DismissAttention"]));
    assert_eq!(stage.figure("revenue"), 39_800);
    assert_eq!(stage.attendees(ANNA.order).len(), 2);
    let card = json!({ "attentionId": cards[0]["attentionId"] });
    let refused = stage.refused(Organizer, "RetryLatePayment", card);
    assert_eq!(refused.code, "RefusedNotRetryable");
}

/// Anna has given details for two seats, and may pay.
fn anna_about_to_pay() -> Stage {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 2)]);
    stage.gives_details(ANNA.order, &ANNA);
    stage
}

/// One confirmation and one set of seats; the money of so many more payments is on cards.
#[track_caller]
fn is_sold_once_and_overpaid(stage: &Stage, times: usize) {
    assert_eq!(stage.state(ANNA.order), "Confirmed");
    let confirmed = |stream: String, name: &str| {
        stage.events_of(&stream).iter().filter(|event| *event == name).count()
    };
    assert_eq!(confirmed(format!("order-{}", ANNA.order), "OrderPaymentConfirmed"), 1);
    let seats = stage.asks("GetOrderSeats", json!({ "orderId": ANNA.order }));
    let stream = format!("assignments-{}", text(&seats["assignmentsId"]));
    assert_eq!(confirmed(stream, "SeatAssignmentsCreated"), 1);
    assert_eq!(stage.attendees(ANNA.order).len(), 2);
    assert_eq!(stage.seats("sold"), [2, 0, 0]);
    assert_eq!(stage.figure("revenue"), 39_800);
    let cards = stage.cards();
    assert_eq!(cards.len(), times, "{cards:?}");
    for card in cards {
        assert_eq!((&card["kind"], &card["orderId"]), (&json!("Overpayment"), &json!(ANNA.order)));
        assert_eq!(card["paid"], json!({ "amount": 39_800, "currency": "USD" }));
        assert_eq!(card["actions"], json!(["RecordRefund", "DismissAttention"]));
    }
    stage.figures_add_up();
    stage.views_equal_the_log();
}

#[test]
fn s24_a_second_attempt_to_pay_was_refused_while_the_first_was_open() {
    let stage = anna_about_to_pay();
    let first = stage.begins_to_pay(ANNA.order);
    let draft = stage.draft(ANNA.order);
    let actions = items(&draft["actions"]);
    for action in ["pay", "payByInvoice", "settleAtDesk"] {
        assert!(actions.contains(&json!(action)), "{action} is not in {actions:?}");
    }
    assert!(!actions.contains(&json!("changeSeats")), "{actions:?}");
    assert_eq!(draft["openPaymentId"], json!(first));

    let second = stage.begins_to_pay(ANNA.order);
    assert_eq!(stage.draft(ANNA.order)["openPaymentId"], json!(second));
    let other = stage.tries_to_register(ANNA.order, &[(GA, 3)]);
    assert_eq!(other.unwrap_err().code, "RefusedPaymentInProgress");
    for payment in [&first, &second, &first] {
        stage.processor_accepts(payment);
    }
    is_sold_once_and_overpaid(&stage, 1);
}

#[test]
fn s24_a_rejected_attempt_beside_another_changes_nothing() {
    let stage = anna_about_to_pay();
    let first = stage.begins_to_pay(ANNA.order);
    let second = stage.begins_to_pay(ANNA.order);
    stage.processor_accepts(&second);
    stage.processor_rejects(&first);
    is_sold_once_and_overpaid(&stage, 0);
}

#[test]
fn s24_a_card_payment_that_completes_after_an_invoice_is_an_overpayment() {
    let stage = anna_about_to_pay();
    let card = stage.begins_to_pay(ANNA.order);
    let number = stage.pays_by_invoice(ANNA.order, &ANNA);
    assert_eq!(stage.state(ANNA.order), "Confirmed");
    assert_eq!(stage.draft(ANNA.order)["openPaymentId"], Value::Null);
    stage.processor_accepts(&card);
    is_sold_once_and_overpaid(&stage, 1);
    stage.organizes("MarkInvoicePaid", json!({ "invoiceNumber": number }));
    is_sold_once_and_overpaid(&stage, 1);
}

#[test]
fn s24_an_invoice_that_is_paid_after_the_card_is_an_overpayment() {
    let stage = Stage::std_conference(10);
    let policy = json!({ "conferenceId": CONFERENCE, "invoicePolicy": { "payFirst": 10 } });
    stage.organizes("SetInvoicePolicy", policy);
    stage.registers(ANNA.order, &[(GA, 2)]);
    stage.gives_details(ANNA.order, &ANNA);
    let numbers = [(); 2].map(|()| stage.pays_by_invoice(ANNA.order, &ANNA));
    assert_eq!(numbers, ["K1-0001", "K1-0002"]);
    stage.pays(ANNA.order);
    is_sold_once_and_overpaid(&stage, 0);
    for (number, times) in numbers.iter().zip(1..) {
        stage.organizes("MarkInvoicePaid", json!({ "invoiceNumber": number }));
        is_sold_once_and_overpaid(&stage, times);
    }
    stage.minutes_pass(11 * 24 * 60);
    is_sold_once_and_overpaid(&stage, 2);
}

#[test]
fn an_open_invoice_holds_the_seats_and_lets_nothing_begin_after_the_registrants_time() {
    let stage = Stage::std_conference(10);
    let policy = json!({ "conferenceId": CONFERENCE, "invoicePolicy": { "payFirst": 10 } });
    stage.organizes("SetInvoicePolicy", policy);
    stage.registers(ANNA.order, &[(GA, 2)]);
    stage.gives_details(ANNA.order, &ANNA);
    stage.pays_by_invoice(ANNA.order, &ANNA);
    stage.minutes_pass(15);
    assert_eq!(stage.draft(ANNA.order)["actions"], json!([]));
    let card = json!({ "paymentId": stage.fresh(), "orderId": ANNA.order });
    let refused = stage.refused(Registrant, "InitiateThirdPartyProcessorPayment", card);
    assert_eq!(refused.code, "RefusedReservationExpired");
}

#[test]
fn the_processor_needs_the_token_of_this_very_payment() {
    let stage = Stage::std_conference(10);
    for person in [ANNA, BORIS] {
        stage.registers(person.order, &[(GA, 1)]);
        stage.gives_details(person.order, &person);
    }
    let (annas, boriss) = (stage.begins_to_pay(ANNA.order), stage.begins_to_pay(BORIS.order));
    let token = |payment: &str| {
        let payment: PaymentId = payment.parse().expect("an id");
        stage.app().processor_token(payment)
    };
    let complete = "CompleteThirdPartyProcessorPayment";
    for wrong in [Value::Null, json!(""), json!("guess"), json!(token(&boriss))] {
        let params = json!({ "paymentId": annas, "token": wrong });
        let refused = stage.refused(Processor, complete, params);
        assert_eq!(refused.code, "RefusedWrongToken");
    }
    stage.does(Processor, complete, json!({ "paymentId": annas, "token": token(&annas) }));
    assert_eq!(stage.state(ANNA.order), "Confirmed");
    assert_eq!(stage.state(BORIS.order), "ReservationCompleted");
}

#[test]
fn the_organizers_window_does_not_answer_for_the_processor() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 1)]);
    stage.gives_details(ANNA.order, &ANNA);
    let payment = stage.begins_to_pay(ANNA.order);
    let before = stage.app().position();
    for (method, params) in [
        ("CompleteThirdPartyProcessorPayment", json!({ "paymentId": payment })),
        ("CancelThirdPartyProcessorPayment", json!({ "paymentId": payment })),
        (
            "ScriptThirdPartyProcessorPayment",
            json!({ "paymentId": payment, "script": { "acceptAfter": 1 } }),
        ),
    ] {
        let refused = stage.attempt_by(Caller::new(Organizer, "Web"), method, params.clone());
        assert_eq!(refused.unwrap_err().code, "RefusedWrongToken", "{method}");
        for role in [Processor, Desk, Registrant] {
            let elsewhere = Caller::on_command_line(role, "Web");
            let refused = stage.attempt_by(elsewhere, method, params.clone()).unwrap_err();
            let code = if role == Processor { "RefusedWrongToken" } else { "RefusedRole" };
            assert_eq!(refused.code, code, "{method} as {role:?}");
        }
    }
    assert_eq!(stage.app().position(), before);
    assert_eq!(stage.state(ANNA.order), "ReservationCompleted");

    stage.processor_accepts(&payment);
    assert_eq!(stage.state(ANNA.order), "Confirmed");
}

#[test]
fn the_token_of_a_payment_is_the_same_after_a_restart() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 1)]);
    stage.gives_details(ANNA.order, &ANNA);
    let payment = stage.begins_to_pay(ANNA.order);
    let id: PaymentId = payment.parse().expect("an id");
    let token = stage.app().processor_token(id);
    let stage = stage.restarted();
    let params = json!({ "paymentId": payment, "token": token });
    stage.does(Processor, "CompleteThirdPartyProcessorPayment", params);
    assert_eq!(stage.state(ANNA.order), "Confirmed");
}

/// Lets the simulated processor answer by a script.
fn scripted(script: &Value) -> Stage {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 2)]);
    stage.gives_details(ANNA.order, &ANNA);
    let payment = stage.begins_to_pay(ANNA.order);
    let params = json!({ "paymentId": payment, "script": script });
    stage.organizes("ScriptThirdPartyProcessorPayment", params);
    stage
}

#[test]
fn a_processor_that_takes_its_time_answers_later() {
    let stage = scripted(&json!({ "acceptAfter": 30 }));
    stage.seconds_pass(29);
    assert_eq!(stage.state(ANNA.order), "ReservationCompleted");
    stage.seconds_pass(1);
    assert_eq!(stage.state(ANNA.order), "Confirmed");
}

#[test]
fn a_processor_that_answers_after_a_restart_is_heard() {
    let stage = scripted(&json!({ "acceptAfter": 300 })).closed_for_minutes(6);
    assert_eq!(stage.state(ANNA.order), "Confirmed");
}

#[test]
fn a_processor_that_rejects_later_leaves_the_seats_held() {
    let stage = scripted(&json!({ "rejectAfter": 30 }));
    stage.seconds_pass(30);
    assert_eq!(stage.state(ANNA.order), "ReservationCompleted");
    stage.pays(ANNA.order);
    assert_eq!(stage.state(ANNA.order), "Confirmed");
}

#[test]
fn a_processor_that_never_answers_costs_the_registrant_the_seats_only() {
    let stage = scripted(&json!("neverAnswer"));
    stage.minutes_pass(29);
    assert_eq!(stage.state(ANNA.order), "Rejected");
    assert_eq!(stage.seats("available"), [10, 10, 10]);
}

#[test]
fn a_processor_that_answers_twice_confirms_once() {
    let stage = scripted(&json!("acceptTwice"));
    stage.minutes_pass(5);
    assert_eq!(stage.state(ANNA.order), "Confirmed");
    assert!(stage.cards().is_empty());
    assert_eq!(stage.figure("revenue"), 39_800);
}

#[test]
fn a_processor_that_answers_after_the_release_revives_the_order() {
    let stage = scripted(&json!("acceptAfterExpiry"));
    stage.minutes_pass(60);
    assert_eq!(stage.state(ANNA.order), "Confirmed");
    let events = stage.events_of(&format!("order-{}", ANNA.order));
    assert!(events.contains(&"OrderExpired".to_owned()), "{events:?}");
    assert!(events.contains(&"OrderRevived".to_owned()), "{events:?}");
}

#[test]
fn an_invoice_confirms_at_once_and_its_payment_is_only_booked() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 2)]);
    stage.gives_details(ANNA.order, &ANNA);
    let number = stage.pays_by_invoice(ANNA.order, &ANNA);

    assert_eq!(number, "K1-0001");
    assert_eq!(stage.state(ANNA.order), "Confirmed");
    assert_eq!(stage.row(ANNA.order)["paymentMethod"], "invoice");
    stage.organizes("MarkInvoicePaid", json!({ "invoiceNumber": number }));
    let position = stage.app().position();
    stage.organizes("MarkInvoicePaid", json!({ "invoiceNumber": number }));
    assert_eq!(stage.app().position(), position);
    assert!(stage.cards().is_empty());
    assert_eq!(stage.figure("revenue"), 39_800);
    stage.views_equal_the_log();
}

#[test]
fn an_invoice_that_is_paid_first_holds_the_seats_until_its_due_date() {
    let stage = Stage::std_conference(10);
    let policy = json!({ "conferenceId": CONFERENCE, "invoicePolicy": { "payFirst": 10 } });
    stage.organizes("SetInvoicePolicy", policy);
    for person in [ANNA, BORIS] {
        stage.registers(person.order, &[(GA, 2)]);
        stage.gives_details(person.order, &person);
    }
    let annas = stage.pays_by_invoice(ANNA.order, &ANNA);
    let params = invoice(&stage.fresh(), BORIS.order, &BORIS);
    let answer = stage.does(Registrant, "InitiateInvoicePayment", params);
    assert_eq!(answer["dueAt"], "2026-12-03T09:00:00Z");
    stage.minutes_pass(9 * 24 * 60);
    assert_eq!(stage.seats("held"), [4, 0, 0]);
    stage.organizes("MarkInvoicePaid", json!({ "invoiceNumber": annas }));
    assert_eq!(stage.state(ANNA.order), "Confirmed");
    stage.minutes_pass(24 * 60);

    assert_eq!(stage.state(ANNA.order), "Confirmed");
    assert_eq!(stage.state(BORIS.order), "Rejected");
    assert_eq!(stage.seats("available"), [8, 10, 10]);
    stage.figures_add_up();
}

#[test]
fn an_invoice_that_is_paid_after_its_seats_are_gone_is_on_a_card() {
    let stage = Stage::std_conference(10);
    let policy = json!({ "conferenceId": CONFERENCE, "invoicePolicy": { "payFirst": 1 } });
    stage.organizes("SetInvoicePolicy", policy);
    stage.registers(ANNA.order, &[(GA, 2)]);
    stage.gives_details(ANNA.order, &ANNA);
    let number = stage.pays_by_invoice(ANNA.order, &ANNA);
    stage.minutes_pass(24 * 60);
    stage.others_buy(&[(GA, 10)]);
    stage.organizes("MarkInvoicePaid", json!({ "invoiceNumber": number }));
    assert_eq!(stage.cards()[0]["kind"], "LatePayment");
    assert_eq!(stage.cards()[0]["paid"]["amount"], 39_800);
}

#[test]
fn invoices_are_numbered_without_a_gap_whatever_is_refused_between_them() {
    let stage = Stage::std_conference(100);
    let mut numbers = Vec::new();
    for at in 1..=5 {
        let order = testkit::id(at);
        stage.registers(&order, &[(GA, 1)]);
        let early = invoice(&stage.fresh(), &order, &CARLA);
        let refused = stage.refused(Registrant, "InitiateInvoicePayment", early);
        assert_eq!(refused.code, "RefusedDetailsMissing");
        stage.gives_details(&order, &CARLA);
        let mut nowhere = invoice(&stage.fresh(), &order, &CARLA);
        nowhere["billing"]["country"] = json!("Austria");
        let refused = stage.refused(Registrant, "InitiateInvoicePayment", nowhere);
        assert_eq!(refused.field.as_deref(), Some("billing.country"));
        numbers.push(stage.pays_by_invoice(&order, &CARLA));
    }
    assert_eq!(numbers, ["K1-0001", "K1-0002", "K1-0003", "K1-0004", "K1-0005"]);
    let unknown = json!({ "invoiceNumber": "K1-0006" });
    let refused = stage.refused(Organizer, "MarkInvoicePaid", unknown);
    assert_eq!(refused.field.as_deref(), Some("invoiceNumber"));
}

#[test]
fn the_same_invoice_asked_for_twice_has_one_number() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 1)]);
    stage.gives_details(ANNA.order, &ANNA);
    let params = invoice(&stage.fresh(), ANNA.order, &ANNA);
    let first = stage.does(Registrant, "InitiateInvoicePayment", params.clone());
    let second = stage.does(Registrant, "InitiateInvoicePayment", params);
    assert_eq!(first, second);
}

#[test]
fn an_invoice_asked_for_again_with_another_address_seemed_to_have_it() {
    let stage = Stage::std_conference(10);
    for person in [ANNA, BORIS] {
        stage.registers(person.order, &[(GA, 1)]);
        stage.gives_details(person.order, &person);
    }
    let params = invoice(&stage.fresh(), ANNA.order, &ANNA);
    let first = stage.does(Registrant, "InitiateInvoicePayment", params.clone());
    let mut moved = params.clone();
    moved["billing"]["address"] = "Hauptplatz 2, Graz".into();
    let mut others = params.clone();
    others["orderId"] = BORIS.order.into();
    for changed in [moved, others] {
        let refused = stage.refused(Registrant, "InitiateInvoicePayment", changed);
        assert_eq!((refused.code, refused.field.as_deref()), ("InvalidField", Some("paymentId")));
    }
    let mut nowhere = params.clone();
    nowhere["billing"]["country"] = "".into();
    let refused = stage.refused(Registrant, "InitiateInvoicePayment", nowhere);
    assert_eq!(refused.field.as_deref(), Some("billing.country"));
    assert_eq!(stage.does(Registrant, "InitiateInvoicePayment", params), first);
}

#[test]
fn a_desk_settles_in_cash_or_on_its_terminal() {
    let stage = Stage::std_conference(10);
    for (person, means) in [(ANNA, "cash"), (BORIS, "terminal")] {
        stage.registers(person.order, &[(GA, 1)]);
        let params = json!({ "orderId": person.order, "means": means, "reference": "slip-17" });
        let refused = stage.refused(Registrant, "SettleAtDesk", params.clone());
        assert_eq!(refused.code, "RefusedRole");
        stage.does(Desk, "SettleAtDesk", params);
        assert_eq!(stage.state(person.order), "Confirmed");
        assert_eq!(stage.row(person.order)["paymentMethod"], "desk");
    }
    assert_eq!(stage.figure("revenue"), 39_800);
    stage.figures_add_up();
}

#[test]
fn a_payment_is_of_the_orders_total_and_its_id_counts_once() {
    let stage = Stage::std_conference(10);
    for person in [ANNA, BORIS] {
        stage.registers(person.order, &[(GA, 1)]);
        stage.gives_details(person.order, &person);
    }
    let payment = stage.begins_to_pay(ANNA.order);
    let position = stage.app().position();
    let again = json!({ "paymentId": payment, "orderId": ANNA.order });
    stage.does(Registrant, "InitiateThirdPartyProcessorPayment", again);
    assert_eq!(stage.app().position(), position);
    let taken = json!({ "paymentId": payment, "orderId": BORIS.order });
    let refused = stage.refused(Registrant, "InitiateThirdPartyProcessorPayment", taken);
    assert_eq!((refused.code, refused.field.as_deref()), ("InvalidField", Some("paymentId")));
    let amount = json!({ "paymentId": stage.fresh(), "orderId": BORIS.order, "amount": 1 });
    let refused = stage.refused(Registrant, "InitiateThirdPartyProcessorPayment", amount);
    assert_eq!((refused.code, refused.field.as_deref()), ("InvalidRequest", Some("amount")));
    let shown = stage.asks("GetPaymentDetails", json!({ "paymentId": payment }));
    assert_eq!(number(&shown["totalAmount"]["amount"]), 19_900);
}
