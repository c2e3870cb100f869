use kernel::{Decider, DomainEvent};
use proptest::{collection::vec, prelude::*};

use super::{SeatAssignmentsCommand as Command, SeatAssignmentsEvent as Event, *};
use crate::testing::{
    self, ANNA, ANNA_HERSELF, BORIS, CONFERENCE, CP, GA, OpenVault, SOMEBODY_NEW, assert_golden,
    attendee, erased, sealed, seats,
};

fn given(history: impl IntoIterator<Item = Event>) -> testing::Given<SeatAssignments> {
    testing::given(history)
}

/// Two of GA at positions 0 and 1, one of CP at 2.
fn created() -> Event {
    let sold = [(0, GA), (1, GA), (2, CP)];
    Event::SeatAssignmentsCreated(SeatAssignmentsCreated {
        assignments_id: assignments_id(ANNA),
        order_id: ANNA,
        conference_id: CONFERENCE,
        seats: sold.map(|(position, seat_type)| SoldSeat { position, seat_type }).to_vec(),
    })
}

fn create() -> Command {
    Command::CreateSeatAssignments(CreateSeatAssignments {
        order_id: ANNA,
        conference_id: CONFERENCE,
        seats: seats([(GA, 2), (CP, 1)]),
    })
}

fn assign(position: u32, attendee: Attendee) -> Command {
    let email = EmailRule::Required;
    Command::AssignSeat(AssignSeat { position, person_id: SOMEBODY_NEW, attendee, email })
}

fn assign_at_the_desk(position: u32, attendee: Attendee) -> Command {
    let email = EmailRule::Optional;
    Command::AssignSeat(AssignSeat { position, person_id: SOMEBODY_NEW, attendee, email })
}

fn assigned(position: u32, seat_type: SeatTypeId, attendee: Personal<Attendee>) -> Event {
    Event::SeatAssigned(SeatAssigned {
        assignments_id: assignments_id(ANNA),
        order_id: ANNA,
        conference_id: CONFERENCE,
        position,
        seat_type,
        attendee,
    })
}

fn updated(position: u32, attendee: Personal<Attendee>) -> Event {
    Event::SeatAssignmentUpdated(SeatAssignmentUpdated {
        assignments_id: assignments_id(ANNA),
        order_id: ANNA,
        conference_id: CONFERENCE,
        position,
        attendee,
    })
}

fn unassigned(position: u32) -> Event {
    Event::SeatUnassigned(SeatUnassigned {
        assignments_id: assignments_id(ANNA),
        order_id: ANNA,
        conference_id: CONFERENCE,
        position,
    })
}

fn old(attendee: Attendee) -> Personal<Attendee> {
    Personal::known(ANNA_HERSELF, attendee)
}

fn new(attendee: Attendee) -> Personal<Attendee> {
    Personal::known(SOMEBODY_NEW, attendee)
}

fn anna() -> Attendee {
    attendee("Anna", Some("anna@example.org"))
}

#[test]
fn the_positions_go_through_the_lines() {
    given([]).when(create()).then([created()]);
    given([created()]).when(create()).then_nothing();
}

#[test]
fn an_order_has_one_set_of_assignments_for_ever() {
    assert_eq!(assignments_id(ANNA).to_string(), "73656174-2061-8373-a967-6e6d656e7479");
    assert_ne!(assignments_id(ANNA), assignments_id(BORIS));
}

#[test]
fn two_seats_may_go_to_one_person() {
    given([created()]).when(assign(0, anna())).then([assigned(0, GA, new(anna()))]);
    given([created(), assigned(0, GA, old(anna()))]).when(assign(2, anna())).then([assigned(
        2,
        CP,
        new(anna()),
    )]);
}

#[test]
fn a_seat_that_goes_to_another_e_mail_is_freed_first() {
    let boris = attendee("Boris", Some("boris@example.org"));
    given([created(), assigned(0, GA, old(anna()))])
        .when(assign(0, boris.clone()))
        .then([unassigned(0), assigned(0, GA, new(boris))]);
}

#[test]
fn the_same_e_mail_with_another_name_stays_the_same_person() {
    let annie = attendee("Annie", Some("ANNA@example.org"));
    given([created(), assigned(0, GA, old(anna()))])
        .when(assign(0, annie.clone()))
        .then([updated(0, old(annie))]);
}

#[test]
fn nothing_happens_when_only_the_case_of_the_e_mail_differs() {
    given([created(), assigned(0, GA, old(anna()))])
        .when(assign(0, attendee("Anna", Some("Anna@Example.ORG"))))
        .then_nothing();
}

#[test]
fn an_e_mail_is_needed_from_afar_only() {
    let anna = attendee("Anna", None);
    given([created()])
        .when(assign(0, anna.clone()))
        .then_refused(SeatAssignmentsError::EmailMissing);
    given([created()]).when(assign_at_the_desk(0, anna.clone())).then([assigned(0, GA, new(anna))]);
}

#[test]
fn without_an_e_mail_the_name_identifies() {
    let anna = attendee("Anna", None);
    let boris = attendee("Boris", None);
    let history = || [created(), assigned(0, GA, old(attendee("Anna", None)))];
    given(history()).when(assign_at_the_desk(0, anna)).then_nothing();
    given(history())
        .when(assign_at_the_desk(0, boris.clone()))
        .then([unassigned(0), assigned(0, GA, new(boris))]);
}

#[test]
fn an_e_mail_may_be_added_later() {
    given([created(), assigned(0, GA, old(attendee("Anna", None)))])
        .when(assign(0, anna()))
        .then([updated(0, old(anna()))]);
}

#[test]
fn an_erased_attendee_is_nobody_to_compare_with() {
    given([created(), assigned(0, GA, erased(ANNA_HERSELF))])
        .when(assign(0, anna()))
        .then([unassigned(0), assigned(0, GA, new(anna()))]);
    given([created(), assigned(0, GA, erased(ANNA_HERSELF))])
        .when(Command::UnassignSeat(UnassignSeat { position: 0 }))
        .then([unassigned(0)]);
}

#[test]
fn a_seat_is_freed_once() {
    let free = Command::UnassignSeat(UnassignSeat { position: 1 });
    given([created(), assigned(1, GA, old(anna()))]).when(free.clone()).then([unassigned(1)]);
    given([created()]).when(free).then_nothing();
}

#[test]
fn an_unknown_position_is_refused() {
    let unknown = SeatAssignmentsError::UnknownPosition(3);
    given([created()]).when(assign(3, anna())).then_refused(unknown.clone());
    let free = Command::UnassignSeat(UnassignSeat { position: 3 });
    given([created()]).when(free).then_refused(unknown);
}

#[test]
fn an_unpaid_order_has_no_seats_to_assign() {
    given([]).when(assign(0, anna())).then_refused(SeatAssignmentsError::NotConfirmed);
}

#[test]
fn no_name_is_stored_in_clear() {
    let mut event = assigned(0, GA, new(anna()));
    assert!(event.encode().is_err());
    let mut vault = OpenVault::default();
    event.seal(&mut vault);
    let stored = event.encode().unwrap();
    let mut read = Event::decode("SeatAssigned", 1, &stored).unwrap();
    read.open(&mut vault);
    assert_eq!(read, assigned(0, GA, new(anna())));
    event.open(&mut OpenVault { forgotten: [SOMEBODY_NEW].into() });
    assert_eq!(event, assigned(0, GA, erased(SOMEBODY_NEW)));
}

#[test]
fn the_stored_forms_are_for_ever() {
    assert_golden(&[created(), assigned(0, GA, sealed()), unassigned(0), updated(0, sealed())]);
}

fn any_command() -> impl Strategy<Value = Command> {
    let names = prop::sample::select(vec!["Anna", "Boris"]);
    let emails = prop::sample::select(vec![None, Some("anna@example.org"), Some("b@example.org")]);
    prop_oneof![
        Just(create()),
        (0..4_u32, names, emails)
            .prop_map(|(at, name, email)| { assign_at_the_desk(at, attendee(name, email)) }),
        (0..4_u32).prop_map(|position| Command::UnassignSeat(UnassignSeat { position })),
    ]
}

proptest! {
    #[test]
    fn asking_twice_changes_nothing(commands in vec(any_command(), 1..30)) {
        let mut state = SeatAssignments::default();
        for command in &commands {
            for event in state.decide(command).unwrap_or_default() {
                state.evolve(&event);
            }
            prop_assert_eq!(state.decide(command).unwrap_or_default(), vec![]);
            prop_assert!(state.seats().is_empty() || state.seats().len() == 3);
        }
    }
}
