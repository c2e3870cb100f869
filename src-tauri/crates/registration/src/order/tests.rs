use std::sync::Arc;

use kernel::{Decider, DomainEvent, Money, PaymentId, PersonId, SeatTypeId, Timestamp};
use proptest::{collection::vec, prelude::*};

use super::{OrderCommand as Command, OrderEvent as Event, *};
use crate::{
    pricing::{Catalogue, CatalogueFact, Offer, OrderLine},
    seats::QuantityError,
    testing::{
        self, ANNA, ANNA_HERSELF, BALLOON_RIDE, CONFERENCE, CP, GA, OTHER_CONFERENCE, OpenVault,
        SOMEBODY_NEW, WS, anna, assert_golden, code, erased, minute, offer, published,
        published_but, sealed, seats, unpublished, usd, wanted,
    },
};

/// Fifteen minutes after the order was placed at minute 0.
const DEADLINE: Timestamp = minute(15);

fn given(history: impl IntoIterator<Item = Event>) -> testing::Given<Order> {
    testing::given(history)
}

fn request<const N: usize>(lines: [(SeatTypeId, i64); N], at: Timestamp) -> RegisterToConference {
    RegisterToConference {
        order_id: ANNA,
        seats: wanted(lines),
        catalogue: Arc::new(published()),
        access_code: code(),
        payment_in_progress: false,
        at,
    }
}

fn register<const N: usize>(lines: [(SeatTypeId, i64); N], at: Timestamp) -> Command {
    Command::RegisterToConference(request(lines, at))
}

fn mark<const N: usize>(lines: [(SeatTypeId, u32); N]) -> Command {
    let catalogue = Arc::new(published());
    let seats = seats(lines);
    Command::MarkSeatsAsReserved(MarkSeatsAsReserved { seats, expiration: DEADLINE, catalogue })
}

fn assign(registrant: Registrant, at: Timestamp) -> Command {
    let person_id = SOMEBODY_NEW;
    Command::AssignRegistrantDetails(AssignRegistrantDetails { person_id, registrant, at })
}

const fn by_card() -> Settlement {
    Settlement::ThirdParty { payment_id: PaymentId::from_u128(0xD0) }
}

const fn confirm() -> Command {
    Command::ConfirmOrderPayment(ConfirmOrderPayment { settlement: by_card() })
}

const fn confirm_free(at: Timestamp) -> Command {
    Command::ConfirmFreeOrder(ConfirmFreeOrder { at })
}

const fn extend(at: Timestamp) -> Command {
    Command::ExtendReservation(ExtendReservation { at })
}

fn revive<const N: usize>(lines: [(SeatTypeId, u32); N]) -> Command {
    Command::ReviveOrder(ReviveOrder { seats: seats(lines), expiration: minute(75) })
}

fn cancel<const N: usize>(positions: [u32; N], fee: Money) -> Command {
    Command::CancelOrderSeats(CancelOrderSeats {
        positions: positions.to_vec(),
        reason: "the workshop moved".to_owned(),
        fee,
        is_paid: true,
        returned: Returned::BackToSale,
    })
}

fn placed<const N: usize>(lines: [(SeatTypeId, u32); N]) -> Event {
    Event::OrderPlaced(OrderPlaced {
        order_id: ANNA,
        conference_id: CONFERENCE,
        seats: seats(lines),
        reservation_auto_expiration: DEADLINE,
        access_code: code(),
    })
}

fn updated<const N: usize>(lines: [(SeatTypeId, u32); N]) -> Event {
    let seats = seats(lines);
    Event::OrderUpdated(OrderUpdated { order_id: ANNA, conference_id: CONFERENCE, seats })
}

fn partially<const N: usize>(lines: [(SeatTypeId, u32); N]) -> Event {
    Event::OrderPartiallyReserved(OrderPartiallyReserved {
        order_id: ANNA,
        conference_id: CONFERENCE,
        reservation_expiration: DEADLINE,
        seats: seats(lines),
    })
}

fn completed<const N: usize>(lines: [(SeatTypeId, u32); N]) -> Event {
    Event::OrderReservationCompleted(OrderReservationCompleted {
        order_id: ANNA,
        conference_id: CONFERENCE,
        reservation_expiration: DEADLINE,
        seats: seats(lines),
    })
}

fn line(seat_type_id: SeatTypeId, quantity: u32) -> OrderLine {
    let Offer { name: description, price } = published().offer(seat_type_id).unwrap().clone();
    let unit_price = price;
    let line_total = price.times(quantity).unwrap();
    OrderLine { seat_type_id, description, unit_price, quantity, line_total }
}

fn totals<const N: usize>(cents: i64, lines: [(SeatTypeId, u32); N]) -> Event {
    Event::OrderTotalsCalculated(OrderTotalsCalculated {
        order_id: ANNA,
        conference_id: CONFERENCE,
        total: usd(cents),
        lines: lines.map(|(seat_type_id, quantity)| line(seat_type_id, quantity)).to_vec(),
        is_free_of_charge: cents == 0,
    })
}

fn details(person: PersonId, registrant: Registrant) -> Event {
    Event::OrderRegistrantAssigned(OrderRegistrantAssigned {
        order_id: ANNA,
        conference_id: CONFERENCE,
        registrant: Personal::known(person, registrant),
    })
}

const fn confirmed() -> Event {
    Event::OrderPaymentConfirmed(OrderPaymentConfirmed {
        order_id: ANNA,
        conference_id: CONFERENCE,
        settlement: by_card(),
    })
}

const fn taken_for_free() -> Event {
    let conference_id = CONFERENCE;
    Event::FreeOrderConfirmed(FreeOrderConfirmed { order_id: ANNA, conference_id })
}

const fn expired() -> Event {
    Event::OrderExpired(OrderExpired { order_id: ANNA, conference_id: CONFERENCE })
}

const fn extended(reservation_expiration: Timestamp) -> Event {
    let (order_id, conference_id) = (ANNA, CONFERENCE);
    Event::OrderReservationExtended(OrderReservationExtended {
        order_id,
        conference_id,
        reservation_expiration,
    })
}

fn revived() -> Event {
    Event::OrderRevived(OrderRevived {
        order_id: ANNA,
        conference_id: CONFERENCE,
        seats: seats([(GA, 1), (CP, 1)]),
        reservation_expiration: minute(75),
    })
}

fn seats_cancelled<const N: usize, const M: usize>(
    positions: [u32; N],
    lines: [(SeatTypeId, u32); M],
    fee: Money,
) -> Event {
    let price: i64 = lines.iter().map(|(id, count)| line(*id, *count).line_total.amount).sum();
    Event::OrderSeatsCancelled(OrderSeatsCancelled {
        order_id: ANNA,
        conference_id: CONFERENCE,
        positions: positions.to_vec(),
        seats: seats(lines),
        reason: "the workshop moved".to_owned(),
        fee,
        credit: usd(price - fee.amount),
        returned: Returned::BackToSale,
    })
}

const fn refund(amount: Money) -> Event {
    let (order_id, conference_id) = (ANNA, CONFERENCE);
    Event::RefundRequested(RefundRequested { order_id, conference_id, amount })
}

const fn cancelled() -> Event {
    Event::OrderCancelled(OrderCancelled { order_id: ANNA, conference_id: CONFERENCE })
}

/// One of GA and one of CP, held, 249.00.
fn reserved() -> Vec<Event> {
    let lines = [(GA, 1), (CP, 1)];
    vec![placed(lines), completed(lines), totals(24_900, lines)]
}

/// GA costs nothing, and one is held.
fn reserved_free() -> Vec<Event> {
    let free = OrderLine { unit_price: usd(0), line_total: usd(0), ..line(GA, 1) };
    let totals = Event::OrderTotalsCalculated(OrderTotalsCalculated {
        order_id: ANNA,
        conference_id: CONFERENCE,
        total: usd(0),
        lines: vec![free],
        is_free_of_charge: true,
    });
    vec![placed([(GA, 1)]), completed([(GA, 1)]), totals]
}

fn after(mut history: Vec<Event>, event: Event) -> Vec<Event> {
    history.push(event);
    history
}

fn sold() -> Vec<Event> {
    after(reserved(), confirmed())
}

fn lapsed() -> Vec<Event> {
    after(reserved(), expired())
}

mod registering {
    use super::*;

    #[test]
    fn a_new_order_has_fifteen_minutes() {
        given([])
            .when(register([(GA, 1), (WS, 0), (CP, 1)], minute(0)))
            .then([placed([(GA, 1), (CP, 1)])]);
    }

    #[test]
    fn nothing_wanted_is_no_order() {
        given([]).when(register([(GA, 0), (WS, 0)], minute(0))).then_refused(OrderError::NoSeats);
        given([]).when(register([], minute(0))).then_refused(OrderError::NoSeats);
        assert_eq!(OrderError::NoSeats.to_string(), "one or more items are required");
    }

    #[test]
    fn a_negative_quantity_and_more_than_twenty_are_refused() {
        let negative = OrderError::Quantity(QuantityError::Negative(GA));
        let too_many = OrderError::Quantity(QuantityError::TooMany(CP));
        assert_eq!((negative.code(), too_many.code()), ("InvalidQuantity", "InvalidQuantity"));
        given([]).when(register([(GA, -1), (CP, 2)], minute(0))).then_refused(negative);
        given([]).when(register([(GA, 1), (CP, 21)], minute(0))).then_refused(too_many.clone());
        given(reserved()).when(register([(CP, 21)], minute(1))).then_refused(too_many);
    }

    #[test]
    fn an_unknown_type_is_named_with_its_conference() {
        given([]).when(register([(BALLOON_RIDE, 1)], minute(0))).then_refused(
            OrderError::UnknownSeatType { seat_type_id: BALLOON_RIDE, conference_id: CONFERENCE },
        );
    }

    #[test]
    fn an_unpublished_conference_takes_no_new_order_and_keeps_the_old_ones() {
        let mut request = request([(GA, 2)], minute(1));
        request.catalogue = Arc::new(unpublished());
        let register = Command::RegisterToConference(request);
        given([]).when(register.clone()).then_refused(OrderError::NotPublished);
        given(reserved()).when(register).then([updated([(GA, 2)])]);
    }

    #[test]
    fn other_seats_may_be_wanted_until_the_deadline_and_never_extend_it() {
        given(reserved()).when(register([(WS, 2)], minute(14))).then([updated([(WS, 2)])]);
        let expired = OrderError::ReservationExpired;
        given(reserved()).when(register([(WS, 2)], DEADLINE)).then_refused(expired.clone());
        let history = after(reserved(), updated([(WS, 2)]));
        given(history).when(register([(WS, 3)], DEADLINE)).then_refused(expired);
    }

    #[test]
    fn the_same_seats_again_are_nothing_new() {
        given([placed([(GA, 1)])]).when(register([(GA, 1)], minute(1))).then_nothing();
        given(reserved()).when(register([(CP, 1), (GA, 1)], minute(1))).then_nothing();
    }

    #[test]
    fn who_is_content_with_the_smaller_order_asks_again() {
        let history = [placed([(GA, 2)]), partially([(GA, 1)]), totals(19_900, [(GA, 1)])];
        given(history).when(register([(GA, 1)], minute(1))).then([updated([(GA, 1)])]);
    }

    #[test]
    fn seats_that_are_being_paid_do_not_change() {
        let mut request = request([(GA, 2)], minute(1));
        request.payment_in_progress = true;
        given(reserved())
            .when(Command::RegisterToConference(request))
            .then_refused(OrderError::PaymentInProgress);
    }

    #[test]
    fn an_order_stays_in_its_conference() {
        let mut catalogue = Catalogue::new(OTHER_CONFERENCE, kernel::Currency::USD);
        let offer = offer("General admission", 19_900);
        catalogue.evolve(&CatalogueFact::SeatTypeAnnounced { seat_type_id: GA, offer });
        catalogue.evolve(&CatalogueFact::Published);
        let mut request = request([(GA, 2)], minute(1));
        request.catalogue = Arc::new(catalogue);
        given(reserved())
            .when(Command::RegisterToConference(request))
            .then_refused(OrderError::NotFound);
    }

    #[test]
    fn an_order_that_is_over_takes_no_other_seats() {
        let register = || register([(GA, 2)], minute(1));
        given(sold()).when(register()).then_refused(OrderError::AlreadyConfirmed);
        given(lapsed()).when(register()).then_refused(OrderError::ReservationExpired);
        given(after(sold(), cancelled())).when(register()).then_refused(OrderError::Cancelled);
    }
}

mod reserving {
    use super::*;

    #[test]
    fn everything_held_is_a_complete_reservation() {
        let lines = [(GA, 3), (WS, 1), (CP, 2)];
        given([placed(lines)]).when(mark(lines)).then([completed(lines), totals(119_700, lines)]);
    }

    #[test]
    fn too_few_are_a_partial_one_priced_on_what_is_held() {
        given([placed([(GA, 7), (WS, 12), (CP, 9)])])
            .when(mark([(WS, 10), (CP, 9)]))
            .then([partially([(WS, 10), (CP, 9)]), totals(545_000, [(WS, 10), (CP, 9)])]);
    }

    #[test]
    fn nothing_held_is_a_partial_one_of_nothing() {
        given([placed([(GA, 2), (CP, 2)])]).when(mark([])).then([partially([]), totals(0, [])]);
    }

    #[test]
    fn the_same_answer_again_is_nothing_new() {
        given(reserved()).when(mark([(GA, 1), (CP, 1)])).then_nothing();
        let partial = [placed([(GA, 2)]), partially([(GA, 1)]), totals(19_900, [(GA, 1)])];
        given(partial).when(mark([(GA, 1)])).then_nothing();
    }

    #[test]
    fn an_order_that_is_over_holds_nothing_new() {
        let mark = || mark([(GA, 1)]);
        given(sold()).when(mark()).then_refused(OrderError::AlreadyConfirmed);
        given(lapsed()).when(mark()).then_refused(OrderError::ReservationExpired);
        given([]).when(mark()).then_refused(OrderError::NotFound);
    }

    #[test]
    fn a_priced_line_keeps_its_name_and_price_when_more_seats_are_wanted() {
        let dearer = offer("Full pass", 99_900);
        let catalogue =
            published_but(&CatalogueFact::SeatTypeChanged { seat_type_id: GA, offer: dearer });
        let lines = [(GA, 2), (CP, 1)];
        let seats = seats(lines);
        given(after(reserved(), updated(lines)))
            .when(Command::MarkSeatsAsReserved(MarkSeatsAsReserved {
                seats,
                expiration: DEADLINE,
                catalogue,
            }))
            .then([completed(lines), totals(44_800, lines)]);
    }
}

mod details {
    use super::*;

    fn annie() -> Registrant {
        Registrant { first_name: "Annie".parse().unwrap(), ..anna() }
    }

    #[test]
    fn the_registrant_is_known_from_then_on() {
        given(reserved()).when(assign(anna(), minute(1))).then([details(SOMEBODY_NEW, anna())]);
        let known = after(reserved(), details(ANNA_HERSELF, anna()));
        given(known).when(assign(anna(), minute(2))).then_nothing();
    }

    #[test]
    fn a_corrected_name_is_the_same_person() {
        given(after(reserved(), details(ANNA_HERSELF, anna())))
            .when(assign(annie(), minute(2)))
            .then([details(ANNA_HERSELF, annie())]);
    }

    #[test]
    fn an_erased_registrant_is_followed_by_a_new_person() {
        let forgotten = Event::OrderRegistrantAssigned(OrderRegistrantAssigned {
            order_id: ANNA,
            conference_id: CONFERENCE,
            registrant: erased(ANNA_HERSELF),
        });
        given(after(sold(), forgotten))
            .when(assign(anna(), minute(99)))
            .then([details(SOMEBODY_NEW, anna())]);
    }

    #[test]
    fn details_come_in_time_or_after_the_sale() {
        let expired = OrderError::ReservationExpired;
        given(reserved()).when(assign(anna(), DEADLINE)).then_refused(expired.clone());
        given(lapsed()).when(assign(anna(), minute(1))).then_refused(expired);
        given(sold()).when(assign(anna(), minute(99))).then([details(SOMEBODY_NEW, anna())]);
        given([]).when(assign(anna(), minute(1))).then_refused(OrderError::NotFound);
    }

    #[test]
    fn no_name_is_stored_in_clear() {
        let mut event = super::details(SOMEBODY_NEW, anna());
        assert!(event.encode().is_err());
        let mut vault = OpenVault::default();
        event.seal(&mut vault);
        let stored = event.encode().unwrap();
        let mut read = Event::decode("OrderRegistrantAssigned", 1, &stored).unwrap();
        read.open(&mut vault);
        assert_eq!(read, super::details(SOMEBODY_NEW, anna()));
    }

    fn details(person: PersonId, registrant: Registrant) -> Event {
        super::details(person, registrant)
    }
}

mod paying {
    use super::*;

    #[test]
    fn a_held_order_is_sold_once() {
        given(reserved()).when(confirm()).then([confirmed()]);
        given(sold()).when(confirm()).then_nothing();
    }

    #[test]
    fn a_payment_begun_in_time_lands_after_the_deadline() {
        let order = Order::fold(&reserved());
        assert!(order.may_start_payment(minute(14)).is_ok());
        given(reserved()).when(confirm()).then([confirmed()]);
    }

    #[test]
    fn what_is_not_held_is_not_sold() {
        given([placed([(GA, 1)])]).when(confirm()).then_refused(OrderError::NotReserved);
        let nothing = [placed([(GA, 1)]), partially([]), totals(0, [])];
        given(nothing).when(confirm()).then_refused(OrderError::NotReserved);
        given(lapsed()).when(confirm()).then_refused(OrderError::ReservationExpired);
        given([]).when(confirm()).then_refused(OrderError::NotFound);
    }

    #[test]
    fn the_smaller_order_can_be_paid() {
        let partial = [placed([(GA, 2)]), partially([(GA, 1)]), totals(19_900, [(GA, 1)])];
        let payable = Order::fold(&partial).may_start_payment(minute(1)).unwrap();
        assert_eq!(payable.total, usd(19_900));
        given(partial).when(confirm()).then([confirmed()]);
    }

    #[test]
    fn a_payment_brings_the_orders_own_total() {
        let payable = Order::fold(&reserved()).may_start_payment(minute(1));
        let lines = vec![line(GA, 1), line(CP, 1)];
        let expected = Payable { conference_id: CONFERENCE, total: usd(24_900), lines };
        assert_eq!(payable, Ok(expected));
    }

    #[test]
    fn a_payment_starts_in_time_and_for_held_seats_that_cost_something() {
        let refused =
            |history: &[Event], at| Order::fold(history).may_start_payment(at).unwrap_err();
        assert_eq!(refused(&reserved(), DEADLINE), OrderError::ReservationExpired);
        assert_eq!(refused(&lapsed(), minute(1)), OrderError::ReservationExpired);
        assert_eq!(refused(&[placed([(GA, 1)])], minute(1)), OrderError::NotReserved);
        assert_eq!(refused(&reserved_free(), minute(1)), OrderError::FreeOfCharge);
        assert_eq!(refused(&sold(), minute(1)), OrderError::AlreadyConfirmed);
        assert_eq!(refused(&[], minute(1)), OrderError::NotFound);
    }

    #[test]
    fn a_free_order_needs_details_and_no_payment() {
        let known = after(reserved_free(), details(ANNA_HERSELF, anna()));
        given(reserved_free())
            .when(confirm_free(minute(1)))
            .then_refused(OrderError::DetailsMissing);
        given(known.clone()).when(confirm_free(minute(1))).then([taken_for_free()]);
        given(known).when(confirm_free(DEADLINE)).then_refused(OrderError::ReservationExpired);
    }

    #[test]
    fn who_was_erased_is_nobody_who_takes_them() {
        let gone = Event::OrderRegistrantAssigned(OrderRegistrantAssigned {
            order_id: ANNA,
            conference_id: CONFERENCE,
            registrant: erased(ANNA_HERSELF),
        });
        given(after(reserved_free(), gone))
            .when(confirm_free(minute(1)))
            .then_refused(OrderError::DetailsMissing);
    }

    #[test]
    fn an_order_that_costs_something_is_not_taken_for_free() {
        let known = after(reserved(), details(ANNA_HERSELF, anna()));
        given(known).when(confirm_free(minute(1))).then_refused(OrderError::NotFree);
        let nothing = [placed([(GA, 1)]), partially([]), totals(0, [])];
        given(nothing).when(confirm_free(minute(1))).then_refused(OrderError::NotReserved);
    }

    #[test]
    fn other_seats_have_to_be_taken_anew() {
        let mut history = after(reserved_free(), details(ANNA_HERSELF, anna()));
        history.extend([taken_for_free(), updated([(GA, 2)]), completed([(GA, 2)])]);
        given(history).when(confirm_free(minute(2))).then([taken_for_free()]);
    }
}

mod time {
    use super::*;

    #[test]
    fn an_extension_is_granted_in_the_last_two_minutes() {
        let early = OrderError::TooEarlyToExtend;
        given(reserved()).when(extend(minute(13))).then_refused(early);
        given(reserved()).when(extend(minute(13).plus_seconds(1))).then([extended(minute(20))]);
        given(reserved()).when(extend(DEADLINE)).then_refused(OrderError::ReservationExpired);
        given(sold()).when(extend(minute(14))).then_refused(OrderError::AlreadyConfirmed);
    }

    #[test]
    fn ten_extensions_are_all() {
        let mut history = reserved();
        for number in 1..=10 {
            given(history.clone())
                .when(extend(minute(9 + 5 * number)))
                .then([extended(minute(15 + 5 * number))]);
            history.push(extended(minute(15 + 5 * number)));
        }
        given(history).when(extend(minute(64))).then_refused(OrderError::ExtensionsUsedUp);
    }

    #[test]
    fn an_unpaid_order_lapses_once() {
        given(reserved()).when(Command::RejectOrder).then([expired()]);
        given([placed([(GA, 1)])]).when(Command::RejectOrder).then([expired()]);
        given(lapsed()).when(Command::RejectOrder).then_nothing();
        given([]).when(Command::RejectOrder).then_nothing();
        given(sold()).when(Command::RejectOrder).then_refused(OrderError::AlreadyConfirmed);
    }

    #[test]
    fn a_lapsed_order_comes_back_with_every_seat_at_the_price_paid() {
        let lines = [(GA, 1), (CP, 1)];
        given(lapsed()).when(revive(lines)).then([revived()]);
        let order = Order::fold(&after(lapsed(), revived()));
        assert_eq!(order.total(), Some(usd(24_900)));
        assert_eq!(order.deadline(), Some(minute(75)));
        given(after(lapsed(), revived())).when(confirm()).then([confirmed()]);
    }

    #[test]
    fn only_a_lapsed_order_with_its_own_seats_comes_back() {
        let lines = [(GA, 1), (CP, 1)];
        given(lapsed()).when(revive([(GA, 1)])).then_refused(OrderError::OtherSeats);
        given([placed(lines)]).when(revive(lines)).then_refused(OrderError::NotExpired);
        given([placed(lines), expired()]).when(revive(lines)).then_refused(OrderError::NotReserved);
        let mut unanswered = reserved();
        unanswered.extend([updated([(GA, 9)]), expired()]);
        given(unanswered).when(revive([(GA, 9)])).then_refused(OrderError::NotReserved);
        given(sold()).when(revive(lines)).then_refused(OrderError::AlreadyConfirmed);
        given([]).when(revive(lines)).then_refused(OrderError::NotFound);
    }
}

mod cancelling {
    use super::*;

    #[test]
    fn a_cancelled_seat_is_paid_back_less_the_fee() {
        given(sold())
            .when(cancel([0], usd(2_000)))
            .then_answered([seats_cancelled([0], [(GA, 1)], usd(2_000)), refund(usd(17_900))]);
    }

    #[test]
    fn the_last_cancelled_seat_cancels_the_order() {
        given(sold()).when(cancel([1, 0], usd(0))).then([
            seats_cancelled([0, 1], [(GA, 1), (CP, 1)], usd(0)),
            refund(usd(24_900)),
            cancelled(),
        ]);
        given(after(sold(), seats_cancelled([0], [(GA, 1)], usd(0))))
            .when(cancel([1], usd(5_000)))
            .then([seats_cancelled([1], [(CP, 1)], usd(5_000)), cancelled()]);
    }

    #[test]
    fn what_was_never_paid_is_not_given_back() {
        let Command::CancelOrderSeats(command) = cancel([0], usd(0)) else { unreachable!() };
        given(sold())
            .when(Command::CancelOrderSeats(CancelOrderSeats { is_paid: false, ..command }))
            .then([seats_cancelled([0], [(GA, 1)], usd(0))]);
    }

    #[test]
    fn a_seat_is_cancelled_once() {
        let history = after(sold(), seats_cancelled([0], [(GA, 1)], usd(0)));
        assert_eq!(Order::fold(&history).sold_seats(), [(1, CP)]);
        given(history).when(cancel([0], usd(0))).then_refused(OrderError::UnknownPosition(0));
        given(sold()).when(cancel([2], usd(0))).then_refused(OrderError::UnknownPosition(2));
    }

    #[test]
    fn a_cancellation_has_a_reason_some_seats_and_a_fair_fee() {
        let euros = Money::new(1, kernel::Currency::EUR);
        given(sold()).when(cancel([0], usd(-1))).then_refused(OrderError::FeeOutOfRange);
        given(sold()).when(cancel([0], usd(19_901))).then_refused(OrderError::FeeOutOfRange);
        given(sold()).when(cancel([0], euros)).then_refused(OrderError::FeeOutOfRange);
        given(sold()).when(cancel([], usd(0))).then_refused(OrderError::NothingToCancel);
        let Command::CancelOrderSeats(mut command) = cancel([0], usd(0)) else { unreachable!() };
        command.reason = " ".to_owned();
        given(sold())
            .when(Command::CancelOrderSeats(command))
            .then_refused(OrderError::ReasonMissing);
    }

    #[test]
    fn only_a_sold_order_is_cancelled() {
        let cancel = || cancel([0], usd(0));
        given([]).when(cancel()).then_refused(OrderError::NotFound);
        given(reserved()).when(cancel()).then_refused(OrderError::NotConfirmed);
        given(lapsed()).when(cancel()).then_refused(OrderError::NotConfirmed);
        given(after(sold(), cancelled())).when(cancel()).then_refused(OrderError::Cancelled);
    }
}

#[test]
fn the_stored_forms_are_for_ever() {
    let lines = [(GA, 1), (CP, 2)];
    let registrant = Event::OrderRegistrantAssigned(OrderRegistrantAssigned {
        order_id: ANNA,
        conference_id: CONFERENCE,
        registrant: sealed(),
    });
    assert_golden(&[
        placed(lines),
        updated(lines),
        partially([(GA, 1)]),
        completed(lines),
        totals(29_900, lines),
        registrant,
        taken_for_free(),
        confirmed(),
        expired(),
        extended(minute(20)),
        revived(),
        seats_cancelled([0], [(GA, 1)], usd(2_000)),
        refund(usd(17_900)),
        cancelled(),
    ]);
}

#[test]
fn every_settlement_has_its_stored_form() {
    let desk = |reference: Option<&str>| Settlement::Desk {
        means: DeskMeans::TerminalSlip,
        reference: reference.map(str::to_owned),
    };
    for (settlement, stored) in [
        (by_card(), r#"{"kind":"thirdParty","paymentId":"00000000-0000-0000-0000-0000000000d0"}"#),
        (
            Settlement::Invoice { number: "K3-0001".to_owned() },
            r#"{"kind":"invoice","number":"K3-0001"}"#,
        ),
        (desk(Some("17")), r#"{"kind":"desk","means":"terminalSlip","reference":"17"}"#),
        (desk(None), r#"{"kind":"desk","means":"terminalSlip"}"#),
        (Settlement::Free, r#"{"kind":"free"}"#),
    ] {
        assert_eq!(serde_json::to_string(&settlement).unwrap(), stored);
        assert_eq!(serde_json::from_str::<Settlement>(stored).unwrap(), settlement);
    }
}

fn any_command() -> impl Strategy<Value = Command> {
    let at = (0..40_i64).prop_map(minute).boxed();
    prop_oneof![
        (0..3_i64, 0..3_i64, at.clone())
            .prop_map(|(ga, cp, at)| register([(GA, ga), (CP, cp)], at)),
        (0..3_u32, 0..3_u32).prop_map(|(ga, cp)| mark([(GA, ga), (CP, cp)])),
        at.clone().prop_map(|at| assign(anna(), at)),
        Just(confirm()),
        at.clone().prop_map(confirm_free),
        at.prop_map(extend),
        (0..3_u32, 0..3_u32).prop_map(|(ga, cp)| revive([(GA, ga), (CP, cp)])),
        Just(Command::RejectOrder),
        (0..3_u32).prop_map(|position| cancel([position], usd(0))),
    ]
}

proptest! {
    #[test]
    fn asking_twice_changes_nothing(commands in vec(any_command(), 1..40)) {
        let mut order = Order::default();
        for command in &commands {
            for event in order.decide(command).unwrap_or_default() {
                order.evolve(&event);
            }
            prop_assert_eq!(order.decide(command).unwrap_or_default(), vec![]);
        }
    }

    #[test]
    fn what_is_sold_was_held_and_stays_sold(commands in vec(any_command(), 1..40)) {
        let mut order = Order::default();
        let mut held = vec![];
        let mut confirmations = 0;
        for command in &commands {
            for event in order.decide(command).unwrap_or_default() {
                order.evolve(&event);
                match event {
                    Event::OrderReservationCompleted(OrderReservationCompleted { seats, .. })
                    | Event::OrderPartiallyReserved(OrderPartiallyReserved { seats, .. }) => {
                        held = seats;
                    }
                    Event::OrderPaymentConfirmed(_) => {
                        confirmations += 1;
                        prop_assert!(held.iter().any(|line| 0 < line.quantity));
                        prop_assert!(crate::seats::are_same(order.seats(), &held));
                    }
                    _ => {}
                }
            }
        }
        prop_assert!(confirmations <= 1);
    }

    #[test]
    fn what_is_stored_reads_back(commands in vec(any_command(), 1..40)) {
        let mut order = Order::default();
        let mut vault = OpenVault::default();
        for command in &commands {
            for event in order.decide(command).unwrap_or_default() {
                let mut sealed = event.clone();
                sealed.seal(&mut vault);
                let stored = sealed.encode().unwrap();
                let mut read = Event::decode(sealed.type_name(), 1, &stored).unwrap();
                read.open(&mut vault);
                prop_assert_eq!(&read, &event);
                order.evolve(&event);
            }
        }
    }
}
