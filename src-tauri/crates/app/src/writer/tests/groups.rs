//! Commands in one group, of which one fails.

use serde_json::{Value, json};
use testkit::{ANNA, BORIS, CARLA, CONFERENCE, DMITRI, GA, Person};

use super::super::steps::{Failed, in_the_open};
use super::*;

/// The command that is spoilt by [`spoil`].
const SPOILT: u128 = 66;
const PAYMENT: Uuid = Uuid::from_u128(0xDA1);

#[test]
fn what_is_bought_beside_a_command_that_fails_half_way_is_bought_as_without_it() {
    let [with, without] = [true, false].map(|is_spoilt| {
        let mut given = on_sale();
        let mut group = vec![
            (11, "RegisterToConference", seats(&ANNA, 2)),
            (12, "AssignRegistrantDetails", testkit::details(ANNA.order, &ANNA)),
            (13, "InitiateThirdPartyProcessorPayment", payment(&ANNA)),
            (14, "CompleteThirdPartyProcessorPayment", json!({ "paymentId": PAYMENT })),
            (15, "RegisterToConference", seats(&CARLA, 1)),
            // Anna's browser sends it once more.
            (11, "RegisterToConference", seats(&ANNA, 2)),
        ];
        if is_spoilt {
            group.insert(3, (SPOILT, "RegisterToConference", seats(&BORIS, 3)));
        }
        let mut answers = given.together(group);
        if is_spoilt {
            assert_eq!(answers.remove(3).expect_err("it failed half-way").code, "Broken");
        }
        assert_eq!(given.writer.counters.read().reruns, u64::from(is_spoilt));
        answers.push(given.attempt(16, "RegisterToConference", seats(&DMITRI, 4)));
        let answers: Vec<_> = answers.into_iter().map(|answer| told(&answer)).collect();
        assert_eq!(answers[0], answers[5], "the same command is answered in the same way");
        (answers, given.writer.store.last_position(), given.orders())
    });
    assert_eq!(with, without);
    let orders: Vec<&str> = with.2.iter().map(|(_, state)| state.as_str()).collect();
    assert_eq!(orders, ["Confirmed", "ReservationCompleted", "ReservationCompleted"]);
}

#[test]
fn who_is_refused_before_anything_was_written_troubles_nobody() {
    let mut given = Given::new();
    given.creates(1).expect("the disk takes it");
    let mut taken = conference(1);
    taken["conferenceId"] = json!(Uuid::from_u128(2));
    let stranger = json!({ "personId": Uuid::from_u128(4), "reason": "asked for" });
    let answers = given.together(vec![
        (2, "CreateConference", taken),
        (3, "CreateConference", conference(3)),
        (4, "ErasePerson", stranger),
    ]);
    let codes: Vec<_> = answers.iter().map(|one| one.as_ref().map_err(|one| one.code)).collect();
    assert!(matches!(codes[..], [Err(_), Ok(_), Err("RefusedNotFound")]), "{codes:?}");
    let counted = given.writer.counters.read();
    assert_eq!((counted.largest_group, counted.reruns), (3, 0));
}

#[test]
fn an_invoice_that_is_refused_gives_no_number_and_troubles_nobody() {
    let mut given = on_sale();
    given.attempt(11, "RegisterToConference", seats(&ANNA, 2)).expect("there are seats");
    let details = testkit::details(ANNA.order, &ANNA);
    given.attempt(12, "AssignRegistrantDetails", details).expect("she has a name");
    let id = PAYMENT.to_string();
    let mut nameless = testkit::invoice(&id, ANNA.order, &ANNA);
    nameless["billing"]["name"] = json!("");
    let answers = given.together(vec![
        (13, "InitiateInvoicePayment", nameless),
        (14, "InitiateInvoicePayment", testkit::invoice(&id, ANNA.order, &ANNA)),
    ]);
    assert_eq!(answers[0].as_ref().expect_err("a bill has an addressee").code, "InvalidRequired");
    assert!(told(&answers[1]).contains("K1-0001"), "{answers:?}");
    assert_eq!(given.writer.counters.read().reruns, 0);
}

#[test]
fn an_erasure_beside_a_command_that_fails_half_way_leaves_no_key_and_no_trace_in_the_wal() {
    let mut given = Given::new();
    spoil(&given);
    given.creates(1).expect("the disk takes it");
    let owner = "SELECT owner_person FROM conferences";
    let connection = given.writer.store.connection();
    let owner: [u8; 16] = connection.query_row(owner, [], |row| row.get(0)).expect("an owner");
    let owner = Uuid::from_bytes(owner);
    let answers = given.together(vec![
        (2, "ErasePerson", json!({ "personId": owner, "reason": "asked for" })),
        (SPOILT, "CreateConference", conference(2)),
    ]);
    assert!(answers[0].is_ok() && answers[1].is_err(), "{answers:?}");
    assert_eq!(given.writer.counters.read().reruns, 1);
    let has_key = given.writer.store.has_key(PersonId::from_uuid(owner));
    assert!(!has_key.expect("a table"));
    assert_eq!(given.wal_length(), 0);
}

#[test]
fn a_step_without_a_savepoint_that_panics_tells_whether_it_has_written() {
    let mut given = Given::new();
    given.writer.store.begin().expect("a transaction");
    for (writes, is_untouched) in [(false, true), (true, false)] {
        let failed = given.panics_in_the_open(writes);
        assert_eq!((failed.error.code, failed.is_untouched), ("Broken", is_untouched));
    }
    given.writer.undo();
    given.creates(1).expect("a transaction can be begun");
}

impl Given {
    fn panics_in_the_open(&mut self, writes: bool) -> Failed {
        let occasion = Occasion {
            command_id: CommandId::from_u128(1),
            caller: Caller::program(),
            at: NINE_O_CLOCK,
            secrets: &self.writer.secrets,
        };
        let (store, memory) = (&mut self.writer.store, &mut self.writer.memory);
        let step = in_the_open(store, memory, &mut BTreeSet::new(), occasion, |unit| {
            if writes {
                unit.store.connection().execute("DELETE FROM settings WHERE name = 'x'", [])?;
                settings::keep(unit.connection(), "x", "half way")?;
            }
            panic!("half way")
        });
        let Err(failed) = step.map(|()| "it went well") else { panic!("it panicked") };
        failed
    }

    /// Every order and where it stands.
    fn orders(&self) -> Vec<(Uuid, String)> {
        let sql = "SELECT order_id, state FROM rm_draft_order ORDER BY order_id";
        let mut orders = self.writer.store.connection().prepare(sql).expect("a table");
        let rows = orders.query_map([], |row| {
            let id: [u8; 16] = row.get(0)?;
            Ok((Uuid::from_bytes(id), row.get(1)?))
        });
        rows.and_then(Iterator::collect).expect("orders")
    }
}

/// The standard conference, which sells ten seats, with [`SPOILT`] spoilt.
fn on_sale() -> Given {
    let mut given = Given::new();
    spoil(&given);
    let commands = [
        (1, "CreateConference", testkit::conference_form(CONFERENCE, "cqrs-days")),
        (2, "CreateSeatType", testkit::seat_type_form(GA, 10)),
        (3, "PublishConference", json!({ "conferenceId": CONFERENCE })),
    ];
    for (number, method, params) in commands {
        given.attempt(number, method, params).expect("the disk takes it");
    }
    given
}

/// The last thing that a command does is to be noted, when all that it means is written.
fn spoil(given: &Given) {
    let half_way = "CREATE TEMP TRIGGER half_way BEFORE INSERT ON commands
        WHEN NEW.command_id = x'00000000000000000000000000000042'
        BEGIN SELECT RAISE(ABORT, 'half way'); END";
    given.writer.store.connection().execute_batch(half_way).expect("a trigger");
}

fn seats(person: &Person, quantity: i64) -> Value {
    testkit::registration(person.order, &[(GA, quantity)])
}

fn payment(person: &Person) -> Value {
    json!({ "paymentId": PAYMENT, "orderId": person.order })
}

fn told(answer: &Answer) -> String {
    answer.as_ref().expect("it is accepted").get().to_owned()
}
