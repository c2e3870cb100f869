use kernel::{Currency, Money};

use super::scene::*;
use crate::*;

/// A conference that is published, with general admission for a hundred.
fn on_sale() -> Scene {
    given([
        created(),
        ConferenceEvent::SeatTypeDefined(general(100)),
        ConferenceEvent::SeatCreated(general(100)),
        published(),
    ])
}

fn never_published() -> Scene {
    given([created(), ConferenceEvent::SeatTypeDefined(general(100))])
}

fn updated(terms: SeatTypeTerms, quantity_change: i64) -> ConferenceEvent {
    ConferenceEvent::SeatUpdated(SeatUpdated { terms, quantity_change })
}

#[test]
fn a_seat_type_added_after_the_first_publish_is_announced_at_once() {
    let party = || terms(COCKTAIL, "Cocktail party", usd(5_000), 40);
    let scene =
        on_sale().when(create_seat_type(party())).then([ConferenceEvent::SeatCreated(party())]);
    assert_eq!(scene.load(RUSTCONF).seat_types, [general(100), party()]);
}

#[test]
fn what_was_announced_once_stays_announced_while_unpublished() {
    let scene = on_sale().when(unpublish(None)).then([unpublished()]);
    let scene = scene.when(update_seat_type(general(90))).then([updated(general(90), -10)]);
    let party = || terms(COCKTAIL, "Cocktail party", usd(5_000), 40);
    scene.when(create_seat_type(party())).then([ConferenceEvent::SeatCreated(party())]);
}

#[test]
fn a_quantity_is_announced_with_its_difference() {
    on_sale()
        .when(update_seat_type(general(200)))
        .then([updated(general(200), 100)])
        .when(update_seat_type(general(5)))
        .then([updated(general(5), -195)])
        .when(update_seat_type(general(0)))
        .then([updated(general(0), -5)]);
}

#[test]
fn a_new_name_or_price_has_no_difference_in_quantity() {
    let dearer = || SeatTypeTerms { price: usd(24_900), ..general(100) };
    on_sale().when(update_seat_type(dearer())).then([updated(dearer(), 0)]);
}

#[test]
fn a_seat_type_is_changed_unannounced_before_the_first_publish() {
    let scene = never_published()
        .when(update_seat_type(general(50)))
        .then([ConferenceEvent::SeatTypeChanged(general(50))]);
    assert!(scene.log.iter().skip(1).all(|event| !event.is_announced()));
    scene.when(publish()).then([ConferenceEvent::SeatCreated(general(50)), published()]);
}

#[test]
fn saving_a_seat_type_unchanged_does_nothing() {
    on_sale().when(update_seat_type(general(100))).then_nothing();
    never_published().when(update_seat_type(general(100))).then_nothing();
}

#[test]
fn creating_the_same_seat_type_again_does_nothing() {
    on_sale().when(create_seat_type(general(100))).then_nothing();
    on_sale()
        .when(create_seat_type(general(101)))
        .then_invalid([("seatTypeId", "InvalidSeatType")]);
}

#[test]
fn a_deleted_seat_type_is_never_announced() {
    let workshop = terms(WORKSHOP, "CQRS Workshop", usd(50_000), 10);
    let scene = given([
        created(),
        ConferenceEvent::SeatTypeDefined(general(100)),
        ConferenceEvent::SeatTypeDefined(workshop.clone()),
    ]);
    let deleted = SeatTypeDeleted { conference_id: RUSTCONF, seat_type_id: GENERAL };
    let scene = scene
        .when(delete_seat_type(GENERAL))
        .then([ConferenceEvent::SeatTypeDeleted(deleted)])
        .when(publish())
        .then([ConferenceEvent::SeatCreated(workshop.clone()), published()]);
    assert_eq!(scene.load(RUSTCONF).seat_types, [workshop]);
}

#[test]
fn a_seat_type_that_is_gone_is_not_found() {
    never_published().when(delete_seat_type(WORKSHOP)).then_refused("RefusedNotFound");
    never_published()
        .when(update_seat_type(terms(WORKSHOP, "CQRS Workshop", usd(1), 1)))
        .then_refused("RefusedNotFound");
}

#[test]
fn a_seat_type_of_a_once_published_conference_cannot_be_deleted() {
    on_sale().when(delete_seat_type(GENERAL)).then_refused("RefusedWasPublished");
    let scene = on_sale().when(unpublish(None)).then([unpublished()]);
    scene.when(delete_seat_type(GENERAL)).then_refused("RefusedWasPublished");
}

#[test]
fn a_seat_type_is_edited_through_its_own_conference_only() {
    let mut history = on_sale().log;
    history.push(gophercon_created());
    let foreign = || SeatTypeTerms { conference_id: GOPHERCON, ..general(1) };
    given(history.clone()).when(update_seat_type(foreign())).then_refused("RefusedNotFound");
    given(history.clone())
        .when(create_seat_type(foreign()))
        .then_invalid([("seatTypeId", "InvalidSeatType")]);
    let delete = DeleteSeatType { conference_id: GOPHERCON, seat_type_id: GENERAL };
    let scene = given(history).when(ConferenceCommand::DeleteSeatType(delete));
    let scene = scene.then_refused("RefusedNotFound");
    assert_eq!(scene.load(RUSTCONF).seat_types, [general(100)]);
}

#[test]
fn every_wrong_field_of_a_seat_type_is_marked() {
    let wrong = SeatTypeForm {
        name: "G".into(),
        description: "x".repeat(251),
        price: usd(-1),
        quantity: -1,
        ..form(general(1))
    };
    let expected = [
        ("name", "InvalidTooShort"),
        ("description", "InvalidTooLong"),
        ("price", "InvalidPrice"),
        ("quantity", "InvalidQuantity"),
    ];
    never_published()
        .when(ConferenceCommand::CreateSeatType(SeatTypeForm {
            seat_type_id: WORKSHOP,
            ..wrong.clone()
        }))
        .then_invalid(expected)
        .when(ConferenceCommand::UpdateSeatType(wrong))
        .then_invalid(expected);
}

#[test]
fn the_limits_of_a_seat_type_are_exact() {
    let with = |change: fn(&mut SeatTypeForm)| {
        let mut typed = form(terms(WORKSHOP, "Workshop", usd(1), 1));
        change(&mut typed);
        never_published().when(ConferenceCommand::CreateSeatType(typed))
    };
    with(|form| form.name = "  ".into()).then_invalid([("name", "InvalidRequired")]);
    with(|form| form.name = "x".repeat(71)).then_invalid([("name", "InvalidTooLong")]);
    with(|form| form.name = "Work\nshop".into()).then_invalid([("name", "InvalidField")]);
    with(|form| form.quantity = 100_001).then_invalid([("quantity", "InvalidQuantity")]);
    with(|form| form.quantity = i64::MAX).then_invalid([("quantity", "InvalidQuantity")]);
    with(|form| form.price = usd(i64::MAX)).then_invalid([("price", "InvalidPrice")]);
    with(|form| form.price = Money::new(1, Currency::EUR))
        .then_invalid([("price", "InvalidCurrency")]);

    let outcome = with(|form| {
        form.name = "ÄÖ".into();
        form.description = "é".repeat(250);
        form.price = usd(0);
        form.quantity = 100_000;
    });
    assert_eq!(outcome.scene.load(RUSTCONF).seat_types.len(), 2);
    let outcome = with(|form| {
        form.name = "é".repeat(70);
        form.description = String::new();
        form.price = usd(1_000_000_000_000);
        form.quantity = 0;
    });
    assert_eq!(outcome.scene.load(RUSTCONF).seat_types.len(), 2);
}
