//! What went wrong once, each as the story of how it showed.

use app::{
    AppError, Role,
    Role::{Desk, Kiosk, Organizer, Registrant},
};
use serde_json::{Value, json};
use testkit::{
    ANNA, BORIS, CARLA, CONFERENCE, CP, GA, OTHER_CONFERENCE, Person, Stage, conference_form,
    items, registration, seat_type_form, text,
};

#[test]
fn an_open_invoice_keeps_the_seats_that_it_was_written_for() {
    let stage = Stage::std_conference(50);
    let policy = json!({ "conferenceId": CONFERENCE, "invoicePolicy": { "payFirst": 30 } });
    stage.organizes("SetInvoicePolicy", policy);
    stage.registers(ANNA.order, &[(GA, 1)]);
    stage.gives_details(ANNA.order, &ANNA);
    stage.pays_by_invoice(ANNA.order, &ANNA);

    let more = registration(ANNA.order, &[(GA, 20)]);
    let refused = stage.refused(Registrant, "RegisterToConference", more);
    assert_eq!(refused.code, "RefusedPaymentInProgress");
    let actions = stage.draft(ANNA.order)["actions"].clone();
    assert!(!items(&actions).contains(&json!("changeSeats")), "{actions}");
}

#[test]
fn the_past_is_shown_to_the_organizer_alone() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 1)]);
    let position = stage.app().position();
    let params = json!({ "orderId": ANNA.order, "asOf": position });
    for role in [Registrant, Kiosk, Desk] {
        let refused = stage.inquire(role, "GetOrderSeats", params.clone()).expect_err("the past");
        assert_eq!(refused.code, "RefusedRole");
    }
    assert!(stage.inquire(Organizer, "GetOrderSeats", params).is_ok());
}

#[test]
fn an_explanation_of_the_past_adds_up_to_the_figure_of_then() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 2)]);
    let then = stage.app().position();
    stage.registers(BORIS.order, &[(GA, 3)]);
    let figure = format!("held:{GA}");
    let params = json!({ "conferenceId": CONFERENCE, "figure": figure, "asOf": then });
    assert_eq!(stage.asks("ExplainFigure", params)["value"], 2);
}

#[test]
fn a_conference_that_was_never_published_is_its_owners_alone() {
    let stage = Stage::new();
    stage.organizes("CreateConference", conference_form(CONFERENCE, "draft"));
    let by_slug = json!({ "slug": "draft" });
    let refused = stage.inquire(Registrant, "GetConference", by_slug.clone()).expect_err("a draft");
    assert_eq!(refused.code, "RefusedNotFound");
    assert!(stage.inquire(Organizer, "GetConference", by_slug).is_ok());
}

#[test]
fn a_draft_could_be_told_from_a_conference_that_is_not_there() {
    let stage = Stage::new();
    stage.creates_conference(CONFERENCE, "draft");
    stage.organizes("CreateSeatType", seat_type_form(GA, 10));
    let about = |conference: &str, role: Role| {
        let conference = json!({ "conferenceId": conference });
        let mut wanted = registration(ANNA.order, &[(GA, 1)]);
        wanted["conferenceId"] = conference["conferenceId"].clone();
        let mut estimate = wanted.clone();
        estimate.as_object_mut().expect("a form").remove("orderId");
        let told = |answer: Result<Value, AppError>| answer.map_err(|error| error.to_string());
        [
            told(stage.inquire(role, "GetConference", conference.clone())),
            told(stage.inquire(role, "GetSeatTypes", conference)),
            told(stage.inquire(role, "EstimateTotal", estimate)),
            told(stage.attempt(role, "RegisterToConference", wanted)),
        ]
    };
    for role in [Registrant, Kiosk, Desk] {
        let draft = about(CONFERENCE, role);
        assert!(draft.iter().all(Result::is_err), "{role:?}: {draft:?}");
        assert_eq!(draft, about(OTHER_CONFERENCE, role), "{role:?}");
    }
    assert!(about(CONFERENCE, Organizer)[1].is_ok());

    stage.organizes("PublishConference", json!({ "conferenceId": CONFERENCE }));
    stage.organizes("UnpublishConference", json!({ "conferenceId": CONFERENCE }));
    let [shown, seats, estimate, register] = about(CONFERENCE, Registrant);
    assert!(shown.is_ok() && seats.is_ok() && estimate.is_ok(), "its orders keep working");
    assert!(register.unwrap_err().contains("RefusedNotPublished"));
}

#[test]
fn a_ticket_goes_only_to_whom_the_seat_belongs() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 1)]);
    stage.assigns(ANNA.order, 0, &ANNA);
    stage.assigns(ANNA.order, 0, &BORIS);
    let mails = stage.asks("ListMails", json!({}));
    let tickets = items(&mails["items"]).iter().filter(|mail| mail["template"] == "ticket");
    let to: Vec<String> = tickets.map(|mail| text(&mail["to"])).collect();
    assert_eq!(to, [BORIS.email]);
}

#[test]
fn who_lost_a_seat_heard_nothing_of_it() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 2), (CP, 2)]);
    for (position, person) in [(0, ANNA), (1, BORIS), (2, CARLA)] {
        stage.assigns(ANNA.order, position, &person);
    }
    let seats = stage.asks("GetOrderSeats", json!({ "orderId": ANNA.order }));
    let boris = seats["seats"][1]["attendee"]["personId"].clone();
    let notices = |stage: &Stage| {
        let mails = stage.asks("ListMails", json!({}));
        let mails = items(&mails["items"]).iter();
        let about = mails.filter(|mail| text(&mail["template"]).contains("ancelled"));
        let words = |mail: &Value| {
            let said = ["2 × Cocktail", "1 × General", "cancelled your seat"];
            let said = said.into_iter().filter(|words| text(&mail["text"]).contains(words));
            (text(&mail["template"]), text(&mail["to"]), said.collect::<Vec<_>>().join(", "))
        };
        about.map(words).collect::<Vec<_>>()
    };
    let notice = |template: &str, person: &Person, words: &str| {
        (template.to_owned(), person.email.to_owned(), words.to_owned())
    };
    let cancel = |positions: Value| {
        json!({
            "orderId": ANNA.order, "positions": positions, "reason": "ill", "returned": "held",
        })
    };
    stage.organizes("CancelOrderSeats", cancel(json!([1, 2, 3])));
    let partly = [
        notice("seatsCancelled", &ANNA, "2 × Cocktail, 1 × General"),
        notice("seatCancelled", &BORIS, "cancelled your seat"),
        notice("seatCancelled", &CARLA, "cancelled your seat"),
    ];
    assert_eq!(notices(&stage), partly);

    stage.organizes("CancelOrderSeats", cancel(json!([0])));
    let whole = [
        notice("seatCancelled", &ANNA, "cancelled your seat"),
        notice("orderCancelled", &ANNA, ""),
    ];
    assert_eq!(notices(&stage)[3..], whole);

    stage.organizes("ErasePerson", json!({ "personId": boris, "reason": "asked for" }));
    assert!(notices(&stage).iter().all(|(_, to, _)| to != BORIS.email));
}

#[test]
fn mails_are_listed_page_by_page() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 1)]);
    stage.buys(&BORIS, &[(GA, 1)]);
    let ids = |params| -> Vec<i64> {
        let mails = stage.asks("ListMails", params);
        items(&mails["items"]).iter().filter_map(|mail| mail["mailId"].as_i64()).collect()
    };
    let all = ids(json!({}));
    assert!(2 <= all.len());
    assert_eq!(ids(json!({ "limit": 1 })), all[..1]);
    assert_eq!(ids(json!({ "after": all[0] })), all[1..]);
}

#[test]
fn a_cancelled_order_gives_back_only_what_was_paid() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 1)]);
    stage.gives_details(ANNA.order, &ANNA);
    let number = stage.pays_by_invoice(ANNA.order, &ANNA);
    stage.buys(&BORIS, &[(GA, 1)]);
    for person in [ANNA, BORIS] {
        let cancelled =
            json!({ "orderId": person.order, "reason": "ill", "returned": "backToSale" });
        stage.organizes("CancelOrderSeats", cancelled);
    }
    let refunds = |order: &str| {
        let events = stage.events_of(&format!("order-{order}"));
        events.iter().filter(|name| *name == "RefundRequested").count()
    };
    assert_eq!((refunds(ANNA.order), refunds(BORIS.order)), (0, 1));
    assert!(stage.cards().is_empty());
    stage.organizes("MarkInvoicePaid", json!({ "invoiceNumber": number }));
    assert_eq!(stage.cards()[0]["kind"], "Overpayment");
    assert_eq!(stage.figure("revenue"), 0);
    stage.figures_add_up();
    stage.views_equal_the_log();
}

#[test]
fn a_quota_below_what_is_given_out_is_told_before_it_is_set() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 3)]);
    stage.registers(BORIS.order, &[(GA, 2)]);
    let preview = |quantity: i64| {
        let params = json!({ "conferenceId": CONFERENCE, "seatTypeId": GA, "quantity": quantity });
        stage.asks("PreviewQuota", params)
    };
    let below = preview(4);
    let figures = ["sold", "held", "remaining", "isBelow", "moreOrders"].map(|name| &below[name]);
    assert_eq!(figures, [&json!(3), &json!(2), &json!(-1), &json!(true), &json!(0)]);
    assert_eq!(preview(5)["isBelow"], false);
    let (annas, boriss) = (stage.row(ANNA.order), stage.row(BORIS.order));
    let orders = json!([
        {
            "orderId": BORIS.order, "accessCode": boriss["accessCode"], "status": "Reserved",
            "seats": 2,
        },
        {
            "orderId": ANNA.order, "accessCode": annas["accessCode"], "status": "Confirmed",
            "registrantId": annas["registrantId"], "registrantName": "Anna Andersen", "seats": 3,
        },
    ]);
    assert_eq!(below["orders"], orders, "the newest first");
}

#[test]
fn only_who_has_seats_of_the_type_stands_in_the_way_of_its_quota() {
    let stage = Stage::std_conference(100);
    stage.buys(&ANNA, &[(GA, 2), (CP, 1)]);
    let cancelled = json!({
        "orderId": ANNA.order, "positions": [0], "reason": "ill", "returned": "backToSale",
    });
    stage.organizes("CancelOrderSeats", cancelled);
    stage.registers(BORIS.order, &[(CP, 5)]);
    stage.minutes_pass(29);
    for _ in 0..21 {
        stage.registers(&stage.fresh(), &[(GA, 1), (CP, 2)]);
    }
    let params = json!({ "conferenceId": CONFERENCE, "seatTypeId": GA, "quantity": 0 });
    let preview = stage.asks("PreviewQuota", params);
    let seats: Vec<_> = items(&preview["orders"]).iter().map(|order| &order["seats"]).collect();
    assert_eq!(seats, [1; 20]);
    assert_eq!(preview["moreOrders"], 2, "Anna's is one of them");
    assert_eq!((&preview["sold"], &preview["held"]), (&json!(1), &json!(21)));
}

#[test]
fn a_desk_slip_has_a_number_and_no_story() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 1)]);
    let told = json!({
        "orderId": ANNA.order, "means": "cash", "reference": "paid by Carla, 12 Elm St",
    });
    assert_eq!(stage.refused(Desk, "SettleAtDesk", told).field.as_deref(), Some("reference"));
}

#[test]
fn a_processor_that_was_told_to_keep_silent_keeps_silent() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 1)]);
    stage.gives_details(ANNA.order, &ANNA);
    let payment = stage.begins_to_pay(ANNA.order);
    for script in [json!({ "acceptAfter": 60 }), json!("neverAnswer")] {
        let params = json!({ "paymentId": payment, "script": script });
        stage.organizes("ScriptThirdPartyProcessorPayment", params);
    }
    stage.minutes_pass(2);
    assert_eq!(stage.state(ANNA.order), "ReservationCompleted");
}

#[test]
fn a_table_that_somebody_altered_is_named() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 1)]);
    assert_eq!(stage.app().compare_views().unwrap(), []);
    let stage = stage.reopened_after(|folder| {
        let database = rusqlite::Connection::open(folder.join("lanyard.db")).unwrap();
        database.execute("UPDATE conferences SET name = 'Somebody else’s'", []).unwrap();
        database.execute("UPDATE rm_priced_order SET total_amount = 0", []).unwrap();
    });
    let differences = stage.app().compare_views().unwrap();
    let tables: Vec<&str> = differences.iter().map(|one| one.table.as_str()).collect();
    assert_eq!(tables, ["rm_priced_order", "conferences"]);
}
