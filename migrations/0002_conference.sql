-- Conference Management: conferences and their seat types.
-- The tables are the state of this context; the log is its history and can rebuild them.
-- Ids are the sixteen bytes of a UUID, days are YYYY-MM-DD, prices are minor units.

CREATE TABLE conferences (
    conference_id      BLOB NOT NULL PRIMARY KEY CHECK (length(conference_id) = 16),
    access_code        TEXT NOT NULL,
    owner_person       BLOB NOT NULL CHECK (length(owner_person) = 16),
    -- The three are NULL once the owner was erased.
    owner_name         TEXT,
    owner_email        TEXT,
    owner_email_key    TEXT,
    name               TEXT NOT NULL,
    description        TEXT NOT NULL,
    location           TEXT NOT NULL,
    tagline            TEXT,
    slug               TEXT NOT NULL COLLATE NOCASE,
    start_date         TEXT NOT NULL,
    end_date           TEXT NOT NULL,
    time_zone          TEXT NOT NULL,
    currency           TEXT NOT NULL,
    is_published       INTEGER NOT NULL CHECK (is_published IN (0, 1)),
    was_ever_published INTEGER NOT NULL CHECK (was_ever_published IN (0, 1)),
    redirect_url       TEXT,
    -- NULL: invoices are confirmed at once. Otherwise they are paid first, within so many days.
    pay_first_days     INTEGER,
    CHECK (start_date <= end_date),
    CHECK (is_published <= was_ever_published)
) STRICT;

-- No two conferences have one slug, whatever its capitals; also finds a conference by its slug.
CREATE UNIQUE INDEX conferences_slug ON conferences (slug);

CREATE TABLE seat_types (
    seat_type_id  BLOB NOT NULL PRIMARY KEY CHECK (length(seat_type_id) = 16),
    conference_id BLOB NOT NULL REFERENCES conferences (conference_id),
    -- Orders the seat types of one conference by their creation.
    place         INTEGER NOT NULL,
    name          TEXT NOT NULL,
    description   TEXT NOT NULL,
    price         INTEGER NOT NULL CHECK (0 <= price),
    quantity      INTEGER NOT NULL CHECK (0 <= quantity)
) STRICT;

-- The seat types of a conference in their order.
CREATE UNIQUE INDEX seat_types_place ON seat_types (conference_id, place);
