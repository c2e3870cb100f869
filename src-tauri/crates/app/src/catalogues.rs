//! Registration's own copies of what conferences offer: Conference Management's integration
//! events in registration's words. Prices and publication are never asked of the other context.

use std::{collections::HashMap, sync::Arc};

use conference::ConferenceEvent;
use event_store::{PersonKeys, for_each_in_stream};
use kernel::ConferenceId;
use read_models::Fact;
use registration::pricing::{Catalogue, CatalogueFact, Offer};
use rusqlite::Connection;

use crate::replay::{Unreadable, decode};

/// The catalogues in memory. Their source is the log.
#[derive(Default)]
pub struct Catalogues(HashMap<ConferenceId, Arc<Catalogue>>);

impl Catalogues {
    /// The catalogue of a conference; nothing if there is no such conference.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn of(
        &mut self,
        conference_id: ConferenceId,
        connection: &Connection,
        keys: &PersonKeys,
    ) -> Result<Option<Arc<Catalogue>>, Unreadable> {
        if let Some(catalogue) = self.0.get(&conference_id) {
            return Ok(Some(Arc::clone(catalogue)));
        }
        let read =
            for_each_in_stream(connection, &conference::stream(conference_id), 0, |stored| {
                self.follow(&decode(stored, connection, keys)?.event);
                Ok::<(), Unreadable>(())
            });
        if let Err(error) = read {
            // Half a catalogue would pass for a whole one the next time.
            self.forget(conference_id);
            return Err(error);
        }
        Ok(self.0.get(&conference_id).map(Arc::clone))
    }

    /// Keeps the copies in step with an event.
    pub fn follow(&mut self, fact: &Fact) {
        let Fact::Conference(event) = fact else { return };
        if let ConferenceEvent::ConferenceCreated(event) = event {
            let catalogue = Catalogue::new(event.conference_id, event.currency);
            self.0.insert(event.conference_id, Arc::new(catalogue));
            return;
        }
        let Some(fact) = translated(event) else { return };
        if let Some(catalogue) = self.0.get_mut(&event.conference_id()) {
            Arc::make_mut(catalogue).evolve(&fact);
        }
    }

    /// Forgets a copy, to be read from the log again.
    pub fn forget(&mut self, conference_id: ConferenceId) {
        self.0.remove(&conference_id);
    }
}

fn translated(event: &ConferenceEvent) -> Option<CatalogueFact> {
    match event {
        ConferenceEvent::ConferencePublished(_) => Some(CatalogueFact::Published),
        ConferenceEvent::ConferenceUnpublished(_) => Some(CatalogueFact::Unpublished),
        ConferenceEvent::SeatCreated(terms) => Some(CatalogueFact::SeatTypeAnnounced {
            seat_type_id: terms.seat_type_id,
            offer: Offer { name: terms.name.clone(), price: terms.price },
        }),
        ConferenceEvent::SeatUpdated(event) => Some(CatalogueFact::SeatTypeChanged {
            seat_type_id: event.terms.seat_type_id,
            offer: Offer { name: event.terms.name.clone(), price: event.terms.price },
        }),
        ConferenceEvent::ConferenceCreated(_)
        | ConferenceEvent::ConferenceUpdated(_)
        | ConferenceEvent::SeatTypeDefined(_)
        | ConferenceEvent::SeatTypeChanged(_)
        | ConferenceEvent::SeatTypeDeleted(_)
        | ConferenceEvent::InvoicePolicyChanged(_)
        | ConferenceEvent::RedirectChanged(_) => None,
    }
}
