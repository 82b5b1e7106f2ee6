-- People who were invited, the links that let them set a password, and what they were sent by mail.

ALTER TABLE users
  -- When they were asked in; NULL once they have set a password, and for who never was.
  ADD COLUMN IF NOT EXISTS invited_at DATETIME(6) NULL,
  -- To the minute; NULL before the first sign-in.
  ADD COLUMN IF NOT EXISTS last_seen_at DATETIME(6) NULL,
  ALGORITHM=INSTANT;
ALTER TABLE users
  -- The administrators, who are few: listed, and locked before one of them is taken away.
  ADD KEY IF NOT EXISTS by_role (role, email),
  -- The disabled ones, listed.
  ADD KEY IF NOT EXISTS by_status (status, email),
  -- The invited ones, listed.
  ADD KEY IF NOT EXISTS by_invitation (invited_at),
  ALGORITHM=NOCOPY, LOCK=NONE;

-- A link by which one person may set a password, once. The link is not here, only its hash.
CREATE TABLE IF NOT EXISTS one_time_links (
  id UUID NOT NULL PRIMARY KEY,
  token_hash BINARY(32) NOT NULL,
  user_id UUID NOT NULL,
  kind ENUM('invitation', 'reset') NOT NULL,
  created_at DATETIME(6) NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  -- Used, replaced by a newer one, or taken back.
  ended_at DATETIME(6) NULL,
  -- Every visit.
  UNIQUE KEY token_hash (token_hash),
  -- A user's links: shown, ended together.
  KEY by_user (user_id, created_at),
  -- Removal of the old ones.
  KEY by_expiry (expires_at),
  CONSTRAINT link_of_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

-- Requests for a mail that resets a password are counted beside failed sign-ins.
ALTER TABLE sign_in_failures
  MODIFY COLUMN kind ENUM('account', 'network', 'reset_account', 'reset_network') NOT NULL;

ALTER TABLE mails
  -- Instead of the body, where a link stands in it: sealed, and gone once it is handed over.
  ADD COLUMN IF NOT EXISTS body_sealed VARBINARY(4096) NULL,
  ALGORITHM=INSTANT;
