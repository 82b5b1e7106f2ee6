-- Which of a provider's sites a connection works with, as people know it: its name and its address. NULL
-- where the provider knows none, or the person has not chosen yet; `api_origin` says where its API is.
ALTER TABLE user_integrations
  ADD COLUMN IF NOT EXISTS site VARCHAR(255) NULL, ALGORITHM=INSTANT;
