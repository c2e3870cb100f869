//! Aggregates as the writer keeps them: in memory while they are hot, from their stream otherwise.

use std::num::NonZeroUsize;

use kernel::{ConferenceId, Decider, OrderId};
use lru::LruCache;
use read_models::Fact;
use registration::{
    order::Order, seat_assignments::SeatAssignments, seats_availability::SeatsAvailability,
};

use crate::error::AppError;

/// How many aggregates of a kind stay in memory.
const KEPT: NonZeroUsize = NonZeroUsize::new(20_000).expect("more than none");

/// An aggregate with the revision of its stream.
#[derive(Debug, Clone, Default)]
pub struct Loaded<A> {
    /// Its state.
    pub state: A,
    /// The revision of the last event in it; 0 for none.
    pub revision: i64,
}

/// The aggregates in memory.
pub struct Aggregates {
    pub(crate) orders: LruCache<OrderId, Loaded<Order>>,
    pub(crate) seats: LruCache<ConferenceId, Loaded<SeatsAvailability>>,
    pub(crate) assignments: LruCache<OrderId, Loaded<SeatAssignments>>,
}

impl Default for Aggregates {
    fn default() -> Self {
        Self {
            orders: LruCache::new(KEPT),
            seats: LruCache::new(KEPT),
            assignments: LruCache::new(KEPT),
        }
    }
}

/// An event sourced aggregate: where it is stored, and how its events are told from others'.
pub trait Aggregate: Decider<Error: Into<AppError>> {
    /// What identifies it.
    type Key: Copy + Eq + std::hash::Hash;

    /// Its stream.
    fn stream(key: Self::Key) -> String;

    /// Where it is kept in memory.
    fn cache(aggregates: &mut Aggregates) -> &mut LruCache<Self::Key, Loaded<Self>>;

    /// Its event among all others.
    fn to_fact(event: Self::Event) -> Fact;

    /// Its event, if it is one.
    fn of_fact(fact: &Fact) -> Option<&Self::Event>;
}

impl Aggregate for Order {
    type Key = OrderId;

    fn stream(key: OrderId) -> String {
        format!("order-{key}")
    }

    fn cache(aggregates: &mut Aggregates) -> &mut LruCache<OrderId, Loaded<Self>> {
        &mut aggregates.orders
    }

    fn to_fact(event: Self::Event) -> Fact {
        Fact::Order(event)
    }

    fn of_fact(fact: &Fact) -> Option<&Self::Event> {
        match fact {
            Fact::Order(event) => Some(event),
            _ => None,
        }
    }
}

impl Aggregate for SeatsAvailability {
    type Key = ConferenceId;

    fn stream(key: ConferenceId) -> String {
        format!("seats-{key}")
    }

    fn cache(aggregates: &mut Aggregates) -> &mut LruCache<ConferenceId, Loaded<Self>> {
        &mut aggregates.seats
    }

    fn to_fact(event: Self::Event) -> Fact {
        Fact::SeatsAvailability(event)
    }

    fn of_fact(fact: &Fact) -> Option<&Self::Event> {
        match fact {
            Fact::SeatsAvailability(event) => Some(event),
            _ => None,
        }
    }
}

impl Aggregate for SeatAssignments {
    type Key = OrderId;

    fn stream(key: OrderId) -> String {
        format!("assignments-{}", registration::seat_assignments::assignments_id(key))
    }

    fn cache(aggregates: &mut Aggregates) -> &mut LruCache<OrderId, Loaded<Self>> {
        &mut aggregates.assignments
    }

    fn to_fact(event: Self::Event) -> Fact {
        Fact::SeatAssignments(event)
    }

    fn of_fact(fact: &Fact) -> Option<&Self::Event> {
        match fact {
            Fact::SeatAssignments(event) => Some(event),
            _ => None,
        }
    }
}
