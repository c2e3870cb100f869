-- What this installation remembers about itself, outside the log: a stopped clock, wrong tries of
-- access codes, the secret behind the simulated processor's tokens, the invoice series.
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
