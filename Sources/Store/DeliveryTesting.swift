package import Domain
import MariaDB

extension DeliveryStore {
  /// Puts a test on record, claimed already by whoever calls: until the lease ends nobody else sends
  /// it, and after that a worker records that it was interrupted and ends it.
  /// - Parameters:
  ///   - body: The exact bytes to be signed and sent.
  ///   - form: Taken in the same transaction, so that a form sent twice makes one test.
  /// - Throws: `StoreError.notFound`, `.duplicate` when the form was taken already.
  package func beginTest(
    of webhook: Webhook.ID, user: User.ID, type: String, timestamp: Timestamp, body: [UInt8],
    leaseSeconds: Int, form: FormTicket? = nil, by actor: Actor
  ) throws -> ClaimedDelivery {
    let now = currentTime()
    let event = try Event.ID.new(at: now)
    let delivery = try Delivery.ID.new(at: now)
    try database.transaction {
      let isThere = try database.first(
        """
        SELECT 1 FROM webhooks WHERE id = \(webhook) AND user_id = \(user) AND deleted_at IS NULL
        """
      ) { row in try row.int() }
      guard isThere != nil else { throw StoreError.notFound }
      if let form { try database.take(form, leadingTo: delivery.rawValue) }
      try database.execute(
        """
        INSERT INTO events (id, user_id, event_type, timestamp, body, created_at)
        VALUES (\(event), \(user), \(type), \(timestamp), \(body), UTC_TIMESTAMP(6))
        """)
      try database.execute(
        """
        INSERT INTO webhook_deliveries
          (id, webhook_id, user_id, event_id, event_type, status, live_webhook_id, due_at,
           in_flight, lease_number, test, created_at)
        VALUES (\(delivery), \(webhook), \(user), \(event), \(type), 'pending', \(webhook),
                UTC_TIMESTAMP(6) + INTERVAL \(leaseSeconds) SECOND, TRUE, 1, TRUE, UTC_TIMESTAMP(6))
        """)
      try database.audit(
        AuditEntry(
          action: "webhook.tested", actor: actor, user: user, subject: webhook.rawValue,
          after: JSONWriter.object { $0.member("delivery", delivery) }))
    }
    return ClaimedDelivery(
      id: delivery, webhookID: webhook, eventID: event, leaseNumber: 1, body: body)
  }

  /// The last tests of a webhook, newest first, among its last 1,000 deliveries.
  package func lastTests(of webhook: Webhook.ID, user: User.ID, limit: Int = 5) throws -> [Delivery]
  {
    try database.query(
      """
      SELECT \(Delivery.columns)
        FROM (SELECT \(Delivery.columns) FROM webhook_deliveries AS d FORCE INDEX (log)
               WHERE d.webhook_id = \(webhook) AND d.user_id = \(user)
               ORDER BY d.created_at DESC, d.id DESC LIMIT 1000) AS d
       WHERE d.test ORDER BY d.created_at DESC, d.id DESC LIMIT \(limit)
      """, Delivery.init(row:))
  }
}
