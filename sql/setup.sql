-- Run by the server's root, once; again does no harm:  mariadb < sql/setup.sql
-- Then `patchbay migrate` makes the tables, and sql/grants.sql says who may touch which.

CREATE DATABASE IF NOT EXISTS patchbay CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Each program signs in as the system user of the same name, without a password. For TCP, or where
-- the system users are called otherwise: ALTER USER … IDENTIFIED BY '…'.
CREATE USER IF NOT EXISTS patchbay_web@localhost IDENTIFIED VIA unix_socket;
CREATE USER IF NOT EXISTS patchbay_worker@localhost IDENTIFIED VIA unix_socket;
CREATE USER IF NOT EXISTS patchbay_admin@localhost IDENTIFIED VIA unix_socket;

-- patchbay_admin changes the schema, reads all, and adds rows; what it may change or delete is
-- listed in grants.sql, and the audit log is not among it. DROP is missing for that reason: it
-- would let it be truncated; and so is EXECUTE, since two routines change the log.
GRANT CREATE, ALTER, INDEX, REFERENCES, CREATE ROUTINE, ALTER ROUTINE, SELECT, INSERT
   ON patchbay.* TO patchbay_admin@localhost;
