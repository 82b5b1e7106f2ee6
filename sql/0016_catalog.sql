-- What administrators say of service keys and event types.

-- Who made a key; NULL where the operator's command did, which made all service keys before this.
ALTER TABLE api_keys ADD COLUMN IF NOT EXISTS created_by UUID NULL, ALGORITHM = INSTANT;

-- Counts changes, so that a stale form is noticed.
ALTER TABLE event_types ADD COLUMN IF NOT EXISTS version INT UNSIGNED NOT NULL DEFAULT 1,
  ALGORITHM = INSTANT;

-- How many webhooks chose a type, before it is retired.
ALTER TABLE webhook_subscriptions ADD INDEX IF NOT EXISTS by_event_type (event_type),
  ALGORITHM = NOCOPY, LOCK = NONE;
