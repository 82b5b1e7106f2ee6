package import Domain
import MariaDB

extension WebhookStore {
  /// Makes `secret` the one that counts. The one before signs along until its overlap is over; two
  /// sign at most.
  /// - Parameters:
  ///   - overlap: 0 to 7 days; with 0 the one before ends at once, and so it does where it is damaged and
  ///     signs nothing.
  ///   - endingOlder: Whether one whose overlap still runs may be ended by this.
  ///   - form: Taken in the same transaction, so that a form sent twice makes one secret.
  /// - Returns: When the one before ends.
  /// - Throws: `StoreError.notFound`; `.overlapRuns`; `.duplicate` when the form was taken already.
  @discardableResult
  package func rotateSecret(
    of id: Webhook.ID, user: User.ID, to secret: Secret, overlap: Interval, endingOlder: Bool,
    form: FormTicket? = nil, by actor: Actor
  ) throws -> Timestamp {
    try database.transaction {
      let webhook = try lock(id, of: user)
      if let form { try database.take(form, leadingTo: id.rawValue) }
      let before = try secretFacts(of: id)
      let overlap = try damage(of: id, user: user)?.hasSecret == true ? .zero : overlap
      guard endingOlder || before.count < 2 else { throw StoreError.overlapRuns }
      let end = try database.first(
        "SELECT UTC_TIMESTAMP(6) + INTERVAL \(overlap.seconds) SECOND"
      ) { row in try row.timestamp() }
      let endsAt = end ?? currentTime()
      // Of those before, what signs no more need not be kept.
      try database.execute(
        """
        DELETE FROM webhook_secrets
         WHERE webhook_id = \(id) AND (expires_at IS NOT NULL OR \(overlap == .zero))
        """)
      try database.execute(
        "UPDATE webhook_secrets SET expires_at = \(endsAt) WHERE webhook_id = \(id)")
      try addSecret(secret, to: id, of: user)
      try database.execute(
        """
        UPDATE webhooks SET signature = \(secret.scheme.rawValue), version = version + 1,
                            updated_at = UTC_TIMESTAMP(6)
         WHERE id = \(id)
        """)
      try database.audit(
        AuditEntry(
          action: "webhook.secret_made", actor: actor, user: user, subject: id.rawValue,
          before: JSONWriter.object {
            $0.member("signature", webhook.signature.rawValue)
            $0.member("last_four", before.map(\.lastFour))
          },
          after: JSONWriter.object {
            $0.member("signature", secret.scheme.rawValue)
            $0.member("last_four", secret.lastFour)
            $0.member("previous_expires_at", endsAt)
          }))
      return endsAt
    }
  }

  /// What tells a form, which may not show them, that values of its headers were set meanwhile: each
  /// value has another id.
  package func headerValues(of id: Webhook.ID) throws -> [UUID] {
    try database.query(
      "SELECT id FROM webhook_headers WHERE webhook_id = \(id) ORDER BY name"
    ) { row in try row.uuid() }
  }

  /// Ends the older secret now; nothing happens where there is one only.
  /// - Throws: `StoreError.notFound`
  package func endOverlap(of id: Webhook.ID, user: User.ID, by actor: Actor) throws {
    try database.transaction {
      _ = try lock(id, of: user)
      let older = try secretFacts(of: id).dropFirst()
      guard !older.isEmpty else { return }
      try database.execute(
        "DELETE FROM webhook_secrets WHERE webhook_id = \(id) AND expires_at IS NOT NULL")
      try database.execute(
        """
        UPDATE webhooks SET version = version + 1, updated_at = UTC_TIMESTAMP(6) WHERE id = \(id)
        """)
      try database.audit(
        AuditEntry(
          action: "webhook.secret_ended", actor: actor, user: user, subject: id.rawValue,
          before: JSONWriter.object { $0.member("last_four", older.map(\.lastFour)) }))
    }
  }
}
