-- What people are told about their webhooks, and how fast endpoints answer.

-- How many of an hour's attempts were answered within so many milliseconds, and not within the number
-- before. Tests are left out.
ALTER TABLE delivery_counts
  ADD COLUMN IF NOT EXISTS within_10 INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS within_25 INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS within_50 INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS within_100 INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS within_250 INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS within_500 INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS within_1000 INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS within_2500 INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS within_5000 INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS within_10000 INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS within_30000 INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS within_300000 INT UNSIGNED NOT NULL DEFAULT 0,
  ALGORITHM=INSTANT;

-- The failing ones, for the worker's notices. NULL for all others.
ALTER TABLE webhook_health
  ADD KEY IF NOT EXISTS by_failure (failing_since), ALGORITHM=NOCOPY, LOCK=NONE;

-- Those that we stopped, for the same.
ALTER TABLE webhooks
  ADD KEY IF NOT EXISTS by_pause (paused_reason, paused_at), ALGORITHM=NOCOPY, LOCK=NONE;

-- One thing about a webhook that its user was told, once for each time that it happened. What is to be
-- told now follows from the webhook itself; this is what was told, and what is over.
CREATE TABLE IF NOT EXISTS notices (
  id UUID NOT NULL PRIMARY KEY,
  user_id UUID NOT NULL,
  webhook_id UUID NOT NULL,
  -- Fails for a while; will be stopped soon; was stopped; delivers again after failing.
  kind ENUM('failing', 'stopping', 'stopped', 'recovered') NOT NULL,
  -- When the failing began, or when it was stopped: the same again is the same notice.
  since DATETIME(6) NOT NULL,
  created_at DATETIME(6) NOT NULL,
  -- The cause is gone.
  ended_at DATETIME(6) NULL,
  -- Its user has seen it.
  hidden_at DATETIME(6) NULL,
  UNIQUE KEY once (webhook_id, kind, since),
  -- A user's, for pages.
  KEY by_user (user_id, kind, created_at),
  -- Those whose cause may be gone.
  KEY by_end (ended_at, kind),
  -- Removal of the old ones.
  KEY by_time (created_at),
  CONSTRAINT notice_of_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT notice_of_webhook FOREIGN KEY (webhook_id) REFERENCES webhooks (id) ON DELETE CASCADE
);

-- One e-mail to a user, written with the notice that it is about.
CREATE TABLE IF NOT EXISTS mails (
  id UUID NOT NULL PRIMARY KEY,
  user_id UUID NOT NULL,
  subject VARCHAR(200) NOT NULL,
  body TEXT NOT NULL,
  created_at DATETIME(6) NOT NULL,
  -- While it is to be sent: when it is tried next.
  due_at DATETIME(6) NULL,
  tries SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  sent_at DATETIME(6) NULL,
  -- Why the last try failed.
  error VARCHAR(200) NULL,
  -- The due ones.
  KEY by_due (due_at),
  -- How many a user got lately.
  KEY by_user (user_id, created_at),
  -- Removal of the old ones.
  KEY by_time (created_at),
  CONSTRAINT mail_of_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
