//! Whole registrations: orders, seats and processes together, as an application drives them, but
//! in memory. Each reaction's commands run at once, until nothing is left.

use std::{collections::BTreeMap, sync::Arc};

use kernel::{Decider, EventId, OrderId, SeatTypeId};
use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{
    order::{
        AssignRegistrantDetails, ConfirmFreeOrder, ConfirmOrderPayment, ExtendReservation,
        MarkSeatsAsReserved, Order, OrderCommand, OrderError, OrderEvent, RegisterToConference,
        ReviveOrder,
    },
    pricing::{Catalogue, CatalogueFact},
    seats::SeatQuantity,
    seats_availability::{
        AddSeats, SeatsAvailability, SeatsAvailabilityCommand, SeatsAvailabilityEvent,
    },
    testing::{BORIS, SOMEBODY_NEW, WS, anna, code, offer, published, wanted},
};

/// A conference with everything that belongs to it.
struct World {
    catalogue: Arc<Catalogue>,
    availability: SeatsAvailability,
    orders: BTreeMap<OrderId, Order>,
    processes: BTreeMap<OrderId, Process>,
    timers: BTreeMap<OrderId, (u32, Timestamp)>,
    attention: Vec<AttentionEvent>,
    commands: u128,
    now: Timestamp,
}

impl World {
    /// So many seats of each type.
    fn with(quota: u32) -> Self {
        let mut world = Self {
            catalogue: Arc::new(published()),
            availability: SeatsAvailability::default(),
            orders: BTreeMap::new(),
            processes: BTreeMap::new(),
            timers: BTreeMap::new(),
            attention: vec![],
            commands: 0,
            now: minute(0),
        };
        for seat_type_id in [GA, WS, CP] {
            world.add(seat_type_id, quota);
        }
        world
    }

    fn add(&mut self, seat_type_id: SeatTypeId, quantity: u32) {
        let id = self.next_command();
        let caused_by = EventId::from_uuid(id.uuid());
        let add = AddSeats { conference_id: CONFERENCE, seat_type_id, quantity, caused_by };
        self.run_seats(id, &SeatsAvailabilityCommand::AddSeats(add));
    }

    const fn next_command(&mut self) -> CommandId {
        self.commands += 1;
        CommandId::from_u128(self.commands)
    }

    fn order(&self, order_id: OrderId) -> &Order {
        &self.orders[&order_id]
    }

    fn run(&mut self, order_id: OrderId, command: &OrderCommand) -> Result<(), OrderError> {
        let order = self.orders.entry(order_id).or_default();
        let events = order.decide(command)?;
        for event in &events {
            order.evolve(event);
        }
        for event in &events {
            if let Some(input) = heard(event) {
                self.tell(order_id, &input);
            }
        }
        Ok(())
    }

    fn run_seats(&mut self, correlation: CommandId, command: &SeatsAvailabilityCommand) {
        for event in self.availability.decide(command).unwrap() {
            self.availability.evolve(&event);
            if let SeatsAvailabilityEvent::SeatsReserved(reserved) = event {
                let seats = reserved.reservation_details;
                let answer = Input::SeatsReserved { correlation, seats };
                self.tell(reserved.reservation_id, &answer);
            }
        }
    }

    fn tell(&mut self, order_id: OrderId, input: &Input) {
        let next_command_id = self.next_command();
        let context = Context { at: self.now, next_command_id };
        let process = self.processes.entry(order_id).or_default();
        let reaction = react(process, input, &context);
        *process = reaction.state;
        self.attention.extend(reaction.events);
        for change in reaction.timeouts {
            match change {
                TimeoutChange::Arm { token, due } => self.timers.insert(order_id, (token, due)),
                TimeoutChange::Disarm { .. } => self.timers.remove(&order_id),
            };
        }
        let ids = std::iter::once(next_command_id)
            .chain(std::iter::repeat_with(|| CommandId::from_u128(u128::MAX)));
        for (id, command) in ids.zip(reaction.commands) {
            self.send(id, command);
        }
    }

    fn send(&mut self, id: CommandId, command: ProcessCommand) {
        let (order_id, command) = match command {
            ProcessCommand::MakeSeatReservation(make) => {
                return self.run_seats(id, &SeatsAvailabilityCommand::MakeSeatReservation(make));
            }
            ProcessCommand::CancelSeatReservation(cancel) => {
                let cancel = SeatsAvailabilityCommand::CancelSeatReservation(cancel);
                return self.run_seats(id, &cancel);
            }
            ProcessCommand::CommitSeatReservation(commit) => {
                let commit = SeatsAvailabilityCommand::CommitSeatReservation(commit);
                return self.run_seats(id, &commit);
            }
            ProcessCommand::MarkSeatsAsReserved { order_id, seats, expiration } => {
                let catalogue = Arc::clone(&self.catalogue);
                let mark = MarkSeatsAsReserved { seats, expiration, catalogue };
                (order_id, OrderCommand::MarkSeatsAsReserved(mark))
            }
            ProcessCommand::ConfirmOrderPayment { order_id, settlement } => {
                let confirm = ConfirmOrderPayment { settlement };
                (order_id, OrderCommand::ConfirmOrderPayment(confirm))
            }
            ProcessCommand::ReviveOrder { order_id, seats, expiration } => {
                (order_id, OrderCommand::ReviveOrder(ReviveOrder { seats, expiration }))
            }
            ProcessCommand::RejectOrder { order_id } => (order_id, OrderCommand::RejectOrder),
        };
        self.run(order_id, &command).expect("an order never refuses its own process");
    }

    fn register<const N: usize>(
        &mut self,
        order_id: OrderId,
        lines: [(SeatTypeId, i64); N],
    ) -> Result<(), OrderError> {
        let register = RegisterToConference {
            order_id,
            seats: wanted(lines),
            catalogue: Arc::clone(&self.catalogue),
            access_code: code(),
            payment_in_progress: false,
            at: self.now,
        };
        self.run(order_id, &OrderCommand::RegisterToConference(register))
    }

    fn pay(&mut self, order_id: OrderId, payment_id: PaymentId) {
        self.tell(order_id, &super::paid(payment_id));
    }

    /// Somebody else really orders and pays, twenty at a time.
    fn others_buy(&mut self, seat_type_id: SeatTypeId, quantity: i64) {
        for left in (0..quantity).step_by(20) {
            let (number, count) = (self.commands, (quantity - left).min(20));
            let order_id = OrderId::from_u128(0xFFFF_0000 + number);
            self.register(order_id, [(seat_type_id, count)]).unwrap();
            self.pay(order_id, PaymentId::from_u128(0xFFFF_0000 + number));
            assert!(matches!(self.order(order_id), Order::Confirmed(_)));
        }
    }

    /// The clock moves on; what falls due is done, in order.
    fn wait_until(&mut self, then: Timestamp) {
        loop {
            let next = self.timers.iter().min_by_key(|(_, (_, due))| *due);
            let Some((order_id, (token, due))) = next.map(|(id, timer)| (*id, *timer)) else {
                break;
            };
            if then < due {
                break;
            }
            self.now = self.now.max(due);
            self.timers.remove(&order_id);
            self.tell(order_id, &Input::Timeout { token });
        }
        self.now = then;
    }

    fn remaining(&self, seat_type_id: SeatTypeId) -> i64 {
        self.availability.remaining(seat_type_id).unwrap()
    }

    #[track_caller]
    fn assert_held<const N: usize>(&self, lines: [(SeatTypeId, u32); N], cents: i64) {
        assert_eq!(self.order(ANNA).seats(), seats(lines));
        assert_eq!(self.order(ANNA).total(), Some(usd(cents)));
    }
}

/// What the process hears of an order's events.
fn heard(event: &OrderEvent) -> Option<Input> {
    match event {
        OrderEvent::OrderPlaced(placed) => Some(Input::OrderPlaced {
            order_id: placed.order_id,
            conference_id: placed.conference_id,
            seats: placed.seats.clone(),
            expiration: placed.reservation_auto_expiration,
        }),
        OrderEvent::OrderUpdated(updated) => {
            Some(Input::OrderUpdated { seats: updated.seats.clone() })
        }
        OrderEvent::FreeOrderConfirmed(_) => Some(Input::FreeOrderConfirmed),
        OrderEvent::OrderPaymentConfirmed(_) => Some(Input::OrderPaymentConfirmed),
        OrderEvent::OrderReservationExtended(extended) => {
            Some(Input::ReservationExtended { expiration: extended.reservation_expiration })
        }
        OrderEvent::OrderExpired(_) => Some(Input::OrderExpired),
        OrderEvent::OrderCancelled(_) => Some(Input::OrderCancelled),
        OrderEvent::OrderPartiallyReserved(_)
        | OrderEvent::OrderReservationCompleted(_)
        | OrderEvent::OrderTotalsCalculated(_)
        | OrderEvent::OrderRegistrantAssigned(_)
        | OrderEvent::OrderRevived(_)
        | OrderEvent::OrderSeatsCancelled(_)
        | OrderEvent::RefundRequested(_) => None,
    }
}

#[test]
fn scenarios_1_to_3_everything_is_available_and_paid() {
    let mut world = World::with(100);
    world.register(ANNA, [(GA, 1), (WS, 0), (CP, 1)]).unwrap();
    assert!(matches!(world.order(ANNA), Order::Reserved(_)));
    world.assert_held([(GA, 1), (CP, 1)], 24_900);
    world.pay(ANNA, FIRST);
    assert!(matches!(world.order(ANNA), Order::Confirmed(_)));
    assert_eq!((world.remaining(GA), world.remaining(WS), world.remaining(CP)), (99, 100, 99));
    assert!(world.timers.is_empty());
}

#[test]
fn scenarios_4_and_5_several_seats() {
    let mut world = World::with(100);
    world.register(ANNA, [(GA, 3), (WS, 1), (CP, 2)]).unwrap();
    world.assert_held([(GA, 3), (WS, 1), (CP, 2)], 119_700);
    world.register(ANNA, [(GA, 2), (CP, 2)]).unwrap();
    world.assert_held([(GA, 2), (CP, 2)], 49_800);
    assert_eq!((world.remaining(GA), world.remaining(WS)), (98, 100));
}

#[test]
fn scenario_8_nothing_is_left() {
    let mut world = World::with(100);
    world.others_buy(GA, 100);
    world.others_buy(CP, 100);
    world.register(ANNA, [(GA, 2), (CP, 2)]).unwrap();
    assert!(matches!(world.order(ANNA), Order::PartiallyReserved(_)));
    world.assert_held([], 0);
}

#[test]
fn scenarios_9_and_10_some_are_left_and_that_is_enough() {
    let mut world = World::with(100);
    world.others_buy(GA, 99);
    world.others_buy(CP, 100);
    world.register(ANNA, [(GA, 2), (WS, 1), (CP, 2)]).unwrap();
    assert!(matches!(world.order(ANNA), Order::PartiallyReserved(_)));
    world.assert_held([(GA, 1), (WS, 1)], 69_900);
    world.register(ANNA, [(GA, 1), (WS, 1), (CP, 0)]).unwrap();
    assert!(matches!(world.order(ANNA), Order::Reserved(_)));
    world.assert_held([(GA, 1), (WS, 1)], 69_900);
}

#[test]
fn scenarios_11_and_12_the_order_is_priced_on_what_is_held() {
    let mut world = World::with(100);
    world.others_buy(GA, 100);
    world.others_buy(WS, 90);
    world.others_buy(CP, 90);
    world.register(ANNA, [(GA, 7), (WS, 12), (CP, 9)]).unwrap();
    world.assert_held([(WS, 10), (CP, 9)], 545_000);

    let mut world = World::with(10);
    world.others_buy(WS, 10);
    world.others_buy(CP, 10);
    world.register(ANNA, [(GA, 1), (WS, 1), (CP, 1)]).unwrap();
    world.assert_held([(GA, 1)], 19_900);
}

#[test]
fn scenario_14_the_second_is_offered_what_the_first_left() {
    let mut world = World::with(10);
    world.register(ANNA, [(WS, 6)]).unwrap();
    world.register(BORIS, [(WS, 6)]).unwrap();
    world.assert_held([(WS, 6)], 300_000);
    assert_eq!(world.order(BORIS).seats(), seats([(WS, 4)]));
}

#[test]
fn scenario_17_a_rejected_payment_leaves_the_seats_held() {
    let mut world = World::with(10);
    world.register(ANNA, [(GA, 1)]).unwrap();
    world.tell(ANNA, &Input::PaymentRejected { payment_id: FIRST });
    assert_eq!(world.order(ANNA).deadline(), Some(minute(15)));
    world.pay(ANNA, SECOND);
    assert!(matches!(world.order(ANNA), Order::Confirmed(_)));
}

#[test]
fn scenario_19_free_seats_need_no_payment() {
    let mut world = World::with(10);
    let free = offer("General admission", 0);
    let fact = CatalogueFact::SeatTypeChanged { seat_type_id: GA, offer: free };
    Arc::make_mut(&mut world.catalogue).evolve(&fact);
    world.register(ANNA, [(GA, 1)]).unwrap();
    let free = OrderCommand::ConfirmFreeOrder(ConfirmFreeOrder { at: minute(1) });
    assert_eq!(world.run(ANNA, &free), Err(OrderError::DetailsMissing));
    let details =
        AssignRegistrantDetails { person_id: SOMEBODY_NEW, registrant: anna(), at: minute(1) };
    world.run(ANNA, &OrderCommand::AssignRegistrantDetails(details)).unwrap();
    world.run(ANNA, &free).unwrap();
    assert!(matches!(world.order(ANNA), Order::Confirmed(sold)
        if sold.settlement == Settlement::Free));
    assert_eq!(world.run(ANNA, &free), Ok(()));

    world.register(BORIS, [(GA, 2), (CP, 3)]).unwrap();
    assert_eq!(world.order(BORIS).total(), Some(usd(15_000)));
    assert_eq!(world.run(BORIS, &free), Err(OrderError::NotFree));
}

#[test]
fn scenarios_20_to_22_time_runs_out_and_the_seats_are_back() {
    let mut world = World::with(10);
    world.register(ANNA, [(GA, 4)]).unwrap();
    world.wait_until(minute(16));
    assert_eq!(world.register(ANNA, [(GA, 5)]), Err(OrderError::ReservationExpired));
    assert_eq!(world.remaining(GA), 6);
    world.wait_until(minute(28));
    assert_eq!(world.remaining(GA), 6);
    world.wait_until(minute(40));
    assert!(matches!(world.order(ANNA), Order::Expired(_)));
    assert_eq!(world.remaining(GA), 10);
}

#[test]
fn a_payment_begun_in_time_lands_until_the_release() {
    let mut world = World::with(10);
    world.register(ANNA, [(GA, 4)]).unwrap();
    world.wait_until(minute(28));
    world.pay(ANNA, FIRST);
    assert!(matches!(world.order(ANNA), Order::Confirmed(_)));
}

#[test]
fn an_extension_moves_the_release() {
    let mut world = World::with(10);
    world.register(ANNA, [(GA, 4)]).unwrap();
    world.wait_until(minute(14));
    let extend = OrderCommand::ExtendReservation(ExtendReservation { at: minute(14) });
    world.run(ANNA, &extend).unwrap();
    world.wait_until(minute(33));
    assert_eq!(world.remaining(GA), 6);
    world.wait_until(minute(34));
    assert_eq!(world.remaining(GA), 10);
}

#[test]
fn an_order_that_lapses_early_gives_its_seats_back_at_once() {
    let mut world = World::with(10);
    world.register(ANNA, [(GA, 4)]).unwrap();
    world.run(ANNA, &OrderCommand::RejectOrder).unwrap();
    assert_eq!(world.remaining(GA), 10);
    assert!(world.timers.is_empty());
}

#[test]
fn scenario_23_a_late_payment_with_seats_left_is_confirmed() {
    let mut world = World::with(10);
    world.register(ANNA, [(GA, 4)]).unwrap();
    world.wait_until(minute(60));
    world.pay(ANNA, FIRST);
    assert!(matches!(world.order(ANNA), Order::Confirmed(_)));
    world.assert_held([(GA, 4)], 79_600);
    assert_eq!(world.remaining(GA), 6);
    assert_eq!(world.attention, []);
}

#[test]
fn scenario_23_a_late_payment_without_seats_waits_for_the_organizer() {
    let mut world = World::with(10);
    world.register(ANNA, [(GA, 4)]).unwrap();
    world.wait_until(minute(60));
    world.others_buy(GA, 8);
    world.pay(ANNA, FIRST);
    assert!(matches!(world.order(ANNA), Order::Expired(_)));
    assert_eq!(world.remaining(GA), 2);
    assert_eq!(world.attention.len(), 1);
    world.tell(ANNA, &retry(FIRST));
    assert!(matches!(world.order(ANNA), Order::Expired(_)));
    assert_eq!((world.remaining(GA), world.attention.len()), (2, 1));
    world.add(GA, 2);
    world.tell(ANNA, &retry(FIRST));
    assert!(matches!(world.order(ANNA), Order::Confirmed(_)));
    assert_eq!((world.remaining(GA), world.attention.len()), (0, 2));
}

#[test]
fn scenario_24_a_second_payment_is_a_card_and_not_a_second_sale() {
    let mut world = World::with(10);
    world.register(ANNA, [(GA, 4)]).unwrap();
    world.pay(ANNA, FIRST);
    world.pay(ANNA, FIRST);
    assert_eq!(world.attention, []);
    world.pay(ANNA, SECOND);
    assert!(matches!(&world.attention[..], [AttentionEvent::AttentionRaised(raised)]
        if raised.kind == AttentionKind::Overpayment));
    assert_eq!(world.remaining(GA), 6);
}

#[test]
fn scenarios_36_and_37_half_of_them_get_their_seats() {
    for quota in [4, 200] {
        let mut world = World::with(quota);
        for number in 0..quota {
            world.register(OrderId::from_u128(number.into()), [(WS, 2)]).unwrap();
        }
        let complete = |order: &&Order| {
            matches!(order, Order::Reserved(_)) && order.seats() == seats([(WS, 2)])
        };
        let empty = |order: &&Order| {
            matches!(order, Order::PartiallyReserved(_)) && order.seats().is_empty()
        };
        assert_eq!(world.orders.values().filter(complete).count() * 2, quota as usize);
        assert_eq!(world.orders.values().filter(empty).count() * 2, quota as usize);
    }
}

#[test]
fn scenario_38_exactly_ten_tickets_are_sold() {
    let mut world = World::with(10);
    for number in 0..20_u128 {
        let order_id = OrderId::from_u128(number);
        world.register(order_id, [(WS, 1)]).unwrap();
        if world.order(order_id).may_start_payment(world.now).is_ok() {
            world.pay(order_id, PaymentId::from_u128(number));
        }
    }
    let sold = |order: &&Order| matches!(order, Order::Confirmed(_));
    assert_eq!(world.orders.values().filter(sold).count(), 10);
    assert_eq!(world.remaining(WS), 0);
}

#[test]
fn scenario_45_a_priced_order_keeps_the_old_name() {
    let mut world = World::with(10);
    world.register(ANNA, [(GA, 1)]).unwrap();
    let renamed = offer("Full pass", 19_900);
    let fact = CatalogueFact::SeatTypeChanged { seat_type_id: GA, offer: renamed };
    Arc::make_mut(&mut world.catalogue).evolve(&fact);
    world.register(BORIS, [(GA, 1)]).unwrap();
    let name = |order: &Order| {
        order.booking().unwrap().priced.as_ref().unwrap().lines[0].description.clone()
    };
    assert_eq!(name(world.order(ANNA)), "General admission");
    assert_eq!(name(world.order(BORIS)), "Full pass");
}

/// What people do, to one of three orders.
#[derive(Debug, Clone)]
enum Act {
    Register(i64, i64),
    Pay(u128),
    PayAtTheDesk(u128),
    PayFirst(u128),
    Wait(i64),
    Extend,
    Abandon,
    Retry(u128),
    Refund(u128),
}

fn any_act() -> impl Strategy<Value = (u128, Act)> {
    let act = prop_oneof![
        3 => (0..4_i64, 0..3_i64).prop_map(|(ga, ws)| Act::Register(ga, ws)),
        2 => (0..4_u128).prop_map(Act::Pay),
        1 => (0..4_u128).prop_map(Act::PayAtTheDesk),
        1 => (0..4_u128).prop_map(Act::PayFirst),
        2 => (1..20_i64).prop_map(Act::Wait),
        1 => Just(Act::Extend),
        1 => Just(Act::Abandon),
        1 => (0..4_u128).prop_map(Act::Retry),
        1 => (0..4_u128).prop_map(Act::Refund),
    ];
    (0..3_u128, act)
}

fn perform(world: &mut World, number: u128, act: &Act) {
    let order_id = OrderId::from_u128(number);
    let of_this = |payment: u128| PaymentId::from_u128(0x100 * number + payment);
    match *act {
        Act::Register(ga, ws) => {
            let _refused = world.register(order_id, [(GA, ga), (WS, ws)]);
        }
        Act::Pay(payment) => world.pay(order_id, of_this(payment)),
        Act::PayAtTheDesk(payment) => world.tell(order_id, &paid_at_the_desk(of_this(payment))),
        Act::PayFirst(payment) => {
            let due = world.now.plus_minutes(100);
            world.tell(order_id, &invoice(of_this(payment), InvoiceTerms::PayFirst { due }));
        }
        Act::Wait(minutes) => world.wait_until(world.now.plus_minutes(minutes)),
        Act::Extend => {
            let extend = ExtendReservation { at: world.now };
            let _refused = world.run(order_id, &OrderCommand::ExtendReservation(extend));
        }
        Act::Abandon => {
            let _refused = world.run(order_id, &OrderCommand::RejectOrder);
        }
        Act::Retry(payment) => world.tell(order_id, &retry(of_this(payment))),
        Act::Refund(payment) => world.tell(order_id, &refund(of_this(payment))),
    }
}

fn held(world: &World, seat_type_id: SeatTypeId) -> i64 {
    let is_holding = |order: &&Order| {
        matches!(order, Order::Reserved(_) | Order::PartiallyReserved(_) | Order::Confirmed(_))
    };
    let count = |seats: &[SeatQuantity]| i64::from(seats::quantity_of(seats, seat_type_id));
    world.orders.values().filter(is_holding).map(|order| count(order.seats())).sum()
}

proptest! {
    /// No process ever sends what an order refuses (`send` would panic), no seat is sold twice or
    /// lost, and money is settled, on a card or refunded.
    #[test]
    fn whatever_people_do_seats_and_money_add_up(acts in vec(any_act(), 0..60)) {
        let mut world = World::with(5);
        for (number, act) in &acts {
            perform(&mut world, *number, act);
            for seat_type_id in [GA, WS] {
                prop_assert_eq!(held(&world, seat_type_id) + world.remaining(seat_type_id), 5);
                prop_assert!(0 <= world.remaining(seat_type_id));
            }
            for (order_id, process) in &world.processes {
                let Some(registration) = process.registration() else { continue };
                let order = &world.orders[order_id];
                let is_sold = matches!(order, Order::Confirmed(_));
                let is_as_its_order = match process {
                    Process::NeedsAttention(ended) | Process::Completed(ended) => {
                        match ended.outcome {
                            Outcome::Confirmed => is_sold,
                            Outcome::Expired => matches!(order, Order::Expired(_)),
                        }
                    }
                    _ => matches!(order, Order::Reserved(_) | Order::PartiallyReserved(_)),
                };
                prop_assert!(is_as_its_order, "{:?} of {:?}", process, order);
                let resolved = world.attention.iter().filter(|event| matches!(event,
                    AttentionEvent::AttentionResolved(card) if card.order_id == *order_id
                        && card.resolution != Resolution::Retried)).count();
                let known = usize::from(is_sold) + registration.cards.len() + resolved;
                prop_assert_eq!(registration.payments.len(), known);
            }
        }
    }
}
