-- What an order costs; names and prices as they were when it was priced.
CREATE TABLE rm_priced_order (
    order_id BLOB PRIMARY KEY,
    version INTEGER NOT NULL,
    total_amount INTEGER NOT NULL,
    total_currency TEXT NOT NULL,
    is_free_of_charge INTEGER NOT NULL,
    lines TEXT NOT NULL,
    assignments_id BLOB
) STRICT, WITHOUT ROWID;
