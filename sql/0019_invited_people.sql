-- People who accepted no invitation yet, and those who did, in the order of their lists: the invited
-- ones were sorted anew for each page.
ALTER TABLE users
  ADD COLUMN IF NOT EXISTS is_invited BOOLEAN AS (invited_at IS NOT NULL) VIRTUAL,
  ALGORITHM=INSTANT;
ALTER TABLE users
  ADD KEY IF NOT EXISTS invited_by_email (is_invited, email),
  -- Only the list of the invited was read by it.
  DROP KEY IF EXISTS by_invitation,
  ALGORITHM=NOCOPY, LOCK=NONE;
