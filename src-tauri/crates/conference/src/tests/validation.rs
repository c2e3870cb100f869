use super::scene::*;
use crate::*;

#[track_caller]
fn created_with(change: impl FnOnce(&mut CreateConference)) -> Outcome {
    let mut typed = creation();
    change(&mut typed);
    given([]).when(create(typed))
}

#[test]
fn an_empty_form_marks_every_required_field() {
    created_with(|form| {
        for text in [
            &mut form.name,
            &mut form.description,
            &mut form.location,
            &mut form.slug,
            &mut form.start_date,
            &mut form.end_date,
            &mut form.time_zone,
            &mut form.currency,
            &mut form.owner_name,
            &mut form.owner_email,
        ] {
            *text = " ".into();
        }
        form.tagline = None;
    })
    .then_invalid([
        ("ownerName", "InvalidRequired"),
        ("ownerEmail", "InvalidRequired"),
        ("name", "InvalidRequired"),
        ("description", "InvalidRequired"),
        ("location", "InvalidRequired"),
        ("startDate", "InvalidRequired"),
        ("endDate", "InvalidRequired"),
        ("timeZone", "InvalidRequired"),
        ("slug", "InvalidRequired"),
        ("currency", "InvalidRequired"),
    ]);
}

#[test]
fn every_kind_of_nonsense_is_marked_on_its_field() {
    created_with(|form| {
        form.name = "x".repeat(121);
        form.description = "x".repeat(4_001);
        form.location = "Ber\u{202E}lin".into();
        form.tagline = Some("x".repeat(201));
        form.slug = "rust conf".into();
        form.start_date = "23.11.2026".into();
        form.end_date = "2026-02-30".into();
        form.time_zone = "Europe/Atlantis".into();
        form.currency = "ducats".into();
        form.owner_name = "Olga\nOrlova".into();
        form.owner_email = "olga at example".into();
    })
    .then_invalid([
        ("ownerName", "InvalidField"),
        ("ownerEmail", "InvalidEmail"),
        ("name", "InvalidTooLong"),
        ("description", "InvalidTooLong"),
        ("location", "InvalidField"),
        ("tagline", "InvalidTooLong"),
        ("startDate", "InvalidDates"),
        ("endDate", "InvalidDates"),
        ("timeZone", "InvalidTimeZone"),
        ("slug", "InvalidSlug"),
        ("currency", "InvalidCurrency"),
    ]);
}

#[test]
fn an_update_is_checked_like_a_creation() {
    let wrong = UpdateConference {
        name: String::new(),
        end_date: "2026-11-22".into(),
        time_zone: "Mars/Olympus".into(),
        ..same_details()
    };
    given([created()]).when(update(wrong)).then_invalid([
        ("name", "InvalidRequired"),
        ("endDate", "InvalidDates"),
        ("timeZone", "InvalidTimeZone"),
    ]);
}

#[test]
fn a_conference_may_last_one_day_and_never_ends_before_it_starts() {
    created_with(|form| form.end_date = "2026-11-22".into())
        .then_invalid([("endDate", "InvalidDates")]);
    let outcome = created_with(|form| form.end_date = "2026-11-23".into());
    assert_eq!(outcome.scene.log.len(), 1);
}

#[test]
fn a_day_is_written_in_one_way_only() {
    for day in ["2026-1-2", "26-11-23", "+12026-11-23", "2026-11-23T00:00:00Z", "tomorrow"] {
        created_with(|form| form.start_date = day.into())
            .then_invalid([("startDate", "InvalidDates")]);
    }
}

#[test]
fn a_description_may_have_several_lines_but_no_other_control_characters() {
    let outcome = created_with(|form| form.description = "One\r\n\tTwo".into());
    assert_eq!(outcome.scene.load(RUSTCONF).details.description, "One\r\n\tTwo");
    created_with(|form| form.description = "One\u{7}".into())
        .then_invalid([("description", "InvalidField")]);
}

#[test]
fn a_slug_has_2_to_64_letters_digits_dashes_and_underscores() {
    for slug in ["r", "rust.conf", "rüst", "rust/conf", "../etc", &"x".repeat(65)] {
        created_with(|form| form.slug = slug.into()).then_invalid([("slug", "InvalidSlug")]);
    }
    for slug in ["r2", "_-", &"x".repeat(64)] {
        let outcome = created_with(|form| form.slug = slug.into());
        assert_eq!(outcome.scene.load(RUSTCONF).slug, slug);
    }
}

#[test]
fn a_reserved_slug_is_refused_in_any_capitals() {
    for slug in ["create", "locate", "payment", "organizer", "Kiosk", "CHECK-IN", "settings"] {
        created_with(|form| form.slug = slug.into())
            .then_invalid([("slug", "InvalidSlugReserved")]);
    }
}

#[test]
fn a_slug_is_taken_in_any_capitals() {
    for slug in ["RustConf-26", "rustconf-26", "RUSTCONF-26"] {
        let second = CreateConference { conference_id: GOPHERCON, slug: slug.into(), ..creation() };
        given([created()]).when(create(second)).then_invalid([("slug", "InvalidSlugTaken")]);
    }
}

#[test]
fn a_form_with_a_field_left_out_is_read_and_marks_it() {
    let wire = r#"{"conferenceId":"00000000-0000-0000-0000-0000000000c1","location":"Berlin",
                   "description":"Rust","startDate":"2026-11-23","endDate":"2026-11-25","timeZone":"Europe/Berlin"}"#;
    let typed: UpdateConference = serde_json::from_str(wire).unwrap();
    given([created()]).when(update(typed)).then_invalid([("name", "InvalidRequired")]);
    let unknown = r#"{"conferenceId":"00000000-0000-0000-0000-0000000000c1","slug":"new"}"#;
    assert!(serde_json::from_str::<UpdateConference>(unknown).is_err());
}

#[test]
fn the_policy_is_written_as_the_api_says() {
    let written = |policy| serde_json::to_string(&policy).unwrap();
    assert_eq!(written(InvoicePolicy::ConfirmAtOnce), r#""confirmAtOnce""#);
    assert_eq!(written(InvoicePolicy::PayFirst(14)), r#"{"payFirst":14}"#);
}
