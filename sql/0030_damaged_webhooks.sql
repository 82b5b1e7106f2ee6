-- A webhook of which a secret or a header's value was changed or moved, and does not open any more.
ALTER TABLE webhooks
  MODIFY paused_reason ENUM('user', 'failing', 'gone', 'damaged') NULL, ALGORITHM=INSTANT;

-- When a worker last said that its key ring lacks what sealed them: once an hour, whichever worker it is.
ALTER TABLE webhook_health
  ADD COLUMN IF NOT EXISTS key_missing_at DATETIME(6) NULL, ALGORITHM=INSTANT;

-- Those that wait for a key, for administrators.
ALTER TABLE webhook_health
  ADD KEY IF NOT EXISTS by_missing_key (key_missing_at), ALGORITHM=NOCOPY, LOCK=NONE;
