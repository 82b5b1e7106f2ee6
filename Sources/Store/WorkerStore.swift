package import Domain
import MariaDB

/// Runs of the worker, so that a dead worker is told apart from a dead endpoint.
package struct WorkerStore {
  let database: Database

  package func begin(host: String, processID: Int, version: String) throws -> UUID {
    let id = try UUID.new()
    try database.execute(
      """
      INSERT INTO workers (id, host, process_id, version, started_at, last_seen_at)
      VALUES (\(id), \(host), \(processID), \(version), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
      """)
    try database.execute(
      "DELETE FROM workers WHERE last_seen_at < UTC_TIMESTAMP(6) - INTERVAL 7 DAY LIMIT 1000")
    return id
  }

  package func seen(_ id: UUID) throws {
    try database.execute("UPDATE workers SET last_seen_at = UTC_TIMESTAMP(6) WHERE id = \(id)")
  }

  package func end(_ id: UUID) throws {
    try database.execute(
      """
      UPDATE workers SET last_seen_at = UTC_TIMESTAMP(6), stopped_at = UTC_TIMESTAMP(6)
       WHERE id = \(id)
      """)
  }

  /// When any worker was last there; nil when none ever was.
  package func lastSeen() throws -> Timestamp? {
    try database.first("SELECT MAX(last_seen_at) FROM workers") { row in
      try row.optionalTimestamp()
    } ?? nil
  }
}
