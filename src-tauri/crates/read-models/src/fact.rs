//! Everything that can have happened, of every context.

use conference::ConferenceEvent;
use kernel::{DecodeError, DomainEvent, PersonEvent, Vault};
use payments::PaymentEvent;
use registration::{
    attention::AttentionEvent, order::OrderEvent, seat_assignments::SeatAssignmentsEvent,
    seats_availability::SeatsAvailabilityEvent,
};

/// An event of some context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Of Conference Management.
    Conference(ConferenceEvent),
    /// Of an order.
    Order(OrderEvent),
    /// Of the seats of a conference.
    SeatsAvailability(SeatsAvailabilityEvent),
    /// Of the seats of a sold order.
    SeatAssignments(SeatAssignmentsEvent),
    /// Of what an organizer has to look at.
    Attention(AttentionEvent),
    /// Of a payment or an invoice.
    Payment(PaymentEvent),
    /// Of a person's data.
    Person(PersonEvent),
}

impl Fact {
    /// The stored names of all events that are known here.
    pub fn types() -> impl Iterator<Item = &'static str> {
        [
            ConferenceEvent::TYPES,
            OrderEvent::TYPES,
            SeatsAvailabilityEvent::TYPES,
            SeatAssignmentsEvent::TYPES,
            AttentionEvent::TYPES,
            PaymentEvent::TYPES,
            PersonEvent::TYPES,
        ]
        .into_iter()
        .flatten()
        .copied()
    }

    /// Reads a stored event.
    ///
    /// # Errors
    /// No context knows the name or version, or the data is malformed.
    pub fn decode(type_name: &str, version: u16, payload: &str) -> Result<Self, DecodeError> {
        if OrderEvent::TYPES.contains(&type_name) {
            return OrderEvent::decode(type_name, version, payload).map(Self::Order);
        }
        if SeatsAvailabilityEvent::TYPES.contains(&type_name) {
            return SeatsAvailabilityEvent::decode(type_name, version, payload)
                .map(Self::SeatsAvailability);
        }
        if SeatAssignmentsEvent::TYPES.contains(&type_name) {
            return SeatAssignmentsEvent::decode(type_name, version, payload)
                .map(Self::SeatAssignments);
        }
        if PaymentEvent::TYPES.contains(&type_name) {
            return PaymentEvent::decode(type_name, version, payload).map(Self::Payment);
        }
        if ConferenceEvent::TYPES.contains(&type_name) {
            return ConferenceEvent::decode(type_name, version, payload).map(Self::Conference);
        }
        if AttentionEvent::TYPES.contains(&type_name) {
            return AttentionEvent::decode(type_name, version, payload).map(Self::Attention);
        }
        PersonEvent::decode(type_name, version, payload).map(Self::Person)
    }

    /// The stored name.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Conference(event) => event.type_name(),
            Self::Order(event) => event.type_name(),
            Self::SeatsAvailability(event) => event.type_name(),
            Self::SeatAssignments(event) => event.type_name(),
            Self::Attention(event) => event.type_name(),
            Self::Payment(event) => event.type_name(),
            Self::Person(event) => event.type_name(),
        }
    }

    /// The version of the stored form.
    pub fn schema_version(&self) -> u16 {
        match self {
            Self::Conference(event) => event.schema_version(),
            Self::Order(event) => event.schema_version(),
            Self::SeatsAvailability(event) => event.schema_version(),
            Self::SeatAssignments(event) => event.schema_version(),
            Self::Attention(event) => event.schema_version(),
            Self::Payment(event) => event.schema_version(),
            Self::Person(event) => event.schema_version(),
        }
    }

    /// The stored form, with personal data sealed by `vault`.
    ///
    /// # Errors
    /// A personal field is not covered by the event's `seal`.
    pub fn encode_sealed(&self, vault: &mut dyn Vault) -> Result<String, serde_json::Error> {
        fn sealed<E: DomainEvent + Clone>(
            event: &E,
            vault: &mut dyn Vault,
        ) -> Result<String, serde_json::Error> {
            let mut event = event.clone();
            event.seal(vault);
            event.encode()
        }
        match self {
            Self::Conference(event) => sealed(event, vault),
            Self::Order(event @ OrderEvent::OrderRegistrantAssigned(_)) => sealed(event, vault),
            Self::Order(event) => event.encode(),
            Self::SeatsAvailability(event) => event.encode(),
            Self::SeatAssignments(event) => sealed(event, vault),
            Self::Attention(event) => event.encode(),
            Self::Payment(event @ PaymentEvent::InvoiceIssued(_)) => sealed(event, vault),
            Self::Payment(event) => event.encode(),
            Self::Person(event) => event.encode(),
        }
    }

    /// Opens every personal field that can still be opened.
    pub fn open(&mut self, vault: &mut dyn Vault) {
        match self {
            Self::Conference(event) => event.open(vault),
            Self::Order(event) => event.open(vault),
            Self::SeatsAvailability(event) => event.open(vault),
            Self::SeatAssignments(event) => event.open(vault),
            Self::Attention(event) => event.open(vault),
            Self::Payment(event) => event.open(vault),
            Self::Person(event) => event.open(vault),
        }
    }
}
