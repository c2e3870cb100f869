-- The event log: the book of record, and what has to be stored in one transaction with it.
-- Final from the first release on; the meaning of each column is told in the event store's crate.
-- Times are microseconds of UTC. Ids are the sixteen bytes of a UUID.

-- What this database is: 'mode' (real, sandbox, demo) and 'key_check' (which store.key belongs to it).
CREATE TABLE meta (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Devices that record events. Number 1 is this one; a copy restored from a backup has a new identity,
-- and its earlier ones are 0, -1 and so on, the lower the earlier.
CREATE TABLE devices (
    id     INTEGER PRIMARY KEY,
    device BLOB NOT NULL UNIQUE CHECK (length(device) = 16)
) STRICT;

-- Names are stored once; events carry their numbers. The hash covers the names.
CREATE TABLE streams (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE types (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE actors (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- The numbers have no foreign keys: four look-ups for each event, for what only the writer fills.
-- Verifying reads every name and reports a number without one.
CREATE TABLE events (
    position       INTEGER PRIMARY KEY,
    event_id       BLOB NOT NULL,
    stream_id      INTEGER NOT NULL,
    origin         INTEGER NOT NULL,
    origin_pos     INTEGER NOT NULL,
    revision       INTEGER NOT NULL,
    type_id        INTEGER NOT NULL,
    schema_version INTEGER NOT NULL,
    payload        TEXT NOT NULL,
    command_id     BLOB NOT NULL,
    ordinal        INTEGER NOT NULL,
    correlation_id BLOB NOT NULL,
    causation_id   BLOB,
    actor_id       INTEGER NOT NULL,
    recorded_at    INTEGER NOT NULL,
    hlc            INTEGER NOT NULL,
    hash           BLOB NOT NULL
) STRICT;

-- Reads a stream in order, answers its revision, and refuses a second event at one revision.
CREATE UNIQUE INDEX events_by_stream ON events (stream_id, origin, revision);

-- Refuses a second copy of another device's event, earlier identities included. Own events are
-- numbered by the one writer.
CREATE UNIQUE INDEX events_by_foreign_origin ON events (origin, origin_pos) WHERE origin <> 1;

-- Reads everything of one flow, in order of position.
CREATE INDEX events_by_correlation ON events (correlation_id);

CREATE TRIGGER events_are_not_updated BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are never changed');
END;

CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are never deleted');
END;

-- INSERT OR REPLACE deletes without asking the trigger above, so a taken place is refused here;
-- and positions have no gaps, whoever inserts.
CREATE TRIGGER events_are_only_appended BEFORE INSERT ON events
WHEN NEW.position IS NOT (SELECT COALESCE(MAX(position), 0) + 1 FROM events)
  OR EXISTS (SELECT 1 FROM events
             WHERE stream_id = NEW.stream_id AND origin = NEW.origin AND revision = NEW.revision)
BEGIN
    SELECT RAISE(ABORT, 'events are only appended, at the next position and revision');
END;

-- Accepted commands, kept for ever: a repeat gets the same answer.
CREATE TABLE commands (
    command_id     BLOB PRIMARY KEY NOT NULL CHECK (length(command_id) = 16),
    digest         BLOB NOT NULL,
    first_position INTEGER,
    answer         TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Inputs that fall due at a time.
CREATE TABLE timeouts (
    name    TEXT NOT NULL,
    key     BLOB NOT NULL,
    due     INTEGER NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (name, key)
) STRICT, WITHOUT ROWID;

-- Finds what is due next.
CREATE INDEX timeouts_by_due ON timeouts (due);

CREATE TABLE process_managers (
    name  TEXT NOT NULL,
    key   BLOB NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (name, key)
) STRICT, WITHOUT ROWID;

-- What has to be sent and is not an event. `key` is unique within its kind.
CREATE TABLE outbox (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL,
    key         TEXT NOT NULL,
    body        TEXT NOT NULL,
    person      BLOB,
    enqueued_at INTEGER NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    last_error  TEXT,
    done_at     INTEGER,
    UNIQUE (kind, key)
) STRICT;

-- Finds what is still to be sent, in order.
CREATE INDEX outbox_pending ON outbox (id) WHERE done_at IS NULL;

-- Finds everything addressed to a person who is erased.
CREATE INDEX outbox_by_person ON outbox (person) WHERE person IS NOT NULL;

-- How far each projection and process has come; failed_position is the event it cannot handle.
CREATE TABLE checkpoints (
    name            TEXT PRIMARY KEY NOT NULL,
    version         INTEGER NOT NULL,
    position        INTEGER NOT NULL,
    failed_position INTEGER
) STRICT, WITHOUT ROWID;

-- A cache of folded streams. `hash` covers fold, state and the event that it was taken after.
CREATE TABLE snapshots (
    stream_id INTEGER PRIMARY KEY,
    fold      BLOB NOT NULL,
    revision  INTEGER NOT NULL,
    state     TEXT NOT NULL,
    hash      BLOB NOT NULL
) STRICT;

-- The key of each person, wrapped by the store's key; NULL once the person is erased, so that no
-- late event makes a new one.
CREATE TABLE person_keys (
    person  BLOB PRIMARY KEY NOT NULL CHECK (length(person) = 16),
    wrapped BLOB
) STRICT, WITHOUT ROWID;

-- Events that cannot be understood here. They stay in the log.
CREATE TABLE quarantine (
    position INTEGER PRIMARY KEY,
    reason   TEXT NOT NULL
) STRICT;
