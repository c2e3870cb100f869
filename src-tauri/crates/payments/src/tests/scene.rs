use kernel::{ConferenceId, Currency, Money, OrderId, PaymentId, PersonId, Personal, Timestamp};
use rusqlite::Connection;

use crate::*;

pub const RUSTCONF: ConferenceId = ConferenceId::from_u128(0xC1);
pub const ANNAS_ORDER: OrderId = OrderId::from_u128(0x01);
pub const BORIS_ORDER: OrderId = OrderId::from_u128(0x02);
pub const FIRST_TRY: PaymentId = PaymentId::from_u128(0xF1);
pub const SECOND_TRY: PaymentId = PaymentId::from_u128(0xF2);
pub const ANNA: PersonId = PersonId::from_u128(0xA1);
pub const TOKEN: &str = "0f8fad5bd9cb469fa16570867728950e";
pub const NOON: Timestamp = Timestamp::from_micros(1_795_435_200_000_000);

/// The tables, and the log of all that happened to them.
pub struct Scene {
    pub connection: Connection,
    pub log: Vec<PaymentEvent>,
}

pub struct Outcome {
    scene: Scene,
    result: Result<Vec<PaymentEvent>, HandleError>,
}

pub fn given(history: impl IntoIterator<Item = PaymentEvent>) -> Scene {
    let mut scene = Scene { connection: empty_tables(), log: vec![] };
    for event in history {
        apply(&scene.connection, &event).unwrap();
        scene.log.push(event);
    }
    scene
}

impl Scene {
    pub fn when(mut self, command: PaymentCommand) -> Outcome {
        let before = rows(&self.connection);
        let result = handle(&self.connection, &command);
        match &result {
            Ok(events) => self.log.extend_from_slice(events),
            Err(_) => assert_eq!(rows(&self.connection), before, "a refusal changes no table"),
        }
        assert_eq!(rows(&given(self.log.clone()).connection), rows(&self.connection), "rebuilt");
        Outcome { scene: self, result }
    }
}

impl Outcome {
    #[track_caller]
    pub fn then(self, expected: impl IntoIterator<Item = PaymentEvent>) -> Scene {
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!(self.result.unwrap(), expected);
        self.scene
    }

    #[track_caller]
    pub fn then_nothing(self) -> Scene {
        self.then([])
    }

    #[track_caller]
    pub fn then_refused(self, expected: PaymentError, code: &str) -> Scene {
        let refused = self.refusal();
        assert_eq!((refused.1.code(), refused.1), (code, expected));
        refused.0
    }

    /// Every field that is marked, with its code, in the order of the form.
    #[track_caller]
    pub fn then_invalid<const N: usize>(self, expected: [(&str, &str); N]) -> Scene {
        let (scene, refused) = self.refusal();
        let PaymentError::Billing(errors) = &refused else { panic!("no field: {refused:?}") };
        let marked: Vec<_> = errors.iter().map(|error| (error.field, error.code())).collect();
        assert_eq!(marked, expected, "{refused}");
        assert_eq!((refused.field(), refused.code()), (Some(expected[0].0), expected[0].1));
        scene
    }

    #[track_caller]
    fn refusal(self) -> (Scene, PaymentError) {
        match self.result {
            Err(HandleError::Refused(error)) => (self.scene, error),
            other => panic!("not refused: {other:?}"),
        }
    }
}

pub fn empty_tables() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    let sql = include_str!("../../../../../migrations/0003_payments.sql");
    connection.execute_batch(sql).unwrap();
    connection
}

/// Every row of every table, as text.
pub fn rows(connection: &Connection) -> Vec<String> {
    let mut rows = vec![];
    for table in ["payments", "invoices", "invoice_series"] {
        let sql = format!("SELECT * FROM {table} ORDER BY 1");
        let mut statement = connection.prepare(&sql).unwrap();
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

pub fn items() -> Vec<PaymentItem> {
    let item = |description: &str, cents| PaymentItem {
        description: description.into(),
        quantity: 1,
        unit_price: usd(cents),
        line_total: usd(cents),
    };
    vec![item("General admission", 19_900), item("Cocktail party", 5_000)]
}

/// Anna pays for one admission and one party.
pub fn initiation() -> InitiateThirdPartyProcessorPayment {
    InitiateThirdPartyProcessorPayment {
        payment_id: FIRST_TRY,
        order_id: ANNAS_ORDER,
        conference_id: RUSTCONF,
        description: "RustConf, order K7QXM".into(),
        amount: usd(24_900),
        items: items(),
        token: TOKEN.into(),
    }
}

pub fn initiate(command: InitiateThirdPartyProcessorPayment) -> PaymentCommand {
    PaymentCommand::InitiateThirdPartyProcessorPayment(command)
}

/// The processor's window answers.
pub fn answer(token: &str) -> SettleThirdPartyProcessorPayment {
    SettleThirdPartyProcessorPayment {
        payment_id: FIRST_TRY,
        token: Some(token.into()),
        caller_stands_for_processor: false,
    }
}

pub fn complete(command: SettleThirdPartyProcessorPayment) -> PaymentCommand {
    PaymentCommand::CompleteThirdPartyProcessorPayment(command)
}

pub fn cancel(command: SettleThirdPartyProcessorPayment) -> PaymentCommand {
    PaymentCommand::CancelThirdPartyProcessorPayment(command)
}

pub fn initiated() -> PaymentEvent {
    PaymentEvent::PaymentInitiated(PaymentInitiated {
        payment_id: FIRST_TRY,
        order_id: ANNAS_ORDER,
        conference_id: RUSTCONF,
        description: "RustConf, order K7QXM".into(),
        amount: usd(24_900),
        items: items(),
        token_hash: TokenHash::of(TOKEN),
    })
}

fn settled() -> PaymentSettled {
    PaymentSettled {
        payment_id: FIRST_TRY,
        order_id: ANNAS_ORDER,
        conference_id: RUSTCONF,
        amount: usd(24_900),
    }
}

pub fn completed() -> PaymentEvent {
    PaymentEvent::PaymentCompleted(settled())
}

pub fn rejected() -> PaymentEvent {
    PaymentEvent::PaymentRejected(settled())
}

pub fn billing() -> Billing {
    Billing {
        name: "Anna Andersson AB".into(),
        address: "Storgatan 1\n111 22 Stockholm".into(),
        country: "SE".into(),
        tax_id: Some("SE556000000001".into()),
    }
}

pub fn billing_form() -> BillingForm {
    let Billing { name, address, country, tax_id } = billing();
    BillingForm { name, address, country, tax_id }
}

/// Anna asks for an invoice instead.
pub fn invoicing() -> InitiateInvoicePayment {
    InitiateInvoicePayment {
        payment_id: FIRST_TRY,
        order_id: ANNAS_ORDER,
        conference_id: RUSTCONF,
        amount: usd(24_900),
        items: items(),
        billing: billing_form(),
        payer: ANNA,
        policy: InvoicePolicy::ConfirmAtOnce,
        series: "K3".into(),
        at: NOON,
    }
}

pub fn invoice(command: InitiateInvoicePayment) -> PaymentCommand {
    PaymentCommand::InitiateInvoicePayment(command)
}

pub fn mark_paid(number: &str) -> PaymentCommand {
    PaymentCommand::MarkInvoicePaid(MarkInvoicePaid { invoice_number: number.into() })
}

pub fn issue() -> InvoiceIssued {
    InvoiceIssued {
        payment_id: FIRST_TRY,
        order_id: ANNAS_ORDER,
        conference_id: RUSTCONF,
        series: "K3".into(),
        series_number: 1,
        number: "K3-0001".into(),
        amount: usd(24_900),
        items: items(),
        billing: Personal::known(ANNA, billing()),
        policy: InvoicePolicy::ConfirmAtOnce,
        issued_at: NOON,
        due_at: None,
    }
}

pub fn issued(event: InvoiceIssued) -> PaymentEvent {
    PaymentEvent::InvoiceIssued(Box::new(event))
}

pub fn paid() -> PaymentEvent {
    PaymentEvent::InvoicePaid(InvoicePaid {
        payment_id: FIRST_TRY,
        order_id: ANNAS_ORDER,
        conference_id: RUSTCONF,
        number: "K3-0001".into(),
        amount: usd(24_900),
    })
}
