package import Domain
import MariaDB

/// The queue as the worker sees it: what is due, claims, results. How a delivery moves is said in
/// `Delivery`; the SQL here is in `QueueClaiming`, `QueueRecording` and `QueueClearing`.
package struct QueueStore {
  let database: Database
  let seal: Seal

  /// The database's clock.
  package func databaseTime() throws -> Timestamp {
    try database.first("SELECT UTC_TIMESTAMP(6)") { row in try row.timestamp() } ?? currentTime()
  }

  /// Webhooks that have something due, and since when. A loose scan of the queue's index: its cost
  /// follows the number of webhooks that wait, not that of their deliveries.
  package func dueWebhooks() throws -> [DueWebhook] {
    try database.query(
      """
      SELECT live_webhook_id, MIN(due_at) FROM webhook_deliveries FORCE INDEX (queue)
       WHERE live_webhook_id IS NOT NULL AND due_at <= UTC_TIMESTAMP(6)
       GROUP BY live_webhook_id
      """
    ) { row in DueWebhook(id: try row.id(), since: try row.timestamp()) }
  }
}

package struct DueWebhook: Sendable {
  package let id: Webhook.ID
  package let since: Timestamp
}

/// A delivery that this worker alone may send until its lease ends.
package struct ClaimedDelivery: Sendable {
  package let id: Delivery.ID
  package let webhookID: Webhook.ID
  package let eventID: Event.ID
  /// The fence: a result with an older number decides nothing.
  package let leaseNumber: Int
  package let body: [UInt8]
}

/// Where a webhook's deliveries go and how they are signed. A claim with one that is no longer true
/// gives nothing.
package struct DeliveryTarget: Sendable {
  package let webhookID: Webhook.ID
  package let endpointURL: String
  /// Newest first; during the overlap of a rotation there are two.
  package let secrets: [Secret]
  package let headers: [Attempt.Header]
  package let maxInFlight: Int?
  package let maxPerSecond: Int?
  package let isOrdered: Bool
  /// Of the webhook when this was read. Whatever changes what stands here counts it up.
  var version = 0

  package init(
    webhookID: Webhook.ID, endpointURL: String, secrets: [Secret], headers: [Attempt.Header],
    maxInFlight: Int?, maxPerSecond: Int?, isOrdered: Bool
  ) {
    self.webhookID = webhookID
    self.endpointURL = endpointURL
    self.secrets = secrets
    self.headers = headers
    self.maxInFlight = maxInFlight
    self.maxPerSecond = maxPerSecond
    self.isOrdered = isOrdered
  }
}

package struct Claim: Sendable {
  package let deliveries: [ClaimedDelivery]
  package let targets: [Webhook.ID: DeliveryTarget]
  /// When the lease began, by the database's clock.
  package let claimedAt: Timestamp
}
