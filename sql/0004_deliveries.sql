-- The queue and the log.

-- One event on its way to one webhook.
-- No foreign key to webhooks: it would lock the webhook's row for as long as a host's transaction
-- around emit_event is open, and a cascade over a million rows would stall everybody.
CREATE TABLE IF NOT EXISTS webhook_deliveries (
  id UUID NOT NULL PRIMARY KEY,
  webhook_id UUID NOT NULL,
  user_id UUID NOT NULL,
  event_id UUID NOT NULL,
  event_type VARCHAR(50) CHARACTER SET ascii NOT NULL,
  status ENUM('pending', 'delivered', 'failed', 'held') NOT NULL,
  -- While pending only: when it is due, and the webhook again. Finished and held rows have NULL in
  -- both, so the queue's part of the index is as small as the queue.
  due_at DATETIME(6) NULL,
  live_webhook_id UUID NULL,
  -- Between a claim and its result; due_at is then the end of the lease.
  in_flight BOOLEAN NOT NULL DEFAULT FALSE,
  -- Counts claims: a result of an older claim decides nothing.
  lease_number INT UNSIGNED NOT NULL DEFAULT 0,
  -- Attempts on record.
  attempt_number SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  -- Those that count against the retry schedule.
  schedule_step SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  interrupted_in_row TINYINT UNSIGNED NOT NULL DEFAULT 0,
  -- Asked for by a person, outside the schedule: one attempt, then delivered or failed.
  single_attempt BOOLEAN NOT NULL DEFAULT FALSE,
  -- Delivered once already; stays so whatever a further attempt brings.
  was_delivered BOOLEAN NOT NULL DEFAULT FALSE,
  test BOOLEAN NOT NULL DEFAULT FALSE,
  -- Both of the last attempt, but 'dropped' where it was given up.
  response_status SMALLINT UNSIGNED NULL,
  error ENUM('dns', 'address_refused', 'connect', 'connect_timeout', 'tls', 'timeout', 'reset',
             'protocol', 'redirect', 'status', 'interrupted', 'dropped', 'internal') NULL,
  created_at DATETIME(6) NOT NULL,
  finished_at DATETIME(6) NULL,
  -- Only <=> and IS NULL: a CHECK that comes to NULL passes.
  CONSTRAINT status_says_what_is_set CHECK (
    CASE status
      WHEN 'pending' THEN due_at IS NOT NULL AND live_webhook_id <=> webhook_id
                          AND finished_at IS NULL
      WHEN 'held' THEN due_at IS NULL AND live_webhook_id IS NULL AND finished_at IS NULL
      ELSE due_at IS NULL AND live_webhook_id IS NULL AND finished_at IS NOT NULL
    END),
  CONSTRAINT in_flight_is_pending CHECK (NOT in_flight OR status = 'pending'),
  -- The claim: webhooks with due deliveries by a loose scan, then the due ones of each; and how many
  -- of a webhook are in flight.
  KEY queue (live_webhook_id, in_flight, due_at),
  -- A webhook's log, newest first.
  KEY log (webhook_id, created_at),
  -- The other webhooks that got an event; payload purge.
  KEY by_event (event_id)
);

-- Where a webhook with limits of its own stands. Whoever claims for it holds this row, so that the
-- limits are those of all workers together.
CREATE TABLE IF NOT EXISTS webhook_limits (
  webhook_id UUID NOT NULL PRIMARY KEY,
  -- Of an ordered one: the delivery whose turn it is, until it has ended.
  head_delivery_id UUID NULL,
  -- By max_per_second: the moment that the next delivery is counted for.
  next_at DATETIME(6) NULL
);

-- One HTTP try, as it happened.
CREATE TABLE IF NOT EXISTS webhook_attempts (
  delivery_id UUID NOT NULL,
  number SMALLINT UNSIGNED NOT NULL,
  started_at DATETIME(6) NOT NULL,
  -- Microseconds; NULL where that part did not happen.
  total_us INT UNSIGNED NULL,
  dns_us INT UNSIGNED NULL,
  connect_us INT UNSIGNED NULL,
  tls_us INT UNSIGNED NULL,
  first_byte_us INT UNSIGNED NULL,
  remote_address VARCHAR(64) CHARACTER SET ascii NULL,
  endpoint_url VARCHAR(2048) CHARACTER SET ascii NOT NULL,
  response_status SMALLINT UNSIGNED NULL,
  error ENUM('dns', 'address_refused', 'connect', 'connect_timeout', 'tls', 'timeout', 'reset',
             'protocol', 'redirect', 'status', 'interrupted', 'internal') NULL,
  -- JSON [[name, value], …] as bytes: what a receiver sends can never make the write fail.
  request_headers BLOB NOT NULL,
  response_headers MEDIUMBLOB NOT NULL,
  -- The first 16 KiB; emptied when payloads are purged.
  response_body BLOB NOT NULL,
  -- Asked for by a person.
  manual BOOLEAN NOT NULL,
  PRIMARY KEY (delivery_id, number)
);

-- What became of a webhook's deliveries in one hour, so that no page counts the log. Tests are
-- left out.
CREATE TABLE IF NOT EXISTS delivery_counts (
  webhook_id UUID NOT NULL,
  hour DATETIME NOT NULL,
  delivered INT UNSIGNED NOT NULL DEFAULT 0,
  failed INT UNSIGNED NOT NULL DEFAULT 0,
  PRIMARY KEY (webhook_id, hour),
  -- Purge by age.
  KEY by_hour (hour)
);

-- A run of the worker.
CREATE TABLE IF NOT EXISTS workers (
  id UUID NOT NULL PRIMARY KEY,
  host VARCHAR(255) NOT NULL,
  process_id INT UNSIGNED NOT NULL,
  version VARCHAR(32) CHARACTER SET ascii NOT NULL,
  started_at DATETIME(6) NOT NULL,
  last_seen_at DATETIME(6) NOT NULL,
  stopped_at DATETIME(6) NULL,
  -- The last one seen; removal of the old ones.
  KEY by_time (last_seen_at)
);
