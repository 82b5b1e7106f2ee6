-- The log by what was done: of each kind of change the newest first.
ALTER TABLE audit_log
  ADD KEY IF NOT EXISTS by_action (action, at), ALGORITHM=NOCOPY, LOCK=NONE;
