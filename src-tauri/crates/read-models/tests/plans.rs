//! How SQLite finds what a read model is asked for: by the index that is there for it, and never by
//! reading a whole table. The statements are those that are really prepared, heard from SQLite.

use std::{cell::RefCell, fs, path::Path};

use kernel::{
    AttentionId, CommandId, ConferenceId, EventId, OrderId, PaymentId, Recorded, SeatTypeId,
    Timestamp,
};
use read_models::{
    Fact, READ_MODELS,
    answers::OrderStatus,
    attention, conference, draft_order, given_out, order_list,
    order_seats::{self, Place},
    payment, priced_order, seat_type,
};
use rusqlite::{
    Connection, Result,
    trace::{TraceEvent, TraceEventCodes},
};

const CONFERENCE: ConferenceId = ConferenceId::from_u128(1);
const ORDER: OrderId = OrderId::from_u128(2);
const PAYMENT: PaymentId = PaymentId::from_u128(3);
const SEAT_TYPE: SeatTypeId = SeatTypeId::from_u128(8);
const CARD: AttentionId = AttentionId::from_u128(4);

thread_local! {
    static HEARD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn hear(event: TraceEvent<'_>) {
    if let TraceEvent::Stmt(statement, _) = event {
        HEARD.with_borrow_mut(|heard| heard.push(statement.sql().into_owned()));
    }
}

fn tables() -> Connection {
    let conn = Connection::open_in_memory().expect("memory");
    for model in READ_MODELS {
        conn.execute_batch(model.schema).expect("a table");
    }
    conn
}

/// The statements that are run.
fn statements<T>(conn: &Connection, run: impl FnOnce(&Connection) -> T) -> Vec<String> {
    conn.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(hear));
    run(conn);
    conn.trace_v2(TraceEventCodes::empty(), None);
    HEARD.take()
}

/// The steps of a statement's plan that find rows, in their order. The elements of a list that is at
/// hand are no rows.
fn plan(conn: &Connection, sql: &str) -> Vec<String> {
    let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("it is SQL");
    let steps = plan.raw_query().mapped(|row| row.get::<_, String>(3));
    let steps: Vec<String> = steps.collect::<Result<_>>().expect("a plan");
    let finds = |step: &String| {
        (step.starts_with("SEARCH") || step.starts_with("SCAN")) && !step.contains("VIRTUAL TABLE")
    };
    steps.into_iter().filter(finds).collect()
}

/// Runs a query and compares how its statements, one after the other, find their rows.
#[track_caller]
fn finds<T>(run: impl FnOnce(&Connection) -> Result<T>, expected: &[&[&str]]) {
    let conn = tables();
    let heard = statements(&conn, |conn| drop(run(conn).expect("it can be asked")));
    let plans: Vec<Vec<String>> = heard.iter().map(|sql| plan(&conn, sql)).collect();
    assert_eq!(plans, expected, "{heard:#?}");
}

#[test]
fn conferences_and_seat_types() {
    finds(
        |conn| conference::by_id(conn, CONFERENCE),
        &[&["SEARCH rm_conference USING PRIMARY KEY (conference_id=?)"]],
    );
    finds(
        |conn| conference::by_slug(conn, "days"),
        &[&["SEARCH rm_conference USING INDEX rm_conference_by_slug (slug=?)"]],
    );
    // All of them are wanted, or may be the one; there are few.
    finds(|conn| conference::list(conn, true), &[&["SCAN rm_conference"]]);
    let email = "anna@example.org".parse().expect("an address");
    let code = "ABCDE".parse().expect("a code");
    finds(|conn| conference::locate(conn, &email, code), &[&["SCAN rm_conference"]]);
    finds(
        |conn| seat_type::list(conn, CONFERENCE),
        &[&["SEARCH rm_seat_type USING INDEX rm_seat_type_of_conference (conference_id=?)"]],
    );
}

#[test]
fn one_order() {
    finds(
        |conn| draft_order::by_id(conn, ORDER),
        &[&["SEARCH rm_draft_order USING PRIMARY KEY (order_id=?)"]],
    );
    finds(
        |conn| priced_order::by_id(conn, ORDER),
        &[&["SEARCH rm_priced_order USING PRIMARY KEY (order_id=?)"]],
    );
    finds(
        |conn| order_seats::by_order(conn, ORDER),
        &[&["SEARCH rm_order_seat USING PRIMARY KEY (order_id=?)"]],
    );
    let email = "anna@example.org".parse().expect("an address");
    let code = "ABCDE".parse().expect("a code");
    finds(
        |conn| order_list::locate(conn, CONFERENCE, &email, code),
        &[&["SEARCH rm_order USING INDEX rm_order_by_code (conference_id=? AND access_code=?)"]],
    );
    finds(
        |conn| order_list::is_code_taken(conn, CONFERENCE, code),
        &[&["SEARCH rm_order USING COVERING INDEX rm_order_by_code \
             (conference_id=? AND access_code=?)"]],
    );
}

#[test]
fn a_page_of_orders_and_their_number() {
    let seats = ["SEARCH rm_order_seat USING PRIMARY KEY (order_id=?)"];
    let page = [
        "SEARCH rm_order USING PRIMARY KEY (order_id=?)",
        "SEARCH rm_order USING COVERING INDEX rm_order_of_conference \
         (conference_id=? AND placed_position<?)",
    ];
    let list = |search: &'static str, status| {
        move |conn: &Connection| order_list::list(conn, CONFERENCE, search, status, Some(9), 50)
    };
    finds(
        list("", None),
        &[
            &page,
            &["SEARCH rm_order USING COVERING INDEX rm_order_by_code (conference_id=?)"],
            &seats,
        ],
    );
    finds(
        list("", Some(OrderStatus::Confirmed)),
        &[
            &page,
            &["SEARCH rm_order USING COVERING INDEX rm_order_by_status \
               (conference_id=? AND status=?)"],
            &seats,
        ],
    );
    let searched = "SEARCH rm_order USING COVERING INDEX rm_order_of_conference (conference_id=?)";
    finds(list("anna", None), &[&page, &[searched], &seats]);
    finds(list("anna", Some(OrderStatus::Confirmed)), &[&page, &[searched], &seats]);
}

#[test]
fn a_page_of_attendees_and_their_number() {
    let page = [
        "SEARCH seat USING PRIMARY KEY (order_id=? AND position=?)",
        "SEARCH rm_order_seat USING COVERING INDEX rm_order_seat_of_conference \
         (conference_id=? AND (by_name,order_id,position)>(?,?,?))",
        "SEARCH list USING PRIMARY KEY (order_id=?)",
    ];
    let number =
        "SEARCH rm_order_seat USING COVERING INDEX rm_order_seat_of_conference (conference_id=?)";
    let after = Place::parse(&format!("{ORDER}.1.andersen\tanna")).expect("a place");
    for search in ["", "anna"] {
        finds(
            |conn| order_seats::list(conn, CONFERENCE, search, Some(&after), 50),
            &[&page, &[number]],
        );
    }
}

#[test]
fn what_a_window_may_still_hold_and_who_has_seats_of_a_type() {
    finds(
        |conn| order_list::held_at(conn, "kiosk", "Hall", ORDER),
        &[&["SEARCH rm_order USING INDEX rm_order_held (channel=? AND station=?)"]],
    );
    finds(
        |conn| order_seats::of_orders(conn, &[ORDER]),
        &[&["SEARCH rm_order_seat USING PRIMARY KEY (order_id=?)"]],
    );
    // The two that are scanned are what the others have found.
    finds(
        |conn| given_out::orders(conn, CONFERENCE, SEAT_TYPE, 10),
        &[&[
            "SEARCH rm_order_seat USING INDEX rm_order_seat_of_conference (conference_id=?)",
            "SEARCH held USING COVERING INDEX rm_order_by_status (conference_id=? AND status=?)",
            "SEARCH draft USING PRIMARY KEY (order_id=?)",
            "SCAN given_out",
            "SEARCH list USING PRIMARY KEY (order_id=?)",
            "SCAN (subquery-4)",
        ]],
    );
}

#[test]
fn the_dashboard() {
    finds(
        |conn| order_list::counts(conn, CONFERENCE),
        &[&["SEARCH rm_order USING COVERING INDEX rm_order_by_status (conference_id=?)"]],
    );
}

#[test]
fn payments() {
    finds(
        |conn| payment::by_id(conn, PAYMENT),
        &[&["SEARCH rm_payment USING PRIMARY KEY (payment_id=?)"]],
    );
    let of_order = "SEARCH rm_payment USING INDEX rm_payment_of_order (order_id=?)";
    finds(|conn| payment::of_order(conn, ORDER), &[&[of_order]]);
    finds(|conn| payment::is_awaited(conn, ORDER), &[&[of_order]]);
    finds(|conn| payment::open_of_order(conn, ORDER), &[&[of_order]]);
}

#[test]
fn what_the_organizer_has_to_decide() {
    finds(
        |conn| attention::open_cards(conn, CONFERENCE),
        &[&[
            "SEARCH card USING INDEX rm_attention_of_conference (conference_id=?)",
            "SEARCH list USING PRIMARY KEY (order_id=?)",
        ]],
    );
    finds(
        |conn| attention::order_of(conn, CARD),
        &[&["SEARCH rm_attention USING PRIMARY KEY (attention_id=?)"]],
    );
    finds(
        |conn| attention::is_open_for(conn, ORDER),
        &[&["SEARCH rm_attention USING COVERING INDEX rm_attention_of_order (order_id=?)"]],
    );
}

/// Every golden event.
fn golden() -> Vec<Fact> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/data/events");
    let files = fs::read_dir(folder).expect("the golden events");
    let read = |path: &Path| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let data = fs::read_to_string(path).expect("text");
        let name = name.split('.').next().expect("a name");
        Fact::decode(name, 1, &data).expect("an event")
    };
    files.map(|file| read(&file.expect("a file").path())).collect()
}

#[test]
fn no_projection_reads_a_whole_table_but_those_of_an_erasure() {
    let conn = tables();
    let mut scans = Vec::new();
    for event in golden() {
        let name = event.type_name();
        let recorded = Recorded {
            position: 1,
            revision: 1,
            event_id: EventId::from_u128(5),
            command_id: CommandId::from_u128(6),
            device: uuid::Uuid::from_u128(7),
            actor: "organizer@Web".to_owned(),
            recorded_at: Timestamp::from_micros(0),
            event,
        };
        for sql in statements(&conn, |conn| read_models::project(conn, &recorded, |_| {})) {
            let steps = plan(&conn, &sql).into_iter().filter(|step| step.starts_with("SCAN"));
            scans.extend(steps.map(|step| format!("{name}: {step}")));
        }
    }
    scans.sort_unstable();
    // There are few conferences. That the orders are read as a whole, and twice, for each entry of
    // somebody who is erased is not how it should be.
    assert_eq!(
        scans,
        [
            "PersonErased: SCAN list",
            "PersonErased: SCAN rm_conference",
            "PersonErased: SCAN rm_order"
        ]
    );
}
