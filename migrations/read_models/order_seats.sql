-- One row a seat of a confirmed order: GetOrderSeats by the primary key, ListAttendees by conference.
CREATE TABLE rm_order_seat (
    order_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    conference_id BLOB NOT NULL,
    assignments_id BLOB NOT NULL,
    seat_type_id BLOB NOT NULL,
    seat_type_name TEXT NOT NULL,
    attendee_id BLOB,
    first_name TEXT,
    last_name TEXT,
    email TEXT,
    by_name TEXT NOT NULL,
    search TEXT NOT NULL,
    order_search TEXT NOT NULL,
    PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;

-- ListAttendees: finds a page of a conference's seats by name, and counts them, without reading the
-- rows.
CREATE INDEX rm_order_seat_of_conference
ON rm_order_seat (conference_id, by_name, order_id, position, search, order_search);

-- ErasePerson: the entries of an attendee.
CREATE INDEX rm_order_seat_of_person ON rm_order_seat (attendee_id)
WHERE attendee_id IS NOT NULL;
