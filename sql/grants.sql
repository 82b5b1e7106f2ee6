-- Who may touch which table. Run by the server's root after every `patchbay migrate`; again does no
-- harm:  mariadb < sql/grants.sql
-- Each program has what its statements need and nothing more; a right that a later version no
-- longer needs is taken back here by REVOKE. Columns are named where the others are none of the
-- program's business: password hashes, sealed values, what never changes.
-- Nobody may UPDATE or DELETE in audit_log.
USE patchbay;

-- The responder: pages and API.
GRANT SELECT, INSERT, UPDATE (password_hash, status) ON users TO patchbay_web@localhost;
GRANT SELECT, INSERT, UPDATE (last_seen_at), DELETE ON sessions TO patchbay_web@localhost;
GRANT SELECT, UPDATE (last_used_at) ON api_keys TO patchbay_web@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_failures TO patchbay_web@localhost;
GRANT SELECT, INSERT ON form_submissions TO patchbay_web@localhost;
GRANT SELECT, INSERT, DELETE ON shown_once TO patchbay_web@localhost;
GRANT INSERT ON audit_log TO patchbay_web@localhost;
GRANT SELECT ON event_types TO patchbay_web@localhost;
GRANT SELECT, INSERT ON events TO patchbay_web@localhost;
GRANT SELECT, INSERT, UPDATE ON idempotency_keys TO patchbay_web@localhost;
GRANT SELECT, INSERT, UPDATE ON webhooks TO patchbay_web@localhost;
GRANT SELECT, INSERT, DELETE ON webhook_subscriptions TO patchbay_web@localhost;
GRANT SELECT (webhook_id, public_key, last_four, created_at, expires_at), INSERT, DELETE
   ON webhook_secrets TO patchbay_web@localhost;
GRANT SELECT (webhook_id, name), INSERT, DELETE ON webhook_headers TO patchbay_web@localhost;
GRANT SELECT, UPDATE (failing_since) ON webhook_health TO patchbay_web@localhost;
GRANT SELECT ON delivery_counts TO patchbay_web@localhost;
GRANT SELECT, INSERT ON webhook_deliveries TO patchbay_web@localhost;
GRANT SELECT ON webhook_attempts TO patchbay_web@localhost;
GRANT SELECT ON workers TO patchbay_web@localhost;
GRANT SELECT ON schema_migrations TO patchbay_web@localhost;

-- The worker: sends, records, removes what is over.
GRANT SELECT (id, status, deleted_at) ON users TO patchbay_worker@localhost;
GRANT SELECT (expires_at), DELETE ON sessions TO patchbay_worker@localhost;
GRANT SELECT (created_at), DELETE ON form_submissions TO patchbay_worker@localhost;
GRANT SELECT (expires_at), DELETE ON shown_once TO patchbay_worker@localhost;
GRANT SELECT (last_at), DELETE ON sign_in_failures TO patchbay_worker@localhost;
GRANT SELECT (created_at), DELETE ON idempotency_keys TO patchbay_worker@localhost;
GRANT INSERT ON audit_log TO patchbay_worker@localhost;
GRANT SELECT (id, body) ON events TO patchbay_worker@localhost;
GRANT SELECT, UPDATE (status, paused_reason, paused_at, version, updated_at)
   ON webhooks TO patchbay_worker@localhost;
GRANT SELECT ON webhook_secrets TO patchbay_worker@localhost;
GRANT SELECT ON webhook_headers TO patchbay_worker@localhost;
-- INSERT … ON DUPLICATE KEY UPDATE wants UPDATE on every column that it inserts.
GRANT SELECT, INSERT, UPDATE ON webhook_health TO patchbay_worker@localhost;
GRANT SELECT, INSERT, UPDATE ON delivery_counts TO patchbay_worker@localhost;
GRANT SELECT,
      UPDATE (status, due_at, live_webhook_id, in_flight, lease_number, attempt_number,
              schedule_step, interrupted_in_row, single_attempt, was_delivered, response_status,
              error, finished_at)
   ON webhook_deliveries TO patchbay_worker@localhost;
GRANT SELECT, INSERT, UPDATE (head_delivery_id, next_at)
   ON webhook_limits TO patchbay_worker@localhost;
GRANT INSERT ON webhook_attempts TO patchbay_worker@localhost;
GRANT SELECT, INSERT, UPDATE (last_seen_at, stopped_at), DELETE
   ON workers TO patchbay_worker@localhost;
GRANT SELECT ON schema_migrations TO patchbay_worker@localhost;

-- The operator's command; setup.sql lets it read all, add rows and call the routines.
GRANT UPDATE (status) ON users TO patchbay_admin@localhost;
GRANT DELETE ON sessions TO patchbay_admin@localhost;
GRANT UPDATE (revoked_at) ON api_keys TO patchbay_admin@localhost;
GRANT UPDATE (secret_sealed) ON webhook_secrets TO patchbay_admin@localhost;
GRANT UPDATE (value_sealed) ON webhook_headers TO patchbay_admin@localhost;
