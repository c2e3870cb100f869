//! Stored events of every kind of damage: reading them back is an error or an event, never a panic,
//! and what was read can be folded and projected. `PROPTEST_CASES` asks for more of them.

use std::{fs, path::Path};

use kernel::{CommandId, Decider, EventId, PersonId, Recorded, Timestamp, Vault};
use proptest::{collection::vec, prelude::*, sample::Index};
use read_models::{Fact, READ_MODELS, project};
use registration::{
    order::Order, seat_assignments::SeatAssignments, seats_availability::SeatsAvailability,
};
use rusqlite::Connection;
use serde_json::{Value, json};

/// Every golden event: its name and its data.
fn golden() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/data/events");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the golden events")
        .map(|entry| entry.expect("it is there").path())
        .collect();
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let name = path.file_name().expect("it is there").to_str().expect("it is there");
        let name = name.split_once('.').expect("it is there").0.to_owned();
        (name, serde_json::from_str(&fs::read_to_string(path).expect("text")).expect("JSON"))
    };
    files.iter().map(read).collect()
}

/// What is done to a stored event.
#[derive(Debug, Clone)]
enum Damage {
    Put(Index, Value),
    Remove(Index),
    Repeat(Index, usize),
    Byte(Index, u8),
    Cut(Index),
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        proptest::sample::select(vec![
            0,
            -1,
            i64::MIN,
            i64::MAX,
            i64::from(u32::MAX),
            i64::from(u32::MAX) + 1,
            i64::from(i32::MIN),
            1 << 53,
        ])
        .prop_map(|number| json!(number)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<u64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        any::<u8>().prop_map(|number| json!(number)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => number(),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(|value| json!(value)),
        1 => any::<String>().prop_map(|text| json!(text)),
        1 => Just(json!("x".repeat(100_000))),
        1 => Just(json!("9999-12-31T23:59:60.999999999Z")),
        1 => Just(json!("-262144-01-01T00:00:00Z")),
        1 => Just(json!("00000000-0000-0000-0000-00000000000a")),
        1 => (1_usize..100).prop_map(|depth| (0..depth).fold(json!(0), |inner, _| json!([inner]))),
        1 => Just(json!({ "person": "00000000-0000-0000-0000-0000000000fa", "sealed": "!" })),
    ]
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        6 => (any::<Index>(), value()).prop_map(|(at, value)| Damage::Put(at, value)),
        2 => (any::<Index>(), number()).prop_map(|(at, value)| Damage::Put(at, value)),
        1 => any::<Index>().prop_map(Damage::Remove),
        1 => (any::<Index>(), 2_usize..200).prop_map(|(at, times)| Damage::Repeat(at, times)),
        1 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        1 => any::<Index>().prop_map(Damage::Cut),
    ]
}

/// The ways to every value within a value.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                places(field, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(values) => {
            for (number, value) in values.iter().enumerate() {
                places(value, &format!("{at}/{number}"), found);
            }
        }
        _ => {}
    }
}

/// An event's text with all damages.
fn damaged(mut event: Value, damages: &[Damage]) -> String {
    for damage in damages {
        let mut found = Vec::new();
        places(&event, "", &mut found);
        match damage {
            Damage::Put(at, value) => {
                *event.pointer_mut(at.get::<String>(&found)).expect("it is there") = value.clone()
            }
            Damage::Remove(at) => {
                let Some((above, name)) = at.get(&found).rsplit_once('/') else { continue };
                if let Some(fields) = event.pointer_mut(above).expect("it is there").as_object_mut()
                {
                    fields.remove(name);
                }
            }
            Damage::Repeat(at, times) => {
                if let Some(values) =
                    event.pointer_mut(at.get::<String>(&found)).expect("it is there").as_array_mut()
                    && let Some(first) = values.first().cloned()
                {
                    values.extend(vec![first; *times]);
                }
            }
            Damage::Byte(..) | Damage::Cut(_) => {}
        }
    }
    let mut bytes = event.to_string().into_bytes();
    for damage in damages {
        match damage {
            Damage::Byte(at, byte) if !bytes.is_empty() => *at.get_mut(&mut bytes) = *byte,
            Damage::Cut(at) if !bytes.is_empty() => bytes.truncate(at.index(bytes.len())),
            _ => {}
        }
    }
    // A stored event is text; SQLite refuses other bytes before anybody decodes them.
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Seals nothing, for everything read from the log is sealed.
struct Sealed;

impl Vault for Sealed {
    fn seal(&mut self, _: PersonId, _: &str, _: &[u8]) -> String {
        unreachable!("a stored event has no personal data in clear")
    }

    fn open(&mut self, _: PersonId, _: &str, _: &str) -> Option<Vec<u8>> {
        None
    }
}

fn recorded(position: i64, event: Fact) -> Recorded<Fact> {
    Recorded {
        position,
        revision: 1,
        event_id: EventId::from_u128(position.unsigned_abs().into()),
        command_id: CommandId::from_u128(7),
        device: uuid::Uuid::from_u128(9),
        actor: "organizer".to_owned(),
        recorded_at: Timestamp::from_micros(1_795_424_400_000_000),
        event,
    }
}

/// The read models after some facts.
fn projected(facts: &[Fact]) -> Connection {
    let connection = Connection::open_in_memory().expect("a database");
    for model in READ_MODELS {
        connection.execute_batch(model.schema).expect("a table");
    }
    for (position, fact) in (1..).zip(facts) {
        // An error of the database is one; a panic is none.
        let _ = project(&connection, &recorded(position, fact.clone()), |_| {});
    }
    connection
}

/// Every aggregate after some facts.
fn folded(facts: &[Fact]) {
    let (mut order, mut seats) = (Order::default(), SeatsAvailability::default());
    let mut assignments = SeatAssignments::default();
    for fact in facts {
        match fact {
            Fact::Order(event) => order.evolve(event),
            Fact::SeatsAvailability(event) => seats.evolve(event),
            Fact::SeatAssignments(event) => assignments.evolve(event),
            Fact::Conference(_) | Fact::Attention(_) | Fact::Payment(_) | Fact::Person(_) => {}
        }
    }
}

proptest! {
    #[test]
    fn a_damaged_event_is_an_error_or_an_event_that_reads_back_the_same(
        which in any::<Index>(), damages in vec(damage(), 1..4),
    ) {
        let golden = golden();
        let (name, event) = which.get(&golden);
        let text = damaged(event.clone(), &damages);
        let Ok(mut fact) = Fact::decode(name, 1, &text) else { return Ok(()) };
        let stored = fact.encode_sealed(&mut Sealed).expect("it is sealed");
        let again = Fact::decode(name, 1, &stored).expect("what was read can be read again");
        prop_assert_eq!(&again, &fact);
        fact.open(&mut Sealed);
    }

    #[test]
    fn what_could_be_read_can_be_folded_and_projected(
        which in any::<Index>(), damages in vec(damage(), 1..3),
    ) {
        let golden = golden();
        let number = which.index(golden.len());
        let (name, event) = &golden[number];
        let text = damaged(event.clone(), &damages);
        let Ok(odd) = Fact::decode(name, 1, &text) else { return Ok(()) };
        // The odd one in its place, twice, and everything else before and after it.
        let mut facts: Vec<Fact> = golden
            .iter()
            .map(|(name, event)| Fact::decode(name, 1, &event.to_string()).expect("a golden event"))
            .collect();
        facts.extend(facts.clone());
        facts.insert(golden.len() + number, odd.clone());
        facts.insert(golden.len() + number, odd);
        folded(&facts);
        projected(&facts);
    }

    #[test]
    fn any_text_under_any_name_is_an_error_or_an_event(
        which in any::<Index>(), name in any::<String>(), version in any::<u16>(),
        text in any::<String>(),
    ) {
        let golden = golden();
        let _ = Fact::decode(&name, version, &text);
        let _ = Fact::decode(&which.get(&golden).0, version, &text);
        let _ = Fact::decode(&which.get(&golden).0, 1, &text);
    }
}

#[test]
fn what_is_nested_too_deeply_is_an_error() {
    for (name, _) in golden() {
        for (open, close) in [("[", "]"), ("{\"orderId\":", "}")] {
            let text = format!("{}0{}", open.repeat(100_000), close.repeat(100_000));
            assert!(Fact::decode(&name, 1, &text).is_err(), "{name}");
        }
    }
}
