-- The organizer's orders, denormalized.
CREATE TABLE rm_order (
    order_id BLOB PRIMARY KEY,
    conference_id BLOB NOT NULL,
    placed_position INTEGER NOT NULL,
    access_code TEXT NOT NULL,
    status TEXT NOT NULL,
    total_amount INTEGER,
    total_currency TEXT,
    credited_amount INTEGER NOT NULL,
    registrant_id BLOB,
    registrant_name TEXT,
    email TEXT,
    email_key TEXT,
    search TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    channel TEXT NOT NULL,
    station TEXT NOT NULL,
    device BLOB NOT NULL,
    payment_method TEXT,
    seats INTEGER NOT NULL,
    -- The positions of the seats that somebody sits on, as JSON.
    assigned TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- ListOrders: finds a page of a conference's orders, newest first, without reading the rows.
CREATE INDEX rm_order_of_conference ON rm_order (conference_id, placed_position, status, search);

-- GetDashboard and the totals of ListOrders, without reading the rows.
CREATE INDEX rm_order_by_status ON rm_order (conference_id, status, total_amount, credited_amount);

-- RegisterToConference: how many seats are held from one window. Not IN: for that, SQLite makes a
-- table of the three names whenever a row changes, which took a fifth of this table's writing.
CREATE INDEX rm_order_held ON rm_order (channel, station, seats)
WHERE status = 'Placed' OR status = 'PartiallyReserved' OR status = 'Reserved';

-- LocateOrder, and the check that a new code is not in use.
CREATE UNIQUE INDEX rm_order_by_code ON rm_order (conference_id, access_code);
