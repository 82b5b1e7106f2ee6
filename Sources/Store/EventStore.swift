import Crypto
package import Domain
import MariaDB

/// An event about to be emitted; its body has been checked.
package struct NewEvent: Sendable {
  let user: User
  let type: String
  let timestamp: Timestamp
  let body: [UInt8]

  package init(user: User, type: String, timestamp: Timestamp, body: [UInt8]) {
    self.user = user
    self.type = type
    self.timestamp = timestamp
    self.body = body
  }
}

/// An event on record, and how many deliveries it gave (held ones counted).
package struct Emitted: Sendable {
  package let event: Event
  package let deliveries: Int
}

/// A request's `Idempotency-Key`, and a hash of the request itself.
package struct IdempotencyKey: Sendable {
  let apiKey: UUID
  let keyHash: [UInt8]
  let requestHash: [UInt8]

  package init(apiKey: UUID, key: String, request: [UInt8]) {
    self.apiKey = apiKey
    keyHash = SHA256.hash(Array(key.utf8))
    requestHash = SHA256.hash(request)
  }
}

package enum EmitResult: Sendable {
  case emitted([Emitted])
  /// The key was used for this very request before: what was answered then.
  case repeated(answer: [UInt8])
  /// The key was used for another request.
  case keyReused
  /// A request with this key has not ended yet.
  case stillRunning
}

/// Events and the deliveries they give. The counterpart in SQL is `emit_event`.
package struct EventStore {
  let database: Database

  /// Adds the events and one delivery for each webhook that listens, all or none.
  /// - Parameter context: What is known already where there is one event.
  @discardableResult package func emit(
    _ events: [NewEvent], in context: EventContext? = nil
  ) throws -> [Emitted] {
    let rows = try rows(for: events, in: context)
    if let statement = rows.asOneStatement {
      try database.execute(statement)
    } else {
      try database.transaction { try add(rows) }
    }
    return rows.emitted
  }

  /// The same, if it was not done before.
  /// - Parameter answer: Makes what is kept for the same idempotency key.
  package func emit(
    _ events: [NewEvent], in context: EventContext? = nil, once key: IdempotencyKey,
    answer: ([Emitted]) -> [UInt8]
  ) throws -> EmitResult {
    try database.transaction {
      if let earlier = try begin(key) { return earlier }
      let rows = try rows(for: events, in: context)
      try add(rows)
      try database.execute(
        """
        UPDATE idempotency_keys SET answer = \(answer(rows.emitted))
         WHERE api_key_id = \(key.apiKey) AND key_hash = \(key.keyHash)
        """)
      return .emitted(rows.emitted)
    }
  }

  /// What `emit_event` would not take: `type: no such event type`.
  package struct Refused: Error, Sendable {
    package let message: String
  }

  /// `CALL emit_event(…)`, as a host does.
  /// - Throws: `Refused`
  package func callProcedure(user: User.ID, type: String, data: String) throws {
    do {
      // By itself each statement of the procedure would be a transaction of its own.
      try database.transaction {
        try database.execute("CALL emit_event(\(user), \(type), \(data))")
      }
    } catch let error as DatabaseError {
      guard error.code == .signal else { throw error }
      throw Refused(message: error.message)
    }
  }

  /// Takes the key, or says what became of the request that took it before. The row of a request
  /// that is still running is locked by it, and gone if it dies: nothing is ever poisoned.
  private func begin(_ key: IdempotencyKey) throws -> EmitResult? {
    do throws(DatabaseError) {
      try database.execute(
        """
        SET STATEMENT innodb_lock_wait_timeout = 0 FOR
        INSERT INTO idempotency_keys (api_key_id, key_hash, request_hash, created_at)
        VALUES (\(key.apiKey), \(key.keyHash), \(key.requestHash), UTC_TIMESTAMP(6))
        ON DUPLICATE KEY UPDATE
          answer = IF(created_at < UTC_TIMESTAMP(6) - INTERVAL 24 HOUR, NULL, answer),
          request_hash = IF(answer IS NULL, VALUES(request_hash), request_hash),
          created_at = IF(answer IS NULL, VALUES(created_at), created_at)
        """)
    } catch {
      guard error.code == .lockWaitTimeout else { throw error }
      return .stillRunning
    }
    let earlier = try database.first(
      """
      SELECT request_hash, answer FROM idempotency_keys
       WHERE api_key_id = \(key.apiKey) AND key_hash = \(key.keyHash)
      """
    ) { row in (requestHash: try row.bytes(), answer: try row.optionalBytes()) }
    guard let earlier, let answer = earlier.answer else { return nil }
    return earlier.requestHash == key.requestHash ? .repeated(answer: answer) : .keyReused
  }

  /// Adds one event and its deliveries, in the caller's transaction.
  /// - Parameter webhook: Gets none of it.
  func add(_ event: NewEvent, besides webhook: Webhook.ID?) throws {
    try add(rows(for: [event], besides: webhook))
  }

  private func rows(
    for events: [NewEvent], in context: EventContext? = nil, besides webhook: Webhook.ID? = nil
  ) throws -> EventRows {
    let known = events.first.flatMap { context?.listeners(to: $0) }
    let listeners =
      if let known, events.count == 1 {
        [events[0].user.id: known]
      } else {
        try self.listeners(to: events)
      }
    var rows = EventRows()
    var now = currentTime()
    for event in events {
      // Ordered webhooks go by the identifiers, so no two events of a batch share a moment.
      now = max(currentTime(), now.advanced(byMicroseconds: 1))
      let id = try Event.ID.new(at: now)
      rows.events.append([
        id.boundValue, event.user.id.boundValue, .text(event.type), event.timestamp.boundValue,
        .bytes(event.body),
      ])
      let heard = (listeners[event.user.id] ?? []).filter {
        $0.hears(event.type) && $0.webhook != webhook
      }
      for listener in heard {
        let sends = listener.sends && event.user.status == .active
        rows.deliveries.append([
          try Delivery.ID.new(at: now).boundValue, listener.webhook.boundValue,
          event.user.id.boundValue, id.boundValue, .text(event.type),
          .text(sends ? "pending" : "held"), sends ? listener.webhook.boundValue : .null,
        ])
      }
      rows.emitted.append(
        Emitted(
          event: Event(id: id, type: event.type, timestamp: event.timestamp),
          deliveries: heard.count))
    }
    return rows
  }

  private func add(_ rows: EventRows) throws {
    try database.execute(
      """
      INSERT INTO events (id, user_id, event_type, timestamp, body, created_at)
      VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP(6))
      """, rows: rows.events)
    // live_webhook_id comes before due_at: it says whether the delivery is due at all.
    try database.execute(
      """
      INSERT INTO webhook_deliveries
        (id, webhook_id, user_id, event_id, event_type, status, live_webhook_id, due_at, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, IF(live_webhook_id IS NULL, NULL, UTC_TIMESTAMP(6)),
              UTC_TIMESTAMP(6))
      """, rows: rows.deliveries)
  }
}
