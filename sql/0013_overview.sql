-- How delivering goes, for the administrators' overview and for metrics.

-- One minute of all webhooks together, kept for eight days. Each batch of results adds to it last of
-- all, so that nobody waits for it while it waits for others. Tests are left out.
CREATE TABLE IF NOT EXISTS minute_counts (
  minute DATETIME NOT NULL PRIMARY KEY,
  delivered INT UNSIGNED NOT NULL DEFAULT 0,
  failed INT UNSIGNED NOT NULL DEFAULT 0,
  -- Deliveries that were pending when it began; NULL: nobody counted.
  waiting INT UNSIGNED NULL,
  -- What the attempts that were answered took together, and how many of them took so many
  -- milliseconds at most, and not the number before.
  answer_us BIGINT UNSIGNED NOT NULL DEFAULT 0,
  within_10 INT UNSIGNED NOT NULL DEFAULT 0,
  within_25 INT UNSIGNED NOT NULL DEFAULT 0,
  within_50 INT UNSIGNED NOT NULL DEFAULT 0,
  within_100 INT UNSIGNED NOT NULL DEFAULT 0,
  within_250 INT UNSIGNED NOT NULL DEFAULT 0,
  within_500 INT UNSIGNED NOT NULL DEFAULT 0,
  within_1000 INT UNSIGNED NOT NULL DEFAULT 0,
  within_2500 INT UNSIGNED NOT NULL DEFAULT 0,
  within_5000 INT UNSIGNED NOT NULL DEFAULT 0,
  within_10000 INT UNSIGNED NOT NULL DEFAULT 0,
  within_30000 INT UNSIGNED NOT NULL DEFAULT 0,
  within_300000 INT UNSIGNED NOT NULL DEFAULT 0
);

-- One row: what a worker notes once a minute, since it is too much to be counted for a page.
CREATE TABLE IF NOT EXISTS noted_totals (
  id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
  -- Every minute before this one is in the sums, which therefore outlive it and only rise.
  summed_to DATETIME NOT NULL,
  delivered BIGINT UNSIGNED NOT NULL DEFAULT 0,
  failed BIGINT UNSIGNED NOT NULL DEFAULT 0,
  answer_us BIGINT UNSIGNED NOT NULL DEFAULT 0,
  within_10 BIGINT UNSIGNED NOT NULL DEFAULT 0,
  within_25 BIGINT UNSIGNED NOT NULL DEFAULT 0,
  within_50 BIGINT UNSIGNED NOT NULL DEFAULT 0,
  within_100 BIGINT UNSIGNED NOT NULL DEFAULT 0,
  within_250 BIGINT UNSIGNED NOT NULL DEFAULT 0,
  within_500 BIGINT UNSIGNED NOT NULL DEFAULT 0,
  within_1000 BIGINT UNSIGNED NOT NULL DEFAULT 0,
  within_2500 BIGINT UNSIGNED NOT NULL DEFAULT 0,
  within_5000 BIGINT UNSIGNED NOT NULL DEFAULT 0,
  within_10000 BIGINT UNSIGNED NOT NULL DEFAULT 0,
  within_30000 BIGINT UNSIGNED NOT NULL DEFAULT 0,
  within_300000 BIGINT UNSIGNED NOT NULL DEFAULT 0,
  -- When what follows was counted; NULL: never.
  noted_at DATETIME(6) NULL,
  -- Pending deliveries, those of them that are due, those being sent, and since when the oldest is due.
  waiting BIGINT UNSIGNED NOT NULL DEFAULT 0,
  due BIGINT UNSIGNED NOT NULL DEFAULT 0,
  in_flight BIGINT UNSIGNED NOT NULL DEFAULT 0,
  oldest_due_at DATETIME(6) NULL,
  -- Connections, by status.
  connected BIGINT UNSIGNED NOT NULL DEFAULT 0,
  needs_reconnect BIGINT UNSIGNED NOT NULL DEFAULT 0,
  CONSTRAINT totals_have_one_row CHECK (id = 1)
);

-- How many work, and those that have to be connected again, by app.
ALTER TABLE user_integrations
  ADD KEY IF NOT EXISTS by_status (status, provider), ALGORITHM=NOCOPY, LOCK=NONE;
