use kernel::Decider;
use proptest::{collection::vec, prelude::*};

use super::{SeatsAvailabilityCommand as Command, SeatsAvailabilityEvent as Event, *};
use crate::testing::{self, ANNA, BALLOON_RIDE, BORIS, CONFERENCE, CP, GA, assert_golden, seats};

fn given(history: impl IntoIterator<Item = Event>) -> testing::Given<SeatsAvailability> {
    testing::given(history)
}

const fn cause(number: u128) -> EventId {
    EventId::from_u128(number)
}

fn changed(seat_type_id: SeatTypeId, difference: i64, caused_by: u128) -> Event {
    Event::AvailableSeatsChanged(AvailableSeatsChanged {
        conference_id: CONFERENCE,
        seats: vec![SeatChange { seat_type_id, difference }],
        caused_by: cause(caused_by),
    })
}

fn add(seat_type_id: SeatTypeId, quantity: u32, caused_by: u128) -> Command {
    let caused_by = cause(caused_by);
    Command::AddSeats(AddSeats { conference_id: CONFERENCE, seat_type_id, quantity, caused_by })
}

fn remove(seat_type_id: SeatTypeId, quantity: u32, caused_by: u128) -> Command {
    let caused_by = cause(caused_by);
    let conference_id = CONFERENCE;
    Command::RemoveSeats(RemoveSeats { conference_id, seat_type_id, quantity, caused_by })
}

fn make<const N: usize>(reservation_id: OrderId, wanted: [(SeatTypeId, u32); N]) -> Command {
    let seats = seats(wanted);
    let conference_id = CONFERENCE;
    Command::MakeSeatReservation(MakeSeatReservation { conference_id, reservation_id, seats })
}

const fn cancel(reservation_id: OrderId) -> Command {
    let conference_id = CONFERENCE;
    Command::CancelSeatReservation(CancelSeatReservation { conference_id, reservation_id })
}

const fn commit(reservation_id: OrderId) -> Command {
    let conference_id = CONFERENCE;
    Command::CommitSeatReservation(CommitSeatReservation { conference_id, reservation_id })
}

fn changes<const N: usize>(changes: [(SeatTypeId, i64); N]) -> Vec<SeatChange> {
    let change = |(seat_type_id, difference)| SeatChange { seat_type_id, difference };
    changes.into_iter().map(change).collect()
}

fn reserved<const N: usize, const M: usize>(
    reservation_id: OrderId,
    granted: [(SeatTypeId, u32); N],
    difference: [(SeatTypeId, i64); M],
) -> Event {
    Event::SeatsReserved(SeatsReserved {
        conference_id: CONFERENCE,
        reservation_id,
        reservation_details: seats(granted),
        available_seats_changed: changes(difference),
    })
}

fn cancelled(reservation_id: OrderId, back: i64) -> Event {
    Event::SeatsReservationCancelled(SeatsReservationCancelled {
        conference_id: CONFERENCE,
        reservation_id,
        available_seats_changed: changes([(GA, back)]),
    })
}

const fn committed(reservation_id: OrderId) -> Event {
    let conference_id = CONFERENCE;
    Event::SeatsReservationCommitted(SeatsReservationCommitted { conference_id, reservation_id })
}

/// Ten of GA and twelve of CP, six of GA held for Anna.
fn anna_holds_six() -> Vec<Event> {
    vec![changed(GA, 10, 1), changed(CP, 12, 2), reserved(ANNA, [(GA, 6)], [(GA, -6)])]
}

fn anna_holds_six_after_a_cut() -> Vec<Event> {
    let mut history = anna_holds_six();
    history.push(changed(GA, -7, 3));
    history
}

#[test]
fn boris_gets_the_four_that_are_left() {
    given(anna_holds_six()).when(make(BORIS, [(GA, 4)])).then_answered([reserved(
        BORIS,
        [(GA, 4)],
        [(GA, -4)],
    )]);
}

#[test]
fn boris_gets_only_the_four_that_are_left_of_five() {
    given(anna_holds_six()).when(make(BORIS, [(GA, 5)])).then_answered([reserved(
        BORIS,
        [(GA, 4)],
        [(GA, -4)],
    )]);
}

#[test]
fn anna_gets_two_more() {
    given(anna_holds_six()).when(make(ANNA, [(GA, 8)])).then_answered([reserved(
        ANNA,
        [(GA, 8)],
        [(GA, -2)],
    )]);
}

#[test]
fn anna_gives_four_back() {
    given(anna_holds_six()).when(make(ANNA, [(GA, 2)])).then_answered([reserved(
        ANNA,
        [(GA, 2)],
        [(GA, 4)],
    )]);
}

#[test]
fn anna_gets_all_that_are_left() {
    given(anna_holds_six()).when(make(ANNA, [(GA, 12)])).then_answered([reserved(
        ANNA,
        [(GA, 10)],
        [(GA, -4)],
    )]);
}

#[test]
fn anna_changes_her_mind_about_the_type() {
    given(anna_holds_six()).when(make(ANNA, [(CP, 3)])).then_answered([reserved(
        ANNA,
        [(CP, 3)],
        [(CP, -3), (GA, 6)],
    )]);
}

#[test]
fn anna_gives_everything_back() {
    given(anna_holds_six()).when(cancel(ANNA)).then([cancelled(ANNA, 6)]);
}

#[test]
fn a_quota_cut_takes_nothing_from_anna_and_gives_her_no_more() {
    given(anna_holds_six_after_a_cut()).when(make(ANNA, [(GA, 7)])).then_answered([reserved(
        ANNA,
        [(GA, 6)],
        [],
    )]);
}

#[test]
fn after_a_quota_cut_boris_is_answered_with_nothing() {
    given(anna_holds_six_after_a_cut()).when(make(BORIS, [(GA, 1)])).then_answered([reserved(
        BORIS,
        [],
        [],
    )]);
}

#[test]
fn a_type_that_is_named_twice_is_granted_once() {
    given(anna_holds_six()).when(make(BORIS, [(GA, 3), (GA, 3)])).then_answered([reserved(
        BORIS,
        [(GA, 4)],
        [(GA, -4)],
    )]);
}

#[test]
fn an_unknown_type_is_refused() {
    given(anna_holds_six()).when(make(BORIS, [(GA, 1), (BALLOON_RIDE, 1)])).then_refused(
        SeatsAvailabilityError::UnknownSeatType {
            seat_type_id: BALLOON_RIDE,
            conference_id: CONFERENCE,
        },
    );
}

#[test]
fn an_event_changes_the_quota_once() {
    given([]).when(add(GA, 10, 1)).then([changed(GA, 10, 1)]);
    given([changed(GA, 10, 1)]).when(add(GA, 10, 1)).then_nothing();
    given([changed(GA, 10, 1)]).when(remove(GA, 3, 1)).then_nothing();
    given([changed(GA, 10, 1)]).when(remove(GA, 3, 2)).then([changed(GA, -3, 2)]);
}

#[test]
fn a_difference_of_zero_does_nothing_to_a_known_type() {
    given([changed(GA, 10, 1)]).when(add(GA, 0, 2)).then_nothing();
    given([changed(GA, 10, 1)]).when(remove(GA, 0, 2)).then_nothing();
}

#[test]
fn a_type_with_a_quota_of_zero_is_sold_out_and_not_unknown() {
    given([]).when(add(GA, 0, 1)).then([changed(GA, 0, 1)]);
    given([changed(GA, 0, 1)]).when(make(ANNA, [(GA, 1)])).then_answered([reserved(ANNA, [], [])]);
}

#[test]
fn a_sold_reservation_stays_sold() {
    given(anna_holds_six()).when(commit(ANNA)).then([committed(ANNA)]);
    let mut sold = anna_holds_six();
    sold.push(committed(ANNA));
    given(sold.clone()).when(commit(ANNA)).then_nothing();
    given(sold.clone()).when(cancel(ANNA)).then_nothing();
    given(sold).when(make(BORIS, [(GA, 5)])).then_answered([reserved(
        BORIS,
        [(GA, 4)],
        [(GA, -4)],
    )]);
}

#[test]
fn a_sold_reservation_is_forgotten_so_its_id_starts_anew() {
    let mut sold = anna_holds_six();
    sold.push(committed(ANNA));
    given(sold).when(make(ANNA, [(GA, 1)])).then_answered([reserved(ANNA, [(GA, 1)], [(GA, -1)])]);
}

#[test]
fn what_is_not_held_cannot_be_given_back_or_sold() {
    given(anna_holds_six()).when(cancel(BORIS)).then_nothing();
    given(anna_holds_six()).when(commit(BORIS)).then_nothing();
}

#[test]
fn a_cancelled_reservation_may_be_made_again() {
    let mut history = anna_holds_six();
    history.push(cancelled(ANNA, 6));
    given(history.clone()).when(commit(ANNA)).then_nothing();
    given(history).when(make(ANNA, [(GA, 10)])).then_answered([reserved(
        ANNA,
        [(GA, 10)],
        [(GA, -10)],
    )]);
}

#[test]
fn a_stored_number_that_nobody_can_have_meant_is_no_reason_to_panic() {
    let history = [changed(GA, i64::MIN, 1), changed(GA, -1, 2)];
    assert_eq!(SeatsAvailability::fold(&history).remaining(GA), Some(i64::MIN));
}

#[test]
fn the_stored_forms_are_for_ever() {
    assert_golden(&[
        changed(GA, -7, 0xE1),
        reserved(ANNA, [(GA, 2), (CP, 1)], [(GA, 4), (CP, -1)]),
        cancelled(ANNA, 6),
        committed(ANNA),
    ]);
}

const TYPES: [SeatTypeId; 2] = [GA, CP];

fn any_command() -> impl Strategy<Value = Command> {
    let seat_type = prop::sample::select(&TYPES[..]);
    let order = (0..5_u128).prop_map(OrderId::from_u128);
    prop_oneof![
        (seat_type.clone(), 0..30_u32, 0..40_u128).prop_map(|(t, n, cause)| add(t, n, cause)),
        (seat_type, 0..12_u32, 40..80_u128).prop_map(|(t, n, cause)| remove(t, n, cause)),
        (order.clone(), 0..9_u32, 0..9_u32).prop_map(|(id, a, b)| make(id, [(GA, a), (CP, b)])),
        (order.clone(), 0..9_u32, 0..9_u32).prop_map(|(id, a, b)| make(id, [(GA, a), (GA, b)])),
        order.clone().prop_map(cancel),
        order.prop_map(commit),
    ]
}

/// What an outsider counts from the events alone.
#[derive(Default)]
struct Ledger {
    quota: BTreeMap<SeatTypeId, i64>,
    pending: BTreeMap<OrderId, Vec<SeatQuantity>>,
    sold: BTreeMap<SeatTypeId, i64>,
}

impl Ledger {
    fn record(&mut self, event: &Event) {
        match event {
            Event::AvailableSeatsChanged(event) => {
                for change in &event.seats {
                    *self.quota.entry(change.seat_type_id).or_default() += change.difference;
                }
            }
            Event::SeatsReserved(event) => {
                self.pending.insert(event.reservation_id, event.reservation_details.clone());
            }
            Event::SeatsReservationCancelled(event) => {
                self.pending.remove(&event.reservation_id);
            }
            Event::SeatsReservationCommitted(event) => {
                for line in self.pending.remove(&event.reservation_id).unwrap() {
                    *self.sold.entry(line.seat_type_id).or_default() += i64::from(line.quantity);
                }
            }
        }
    }

    fn granted(&self, seat_type_id: SeatTypeId) -> i64 {
        let held = |lines: &Vec<_>| i64::from(seats::quantity_of(lines, seat_type_id));
        let sold = self.sold.get(&seat_type_id).copied().unwrap_or(0);
        sold + self.pending.values().map(held).sum::<i64>()
    }
}

proptest! {
    #[test]
    fn granted_and_remaining_are_what_was_added_less_what_was_removed(
        commands in vec(any_command(), 0..60)
    ) {
        let mut state = SeatsAvailability::default();
        let mut ledger = Ledger::default();
        for command in &commands {
            let before = TYPES.map(|t| ledger.granted(t));
            let quota_before = ledger.quota.clone();
            for event in state.decide(command).unwrap_or_default() {
                state.evolve(&event);
                ledger.record(&event);
            }
            for (seat_type, before) in TYPES.into_iter().zip(before) {
                let quota = ledger.quota.get(&seat_type).copied().unwrap_or(0);
                let granted = ledger.granted(seat_type);
                prop_assert_eq!(granted + state.remaining(seat_type).unwrap_or(0), quota);
                // No seat is sold twice: nothing is granted beyond the quota, ever.
                let was = quota_before.get(&seat_type).copied().unwrap_or(0);
                prop_assert!(granted <= before || granted <= was.max(0));
            }
        }
    }

    #[test]
    fn asking_twice_changes_nothing(
        commands in vec(any_command(), 0..40), last in any_command()
    ) {
        let mut state = SeatsAvailability::default();
        for command in commands.iter().chain([&last]) {
            for event in state.decide(command).unwrap_or_default() {
                state.evolve(&event);
            }
        }
        let once = state.clone();
        for event in state.decide(&last).unwrap_or_default() {
            let is_answer = matches!(&event, Event::SeatsReserved(answer)
                if answer.available_seats_changed.is_empty());
            let is_fresh = matches!(last, Command::MakeSeatReservation(_));
            prop_assert!(is_answer && is_fresh, "{:?} after {:?}", event, last);
            state.evolve(&event);
        }
        prop_assert_eq!(state, once);
    }

    #[test]
    fn what_is_stored_reads_back(commands in vec(any_command(), 0..40)) {
        let mut state = SeatsAvailability::default();
        for command in &commands {
            for event in state.decide(command).unwrap_or_default() {
                let stored = kernel::DomainEvent::encode(&event).unwrap();
                let name = kernel::DomainEvent::type_name(&event);
                let read: Event = kernel::DomainEvent::decode(name, 1, &stored).unwrap();
                prop_assert_eq!(&read, &event);
                state.evolve(&event);
            }
        }
        let snapshot = serde_json::to_string(&state).unwrap();
        prop_assert_eq!(serde_json::from_str::<SeatsAvailability>(&snapshot).unwrap(), state);
    }
}
