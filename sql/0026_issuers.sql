-- Whether a provider that an administrator added says that each of its answers names its issuer: one
-- without is not from there then. RFC 9207 section 2.4.
ALTER TABLE apps
  ADD COLUMN IF NOT EXISTS sends_issuer BOOLEAN NOT NULL DEFAULT FALSE, ALGORITHM=INSTANT;
