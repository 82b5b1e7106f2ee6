import Domain
import MariaDB
import Testing

@testable import Store

/// What the worker does once somebody or something was deleted.
extension Fixture {
  @discardableResult
  func removeDeletedUsers() throws -> Int {
    let chores = stores.chores
    _ = try chores.due()
    var lease = try #require(try chores.take(.deletedUsers, leaseSeconds: 60))
    var batches = 0
    while true {
      let batch = try stores.retention.removeDeletedUsers(&lease, rows: 2)
      lease.cursor = batch.cursor
      batches += 1
      if batch.isDone { break }
      try #require(batches < 1_000)
    }
    try chores.end(lease, dueAfter: .zero)
    return batches
  }

  func removeDeletedWebhooks() throws {
    var cursor: UUID?
    for _ in 0..<1_000 {
      let batch = try stores.retention.removeDeletedWebhooks(after: cursor, rows: 2)
      cursor = batch.cursor
      if batch.isDone { return }
    }
    Issue.record("no end of deleted webhooks")
  }

  func clearStopped() throws {
    for webhook in try stores.queue.liveWebhooks().stopped {
      _ = try stores.queue.clear(webhook, leaseSeconds: 60)
    }
  }

  func makeDeletionOld() throws {
    try database.run(
      script: """
        UPDATE users SET deleted_at = deleted_at - INTERVAL 25 HOUR;
        UPDATE webhooks SET deleted_at = deleted_at - INTERVAL 25 HOUR
        """)
  }

  func count(_ table: String) throws -> Int {
    // The tables' names are our own.
    try database.run(script: "SET @counted = (SELECT COUNT(*) FROM \(table))")
    return try number("SELECT @counted")
  }

  /// The tables in which any column names one of these, by name.
  func tables(naming ids: [UUID]) throws -> [String] {
    let columns = try database.query(
      """
      SELECT c.table_name, c.column_name FROM information_schema.columns AS c
       WHERE c.table_schema = DATABASE() AND c.column_type = 'uuid'
       ORDER BY c.table_name
      """
    ) { row in (table: try row.text(), column: try row.text()) }
    var tables: [String] = []
    for (table, column) in columns where tables.last != table {
      let list = ids.map { "'\($0)'" }.joined(separator: ", ")
      if try count("\(table) WHERE \(column) IN (\(list))") > 0 { tables.append(table) }
    }
    return tables
  }
}
