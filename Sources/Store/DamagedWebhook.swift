package import Domain
import MariaDB

/// Of the webhooks that were asked for, those that may send: whereto and how, or why they cannot.
package struct DeliveryTargets: Sendable {
  package var ready: [Webhook.ID: DeliveryTarget] = [:]
  /// Something of them was changed or moved. `QueueStore.pauseDamaged` looks again, and decides.
  package var damaged: [Webhook.ID] = []
  /// What there is to say of those whose key the ring lacks: they wait for it.
  package var keyless: [Webhook.ID: String] = [:]
  /// Those that are ready, and of which was noted that they wait for a key.
  package var haveKeyAgain: [Webhook.ID] = []

  package init() {}

  package subscript(id: Webhook.ID) -> DeliveryTarget? { ready[id] }
}

extension QueueStore {
  /// Pauses a webhook that can never sign as it should with what we have of it, until its user has put
  /// something else there; what waits is held as in any pause.
  /// - Returns: What is damaged; nil where nothing is any more, or the webhook does not send.
  package func pauseDamaged(_ id: Webhook.ID, by actor: Actor) throws -> WebhookDamage? {
    try database.transaction {
      // Kept from its user meanwhile, who may be mending it.
      let owner = try database.first(
        """
        SELECT user_id FROM webhooks
         WHERE id = \(id) AND status = 'active' AND deleted_at IS NULL FOR UPDATE
        """
      ) { row in try row.id(User.self) }
      guard let owner, let damage = try database.damage(of: id, user: owner, seal: seal) else {
        return nil
      }
      try pause(id, because: .damaged, by: actor)
      return damage
    }
  }

  /// Notes that a webhook waits for a key that the ring lacks.
  /// - Returns: Whether that is to be told: once an hour, whichever worker it is.
  package func noteMissingKey(of id: Webhook.ID) throws -> Bool {
    try database.execute("INSERT IGNORE INTO webhook_health (webhook_id) VALUES (\(id))")
    return try database.execute(
      """
      UPDATE webhook_health SET key_missing_at = UTC_TIMESTAMP(6)
       WHERE webhook_id = \(id)
         AND (key_missing_at IS NULL OR key_missing_at < UTC_TIMESTAMP(6) - INTERVAL 1 HOUR)
      """) == 1
  }

  /// It waits for no key any more.
  package func endMissingKey(of id: Webhook.ID) throws {
    try database.execute(
      "UPDATE webhook_health SET key_missing_at = NULL WHERE webhook_id = \(id)")
  }
}

extension WebhookStore {
  /// What does not open of a webhook, of those parts that it sends with; nil where nothing is damaged.
  package func damage(of id: Webhook.ID, user: User.ID) throws -> WebhookDamage? {
    try database.damage(of: id, user: user, seal: seal)
  }
}

extension Database {
  /// A plain read of a few rows.
  func damage(of id: Webhook.ID, user: User.ID, seal: Seal) throws -> WebhookDamage? {
    let secrets = try query(
      """
      SELECT s.id, s.secret_sealed, s.expires_at IS NULL
        FROM webhook_secrets AS s JOIN webhooks AS w ON w.id = s.webhook_id
       WHERE s.webhook_id = \(id) AND w.user_id = \(user)
         AND (s.expires_at IS NULL OR s.expires_at > UTC_TIMESTAMP(6))
      """
    ) { row in
      let place = SealedPlace.webhookSecret(try row.uuid(), of: user)
      let isDamaged = try seal.isDamaged(row.bytes(), at: place)
      return (isDamaged: isDamaged, counts: try row.bool())
    }
    let headers = try query(
      """
      SELECT h.id, h.value_sealed, h.name
        FROM webhook_headers AS h JOIN webhooks AS w ON w.id = h.webhook_id
       WHERE h.webhook_id = \(id) AND w.user_id = \(user) ORDER BY h.name
      """
    ) { row in
      let place = SealedPlace.webhookHeader(try row.uuid(), of: user)
      let isDamaged = try seal.isDamaged(row.bytes(), at: place)
      return (isDamaged: isDamaged, name: try row.text())
    }
    var parts: [WebhookDamage.Part] = []
    if !secrets.contains(where: { $0.counts && !$0.isDamaged }) { parts.append(.secret) }
    if secrets.contains(where: { !$0.counts && $0.isDamaged }) { parts.append(.olderSecret) }
    parts += headers.filter(\.isDamaged).map { .header($0.name) }
    return WebhookDamage(parts)
  }
}

extension Seal {
  fileprivate func isDamaged(_ sealed: [UInt8], at place: SealedPlace) -> Bool {
    do {
      _ = try open(sealed, at: place)
      return false
    } catch {
      return error as? SealError == .changedOrMoved
    }
  }
}
