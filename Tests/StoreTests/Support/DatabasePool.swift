import MariaDB
import Synchronization
import TestSupport

@testable import Store

/// Migrated databases that tests use one after the other: making one takes longer than most tests.
enum DatabasePool {
  private static let free = Mutex<[DatabaseOptions]>([])

  /// Keeps a database from all others until it is forgotten.
  final class Lease {
    let options: DatabaseOptions

    fileprivate init(_ options: DatabaseOptions) {
      self.options = options
    }

    deinit {
      let options = options
      free.withLock { $0.append(options) }
    }
  }

  /// A migrated database without any people, webhooks or events.
  static func lease() throws -> Lease {
    if let options = free.withLock({ $0.popLast() }) {
      try Database(options).run(script: clearing)
      return Lease(options)
    }
    let options = try empty()
    let database = Database(options)
    _ = try SchemaStore(database: database).migrate(SQLFile.migrations, lock: Database(options))
    try database.execute("DELETE FROM audit_log")
    return Lease(options)
  }

  /// A new one without tables, with the collation of setup.sql and our session.
  static func empty() throws -> DatabaseOptions {
    var options = try TestServer.shared.makeDatabase()
    options.sessionStatements = Stores.sessionStatements
    try Database(options).run(
      script: "ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")
    return options
  }

  /// Of all that tests write, a table of the host's included.
  private static let clearing = """
    SET SESSION foreign_key_checks = 0;
    DROP TABLE IF EXISTS leads;
    UPDATE event_types SET retired_at = NULL;
    DELETE FROM event_types WHERE name LIKE 'invoice.%';
    BEGIN NOT ATOMIC
      FOR one IN (SELECT table_name AS name FROM information_schema.tables
                   WHERE table_schema = DATABASE()
                     AND table_name NOT IN ('event_types', 'schema_migrations', 'schema_lock'))
      DO
        EXECUTE IMMEDIATE CONCAT('DELETE FROM ', one.name);
      END FOR;
    END
    """
}
