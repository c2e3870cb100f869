use kernel::{Currency, Money, MoneyError};

use super::*;
use crate::testing::{
    BALLOON_RIDE, CONFERENCE, CP, GA, WS, offer, published, published_but, seats, unpublished, usd,
    wanted,
};

fn total(lines: impl IntoIterator<Item = (SeatTypeId, i64)>) -> Result<Money, PricingError> {
    estimate(&wanted(lines), &published()).map(|priced| priced.total)
}

#[test]
fn the_estimate_adds_up_the_lines() {
    assert_eq!(total([(GA, 1), (WS, 1), (CP, 1)]), Ok(usd(74_900)));
    assert_eq!(total([(GA, 1), (CP, 1)]), Ok(usd(24_900)));
    assert_eq!(total([(GA, 3), (WS, 1), (CP, 2)]), Ok(usd(119_700)));
    assert_eq!(total([(GA, 2), (WS, 0), (CP, 2)]), Ok(usd(49_800)));
    assert_eq!(total([(WS, 10), (CP, 9)]), Ok(usd(545_000)));
    assert_eq!(total([]), Ok(usd(0)));
}

#[test]
fn a_line_carries_name_price_and_total() {
    let priced = estimate(&wanted([(CP, 3)]), &published()).unwrap();
    let line = OrderLine {
        seat_type_id: CP,
        description: "Cocktail party".to_owned(),
        unit_price: usd(5_000),
        quantity: 3,
        line_total: usd(15_000),
    };
    assert_eq!(priced, Priced { lines: vec![line], total: usd(15_000) });
}

#[test]
fn an_unknown_type_is_named_with_its_conference() {
    let unknown =
        PricingError::UnknownSeatType { seat_type_id: BALLOON_RIDE, conference_id: CONFERENCE };
    assert_eq!(total([(GA, 1), (BALLOON_RIDE, 1)]), Err(unknown.clone()));
    assert_eq!(total([(BALLOON_RIDE, 0)]), Err(unknown.clone()));
    assert!(unknown.to_string().contains(&BALLOON_RIDE.to_string()));
    assert!(unknown.to_string().contains(&CONFERENCE.to_string()));
    assert_eq!(unknown.code(), "InvalidSeatType");
}

#[test]
fn a_quantity_that_cannot_be_ordered_is_not_estimated() {
    assert_eq!(total([(GA, -1)]), Err(QuantityError::Negative(GA).into()));
    assert_eq!(total([(GA, 21)]), Err(QuantityError::TooMany(GA).into()));
}

#[test]
fn a_seat_type_with_another_name_or_price_counts_for_new_orders() {
    let renamed = CatalogueFact::SeatTypeChanged { seat_type_id: GA, offer: offer("Full", 1_000) };
    let priced = estimate(&wanted([(GA, 2)]), &published_but(&renamed)).unwrap();
    assert_eq!(priced.lines[0].description, "Full");
    assert_eq!(priced.total, usd(2_000));
}

#[test]
fn a_line_that_was_priced_keeps_its_name_and_price() {
    let before = price(&seats([(GA, 1)]), &published(), &[]).unwrap();
    let renamed = CatalogueFact::SeatTypeChanged { seat_type_id: GA, offer: offer("Full", 1_000) };
    let after = price(&seats([(GA, 2), (CP, 1)]), &published_but(&renamed), &before.lines).unwrap();
    assert_eq!(after.lines[0].description, "General admission");
    assert_eq!(after.total, usd(44_800));
}

#[test]
fn money_of_another_currency_does_not_add_up() {
    let euros = Offer { name: "Tour".to_owned(), price: Money::new(1, Currency::EUR) };
    let fact = CatalogueFact::SeatTypeAnnounced { seat_type_id: BALLOON_RIDE, offer: euros };
    let mixed = MoneyError::MixedCurrencies { left: Currency::USD, right: Currency::EUR };
    assert_eq!(
        estimate(&wanted([(GA, 1), (BALLOON_RIDE, 1)]), &published_but(&fact)),
        Err(mixed.into())
    );
}

#[test]
fn an_amount_never_wraps_around() {
    let offer = offer("Castle", i64::MAX);
    let fact = CatalogueFact::SeatTypeAnnounced { seat_type_id: BALLOON_RIDE, offer };
    assert_eq!(
        estimate(&wanted([(BALLOON_RIDE, 2)]), &published_but(&fact)),
        Err(MoneyError::Overflow.into())
    );
}

#[test]
fn a_catalogue_opens_and_closes() {
    let mut catalogue = unpublished();
    assert!(!catalogue.is_published());
    catalogue.evolve(&CatalogueFact::Published);
    assert!(catalogue.is_published());
    catalogue.evolve(&CatalogueFact::Unpublished);
    assert!(!catalogue.is_published());
    let stored = serde_json::to_string(&catalogue).unwrap();
    assert_eq!(serde_json::from_str::<Catalogue>(&stored).unwrap(), catalogue);
}
