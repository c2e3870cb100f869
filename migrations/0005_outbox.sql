-- How things leave the outbox, and what becomes of those that nobody takes.

-- Not to be tried before; NULL: at any time.
ALTER TABLE outbox ADD COLUMN next_try_at INTEGER;
-- How many of the attempts ended with a refusal for good.
ALTER TABLE outbox ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0;
-- Since when it is not tried any more by itself.
ALTER TABLE outbox ADD COLUMN set_aside_at INTEGER;
-- How it left once done_at is there: sent, exported, or needless where there was nobody to write to.
ALTER TABLE outbox ADD COLUMN left_as TEXT;

-- Until now there was one way.
UPDATE outbox SET left_as = 'exported' WHERE done_at IS NOT NULL;
