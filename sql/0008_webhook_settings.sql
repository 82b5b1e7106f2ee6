-- What a person does with the settings of a webhook.

-- Secrets whose overlap is over, for the worker.
ALTER TABLE webhook_secrets ADD KEY IF NOT EXISTS by_expiry (expires_at),
  ALGORITHM=NOCOPY, LOCK=NONE;

-- What a webhook listened to before the last change of it, so that the change can be taken back.
CREATE TABLE IF NOT EXISTS webhook_undo (
  webhook_id UUID NOT NULL PRIMARY KEY,
  -- Names this one undo.
  id UUID NOT NULL,
  -- Of the webhook since that change: any other change makes this row worthless.
  version INT UNSIGNED NOT NULL,
  -- Names of event types with spaces between, or `*`.
  events TEXT CHARACTER SET ascii NOT NULL,
  created_at DATETIME(6) NOT NULL,
  -- Removal after an hour.
  KEY by_time (created_at),
  CONSTRAINT undo_of_webhook FOREIGN KEY (webhook_id) REFERENCES webhooks (id) ON DELETE CASCADE
);
