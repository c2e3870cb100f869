-- The guard of inserts as it was, but it fails: it refuses before anything of its row is written, so
-- there is nothing for SQLite to take back, and it need not copy the pages that an insert changes.

DROP TRIGGER events_are_only_appended;

CREATE TRIGGER events_are_only_appended BEFORE INSERT ON events
WHEN NEW.position IS NOT (SELECT COALESCE(MAX(position), 0) + 1 FROM events)
  OR EXISTS (SELECT 1 FROM events
             WHERE stream_id = NEW.stream_id AND origin = NEW.origin AND revision = NEW.revision)
BEGIN
    SELECT RAISE(FAIL, 'events are only appended, at the next position and revision');
END;
