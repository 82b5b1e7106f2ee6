-- What is over goes: who does it, and how it is found.
-- Deliveries and events are found by walking their primary keys, which sort by time, so they need no
-- index for it: each would cost every delivery a second entry, or two.

-- Work that one worker at a time does, and how far it has come.
CREATE TABLE IF NOT EXISTS chores (
  name VARCHAR(32) CHARACTER SET ascii NOT NULL PRIMARY KEY,
  -- When it is to be done next.
  due_at DATETIME(6) NOT NULL,
  -- Until then a worker has it; NULL: nobody.
  leased_until DATETIME(6) NULL,
  -- Counts leases: a worker that lost its lease writes nothing here.
  lease_number INT UNSIGNED NOT NULL DEFAULT 0,
  -- The last row that a walk has dealt with; NULL before the first.
  cursor_id UUID NULL,
  -- When the walk began.
  begun_at DATETIME(6) NULL
);

-- An event whose payload is older than PATCHBAY_PAYLOAD_RETENTION and still there, for a delivery
-- that is pending or held.
CREATE TABLE IF NOT EXISTS kept_payloads (
  event_id UUID NOT NULL PRIMARY KEY
);

-- Deleted users, for the worker.
ALTER TABLE users ADD KEY IF NOT EXISTS by_deletion (deleted_at), ALGORITHM=NOCOPY, LOCK=NONE;

-- What a deleted user did.
ALTER TABLE audit_log ADD KEY IF NOT EXISTS by_actor (actor_id), ALGORITHM=NOCOPY, LOCK=NONE;
