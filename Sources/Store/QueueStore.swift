package import Domain
import MariaDB

/// The queue as the worker sees it: what is due, claims, results. How a delivery moves is said in
/// `DeliveryProgress`; the SQL is in `QueueClaiming`, `QueueLimits`, `QueueRecording` and
/// `QueueClearing`.
package struct QueueStore {
  let database: Database
  let seal: Seal

  /// The database's clock.
  package func databaseTime() throws -> Timestamp {
    try database.first("SELECT UTC_TIMESTAMP(6)") { row in try row.timestamp() } ?? currentTime()
  }

  /// Webhooks that have something due, and since when; of those that are known already, only those
  /// with something to be claimed from a worker that died.
  ///
  /// A loose scan of the queue's index: its cost follows the number of webhooks that wait, not that of
  /// their deliveries. But a table that was opened when it was empty keeps that statistic, and then
  /// MariaDB reads all that is due: 31 ms for 94,000 deliveries, measured. What is known is therefore
  /// not asked for again: the range scan skips it.
  /// - Parameter known: At most 1,000, or MariaDB makes no ranges of what is left.
  package func dueWebhooks(besides known: [Webhook.ID] = []) throws -> [DueWebhook] {
    let isKnown: SQL = known.isEmpty ? "FALSE" : "live_webhook_id IN (\(list: known.padded))"
    let isNew: SQL = known.isEmpty ? "TRUE" : "live_webhook_id NOT IN (\(list: known.padded))"
    let groups = try database.query(
      """
      SELECT live_webhook_id, in_flight, MIN(due_at) FROM webhook_deliveries FORCE INDEX (queue)
       WHERE live_webhook_id IS NOT NULL AND \(isNew) AND due_at <= UTC_TIMESTAMP(6)
       GROUP BY live_webhook_id, in_flight
      UNION ALL
      SELECT live_webhook_id, in_flight, MIN(due_at) FROM webhook_deliveries FORCE INDEX (queue)
       WHERE \(isKnown) AND in_flight = TRUE AND due_at <= UTC_TIMESTAMP(6)
       GROUP BY live_webhook_id, in_flight
      """
    ) { row in
      let id = try row.id(Webhook.self)
      let isLost = try row.bool()
      return DueWebhook(id: id, since: try row.timestamp(), hasLost: isLost)
    }
    return Dictionary(grouping: groups, by: \.id).values.map { parts in
      DueWebhook(
        id: parts[0].id, since: parts.map(\.since).min() ?? parts[0].since,
        hasLost: parts.contains(where: \.hasLost))
    }
  }
}

package struct DueWebhook: Sendable {
  package let id: Webhook.ID
  package let since: Timestamp
  /// Some of it was claimed by a worker that died or lost its lease.
  package let hasLost: Bool

  package init(id: Webhook.ID, since: Timestamp, hasLost: Bool) {
    self.id = id
    self.since = since
    self.hasLost = hasLost
  }
}

/// A delivery that this worker alone may send until its lease ends.
package struct ClaimedDelivery: Sendable {
  package let id: Delivery.ID
  package let webhookID: Webhook.ID
  package let eventID: Event.ID
  /// The fence: a result with an older number decides nothing.
  package let leaseNumber: Int
  /// nil once the payload is purged: then there is nothing to be sent.
  package let body: [UInt8]?
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
  /// When one of the secrets ends, in milliseconds from when this was read; nil where none does.
  package internal(set) var endsIn: Int64?
  /// How long every attempt had failed when this was read, in milliseconds; nil where the last did not.
  package internal(set) var failingFor: Int64?

  /// Has limits that all workers share.
  package var isLimited: Bool { isOrdered || maxInFlight != nil || maxPerSecond != nil }

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

/// What a worker would like to claim of one webhook.
package struct ClaimWish: Sendable {
  package let target: DeliveryTarget
  package let count: Int
  /// What lost its worker is looked for as well.
  let hasLost: Bool
  /// Nothing is looked for that was due before this. What left the queue stays in its index until
  /// the server has purged it, and a claim from the start walks over all of that.
  let from: Timestamp?

  package init(
    target: DeliveryTarget, count: Int, hasLost: Bool = false, from: Timestamp? = nil
  ) {
    self.target = target
    self.count = count
    self.hasLost = hasLost
    self.from = from
  }
}

package struct Claim: Sendable {
  package let deliveries: [ClaimedDelivery]
  package let targets: [Webhook.ID: DeliveryTarget]
  /// When the lease began, by the database's clock.
  package let claimedAt: Timestamp
  /// Webhooks that were changed since their targets were read.
  package let changed: Set<Webhook.ID>
  /// Webhooks whose own limits allow nothing for so many milliseconds.
  package let waits: [Webhook.ID: Int64]
  /// When the last one that was claimed of each webhook had been due.
  package let lastDue: [Webhook.ID: Timestamp]
}
