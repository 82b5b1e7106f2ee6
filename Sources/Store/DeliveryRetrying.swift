package import Domain
import MariaDB

extension DeliveryStore {
  /// No more are asked for beyond this: a delivery's attempts are shown all at once, by pages and by the
  /// API.
  package static let attemptLimit = 1_000

  /// Sends one delivery again: a pending one is due now, and nothing happens while it is being sent;
  /// of any other one more attempt is made, outside the schedule.
  /// - Throws: `StoreError.notFound`, `.webhookPaused`, `.payloadPurged`, `.tooManyAttempts`.
  package func retry(_ id: Delivery.ID, of user: User.ID, by actor: Actor) throws {
    let webhook = try find(id, of: user).webhookID
    try database.transaction {
      // The payload goes while its deliveries are locked: once we hold this one, what we see stays.
      let row = try database.first(
        """
        SELECT status, in_flight AND due_at > UTC_TIMESTAMP(6), attempt_number, was_delivered
          FROM webhook_deliveries FORCE INDEX (PRIMARY)
         WHERE id = \(id) AND user_id = \(user) FOR UPDATE
        """
      ) { row in
        (
          status: try row.word(Delivery.Status.self), isBeingSent: try row.optionalBool() ?? false,
          attempts: try row.int(), wasDelivered: try row.bool()
        )
      }
      guard let row else { throw StoreError.notFound }
      switch try webhookSending(webhook) {
      case .deleted: throw StoreError.notFound
      case .paused: throw StoreError.webhookPaused
      case .active: break
      }
      guard try hasPayload(id) else { throw StoreError.payloadPurged }
      guard row.attempts < Self.attemptLimit else { throw StoreError.tooManyAttempts }
      guard !row.isBeingSent else { return }
      if row.status == .pending {
        try database.execute(
          """
          UPDATE webhook_deliveries SET due_at = UTC_TIMESTAMP(6)
           WHERE id = \(id) AND due_at > UTC_TIMESTAMP(6) AND NOT in_flight
          """)
      } else {
        try database.execute(
          """
          UPDATE webhook_deliveries
             SET status = 'pending', due_at = UTC_TIMESTAMP(6), live_webhook_id = webhook_id,
                 single_attempt = TRUE, interrupted_in_row = 0, finished_at = NULL,
                 was_delivered = \(row.wasDelivered || row.status == .delivered),
                 error = IF(error = 'dropped', NULL, error), \(DeadLetter.mark)
           WHERE id = \(id)
          """)
      }
      try database.audit(
        AuditEntry(action: "delivery.retried", actor: actor, user: user, subject: id.rawValue))
    }
  }

  private func webhookSending(_ id: Webhook.ID) throws -> WebhookSending {
    let found = try database.first(
      """
      SELECT w.deleted_at IS NOT NULL OR u.deleted_at IS NOT NULL,
             w.status = 'active' AND u.status = 'active'
        FROM webhooks AS w JOIN users AS u ON u.id = w.user_id WHERE w.id = \(id)
      """
    ) { row in
      let isDeleted = try row.bool()
      return isDeleted ? WebhookSending.deleted : try row.bool() ? .active : .paused
    }
    return found ?? .deleted
  }

  private func hasPayload(_ id: Delivery.ID) throws -> Bool {
    try database.first(
      """
      SELECT e.body IS NOT NULL FROM webhook_deliveries AS d JOIN events AS e ON e.id = d.event_id
       WHERE d.id = \(id)
      """
    ) { row in try row.bool() } ?? false
  }
}
