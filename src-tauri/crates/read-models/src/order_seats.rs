//! The seats of confirmed orders and who sits on them: one row a seat, so that giving one seat
//! to somebody touches no other.

use std::{collections::HashMap, fmt};

use kernel::{ConferenceId, OrderId, PersonEvent, PersonId, Personal, Recorded, SeatTypeId};
use registration::{
    order::OrderEvent,
    seat_assignments::{Attendee, SeatAssignmentsCreated, SeatAssignmentsEvent},
};
use rusqlite::{Connection, Result, Row, params};

use crate::{
    Fact,
    answers::{AttendeeDetails, AttendeeRow, ListedSeat, OrderSeat, OrderSeats, Page},
    folded, priced_order,
    sql::{code, id, optional_id, to_json},
};

/// The read model's name; its checkpoint hangs on it.
pub const NAME: &str = "order_seats";
/// Rises when the projection or its table changes; the read model is then rebuilt.
pub const VERSION: i64 = 3;
/// The table.
pub const SCHEMA: &str = include_str!("../../../../migrations/read_models/order_seats.sql");

/// The place in the list of a seat on which nobody sits that can be named: behind every name.
const NAMELESS: &str = "\u{10FFFF}";

/// A seat's place in the list of a conference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folded name, or what stands for none.
    by_name: String,
    order_id: OrderId,
    position: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.order_id, self.position, self.by_name)
    }
}

impl Place {
    /// Reads what [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let order_id = parts.next()?.parse().ok()?;
        let position = parts.next()?.parse().ok()?;
        Some(Self { by_name: parts.next()?.to_owned(), order_id, position })
    }
}

/// Applies an event. Names of seat types come from the priced order, and what finds the order from
/// the order list; both are projected before.
pub fn project(conn: &Connection, fact: &Recorded<Fact>) -> Result<bool> {
    match &fact.event {
        Fact::SeatAssignments(SeatAssignmentsEvent::SeatAssignmentsCreated(event)) => {
            create(conn, event)?;
        }
        Fact::SeatAssignments(SeatAssignmentsEvent::SeatAssigned(event)) => {
            seat(conn, event.order_id, event.position, &event.attendee)?;
        }
        Fact::SeatAssignments(SeatAssignmentsEvent::SeatAssignmentUpdated(event)) => {
            seat(conn, event.order_id, event.position, &event.attendee)?;
        }
        Fact::SeatAssignments(SeatAssignmentsEvent::SeatUnassigned(event)) => {
            conn.prepare_cached(
                "UPDATE rm_order_seat SET attendee_id = NULL, first_name = NULL,
                    last_name = NULL, email = NULL, by_name = ?3, search = ''
                 WHERE order_id = ?1 AND position = ?2",
            )?
            .execute(params![event.order_id.as_bytes(), event.position, NAMELESS])?;
        }
        Fact::Order(OrderEvent::OrderRegistrantAssigned(event)) => {
            let mut statement = conn.prepare_cached(
                "UPDATE rm_order_seat SET order_search =
                    (SELECT search FROM rm_order WHERE order_id = ?1)
                 WHERE order_id = ?1",
            )?;
            return Ok(0 < statement.execute([event.order_id.as_bytes()])?);
        }
        Fact::Order(OrderEvent::OrderSeatsCancelled(event)) => {
            let mut statement = conn.prepare_cached(
                "DELETE FROM rm_order_seat WHERE order_id = ?1 AND position = ?2",
            )?;
            for position in &event.positions {
                statement.execute(params![event.order_id.as_bytes(), position])?;
            }
        }
        Fact::Person(PersonEvent::PersonErased(event)) => {
            conn.prepare_cached(
                "UPDATE rm_order_seat SET first_name = NULL, last_name = NULL, email = NULL,
                    by_name = ?2, search = '' WHERE attendee_id = ?1",
            )?
            .execute(params![event.person_id.as_bytes(), NAMELESS])?;
            conn.prepare_cached(
                "UPDATE rm_order_seat SET order_search = list.search FROM rm_order AS list
                 WHERE list.registrant_id = ?1 AND rm_order_seat.order_id = list.order_id",
            )?
            .execute([event.person_id.as_bytes()])?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn create(conn: &Connection, event: &SeatAssignmentsCreated) -> Result<()> {
    let lines = priced_order::by_id(conn, event.order_id)?.map_or_else(Vec::new, |o| o.lines);
    let name_of = |wanted: SeatTypeId| {
        lines
            .iter()
            .find(|line| line.seat_type_id == wanted)
            .map_or("", |line| line.description.as_str())
    };
    let mut statement = conn.prepare_cached(
        "INSERT INTO rm_order_seat (order_id, position, conference_id, assignments_id,
            seat_type_id, seat_type_name, by_name, search, order_search)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '',
            (SELECT search FROM rm_order WHERE order_id = ?1))",
    )?;
    for seat in &event.seats {
        statement.execute(params![
            event.order_id.as_bytes(),
            seat.position,
            event.conference_id.as_bytes(),
            event.assignments_id.as_bytes(),
            seat.seat_type.as_bytes(),
            name_of(seat.seat_type),
            NAMELESS,
        ])?;
    }
    Ok(())
}

fn seat(
    conn: &Connection,
    order_id: OrderId,
    position: u32,
    attendee: &Personal<Attendee>,
) -> Result<()> {
    let known = attendee.value();
    let email = known.and_then(|person| person.email.as_ref());
    let search = known.map_or_else(String::new, |person| {
        let email = email.map_or("", |email| email.as_str());
        folded(&format!("{} {} {email}", person.first_name, person.last_name))
    });
    // The tab is below every letter: Li comes before Lia, whatever the first names are.
    let by_name = known.map_or_else(
        || NAMELESS.to_owned(),
        |person| folded(&format!("{}\t{}", person.last_name, person.first_name)),
    );
    conn.prepare_cached(
        "UPDATE rm_order_seat SET attendee_id = ?3, first_name = ?4, last_name = ?5, email = ?6,
            by_name = ?7, search = ?8 WHERE order_id = ?1 AND position = ?2",
    )?
    .execute(params![
        order_id.as_bytes(),
        position,
        attendee.person().as_bytes(),
        known.map(|person| person.first_name.as_str()),
        known.map(|person| person.last_name.as_str()),
        email.map(|email| email.as_str()),
        by_name,
        search,
    ])?;
    Ok(())
}

/// From `attendee_id, first_name, last_name, email`: who sits there, and whether that person was
/// erased.
fn attendee(row: &Row<'_>, column: usize) -> Result<(Option<AttendeeDetails>, bool)> {
    let person: Option<PersonId> = optional_id(row, column)?;
    let first_name: Option<String> = row.get(column + 1)?;
    let (Some(person_id), Some(first_name)) = (person, first_name) else {
        return Ok((None, person.is_some()));
    };
    let last_name = row.get(column + 2)?;
    let email = row.get(column + 3)?;
    Ok((Some(AttendeeDetails { person_id, first_name, last_name, email }), false))
}

/// The seats of an order, every position; nothing before it is confirmed.
pub fn by_order(conn: &Connection, order_id: OrderId) -> Result<Option<OrderSeats>> {
    let mut statement = conn.prepare_cached(
        "SELECT assignments_id, position, seat_type_id, seat_type_name, attendee_id, first_name,
            last_name, email
         FROM rm_order_seat WHERE order_id = ?1 ORDER BY position",
    )?;
    let mut rows = statement.query([order_id.as_bytes()])?;
    let mut found: Option<OrderSeats> = None;
    while let Some(row) = rows.next()? {
        let (attendee, attendee_erased) = attendee(row, 4)?;
        let seat = OrderSeat {
            position: row.get(1)?,
            seat_type_id: id(row, 2)?,
            seat_type_name: row.get(3)?,
            attendee,
            attendee_erased,
        };
        match &mut found {
            Some(order) => order.seats.push(seat),
            None => {
                let assignments_id = id(row, 0)?;
                found = Some(OrderSeats { order_id, assignments_id, seats: vec![seat] });
            }
        }
    }
    Ok(found)
}

/// The seats of several orders; an order that is not confirmed has none.
pub fn of_orders(
    conn: &Connection,
    orders: &[OrderId],
) -> Result<HashMap<OrderId, Vec<ListedSeat>>> {
    let ids: Vec<String> = orders.iter().map(|order| order.uuid().simple().to_string()).collect();
    let mut statement = conn.prepare_cached(
        "SELECT order_id, position, seat_type_name, attendee_id, first_name, last_name, email
         FROM rm_order_seat WHERE order_id IN (SELECT unhex(value) FROM json_each(?1))
         ORDER BY order_id, position",
    )?;
    let mut rows = statement.query([to_json(&ids)?])?;
    let mut found: HashMap<OrderId, Vec<ListedSeat>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let (attendee, _) = attendee(row, 3)?;
        let seat = ListedSeat { position: row.get(1)?, seat_type_name: row.get(2)?, attendee };
        found.entry(id(row, 0)?).or_default().push(seat);
    }
    Ok(found)
}

/// The seats of a conference with their attendees, page by page: by last and first name, and last
/// those on which nobody sits.
///
/// `after` is the last row of the page before; `search` is folded.
pub fn list(
    conn: &Connection,
    conference_id: ConferenceId,
    search: &str,
    after: Option<&Place>,
    limit: u32,
) -> Result<Page<AttendeeRow>> {
    let (after_name, after_order, after_position) =
        after.map_or(("", [0; 16], -1), |Place { by_name, order_id, position }| {
            (by_name.as_str(), *order_id.as_bytes(), i64::from(*position))
        });
    // The index alone tells which seats are on the page; only those are read.
    let mut rows: Vec<(AttendeeRow, String)> = conn
        .prepare_cached(
            "SELECT seat.order_id, seat.position, list.access_code, seat.seat_type_id,
                seat.seat_type_name, seat.attendee_id, seat.first_name, seat.last_name, seat.email,
                seat.by_name
             FROM rm_order_seat AS seat JOIN rm_order AS list ON list.order_id = seat.order_id
             WHERE (seat.order_id, seat.position) IN (
                SELECT order_id, position FROM rm_order_seat INDEXED BY rm_order_seat_of_conference
                WHERE conference_id = ?1 AND (by_name, order_id, position) > (?2, ?3, ?4)
                  AND (?5 = '' OR instr(search, ?5) OR instr(order_search, ?5))
                ORDER BY by_name, order_id, position LIMIT ?6)
             ORDER BY seat.by_name, seat.order_id, seat.position",
        )?
        .query_map(
            params![
                conference_id.as_bytes(),
                after_name,
                after_order,
                after_position,
                search,
                limit + 1
            ],
            |row| {
                let (attendee, attendee_erased) = attendee(row, 5)?;
                let seat = AttendeeRow {
                    order_id: id(row, 0)?,
                    position: row.get(1)?,
                    access_code: code(row, 2)?,
                    seat_type_id: id(row, 3)?,
                    seat_type_name: row.get(4)?,
                    attendee,
                    attendee_erased,
                };
                Ok((seat, row.get(9)?))
            },
        )?
        .collect::<Result<_>>()?;
    let limit = limit as usize;
    let total = if after.is_none() && rows.len() <= limit {
        i64::try_from(rows.len()).unwrap_or(i64::MAX)
    } else {
        conn.prepare_cached(
            "SELECT count(*) FROM rm_order_seat INDEXED BY rm_order_seat_of_conference
             WHERE conference_id = ?1
               AND (?2 = '' OR instr(search, ?2) OR instr(order_search, ?2))",
        )?
        .query_row(params![conference_id.as_bytes(), search], |row| row.get(0))?
    };
    let next = (limit < rows.len()).then(|| {
        rows.truncate(limit);
        let (seat, by_name) = rows.last()?;
        let (order_id, position, by_name) = (seat.order_id, seat.position, by_name.clone());
        Some(Place { by_name, order_id, position }.to_string())
    });
    let items = rows.into_iter().map(|(seat, _)| seat).collect();
    Ok(Page { items, next: next.flatten(), total })
}
