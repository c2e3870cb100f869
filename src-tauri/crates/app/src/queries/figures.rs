//! The figures of a conference, and the facts that add up to each of them.

use conference::ConferenceEvent;
use event_store::for_each;
use kernel::{ConferenceId, OrderId, Recorded, SeatTypeId};
use read_models::{
    Fact,
    answers::{OrderStatus, SeatType},
    conference as conference_view, order_list, seat_type,
};
use registration::{
    order::{OrderEvent, Returned},
    seat_assignments::SeatAssignmentsEvent,
    seats_availability::SeatsAvailabilityEvent,
};
use rusqlite::Connection;

use super::Shown;
use crate::{
    app::App,
    error::AppError,
    replay::{Unreadable, decode},
    wire::{
        answers::{Dashboard, ExplainedFact, Explanation, Figure},
        queries as wire,
    },
};

/// The figures at a glance.
pub fn dashboard(query: &wire::GetDashboard, shown: &Shown<'_>) -> Result<Dashboard, AppError> {
    let figures = figures(query.conference_id, shown.views)?;
    Ok(Dashboard { figures, position: shown.until })
}

fn figures(conference_id: ConferenceId, views: &Connection) -> Result<Vec<Figure>, AppError> {
    let conference = conference_view::by_id(views, conference_id)?
        .ok_or_else(|| AppError::not_found("the conference"))?;
    let counts = order_list::counts(views, conference_id)?;
    let of = |status: OrderStatus| counts.iter().find(|count| count.status == status);
    let mut figures: Vec<Figure> = OrderStatus::ALL
        .into_iter()
        .map(|status| {
            let name = format!("orders:{}", status.as_str());
            figure(name, of(status).map_or(0, |count| count.orders))
        })
        .collect();
    // Of a cancelled order the fee stays.
    let earned = [OrderStatus::Confirmed, OrderStatus::Cancelled];
    let revenue = earned.into_iter().filter_map(of).map(|count| count.amount).sum();
    let currency = Some(conference.currency);
    figures.push(Figure { currency, ..figure("revenue".to_owned(), revenue) });
    // Before it is announced, a seat type is a draft: nothing of it is on sale, held or sold.
    let announced = seat_type::list(views, conference_id)?.into_iter().filter(|one| one.announced);
    figures.extend(announced.flat_map(|seat_type| of_seat_type(&seat_type)));
    Ok(figures)
}

fn figure(figure: String, value: i64) -> Figure {
    Figure { figure, seat_type_id: None, value, currency: None }
}

fn of_seat_type(seat_type: &SeatType) -> Vec<Figure> {
    let id = seat_type.seat_type_id;
    [
        ("quota", seat_type.quantity),
        ("sold", seat_type.sold),
        ("held", seat_type.held),
        ("remaining", seat_type.remaining),
    ]
    .into_iter()
    .map(|(name, value)| Figure { seat_type_id: Some(id), ..figure(format!("{name}:{id}"), value) })
    .collect()
}

/// What a figure is made of.
enum Wanted {
    Orders(OrderStatus),
    Revenue,
    Quota(SeatTypeId),
    Sold(SeatTypeId),
    Held(SeatTypeId),
    Remaining(SeatTypeId),
}

fn wanted(name: &str) -> Option<Wanted> {
    if name == "revenue" {
        return Some(Wanted::Revenue);
    }
    let (kind, of) = name.split_once(':')?;
    if kind == "orders" {
        return OrderStatus::parse(of).map(Wanted::Orders);
    }
    let id: SeatTypeId = of.parse().ok()?;
    match kind {
        "quota" => Some(Wanted::Quota(id)),
        "sold" => Some(Wanted::Sold(id)),
        "held" => Some(Wanted::Held(id)),
        "remaining" => Some(Wanted::Remaining(id)),
        _ => None,
    }
}

/// Walks the log and lists what each fact adds.
pub fn explain(
    app: &App,
    query: &wire::ExplainFigure,
    shown: &Shown<'_>,
) -> Result<Explanation, AppError> {
    let Shown { views, log, until, .. } = *shown;
    let known = figures(query.conference_id, views)?;
    let name = &query.figure;
    let (Some(wanted), Some(_)) = (wanted(name), known.iter().find(|known| known.figure == *name))
    else {
        let message = "there is no such figure; GetDashboard lists them";
        return Err(AppError::on_field("InvalidField", "figure", message));
    };
    let mut ledger = Ledger { conference_id: query.conference_id, ..Ledger::default() };
    for_each(log, 0, until, |stored| {
        match decode(stored, log, app.keys()) {
            Ok(fact) => ledger.enter(&wanted, &fact),
            Err(Unreadable::Event { .. }) => {}
            Err(other) => return Err(other),
        }
        Ok::<(), Unreadable>(())
    })?;
    let value = ledger.facts.iter().map(|fact| fact.adds).sum();
    Ok(Explanation { figure: name.clone(), value, facts: ledger.facts })
}

/// The facts so far, and what of the orders is needed to weigh the next ones.
struct Ledger {
    conference_id: ConferenceId,
    facts: Vec<ExplainedFact>,
    orders: std::collections::HashMap<OrderId, (Option<OrderStatus>, i64)>,
}

impl Default for Ledger {
    fn default() -> Self {
        let orders = std::collections::HashMap::new();
        Self { conference_id: ConferenceId::from_u128(0), facts: vec![], orders }
    }
}

impl Ledger {
    fn enter(&mut self, wanted: &Wanted, fact: &Recorded<Fact>) {
        match (wanted, &fact.event) {
            (Wanted::Revenue, Fact::Order(OrderEvent::OrderSeatsCancelled(event)))
                if event.conference_id == self.conference_id =>
            {
                self.add(fact, Some(event.order_id), -event.credit.amount);
            }
            (Wanted::Orders(_) | Wanted::Revenue, Fact::Order(event)) => {
                self.enter_order(wanted, event, fact);
            }
            (Wanted::Quota(id), Fact::Conference(event)) => {
                self.add(fact, None, quota_change(event, *id));
            }
            (Wanted::Remaining(id), Fact::SeatsAvailability(event)) => {
                let (order_id, adds) = moved(event, *id);
                self.add(fact, order_id, adds);
            }
            (Wanted::Held(id), Fact::SeatsAvailability(event)) => match event {
                SeatsAvailabilityEvent::AvailableSeatsChanged(_) => {}
                other => {
                    let (order_id, adds) = moved(other, *id);
                    self.add(fact, order_id, -adds);
                }
            },
            (Wanted::Sold(id) | Wanted::Held(id), Fact::SeatAssignments(event)) => {
                if let SeatAssignmentsEvent::SeatAssignmentsCreated(event) = event {
                    let count = event.seats.iter().filter(|seat| seat.seat_type == *id).count();
                    let count = i64::try_from(count).unwrap_or(i64::MAX);
                    let is_sold = matches!(wanted, Wanted::Sold(_));
                    self.add(fact, Some(event.order_id), if is_sold { count } else { -count });
                }
            }
            (Wanted::Sold(id), Fact::Order(OrderEvent::OrderSeatsCancelled(event))) => {
                let count = registration::seats::quantity_of(&event.seats, *id);
                self.add(fact, Some(event.order_id), -i64::from(count));
            }
            // Cancelled seats that the organizer keeps are neither sold nor on sale.
            (Wanted::Held(id), Fact::Order(OrderEvent::OrderSeatsCancelled(event)))
                if event.returned == Returned::Held =>
            {
                let count = registration::seats::quantity_of(&event.seats, *id);
                self.add(fact, Some(event.order_id), i64::from(count));
            }
            _ => {}
        }
    }

    fn enter_order(&mut self, wanted: &Wanted, event: &OrderEvent, fact: &Recorded<Fact>) {
        let Some((order_id, change)) = self.change(event) else { return };
        let before = self.orders.get(&order_id).copied().unwrap_or((None, 0));
        let after = match change {
            Change::Status(status) => (Some(status), before.1),
            Change::Total(total) => (before.0, total),
        };
        self.orders.insert(order_id, after);
        let adds = weight(wanted, after) - weight(wanted, before);
        self.add(fact, Some(order_id), adds);
    }

    fn change(&self, event: &OrderEvent) -> Option<(OrderId, Change)> {
        use OrderStatus::{Cancelled, Confirmed, Expired, PartiallyReserved, Placed, Reserved};
        let (order_id, conference_id, change) = match event {
            OrderEvent::OrderPlaced(e) => (e.order_id, e.conference_id, Change::Status(Placed)),
            OrderEvent::OrderUpdated(e) => (e.order_id, e.conference_id, Change::Status(Placed)),
            OrderEvent::OrderPartiallyReserved(e) => {
                (e.order_id, e.conference_id, Change::Status(PartiallyReserved))
            }
            OrderEvent::OrderReservationCompleted(e) => {
                (e.order_id, e.conference_id, Change::Status(Reserved))
            }
            OrderEvent::OrderRevived(e) => (e.order_id, e.conference_id, Change::Status(Reserved)),
            OrderEvent::OrderPaymentConfirmed(e) => {
                (e.order_id, e.conference_id, Change::Status(Confirmed))
            }
            OrderEvent::OrderExpired(e) => (e.order_id, e.conference_id, Change::Status(Expired)),
            OrderEvent::OrderCancelled(e) => {
                (e.order_id, e.conference_id, Change::Status(Cancelled))
            }
            OrderEvent::OrderTotalsCalculated(e) => {
                (e.order_id, e.conference_id, Change::Total(e.total.amount))
            }
            OrderEvent::OrderRegistrantAssigned(_)
            | OrderEvent::FreeOrderConfirmed(_)
            | OrderEvent::OrderReservationExtended(_)
            | OrderEvent::OrderSeatsCancelled(_)
            | OrderEvent::RefundRequested(_) => return None,
        };
        (conference_id == self.conference_id).then_some((order_id, change))
    }

    fn add(&mut self, fact: &Recorded<Fact>, order_id: Option<OrderId>, adds: i64) {
        if adds == 0 {
            return;
        }
        self.facts.push(ExplainedFact {
            position: fact.position,
            event: fact.event.type_name().to_owned(),
            recorded_at: fact.recorded_at,
            order_id,
            adds,
        });
    }
}

enum Change {
    Status(OrderStatus),
    Total(i64),
}

/// What an order in this state counts for.
fn weight(wanted: &Wanted, (status, total): (Option<OrderStatus>, i64)) -> i64 {
    match wanted {
        Wanted::Orders(counted) => i64::from(status == Some(*counted)),
        Wanted::Revenue
            if matches!(status, Some(OrderStatus::Confirmed | OrderStatus::Cancelled)) =>
        {
            total
        }
        _ => 0,
    }
}

/// What an announcement adds to a quota.
fn quota_change(event: &ConferenceEvent, id: SeatTypeId) -> i64 {
    match event {
        ConferenceEvent::SeatCreated(terms) if terms.seat_type_id == id => {
            i64::from(terms.quantity)
        }
        ConferenceEvent::SeatUpdated(event) if event.terms.seat_type_id == id => {
            event.quantity_change
        }
        _ => 0,
    }
}

fn difference(changes: &[registration::seats_availability::SeatChange], id: SeatTypeId) -> i64 {
    changes.iter().filter(|change| change.seat_type_id == id).map(|change| change.difference).sum()
}

fn moved(event: &SeatsAvailabilityEvent, id: SeatTypeId) -> (Option<OrderId>, i64) {
    match event {
        SeatsAvailabilityEvent::AvailableSeatsChanged(event) => {
            (None, difference(&event.seats, id))
        }
        SeatsAvailabilityEvent::SeatsReserved(event) => {
            (Some(event.reservation_id), difference(&event.available_seats_changed, id))
        }
        SeatsAvailabilityEvent::SeatsReservationCancelled(event) => {
            (Some(event.reservation_id), difference(&event.available_seats_changed, id))
        }
        SeatsAvailabilityEvent::SeatsReservationCommitted(event) => (Some(event.reservation_id), 0),
    }
}
