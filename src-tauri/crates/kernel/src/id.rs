//! The one registry of identifiers. An id is a UUID that knows what it identifies.

use std::{cmp::Ordering, fmt, hash, marker::PhantomData, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// A UUID of one kind: an order's id cannot be given where a conference's is wanted.
pub struct Id<Kind>(Uuid, PhantomData<fn() -> Kind>);

/// Kinds of ids; they exist only as types.
pub mod kind {
    /// A conference.
    pub enum Conference {}
    /// A seat type of a conference.
    pub enum SeatType {}
    /// An order; doubles as the id of its seat reservation.
    pub enum Order {}
    /// One attempt to pay.
    pub enum Payment {}
    /// The set of seat assignments of one order.
    pub enum Assignments {}
    /// One entry of a person: a registrant, or an attendee on a seat.
    pub enum Person {}
    /// Something that an organizer has to look at.
    pub enum Attention {}
    /// One intent of a caller; a repeat carries the same one.
    pub enum Command {}
    /// A stored event.
    pub enum Event {}
}

/// Identifies a conference.
pub type ConferenceId = Id<kind::Conference>;
/// Identifies a seat type.
pub type SeatTypeId = Id<kind::SeatType>;
/// Identifies an order and its reservation.
pub type OrderId = Id<kind::Order>;
/// Identifies one payment attempt.
pub type PaymentId = Id<kind::Payment>;
/// Identifies the seat assignments of an order.
pub type AssignmentsId = Id<kind::Assignments>;
/// Identifies the entry of one person, and with it the key that seals their data.
pub type PersonId = Id<kind::Person>;
/// Identifies an attention card.
pub type AttentionId = Id<kind::Attention>;
/// Identifies a command.
pub type CommandId = Id<kind::Command>;
/// Identifies an event.
pub type EventId = Id<kind::Event>;

impl<K> Id<K> {
    /// The id with this UUID.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// A fixed id for examples and tests.
    pub const fn from_u128(number: u128) -> Self {
        Self::from_uuid(Uuid::from_u128(number))
    }

    /// The UUID.
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// The sixteen bytes, as stored.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Id<K> {}

impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K> Eq for Id<K> {}

impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl<K> hash::Hash for Id<K> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<K> FromStr for Id<K> {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self::from_uuid)
    }
}

impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}

impl<K> JsonSchema for Id<K> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Uuid".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Uuid::json_schema(generator)
    }
}
