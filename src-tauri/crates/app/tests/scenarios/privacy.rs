//! Erasing a person.

use std::{fs, path::Path, sync::mpsc::channel};

use app::{
    Answer, AppError, Caller,
    Role::{Organizer, Registrant},
    wire::health::RebuildPhase,
};
use serde_json::{Value, json};
use testkit::{
    ANNA, BORIS, CONFERENCE, GA, Person, Stage, WS, invoice, items, number, seat_type_form, text,
};

use crate::groups::at_once_after;

/// Words that no other text holds.
const CANARY: Person = Person {
    first: "Kanarienzita",
    last: "Vogelsangova",
    email: "kanarienzita@vogelsangova.example",
    order: ANNA.order,
};
const WORDS: [&str; 2] = ["anarienzita", "ogelsangova"];

/// The files of the folder in which a word of the canary's is found.
fn traces(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a file") {
        let path = entry.expect("a file").path();
        let bytes = fs::read(&path).expect("a file");
        for word in WORDS {
            if bytes.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes())) {
                found.push(format!("{word} in {}", path.display()));
            }
        }
    }
    found
}

fn registrant_id(stage: &Stage, order: &str) -> String {
    text(&stage.row(order)["registrantId"])
}

fn erase(stage: &Stage, person: &str) -> Value {
    let params = json!({ "personId": person, "reason": "asked for by letter" });
    stage.organizes("ErasePerson", params)
}

/// The canary bought two seats by invoice and sits on one; Boris sits on the other.
fn stage_with_canary() -> Stage {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 2)]);
    stage.gives_details(ANNA.order, &CANARY);
    let params = invoice(&stage.fresh(), ANNA.order, &CANARY);
    stage.does(Registrant, "InitiateInvoicePayment", params);
    stage.assigns(ANNA.order, 0, &CANARY);
    stage.assigns(ANNA.order, 1, &BORIS);
    stage.buys(&BORIS, &[(GA, 1)]);
    stage
}

#[test]
fn before_an_erasure_the_name_is_in_the_data_folder() {
    let stage = stage_with_canary();
    assert!(!traces(stage.folder()).is_empty(), "or the search below would prove nothing");
}

#[test]
fn an_erased_person_is_nowhere_in_the_data_folder() {
    let stage = stage_with_canary();
    let answer = erase(&stage, &registrant_id(&stage, ANNA.order));
    assert!(2 <= number(&answer["entries"]), "the registrant and the attendee: {answer}");

    assert_eq!(traces(stage.folder()), [""; 0]);
    let stage = stage.reopened_after(|folder| assert_eq!(traces(folder), [""; 0]));
    assert_eq!(traces(stage.folder()), [""; 0]);
    stage.app().rebuild_views(false, |_| true).unwrap();
    assert_eq!(traces(stage.folder()), [""; 0]);
}

/// Somebody is erased when a rebuild has come to a phase, and it goes on or is stopped then. Answers
/// how it ended.
fn erased_in_a_rebuild(stage: &Stage, at: RebuildPhase, goes_on: bool) -> Result<(), AppError> {
    let (app, person) = (stage.app().clone(), registrant_id(stage, ANNA.order));
    let mut to_erase = Some(json!({ "personId": person, "reason": "asked for by letter" }));
    stage.app().rebuild_views(false, move |progress| {
        if progress.phase == at
            && let Some(params) = to_erase.take()
        {
            let organizer = app::Caller::new(Organizer, "Web");
            app.execute(organizer, "ErasePerson", params).wait().expect("erased");
            return goes_on;
        }
        true
    })
}

#[test]
fn a_rebuild_during_which_somebody_was_erased_leaves_no_name_when_it_is_stopped() {
    for phase in [RebuildPhase::Replay, RebuildPhase::Copy] {
        let stage = stage_with_canary();
        let stopped = erased_in_a_rebuild(&stage, phase, false).expect_err("it is stopped");
        assert_eq!(stopped.code, "RefusedStopped");
        assert_eq!(traces(stage.folder()), [""; 0], "{phase:?}");
        assert_eq!(stage.asks("GetDataHealth", json!({}))["actions"], json!(["verify", "rebuild"]));
    }
}

#[test]
fn a_rebuild_during_which_somebody_was_erased_leaves_no_name_when_it_is_done() {
    for phase in [RebuildPhase::Replay, RebuildPhase::Copy] {
        let stage = stage_with_canary();
        erased_in_a_rebuild(&stage, phase, true).expect("it is done");
        assert_eq!(traces(stage.folder()), [""; 0], "{phase:?}");
        stage.views_equal_the_log();
    }
}

#[test]
fn what_a_killed_rebuild_left_is_gone_after_the_next_start_if_somebody_was_erased_since() {
    let stage = stage_with_canary();
    let left = |stage: &Stage| stage.folder().join("lanyard.rebuild");
    stage.app().rebuild_views(false, |_| false).expect_err("it is stopped");
    let with_the_name = fs::read(left(&stage)).expect("it was left");
    erase(&stage, &registrant_id(&stage, ANNA.order));
    assert!(!left(&stage).exists());
    let stage = stage.reopened_after(|folder| {
        fs::write(folder.join("lanyard.rebuild"), with_the_name)
            .expect("as a killed one leaves it");
        assert!(!traces(folder).is_empty(), "or the search below would prove nothing");
    });
    assert_eq!(traces(stage.folder()), [""; 0]);

    stage.app().rebuild_views(false, |_| false).expect_err("it is stopped");
    let stage = stage.restarted();
    assert!(left(&stage).exists(), "one that began after the erasure can be taken up");
    assert_eq!(traces(stage.folder()), [""; 0]);
}

#[test]
fn an_erased_registrant_passed_for_details_that_were_given() {
    let stage = Stage::std_conference(10);
    let mut free = seat_type_form(GA, 10);
    free["price"]["amount"] = 0.into();
    stage.organizes("UpdateSeatType", free);
    for (person, seat_type) in [(ANNA, GA), (BORIS, WS)] {
        stage.registers(person.order, &[(seat_type, 1)]);
        stage.gives_details(person.order, &person);
        erase(&stage, &registrant_id(&stage, person.order));
        let actions = stage.draft(person.order)["actions"].clone();
        for action in ["pay", "payByInvoice", "confirmFree"] {
            assert!(!items(&actions).contains(&json!(action)), "{actions}");
        }
    }
    let card = json!({ "paymentId": stage.fresh(), "orderId": BORIS.order });
    for (method, params) in [
        ("ConfirmFreeOrder", json!({ "orderId": ANNA.order })),
        ("InitiateThirdPartyProcessorPayment", card),
        ("InitiateInvoicePayment", invoice(&stage.fresh(), BORIS.order, &BORIS)),
    ] {
        let refused = stage.refused(Registrant, method, params);
        assert_eq!(refused.code, "RefusedDetailsMissing", "{method}");
    }
    stage.gives_details(BORIS.order, &BORIS);
    stage.pays(BORIS.order);
    assert_eq!(stage.state(BORIS.order), "Confirmed");
}

#[test]
fn after_an_erasure_counts_and_money_are_what_they_were() {
    let stage = stage_with_canary();
    let figures = |stage: &Stage| {
        stage.asks("GetDashboard", json!({ "conferenceId": CONFERENCE }))["figures"].clone()
    };
    let (before, total) = (figures(&stage), stage.total(ANNA.order));
    erase(&stage, &registrant_id(&stage, ANNA.order));

    assert_eq!(figures(&stage), before);
    assert_eq!(stage.total(ANNA.order), total);
    stage.figures_add_up();
    stage.views_equal_the_log();
    let [boris] = [Some("Boris".to_owned())];
    assert_eq!(stage.attendees(ANNA.order), [None, boris]);
    let seats = stage.asks("GetOrderSeats", json!({ "orderId": ANNA.order }));
    assert_eq!(seats["seats"][0]["attendeeErased"], true);
    assert_eq!(stage.row(BORIS.order)["registrantName"], "Boris Baumgartner");
}

#[test]
fn after_an_erasure_the_history_says_so_and_the_chain_verifies() {
    let stage = stage_with_canary();
    let registrant = registrant_id(&stage, ANNA.order);
    erase(&stage, &registrant);

    let flow = json!({ "correlationId": ANNA.order, "limit": 500 });
    let history = stage.asks("GetHistory", flow).to_string();
    assert!(history.contains("\"erased\":true"), "{history}");
    for word in WORDS {
        assert!(!history.contains(word), "{history}");
    }
    let events = stage.events_of(&format!("person-{registrant}"));
    assert_eq!(events, ["PersonErased"]);
    let report = stage.app().read(|log| Ok(event_store::verify_chain(log, 0, |_, _| {})?)).unwrap();
    assert_eq!(report.faults, []);
}

#[test]
fn another_entry_with_the_same_email_is_erased_too() {
    let stage = stage_with_canary();
    let shouting = Person { email: "KANARIENZITA@vogelsangova.example", ..CANARY };
    let second = testkit::id(2);
    stage.registers(&second, &[(GA, 1)]);
    stage.gives_details(&second, &shouting);
    stage.pays(&second);
    erase(&stage, &registrant_id(&stage, ANNA.order));

    assert_eq!(stage.row(&second)["registrantName"], Value::Null);
    assert_eq!(traces(stage.folder()), [""; 0]);
}

#[test]
fn who_gave_the_seat_to_somebody_else_before_is_erased_too() {
    let stage = Stage::std_conference(10);
    stage.buys(&BORIS, &[(GA, 1)]);
    stage.assigns(BORIS.order, 0, &CANARY);
    stage.assigns(BORIS.order, 0, &BORIS);
    stage.registers(ANNA.order, &[(GA, 1)]);
    stage.gives_details(ANNA.order, &CANARY);
    erase(&stage, &registrant_id(&stage, ANNA.order));

    let flow = json!({ "correlationId": BORIS.order, "limit": 500 });
    let history = stage.asks("GetHistory", flow).to_string();
    assert!(!history.contains(CANARY.first), "{history}");
    assert!(history.contains("Baumgartner"), "{history}");
}

#[test]
fn after_a_restart_an_erased_person_stays_erased_and_the_order_works_on() {
    let stage = stage_with_canary();
    let registrant = registrant_id(&stage, ANNA.order);
    erase(&stage, &registrant);
    let shown = |stage: &Stage| {
        let list = json!({ "conferenceId": CONFERENCE });
        ["ListOrders", "ListAttendees"].map(|method| stage.asks(method, list.clone()))
    };
    let before = shown(&stage);
    let stage = stage.restarted();
    assert_eq!(shown(&stage), before);
    let again = json!({ "personId": registrant, "reason": "once more" });
    assert_eq!(stage.refused(Organizer, "ErasePerson", again).code, "RefusedNotFound");
    stage.assigns(ANNA.order, 0, &BORIS);
    let boris = Some("Boris".to_owned());
    assert_eq!(stage.attendees(ANNA.order), [boris.clone(), boris]);
    let search = json!({ "conferenceId": CONFERENCE, "search": "vogelsang" });
    assert_eq!(items(&stage.asks("ListOrders", search)["items"]).len(), 0);
    stage.views_equal_the_log();
}

#[test]
fn an_erasure_needs_a_reason_and_somebody_to_erase() {
    let stage = stage_with_canary();
    let blank = json!({ "personId": registrant_id(&stage, ANNA.order), "reason": " " });
    let refused = stage.refused(Organizer, "ErasePerson", blank);
    assert_eq!(refused.field.as_deref(), Some("reason"));
    let nobody = json!({ "personId": testkit::id(9), "reason": "asked for" });
    let refused = stage.refused(Organizer, "ErasePerson", nobody);
    assert_eq!((refused.code, refused.field.as_deref()), ("RefusedNotFound", Some("personId")));
}

#[test]
fn who_registers_while_the_erasure_waits_for_the_writer_is_erased_too() {
    let stage = stage_with_canary();
    let second = testkit::id(2);
    stage.registers(&second, &[(GA, 1)]);
    let person = registrant_id(&stage, ANNA.order);
    let erasing = json!({ "personId": person, "reason": "asked for by letter" });
    let organizer = Caller::new(Organizer, "Web");
    let (heard, erased) = channel();
    let before = || {
        let details = testkit::details(&second, &CANARY);
        let caller = Caller::new(Registrant, "Web");
        stage.app().submit(caller, "AssignRegistrantDetails", details, Box::new(|_| ()));
        let hears = Box::new(move |answer: Answer| {
            heard.send(answer.is_ok()).expect("the test listens");
        });
        stage.app().submit(organizer, "ErasePerson", erasing, hears);
    };
    at_once_after(&stage, before, vec![]);
    assert_eq!(erased.recv(), Ok(true));
    assert_eq!(stage.row(&second)["registrantName"], Value::Null);
    assert_eq!(traces(stage.folder()), [""; 0]);
}
