package import Domain
import MariaDB

extension DeliveryStore {
  /// Gives a delivery up: it is not sent any more. Nothing happens where it was dropped already.
  /// - Throws: `StoreError.notFound`; `.beingSent` while it is; `.delivered` where there is nothing to
  ///   give up.
  package func drop(_ id: Delivery.ID, of user: User.ID, by actor: Actor) throws {
    try database.transaction {
      let row = try database.first(
        """
        SELECT status, in_flight, error <=> 'dropped'
          FROM webhook_deliveries FORCE INDEX (PRIMARY)
         WHERE id = \(id) AND user_id = \(user) FOR UPDATE
        """
      ) { row in
        (
          status: try row.word(Delivery.Status.self), isInFlight: try row.bool(),
          isDropped: try row.bool()
        )
      }
      guard let row else { throw StoreError.notFound }
      guard row.status != .delivered else { throw StoreError.delivered }
      guard !row.isInFlight else { throw StoreError.beingSent }
      guard !row.isDropped || row.status != .failed else { return }
      try database.execute(
        """
        UPDATE webhook_deliveries FORCE INDEX (PRIMARY)
           SET status = IF(was_delivered, 'delivered', 'failed'), error = 'dropped', due_at = NULL,
               live_webhook_id = NULL, single_attempt = FALSE, retry_job_id = NULL,
               finished_at = IFNULL(finished_at, UTC_TIMESTAMP(6)), \(DeadLetter.mark)
         WHERE id = \(id)
        """)
      try database.audit(
        AuditEntry(
          action: "delivery.dropped", actor: actor, user: user, subject: id.rawValue,
          before: JSONWriter.object { $0.member("status", row.status.rawValue) }))
    }
  }

  /// Puts on record that somebody reads what a delivery carried, and why; what they read is asked for
  /// after that.
  /// - Parameter reason: In their own words.
  /// - Throws: `StoreError.notFound`.
  package func recordReading(
    of id: Delivery.ID, owner: User.ID, reason: String, attempt: Int?, by actor: Actor
  ) throws {
    _ = try find(id, of: owner)
    try database.transaction {
      try database.audit(
        AuditEntry(
          action: "payload.read", actor: actor, user: owner, subject: id.rawValue,
          after: JSONWriter.object {
            $0.member("reason", reason)
            $0.member("attempt", attempt)
          }))
    }
  }
}
