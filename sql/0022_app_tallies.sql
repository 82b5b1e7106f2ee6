-- How it stands with an app's connections, and what became of its grants: counted no further than it
-- is told. And keys that nobody has tried yet.

ALTER TABLE user_integrations
  -- Keys that were kept while their provider did not answer; FALSE once it has accepted them.
  ADD COLUMN IF NOT EXISTS is_unchecked BOOLEAN NOT NULL DEFAULT FALSE, ALGORITHM=INSTANT;
ALTER TABLE user_integrations
  -- An app's renewals that fail.
  ADD KEY IF NOT EXISTS by_failures (provider, refresh_failures), ALGORITHM=NOCOPY, LOCK=NONE;

ALTER TABLE revocations
  -- What became of an app's grants since everybody was disconnected.
  ADD KEY IF NOT EXISTS by_outcome (provider, outcome, created_at), ALGORITHM=NOCOPY, LOCK=NONE;
