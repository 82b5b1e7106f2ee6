-- What people are told: that a job has ended, and what is wrong with an endpoint's TLS.

ALTER TABLE retry_jobs
  -- Its user has seen how it ended.
  ADD COLUMN IF NOT EXISTS hidden_at DATETIME(6) NULL, ALGORITHM=INSTANT;

-- A user's that ended lately, for pages.
ALTER TABLE retry_jobs
  ADD KEY IF NOT EXISTS by_user (user_id, finished_at), ALGORITHM=NOCOPY, LOCK=NONE;

-- Which fault an attempt's error `tls` was; NULL for all others, and where nobody says which.
ALTER TABLE webhook_attempts
  ADD COLUMN IF NOT EXISTS tls_fault VARCHAR(16) CHARACTER SET ascii NULL, ALGORITHM=INSTANT;
