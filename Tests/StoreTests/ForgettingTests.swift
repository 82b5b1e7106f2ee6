import Domain
import MariaDB
import Testing

@testable import Store

/// Nothing of a deleted user stays, whatever was done with what they had: each change that the audit log
/// knows is made, then the user is deleted, and a day goes by.
@Suite struct ForgettingTests {
  @Test func `nothing names a deleted user but the ids of the audit log`() throws {
    // Event types are nobody's, and stay in the pool's database as they were changed.
    for change in Change.all where !change.action.hasPrefix("event_type.") {
      let left = try whatIsLeft(after: change)
      #expect(left == [], "\(change.action) \(change.writes)")
    }
  }

  private func whatIsLeft(after change: Change) throws -> [String] {
    let scene = try Scene()
    let (fixture, stores) = (scene.fixture, scene.stores)
    try fixture.addAuditRoutines()
    try change.arrange(scene)()
    let ids = try names(of: scene.ada, in: fixture)
    if try stores.users.find(scene.ada.id) != nil {
      try stores.users.delete(scene.ada.id, by: .command)
    }
    try fixture.database.execute("DELETE FROM chores")
    for day in [0, 1, 2] {
      try stores.database.execute("SET @@timestamp = UNIX_TIMESTAMP(SYSDATE()) + \(day * 90_000)")
      try fixture.clearStopped()
      try endJobs(stores)
      try endConnections(stores)
      try fixture.removeDeletedWebhooks()
      try fixture.removeDeletedUsers()
      while try !stores.sessions.removeEnded(rows: 100).isDone {}
    }
    try stores.database.execute("SET @@timestamp = DEFAULT")
    return try fixture.columns(naming: ids)
  }

  private func names(of user: User, in fixture: Fixture) throws -> [String] {
    let webhooks = try fixture.database.query(
      "SELECT id FROM webhooks WHERE user_id = \(user.id)"
    ) { row in try row.text() }
    return webhooks + [user.id.description, user.email]
  }

  private func endJobs(_ stores: Stores) throws {
    for job in try stores.retryJobs.live() { while try stores.retryJobs.step(job) {} }
    for job in try stores.bulkJobs.live() { while try stores.bulkJobs.step(job) {} }
  }

  /// As the worker does, at providers that confirm. What needs a key that is missing waits for it.
  private func endConnections(_ stores: Stores) throws {
    for one in try stores.revocations.abandoned(limit: 100) {
      try unlessLocked {
        _ = try stores.revocations.end(
          one.app, of: one.user, keepsRow: false, end: .revoke, by: .worker)
      }
    }
    try stores.database.execute("SET @@timestamp = @@timestamp + 60")
    for id in try stores.revocations.takeDue(limit: 100) {
      try unlessLocked {
        guard let revocation = try stores.revocations.find(id) else { return }
        try stores.revocations.finish(revocation, .confirmed, by: .worker)
      }
    }
    try stores.connectRequests.removeOld(rows: 100)
    try stores.revocations.removeOld(rows: 100)
  }

  private func unlessLocked(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch is SealError {}
  }
}

extension Fixture {
  /// Where one of these is, as a column or within one, but for the ids of the audit log.
  fileprivate func columns(naming names: [String]) throws -> [String] {
    let columns = try database.query(
      """
      SELECT c.table_name, c.column_name FROM information_schema.columns AS c
        JOIN information_schema.tables AS t
             ON t.table_schema = c.table_schema AND t.table_name = c.table_name
       WHERE c.table_schema = DATABASE() AND t.table_type = 'BASE TABLE'
         AND c.data_type NOT IN ('int', 'bigint', 'tinyint', 'smallint', 'datetime', 'enum', 'set')
         AND CONCAT(c.table_name, '.', c.column_name)
             NOT IN ('audit_log.user_id', 'audit_log.actor_id', 'audit_log.subject_id')
       ORDER BY c.table_name, c.ordinal_position
      """
    ) { row in (table: try row.text(), column: try row.text()) }
    // One exchange for all: the names are the schema's and our own.
    let looks = columns.map { table, column in
      let has = names.map { "INSTR(CAST(\(column) AS CHAR), '\($0)') > 0" }
      return """
        SELECT '\(table).\(column)' AS place
         WHERE EXISTS (SELECT 1 FROM \(table) WHERE \(has.joined(separator: " OR ")))
        """
    }
    return try database.query(SQL(stringLiteral: looks.joined(separator: " UNION ALL "))) { row in
      try row.text()
    }
  }
}
