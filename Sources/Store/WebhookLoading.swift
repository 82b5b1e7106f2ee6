package import Domain
import MariaDB

extension WebhookStore {
  /// Webhooks with their event types and header names: one read each, whatever their number.
  func load(_ condition: SQL, order: SQL = "") throws -> [Webhook] {
    let rows = try database.query(
      """
      SELECT w.id, w.user_id, w.name, w.endpoint_url, w.listens_to_all, w.paused_reason,
             w.signature, w.max_in_flight, w.max_per_second, w.ordered, w.created_at, w.updated_at,
             w.version
        FROM webhooks AS w WHERE \(condition) \(order)
      """, WebhookRow.init(row:))
    guard !rows.isEmpty else { return [] }
    let ids = rows.map(\.id).padded
    let types = try pairs(
      """
      SELECT webhook_id, event_type FROM webhook_subscriptions
       WHERE webhook_id IN (\(list: ids)) ORDER BY webhook_id, event_type
      """)
    let headers = try pairs(
      """
      SELECT webhook_id, name FROM webhook_headers
       WHERE webhook_id IN (\(list: ids)) ORDER BY webhook_id, name
      """)
    return rows.map { $0.webhook(types: types[$0.id] ?? [], headers: headers[$0.id] ?? []) }
  }

  private func pairs(_ sql: SQL) throws -> [Webhook.ID: [String]] {
    let pairs = try database.query(sql) { row in (try row.id(Webhook.self), try row.text()) }
    return Dictionary(grouping: pairs, by: \.0).mapValues { $0.map(\.1) }
  }

  /// The last 24 hours by the hour, and the running health, of several webhooks.
  package func health(of ids: [Webhook.ID]) throws -> [Webhook.ID: WebhookHealth] {
    guard !ids.isEmpty else { return [:] }
    let counts = try database.query(
      """
      SELECT webhook_id, TIMESTAMPDIFF(HOUR, hour, UTC_TIMESTAMP()), delivered, failed
        FROM delivery_counts
       WHERE webhook_id IN (\(list: ids.padded)) AND hour > UTC_TIMESTAMP() - INTERVAL 24 HOUR
      """
    ) { row in
      (
        id: try row.id(Webhook.self), age: try row.int(), delivered: try row.int(),
        failed: try row.int()
      )
    }
    let running = try database.query(
      """
      SELECT webhook_id, last_success_at, failing_since FROM webhook_health
       WHERE webhook_id IN (\(list: ids.padded))
      """
    ) { row in
      (
        id: try row.id(Webhook.self), success: try row.optionalTimestamp(),
        failing: try row.optionalTimestamp()
      )
    }
    var health: [Webhook.ID: WebhookHealth] = [:]
    for id in ids {
      var hours = [WebhookHealth.Hour](repeating: .init(delivered: 0, failed: 0), count: 24)
      for count in counts where count.id == id && (0..<24).contains(count.age) {
        hours[23 - count.age] = .init(delivered: count.delivered, failed: count.failed)
      }
      let now = running.first { $0.id == id }
      health[id] = WebhookHealth(
        hours: hours, lastSuccessAt: now?.success, failingSince: now?.failing)
    }
    return health
  }

  /// The public keys of those that sign by Ed25519; of each, that of the newest secret.
  package func publicKeys(of ids: [Webhook.ID]) throws -> [Webhook.ID: [UInt8]] {
    guard !ids.isEmpty else { return [:] }
    let keys = try database.query(
      """
      SELECT webhook_id, public_key FROM webhook_secrets
       WHERE webhook_id IN (\(list: ids.padded)) AND public_key IS NOT NULL
         AND expires_at IS NULL
      """
    ) { row in (try row.id(Webhook.self), try row.bytes()) }
    return Dictionary(keys, uniquingKeysWith: { _, newer in newer })
  }

  /// What a person knows its secrets by, those that sign alone; the newest first.
  package func secretFacts(of id: Webhook.ID) throws -> [SecretFacts] {
    try database.query(
      """
      SELECT last_four, public_key, created_at, expires_at FROM webhook_secrets
       WHERE webhook_id = \(id) AND (expires_at IS NULL OR expires_at > UTC_TIMESTAMP(6))
       ORDER BY created_at DESC
      """
    ) { row in
      SecretFacts(
        lastFour: try row.text(), publicKey: try row.optionalBytes(),
        createdAt: try row.timestamp(), expiresAt: try row.optionalTimestamp())
    }
  }
}

private struct WebhookRow {
  let id: Webhook.ID
  let userID: User.ID
  let name: String
  let endpointURL: String
  let listensToAll: Bool
  let pausedReason: Webhook.PauseReason?
  let signature: Webhook.SignatureScheme
  let maxInFlight: Int?
  let maxPerSecond: Int?
  let isOrdered: Bool
  let createdAt: Timestamp
  let updatedAt: Timestamp
  let version: Int

  init(row: inout Row) throws {
    id = try row.id()
    userID = try row.id()
    name = try row.text()
    endpointURL = try row.text()
    listensToAll = try row.bool()
    pausedReason = try row.optionalWord()
    signature = try row.word()
    maxInFlight = try row.optionalInt()
    maxPerSecond = try row.optionalInt()
    isOrdered = try row.bool()
    createdAt = try row.timestamp()
    updatedAt = try row.timestamp()
    version = try row.int()
  }

  func webhook(types: [String], headers: [String]) -> Webhook {
    Webhook(
      id: id, userID: userID, name: name, endpointURL: endpointURL,
      events: listensToAll ? .all : .chosen(types),
      status: pausedReason.map(Webhook.Status.paused) ?? .active, signature: signature,
      headerNames: headers, maxInFlight: maxInFlight, maxPerSecond: maxPerSecond,
      isOrdered: isOrdered, createdAt: createdAt, updatedAt: updatedAt, version: version)
  }
}
