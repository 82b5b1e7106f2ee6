-- That a provider refuses our client id or secret: since when, and in which word. NULL: it takes them.
ALTER TABLE apps
  ADD COLUMN IF NOT EXISTS refused_since DATETIME(6) NULL,
  ADD COLUMN IF NOT EXISTS refused_word VARCHAR(64) CHARACTER SET ascii NULL,
  ALGORITHM=INSTANT;
