-- Payment attempts.
CREATE TABLE rm_payment (
    payment_id BLOB PRIMARY KEY,
    order_id BLOB NOT NULL,
    conference_id BLOB NOT NULL,
    description TEXT NOT NULL,
    total_amount INTEGER NOT NULL,
    total_currency TEXT NOT NULL,
    state TEXT NOT NULL,
    method TEXT NOT NULL,
    invoice_number TEXT,
    due_at INTEGER,
    initiated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- GetDraftOrder: the payment that waits for the processor.
CREATE INDEX rm_payment_of_order ON rm_payment (order_id);

-- MarkInvoicePaid names an invoice by its number.
CREATE INDEX rm_payment_by_invoice ON rm_payment (invoice_number) WHERE invoice_number IS NOT NULL;
