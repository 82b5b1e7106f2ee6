-- Apps that people connect, their connections, and what is under way.

-- What an administrator has said of an app. The catalog's are in the program: they have a row once
-- something was said of them. An app of one's own is here alone.
CREATE TABLE IF NOT EXISTS apps (
  id VARCHAR(50) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL PRIMARY KEY,
  -- Names the row to the seal.
  seal_id UUID NOT NULL,
  -- NULL for the catalog's.
  name VARCHAR(60) NULL,
  category ENUM('crm', 'communication', 'productivity', 'analytics', 'storage', 'development') NULL,
  -- Whether new connections may be made.
  enabled BOOLEAN NOT NULL,
  client_id VARCHAR(255) NULL,
  client_secret_sealed VARBINARY(4200) NULL,
  -- What an administrator knows the secret by.
  secret_last_four VARCHAR(4) NULL,
  secret_set_at DATETIME(6) NULL,
  -- Instead of the catalog's; NULL: as there.
  authorization_url VARCHAR(2048) CHARACTER SET ascii NULL,
  token_url VARCHAR(2048) CHARACTER SET ascii NULL,
  revocation_url VARCHAR(2048) CHARACTER SET ascii NULL,
  identity_url VARCHAR(2048) CHARACTER SET ascii NULL,
  issuer VARCHAR(2048) CHARACTER SET ascii NULL,
  -- Counts changes, so that a stale form is noticed.
  version INT UNSIGNED NOT NULL,
  created_at DATETIME(6) NOT NULL,
  updated_at DATETIME(6) NOT NULL,
  CONSTRAINT own_apps_have_name_and_category CHECK ((name IS NULL) <=> (category IS NULL)),
  CONSTRAINT app_secrets_have_their_facts CHECK (
    ((client_secret_sealed IS NULL) <=> (secret_last_four IS NULL))
    AND ((client_secret_sealed IS NULL) <=> (secret_set_at IS NULL)))
);

-- One permission of an app of one's own; of the catalog's, one that is not offered.
CREATE TABLE IF NOT EXISTS app_scopes (
  app_id VARCHAR(50) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  scope VARCHAR(255) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  -- In people's words; NULL for the catalog's.
  meaning VARCHAR(200) NULL,
  required BOOLEAN NOT NULL,
  offered BOOLEAN NOT NULL,
  PRIMARY KEY (app_id, scope),
  CONSTRAINT scope_of_app FOREIGN KEY (app_id) REFERENCES apps (id) ON DELETE CASCADE
);

-- A connection: one user's link to one app.
CREATE TABLE IF NOT EXISTS user_integrations (
  id UUID NOT NULL PRIMARY KEY,
  user_id UUID NOT NULL,
  -- The app's id.
  provider VARCHAR(50) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  -- By which client of ours; NULL for credentials.
  client_id VARCHAR(255) NULL,
  -- NULL while it has to be connected again.
  access_token_encrypted BLOB NULL,
  refresh_token_encrypted BLOB NULL,
  -- A JSON object, of apps that are connected by keys.
  credentials_encrypted BLOB NULL,
  -- Whose account it is there: what never changes, and what people know it by.
  account_id VARCHAR(255) NOT NULL,
  account_name VARCHAR(255) NOT NULL,
  -- Where the account's own API is, for providers that have one for each account.
  api_origin VARCHAR(255) CHARACTER SET ascii NULL,
  status ENUM('connected', 'needs_reconnect') NOT NULL,
  -- Our word or the provider's: why, and since when.
  reconnect_reason VARCHAR(64) CHARACTER SET ascii NULL,
  reconnect_since DATETIME(6) NULL,
  -- NULL: it does not expire.
  access_expires_at DATETIME(6) NULL,
  -- When the worker renews it; NULL: never.
  refresh_at DATETIME(6) NULL,
  -- Somebody is renewing it, until then at most; others wait.
  refreshing_until DATETIME(6) NULL,
  -- The fence: who holds an older number writes nothing.
  refresh_number INT UNSIGNED NOT NULL DEFAULT 0,
  -- In a row.
  refresh_failures INT UNSIGNED NOT NULL DEFAULT 0,
  connected_at DATETIME(6) NOT NULL,
  -- To the minute, so that a busy one is not written for every call.
  last_used_at DATETIME(6) NULL,
  CONSTRAINT connections_that_broke_say_why CHECK (
    ((status = 'needs_reconnect') <=> (reconnect_since IS NOT NULL))
    AND ((status = 'needs_reconnect') <=> (reconnect_reason IS NOT NULL))),
  -- A user's connections; one for each app.
  UNIQUE KEY by_user (user_id, provider),
  -- Those to be renewed.
  KEY by_refresh (refresh_at),
  -- Those that live by one grant.
  KEY by_account (account_id, client_id)
);

-- One permission of a connection.
CREATE TABLE IF NOT EXISTS connection_scopes (
  connection_id UUID NOT NULL,
  -- As the catalog spells it.
  scope VARCHAR(255) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  -- missing: asked for and not given. denied: taken back by the person, and no longer used.
  state ENUM('granted', 'missing', 'denied') NOT NULL,
  since DATETIME(6) NOT NULL,
  PRIMARY KEY (connection_id, scope),
  CONSTRAINT scope_of_connection FOREIGN KEY (connection_id) REFERENCES user_integrations (id)
    ON DELETE CASCADE
);

-- One authorization under way, for ten minutes. Its answer is taken once.
CREATE TABLE IF NOT EXISTS oauth_requests (
  id UUID NOT NULL PRIMARY KEY,
  state_hash BINARY(32) NOT NULL,
  user_id UUID NOT NULL,
  session_id UUID NOT NULL,
  provider VARCHAR(50) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  redirect_uri VARCHAR(2048) CHARACTER SET ascii NOT NULL,
  -- JSON: the state, for the way there, and the PKCE verifier.
  secrets_encrypted VARBINARY(1024) NULL,
  -- What was asked for, separated by spaces.
  scopes TEXT CHARACTER SET ascii NOT NULL,
  created_at DATETIME(6) NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  -- When the provider sent the browser back.
  returned_at DATETIME(6) NULL,
  -- The authorization code, until it has been exchanged.
  code_encrypted BLOB NULL,
  -- Somebody exchanges it, until then at most.
  exchanging_until DATETIME(6) NULL,
  -- A grant of another account than is connected, until the person has chosen.
  grant_encrypted MEDIUMBLOB NULL,
  -- How it ended, in a word of ours, and the provider's or the account's.
  outcome VARCHAR(32) CHARACTER SET ascii NULL,
  detail VARCHAR(255) NULL,
  finished_at DATETIME(6) NULL,
  CONSTRAINT finished_requests_say_how CHECK ((outcome IS NULL) <=> (finished_at IS NULL)),
  -- The callback.
  UNIQUE KEY state_hash (state_hash),
  -- Those of a session, which end with it.
  KEY by_session (session_id, created_at),
  -- Removal of the old ones.
  KEY by_expiry (expires_at),
  CONSTRAINT request_of_session FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
);

-- A grant that was given up here and is taken back at its provider, and how that went.
CREATE TABLE IF NOT EXISTS revocations (
  id UUID NOT NULL PRIMARY KEY,
  user_id UUID NOT NULL,
  provider VARCHAR(50) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  account_name VARCHAR(255) NOT NULL,
  -- Kept until it has been done, for a day at most.
  access_token_encrypted BLOB NULL,
  refresh_token_encrypted BLOB NULL,
  attempts INT UNSIGNED NOT NULL DEFAULT 0,
  created_at DATETIME(6) NOT NULL,
  -- NULL once it has ended.
  due_at DATETIME(6) NULL,
  outcome ENUM('confirmed', 'already_gone', 'best_effort', 'shared_kept', 'unsupported', 'gave_up') NULL,
  CONSTRAINT pending_revocations_are_due CHECK ((due_at IS NULL) <=> (outcome IS NOT NULL)),
  CONSTRAINT ended_revocations_keep_no_token CHECK (
    outcome IS NULL OR (access_token_encrypted IS NULL AND refresh_token_encrypted IS NULL)),
  -- Those to be done.
  KEY by_due (due_at),
  -- The last one of a user's app.
  KEY by_user (user_id, provider, created_at)
);

-- Connecting is limited too.
ALTER TABLE use_limits
  MODIFY kind ENUM('test_send', 'address_check', 'connect') NOT NULL, ALGORITHM=INSTANT;
