-- API keys that open something, and those that ended lately, each in the order of its list; service keys
-- have no limit.
ALTER TABLE api_keys
  ADD KEY IF NOT EXISTS by_revocation (user_id, revoked_at),
  ADD KEY IF NOT EXISTS by_expiry (user_id, expires_at),
  ALGORITHM=NOCOPY, LOCK=NONE;
