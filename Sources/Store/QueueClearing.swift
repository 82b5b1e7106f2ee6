package import Domain
import MariaDB

/// Webhooks with live deliveries.
package struct LiveWebhooks: Sendable {
  package let sending: [Webhook.ID]
  package let stopped: [Webhook.ID]
}

extension QueueStore {
  /// Webhooks with live deliveries, by whether they send. Those that do not are paused, disabled or
  /// deleted, or their users are. A host's snapshot may be older than a pause or a deletion, so there
  /// may always be more.
  /// - Parameter known: Of those that sent; the queue is not asked for them again (`dueWebhooks` says
  ///   why). At most 1,000.
  package func liveWebhooks(besides known: [Webhook.ID] = []) throws -> LiveWebhooks {
    let isNew: SQL = known.isEmpty ? "TRUE" : "live_webhook_id NOT IN (\(list: known.padded))"
    let found = try database.query(
      """
      SELECT DISTINCT live_webhook_id FROM webhook_deliveries FORCE INDEX (queue)
       WHERE live_webhook_id IS NOT NULL AND \(isNew)
      """
    ) { row in try row.id(Webhook.self) }
    let live = found + known
    var sending: [Webhook.ID] = []
    for start in stride(from: 0, to: live.count, by: Self.webhooksPerLook) {
      let part = live[start..<min(start + Self.webhooksPerLook, live.count)]
      sending += try database.query(
        """
        SELECT w.id FROM webhooks AS w JOIN users AS u ON u.id = w.user_id
         WHERE w.id IN (\(list: Array(part).padded)) AND w.status = 'active'
           AND w.deleted_at IS NULL AND u.status = 'active' AND u.deleted_at IS NULL
        """
      ) { row in try row.id() }
    }
    let isSending = Set(sending)
    return LiveWebhooks(
      sending: sending, stopped: live.filter { !isSending.contains($0) })
  }

  private static let webhooksPerLook = 1_000

  /// Takes up to so many of its deliveries out of the queue: held while it is paused, dropped when
  /// it is deleted. Those in flight end by their result, or as interrupted once their lease is over.
  /// - Returns: How many it took; none when it sends.
  package func clear(_ webhook: Webhook.ID, leaseSeconds: Int, rows: Int = 1_000) throws -> Int {
    let ids = try database.query(
      """
      SELECT id FROM webhook_deliveries FORCE INDEX (queue)
       WHERE live_webhook_id = \(webhook) AND (NOT in_flight OR due_at <= UTC_TIMESTAMP(6))
         AND status = 'pending'
       LIMIT \(rows)
      """
    ) { row in try row.id(Delivery.self) }
    guard !ids.isEmpty else { return 0 }
    return try database.transaction {
      // After the ids were read, so that nothing emitted since a resumption is held.
      let sending = try sendingWebhooks(among: [webhook])[webhook] ?? .deleted
      guard sending != .active else { return 0 }
      let locked = try database.query(
        """
        SELECT \(LockedDelivery.columns) FROM webhook_deliveries FORCE INDEX (PRIMARY)
         WHERE id IN (\(list: ids.padded)) AND live_webhook_id IS NOT NULL
           AND (NOT in_flight OR due_at <= UTC_TIMESTAMP(6)) AND status = 'pending'
         FOR UPDATE SKIP LOCKED
        """, LockedDelivery.init(row:))
      _ = try recordInterruptions(
        locked.filter(\.isInFlight), endpoints: endpoint(of: webhook), leaseSeconds: leaseSeconds,
        webhook: sending)
      let waiting = locked.filter { !$0.isInFlight }.map(\.id)
      guard !waiting.isEmpty else { return locked.count }
      let isDropped = sending == .deleted
      try database.execute(
        """
        UPDATE webhook_deliveries FORCE INDEX (PRIMARY)
           SET status = IF(\(isDropped), IF(was_delivered, 'delivered', 'failed'), 'held'),
               due_at = NULL, live_webhook_id = NULL, single_attempt = FALSE, retry_job_id = NULL,
               error = IF(\(isDropped), 'dropped', error),
               finished_at = IF(\(isDropped), UTC_TIMESTAMP(6), NULL)
         WHERE id IN (\(list: waiting.padded))
        """)
      return locked.count
    }
  }

  /// Where it sends, for attempts that nobody reported.
  private func endpoint(of webhook: Webhook.ID) throws -> [Webhook.ID: String] {
    let url = try database.first("SELECT endpoint_url FROM webhooks WHERE id = \(webhook)") { row in
      try row.text()
    }
    return url.map { [webhook: $0] } ?? [:]
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
