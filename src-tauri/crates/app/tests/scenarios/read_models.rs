//! Scenarios 43 to 45: what is shown, live and rebuilt.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use app::Role::{Desk, Organizer, Registrant};
use proptest::{prelude::*, test_runner::RngSeed};
use serde_json::json;
use testkit::{
    ANNA, BORIS, CARLA, CONFERENCE, CP, DMITRI, GA, Person, Stage, WS, assignment, details, id,
    invoice, items, registration, seat_type_form, text,
};

#[test]
fn s43_a_change_of_one_order_leaves_the_others_untouched() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 2), (WS, 1)]);
    stage.registers(BORIS.order, &[(GA, 3), (CP, 1)]);
    let before = (stage.draft(BORIS.order), stage.row(BORIS.order), stage.total(BORIS.order));
    stage.registers(ANNA.order, &[(WS, 4)]);
    stage.gives_details(ANNA.order, &ANNA);
    stage.pays(ANNA.order);
    stage.assigns(ANNA.order, 0, &ANNA);

    assert_eq!(stage.lines(BORIS.order), [("GA", 3, 3), ("CP", 1, 1)]);
    assert_eq!(
        (stage.draft(BORIS.order), stage.row(BORIS.order), stage.total(BORIS.order)),
        before
    );
}

#[test]
fn s45_a_renamed_and_repriced_type_changes_no_order_that_was_priced() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(WS, 1)]);
    stage.registers(BORIS.order, &[(WS, 1)]);
    let mut form = seat_type_form(WS, 10);
    form["name"] = "Event Workshop".into();
    form["price"]["amount"] = 60_000.into();
    stage.organizes("UpdateSeatType", form);
    stage.registers(CARLA.order, &[(WS, 1)]);

    let line = |order: &str| {
        let priced = stage.asks("GetPricedOrder", json!({ "orderId": order }));
        (text(&priced["lines"][0]["description"]), stage.total(order))
    };
    assert_eq!(line(ANNA.order), ("CQRS Workshop".into(), 50_000));
    assert_eq!(line(BORIS.order), ("CQRS Workshop".into(), 50_000));
    assert_eq!(line(CARLA.order), ("Event Workshop".into(), 60_000));
    let seats = stage.asks("GetOrderSeats", json!({ "orderId": ANNA.order }));
    assert_eq!(seats["seats"][0]["seatTypeName"], "CQRS Workshop");
    stage.gives_details(BORIS.order, &BORIS);
    stage.pays(BORIS.order);
    assert_eq!(stage.figure("revenue"), 100_000);
    stage.views_equal_the_log();
}

/// A little of everything.
fn busy_stage() -> Stage {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 2), (CP, 1)]);
    stage.assigns(ANNA.order, 0, &ANNA);
    stage.registers(BORIS.order, &[(GA, 1)]);
    stage.minutes_pass(30);
    stage.registers(CARLA.order, &[(WS, 12)]);
    stage.gives_details(CARLA.order, &CARLA);
    stage.begins_to_pay(CARLA.order);
    stage
}

#[test]
fn s44_rebuilt_read_models_are_the_live_ones() {
    let stage = busy_stage();
    let answers = |stage: &Stage| {
        let conference = json!({ "conferenceId": CONFERENCE });
        ["ListOrders", "ListAttendees", "GetSeatTypes", "GetDashboard", "GetConference"]
            .map(|method| stage.asks(method, conference.clone()))
    };
    let live = answers(&stage);
    stage.views_equal_the_log();
    stage.app().rebuild_views(false, |_| true).unwrap();
    assert_eq!(answers(&stage), live);
    stage.views_equal_the_log();
    let stage = stage.restarted();
    assert_eq!(answers(&stage), live);
}

#[test]
fn s44_a_rebuild_shows_how_far_it_is_and_can_be_stopped() {
    let stage = Stage::std_conference(100);
    for number in 0..150 {
        stage.registers(&id(number), &[(GA, 1)]);
        stage.registers(&id(number), &[(CP, 1)]);
    }
    assert!(1_000 < stage.app().position());
    let live = stage.asks("GetDashboard", json!({ "conferenceId": CONFERENCE }));
    let was_told = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&was_told);
    let stopped = stage.app().rebuild_views(false, move |progress| {
        told.store(progress.done <= progress.total, Ordering::SeqCst);
        false
    });
    assert_eq!(stopped.unwrap_err().code, "RefusedStopped");
    assert!(was_told.load(Ordering::SeqCst));
    assert_eq!(stage.asks("GetDashboard", json!({ "conferenceId": CONFERENCE })), live);
    stage.registers(ANNA.order, &[(WS, 1)]);
    stage.views_equal_the_log();
}

#[test]
fn s44_the_application_is_usable_while_read_models_are_rebuilt() {
    let stage = busy_stage();
    stage.organizes("RebuildReadModels", json!({}));
    let order = stage.app().execute(
        app::Caller::new(Registrant, "Web"),
        "RegisterToConference",
        registration(DMITRI.order, &[(GA, 1)]),
    );
    // A query is answered at once, from the old read models or from the new ones.
    assert_eq!(stage.state(ANNA.order), "Confirmed");
    order.wait().unwrap();
    while stage.asks("GetRebuild", json!({}))["state"] == "running" {
        std::thread::yield_now();
    }
    assert_eq!(stage.asks("GetRebuild", json!({}))["state"], "done");
    assert_eq!(stage.state(DMITRI.order), "ReservationCompleted");
    stage.views_equal_the_log();
}

#[test]
fn dropped_read_models_are_filled_again_at_the_next_start() {
    let stage = busy_stage();
    let live = stage.asks("ListOrders", json!({ "conferenceId": CONFERENCE }));
    let stage = stage.reopened_after(|folder| {
        let path = folder.join(event_store::DATABASE_FILE);
        let database = rusqlite::Connection::open(path).unwrap();
        for model in read_models::READ_MODELS {
            database.execute_batch(&format!("DROP TABLE {}", model.table)).unwrap();
            let forget = "DELETE FROM checkpoints WHERE name = ?1";
            database.execute(forget, [model.name]).unwrap();
        }
    });
    assert_eq!(stage.asks("ListOrders", json!({ "conferenceId": CONFERENCE })), live);
    stage.views_equal_the_log();
}

/// One step of a random session, of one of four people.
#[derive(Debug, Clone, Copy)]
enum Step {
    Register(i64, i64, i64),
    Details,
    Initiate,
    Settle(bool),
    Invoice,
    Desk,
    Assign(u32, usize),
    Unassign(u32),
    Cancel(u32),
    Quota(u32),
    Wait(u32),
    Retry,
    Dismiss,
    Rename,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..4_i64, 0..4_i64, 0..3_i64).prop_map(|(a, b, c)| Step::Register(a, b, c)),
        4 => Just(Step::Details),
        3 => Just(Step::Initiate),
        4 => any::<bool>().prop_map(Step::Settle),
        1 => Just(Step::Invoice),
        1 => Just(Step::Desk),
        2 => (0..4_u32, 0..4_usize).prop_map(|(position, who)| Step::Assign(position, who)),
        1 => (0..4_u32).prop_map(Step::Unassign),
        1 => (0..4_u32).prop_map(Step::Cancel),
        1 => (0..8_u32).prop_map(Step::Quota),
        2 => (1..20_u32).prop_map(Step::Wait),
        1 => Just(Step::Retry),
        1 => Just(Step::Dismiss),
        1 => Just(Step::Rename),
    ]
}

const PEOPLE: [Person; 4] = [ANNA, BORIS, CARLA, DMITRI];

/// Does it, or is refused.
#[expect(clippy::too_many_lines, reason = "one arm a step")]
fn play(stage: &Stage, who: usize, step: Step, payments: &mut [Option<String>; 4]) {
    let person = PEOPLE[who];
    let order = person.order;
    let attempt = |role, method: &str, params| stage.attempt(role, method, params);
    let outcome = match step {
        Step::Register(a, b, c) => stage.tries_to_register(order, &[(GA, a), (WS, b), (CP, c)]),
        Step::Details => attempt(Registrant, "AssignRegistrantDetails", details(order, &person)),
        Step::Initiate => {
            let payment = stage.fresh();
            let params = json!({ "paymentId": payment, "orderId": order });
            let outcome = attempt(Registrant, "InitiateThirdPartyProcessorPayment", params);
            if outcome.is_ok() {
                payments[who] = Some(payment);
            }
            outcome
        }
        Step::Settle(accept) => {
            let Some(payment) = &payments[who] else { return };
            let verb = if accept { "Complete" } else { "Cancel" };
            let method = format!("{verb}ThirdPartyProcessorPayment");
            attempt(Organizer, &method, json!({ "paymentId": payment }))
        }
        Step::Invoice => {
            let params = invoice(&stage.fresh(), order, &person);
            attempt(Registrant, "InitiateInvoicePayment", params)
        }
        Step::Desk => attempt(Desk, "SettleAtDesk", json!({ "orderId": order, "means": "cash" })),
        Step::Assign(position, whom) => {
            attempt(Registrant, "AssignSeat", assignment(order, position, &PEOPLE[whom]))
        }
        Step::Unassign(position) => {
            attempt(Registrant, "UnassignSeat", json!({ "orderId": order, "position": position }))
        }
        Step::Cancel(position) => {
            let returned = if position % 2 == 0 { "backToSale" } else { "held" };
            let params = json!({
                "orderId": order, "positions": [position], "reason": "ill", "returned": returned,
            });
            attempt(Organizer, "CancelOrderSeats", params)
        }
        Step::Quota(quota) => attempt(Organizer, "UpdateSeatType", seat_type_form(GA, quota)),
        Step::Wait(minutes) => {
            stage.minutes_pass(minutes);
            return;
        }
        Step::Retry | Step::Dismiss => {
            let cards = stage.cards();
            let Some(card) = cards.first() else { return };
            let mut params = json!({ "attentionId": card["attentionId"] });
            if matches!(step, Step::Retry) {
                attempt(Organizer, "RetryLatePayment", params)
            } else {
                params["reason"] = "settled".into();
                attempt(Organizer, "DismissAttention", params)
            }
        }
        Step::Rename => {
            let mut form = seat_type_form(CP, 5);
            form["name"] = format!("Party {who}").into();
            attempt(Organizer, "UpdateSeatType", form)
        }
    };
    if let Err(refused) = outcome {
        assert_ne!(refused.code, "Broken", "{step:?} of {}: {refused}", person.first);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 12,
        max_shrink_iters: 60,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(7),
        ..ProptestConfig::default()
    })]

    #[test]
    fn s44_after_any_session_the_live_read_models_are_a_fresh_fold_of_the_log(
        steps in prop::collection::vec((0..4_usize, step()), 60..100)
    ) {
        let stage = Stage::std_conference(5);
        let mut payments = [const { None }; 4];
        for (who, step) in steps {
            play(&stage, who, step, &mut payments);
        }
        stage.views_equal_the_log();
        stage.figures_add_up();
        let before = stage.asks("ListOrders", json!({ "conferenceId": CONFERENCE }));
        let stage = stage.restarted();
        stage.app().rebuild_views(false, |_| true).unwrap();
        stage.views_equal_the_log();
        let after = stage.asks("ListOrders", json!({ "conferenceId": CONFERENCE }));
        prop_assert_eq!(items(&before["items"]), items(&after["items"]));
        let report = stage.app().read(|log| Ok(event_store::verify_chain(log, 0, |_, _| {})?)).unwrap();
        prop_assert_eq!(report.faults, []);
    }
}
