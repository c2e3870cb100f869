-- An order on its way to confirmation.
CREATE TABLE rm_draft_order (
    order_id BLOB PRIMARY KEY,
    conference_id BLOB NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    reservation_expiration INTEGER NOT NULL,
    extensions INTEGER NOT NULL,
    access_code TEXT NOT NULL,
    requested TEXT NOT NULL,
    reserved TEXT NOT NULL,
    registrant_id BLOB,
    first_name TEXT,
    last_name TEXT,
    email TEXT
) STRICT, WITHOUT ROWID;

-- ErasePerson: the entries of a registrant.
CREATE INDEX rm_draft_order_of_person ON rm_draft_order (registrant_id)
WHERE registrant_id IS NOT NULL;
