-- What has failed for good: found, grouped and sent again across webhooks.

-- When a delivery failed for good: its finished_at, where it is `failed` and neither a test nor
-- dropped. NULL for all others, whose entries lie together at the index's beginning.
ALTER TABLE webhook_deliveries
  ADD COLUMN IF NOT EXISTS dead_at DATETIME(6) NULL, ALGORITHM=INSTANT;

-- Those, newest first, of whatever webhook.
ALTER TABLE webhook_deliveries ADD KEY IF NOT EXISTS dead (dead_at), ALGORITHM=NOCOPY, LOCK=NONE;

-- Those that failed before there was the column: ids are read plainly, rows are locked by primary key,
-- 500 a transaction. The key is a UUID of version 7, so the walk follows time.
BEGIN NOT ATOMIC
  DECLARE place UUID DEFAULT '00000000-0000-0000-0000-000000000000';
  DECLARE last_read UUID DEFAULT NULL;
  walk: LOOP
    SET last_read = (
      SELECT MAX(k.id) FROM (
        SELECT d.id FROM webhook_deliveries AS d FORCE INDEX (PRIMARY)
         WHERE d.id > place ORDER BY d.id LIMIT 500) AS k);
    IF last_read IS NULL THEN
      LEAVE walk;
    END IF;
    START TRANSACTION;
    FOR one IN (
      SELECT d.id FROM webhook_deliveries AS d FORCE INDEX (PRIMARY)
       WHERE d.id > place AND d.id <= last_read AND d.status = 'failed' AND d.dead_at IS NULL
         AND NOT d.test AND NOT d.error <=> 'dropped')
    DO
      UPDATE webhook_deliveries FORCE INDEX (PRIMARY) SET dead_at = finished_at
       WHERE id = one.id AND status = 'failed' AND NOT test AND NOT error <=> 'dropped';
    END FOR;
    COMMIT;
    SET place = last_read;
  END LOOP;
END;

-- The host of the endpoint URL, so that webhooks are found by it. The table is small: copied once.
ALTER TABLE webhooks
  ADD COLUMN IF NOT EXISTS endpoint_host VARCHAR(255) CHARACTER SET ascii
    GENERATED ALWAYS AS (
      LOWER(SUBSTRING_INDEX(SUBSTRING_INDEX(SUBSTRING_INDEX(
        SUBSTRING(endpoint_url, LOCATE('://', endpoint_url) + 3), '/', 1), '?', 1), ':', 1))
    ) PERSISTENT;

-- Webhooks by host, and by name, across users.
ALTER TABLE webhooks
  ADD KEY IF NOT EXISTS by_host (endpoint_host), ADD KEY IF NOT EXISTS by_name (name),
  ALGORITHM=NOCOPY, LOCK=NONE;

-- A job of an administrator's is for deliveries of many webhooks: it has no webhook, and what it is
-- narrowed to stands in columns of its own. from_at and through_at are then times of `dead_at`.
ALTER TABLE retry_jobs
  MODIFY webhook_id UUID NULL,
  ADD COLUMN IF NOT EXISTS from_id UUID NULL,
  ADD COLUMN IF NOT EXISTS host VARCHAR(255) CHARACTER SET ascii NULL,
  ADD COLUMN IF NOT EXISTS error VARCHAR(20) CHARACTER SET ascii NULL,
  ADD COLUMN IF NOT EXISTS response_status SMALLINT UNSIGNED NULL,
  ADD COLUMN IF NOT EXISTS for_webhook_id UUID NULL,
  ADD COLUMN IF NOT EXISTS for_user_id UUID NULL,
  -- Passed over: webhook paused or deleted, user disabled, payload gone, too many attempts.
  ADD COLUMN IF NOT EXISTS skipped INT UNSIGNED NOT NULL DEFAULT 0,
  DROP CONSTRAINT IF EXISTS ended_retry_jobs_are_not_live,
  DROP CONSTRAINT IF EXISTS live_retry_jobs_have_not_ended,
  ADD CONSTRAINT live_retry_jobs_have_not_ended CHECK (
    (finished_at IS NULL) = (state IN ('running', 'stopping', 'giving_up'))
    AND live_webhook_id <=> IF(finished_at IS NULL, webhook_id, NULL));
