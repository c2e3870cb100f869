//! Aggregates as the writer keeps them: in memory while they are hot, from their stream otherwise.

use std::num::NonZeroUsize;

use kernel::{ConferenceId, Decider, OrderId};
use lru::LruCache;
use read_models::Fact;
use registration::{
    order::Order, seat_assignments::SeatAssignments, seats_availability::SeatsAvailability,
};

use crate::{error::AppError, unit::Place};

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

    /// The code that folds it, for aggregates whose streams grow so long that they get snapshots.
    /// Rises when `evolve` or the form of the state changes; a test holds it against both.
    const FOLD: Option<&'static str> = None;

    /// Its state as a snapshot keeps it.
    fn to_snapshot(&self) -> Option<String> {
        None
    }

    /// Its state as a snapshot kept it.
    fn of_snapshot(_state: &str) -> Option<Self> {
        None
    }

    /// Its stream.
    fn stream(key: Self::Key) -> String;

    /// Where it is kept in memory.
    fn cache(aggregates: &mut Aggregates) -> &mut LruCache<Self::Key, Loaded<Self>>;

    /// What has to be read again when a unit of work is undone that changed it.
    fn place(key: Self::Key) -> Place;

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

    fn place(key: OrderId) -> Place {
        Place::Order(key)
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

    const FOLD: Option<&'static str> = Some("SeatsAvailability/1");

    fn to_snapshot(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    fn of_snapshot(state: &str) -> Option<Self> {
        serde_json::from_str(state).ok()
    }

    fn stream(key: ConferenceId) -> String {
        format!("seats-{key}")
    }

    fn cache(aggregates: &mut Aggregates) -> &mut LruCache<ConferenceId, Loaded<Self>> {
        &mut aggregates.seats
    }

    fn place(key: ConferenceId) -> Place {
        Place::Seats(key)
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

    fn place(key: OrderId) -> Place {
        Place::Assignments(key)
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

#[cfg(test)]
mod tests {
    use registration::seats_availability::{AvailableSeatsChanged, SeatChange, SeatsReserved};
    use registration::{seats::SeatQuantity, seats_availability::SeatsAvailabilityEvent};

    use super::*;

    /// A snapshot outlives the release that made it. If this test fails, `evolve` or the form of
    /// the state has changed: raise `FOLD`, so that older snapshots are folded anew.
    #[test]
    fn the_form_of_a_snapshot_belongs_to_its_fold() {
        let id = |number| uuid::Uuid::from_u128(number);
        let (conference_id, seat_type_id) =
            (kernel::Id::from_uuid(id(1)), kernel::Id::from_uuid(id(2)));
        let (reservation_id, caused_by) = (OrderId::from_uuid(id(3)), kernel::Id::from_uuid(id(4)));
        let seats = |difference| vec![SeatChange { seat_type_id, difference }];
        let mut state = SeatsAvailability::default();
        state.evolve(&SeatsAvailabilityEvent::AvailableSeatsChanged(AvailableSeatsChanged {
            conference_id,
            seats: seats(10),
            caused_by,
        }));
        state.evolve(&SeatsAvailabilityEvent::SeatsReserved(SeatsReserved {
            conference_id,
            reservation_id,
            reservation_details: vec![SeatQuantity { seat_type_id, quantity: 4 }],
            available_seats_changed: seats(-4),
        }));
        let kept = state.to_snapshot().expect("it is kept");
        let form = serde_json::json!({
            "remaining": { id(2).to_string(): 6 },
            "pending": { id(3).to_string(): [{ "seatTypeId": id(2), "quantity": 4 }] },
            "causes": [id(4)],
        });
        let said: serde_json::Value = serde_json::from_str(&kept).expect("JSON");
        assert_eq!((SeatsAvailability::FOLD, said), (Some("SeatsAvailability/1"), form));
        assert_eq!(SeatsAvailability::of_snapshot(&kept), Some(state));
    }
}
