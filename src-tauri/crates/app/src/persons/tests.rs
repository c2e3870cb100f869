//! Whoever was found early and is still meant is whoever is found late.

use event_store::Inspection;
use serde_json::json;
use testkit::{ANNA, BORIS, CARLA, DMITRI, GA, Person, Stage, id, text};

use super::*;

/// Anna buys under two addresses, sits on a seat of Boris's, and gives it back; Carla is erased in
/// the middle of it, and then buys once more.
fn story() -> Stage {
    let stage = Stage::std_conference(50);
    let buys = |order: &str, person: &Person| {
        stage.registers(order, &[(GA, 2)]);
        stage.gives_details(order, person);
        stage.pays_by_invoice(order, person);
    };
    [ANNA, BORIS, CARLA].iter().for_each(|person| buys(person.order, person));
    buys(&id(5), &Person { email: "ANNA@example.org", ..ANNA });
    stage.assigns(BORIS.order, 0, &ANNA);
    stage.assigns(BORIS.order, 0, &BORIS);
    let carla = json!({ "personId": registrant(&stage, &CARLA), "reason": "asked for" });
    stage.organizes("ErasePerson", carla);
    buys(DMITRI.order, &DMITRI);
    buys(&id(6), &CARLA);
    // An order that is Dmitri's first and Boris's in the end.
    stage.registers(&id(7), &[(GA, 1)]);
    stage.gives_details(&id(7), &DMITRI);
    stage.gives_details(&id(7), &BORIS);
    stage.pays_by_invoice(&id(7), &BORIS);
    stage
}

fn registrant(stage: &Stage, person: &Person) -> String {
    text(&stage.row(person.order)["registrantId"])
}

/// Everybody who is meant with somebody, told from all entries at once.
fn meant(entries: &[Entry], named: PersonId) -> BTreeSet<PersonId> {
    let own = entries.iter().filter(|entry| entry.person == named);
    let emails: Vec<EmailHash> = own.filter_map(|entry| entry.email).collect();
    let is_same = |entry: &&Entry| {
        entry.person == named || entry.email.is_some_and(|one| emails.contains(&one))
    };
    let same: Vec<&Entry> = entries.iter().filter(is_same).collect();
    let orders: Vec<Option<OrderId>> = same
        .iter()
        .filter(|entry| entry.part == Part::Registrant)
        .map(|entry| entry.order_id)
        .collect();
    let is_payer = |entry: &&Entry| entry.part == Part::Payer && orders.contains(&entry.order_id);
    let payers = entries.iter().filter(is_payer);
    same.into_iter().chain(payers).map(|entry| entry.person).chain([named]).collect()
}

#[test]
fn who_is_found_at_any_position_and_still_meant_is_who_is_found_at_the_end() {
    let stage = story();
    stage.app().close().expect("it closes");
    let data = Inspection::open(stage.folder(), crate::MIGRATIONS).expect("the log");
    let (log, keys) = (data.connection(), data.keys().expect("the keys"));
    let last = last_position(log).expect("a log");
    let mut entries = Vec::new();
    // Between two of these the log tells the same of everybody.
    let mut positions = vec![0, last];
    for_each(log, 0, last, |stored| {
        let entry = entry_in(stored, log, keys)?;
        if entry.is_some() || stored.type_name == ERASING {
            positions.push(stored.position);
        }
        entries.extend(entry);
        Ok::<(), Unreadable>(())
    })
    .expect("it can be read");

    let everybody: BTreeSet<PersonId> = entries.iter().map(|entry| entry.person).collect();
    let (mut still_so, mut changed) = (0, 0);
    for named in everybody {
        let expected = meant(&entries, named);
        for until in positions.clone() {
            let mut search = Search::of(named);
            search.found.until = until;
            while search.step(log, keys).expect("it can be read") {}
            let found = search.found();
            let persons = found.persons.clone();
            match found.if_still_so(log, keys).expect("it can be read") {
                Some(persons) => {
                    still_so += 1;
                    assert_eq!(persons, expected, "{named}, found at {until}");
                }
                None => {
                    changed += 1;
                    assert_ne!(until, last, "nothing was recorded since");
                }
            }
            if until == last {
                assert_eq!(persons, expected, "{named}");
            }
        }
    }
    assert!(0 < still_so && 0 < changed, "{still_so}, {changed}");
}
