use kernel::{AccessCode, ConferenceId, Currency, Money, PersonId, Personal, SeatTypeId};
use rusqlite::Connection;

use crate::*;

pub const RUSTCONF: ConferenceId = ConferenceId::from_u128(0xC1);
pub const GOPHERCON: ConferenceId = ConferenceId::from_u128(0xC2);
pub const OLGA: PersonId = PersonId::from_u128(0xA1);
pub const GENERAL: SeatTypeId = SeatTypeId::from_u128(0x51);
pub const WORKSHOP: SeatTypeId = SeatTypeId::from_u128(0x52);
pub const COCKTAIL: SeatTypeId = SeatTypeId::from_u128(0x53);

/// The tables, and the log of all that happened to them.
pub struct Scene {
    pub connection: Connection,
    pub log: Vec<ConferenceEvent>,
}

pub struct Outcome {
    pub scene: Scene,
    result: Result<Vec<ConferenceEvent>, HandleError>,
}

pub fn given(history: impl IntoIterator<Item = ConferenceEvent>) -> Scene {
    let mut scene = Scene { connection: empty_tables(), log: vec![] };
    for event in history {
        apply(&scene.connection, &event).unwrap();
        scene.log.push(event);
    }
    scene
}

impl Scene {
    pub fn when(mut self, command: ConferenceCommand) -> Outcome {
        let before = rows(&self.connection);
        let result = handle(&self.connection, &command);
        match &result {
            Ok(events) => self.log.extend_from_slice(events),
            Err(_) => assert_eq!(rows(&self.connection), before, "a refusal changes no table"),
        }
        assert_eq!(rows(&given(self.log.clone()).connection), rows(&self.connection), "rebuilt");
        Outcome { scene: self, result }
    }

    pub fn load(&self, conference_id: ConferenceId) -> Conference {
        load(&self.connection, conference_id).unwrap().unwrap()
    }
}

impl Outcome {
    #[track_caller]
    pub fn then(self, expected: impl IntoIterator<Item = ConferenceEvent>) -> Scene {
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!(self.result.unwrap(), expected);
        self.scene
    }

    #[track_caller]
    pub fn then_nothing(self) -> Scene {
        self.then([])
    }

    #[track_caller]
    pub fn then_refused(self, code: &str) -> Scene {
        let refused = refusal(self.result);
        assert_eq!((refused.code(), refused.field()), (code, None), "{refused}");
        self.scene
    }

    /// Every field that is marked, with its code, in the order of the form.
    #[track_caller]
    pub fn then_invalid<const N: usize>(self, expected: [(&str, &str); N]) -> Scene {
        let refused = refusal(self.result);
        let marked: Vec<_> =
            refused.fields().iter().map(|error| (error.field, error.code())).collect();
        assert_eq!(marked, expected, "{refused}");
        assert_eq!((refused.field(), refused.code()), (Some(expected[0].0), expected[0].1));
        self.scene
    }
}

#[track_caller]
fn refusal(result: Result<Vec<ConferenceEvent>, HandleError>) -> ConferenceError {
    match result {
        Err(HandleError::Refused(error)) => error,
        other => panic!("not refused: {other:?}"),
    }
}

pub fn empty_tables() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    let sql = include_str!("../../../../../migrations/0002_conference.sql");
    connection.execute_batch(sql).unwrap();
    connection
}

/// Every row of every table, as text.
pub fn rows(connection: &Connection) -> Vec<String> {
    let mut rows = vec![];
    for sql in
        ["SELECT * FROM conferences ORDER BY conference_id", "SELECT * FROM seat_types ORDER BY 1"]
    {
        let mut statement = connection.prepare(sql).unwrap();
        let columns = statement.column_count();
        let read = statement.query_map([], |row| {
            (0..columns).map(|c| row.get_ref(c).map(|value| format!("{value:?} "))).collect()
        });
        rows.extend(read.unwrap().map(Result::<String, _>::unwrap));
    }
    rows
}

pub fn usd(cents: i64) -> Money {
    Money::new(cents, Currency::USD)
}

pub fn code(text: &str) -> AccessCode {
    text.parse().unwrap()
}

/// Olga's form for her conference.
pub fn creation() -> CreateConference {
    CreateConference {
        conference_id: RUSTCONF,
        name: "RustConf".into(),
        description: "Three days of Rust.\nBring a jumper.".into(),
        location: "Berlin".into(),
        tagline: Some("Fearless".into()),
        slug: "RustConf-26".into(),
        start_date: "2026-11-23".into(),
        end_date: "2026-11-25".into(),
        time_zone: "Europe/Berlin".into(),
        currency: "USD".into(),
        owner_name: "Olga Orlova".into(),
        owner_email: "olga@example.org".into(),
        owner: OLGA,
        access_code: code("K7QXM"),
    }
}

/// The form that changes nothing of [`created`].
pub fn same_details() -> UpdateConference {
    let creation = creation();
    UpdateConference {
        conference_id: creation.conference_id,
        name: creation.name,
        description: creation.description,
        location: creation.location,
        tagline: creation.tagline,
        start_date: creation.start_date,
        end_date: creation.end_date,
        time_zone: creation.time_zone,
    }
}

pub fn details() -> ConferenceDetails {
    ConferenceDetails {
        name: "RustConf".into(),
        description: "Three days of Rust.\nBring a jumper.".into(),
        location: "Berlin".into(),
        tagline: Some("Fearless".into()),
        start_date: "2026-11-23".parse().unwrap(),
        end_date: "2026-11-25".parse().unwrap(),
        time_zone: "Europe/Berlin".into(),
    }
}

pub fn olga() -> Owner {
    Owner { name: "Olga Orlova".parse().unwrap(), email: "olga@example.org".parse().unwrap() }
}

pub fn creation_event() -> ConferenceCreated {
    ConferenceCreated {
        conference_id: RUSTCONF,
        details: details(),
        slug: "RustConf-26".into(),
        currency: Currency::USD,
        access_code: code("K7QXM"),
        owner: Personal::known(OLGA, olga()),
    }
}

pub fn created() -> ConferenceEvent {
    ConferenceEvent::ConferenceCreated(Box::new(creation_event()))
}

/// Another conference of Olga's, with another code.
pub fn gophercon_created() -> ConferenceEvent {
    ConferenceEvent::ConferenceCreated(Box::new(ConferenceCreated {
        conference_id: GOPHERCON,
        slug: "gophercon".into(),
        access_code: code("P2345"),
        ..creation_event()
    }))
}

pub fn published() -> ConferenceEvent {
    ConferenceEvent::ConferencePublished(ConferencePublished { conference_id: RUSTCONF })
}

pub fn unpublished() -> ConferenceEvent {
    ConferenceEvent::ConferenceUnpublished(ConferenceUnpublished {
        conference_id: RUSTCONF,
        redirect_url: None,
    })
}

pub fn terms(seat_type_id: SeatTypeId, name: &str, price: Money, quantity: u32) -> SeatTypeTerms {
    SeatTypeTerms {
        conference_id: RUSTCONF,
        seat_type_id,
        name: name.into(),
        description: "One seat".into(),
        price,
        quantity,
    }
}

pub fn general(quantity: u32) -> SeatTypeTerms {
    terms(GENERAL, "General admission", usd(19_900), quantity)
}

pub fn form(terms: SeatTypeTerms) -> SeatTypeForm {
    SeatTypeForm {
        conference_id: terms.conference_id,
        seat_type_id: terms.seat_type_id,
        name: terms.name,
        description: terms.description,
        price: terms.price,
        quantity: terms.quantity.into(),
    }
}

pub fn create(command: CreateConference) -> ConferenceCommand {
    ConferenceCommand::CreateConference(command)
}

pub fn update(command: UpdateConference) -> ConferenceCommand {
    ConferenceCommand::UpdateConference(command)
}

pub fn publish() -> ConferenceCommand {
    ConferenceCommand::PublishConference(PublishConference { conference_id: RUSTCONF })
}

pub fn unpublish(redirect_url: Option<&str>) -> ConferenceCommand {
    ConferenceCommand::UnpublishConference(UnpublishConference {
        conference_id: RUSTCONF,
        redirect_url: redirect_url.map(str::to_owned),
    })
}

pub fn create_seat_type(terms: SeatTypeTerms) -> ConferenceCommand {
    ConferenceCommand::CreateSeatType(form(terms))
}

pub fn update_seat_type(terms: SeatTypeTerms) -> ConferenceCommand {
    ConferenceCommand::UpdateSeatType(form(terms))
}

pub fn delete_seat_type(seat_type_id: SeatTypeId) -> ConferenceCommand {
    let conference_id = RUSTCONF;
    ConferenceCommand::DeleteSeatType(DeleteSeatType { conference_id, seat_type_id })
}

pub fn set_invoice_policy(invoice_policy: InvoicePolicy) -> ConferenceCommand {
    let conference_id = RUSTCONF;
    ConferenceCommand::SetInvoicePolicy(SetInvoicePolicy { conference_id, invoice_policy })
}
