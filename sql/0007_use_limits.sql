-- How often people may do what reaches other people's servers while they wait.

-- Where one person stands with one kind of use.
CREATE TABLE IF NOT EXISTS use_limits (
  user_id UUID NOT NULL,
  kind ENUM('test_send', 'address_check') NOT NULL,
  -- When everything that was used is given back: each use moves it on by its share of the unit, and
  -- none may move it further than one unit ahead of now.
  free_at DATETIME(6) NOT NULL,
  PRIMARY KEY (user_id, kind),
  CONSTRAINT use_limit_of_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
