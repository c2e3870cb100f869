-- What is left of each seat type. `remaining` follows SeatsAvailability, `sold` the confirmed orders.
CREATE TABLE rm_seat_type (
    seat_type_id BLOB PRIMARY KEY,
    conference_id BLOB NOT NULL,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    price_amount INTEGER NOT NULL,
    price_currency TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    announced INTEGER NOT NULL,
    remaining INTEGER NOT NULL,
    sold INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- GetSeatTypes: the types of a conference in the order of their definition.
CREATE INDEX rm_seat_type_of_conference ON rm_seat_type (conference_id, place);
