//! Which orders have seats of a type, sold or held: a question to three read models.

use kernel::{ConferenceId, SeatTypeId};
use rusqlite::{Connection, Result, params};

use crate::{
    answers::{GivenOut, OrderStatus},
    sql::{code, id, named, optional_id},
};

/// The orders that have seats of a type, newest first, at most `limit`; and how many there are.
pub fn orders(
    conn: &Connection,
    conference_id: ConferenceId,
    seat_type_id: SeatTypeId,
    limit: u32,
) -> Result<(Vec<GivenOut>, i64)> {
    let mut all = 0;
    let found = conn
        .prepare_cached(
            "WITH given_out (order_id, seats) AS (
                SELECT order_id, count(*) FROM rm_order_seat
                WHERE conference_id = ?1 AND seat_type_id = ?2 GROUP BY order_id
                UNION ALL
                SELECT held.order_id, json_extract(line.value, '$.quantity')
                FROM rm_order AS held JOIN rm_draft_order AS draft ON draft.order_id = held.order_id
                    JOIN json_each(draft.reserved) AS line
                WHERE held.conference_id = ?1
                  AND held.status IN ('Placed', 'PartiallyReserved', 'Reserved')
                  AND json_extract(line.value, '$.seatTypeId') = ?3
                  AND 0 < json_extract(line.value, '$.quantity'))
             SELECT list.order_id, list.access_code, list.status, list.registrant_id,
                list.registrant_name, given_out.seats, count(*) OVER ()
             FROM given_out JOIN rm_order AS list ON list.order_id = given_out.order_id
             ORDER BY list.placed_position DESC LIMIT ?4",
        )?
        .query_map(
            params![
                conference_id.as_bytes(),
                seat_type_id.as_bytes(),
                seat_type_id.to_string(),
                limit
            ],
            |row| {
                all = row.get(6)?;
                Ok(GivenOut {
                    order_id: id(row, 0)?,
                    access_code: code(row, 1)?,
                    status: named(row, 2, OrderStatus::parse)?,
                    registrant_id: optional_id(row, 3)?,
                    registrant_name: row.get(4)?,
                    seats: row.get(5)?,
                })
            },
        )?
        .collect::<Result<_>>()?;
    Ok((found, all))
}
