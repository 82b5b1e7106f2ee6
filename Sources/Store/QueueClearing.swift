package import Domain
import MariaDB

/// A webhook that does not send although deliveries are live, and what becomes of them.
package struct StoppedWebhook: Sendable {
  package enum Fate: Sendable { case hold, drop }

  package let id: Webhook.ID
  package let fate: Fate
}

extension QueueStore {
  /// Paused and deleted webhooks with live deliveries. A host's snapshot may be older than a pause
  /// or a deletion, so there may always be more.
  package func stoppedWebhooks() throws -> [StoppedWebhook] {
    let live = try database.query(
      """
      SELECT DISTINCT live_webhook_id FROM webhook_deliveries FORCE INDEX (queue)
       WHERE live_webhook_id IS NOT NULL
      """
    ) { row in try row.id(Webhook.self) }
    guard !live.isEmpty else { return [] }
    return try sendingWebhooks(among: Set(live)).compactMap { id, sending in
      switch sending {
      case .active: nil
      case .paused: StoppedWebhook(id: id, fate: .hold)
      case .deleted: StoppedWebhook(id: id, fate: .drop)
      }
    }
  }

  /// Takes up to 1,000 of its deliveries out of the queue; those in flight end by their result, or
  /// as interrupted once their lease is over.
  /// - Returns: How many it took.
  package func clear(_ webhook: StoppedWebhook, leaseSeconds: Int) throws -> Int {
    let ids = try database.query(
      """
      SELECT id FROM webhook_deliveries FORCE INDEX (queue)
       WHERE live_webhook_id = \(webhook.id) AND (NOT in_flight OR due_at <= UTC_TIMESTAMP(6))
       ORDER BY due_at LIMIT 1000
      """
    ) { row in try row.id(Delivery.self) }
    guard !ids.isEmpty else { return 0 }
    return try database.transaction {
      let locked = try database.query(
        """
        SELECT \(LockedDelivery.columns) FROM webhook_deliveries FORCE INDEX (PRIMARY)
         WHERE id IN (\(list: ids.padded)) AND live_webhook_id IS NOT NULL
           AND (NOT in_flight OR due_at <= UTC_TIMESTAMP(6))
         FOR UPDATE SKIP LOCKED
        """, LockedDelivery.init(row:))
      _ = try recordInterruptions(
        locked.filter(\.isInFlight), endpoints: [:], leaseSeconds: leaseSeconds,
        webhook: webhook.fate == .hold ? .paused : .deleted)
      let waiting = locked.filter { !$0.isInFlight }.map(\.id)
      guard !waiting.isEmpty else { return locked.count }
      let isDropped = webhook.fate == .drop
      try database.execute(
        """
        UPDATE webhook_deliveries FORCE INDEX (PRIMARY)
           SET status = \(isDropped ? "failed" : "held"), due_at = NULL, live_webhook_id = NULL,
               error = IF(\(isDropped), 'dropped', error),
               finished_at = IF(\(isDropped), UTC_TIMESTAMP(6), NULL)
         WHERE id IN (\(list: waiting.padded))
        """)
      return locked.count
    }
  }

  /// Gives claimed deliveries back unsent: due now, nothing on record.
  package func giveBack(_ deliveries: [(id: Delivery.ID, leaseNumber: Int)]) throws {
    try database.execute(
      """
      UPDATE webhook_deliveries SET in_flight = FALSE, due_at = UTC_TIMESTAMP(6)
       WHERE id = ? AND lease_number = ? AND in_flight
      """,
      rows: deliveries.sorted { $0.id < $1.id }.map {
        [$0.id.boundValue, $0.leaseNumber.boundValue]
      })
  }
}
