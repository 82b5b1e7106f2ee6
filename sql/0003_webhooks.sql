-- Where a user's events are sent.

-- A webhook. Its row is never written per delivery.
CREATE TABLE IF NOT EXISTS webhooks (
  id UUID NOT NULL PRIMARY KEY,
  user_id UUID NOT NULL,
  name VARCHAR(100) NOT NULL,
  endpoint_url VARCHAR(2048) CHARACTER SET ascii NOT NULL,
  -- True: every event type, new ones included; no rows in webhook_subscriptions then.
  listens_to_all BOOLEAN NOT NULL,
  status ENUM('active', 'paused') NOT NULL,
  paused_reason ENUM('user', 'failing', 'gone') NULL,
  paused_at DATETIME(6) NULL,
  signature ENUM('v1', 'v1a') NOT NULL,
  max_in_flight TINYINT UNSIGNED NULL,
  max_per_second SMALLINT UNSIGNED NULL,
  ordered BOOLEAN NOT NULL,
  -- Counts changes, so that a stale form is noticed.
  version INT UNSIGNED NOT NULL,
  created_at DATETIME(6) NOT NULL,
  updated_at DATETIME(6) NOT NULL,
  -- Hides it at once; the worker removes what hangs on it in batches.
  deleted_at DATETIME(6) NULL,
  CONSTRAINT paused_webhooks_say_why CHECK (
    ((status = 'paused') <=> (paused_reason IS NOT NULL))
    AND ((status = 'paused') <=> (paused_at IS NOT NULL))),
  CONSTRAINT max_in_flight_in_range CHECK (max_in_flight IS NULL OR max_in_flight BETWEEN 1 AND 64),
  CONSTRAINT max_per_second_in_range
    CHECK (max_per_second IS NULL OR max_per_second BETWEEN 1 AND 1000),
  -- A user's webhooks: the list, and which of them an event goes to.
  KEY by_user (user_id, created_at),
  -- Deleted ones, for the worker.
  KEY by_deletion (deleted_at)
);

-- One event type that a webhook listens to.
CREATE TABLE IF NOT EXISTS webhook_subscriptions (
  webhook_id UUID NOT NULL,
  event_type VARCHAR(50) CHARACTER SET ascii NOT NULL,
  PRIMARY KEY (webhook_id, event_type),
  CONSTRAINT subscription_of_webhook FOREIGN KEY (webhook_id) REFERENCES webhooks (id)
    ON DELETE CASCADE
);

-- One secret that a webhook's deliveries are signed with.
CREATE TABLE IF NOT EXISTS webhook_secrets (
  id UUID NOT NULL PRIMARY KEY,
  webhook_id UUID NOT NULL,
  -- The key bytes of v1, or the seed of v1a.
  secret_sealed VARBINARY(255) NOT NULL,
  -- Of v1a alone.
  public_key BINARY(32) NULL,
  -- What a person knows it by.
  last_four CHAR(4) CHARACTER SET ascii NOT NULL,
  created_at DATETIME(6) NOT NULL,
  -- NULL for the newest; after a rotation the older one signs until then.
  expires_at DATETIME(6) NULL,
  -- Those of one webhook.
  KEY by_webhook (webhook_id, created_at),
  CONSTRAINT secret_of_webhook FOREIGN KEY (webhook_id) REFERENCES webhooks (id) ON DELETE CASCADE
);

-- A header of the user's own; its value may be a credential.
CREATE TABLE IF NOT EXISTS webhook_headers (
  id UUID NOT NULL PRIMARY KEY,
  webhook_id UUID NOT NULL,
  name VARCHAR(100) CHARACTER SET ascii NOT NULL,
  value_sealed VARBINARY(4200) NOT NULL,
  -- Those of one webhook; one of each name.
  UNIQUE KEY by_webhook (webhook_id, name),
  CONSTRAINT header_of_webhook FOREIGN KEY (webhook_id) REFERENCES webhooks (id) ON DELETE CASCADE
);

-- How a webhook is doing now. Written with the attempts, so apart from webhooks.
CREATE TABLE IF NOT EXISTS webhook_health (
  webhook_id UUID NOT NULL PRIMARY KEY,
  last_success_at DATETIME(6) NULL,
  -- The first failed attempt since the last success.
  failing_since DATETIME(6) NULL
);
