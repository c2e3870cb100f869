use kernel::DomainEvent;

use super::scene::*;
use crate::*;

#[test]
fn olga_creates_a_conference_that_nobody_can_register_for_yet() {
    let scene = given([]).when(create(creation())).then([created()]);
    let conference = scene.load(RUSTCONF);
    assert_eq!(conference.details, details());
    assert_eq!(conference.access_code, code("K7QXM"));
    assert_eq!(conference.owner.value(), Some(&olga()));
    assert!(!conference.is_published);
    assert!(!conference.was_ever_published);
    assert_eq!(conference.invoice_policy, InvoicePolicy::ConfirmAtOnce);
}

#[test]
fn creating_the_same_conference_again_keeps_the_first_access_code() {
    let again = CreateConference {
        access_code: code("P2345"),
        owner: kernel::PersonId::from_u128(0xA2),
        ..creation()
    };
    let scene = given([created()]).when(create(again)).then_nothing();
    assert_eq!(scene.load(RUSTCONF).access_code, code("K7QXM"));
}

#[test]
fn the_id_of_another_conference_cannot_be_used_again() {
    let other = CreateConference { name: "GopherCon".into(), ..creation() };
    given([created()]).when(create(other)).then_invalid([("conferenceId", "InvalidField")]);
}

#[test]
fn other_contexts_hear_of_everything_in_the_order_in_which_they_can_use_it() {
    let workshop = || terms(WORKSHOP, "CQRS Workshop", usd(50_000), 100);
    let cocktail = || terms(COCKTAIL, "Cocktail party", usd(5_000), 100);
    let scene = given([])
        .when(create(creation()))
        .then([created()])
        .when(create_seat_type(general(100)))
        .then([ConferenceEvent::SeatTypeDefined(general(100))])
        .when(create_seat_type(cocktail()))
        .then([ConferenceEvent::SeatTypeDefined(cocktail())])
        .when(create_seat_type(workshop()))
        .then([ConferenceEvent::SeatTypeDefined(workshop())])
        .when(publish())
        .then([
            ConferenceEvent::SeatCreated(general(100)),
            ConferenceEvent::SeatCreated(cocktail()),
            ConferenceEvent::SeatCreated(workshop()),
            published(),
        ]);
    let announced: Vec<_> = scene
        .log
        .iter()
        .filter(|event| event.is_announced())
        .map(ConferenceEvent::type_name)
        .collect();
    assert_eq!(
        announced,
        ["ConferenceCreated", "SeatCreated", "SeatCreated", "SeatCreated", "ConferencePublished"]
    );
    let conference = scene.load(RUSTCONF);
    assert!(conference.is_published);
    assert_eq!(conference.seat_types, [general(100), cocktail(), workshop()]);
}

#[test]
fn a_conference_without_seat_types_can_be_published() {
    given([created()]).when(publish()).then([published()]);
}

#[test]
fn publishing_a_published_conference_publishes_nothing() {
    given([created(), published()]).when(publish()).then_nothing();
}

#[test]
fn unpublishing_an_unpublished_conference_publishes_nothing() {
    given([created()]).when(unpublish(None)).then_nothing();
    given([created(), published(), unpublished()]).when(unpublish(None)).then_nothing();
}

#[test]
fn the_address_of_a_closed_conference_is_changed_without_an_announcement() {
    let changed = |address: Option<&str>| {
        ConferenceEvent::RedirectChanged(RedirectChanged {
            conference_id: RUSTCONF,
            redirect_url: address.map(str::to_owned),
        })
    };
    let next_year = Some("https://example.org/next-year");
    let scene = given([created(), published(), unpublished()])
        .when(unpublish(next_year))
        .then([changed(next_year)]);
    assert!(!changed(next_year).is_announced());
    assert_eq!(scene.load(RUSTCONF).redirect_url.as_deref(), next_year);
    let scene = scene.when(unpublish(next_year)).then_nothing();
    let scene = scene.when(unpublish(Some(" "))).then([changed(None)]);
    assert_eq!(scene.load(RUSTCONF).redirect_url, None);
    scene.when(unpublish(Some("example.org"))).then_invalid([("redirectUrl", "InvalidField")]);

    given([created()]).when(unpublish(next_year)).then([changed(next_year)]);
}

#[test]
fn an_unpublished_conference_sends_its_visitors_elsewhere_if_olga_says_where() {
    let redirect_url = Some("https://example.org/closed".to_owned());
    let scene = given([created(), published()])
        .when(unpublish(Some(" https://example.org/closed ")))
        .then([ConferenceEvent::ConferenceUnpublished(ConferenceUnpublished {
            conference_id: RUSTCONF,
            redirect_url: redirect_url.clone(),
        })]);
    let conference = scene.load(RUSTCONF);
    assert!(!conference.is_published);
    assert!(conference.was_ever_published);
    assert_eq!(conference.redirect_url, redirect_url);

    given([created(), published()]).when(unpublish(Some(" "))).then([unpublished()]);
    given([created(), published()]).when(unpublish(None)).then([unpublished()]);
}

#[test]
fn a_redirect_goes_to_the_web_and_nowhere_else() {
    for address in [
        "javascript:alert(1)",
        "javascript://example.org/%0Aalert(1)",
        "file:///etc/passwd",
        "example.org",
        "https://",
        "https:///path",
        "https://example.org@evil.example",
        "https://exa mple.org",
        "https://example.org/\u{0}x",
    ] {
        let scene = given([created(), published()]);
        scene.when(unpublish(Some(address))).then_invalid([("redirectUrl", "InvalidField")]);
    }
    for address in ["http://localhost:8080", "HTTPS://Example.org/?q=1#a@b", "http://[::1]/"] {
        let outcome = given([created(), published()]).when(unpublish(Some(address)));
        assert_eq!(outcome.scene.load(RUSTCONF).redirect_url.as_deref(), Some(address));
    }
}

#[test]
fn publishing_again_announces_no_seat_type_twice() {
    let history = [
        created(),
        ConferenceEvent::SeatTypeDefined(general(100)),
        ConferenceEvent::SeatCreated(general(100)),
        published(),
        unpublished(),
    ];
    given(history).when(publish()).then([published()]);
}

#[test]
fn editing_a_published_conference_leaves_it_published() {
    let edited = UpdateConference { description: "Four days.".into(), ..same_details() };
    let expected = ConferenceDetails { description: "Four days.".into(), ..details() };
    let scene = given([created(), published()]).when(update(edited)).then([
        ConferenceEvent::ConferenceUpdated(ConferenceUpdated {
            conference_id: RUSTCONF,
            details: expected.clone(),
        }),
    ]);
    let conference = scene.load(RUSTCONF);
    assert_eq!(conference.details, expected);
    assert!(conference.is_published);
}

#[test]
fn editing_before_the_first_publish_is_announced_too() {
    let moved = UpdateConference { location: "Vienna".into(), ..same_details() };
    let outcome = given([created()]).when(update(moved));
    assert!(outcome.scene.log.last().unwrap().is_announced());
}

#[test]
fn saving_a_conference_unchanged_does_nothing() {
    given([created()]).when(update(same_details())).then_nothing();
    let blanks = UpdateConference { name: " RustConf ".into(), ..same_details() };
    given([created()]).when(update(blanks)).then_nothing();
}

#[test]
fn a_tagline_can_be_taken_away() {
    let without = UpdateConference { tagline: Some(String::new()), ..same_details() };
    let outcome = given([created()]).when(update(without));
    assert_eq!(outcome.scene.load(RUSTCONF).details.tagline, None);
}

#[test]
fn an_unknown_conference_is_refused() {
    for command in [
        update(same_details()),
        publish(),
        unpublish(None),
        create_seat_type(general(1)),
        update_seat_type(general(1)),
        delete_seat_type(GENERAL),
        set_invoice_policy(InvoicePolicy::PayFirst(14)),
    ] {
        given([]).when(command).then_refused("RefusedNotFound");
    }
}

#[test]
fn an_invoice_policy_is_kept_and_not_announced() {
    let policy = InvoicePolicy::PayFirst(14);
    let scene = given([created()]).when(set_invoice_policy(policy)).then([
        ConferenceEvent::InvoicePolicyChanged(InvoicePolicyChanged {
            conference_id: RUSTCONF,
            invoice_policy: policy,
        }),
    ]);
    assert!(!scene.log[1].is_announced());
    assert_eq!(scene.load(RUSTCONF).invoice_policy, policy);
    let scene = scene.when(set_invoice_policy(policy)).then_nothing();
    let outcome = scene.when(set_invoice_policy(InvoicePolicy::ConfirmAtOnce));
    assert_eq!(outcome.scene.load(RUSTCONF).invoice_policy, InvoicePolicy::ConfirmAtOnce);
}

#[test]
fn an_invoice_is_paid_within_a_day_to_a_year() {
    for days in [0, 366] {
        given([created()])
            .when(set_invoice_policy(InvoicePolicy::PayFirst(days)))
            .then_invalid([("invoicePolicy", "InvalidField")]);
    }
}
