-- The log by who acted, by what it was done to, and by the request it came from, newest first each.
ALTER TABLE audit_log
  ADD KEY IF NOT EXISTS by_actor_and_time (actor_id, at),
  ADD KEY IF NOT EXISTS by_subject (subject_id, at),
  ADD KEY IF NOT EXISTS by_request (request_id, at),
  -- by_actor_and_time begins with the same column.
  DROP KEY IF EXISTS by_actor,
  ALGORITHM=NOCOPY, LOCK=NONE;
