-- What can happen, and what did.

-- One kind of event.
CREATE TABLE IF NOT EXISTS event_types (
  name VARCHAR(50) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL PRIMARY KEY,
  description VARCHAR(200) NOT NULL,
  -- The heading it stands under in a picker.
  group_name VARCHAR(50) NOT NULL,
  -- An example of `data`.
  example JSON NOT NULL,
  position SMALLINT UNSIGNED NOT NULL,
  retired_at DATETIME(6) NULL,
  -- The name is pasted into the body as it is; `$` alone lets a line end follow.
  CONSTRAINT event_type_name CHECK (
    name REGEXP '^[a-z0-9_]+([.][a-z0-9_]+)*$' AND name NOT REGEXP '[^a-z0-9_.]')
);

-- One event; its body is here once, however many webhooks it goes to.
-- No foreign key to users: it would lock the user's row for as long as a host's transaction is open.
CREATE TABLE IF NOT EXISTS events (
  id UUID NOT NULL PRIMARY KEY,
  user_id UUID NOT NULL,
  event_type VARCHAR(50) CHARACTER SET ascii NOT NULL,
  -- When it happened, as the host says.
  timestamp DATETIME(6) NOT NULL,
  -- The exact bytes that are signed and sent; NULL once purged.
  body MEDIUMBLOB NULL,
  created_at DATETIME(6) NOT NULL
);

-- The answer to a request that carried an Idempotency-Key, written in the request's transaction.
CREATE TABLE IF NOT EXISTS idempotency_keys (
  api_key_id UUID NOT NULL,
  key_hash BINARY(32) NOT NULL,
  request_hash BINARY(32) NOT NULL,
  -- The JSON that was answered with 202; NULL only inside that transaction.
  answer MEDIUMBLOB NULL,
  created_at DATETIME(6) NOT NULL,
  PRIMARY KEY (api_key_id, key_hash),
  -- Removal after 24 hours.
  KEY by_time (created_at)
);

INSERT IGNORE INTO event_types (name, description, group_name, example, position) VALUES
  ('lead.created', 'A lead is added', 'Leads',
   '{"id":"lead_8f2c41","name":"Ada Example","stage":"new","source":"web form","value":{"amount":4200,"currency":"EUR"},"owner":null}', 10),
  ('lead.updated', 'A lead changes', 'Leads',
   '{"id":"lead_8f2c41","changed":["stage"],"stage":"qualified"}', 20),
  ('context.created', 'A context is added', 'Contexts',
   '{"id":"ctx_31b7","name":"Spring campaign"}', 30),
  ('context.updated', 'A context changes', 'Contexts',
   '{"id":"ctx_31b7","changed":["name"],"name":"Summer campaign"}', 40),
  ('context.deleted', 'A context is removed', 'Contexts',
   '{"id":"ctx_31b7"}', 50),
  ('user.login', 'Someone signs in', 'Users',
   '{"user":"you@example.com","method":"password"}', 60),
  ('user.settings_changed', 'Settings are changed', 'Users',
   '{"user":"you@example.com","changed":["webhooks"]}', 70),
  ('export.completed', 'An export is ready', 'Exports',
   '{"id":"exp_77","rows":1200,"format":"csv"}', 80);
