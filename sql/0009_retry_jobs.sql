-- Sending again: many deliveries by a job, and what each attempt was made for.

-- Deliveries of one webhook that are sent again, sent on or dropped, a few at a time.
CREATE TABLE IF NOT EXISTS retry_jobs (
  id UUID NOT NULL PRIMARY KEY,
  webhook_id UUID NOT NULL,
  user_id UUID NOT NULL,
  -- Failed ones get one attempt each; held ones go on in the schedule, or are given up.
  kind ENUM('retry', 'recover', 'drop') NOT NULL,
  -- `stopping` by a person and `giving_up` after too many failures in a row take back what waits.
  state ENUM('running', 'stopping', 'giving_up', 'done', 'stopped', 'gave_up', 'paused') NOT NULL,
  -- The webhook, until the job has ended: one at a time.
  live_webhook_id UUID NULL,
  -- Created from then on, up to this one; of one type, or of all.
  from_at DATETIME(6) NOT NULL,
  through_at DATETIME(6) NOT NULL,
  through_id UUID NOT NULL,
  event_type VARCHAR(50) CHARACTER SET ascii NULL,
  -- Instead of these: a list of deliveries.
  selection JSON NULL,
  -- As many as there were when it began.
  total INT UNSIGNED NOT NULL,
  -- The last one looked at; NULL before the first.
  cursor_at DATETIME(6) NULL,
  cursor_id UUID NULL,
  -- All were looked at.
  walked BOOLEAN NOT NULL DEFAULT FALSE,
  -- Put into the queue, or dropped; and the first result of those sent.
  queued INT UNSIGNED NOT NULL DEFAULT 0,
  delivered INT UNSIGNED NOT NULL DEFAULT 0,
  failed INT UNSIGNED NOT NULL DEFAULT 0,
  failed_in_row INT UNSIGNED NOT NULL DEFAULT 0,
  created_at DATETIME(6) NOT NULL,
  -- When something was last put into the queue or came back.
  moved_at DATETIME(6) NOT NULL,
  finished_at DATETIME(6) NULL,
  CONSTRAINT ended_retry_jobs_are_not_live CHECK (
    (live_webhook_id IS NULL) = (finished_at IS NOT NULL)
    AND (live_webhook_id IS NULL) = (state NOT IN ('running', 'stopping', 'giving_up'))),
  -- Those that run, for the worker; one for each webhook.
  UNIQUE KEY live (live_webhook_id),
  -- A webhook's jobs, newest first; removal with the webhook.
  KEY by_webhook (webhook_id, created_at),
  -- Removal of the old ones.
  KEY by_end (finished_at)
);

-- The job that put the delivery into the queue; NULL again when its result is on record.
ALTER TABLE webhook_deliveries
  ADD COLUMN IF NOT EXISTS retry_job_id UUID NULL, ALGORITHM=INSTANT;

-- The job that an attempt was made for, and what the connection was: HTTP 10 for 1.0, 11 for 1.1;
-- `TLSv1.3`; the end of the receiver's certificate.
ALTER TABLE webhook_attempts
  ADD COLUMN IF NOT EXISTS retry_job_id UUID NULL,
  ADD COLUMN IF NOT EXISTS http_version TINYINT UNSIGNED NULL,
  ADD COLUMN IF NOT EXISTS tls_version VARCHAR(16) CHARACTER SET ascii NULL,
  ADD COLUMN IF NOT EXISTS certificate_ends_at DATETIME NULL,
  ALGORITHM=INSTANT;
