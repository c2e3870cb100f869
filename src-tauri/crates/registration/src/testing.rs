//! What the tests of this crate share: fixed people, seats and moments, given/when/then, golden
//! files, and a vault that can be read.

use std::{collections::BTreeSet, fmt::Debug, fs, path::PathBuf, sync::Arc};

use kernel::{
    AccessCode, ConferenceId, Currency, Decider, DomainEvent, Money, OrderId, PersonId, Personal,
    SeatTypeId, Timestamp, Vault,
};

use crate::{
    order::Registrant,
    pricing::{Catalogue, CatalogueFact, Offer},
    seat_assignments::Attendee,
    seats::{SeatQuantity, WantedSeats},
};

pub(crate) const CONFERENCE: ConferenceId = ConferenceId::from_u128(0xC0);
pub(crate) const OTHER_CONFERENCE: ConferenceId = ConferenceId::from_u128(0xC1);

/// General admission, 199.00.
pub(crate) const GA: SeatTypeId = SeatTypeId::from_u128(0xA1);
/// The CQRS workshop, 500.00.
pub(crate) const WS: SeatTypeId = SeatTypeId::from_u128(0xA2);
/// The cocktail party, 50.00.
pub(crate) const CP: SeatTypeId = SeatTypeId::from_u128(0xA3);
/// Not on offer.
pub(crate) const BALLOON_RIDE: SeatTypeId = SeatTypeId::from_u128(0xAF);

/// Anna's order.
pub(crate) const ANNA: OrderId = OrderId::from_u128(0x0A);
/// Boris's order.
pub(crate) const BORIS: OrderId = OrderId::from_u128(0x0B);

pub(crate) const ANNA_HERSELF: PersonId = PersonId::from_u128(0xFA);
pub(crate) const SOMEBODY_NEW: PersonId = PersonId::from_u128(0xFF);

/// So many minutes after nine o'clock on the first day of sale.
pub(crate) const fn minute(minutes: i64) -> Timestamp {
    Timestamp::from_micros(1_795_424_400_000_000).plus_minutes(minutes)
}

pub(crate) fn code() -> AccessCode {
    "K7QXM".parse().unwrap()
}

pub(crate) const fn usd(cents: i64) -> Money {
    Money::new(cents, Currency::USD)
}

pub(crate) fn seats(lines: impl IntoIterator<Item = (SeatTypeId, u32)>) -> Vec<SeatQuantity> {
    let line = |(seat_type_id, quantity)| SeatQuantity { seat_type_id, quantity };
    lines.into_iter().map(line).collect()
}

pub(crate) fn wanted(lines: impl IntoIterator<Item = (SeatTypeId, i64)>) -> Vec<WantedSeats> {
    let line = |(seat_type_id, quantity)| WantedSeats { seat_type_id, quantity };
    lines.into_iter().map(line).collect()
}

pub(crate) fn offer(name: &str, cents: i64) -> Offer {
    Offer { name: name.to_owned(), price: usd(cents) }
}

pub(crate) fn unpublished() -> Catalogue {
    let mut catalogue = Catalogue::new(CONFERENCE, Currency::USD);
    for (seat_type_id, name, cents) in [
        (GA, "General admission", 19_900),
        (WS, "CQRS Workshop", 50_000),
        (CP, "Cocktail party", 5_000),
    ] {
        let offer = offer(name, cents);
        catalogue.evolve(&CatalogueFact::SeatTypeAnnounced { seat_type_id, offer });
    }
    catalogue
}

pub(crate) fn published() -> Catalogue {
    let mut catalogue = unpublished();
    catalogue.evolve(&CatalogueFact::Published);
    catalogue
}

/// The published conference after one more fact.
pub(crate) fn published_but(fact: &CatalogueFact) -> Arc<Catalogue> {
    let mut catalogue = published();
    catalogue.evolve(fact);
    Arc::new(catalogue)
}

pub(crate) fn anna() -> Registrant {
    Registrant {
        first_name: "Anna".parse().unwrap(),
        last_name: "Černá".parse().unwrap(),
        email: "anna@example.org".parse().unwrap(),
    }
}

pub(crate) fn attendee(first_name: &str, email: Option<&str>) -> Attendee {
    Attendee {
        first_name: first_name.parse().unwrap(),
        last_name: "Novák".parse().unwrap(),
        email: email.map(|email| email.parse().unwrap()),
    }
}

/// Personal data as it looks in the log.
pub(crate) fn sealed<T>() -> Personal<T> {
    Personal::Sealed { person: ANNA_HERSELF, sealed: "c2VhbGVk".to_owned() }
}

pub(crate) const fn erased<T>(person: PersonId) -> Personal<T> {
    Personal::Erased { person }
}

/// A decision to test: given events, when a command, then events.
pub(crate) struct Given<D> {
    state: D,
}

/// What a decision came to.
pub(crate) struct Outcome<D: Decider> {
    state: D,
    command: D::Command,
    decision: Result<Vec<D::Event>, D::Error>,
}

pub(crate) fn given<D: Decider>(history: impl IntoIterator<Item = D::Event>) -> Given<D> {
    let history: Vec<D::Event> = history.into_iter().collect();
    Given { state: D::fold(&history) }
}

impl<D: Decider> Given<D> {
    pub(crate) fn when(self, command: D::Command) -> Outcome<D> {
        let decision = self.state.decide(&command);
        Outcome { state: self.state, command, decision }
    }
}

impl<D> Outcome<D>
where
    D: Decider,
    D::Event: Debug + PartialEq,
    D::Error: Debug + PartialEq,
{
    /// These events, and asking again changes nothing or is refused.
    #[track_caller]
    pub(crate) fn then(mut self, expected: impl IntoIterator<Item = D::Event>) {
        let expected: Vec<D::Event> = expected.into_iter().collect();
        assert_eq!(self.decision.as_ref(), Ok(&expected));
        for event in &expected {
            self.state.evolve(event);
        }
        if let Ok(again) = self.state.decide(&self.command) {
            assert_eq!(again, [], "deciding again yields something new");
        }
    }

    #[track_caller]
    pub(crate) fn then_nothing(self) {
        assert_eq!(self.decision, Ok(vec![]));
    }

    #[track_caller]
    pub(crate) fn then_refused(self, error: D::Error) {
        assert_eq!(self.decision, Err(error));
    }

    /// These events, for a command that is an answer and so gives one each time.
    #[track_caller]
    pub(crate) fn then_answered(self, expected: impl IntoIterator<Item = D::Event>) {
        assert_eq!(self.decision, Ok(expected.into_iter().collect()));
    }
}

/// A vault that anybody can read, and that forgets people.
#[derive(Default)]
pub(crate) struct OpenVault {
    pub(crate) forgotten: BTreeSet<PersonId>,
}

impl Vault for OpenVault {
    fn seal(&mut self, _: PersonId, field: &str, clear: &[u8]) -> String {
        format!("{field}:{}", String::from_utf8(clear.to_vec()).unwrap())
    }

    fn open(&mut self, person: PersonId, field: &str, sealed: &str) -> Option<Vec<u8>> {
        let clear = sealed.strip_prefix(field)?.strip_prefix(':')?;
        (!self.forgotten.contains(&person)).then(|| clear.as_bytes().to_vec())
    }
}

/// Every stored name has a golden file, and it reads and writes as it always did.
///
/// The samples are the events that the files hold. A new event's file is written by running with
/// `WRITE_GOLDEN=1`; a file that exists is never touched.
#[track_caller]
pub(crate) fn assert_golden<E: DomainEvent + Debug + PartialEq>(samples: &[E]) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/data/events");
    for name in E::TYPES {
        let sample = samples.iter().find(|sample| sample.type_name() == *name);
        let sample = sample.unwrap_or_else(|| panic!("no sample of {name}"));
        let path = folder.join(format!("{name}.v1.json"));
        if !path.exists() && std::env::var_os("WRITE_GOLDEN").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, sample.encode().unwrap() + "\n").unwrap();
        }
        let file =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let stored = file.trim_end();
        let decoded = E::decode(name, 1, stored).unwrap();
        assert_eq!(&decoded, sample, "{name} reads otherwise than it was written");
        assert_eq!(decoded.encode().unwrap(), stored, "{name} would be stored otherwise");
        let later = stored.replacen('{', r#"{"addedLater":1,"#, 1);
        assert_eq!(E::decode(name, 1, &later).unwrap(), decoded, "{name} refuses a later field");
        assert!(E::decode(name, 2, stored).is_err(), "{name} of a later version is not known");
    }
    assert!(E::decode("BalloonInflated", 1, "{}").is_err());
}
