-- An administrator's job sent deliveries of a webhook again, or dropped them: its user is told, once for
-- each job and webhook. Both are over when they are told.
ALTER TABLE notices
  MODIFY kind ENUM('failing', 'stopping', 'stopped', 'recovered', 'reconnect', 'sent_again',
                   'dropped') NOT NULL,
  -- How many it was, of these two.
  ADD COLUMN IF NOT EXISTS deliveries INT UNSIGNED NULL,
  ALGORITHM=INSTANT;
