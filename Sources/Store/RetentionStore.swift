package import Domain
import MariaDB

/// What became of one batch of a chore.
package struct RemovalBatch: Sendable, Equatable {
  /// Where the next batch goes on; when the chore is done, where the next walk begins.
  package let cursor: UUID?
  package let isDone: Bool
  /// Rows removed or emptied.
  package let count: Int

  package static let nothing = RemovalBatch.done()

  static func done(count: Int = 0, next cursor: UUID? = nil) -> RemovalBatch {
    RemovalBatch(cursor: cursor, isDone: true, count: count)
  }

  static func more(after cursor: UUID, count: Int) -> RemovalBatch {
    RemovalBatch(cursor: cursor, isDone: false, count: count)
  }

  /// Of what is not walked through but taken from one end.
  static func more(count: Int) -> RemovalBatch {
    RemovalBatch(cursor: nil, isDone: false, count: count)
  }

  /// The same, up to so many rows at a time.
  init(count: Int, of rows: Int) {
    self = count < rows ? .done(count: count) : .more(count: count)
  }

  private init(cursor: UUID?, isDone: Bool, count: Int) {
    self.cursor = cursor
    self.isDone = isDone
    self.count = count
  }
}

/// Removes what is older than the retention, a batch at a time.
///
/// Each batch reads its rows plainly and then locks them by primary key with SKIP LOCKED, as the claim
/// does. Walks go by primary key from a cursor: identifiers sort by the time they were made, and what
/// is left behind is little.
package struct RetentionStore {
  let database: Database

  /// Finished and held deliveries older than `cutoff`, with their attempts. Those finished count
  /// from their end, those held from their beginning.
  /// - Parameter rows: How many to look at, and about how many to remove, attempts counted.
  package func removeDeliveries(after cursor: UUID?, before cutoff: Timestamp, rows: Int) throws
    -> RemovalBatch
  {
    let isOver: SQL = """
      status <> 'pending' AND COALESCE(finished_at, created_at) < \(cutoff)
      """
    let read = try database.query(
      """
      SELECT id, attempt_number, \(isOver) FROM webhook_deliveries FORCE INDEX (PRIMARY)
       WHERE id > \(cursor ?? .zero) AND id < \(UUID.first(at: cutoff))
       ORDER BY id LIMIT \(rows)
      """
    ) { row in (id: try row.id(Delivery.self), attempts: try row.int(), isOver: try row.bool()) }
    var room = rows
    let fitting = read.prefix { delivery in
      defer { if delivery.isOver { room -= 1 + delivery.attempts } }
      return room > 0
    }
    let removed = try remove(fitting.filter(\.isOver).map(\.id), where: isOver)
    guard let last = fitting.last, read.count == rows || fitting.count < read.count
    else { return .done(count: removed) }
    return .more(after: last.id.rawValue, count: removed)
  }

  /// Events older than `cutoff` that no delivery needs any more.
  package func removeEvents(after cursor: UUID?, before cutoff: Timestamp, rows: Int) throws
    -> RemovalBatch
  {
    let read = try database.query(
      """
      SELECT id, created_at < \(cutoff) FROM events FORCE INDEX (PRIMARY)
       WHERE id > \(cursor ?? .zero) AND id < \(UUID.first(at: cutoff)) ORDER BY id LIMIT \(rows)
      """
    ) { row in (id: try row.id(Event.self), isOver: try row.bool()) }
    let removed = try removeUnneeded(read.filter(\.isOver).map(\.id))
    guard let last = read.last, read.count == rows else { return .done(count: removed) }
    return .more(after: last.id.rawValue, count: removed)
  }

  /// Counts of hours that ended before `cutoff`.
  package func removeCounts(before cutoff: Timestamp, rows: Int) throws -> RemovalBatch {
    let read = try database.query(
      """
      SELECT webhook_id, hour FROM delivery_counts FORCE INDEX (by_hour)
       WHERE hour <= \(cutoff) - INTERVAL 1 HOUR ORDER BY hour LIMIT \(rows)
      """, CountKey.init(row:))
    try remove(read)
    guard read.count < rows else { return RemovalBatch(count: read.count, of: rows) }
    // Jobs are few; their deliveries went long ago.
    let jobs = try database.execute(
      "DELETE FROM retry_jobs WHERE finished_at < \(cutoff) ORDER BY finished_at LIMIT \(rows)")
    return RemovalBatch(count: max(read.count, jobs), of: rows)
  }

  /// Rows of the audit log older than `cutoff`; none that is younger than 30 days.
  package func removeAudit(before cutoff: Timestamp, rows: Int) throws -> RemovalBatch {
    let removed = try database.execute("CALL audit_purge(\(cutoff), \(rows))")
    return RemovalBatch(count: removed, of: rows)
  }
}

extension RetentionStore {
  /// Removes those of the deliveries for which the condition holds and that nobody has locked.
  func remove(_ ids: [Delivery.ID], where condition: SQL) throws -> Int {
    guard !ids.isEmpty else { return 0 }
    return try database.transaction {
      let locked = try database.query(
        """
        SELECT id FROM webhook_deliveries FORCE INDEX (PRIMARY)
         WHERE id IN (\(list: ids.padded)) AND \(condition)
         FOR UPDATE SKIP LOCKED
        """
      ) { row in try row.id(Delivery.self) }
      guard !locked.isEmpty else { return 0 }
      // By whole keys: what names several in a list may read a small table from end to end, and wait
      // for rows that a host has not committed.
      let attempts = try database.query(
        """
        SELECT delivery_id, number FROM webhook_attempts FORCE INDEX (PRIMARY)
         WHERE delivery_id IN (\(list: locked.padded)) ORDER BY delivery_id, number
        """
      ) { row in [Value.text(try row.text()), .integer(try row.int64())] }
      try database.execute(
        "DELETE FROM webhook_attempts WHERE delivery_id = ? AND number = ?", rows: attempts)
      try database.execute(
        "DELETE FROM webhook_deliveries WHERE id = ?", rows: locked.map { [$0.boundValue] })
      return locked.count
    }
  }

  /// Removes those of the events that have no delivery. None comes later: event and deliveries are
  /// committed together.
  func removeUnneeded(_ ids: [Event.ID]) throws -> Int {
    guard !ids.isEmpty else { return 0 }
    let needed = try database.query(
      """
      SELECT DISTINCT event_id FROM webhook_deliveries FORCE INDEX (by_event)
       WHERE event_id IN (\(list: ids.padded))
      """
    ) { row in try row.id(Event.self) }
    let unneeded = Set(ids).subtracting(needed).sorted()
    let rows = unneeded.map { [$0.boundValue] }
    try database.execute("DELETE FROM kept_payloads WHERE event_id = ?", rows: rows)
    return try database.execute("DELETE FROM events WHERE id = ?", rows: rows)
  }

  struct CountKey {
    let webhook: Webhook.ID
    let hour: Timestamp

    init(row: inout Row) throws {
      webhook = try row.id()
      hour = try row.timestamp()
    }
  }

  /// In key order, as those who count write them.
  func remove(_ counts: [CountKey]) throws {
    let sorted = counts.sorted { ($0.webhook, $0.hour) < ($1.webhook, $1.hour) }
    try database.execute(
      "DELETE FROM delivery_counts WHERE webhook_id = ? AND hour = ?",
      rows: sorted.map { [$0.webhook.boundValue, $0.hour.boundValue] })
  }
}

extension UUID {
  /// Smaller than all others.
  static let zero = UUID(high: 0, low: 0)

  /// The smallest of version 7 that was made at this time.
  static func first(at time: Timestamp) -> UUID {
    .version7(at: time, random: 0)
  }
}
