-- How we show our secret to a provider that an administrator added; NULL, and for the catalog's apps: as
-- the program knows. RFC 6749 section 2.3.1.
ALTER TABLE apps
  ADD COLUMN IF NOT EXISTS client_authentication ENUM('basic', 'post') NULL, ALGORITHM=INSTANT;
