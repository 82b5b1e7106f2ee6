-- What a host on the same server calls inside its own transaction.
-- Everything is read by cursor or SELECT … INTO: INSERT … SELECT, IF EXISTS (SELECT …) and
-- RETURN (SELECT …) take shared locks at every isolation level, and a settings page would wait on
-- them for as long as the host's transaction is open.

CREATE OR REPLACE FUNCTION user_id(name VARCHAR(254)) RETURNS UUID
  READS SQL DATA SQL SECURITY DEFINER
  COMMENT 'The id of the user with this e-mail address, NULL if there is none'
BEGIN
  DECLARE found_id UUID DEFAULT NULL;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET found_id = NULL;
  SELECT u.id INTO found_id FROM users AS u WHERE u.email = LOWER(name);
  RETURN found_id;
END;

-- Holds `data` to RFC 8259 where JSON_VALID is laxer (`1.`, `"\x"`, a lone surrogate), and to 30
-- arrays and objects within each other.
--   compact: the same JSON without the white space between tokens
--   problem: NULL, or what is wrong
-- It works on bytes: on text, MariaDB checks the whole subject again for every match.
-- The way: escapes become `_`, strings U+0001, numbers and literals U+0002; then each round turns
-- every innermost array and object into U+0002. One token must remain; the rounds are the nesting.
CREATE OR REPLACE PROCEDURE check_json(
  IN data LONGTEXT, OUT compact LONGBLOB, OUT problem VARCHAR(100))
  NO SQL SQL SECURITY DEFINER
BEGIN
  DECLARE bytes LONGBLOB DEFAULT CAST(data AS BINARY);
  DECLARE shape LONGBLOB DEFAULT bytes;
  DECLARE before_round LONGBLOB DEFAULT '';
  DECLARE text_mark BINARY(1) DEFAULT UNHEX('01');
  DECLARE value_mark BINARY(1) DEFAULT UNHEX('02');
  DECLARE rounds INT DEFAULT 0;

  SET compact = NULL;
  SET problem = 'data: not valid JSON';
  -- No control character but white space, so that the two markers cannot come from outside.
  IF shape IS NOT NULL AND shape NOT REGEXP '[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F]' THEN
    SET shape = REGEXP_REPLACE(shape,
      '\\\\(?:["\\\\/bfnrt]|u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}|u(?![dD][89a-fA-F])[0-9a-fA-F]{4})',
      '_');
    SET shape = REGEXP_REPLACE(shape, '"[^"\\\\\\x00-\\x1F]*+"', text_mark);
    SET shape = REGEXP_REPLACE(shape,
      '(?<![0-9A-Za-z.+_-])(?:-?(?:0|[1-9][0-9]*+)(?:[.][0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null)(?![0-9A-Za-z.+_-])',
      value_mark);
    SET shape = REGEXP_REPLACE(shape, '[ \\t\\n\\r]++', '');
    WHILE shape NOT IN (text_mark, value_mark) AND shape <> before_round AND rounds <= 30 DO
      SET before_round = shape;
      SET shape = REGEXP_REPLACE(shape,
        '\\[(?:[\\x01\\x02](?:,[\\x01\\x02])*+)?\\]|\\{(?:\\x01:[\\x01\\x02](?:,\\x01:[\\x01\\x02])*+)?\\}',
        value_mark);
      SET rounds = rounds + 1;
    END WHILE;
    IF rounds > 30 THEN
      SET problem = 'data: more than 30 arrays and objects within each other';
    ELSEIF shape IN (text_mark, value_mark) THEN
      SET problem = NULL;
      SET compact = REGEXP_REPLACE(bytes, '("(?:[^"\\\\]++|\\\\.)*+")|[ \\t\\n\\r]++', '\\1');
    END IF;
  END IF;
END;

-- One event with its deliveries, in the caller's transaction: commit sends, rollback sends nothing.
-- Signals 45000, naming the argument, for an unknown user, an unknown type, bad JSON, and a body
-- over 256 KiB. Returns no result set, so that a trigger may call it.
CREATE OR REPLACE PROCEDURE emit_event(IN for_user UUID, IN type VARCHAR(50), IN data JSON)
  MODIFIES SQL DATA SQL SECURITY DEFINER
  COMMENT 'emit_event(user_id, type, data)'
BEGIN
  DECLARE known_user UUID DEFAULT NULL;
  DECLARE user_status VARCHAR(10) CHARACTER SET ascii DEFAULT NULL;
  DECLARE known_type VARCHAR(50) CHARACTER SET ascii DEFAULT NULL;
  DECLARE compact LONGBLOB DEFAULT NULL;
  DECLARE problem VARCHAR(100) DEFAULT NULL;
  DECLARE now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
  DECLARE id_start CHAR(16) CHARACTER SET ascii;
  DECLARE new_event UUID;
  DECLARE body LONGBLOB;
  DECLARE webhook UUID;
  DECLARE sends BOOLEAN;
  DECLARE no_more BOOLEAN DEFAULT FALSE;
  DECLARE listening CURSOR FOR
    SELECT w.id, w.status = 'active' AND user_status = 'active'
      FROM webhooks AS w
      LEFT JOIN webhook_subscriptions AS s ON s.webhook_id = w.id AND s.event_type = known_type
     WHERE w.user_id = known_user AND w.deleted_at IS NULL
       AND (w.listens_to_all OR s.webhook_id IS NOT NULL);
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET no_more = TRUE;

  SELECT u.id, u.status INTO known_user, user_status
    FROM users AS u WHERE u.id = for_user AND u.deleted_at IS NULL;
  IF known_user IS NULL THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'user_id: no such user';
  END IF;
  SELECT t.name INTO known_type FROM event_types AS t WHERE t.name = type;
  IF known_type IS NULL THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'type: no such event type';
  END IF;
  CALL check_json(data, compact, problem);
  IF problem IS NOT NULL THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = problem;
  END IF;
  IF LEFT(compact, 1) <> '{' THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'data: not a JSON object';
  END IF;
  SET body = CONCAT('{"type":"', known_type, '","timestamp":"',
    DATE_FORMAT(now, '%Y-%m-%dT%H:%i:%s.%fZ'), '","data":', compact, '}');
  IF OCTET_LENGTH(body) > 262144 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'data: the event''s body is over 256 KiB';
  END IF;

  -- UUIDs of version 7, as the programs make them: milliseconds, then the fraction in 12 bits.
  BEGIN
    DECLARE micros BIGINT DEFAULT TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', now);
    SET id_start = CONCAT(LPAD(HEX(micros DIV 1000), 12, '0'), '7',
      LPAD(HEX((micros MOD 1000) * 4096 DIV 1000), 3, '0'));
  END;
  SET new_event = CONCAT(id_start, HEX(0x80 | ORD(RANDOM_BYTES(1)) & 0x3F), HEX(RANDOM_BYTES(7)));
  INSERT INTO events (id, user_id, event_type, timestamp, body, created_at)
  VALUES (new_event, known_user, known_type, now, body, now);

  SET no_more = FALSE;
  OPEN listening;
  each_webhook: LOOP
    FETCH listening INTO webhook, sends;
    IF no_more THEN
      LEAVE each_webhook;
    END IF;
    INSERT INTO webhook_deliveries
      (id, webhook_id, user_id, event_id, event_type, status, due_at, live_webhook_id, created_at)
    VALUES
      (CONCAT(id_start, HEX(0x80 | ORD(RANDOM_BYTES(1)) & 0x3F), HEX(RANDOM_BYTES(7))),
       webhook, known_user, new_event, known_type, IF(sends, 'pending', 'held'),
       IF(sends, now, NULL), IF(sends, webhook, NULL), now);
  END LOOP;
  CLOSE listening;
END;
