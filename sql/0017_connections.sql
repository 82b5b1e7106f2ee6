-- What people are told about connections that broke, and how an administrator ends all of an app's.

-- A notice is about a webhook or about a connection, which may be gone by now.
ALTER TABLE notices
  MODIFY webhook_id UUID NULL,
  MODIFY kind ENUM('failing', 'stopping', 'stopped', 'recovered', 'reconnect') NOT NULL,
  ADD COLUMN IF NOT EXISTS connection_id UUID NULL;
ALTER TABLE notices
  ADD UNIQUE KEY IF NOT EXISTS once_of_connection (connection_id, kind, since);

ALTER TABLE user_integrations
  -- Those that broke lately, for the worker's notices. NULL for all others.
  ADD KEY IF NOT EXISTS by_break (reconnect_since),
  -- Those of an app, in the order in which they were made.
  ADD KEY IF NOT EXISTS by_app (provider, connected_at),
  ALGORITHM=NOCOPY, LOCK=NONE;

ALTER TABLE apps
  -- When everybody was last disconnected: connections made until then end.
  ADD COLUMN IF NOT EXISTS ended_all_at DATETIME(6) NULL,
  -- The worker is still at it.
  ADD COLUMN IF NOT EXISTS is_ending_all BOOLEAN NOT NULL DEFAULT FALSE,
  ALGORITHM=INSTANT;
