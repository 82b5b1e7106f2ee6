-- Who may touch which table. Run by the server's root after every `patchbay migrate`; again does no
-- harm:  mariadb < sql/grants.sql
-- Each program has what its statements need and nothing more; a right that a later version no
-- longer needs is taken back here by REVOKE. Columns are named where the others are none of the
-- program's business: password hashes, sealed values, what never changes.
-- Nobody who can sign in may UPDATE or DELETE in audit_log.
USE patchbay;

-- The responder: pages and API.
GRANT SELECT, INSERT,
      UPDATE (email, password_hash, role, status, invited_at, last_seen_at, deleted_at)
   ON users TO patchbay_web@localhost;
GRANT SELECT, INSERT, UPDATE (last_seen_at), DELETE ON sessions TO patchbay_web@localhost;
GRANT SELECT, INSERT, UPDATE (last_used_at, revoked_at) ON api_keys TO patchbay_web@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_failures TO patchbay_web@localhost;
GRANT SELECT, INSERT, UPDATE (ended_at) ON one_time_links TO patchbay_web@localhost;
-- Links go out by e-mail.
GRANT INSERT (id, user_id, subject, body, body_sealed, created_at, due_at)
   ON mails TO patchbay_web@localhost;
GRANT SELECT, INSERT ON form_submissions TO patchbay_web@localhost;
GRANT SELECT, INSERT, DELETE ON shown_once TO patchbay_web@localhost;
GRANT SELECT, INSERT, UPDATE ON use_limits TO patchbay_web@localhost;
GRANT SELECT, INSERT, UPDATE ON apps TO patchbay_web@localhost;
GRANT SELECT, INSERT, DELETE ON app_scopes TO patchbay_web@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON user_integrations TO patchbay_web@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON connection_scopes TO patchbay_web@localhost;
GRANT SELECT, INSERT, UPDATE ON oauth_requests TO patchbay_web@localhost;
GRANT SELECT, INSERT, UPDATE ON revocations TO patchbay_web@localhost;
GRANT SELECT, INSERT ON audit_log TO patchbay_web@localhost;
GRANT SELECT, INSERT,
      UPDATE (description, group_name, example, position, retired_at, version)
   ON event_types TO patchbay_web@localhost;
GRANT SELECT, INSERT ON events TO patchbay_web@localhost;
GRANT SELECT, INSERT, UPDATE ON idempotency_keys TO patchbay_web@localhost;
GRANT SELECT, INSERT, UPDATE ON webhooks TO patchbay_web@localhost;
GRANT SELECT, INSERT, DELETE ON webhook_subscriptions TO patchbay_web@localhost;
-- All of them, sealed values too: a test is signed and sent while its user waits.
GRANT SELECT, INSERT, UPDATE (expires_at), DELETE ON webhook_secrets TO patchbay_web@localhost;
GRANT SELECT, INSERT, DELETE ON webhook_undo TO patchbay_web@localhost;
GRANT SELECT, INSERT, DELETE ON webhook_headers TO patchbay_web@localhost;
GRANT SELECT, UPDATE (failing_since) ON webhook_health TO patchbay_web@localhost;
GRANT SELECT ON delivery_counts TO patchbay_web@localhost;
GRANT SELECT ON minute_counts TO patchbay_web@localhost;
GRANT SELECT ON noted_totals TO patchbay_web@localhost;
-- Sends again, and records what came of a test; only a worker claims.
GRANT SELECT, INSERT,
      UPDATE (status, due_at, live_webhook_id, in_flight, attempt_number, schedule_step,
              interrupted_in_row, single_attempt, was_delivered, response_status, error,
              finished_at, retry_job_id, dead_at)
   ON webhook_deliveries TO patchbay_web@localhost;
GRANT SELECT, INSERT ON webhook_attempts TO patchbay_web@localhost;
-- Begins jobs, takes their first step and stops them.
GRANT SELECT, INSERT,
      UPDATE (state, live_webhook_id, cursor_at, cursor_id, walked, queued, skipped, moved_at,
              finished_at, hidden_at)
   ON retry_jobs TO patchbay_web@localhost;
-- Tells people what the first step of an administrator's job has moved.
GRANT SELECT, INSERT, UPDATE (hidden_at, deliveries) ON notices TO patchbay_web@localhost;
GRANT SELECT ON workers TO patchbay_web@localhost;
GRANT SELECT ON schema_migrations TO patchbay_web@localhost;

-- The worker: sends, records, removes what is over.
-- The address, to send notices to.
GRANT SELECT (id, email, status, deleted_at), DELETE ON users TO patchbay_worker@localhost;
GRANT SELECT (expires_at), DELETE ON sessions TO patchbay_worker@localhost;
GRANT SELECT (expires_at), DELETE ON one_time_links TO patchbay_worker@localhost;
GRANT SELECT (created_at), DELETE ON form_submissions TO patchbay_worker@localhost;
GRANT SELECT (expires_at), DELETE ON shown_once TO patchbay_worker@localhost;
GRANT SELECT (last_at), DELETE ON sign_in_failures TO patchbay_worker@localhost;
GRANT SELECT (id, user_id), DELETE ON api_keys TO patchbay_worker@localhost;
GRANT SELECT (api_key_id, key_hash, created_at), DELETE
   ON idempotency_keys TO patchbay_worker@localhost;
GRANT SELECT, UPDATE (is_ending_all, refused_since, refused_word)
   ON apps TO patchbay_worker@localhost;
GRANT SELECT ON app_scopes TO patchbay_worker@localhost;
GRANT SELECT, UPDATE, DELETE ON user_integrations TO patchbay_worker@localhost;
GRANT SELECT, INSERT, UPDATE ON connection_scopes TO patchbay_worker@localhost;
GRANT SELECT,
      UPDATE (grant_encrypted, code_encrypted, secrets_encrypted, outcome, finished_at),
      DELETE
   ON oauth_requests TO patchbay_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON revocations TO patchbay_worker@localhost;
GRANT INSERT ON audit_log TO patchbay_worker@localhost;
GRANT SELECT (id, user_id, body, created_at), UPDATE (body), DELETE
   ON events TO patchbay_worker@localhost;
GRANT SELECT, INSERT, DELETE ON kept_payloads TO patchbay_worker@localhost;
GRANT SELECT, INSERT, UPDATE ON chores TO patchbay_worker@localhost;
GRANT SELECT, UPDATE (status, paused_reason, paused_at, version, updated_at), DELETE
   ON webhooks TO patchbay_worker@localhost;
GRANT SELECT (webhook_id), DELETE ON webhook_subscriptions TO patchbay_worker@localhost;
GRANT SELECT, DELETE ON webhook_secrets TO patchbay_worker@localhost;
GRANT SELECT (webhook_id, created_at), DELETE ON webhook_undo TO patchbay_worker@localhost;
GRANT SELECT (user_id), DELETE ON use_limits TO patchbay_worker@localhost;
GRANT SELECT, DELETE ON webhook_headers TO patchbay_worker@localhost;
-- INSERT … ON DUPLICATE KEY UPDATE wants UPDATE on every column that it inserts.
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_health TO patchbay_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON delivery_counts TO patchbay_worker@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON minute_counts TO patchbay_worker@localhost;
GRANT SELECT, INSERT, UPDATE ON noted_totals TO patchbay_worker@localhost;
GRANT SELECT,
      UPDATE (status, due_at, live_webhook_id, in_flight, lease_number, attempt_number,
              schedule_step, interrupted_in_row, single_attempt, was_delivered, response_status,
              error, finished_at, retry_job_id, dead_at),
      DELETE
   ON webhook_deliveries TO patchbay_worker@localhost;
GRANT SELECT, INSERT, UPDATE (head_delivery_id, next_at), DELETE
   ON webhook_limits TO patchbay_worker@localhost;
GRANT SELECT (delivery_id, number, started_at, response_body), INSERT, UPDATE (response_body),
      DELETE
   ON webhook_attempts TO patchbay_worker@localhost;
GRANT SELECT,
      UPDATE (state, live_webhook_id, cursor_at, cursor_id, walked, queued, skipped, delivered,
              failed, failed_in_row, moved_at, finished_at),
      DELETE
   ON retry_jobs TO patchbay_worker@localhost;
GRANT SELECT, INSERT, UPDATE (ended_at, deliveries), DELETE ON notices TO patchbay_worker@localhost;
GRANT SELECT, INSERT, UPDATE (due_at, tries, sent_at, error, body_sealed), DELETE
   ON mails TO patchbay_worker@localhost;
GRANT SELECT, INSERT, UPDATE (last_seen_at, stopped_at), DELETE
   ON workers TO patchbay_worker@localhost;
GRANT SELECT ON schema_migrations TO patchbay_worker@localhost;

-- The operator's command; setup.sql lets it read all and add rows.
GRANT UPDATE (email, password_hash, role, status, deleted_at) ON users TO patchbay_admin@localhost;
GRANT UPDATE (ended_at) ON one_time_links TO patchbay_admin@localhost;
GRANT UPDATE (body_sealed) ON mails TO patchbay_admin@localhost;
GRANT DELETE ON sessions TO patchbay_admin@localhost;
GRANT DELETE ON sign_in_failures TO patchbay_admin@localhost;
GRANT UPDATE (revoked_at) ON api_keys TO patchbay_admin@localhost;
GRANT UPDATE (version, deleted_at) ON webhooks TO patchbay_admin@localhost;
GRANT UPDATE (secret_sealed), DELETE ON webhook_secrets TO patchbay_admin@localhost;
GRANT UPDATE (value_sealed), DELETE ON webhook_headers TO patchbay_admin@localhost;
GRANT UPDATE ON apps TO patchbay_admin@localhost;
GRANT DELETE ON app_scopes TO patchbay_admin@localhost;
GRANT UPDATE (access_token_encrypted, refresh_token_encrypted, credentials_encrypted)
   ON user_integrations TO patchbay_admin@localhost;
GRANT UPDATE (access_token_encrypted, refresh_token_encrypted)
   ON revocations TO patchbay_admin@localhost;
GRANT UPDATE (secrets_encrypted, code_encrypted, grant_encrypted)
   ON oauth_requests TO patchbay_admin@localhost;

-- What nobody else may do to the audit log, two procedures do for the worker. They run with the rights
-- of an account that cannot sign in. One statement each, so that any client can run this file.
CREATE USER IF NOT EXISTS patchbay_audit@localhost IDENTIFIED VIA unix_socket ACCOUNT LOCK;
GRANT SELECT, UPDATE (before_change, after_change, address), DELETE
   ON audit_log TO patchbay_audit@localhost;
GRANT SELECT (id, deleted_at) ON users TO patchbay_audit@localhost;

-- Removes up to so many rows older than a time, none that is younger than 30 days.
CREATE OR REPLACE DEFINER = patchbay_audit@localhost
PROCEDURE audit_purge(IN older_than DATETIME(6), IN row_limit INT)
  MODIFIES SQL DATA SQL SECURITY DEFINER
  DELETE FROM audit_log
   WHERE at < LEAST(older_than, UTC_TIMESTAMP(6) - INTERVAL 30 DAY)
   ORDER BY at LIMIT row_limit;

-- Blanks up to so many rows about or by a user, none unless the user is deleted.
CREATE OR REPLACE DEFINER = patchbay_audit@localhost
PROCEDURE audit_forget(IN forgotten UUID, IN row_limit INT)
  MODIFIES SQL DATA SQL SECURITY DEFINER
  UPDATE audit_log SET before_change = NULL, after_change = NULL, address = NULL
   WHERE (user_id = forgotten OR actor_id = forgotten)
     AND (before_change IS NOT NULL OR after_change IS NOT NULL OR address IS NOT NULL)
     AND EXISTS (SELECT 1 FROM users WHERE id = forgotten AND deleted_at IS NOT NULL)
   LIMIT row_limit;

GRANT EXECUTE ON PROCEDURE audit_purge TO patchbay_audit@localhost, patchbay_worker@localhost;
GRANT EXECUTE ON PROCEDURE audit_forget TO patchbay_audit@localhost, patchbay_worker@localhost;

-- EXECUTE on everything, as it once was given, would be a way around that.
REVOKE EXECUTE ON patchbay.* FROM patchbay_admin@localhost;
GRANT EXECUTE ON PROCEDURE emit_event TO patchbay_admin@localhost;
GRANT EXECUTE ON PROCEDURE check_json TO patchbay_admin@localhost;
GRANT EXECUTE ON FUNCTION user_id TO patchbay_admin@localhost;
