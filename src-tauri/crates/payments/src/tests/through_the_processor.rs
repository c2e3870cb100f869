use super::scene::*;
use crate::*;

#[test]
fn anna_is_sent_to_the_processor_with_her_orders_total() {
    let scene = given([]).when(initiate(initiation())).then([initiated()]);
    let payment = load_payment(&scene.connection, FIRST_TRY).unwrap().unwrap();
    assert_eq!(payment.state, PaymentState::Initiated);
    assert_eq!(payment.total_amount, usd(24_900));
    assert_eq!(payment.items, items());
}

#[test]
fn the_token_is_stored_nowhere() {
    let scene = given([]).when(initiate(initiation())).then([initiated()]);
    let bytes = TOKEN.bytes().map(|byte| format!("{byte:?}")).collect::<Vec<_>>().join(", ");
    for stored in rows(&scene.connection) {
        assert!(!stored.contains(TOKEN) && !stored.contains(&bytes));
    }
    assert!(!format!("{:?}", scene.log).contains(TOKEN));
}

#[test]
fn starting_a_payment_again_keeps_its_first_token() {
    let again =
        InitiateThirdPartyProcessorPayment { token: "another token".into(), ..initiation() };
    given([initiated()])
        .when(initiate(again.clone()))
        .then_nothing()
        .when(complete(answer("another token")))
        .then_refused(PaymentError::WrongToken, "RefusedWrongToken")
        .when(complete(answer(TOKEN)))
        .then([completed()])
        .when(initiate(again))
        .then_nothing();
}

#[test]
fn a_payment_id_is_for_one_payment_only() {
    let change = |change: fn(&mut InitiateThirdPartyProcessorPayment)| {
        let mut other = initiation();
        change(&mut other);
        let scene = given([initiated()]).when(initiate(other));
        scene.then_refused(PaymentError::PaymentIdTaken, "InvalidField");
    };
    change(|other| other.order_id = BORIS_ORDER);
    change(|other| other.amount = usd(1));
    change(|other| other.items.clear());
    change(|other| other.description.clear());
    assert_eq!(PaymentError::PaymentIdTaken.field(), Some("paymentId"));

    given([issued(issue())])
        .when(initiate(initiation()))
        .then_refused(PaymentError::PaymentIdTaken, "InvalidField");
}

#[test]
fn a_free_order_needs_no_payment() {
    for cents in [0, -1] {
        let free = InitiateThirdPartyProcessorPayment { amount: usd(cents), ..initiation() };
        given([])
            .when(initiate(free))
            .then_refused(PaymentError::NothingToPay, "RefusedNothingToPay");
    }
}

#[test]
fn a_payment_is_settled_once_and_one_way() {
    let open = || given([initiated()]);
    open().when(complete(answer(TOKEN))).then([completed()]);
    open().when(cancel(answer(TOKEN))).then([rejected()]);

    let accepted = || given([initiated(), completed()]);
    accepted().when(complete(answer(TOKEN))).then_nothing();
    accepted()
        .when(cancel(answer(TOKEN)))
        .then_refused(PaymentError::Settled, "RefusedPaymentSettled");

    let refused = || given([initiated(), rejected()]);
    refused().when(cancel(answer(TOKEN))).then_nothing();
    refused()
        .when(complete(answer(TOKEN)))
        .then_refused(PaymentError::Settled, "RefusedPaymentSettled");
}

#[test]
fn anna_may_try_again_after_a_rejection_with_a_new_payment() {
    let second = InitiateThirdPartyProcessorPayment { payment_id: SECOND_TRY, ..initiation() };
    let accepted = SettleThirdPartyProcessorPayment { payment_id: SECOND_TRY, ..answer(TOKEN) };
    let mut scene = given([initiated(), rejected()]);
    for command in [initiate(second), complete(accepted)] {
        let events = handle(&scene.connection, &command).unwrap();
        assert_eq!(events.len(), 1);
        scene.log.extend(events);
    }
    let state = |payment_id| load_payment(&scene.connection, payment_id).unwrap().unwrap().state;
    assert_eq!(state(FIRST_TRY), PaymentState::Rejected);
    assert_eq!(state(SECOND_TRY), PaymentState::Completed);
}

#[test]
fn only_the_holder_of_the_token_answers_for_the_processor() {
    let without = SettleThirdPartyProcessorPayment { token: None, ..answer(TOKEN) };
    let wrong = answer("0f8fad5bd9cb469fa16570867728950f");
    let wrong_of_its_stand_in =
        SettleThirdPartyProcessorPayment { caller_stands_for_processor: true, ..wrong.clone() };
    for history in
        [vec![initiated()], vec![initiated(), completed()], vec![initiated(), rejected()]]
    {
        for command in [&without, &wrong, &answer(""), &wrong_of_its_stand_in] {
            given(history.clone())
                .when(complete(command.clone()))
                .then_refused(PaymentError::WrongToken, "RefusedWrongToken")
                .when(cancel(command.clone()))
                .then_refused(PaymentError::WrongToken, "RefusedWrongToken");
        }
    }
}

#[test]
fn who_stands_for_the_processor_needs_no_token() {
    let stand_in = || SettleThirdPartyProcessorPayment {
        token: None,
        caller_stands_for_processor: true,
        ..answer(TOKEN)
    };
    given([initiated()]).when(complete(stand_in())).then([completed()]);
    given([initiated()]).when(cancel(stand_in())).then([rejected()]);
}

#[test]
fn an_unknown_payment_cannot_be_settled() {
    given([]).when(complete(answer(TOKEN))).then_refused(PaymentError::NotFound, "RefusedNotFound");
    given([]).when(cancel(answer(TOKEN))).then_refused(PaymentError::NotFound, "RefusedNotFound");
    given([issued(issue())])
        .when(complete(answer(TOKEN)))
        .then_refused(PaymentError::NotFound, "RefusedNotFound");
}
