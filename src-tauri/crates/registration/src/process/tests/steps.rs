//! What the grid's words stand for: the exact commands, times and cards.

use super::*;
use crate::{
    attention::{AttentionRaised, AttentionResolved},
    seats::SeatQuantity,
};

fn make(seats: Vec<SeatQuantity>) -> ProcessCommand {
    let (conference_id, reservation_id) = (CONFERENCE, ANNA);
    let make = MakeSeatReservation { conference_id, reservation_id, seats };
    ProcessCommand::MakeSeatReservation(make)
}

const fn cancel() -> ProcessCommand {
    let (conference_id, reservation_id) = (CONFERENCE, ANNA);
    let cancel = CancelSeatReservation { conference_id, reservation_id };
    ProcessCommand::CancelSeatReservation(cancel)
}

const fn commit() -> ProcessCommand {
    let (conference_id, reservation_id) = (CONFERENCE, ANNA);
    let commit = CommitSeatReservation { conference_id, reservation_id };
    ProcessCommand::CommitSeatReservation(commit)
}

const fn confirm(settlement: Settlement) -> ProcessCommand {
    ProcessCommand::ConfirmOrderPayment { order_id: ANNA, settlement }
}

fn mark(seats: Vec<SeatQuantity>, expiration: Timestamp) -> ProcessCommand {
    ProcessCommand::MarkSeatsAsReserved { order_id: ANNA, seats, expiration }
}

fn raised(payment_id: PaymentId, kind: AttentionKind) -> AttentionEvent {
    AttentionEvent::AttentionRaised(AttentionRaised {
        attention_id: card_about(payment_id),
        order_id: ANNA,
        conference_id: CONFERENCE,
        kind,
        paid: usd(44_800),
        settlement: Settlement::ThirdParty { payment_id },
    })
}

fn resolved(payment_id: PaymentId, resolution: Resolution) -> AttentionEvent {
    AttentionEvent::AttentionResolved(AttentionResolved {
        attention_id: card_about(payment_id),
        order_id: ANNA,
        conference_id: CONFERENCE,
        resolution,
    })
}

#[test]
fn a_new_order_asks_for_its_seats_and_lapses_after_29_minutes() {
    let reaction = not_started().react(&placed());
    assert_eq!(reaction.commands, [make(seats([(GA, 2), (CP, 1)]))]);
    assert_eq!(reaction.timeouts, [TimeoutChange::Arm { token: 1, due: minute(29) }]);
}

#[test]
fn money_for_an_order_that_came_too_late_to_be_priced_asks_for_no_seats() {
    let reaction = expired_at_once().react(&paid(FIRST));
    assert_eq!(reaction.commands, []);
    assert_eq!(reaction.events, [raised(FIRST, AttentionKind::LatePayment)]);
}

#[test]
fn an_answer_to_an_earlier_wish_is_stale() {
    let seen = awaiting();
    let first = seen.last_request();
    let seen = seen.and(&updated());
    assert_eq!(seen.react(&granted(first)), Reaction::ignored(&seen.process));
    let answer = Input::SeatsReserved { correlation: seen.last_request(), seats: seats([(GA, 3)]) };
    assert_eq!(seen.react(&answer).commands, [mark(seats([(GA, 3)]), minute(15))]);
}

#[test]
fn more_time_for_the_registrant_is_more_time_for_the_seats() {
    let reaction = received().react(&Input::ReservationExtended { expiration: minute(20) });
    assert_eq!(reaction.timeouts, [TimeoutChange::Arm { token: 2, due: minute(34) }]);
    let seen = received().and(&Input::ReservationExtended { expiration: minute(20) });
    let first = Input::Timeout { token: 1 };
    assert_eq!(seen.react(&first), Reaction::ignored(&seen.process));
    assert_eq!(seen.react(&timeout(&seen)).commands.last(), Some(&cancel()));
}

#[test]
fn an_invoice_that_is_paid_first_holds_the_seats_until_it_is_due() {
    let due = minute(14 * 24 * 60);
    let pay_first = invoice(FIRST, InvoiceTerms::PayFirst { due });
    let reaction = received().react(&pay_first);
    assert_eq!(reaction.timeouts, [TimeoutChange::Arm { token: 2, due }]);
    let seen = received().and(&pay_first);
    let extended = Input::ReservationExtended { expiration: minute(20) };
    assert_eq!(seen.react(&extended).timeouts, [TimeoutChange::Arm { token: 3, due }]);
    let settlement = Settlement::Invoice { number: "K3-0001".to_owned() };
    let marked_paid =
        Input::PaymentCompleted(Payment { settlement: settlement.clone(), ..payment(FIRST) });
    assert_eq!(seen.react(&marked_paid).commands, [confirm(settlement)]);
}

#[test]
fn a_second_invoice_does_not_shorten_what_the_first_one_promised() {
    let (late, early) = (minute(14 * 24 * 60), minute(7 * 24 * 60));
    let seen = received().and(&invoice(FIRST, InvoiceTerms::PayFirst { due: late }));
    let reaction = seen.react(&invoice(SECOND, InvoiceTerms::PayFirst { due: early }));
    assert_eq!(reaction.timeouts, [TimeoutChange::Arm { token: 3, due: late }]);
}

#[test]
fn an_invoice_that_is_not_paid_before_the_card_is_an_overpayment_once_it_is_paid() {
    let due = minute(14 * 24 * 60);
    let seen = received().and(&invoice(FIRST, InvoiceTerms::PayFirst { due })).and(&paid(SECOND));
    let seen = seen.and(&Input::OrderPaymentConfirmed);
    assert_eq!(seen.react(&paid(FIRST)).events, [raised(FIRST, AttentionKind::Overpayment)]);
}

#[test]
fn a_second_late_payment_tries_the_seats_again_and_leaves_the_first_on_its_card() {
    let seen = late().and(&paid(SECOND));
    let answer = granted(seen.last_request());
    let revived = seen.clone().and(&answer).and(&Input::OrderPaymentConfirmed);
    let cards = |seen: &Seen| {
        let cards = &seen.process.registration().unwrap().cards;
        cards.iter().map(|card| card.payment.payment_id).collect::<Vec<_>>()
    };
    assert_eq!(cards(&revived), [FIRST]);
    assert_eq!(revived.process.may_retry(card_about(FIRST)), Err(AttentionError::NotRetryable));

    let answer = not_granted(seen.last_request());
    let reaction = seen.react(&answer);
    assert_eq!(reaction.events, [raised(SECOND, AttentionKind::LatePayment)]);
    assert_eq!(cards(&seen.and(&answer)), [FIRST, SECOND]);
}

#[test]
fn the_money_of_an_invoice_that_confirmed_at_once_is_no_overpayment() {
    let seen =
        received().and(&invoice(FIRST, InvoiceTerms::AtOnce)).and(&Input::OrderPaymentConfirmed);
    assert_eq!(seen.react(&paid(FIRST)), Reaction::ignored(&seen.process));
    assert_eq!(seen.react(&paid(SECOND)).events, [raised(SECOND, AttentionKind::Overpayment)]);
}

#[test]
fn a_sale_commits_the_seats_and_ends_the_countdown() {
    let reaction = received().react(&paid(FIRST));
    assert_eq!(reaction.commands, [confirm(payment(FIRST).settlement)]);
    let reaction = payment_received().react(&Input::OrderPaymentConfirmed);
    assert_eq!(reaction.commands, [commit()]);
    assert_eq!(reaction.timeouts, [TimeoutChange::Disarm { token: 1 }]);
}

#[test]
fn the_same_payment_twice_is_one() {
    let seen = confirmed();
    assert_eq!(seen.react(&paid(FIRST)), Reaction::ignored(&seen.process));
}

#[test]
fn a_late_payment_gets_its_seats_when_they_are_free() {
    let seen = expired();
    assert_eq!(seen.react(&paid(FIRST)).commands, [make(seats([(GA, 2), (CP, 1)]))]);
    let seen = reacquiring();
    let reaction = seen.react(&granted(seen.last_request()));
    let revive = ProcessCommand::ReviveOrder {
        order_id: ANNA,
        seats: seats([(GA, 2), (CP, 1)]),
        expiration: minute(16),
    };
    assert_eq!(reaction.commands, [revive, confirm(payment(FIRST).settlement)]);
    assert_eq!(reaction.events, []);
    let again = granted(seen.last_request());
    assert_eq!(seen.and(&again).react(&Input::OrderPaymentConfirmed).commands, [commit()]);
}

#[test]
fn a_late_payment_without_seats_is_on_one_card_until_it_is_dealt_with() {
    let seen = reacquiring();
    let reaction = seen.react(&partly_granted(seen.last_request()));
    assert_eq!(reaction.commands, [cancel()]);
    assert_eq!(reaction.events, [raised(FIRST, AttentionKind::LatePayment)]);
    let seen = reacquiring_on_card();
    let reaction = seen.react(&not_granted(seen.last_request()));
    assert_eq!(reaction.events, []);
    assert!(reaction.state.may_retry(card_about(FIRST)).is_ok());
    let reaction = seen.react(&granted(seen.last_request()));
    assert_eq!(reaction.events, [resolved(FIRST, Resolution::Retried)]);
    assert_eq!(reaction.state.card(card_about(FIRST)), Err(AttentionError::NotFound));
}

#[test]
fn a_late_payment_for_nothing_goes_to_the_organizer_at_once() {
    let seen = awaiting();
    let nothing = not_granted(seen.last_request());
    let seen = seen.and(&nothing);
    let lapsed = timeout(&seen);
    let reaction = seen.and(&lapsed).react(&paid(FIRST));
    assert_eq!(reaction.commands, []);
    assert_eq!(reaction.events, [raised(FIRST, AttentionKind::LatePayment)]);
    let never = Err(AttentionError::NotRetryable);
    assert_eq!(reaction.state.may_retry(card_about(FIRST)), never);
}

#[test]
fn a_late_payment_for_what_was_never_answered_goes_to_the_organizer_at_once() {
    let reaction = expired_unanswered().react(&paid(FIRST));
    assert_eq!(reaction.commands, []);
    assert_eq!(reaction.events, [raised(FIRST, AttentionKind::LatePayment)]);
    let never = Err(AttentionError::NotRetryable);
    assert_eq!(reaction.state.may_retry(card_about(FIRST)), never);
}

#[test]
fn money_for_an_order_without_seats_is_not_lost() {
    let seen = awaiting();
    let nothing = not_granted(seen.last_request());
    let reaction = seen.and(&nothing).react(&paid_at_the_desk(FIRST));
    assert_eq!(reaction.commands, [ProcessCommand::RejectOrder { order_id: ANNA }, cancel()]);
    assert_eq!(
        reaction.events,
        [AttentionEvent::AttentionRaised(AttentionRaised {
            settlement: Settlement::Desk { means: DeskMeans::Cash, reference: None },
            attention_id: card_about(FIRST),
            order_id: ANNA,
            conference_id: CONFERENCE,
            kind: AttentionKind::LatePayment,
            paid: usd(44_800),
        })]
    );
}

#[test]
fn two_cards_are_dealt_with_one_by_one() {
    let seen = overpaid().and(&paid(PaymentId::from_u128(0xD3)));
    let seen = seen.and(&dismiss(SECOND));
    assert!(matches!(seen.process, Process::NeedsAttention(_)));
    let seen = seen.and(&refund(PaymentId::from_u128(0xD3)));
    assert!(matches!(seen.process, Process::Completed(_)));
}

#[test]
fn a_card_says_what_may_be_done_with_it() {
    let (late, over) = (late().process, overpaid().process);
    assert_eq!(over.may_retry(card_about(SECOND)), Err(AttentionError::NotRetryable));
    assert_eq!(late.may_retry(card_about(SECOND)), Err(AttentionError::NotFound));
    for amount in [usd(0), usd(44_801), kernel::Money::new(1, kernel::Currency::EUR)] {
        let refused = late.may_refund(card_about(FIRST), amount);
        assert_eq!(refused, Err(AttentionError::RefundOutOfRange));
    }
    assert_eq!(late.may_refund(card_about(FIRST), usd(44_800)), Ok(()));
    assert_eq!(late.may_dismiss(card_about(FIRST), " "), Err(AttentionError::ReasonMissing));
    assert_eq!(late.may_dismiss(card_about(FIRST), "a test"), Ok(()));
}

#[test]
fn a_command_to_be_sent_reads_back() {
    for command in [make(seats([(GA, 1)])), mark(seats([]), minute(15)), cancel(), commit()] {
        let stored = serde_json::to_string(&command).unwrap();
        assert_eq!(serde_json::from_str::<ProcessCommand>(&stored).unwrap(), command);
    }
}
