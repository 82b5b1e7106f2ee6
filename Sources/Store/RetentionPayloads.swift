package import Domain
import MariaDB

extension RetentionStore {
  /// Payloads and answers' bodies of events older than `cutoff`. Where a delivery is pending or held,
  /// the event is put into `kept_payloads`, to be looked at again: the walk does not come back, but
  /// for the last minutes, for what a host committed late.
  /// - Parameter rows: About how many rows to empty.
  package func removePayloads(after cursor: UUID?, before cutoff: Timestamp, rows: Int) throws
    -> RemovalBatch
  {
    let read = try database.query(
      """
      SELECT id, body IS NOT NULL, created_at < \(cutoff) FROM events FORCE INDEX (PRIMARY)
       WHERE id > \(cursor ?? .zero) AND id < \(UUID.first(at: cutoff)) ORDER BY id LIMIT \(rows)
      """, OldEvent.init(row:))
    let whole = read.filter(\.hasBody)
    let emptied = try empty(whole.filter(\.isOver).map(\.id), rows: rows)
    let kept = whole.map(\.id).filter { !emptied.contains($0) }
    try database.execute(
      "INSERT IGNORE INTO kept_payloads (event_id) VALUES (?)", rows: kept.map { [$0.boundValue] })
    guard let last = read.last, read.count == rows else {
      let again = cutoff.advanced(bySeconds: -Self.lateCommitSeconds)
      return .done(count: emptied.count, next: UUID.first(at: again))
    }
    return .more(after: last.id.rawValue, count: emptied.count)
  }

  /// The same for those that were kept before.
  package func removeKeptPayloads(after cursor: UUID?, before cutoff: Timestamp, rows: Int) throws
    -> RemovalBatch
  {
    let read = try database.query(
      """
      SELECT k.event_id, e.body IS NOT NULL, COALESCE(e.created_at < \(cutoff), FALSE)
        FROM kept_payloads AS k LEFT JOIN events AS e ON e.id = k.event_id
       WHERE k.event_id > \(cursor ?? .zero) ORDER BY k.event_id LIMIT \(rows)
      """, OldEvent.init(row:))
    let emptied = try empty(read.filter { $0.hasBody && $0.isOver }.map(\.id), rows: rows)
    let settled = read.filter { !$0.hasBody || emptied.contains($0.id) }
    try database.execute(
      "DELETE FROM kept_payloads WHERE event_id = ?", rows: settled.map { [$0.id.boundValue] })
    guard let last = read.last, read.count == rows else { return .done(count: emptied.count) }
    return .more(after: last.id.rawValue, count: emptied.count)
  }

  /// Of a host's transaction, from the event to the commit, where payloads go within minutes. What
  /// comes later still keeps its payload no longer than its delivery.
  private static let lateCommitSeconds: Int64 = 600

  private struct OldEvent {
    let id: Event.ID
    let hasBody: Bool
    let isOver: Bool

    init(row: inout Row) throws {
      id = try row.id()
      hasBody = try row.bool()
      isOver = try row.bool()
    }
  }

  /// Empties events whose deliveries have all ended, and their answers; in halves, where they have
  /// more deliveries than `rows`.
  /// - Returns: Those emptied.
  private func empty(_ events: [Event.ID], rows: Int) throws -> Set<Event.ID> {
    guard !events.isEmpty else { return [] }
    let deliveries = try self.deliveries(of: events, limit: events.count == 1 ? .max : rows + 1)
    guard deliveries.count <= rows || events.count == 1 else {
      let middle = events.count / 2
      let first = try empty(Array(events[..<middle]), rows: rows)
      return try first.union(empty(Array(events[middle...]), rows: rows))
    }
    let waiting = Set(deliveries.filter { !$0.hasEnded }.map(\.event))
    let ended = deliveries.filter { !waiting.contains($0.event) }
    try emptyAnswers(of: ended, rows: rows)
    return try emptyBodies(of: events.filter { !waiting.contains($0) }, ended)
  }

  private struct OldDelivery {
    let event: Event.ID
    let id: Delivery.ID
    let hasEnded: Bool
    let attempts: Int
  }

  private func deliveries(of events: [Event.ID], limit: Int) throws -> [OldDelivery] {
    try database.query(
      """
      SELECT event_id, id, status IN ('delivered', 'failed'), attempt_number
        FROM webhook_deliveries FORCE INDEX (by_event)
       WHERE event_id IN (\(list: events.padded)) LIMIT \(limit)
      """
    ) { row in
      OldDelivery(
        event: try row.id(), id: try row.id(), hasEnded: try row.bool(), attempts: try row.int())
    }
  }

  /// An event may have thousands of deliveries, so this is cut into parts of its own.
  private func emptyAnswers(of deliveries: [OldDelivery], rows: Int) throws {
    var rest = deliveries.filter { $0.attempts > 0 }[...]
    while !rest.isEmpty {
      var room = rows
      let part = rest.prefix { delivery in
        defer { room -= delivery.attempts }
        return room > 0
      }
      try database.execute(
        """
        UPDATE webhook_attempts FORCE INDEX (PRIMARY) SET response_body = ''
         WHERE delivery_id IN (\(list: part.map(\.id).padded)) AND response_body <> ''
        """)
      rest = rest.dropFirst(part.count)
    }
  }

  /// A delivery that is asked for once more must find the payload or be refused: who asks locks the
  /// delivery and looks at the payload then, and here all deliveries are locked while it goes.
  private func emptyBodies(of events: [Event.ID], _ deliveries: [OldDelivery]) throws
    -> Set<Event.ID>
  {
    guard !events.isEmpty else { return [] }
    return try database.transaction {
      let locked: [Delivery.ID] =
        deliveries.isEmpty
        ? []
        : try database.query(
          """
          SELECT id FROM webhook_deliveries FORCE INDEX (PRIMARY)
           WHERE id IN (\(list: deliveries.map(\.id).padded)) AND status IN ('delivered', 'failed')
           FOR UPDATE SKIP LOCKED
          """
        ) { row in try row.id() }
      let held = Set(locked)
      let busy = Set(deliveries.filter { !held.contains($0.id) }.map(\.event))
      let free = events.filter { !busy.contains($0) }
      guard !free.isEmpty else { return [] }
      try database.execute(
        """
        UPDATE events FORCE INDEX (PRIMARY) SET body = NULL WHERE id IN (\(list: free.padded))
        """)
      return Set(free)
    }
  }
}
