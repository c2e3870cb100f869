//! Scenarios 25 to 27: who sits where.

use app::{
    DataFolder, Opening,
    Role::{Desk, Registrant},
};
use event_store::Store;
use serde_json::{Value, json};
use testkit::{
    ANNA, BORIS, CARLA, CONFERENCE, CP, DMITRI, GA, Person, Stage, WS, assignment, items, number,
    text,
};

fn stream_of(stage: &Stage) -> String {
    let seats = stage.asks("GetOrderSeats", json!({ "orderId": ANNA.order }));
    format!("assignments-{}", testkit::text(&seats["assignmentsId"]))
}

#[test]
fn s25_one_person_can_have_both_seats() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 1), (CP, 1)]);
    stage.assigns(ANNA.order, 0, &ANNA);
    stage.assigns(ANNA.order, 1, &ANNA);
    let anna = Some("Anna".to_owned());
    assert_eq!(stage.attendees(ANNA.order), [anna.clone(), anna]);
    assert_eq!(stage.row(ANNA.order)["assigned"], 2);
}

#[test]
fn s25_three_of_six_leaves_three_free() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 4), (CP, 2)]);
    for (position, person) in [(0, &ANNA), (3, &BORIS), (5, &CARLA)] {
        stage.assigns(ANNA.order, position, person);
    }
    let [anna, boris, carla] = ["Anna", "Boris", "Carla"].map(|name| Some(name.to_owned()));
    assert_eq!(stage.attendees(ANNA.order), [anna, None, None, boris, None, carla]);
    let row = stage.row(ANNA.order);
    assert_eq!((&row["seatCount"], &row["assigned"]), (&json!(6), &json!(3)));
    stage.views_equal_the_log();
}

#[test]
fn the_list_of_orders_says_who_sits_where_and_which_device_sold_it() {
    let stage = Stage::std_conference(10);
    stage.registers(BORIS.order, &[(GA, 2)]);
    stage.buys(&ANNA, &[(GA, 2), (CP, 1)]);
    stage.assigns(ANNA.order, 2, &CARLA);
    let row = stage.row(ANNA.order);
    let seats: Vec<_> = items(&row["seats"])
        .iter()
        .map(|seat| (number(&seat["position"]), text(&seat["seatTypeName"])))
        .collect();
    let general = || "General admission".to_owned();
    assert_eq!(seats, [(0, general()), (1, general()), (2, "Cocktail party".to_owned())]);
    assert_eq!(row["seats"][0].get("attendee"), None);
    let attendee = &row["seats"][2]["attendee"];
    assert_eq!(
        (&attendee["firstName"], &attendee["email"]),
        (&json!("Carla"), &json!(CARLA.email))
    );
    assert_eq!((&row["seatCount"], &row["assigned"]), (&json!(3), &json!(1)));
    assert_eq!(row.get("credited"), None);
    let open = stage.row(BORIS.order);
    assert_eq!((&open["seats"], &open["seatCount"]), (&json!([]), &json!(2)));
    let stage = stage.reopened_after(|folder| {
        let folder = DataFolder::open(folder, Opening::ExistingOrReal).expect("the folder");
        let store = Store::open(&folder, app::MIGRATIONS, None).expect("the log");
        assert_eq!(row["device"], store.device().to_string());
    });
    stage.views_equal_the_log();
}

#[test]
fn what_was_credited_for_cancelled_seats_is_in_the_list() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 2), (WS, 1)]);
    let cancelled = json!({
        "orderId": ANNA.order, "positions": [1], "reason": "ill", "returned": "backToSale",
        "fee": { "amount": 1_900, "currency": "USD" },
    });
    stage.organizes("CancelOrderSeats", cancelled);
    let row = stage.row(ANNA.order);
    assert_eq!(row["total"], json!({ "amount": 89_800, "currency": "USD" }));
    assert_eq!(row["credited"], json!({ "amount": 18_000, "currency": "USD" }));
    let positions: Vec<_> = items(&row["seats"]).iter().map(|seat| &seat["position"]).collect();
    assert_eq!(positions, [&json!(0), &json!(2)]);
    assert_eq!(row["seatCount"], 2);
    stage.views_equal_the_log();
}

#[test]
fn s26_another_person_replaces_and_another_name_corrects() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 1)]);
    let corrected = Person { first: "Annemarie", ..ANNA };
    let shouted = Person { email: "ANNA@example.org", ..corrected };
    for person in [ANNA, BORIS, ANNA, corrected, corrected, shouted] {
        stage.assigns(ANNA.order, 0, &person);
    }
    let free = json!({ "orderId": ANNA.order, "position": 0 });
    stage.does(Registrant, "UnassignSeat", free.clone());
    stage.does(Registrant, "UnassignSeat", free);

    assert_eq!(
        stage.events_of(&stream_of(&stage)),
        [
            "SeatAssignmentsCreated",
            "SeatAssigned",
            "SeatUnassigned",
            "SeatAssigned",
            "SeatUnassigned",
            "SeatAssigned",
            "SeatAssignmentUpdated",
            "SeatUnassigned",
        ]
    );
}

#[test]
fn s27_unknown_seats_wrong_addresses_and_unpaid_orders_are_refused() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 2)]);
    stage.registers(BORIS.order, &[(WS, 1)]);
    let refuse = |params| {
        let refused = stage.refused(Registrant, "AssignSeat", params);
        (refused.code, refused.field)
    };
    assert_eq!(refuse(assignment(ANNA.order, 2, &ANNA)).0, "RefusedUnknownPosition");
    assert_eq!(refuse(assignment(BORIS.order, 0, &BORIS)).0, "RefusedNotConfirmed");
    assert_eq!(refuse(assignment(CARLA.order, 0, &CARLA)).0, "RefusedNotFound");
    for email in ["", "nobody", "a@b@c"] {
        let (code, field) = refuse(assignment(ANNA.order, 0, &Person { email, ..ANNA }));
        assert!(["InvalidEmail", "InvalidRequired"].contains(&code), "{email}: {code}");
        assert_eq!(field.as_deref(), Some("attendee.email"));
    }
}

#[test]
fn a_staffed_desk_seats_people_without_an_email() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 1)]);
    let attendee = json!({ "firstName": DMITRI.first, "lastName": DMITRI.last });
    let params = json!({ "orderId": ANNA.order, "position": 0, "attendee": attendee });
    stage.refused(Registrant, "AssignSeat", params.clone());
    stage.does(Desk, "AssignSeat", params);
    assert_eq!(stage.attendees(ANNA.order), [Some("Dmitri".to_owned())]);
}

#[test]
fn a_cancelled_seat_is_given_to_nobody() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 2)]);
    let params = json!({
        "orderId": ANNA.order, "positions": [0], "reason": "ill", "returned": "backToSale",
    });
    stage.organizes("CancelOrderSeats", params);
    let refused = stage.refused(Registrant, "AssignSeat", assignment(ANNA.order, 0, &ANNA));
    assert_eq!(refused.code, "RefusedUnknownPosition");
    stage.assigns(ANNA.order, 1, &ANNA);
}

#[test]
fn a_cancelled_seat_still_counted_as_assigned() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 3)]);
    for (position, person) in (0..).zip([ANNA, BORIS]) {
        stage.assigns(ANNA.order, position, &person);
    }
    let seats = |stage: &Stage| {
        let row = stage.row(ANNA.order);
        (number(&row["seatCount"]), number(&row["assigned"]))
    };
    assert_eq!(seats(&stage), (3, 2));
    let cancel = |positions: Value| {
        json!({
            "orderId": ANNA.order, "positions": positions, "reason": "ill", "returned": "backToSale",
        })
    };
    stage.organizes("CancelOrderSeats", cancel(json!([0, 2])));
    assert_eq!(seats(&stage), (1, 1));
    stage.figures_add_up();
    stage.organizes("CancelOrderSeats", cancel(json!([1])));
    assert_eq!(seats(&stage), (0, 0));
    stage.figures_add_up();
    stage.views_equal_the_log();
}

#[test]
fn an_attendee_is_found_by_the_registrant_also_after_a_correction() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 1)]);
    stage.assigns(ANNA.order, 0, &BORIS);
    let found = |search: &str| {
        let params = json!({ "conferenceId": CONFERENCE, "search": search });
        number(&stage.asks("ListAttendees", params)["total"])
    };
    assert_eq!(["andersen", "castillo", "baumgartner"].map(found), [1, 0, 1]);

    stage.gives_details(ANNA.order, &CARLA);

    assert_eq!(["andersen", "castillo", "baumgartner"].map(found), [0, 1, 1]);
    assert_eq!(stage.app().compare_views().unwrap(), []);
}

/// Who sits on the listed seats, asked for in pages of this size; where nobody does, the seat.
fn listed(stage: &Stage, limit: u32) -> Vec<String> {
    let mut names = Vec::new();
    let mut after = Value::Null;
    loop {
        let params = json!({ "conferenceId": CONFERENCE, "limit": limit, "after": after });
        let page = stage.asks("ListAttendees", params);
        assert_eq!(page["total"], 7);
        names.extend(items(&page["items"]).iter().map(|seat| match &seat["attendee"] {
            Value::Null => format!("{}.{}", text(&seat["orderId"]), seat["position"]),
            person => format!("{} {}", text(&person["firstName"]), text(&person["lastName"])),
        }));
        after = page["next"].clone();
        if after.is_null() {
            return names;
        }
    }
}

#[test]
fn attendees_are_listed_by_name_and_seats_without_one_last() {
    let stage = Stage::std_conference(10);
    let ada = Person { first: "ada", last: "ANDERSEN", email: "ada@example.org", ..ANNA };
    let elin = Person { first: "Elin", last: "Ängström", email: "elin@example.org", ..ANNA };
    stage.buys(&ANNA, &[(GA, 4)]);
    stage.buys(&BORIS, &[(GA, 3)]);
    for (order, position, person) in [
        (ANNA.order, 0, &CARLA),
        (ANNA.order, 2, &elin),
        (ANNA.order, 3, &ada),
        (BORIS.order, 0, &BORIS),
        (BORIS.order, 2, &ANNA),
    ] {
        stage.assigns(order, position, person);
    }
    let names =
        ["ada ANDERSEN", "Anna Andersen", "Elin Ängström", "Boris Baumgartner", "Carla Castillo"];
    let free = |order: &str, position: u32| format!("{order}.{position}");
    let all: Vec<String> = names.map(str::to_owned).into_iter().collect();
    let all = [all, vec![free(ANNA.order, 1), free(BORIS.order, 1)]].concat();
    for limit in [1, 2, 3, 7] {
        assert_eq!(listed(&stage, limit), all, "in pages of {limit}");
    }

    stage.organizes("UnassignSeat", json!({ "orderId": BORIS.order, "position": 2 }));
    let seats = stage.asks("GetOrderSeats", json!({ "orderId": ANNA.order }));
    let carla = &seats["seats"][0]["attendee"]["personId"];
    stage.organizes("ErasePerson", json!({ "personId": carla, "reason": "asked for by letter" }));

    let nameless = [(ANNA.order, 0), (ANNA.order, 1), (BORIS.order, 1), (BORIS.order, 2)]
        .map(|(o, p)| free(o, p));
    assert_eq!(listed(&stage, 2)[..3], [names[0], names[2], names[3]]);
    assert_eq!(listed(&stage, 2)[3..], nameless);
    stage.views_equal_the_log();
}
