-- Payments: attempts through the processor, and invoices.
-- The tables are the state of this context; the log is its history and can rebuild them.
-- Ids are the sixteen bytes of a UUID, amounts are minor units, moments are microseconds of UTC,
-- items are a JSON list as in the events.

CREATE TABLE payments (
    payment_id    BLOB NOT NULL PRIMARY KEY CHECK (length(payment_id) = 16),
    order_id      BLOB NOT NULL CHECK (length(order_id) = 16),
    conference_id BLOB NOT NULL CHECK (length(conference_id) = 16),
    description   TEXT NOT NULL,
    amount        INTEGER NOT NULL CHECK (0 < amount),
    currency      TEXT NOT NULL,
    items         TEXT NOT NULL,
    -- BLAKE3 of the token: the token itself is never stored.
    token_hash    BLOB NOT NULL CHECK (length(token_hash) = 32),
    state         TEXT NOT NULL CHECK (state IN ('Initiated', 'Completed', 'Rejected'))
) STRICT, WITHOUT ROWID;

CREATE TABLE invoices (
    payment_id     BLOB NOT NULL PRIMARY KEY CHECK (length(payment_id) = 16),
    order_id       BLOB NOT NULL CHECK (length(order_id) = 16),
    conference_id  BLOB NOT NULL CHECK (length(conference_id) = 16),
    number         TEXT NOT NULL,
    amount         INTEGER NOT NULL CHECK (0 < amount),
    currency       TEXT NOT NULL,
    items          TEXT NOT NULL,
    payer          BLOB NOT NULL CHECK (length(payer) = 16),
    -- The four are NULL once the payer was erased; a tax number may also be missing from the start.
    billing_name   TEXT,
    address        TEXT,
    country        TEXT,
    tax_id         TEXT,
    -- NULL: the order was confirmed at once. Otherwise it is paid first, within so many days.
    pay_first_days INTEGER,
    issued_at      INTEGER NOT NULL,
    due_at         INTEGER,
    is_paid        INTEGER NOT NULL CHECK (is_paid IN (0, 1)),
    CHECK ((pay_first_days IS NULL) = (due_at IS NULL))
) STRICT, WITHOUT ROWID;

-- An invoice number is given once; also finds the invoice that is marked paid.
CREATE UNIQUE INDEX invoices_number ON invoices (number);

CREATE TABLE invoice_series (
    series      TEXT NOT NULL PRIMARY KEY,
    last_number INTEGER NOT NULL CHECK (0 < last_number)
) STRICT, WITHOUT ROWID;
