//! This context's own copy of what a conference offers.

use std::collections::BTreeMap;

use kernel::{ConferenceId, Currency, Money, SeatTypeId};
use serde::{Deserialize, Serialize};

use super::PricingError;

/// What a conference offers, as far as it was announced. It knows no quantities: those are
/// [`SeatsAvailability`](crate::seats_availability::SeatsAvailability)'s.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Catalogue {
    conference_id: ConferenceId,
    currency: Currency,
    is_published: bool,
    was_ever_published: bool,
    offers: BTreeMap<SeatTypeId, Offer>,
}

/// A seat type as it is offered now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    /// Its name.
    pub name: String,
    /// The price of one seat.
    pub price: Money,
}

/// What Conference Management announced about one conference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogueFact {
    /// It takes registrations.
    Published,
    /// It takes no new registrations.
    Unpublished,
    /// There is a new seat type.
    SeatTypeAnnounced {
        /// Which one.
        seat_type_id: SeatTypeId,
        /// Its name and price.
        offer: Offer,
    },
    /// A seat type has another name or price.
    SeatTypeChanged {
        /// Which one.
        seat_type_id: SeatTypeId,
        /// Its name and price from now on.
        offer: Offer,
    },
}

impl Catalogue {
    /// A conference that offers nothing yet and is not published.
    pub const fn new(conference_id: ConferenceId, currency: Currency) -> Self {
        Self {
            conference_id,
            currency,
            is_published: false,
            was_ever_published: false,
            offers: BTreeMap::new(),
        }
    }

    /// Remembers what was announced.
    pub fn evolve(&mut self, fact: &CatalogueFact) {
        match fact {
            CatalogueFact::Published => {
                self.is_published = true;
                self.was_ever_published = true;
            }
            CatalogueFact::Unpublished => self.is_published = false,
            CatalogueFact::SeatTypeAnnounced { seat_type_id, offer }
            | CatalogueFact::SeatTypeChanged { seat_type_id, offer } => {
                self.offers.insert(*seat_type_id, offer.clone());
            }
        }
    }

    /// Whose catalogue it is.
    pub const fn conference_id(&self) -> ConferenceId {
        self.conference_id
    }

    /// The currency of all its prices.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Whether new registrations are taken.
    pub const fn is_published(&self) -> bool {
        self.is_published
    }

    /// Whether registrations were ever taken. Until then the conference is a draft of its owner's.
    pub const fn was_ever_published(&self) -> bool {
        self.was_ever_published
    }

    /// The present name and price of a seat type.
    ///
    /// # Errors
    /// `UnknownSeatType`.
    pub fn offer(&self, seat_type_id: SeatTypeId) -> Result<&Offer, PricingError> {
        self.offers.get(&seat_type_id).ok_or(PricingError::UnknownSeatType {
            seat_type_id,
            conference_id: self.conference_id,
        })
    }
}
