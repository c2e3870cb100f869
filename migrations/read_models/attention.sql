-- What an organizer has to decide.
CREATE TABLE rm_attention (
    attention_id BLOB PRIMARY KEY,
    order_id BLOB NOT NULL,
    conference_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    paid_amount INTEGER NOT NULL,
    paid_currency TEXT NOT NULL,
    raised_at INTEGER NOT NULL,
    is_open INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- ListAttentionCards: the open cards of a conference.
CREATE INDEX rm_attention_of_conference ON rm_attention (conference_id, raised_at)
WHERE is_open = 1;

-- GetDraftOrder: whether the order has an open card.
CREATE INDEX rm_attention_of_order ON rm_attention (order_id) WHERE is_open = 1;
