-- A request counts a bounded part of the log; the job that it begins counts on.

ALTER TABLE retry_jobs
  -- `total` and `through_*` grow still: what lies behind has not been counted.
  ADD COLUMN IF NOT EXISTS counting BOOLEAN NOT NULL DEFAULT FALSE, ALGORITHM=INSTANT;
