//! Scenarios 28 to 35: an organizer's conference.

use app::Role::{Kiosk, Organizer, Registrant};
use serde_json::{Value, json};
use testkit::{
    ANNA, BORIS, CONFERENCE, CP, GA, OTHER_CONFERENCE, Stage, WS, conference_form, items, number,
    registration, seat_type_form, text,
};

fn shown(stage: &Stage, conference: &str) -> Value {
    stage.asks("GetConference", json!({ "conferenceId": conference }))
}

fn update_form(description: &str) -> Value {
    let mut form = conference_form(CONFERENCE, "");
    let fields = form.as_object_mut().expect("a form");
    for fixed in ["slug", "currency", "ownerName", "ownerEmail"] {
        fields.remove(fixed);
    }
    form["description"] = description.into();
    form
}

#[test]
fn s28_a_new_conference_has_a_code_without_look_alikes_and_is_not_published() {
    let stage = Stage::new();
    let answer = stage.creates_conference(CONFERENCE, "cqrs-days");
    let code = text(&answer["accessCode"]);

    assert_eq!(code.len(), 5);
    assert!(code.chars().all(|c| "ABCDEFGHJKMNPQRSTVWXYZ23456789".contains(c)), "{code}");
    let conference = shown(&stage, CONFERENCE);
    assert_eq!(text(&conference["accessCode"]), code);
    assert_eq!(conference["isPublished"], false);
    assert_eq!(conference["wasEverPublished"], false);
    assert_eq!(conference["ownerEmail"], "olga@example.org");
}

#[test]
fn s29_every_wrong_field_of_a_conference_is_marked_on_itself() {
    let stage = Stage::new();
    stage.creates_conference(OTHER_CONFERENCE, "taken-slug");
    for (field, value, code) in [
        ("name", "", "InvalidRequired"),
        ("location", "", "InvalidRequired"),
        ("ownerName", "", "InvalidRequired"),
        ("ownerEmail", "", "InvalidRequired"),
        ("ownerEmail", "olga", "InvalidEmail"),
        ("slug", "", "InvalidRequired"),
        ("slug", "a", "InvalidSlug"),
        ("slug", "no spaces", "InvalidSlug"),
        ("slug", "Taken-Slug", "InvalidSlugTaken"),
        ("slug", "Create", "InvalidSlugReserved"),
        ("slug", "check-in", "InvalidSlugReserved"),
        ("startDate", "", "InvalidRequired"),
        ("startDate", "01.03.2027", "InvalidDates"),
        ("endDate", "2027-02-28", "InvalidDates"),
        ("timeZone", "Mars/Olympus", "InvalidTimeZone"),
        ("currency", "XYZ", "InvalidCurrency"),
    ] {
        let mut form = conference_form(CONFERENCE, "cqrs-days");
        form[field] = value.into();
        let refused = stage.refused(Organizer, "CreateConference", form);
        assert_eq!((refused.code, refused.field.as_deref()), (code, Some(field)), "{value:?}");
    }
}

#[test]
fn s29_all_mistakes_of_a_form_are_told_at_once() {
    let stage = Stage::new();
    let refused =
        stage.refused(Organizer, "CreateConference", json!({ "conferenceId": CONFERENCE }));
    let errors = refused.details.unwrap();
    let fields: Vec<_> = items(&errors["errors"]).iter().map(|e| text(&e["field"])).collect();
    for field in ["name", "slug", "startDate", "endDate", "ownerName", "ownerEmail"] {
        assert!(fields.contains(&field.to_owned()), "{field} is not in {fields:?}");
    }
}

#[test]
fn s30_publishing_opens_registration_and_an_edit_leaves_it_open() {
    let stage = Stage::new();
    stage.creates_conference(CONFERENCE, "cqrs-days");
    stage.defines_standard_seats(10);
    let closed =
        stage.refused(Registrant, "RegisterToConference", registration(ANNA.order, &[(GA, 1)]));
    assert!(closed.code.starts_with("Refused") || closed.code == "InvalidSeatType", "{closed}");
    stage.organizes("PublishConference", json!({ "conferenceId": CONFERENCE }));
    stage.registers(ANNA.order, &[(GA, 1)]);
    stage.organizes("UpdateConference", update_form("Three days on events."));

    let conference = shown(&stage, CONFERENCE);
    assert_eq!(conference["description"], "Three days on events.");
    assert_eq!(conference["isPublished"], true);
    let position = stage.app().position();
    stage.organizes("PublishConference", json!({ "conferenceId": CONFERENCE }));
    assert_eq!(stage.app().position(), position, "publishing a published one publishes nothing");
}

#[test]
fn the_invoice_policy_is_answered_as_it_is_set() {
    let stage = Stage::std_conference(10);
    let policy = || shown(&stage, CONFERENCE)["invoicePolicy"].clone();
    assert_eq!(policy(), "confirmAtOnce");
    for set in [json!({ "payFirst": 14 }), json!("confirmAtOnce"), json!({ "payFirst": 365 })] {
        let params = json!({ "conferenceId": CONFERENCE, "invoicePolicy": set });
        stage.organizes("SetInvoicePolicy", params);
        assert_eq!(policy(), set);
    }
    let listed = stage.asks("ListConferences", json!({}));
    assert_eq!(listed["items"][0]["invoicePolicy"], json!({ "payFirst": 365 }));
}

#[test]
fn s31_an_unpublished_conference_takes_no_order_and_keeps_those_it_has() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 1)]);
    stage.gives_details(ANNA.order, &ANNA);
    let redirect = "https://example.org/later";
    let params = json!({ "conferenceId": CONFERENCE, "redirectUrl": redirect });
    stage.organizes("UnpublishConference", params);

    for role in [Registrant, Kiosk, app::Role::Desk, Organizer] {
        let params = registration(BORIS.order, &[(GA, 1)]);
        let refused = stage.refused(role, "RegisterToConference", params);
        assert_eq!(refused.code, "RefusedNotPublished", "{role:?}");
        let found = stage.inquire(role, "GetConference", json!({ "slug": "cqrs-days" })).unwrap();
        assert_eq!(found["redirectUrl"], redirect);
        assert!(!items(&found["actions"]).contains(&json!("register")));
    }
    let listed = stage.inquire(Registrant, "ListConferences", json!({})).unwrap();
    assert_eq!(listed["items"], json!([]));
    stage.pays(ANNA.order);
    stage.assigns(ANNA.order, 0, &ANNA);
    assert_eq!(stage.state(ANNA.order), "Confirmed");
    stage.organizes("PublishConference", json!({ "conferenceId": CONFERENCE }));
    stage.registers(BORIS.order, &[(GA, 1)]);
    assert_eq!(stage.seats("quantity"), [10, 10, 10], "seats are announced only once");
    stage.figures_add_up();
}

#[test]
fn the_address_of_a_closed_conference_can_be_changed_and_the_past_shows_the_old_one() {
    let stage = Stage::std_conference(10);
    let closes = |address: &str| {
        let params = json!({ "conferenceId": CONFERENCE, "redirectUrl": address });
        number(&stage.organizes("UnpublishConference", params)["position"])
    };
    let first = closes("https://example.org/full");
    let second = closes("https://example.org/next-year");
    assert_eq!(second, first + 1);
    assert_eq!(closes("https://example.org/next-year"), second, "it is so already");
    let address = |params: Value| {
        let answer = stage.asks("GetConference", params);
        assert_eq!(answer["isPublished"], false);
        text(&answer["redirectUrl"])
    };
    let then = json!({ "conferenceId": CONFERENCE, "asOf": first });
    assert_eq!(address(then), "https://example.org/full");
    let now = json!({ "conferenceId": CONFERENCE });
    assert_eq!(address(now.clone()), "https://example.org/next-year");
    let events = stage.events_of(&format!("conference-{CONFERENCE}"));
    assert!(events.ends_with(&["ConferenceUnpublished".into(), "RedirectChanged".into()]));
    stage.views_equal_the_log();

    stage.organizes("PublishConference", now.clone());
    assert_eq!(shown(&stage, CONFERENCE).get("redirectUrl"), None);
    stage.views_equal_the_log();
}

#[test]
fn s32_raising_a_quota_puts_the_difference_on_sale() {
    let stage = Stage::std_conference(100);
    stage.others_buy(&[(GA, 30)]);
    stage.sets_quota(GA, 200);
    assert_eq!(stage.seats("available"), [170, 100, 100]);
    stage.figures_add_up();
}

#[test]
fn s32_a_quota_below_what_is_sold_touches_no_sale() {
    let stage = Stage::std_conference(200);
    stage.others_buy(&[(GA, 8)]);
    stage.sets_quota(GA, 5);

    assert_eq!(stage.seats("available"), [0, 200, 200]);
    assert_eq!(stage.seats("remaining"), [-3, 200, 200]);
    assert_eq!(stage.seats("sold"), [8, 0, 0]);
    stage.registers(ANNA.order, &[(GA, 1)]);
    assert_eq!(stage.lines(ANNA.order), [("GA", 1, 0)]);
    stage.figures_add_up();
    stage.views_equal_the_log();
}

#[test]
fn s33_a_type_that_was_never_announced_is_deleted_without_a_trace_for_registrants() {
    let stage = Stage::new();
    stage.creates_conference(CONFERENCE, "cqrs-days");
    stage.defines_standard_seats(10);
    let workshop = json!({ "conferenceId": CONFERENCE, "seatTypeId": WS });
    stage.organizes("DeleteSeatType", workshop);
    stage.organizes("PublishConference", json!({ "conferenceId": CONFERENCE }));

    let answer = stage.asks("GetSeatTypes", json!({ "conferenceId": CONFERENCE }));
    let ids: Vec<_> = items(&answer["seatTypes"]).iter().map(|t| text(&t["seatTypeId"])).collect();
    assert_eq!(ids, [GA, CP]);
    let events = stage.events_of(&format!("conference-{CONFERENCE}"));
    assert_eq!(events.iter().filter(|name| *name == "SeatCreated").count(), 2);
}

#[test]
fn s33_once_published_a_type_is_never_deleted() {
    let stage = Stage::std_conference(10);
    stage.organizes("UnpublishConference", json!({ "conferenceId": CONFERENCE }));
    let workshop = json!({ "conferenceId": CONFERENCE, "seatTypeId": WS });
    let refused = stage.refused(Organizer, "DeleteSeatType", workshop);
    assert_eq!(refused.code, "RefusedWasPublished");
}

#[test]
fn s34_a_conference_is_found_by_email_and_code_and_guessing_is_slowed_down() {
    let stage = Stage::new();
    let code = text(&stage.creates_conference(CONFERENCE, "cqrs-days")["accessCode"]);
    let locate = |stage: &Stage, code: &str| {
        let params = json!({ "email": "OLGA@example.org", "accessCode": code });
        stage.inquire(Organizer, "LocateConference", params).map_err(|error| error.code)
    };
    assert_eq!(locate(&stage, &code.to_lowercase()).unwrap()["conferenceId"], CONFERENCE);
    for wrong in ["AAAAA", "BBBBB", "CCCCC", "DDDDD", "wrong"] {
        assert_eq!(locate(&stage, wrong).unwrap_err(), "RefusedNotFound");
    }
    assert_eq!(locate(&stage, "EEEEE").unwrap_err(), "RefusedTooManyTries");
    assert_eq!(locate(&stage, &code).unwrap_err(), "RefusedTooManyTries");

    // Neither a restart nor 59 seconds help.
    let stage = stage.restarted();
    stage.seconds_pass(59);
    assert_eq!(locate(&stage, &code).unwrap_err(), "RefusedTooManyTries");
    stage.seconds_pass(1);
    assert_eq!(locate(&stage, &code).unwrap()["conferenceId"], CONFERENCE);
}

#[test]
fn s34_after_fifty_wrong_codes_in_an_hour_there_is_a_long_pause() {
    let stage = Stage::new();
    let code = text(&stage.creates_conference(CONFERENCE, "cqrs-days")["accessCode"]);
    let locate = |code: &str| {
        let params = json!({ "email": "olga@example.org", "accessCode": code });
        stage.inquire(Organizer, "LocateConference", params).map_err(|error| error.code)
    };
    for _ in 0..10 {
        for _ in 0..5 {
            assert_eq!(locate("AAAAA").unwrap_err(), "RefusedNotFound");
        }
        stage.minutes_pass(1);
    }
    assert_eq!(locate(&code).unwrap_err(), "RefusedTooManyTries");
    stage.minutes_pass(50);
    assert_eq!(locate(&code).unwrap()["conferenceId"], CONFERENCE);
}

#[test]
fn s35_what_other_contexts_hear_of_a_new_conference() {
    let stage = Stage::std_conference(10);
    let integration = [
        "ConferenceCreated",
        "ConferenceUpdated",
        "SeatCreated",
        "SeatUpdated",
        "ConferencePublished",
        "ConferenceUnpublished",
    ];
    let events = stage.events_of(&format!("conference-{CONFERENCE}"));
    let heard: Vec<_> = events.into_iter().filter(|e| integration.contains(&e.as_str())).collect();
    assert_eq!(
        heard,
        ["ConferenceCreated", "SeatCreated", "SeatCreated", "SeatCreated", "ConferencePublished"]
    );
}

#[test]
fn a_seat_type_is_edited_through_its_own_conference_only() {
    let stage = Stage::std_conference(10);
    stage.creates_conference(OTHER_CONFERENCE, "other-days");
    let mut form = seat_type_form(GA, 1);
    form["conferenceId"] = OTHER_CONFERENCE.into();
    assert_eq!(stage.refused(Organizer, "UpdateSeatType", form).code, "RefusedNotFound");
    for (field, value) in [
        ("price", json!({ "amount": -1, "currency": "USD" })),
        ("price", json!({ "amount": 100, "currency": "EUR" })),
        ("quantity", json!(-1)),
        ("quantity", json!(100_001)),
        ("name", json!("x")),
    ] {
        let mut form = seat_type_form(GA, 10);
        form[field] = value.clone();
        let refused = stage.refused(Organizer, "UpdateSeatType", form);
        assert!(refused.code.starts_with("Invalid"), "{field} {value}: {refused}");
        let marked = refused.field.unwrap_or_default();
        assert!(marked.starts_with(field), "{field} {value}: {marked}");
    }
}
