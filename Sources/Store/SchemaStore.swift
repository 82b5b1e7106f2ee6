import Domain
package import MariaDB

/// The numbered migrations in `sql/`, forward only.
package struct SchemaStore {
  /// One file: `0004_deliveries.sql`.
  package struct Migration: Sendable {
    package let number: Int
    package let name: String
    package let script: String

    /// nil when the file's name does not begin with four digits and `_`.
    package init?(fileName: String, script: String) {
      guard fileName.hasSuffix(".sql"), fileName.utf8.count > 9,
        let number = Int(fileName.prefix(4)), fileName.dropFirst(4).first == "_"
      else { return nil }
      self.number = number
      self.name = String(fileName.dropLast(4))
      self.script = script
    }
  }

  package enum Problem: Error, Equatable, CustomStringConvertible {
    /// A migration's number is missing or there twice.
    case gap(after: Int)
    /// The database has migrations that this program does not know.
    case newer(database: Int, program: Int)
    /// The database lacks migrations that this program needs.
    case older(database: Int, program: Int)

    package var description: String {
      switch self {
      case .gap(let number):
        "migration \(number + 1) is missing or there twice"
      case .newer(let database, let program):
        "the database is at version \(database), newer than this program, which knows \(program)"
      case .older(let database, let program):
        "the database is at version \(database), and this program needs \(program)"
      }
    }
  }

  /// The last migration that this program needs.
  package static let version = 30

  let database: Database

  package init(database: Database) {
    self.database = database
  }

  /// The number of the last migration applied; 0 for an empty database.
  package func appliedVersion() throws -> Int {
    do {
      let found = try database.first("SELECT MAX(number) FROM schema_migrations") { row in
        try row.optionalInt()
      }
      return (found ?? nil) ?? 0
    } catch let error as DatabaseError where error.code == .unknownTable {
      return 0
    }
  }

  /// What the server's own settings make impossible, in sentences.
  package func findings() throws -> [String] {
    let found = try database.first("SELECT @@read_only, @@log_bin, @@binlog_format") { row in
      (isReadOnly: try row.bool(), logs: try row.bool(), format: try row.text())
    }
    guard let found else { return [] }
    var findings: [String] = []
    if found.isReadOnly {
      findings.append(
        "The server is read-only: nothing is saved, and nothing sent. "
          + "Where it is meant to be written to, SET GLOBAL read_only = 0.")
    }
    if found.logs, found.format != "ROW" {
      findings.append(
        "The server's binary log is in the format \(found.format): a trigger that calls emit_event "
          + "then locks rows that pages and worker wait for. Set binlog_format=ROW.")
    }
    return findings
  }

  /// - Throws: `Problem.older` when `patchbay migrate` has to be run first.
  package func checkVersion() throws {
    let applied = try appliedVersion()
    if applied < Self.version { throw Problem.older(database: applied, program: Self.version) }
  }

  /// Applies what is missing, in order.
  ///
  /// A second run waits on the lock of the first and then finds nothing to do. The lock is a row, held
  /// by a transaction of its own connection: the scripts' DDL commits on the other, and `GET_LOCK`
  /// is refused in a Galera cluster.
  /// - Parameter lock: Another connection to the same database.
  /// - Returns: The names of those applied.
  package func migrate(_ migrations: [Migration], lock: Database) throws -> [String] {
    let sorted = migrations.sorted { $0.number < $1.number }
    for (position, migration) in sorted.enumerated() where migration.number != position + 1 {
      throw Problem.gap(after: position)
    }
    try database.run(
      script: """
        CREATE TABLE IF NOT EXISTS schema_lock (id TINYINT NOT NULL PRIMARY KEY);
        SET STATEMENT innodb_lock_wait_timeout = 600 FOR
          INSERT IGNORE INTO schema_lock (id) VALUES (1);
        CREATE TABLE IF NOT EXISTS schema_migrations (
          number SMALLINT UNSIGNED NOT NULL PRIMARY KEY,
          name VARCHAR(100) NOT NULL,
          applied_at DATETIME(6) NOT NULL
        )
        """)
    return try lock.transaction {
      _ = try lock.query(
        "SET STATEMENT innodb_lock_wait_timeout = 600 FOR SELECT id FROM schema_lock FOR UPDATE"
      ) { row in try row.int() }
      let applied = try appliedVersion()
      guard applied <= sorted.count else {
        throw Problem.newer(database: applied, program: sorted.count)
      }
      var names: [String] = []
      for migration in sorted[applied...] {
        try database.run(script: migration.script)
        try database.transaction {
          try database.execute(
            """
            INSERT INTO schema_migrations (number, name, applied_at)
            VALUES (\(migration.number), \(migration.name), UTC_TIMESTAMP(6))
            """)
          // The log is there: the first file makes it.
          try database.audit(
            AuditEntry(
              action: "schema.migrated", actor: .command,
              after: JSONWriter.object { $0.member("name", migration.name) }))
        }
        names.append(migration.name)
      }
      return names
    }
  }
}
