package import Domain
import MariaDB

/// Webhooks with their event types, secrets and headers. Every call carries the user.
package struct WebhookStore {
  let database: Database
  let seal: Seal

  /// A user's webhooks, oldest first, at most `limit` of those after `cursor`.
  package func list(of user: User.ID, after cursor: Cursor? = nil, limit: Int) throws -> [Webhook] {
    let after: SQL =
      cursor.map { "AND (w.created_at, w.id) > (\($0.time), \($0.id))" } ?? ""
    return try load(
      "w.user_id = \(user) AND w.deleted_at IS NULL \(after)",
      order: "ORDER BY w.created_at, w.id LIMIT \(limit)")
  }

  /// - Throws: `StoreError.notFound` when the user has no such webhook.
  package func find(_ id: Webhook.ID, of user: User.ID) throws -> Webhook {
    let found = try load("w.id = \(id) AND w.user_id = \(user) AND w.deleted_at IS NULL")
    guard let webhook = found.first else { throw StoreError.notFound }
    return webhook
  }

  /// Whose webhook this is; for service keys, which name an object by id alone.
  package func owner(of id: Webhook.ID) throws -> User.ID? {
    try database.first("SELECT user_id FROM webhooks WHERE id = \(id) AND deleted_at IS NULL") {
      row in try row.id()
    }
  }

  package func count(of user: User.ID) throws -> Int {
    try database.first(
      "SELECT COUNT(*) FROM webhooks WHERE user_id = \(user) AND deleted_at IS NULL"
    ) { row in try row.int() } ?? 0
  }

  package func hasWebhook(named name: String, of user: User.ID) throws -> Bool {
    try database.first(
      """
      SELECT 1 FROM webhooks WHERE user_id = \(user) AND deleted_at IS NULL AND name = \(name)
       LIMIT 1
      """
    ) { row in try row.int() } != nil
  }

  /// Names of a user's webhooks that send to exactly this address, the oldest first.
  package func names(sendingTo url: String, of user: User.ID, besides id: Webhook.ID? = nil) throws
    -> [String]
  {
    let others: SQL = id.map { "AND id <> \($0)" } ?? ""
    return try database.query(
      """
      SELECT name FROM webhooks
       WHERE user_id = \(user) AND deleted_at IS NULL AND endpoint_url = \(url) \(others)
       ORDER BY created_at LIMIT 3
      """
    ) { row in try row.text() }
  }

  /// Makes a webhook.
  /// - Parameters:
  ///   - limit: Most webhooks a user may have.
  ///   - form: Taken in the same transaction, so that a form sent twice makes one webhook.
  /// - Throws: `StoreError.limitReached`; `.duplicate` when the form was taken already; `.notFound`
  ///   when the user has just been deleted.
  package func create(
    _ draft: WebhookDraft, for user: User.ID, limit: Int, form: FormTicket? = nil,
    by actor: Actor
  ) throws -> Webhook.ID {
    let id = try Webhook.ID.new()
    try database.transaction {
      // The user's row is the lock that makes the limit hold when two are made at once.
      let owner = try database.first(
        "SELECT id FROM users WHERE id = \(user) AND deleted_at IS NULL FOR UPDATE"
      ) { row in try row.text() }
      guard owner != nil else { throw StoreError.notFound }
      guard try count(of: user) < limit else { throw StoreError.limitReached(limit) }
      if let form { try database.take(form, leadingTo: id.rawValue) }
      try database.execute(
        """
        INSERT INTO webhooks (id, user_id, name, endpoint_url, listens_to_all, status,
                              paused_reason, paused_at, signature, max_in_flight, max_per_second,
                              ordered, version, created_at, updated_at)
        VALUES (\(id), \(user), \(draft.name), \(draft.endpointURL), \(draft.events == .all),
                \(draft.startsPaused ? "paused" : "active"),
                \(draft.startsPaused ? Webhook.PauseReason.user.rawValue : nil),
                IF(status = 'paused', UTC_TIMESTAMP(6), NULL), \(draft.secret.scheme.rawValue),
                \(draft.maxInFlight), \(draft.maxPerSecond), \(draft.isOrdered), 1,
                UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
        """)
      try subscribe(id, to: draft.events)
      try addSecret(draft.secret, to: id, of: user)
      try setHeaders(draft.headers.map { (name: $0.name, value: $0.value) }, of: id, user: user)
      try database.audit(
        AuditEntry(
          action: "webhook.created", actor: actor, user: user, subject: id.rawValue,
          after: draft.auditJSON))
    }
    return id
  }

  /// What changes nothing leaves no trace: a receiver that sets anew what stands, told of it, would
  /// never end.
  /// - Parameters:
  ///   - version: What the change was made from; nil takes whatever stands.
  ///   - form: Taken in the same transaction, so that a form sent twice counts once.
  /// - Throws: `StoreError.notFound`, `.versionConflict`, `.headersOverLimit`; `.damaged` when it shall
  ///   go on and could not; `.duplicate` when the form was taken already.
  package func change(
    _ id: Webhook.ID, of user: User.ID, to change: WebhookChange, version: Int? = nil,
    form: FormTicket? = nil, by actor: Actor
  ) throws {
    try database.transaction {
      let old = try lock(id, of: user)
      if let form { try database.take(form, leadingTo: id.rawValue) }
      if let version, version != old.version { throw StoreError.versionConflict }
      if change.leaves(old) { return }
      if let events = change.events, events != old.events { try keepUndo(of: old) }
      try apply(change, to: old, by: actor)
    }
  }

  /// Takes the last change of a webhook's events back.
  /// - Throws: `StoreError.notFound`; `.versionConflict` when something was changed since, or it was
  ///   an hour ago.
  package func undoEvents(of id: Webhook.ID, user: User.ID, undo: UUID, by actor: Actor) throws {
    try database.transaction {
      let old = try lock(id, of: user)
      guard let found = try self.undo(of: old), found.id == undo else {
        throw StoreError.versionConflict
      }
      try database.execute("DELETE FROM webhook_undo WHERE webhook_id = \(id)")
      var change = WebhookChange()
      change.events = found.events
      try apply(change, to: old, by: actor)
    }
  }

  /// The webhook as it stands, kept from everybody else until the transaction's end.
  func lock(_ id: Webhook.ID, of user: User.ID) throws -> Webhook {
    _ = try database.first(
      """
      SELECT id FROM webhooks WHERE id = \(id) AND user_id = \(user) AND deleted_at IS NULL
         FOR UPDATE
      """
    ) { row in try row.text() }
    return try find(id, of: user)
  }

  private func apply(_ change: WebhookChange, to old: Webhook, by actor: Actor) throws {
    let (id, user) = (old.id, old.userID)
    let isActive = change.isActive ?? old.status.isActive
    let keepsPause = !isActive && !old.status.isActive
    try database.execute(
      """
      UPDATE webhooks
         SET name = \(change.name ?? old.name),
             endpoint_url = \(change.endpointURL ?? old.endpointURL),
             listens_to_all = \((change.events ?? old.events) == .all),
             status = \(isActive ? "active" : "paused"),
             paused_reason = IF(\(keepsPause), paused_reason, \(isActive ? nil : "user")),
             paused_at = IF(\(keepsPause), paused_at, IF(\(isActive), NULL, UTC_TIMESTAMP(6))),
             max_in_flight = \(change.maxInFlight ?? old.maxInFlight),
             max_per_second = \(change.maxPerSecond ?? old.maxPerSecond),
             ordered = \(change.isOrdered ?? old.isOrdered),
             version = version + 1, updated_at = UTC_TIMESTAMP(6)
       WHERE id = \(id)
      """)
    if let events = change.events {
      try database.execute("DELETE FROM webhook_subscriptions WHERE webhook_id = \(id)")
      try subscribe(id, to: events)
    }
    if let headers = change.headers {
      try setHeaders(headers, of: id, user: user)
      try checkHeaders(of: id)
    }
    if change.isActive == true, !old.status.isActive {
      // It would be paused again at once. Headers that this very change mends are good by now.
      if let damage = try damage(of: id, user: user) { throw StoreError.damaged(damage) }
      // Resuming starts with a clean slate: the failures before it no longer count.
      try database.execute(
        "UPDATE webhook_health SET failing_since = NULL WHERE webhook_id = \(id)")
    }
    let new = try find(id, of: user)
    try database.audit(
      AuditEntry(
        action: "webhook.changed", actor: actor, user: user, subject: id.rawValue,
        before: old.auditJSON(besides: new), after: old.auditJSON(of: new, changedBy: change)))
  }

  /// Hides the webhook at once; the worker drops what was waiting for it.
  /// - Throws: `StoreError.notFound`.
  package func delete(_ id: Webhook.ID, of user: User.ID, by actor: Actor) throws {
    try database.transaction {
      guard try database.deleteWebhook(id, of: user) else { throw StoreError.notFound }
      try database.audit(
        AuditEntry(action: "webhook.deleted", actor: actor, user: user, subject: id.rawValue))
    }
  }

  /// What a webhook was called, while the worker has not removed it yet; nil where it is not deleted.
  package func nameOfDeleted(_ id: Webhook.ID, of user: User.ID) throws -> String? {
    try database.first(
      """
      SELECT name FROM webhooks WHERE id = \(id) AND user_id = \(user) AND deleted_at IS NOT NULL
      """
    ) { row in try row.text() }
  }

  private func subscribe(_ id: Webhook.ID, to events: EventSelection) throws {
    guard case .chosen(let types) = events else { return }
    try database.execute(
      "INSERT INTO webhook_subscriptions (webhook_id, event_type) VALUES (?, ?)",
      rows: types.map { [id.boundValue, .text($0)] })
  }

  func addSecret(_ secret: Secret, to webhook: Webhook.ID, of user: User.ID) throws {
    let id = try UUID.new()
    let sealed = try seal.seal(secret.bytes, at: .webhookSecret(id, of: user))
    try database.execute(
      """
      INSERT INTO webhook_secrets (id, webhook_id, secret_sealed, public_key, last_four, created_at)
      VALUES (\(id), \(webhook), \(sealed), \(secret.publicKey), \(secret.lastFour),
              UTC_TIMESTAMP(6))
      """)
  }

  private func setHeaders(
    _ headers: [(name: String, value: String?)], of webhook: Webhook.ID, user: User.ID
  ) throws {
    for header in headers {
      try database.execute(
        "DELETE FROM webhook_headers WHERE webhook_id = \(webhook) AND name = \(header.name)")
      guard let value = header.value else { continue }
      let id = try UUID.new()
      let sealed = try seal.seal(Array(value.utf8), at: .webhookHeader(id, of: user))
      try database.execute(
        """
        INSERT INTO webhook_headers (id, webhook_id, name, value_sealed)
        VALUES (\(id), \(webhook), \(header.name), \(sealed))
        """)
    }
  }
}

extension WebhookStore {
  /// Changes that are each within the limits may add up to more.
  fileprivate func checkHeaders(of webhook: Webhook.ID) throws {
    let found = try database.first(
      """
      SELECT COUNT(*), COALESCE(SUM(LENGTH(name) + LENGTH(value_sealed)), 0)
        FROM webhook_headers WHERE webhook_id = \(webhook)
      """
    ) { row in (count: try row.int(), bytes: try row.int()) }
    guard let (count, bytes) = found else { return }
    guard count <= CustomHeader.countLimit,
      bytes - count * Seal.overhead <= CustomHeader.totalLimitBytes
    else { throw StoreError.headersOverLimit }
  }
}

extension Database {
  /// Hides a webhook, in the caller's transaction.
  /// - Returns: Whether the user had it.
  func deleteWebhook(_ id: Webhook.ID, of user: User.ID) throws -> Bool {
    let changed = try execute(
      """
      UPDATE webhooks SET deleted_at = UTC_TIMESTAMP(6), version = version + 1
       WHERE id = \(id) AND user_id = \(user) AND deleted_at IS NULL
      """)
    guard changed == 1 else { return false }
    // Nothing is signed with it any more, so nothing need be kept that could sign.
    try execute("DELETE FROM webhook_secrets WHERE webhook_id = \(id)")
    try execute("DELETE FROM webhook_headers WHERE webhook_id = \(id)")
    return true
  }
}

extension SealedPlace {
  static func webhookSecret(_ id: UUID, of user: User.ID) -> SealedPlace {
    SealedPlace(
      table: "webhook_secrets", column: "secret_sealed", row: id, user: user.rawValue)
  }

  static func webhookHeader(_ id: UUID, of user: User.ID) -> SealedPlace {
    SealedPlace(table: "webhook_headers", column: "value_sealed", row: id, user: user.rawValue)
  }
}
