-- A request outlives its session: one that holds a grant of another account is removed once that grant
-- has been given back, and no sooner. The table holds what is a few hours old.
ALTER TABLE oauth_requests DROP FOREIGN KEY IF EXISTS request_of_session;

-- What a user has under way with an app, which ends when it is disconnected.
ALTER TABLE oauth_requests ADD KEY IF NOT EXISTS by_user (user_id, provider);
