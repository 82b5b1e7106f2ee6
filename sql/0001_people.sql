-- People, how they are known, and what they did.

-- A person with an account.
CREATE TABLE IF NOT EXISTS users (
  id UUID NOT NULL PRIMARY KEY,
  -- Lower case. NULL once deleted, so that the address can be used again.
  email VARCHAR(254) NULL,
  -- scrypt$ln=…,r=…,p=…$salt$hash; NULL where the host signs people in.
  password_hash VARCHAR(255) CHARACTER SET ascii NULL,
  role ENUM('user', 'administrator') NOT NULL,
  status ENUM('active', 'disabled') NOT NULL,
  created_at DATETIME(6) NOT NULL,
  deleted_at DATETIME(6) NULL,
  CONSTRAINT deleted_users_have_no_email CHECK ((email IS NULL) <=> (deleted_at IS NOT NULL)),
  -- Sign-in, user_id(), ?user=.
  UNIQUE KEY email (email)
);

-- A signed-in browser. Its cookie is not here, only the cookie's hash.
CREATE TABLE IF NOT EXISTS sessions (
  -- Names the session where it may be seen: forms, lists.
  id UUID NOT NULL PRIMARY KEY,
  token_hash BINARY(32) NOT NULL,
  user_id UUID NOT NULL,
  created_at DATETIME(6) NOT NULL,
  last_seen_at DATETIME(6) NOT NULL,
  -- The absolute end; being idle for long ends it earlier.
  expires_at DATETIME(6) NOT NULL,
  address VARCHAR(45) CHARACTER SET ascii NOT NULL,
  user_agent VARCHAR(255) NOT NULL,
  -- Every request with a cookie.
  UNIQUE KEY token_hash (token_hash),
  -- A user's sessions: listed, ended together.
  KEY by_user (user_id, created_at),
  -- Removal of the ended ones.
  KEY by_expiry (expires_at),
  CONSTRAINT session_of_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

-- An API key: of a user, or of a service that acts for any user.
CREATE TABLE IF NOT EXISTS api_keys (
  id UUID NOT NULL PRIMARY KEY,
  -- NULL: a service key.
  user_id UUID NULL,
  name VARCHAR(100) NOT NULL,
  token_hash BINARY(32) NOT NULL,
  -- The first characters, to know it by.
  prefix VARCHAR(12) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
  scopes SET('events:write', 'webhooks:read', 'webhooks:write', 'deliveries:read',
             'deliveries:write', 'connections:read', 'connections:write', 'connections:token',
             'metrics') NOT NULL,
  created_at DATETIME(6) NOT NULL,
  expires_at DATETIME(6) NULL,
  -- To the minute, so that a busy key is not written for every call.
  last_used_at DATETIME(6) NULL,
  revoked_at DATETIME(6) NULL,
  -- Every API call.
  UNIQUE KEY token_hash (token_hash),
  -- A user's keys, listed.
  KEY by_user (user_id, created_at),
  CONSTRAINT api_key_of_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

-- Failed sign-ins of one account or from one network, for throttling.
CREATE TABLE IF NOT EXISTS sign_in_failures (
  kind ENUM('account', 'network') NOT NULL,
  -- SHA-256 of the e-mail address, or of the IPv4 /24 or IPv6 /64.
  subject BINARY(32) NOT NULL,
  failures INT UNSIGNED NOT NULL,
  last_at DATETIME(6) NOT NULL,
  blocked_until DATETIME(6) NULL,
  PRIMARY KEY (kind, subject),
  -- Removal of the old ones.
  KEY by_time (last_at)
);

-- A form that was already taken, so that a double click does the thing once.
CREATE TABLE IF NOT EXISTS form_submissions (
  session_id UUID NOT NULL,
  form_id UUID NOT NULL,
  -- Where the first one led to.
  location VARCHAR(255) CHARACTER SET ascii NOT NULL,
  created_at DATETIME(6) NOT NULL,
  PRIMARY KEY (session_id, form_id),
  -- Removal of the old ones.
  KEY by_time (created_at)
);

-- A sealed value that one session may see once.
CREATE TABLE IF NOT EXISTS shown_once (
  session_id UUID NOT NULL,
  -- What it belongs to: a webhook, an API key.
  subject_id UUID NOT NULL,
  value_sealed VARBINARY(1024) NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  PRIMARY KEY (session_id, subject_id),
  -- Removal of those never looked at.
  KEY by_expiry (expires_at)
);

-- Who did what to what. Rows are added, never changed; names come by join.
CREATE TABLE IF NOT EXISTS audit_log (
  id UUID NOT NULL PRIMARY KEY,
  at DATETIME(6) NOT NULL,
  actor_kind ENUM('user', 'service_key', 'command', 'worker', 'host') NOT NULL,
  -- The user or the API key that acted; NULL for a command and the worker.
  actor_id UUID NULL,
  -- Whom it concerns; NULL where it is nobody in particular.
  user_id UUID NULL,
  -- subject and verb: webhook.created
  action VARCHAR(64) CHARACTER SET ascii NOT NULL,
  subject_id UUID NULL,
  -- Members that changed, secrets left out.
  before_change JSON NULL,
  after_change JSON NULL,
  address VARCHAR(45) CHARACTER SET ascii NULL,
  request_id VARCHAR(64) CHARACTER SET ascii NULL,
  -- A user's own log, newest first.
  KEY by_user (user_id, at),
  -- The whole log, newest first, and its purge.
  KEY by_time (at)
);
