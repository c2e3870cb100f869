//! Scenarios 36 to 39: many at once, and a process that stopped in the middle.

use std::thread;

use app::Role;
use event_store::{Cause, DataFolder, Expected, NewEvent, Opening, Store, event_id};
use kernel::{CommandId, Timestamp};
use read_models::Fact;
use registration::{
    order::{OrderEvent, OrderPlaced},
    seats::SeatQuantity,
};
use serde_json::json;
use testkit::{ANNA, CARLA, CONFERENCE, GA, START, Stage, WS, id, items};

/// So many registrants want so many workshops each, all at the same time.
fn rush(stage: &Stage, registrants: u64, seats: i64) -> (usize, usize) {
    thread::scope(|scope| {
        for number in 0..registrants {
            scope.spawn(move || stage.registers(&id(number), &[(WS, seats)]));
        }
    });
    let orders: Vec<_> = (0..registrants).map(|number| stage.lines(&id(number))).collect();
    let complete = orders.iter().filter(|lines| lines[..] == [("WS", seats, seats)]).count();
    let empty = orders.iter().filter(|lines| lines[..] == [("WS", seats, 0)]).count();
    (complete, empty)
}

#[test]
fn s36_of_four_who_want_two_of_four_two_get_them() {
    let stage = Stage::std_conference(4);
    assert_eq!(rush(&stage, 4, 2), (2, 2));
    assert_eq!(stage.seats("available"), [4, 0, 4]);
}

#[test]
fn s37_of_two_hundred_who_want_two_of_two_hundred_half_get_them() {
    let stage = Stage::std_conference(200);
    assert_eq!(rush(&stage, 200, 2), (100, 100));
    assert_eq!(stage.seats("available"), [200, 0, 200]);
    stage.views_equal_the_log();
}

#[test]
fn s38_of_twenty_whole_purchases_at_once_ten_come_through() {
    let stage = Stage::std_conference(10);
    thread::scope(|scope| {
        for number in 0..20 {
            let stage = &stage;
            scope.spawn(move || {
                let order = id(number);
                stage.registers(&order, &[(WS, 1)]);
                stage.gives_details(&order, &CARLA);
                if stage.state(&order) == "ReservationCompleted" {
                    stage.pays(&order);
                    stage.assigns(&order, 0, &CARLA);
                }
            });
        }
    });

    let confirmed = json!({ "conferenceId": CONFERENCE, "status": "Confirmed" });
    assert_eq!(stage.asks("ListOrders", confirmed)["total"], 10);
    let attendees = stage.asks("ListAttendees", json!({ "conferenceId": CONFERENCE }));
    assert_eq!(attendees["total"], 10);
    assert!(items(&attendees["items"]).iter().all(|row| row["attendee"]["firstName"] == "Carla"));
    assert_eq!(stage.seats("sold"), [0, 10, 0]);
    assert_eq!(stage.seats("remaining"), [10, 0, 10]);
    assert_eq!(stage.figure("revenue"), 500_000);
    assert_eq!(stage.figure("orders:Confirmed"), 10);
    stage.figures_add_up();
    stage.views_equal_the_log();
}

#[test]
fn one_order_from_two_windows_at_once_is_one_order() {
    let stage = Stage::std_conference(10);
    thread::scope(|scope| {
        for seats in [1, 2, 3, 4] {
            let stage = &stage;
            scope.spawn(move || stage.registers(ANNA.order, &[(GA, seats)]));
        }
    });
    let lines = stage.lines(ANNA.order);
    let (_, requested, reserved) = lines[0];
    assert_eq!(requested, reserved);
    assert_eq!(stage.seats("held"), [reserved, 0, 0]);
    assert_eq!(stage.asks("ListOrders", json!({ "conferenceId": CONFERENCE }))["total"], 1);
}

/// Writes an order into the log as if the process had been killed right after it.
fn place_without_reactions(folder: &std::path::Path) {
    let folder = DataFolder::open(folder, Opening::Sandbox).expect("the store works");
    let mut store = Store::open(&folder, app::MIGRATIONS, None).expect("the store works");
    let at: Timestamp = START.parse().expect("the store works");
    let placed = Fact::Order(OrderEvent::OrderPlaced(OrderPlaced {
        order_id: ANNA.order.parse().expect("the store works"),
        conference_id: CONFERENCE.parse().expect("the store works"),
        seats: vec![SeatQuantity {
            seat_type_id: GA.parse().expect("the store works"),
            quantity: 3,
        }],
        reservation_auto_expiration: at.plus_minutes(15),
        access_code: "ABCDE".parse().expect("the store works"),
    }));
    let command_id: CommandId = id(77).parse().expect("the store works");
    store.begin().expect("the store works");
    let mut vault = store.vault(event_id(command_id, 0), placed.type_name());
    let payload = placed.encode_sealed(&mut vault).expect("the store works");
    let event = NewEvent {
        type_name: placed.type_name(),
        schema_version: placed.schema_version(),
        payload: &payload,
    };
    let cause = Cause {
        command_id,
        first_ordinal: 0,
        correlation_id: ANNA.order.parse().expect("the store works"),
        causation_id: None,
        actor: "registrant@Web",
        recorded_at: at,
    };
    let stream = format!("order-{}", ANNA.order);
    store.append(&stream, Expected::NoStream, &[event], &cause).expect("the store works");
    store.commit().expect("the store works");
    store.close().expect("the store works");
}

#[test]
fn s39_an_order_whose_reservation_was_never_asked_for_is_reserved_at_the_next_start() {
    let stage = Stage::std_conference(10);
    let stage = stage.reopened_after(place_without_reactions);

    assert_eq!(stage.state(ANNA.order), "ReservationCompleted");
    assert_eq!(stage.lines(ANNA.order), [("GA", 3, 3)]);
    assert_eq!(stage.seats("available"), [7, 10, 10]);
    stage.views_equal_the_log();
    let position = stage.app().position();
    let stage = stage.restarted();
    assert_eq!(stage.app().position(), position, "it is done once");
    stage.gives_details(ANNA.order, &ANNA);
    stage.pays(ANNA.order);
    assert_eq!(stage.state(ANNA.order), "Confirmed");
    let listed =
        stage.inquire(Role::Organizer, "ListOrders", json!({ "conferenceId": CONFERENCE }));
    assert_eq!(listed.unwrap()["total"], 1);
}
