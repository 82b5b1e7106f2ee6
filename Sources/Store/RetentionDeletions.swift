package import Domain
import MariaDB

extension RetentionStore {
  /// How long the row of a deleted webhook or user stays: a host's transaction that began before the
  /// deletion may still add deliveries, and they must find out that they are not wanted.
  static let tombstoneSeconds = 86_400

  /// What hangs on deleted webhooks, and their rows once nothing does. Their log stays for the
  /// retention, as any other; that of a deleted user goes now, with the events.
  package func removeDeletedWebhooks(after cursor: UUID?, rows: Int) throws -> RemovalBatch {
    let limit = 100
    let read = try database.query(
      """
      SELECT w.id, u.id IS NULL OR u.deleted_at IS NOT NULL
        FROM webhooks AS w FORCE INDEX (by_deletion) LEFT JOIN users AS u ON u.id = w.user_id
       WHERE w.deleted_at IS NOT NULL AND w.id > \(cursor ?? .zero) ORDER BY w.id LIMIT \(limit)
      """
    ) { row in (id: try row.id(Webhook.self), isOfNobody: try row.bool()) }
    guard let last = read.last else { return .done() }
    let ids = read.map(\.id)
    try removeParts(of: ids)
    let counts = try removeCounts(of: ids, rows: rows)
    let deliveries = try removeDeliveries(of: read.filter(\.isOfNobody).map(\.id), rows: rows)
    let removed = counts + deliveries
    // Until nothing more is found, the same webhooks again.
    guard removed == 0 else { return .more(after: cursor ?? .zero, count: removed) }
    try removeEmpty(ids)
    return read.count < limit ? .done() : .more(after: last.id.rawValue, count: 0)
  }

  private func removeParts(of webhooks: [Webhook.ID]) throws {
    let rows = webhooks.map { [$0.boundValue] }
    try database.execute("DELETE FROM webhook_subscriptions WHERE webhook_id = ?", rows: rows)
    try database.execute("DELETE FROM webhook_secrets WHERE webhook_id = ?", rows: rows)
    try database.execute("DELETE FROM webhook_headers WHERE webhook_id = ?", rows: rows)
    try database.execute("DELETE FROM webhook_health WHERE webhook_id = ?", rows: rows)
    try database.execute("DELETE FROM webhook_limits WHERE webhook_id = ?", rows: rows)
    try database.execute("DELETE FROM webhook_undo WHERE webhook_id = ?", rows: rows)
    try database.execute("DELETE FROM notices WHERE webhook_id = ?", rows: rows)
    try database.execute(
      "DELETE FROM retry_jobs WHERE webhook_id = ? AND finished_at IS NOT NULL", rows: rows)
  }

  private func removeCounts(of webhooks: [Webhook.ID], rows: Int) throws -> Int {
    let read = try database.query(
      """
      SELECT webhook_id, hour FROM delivery_counts FORCE INDEX (PRIMARY)
       WHERE webhook_id IN (\(list: webhooks.padded)) LIMIT \(rows)
      """, CountKey.init(row:))
    try remove(read)
    return read.count
  }

  /// Those not pending: the others are first taken out of the queue, or end by their result.
  private func removeDeliveries(of webhooks: [Webhook.ID], rows: Int) throws -> Int {
    guard !webhooks.isEmpty else { return 0 }
    let read = try database.query(
      """
      SELECT id, event_id FROM webhook_deliveries FORCE INDEX (log)
       WHERE webhook_id IN (\(list: webhooks.padded)) AND status <> 'pending' LIMIT \(rows)
      """
    ) { row in (id: try row.id(Delivery.self), event: try row.id(Event.self)) }
    let removed = try remove(read.map(\.id), where: "status <> 'pending'")
    _ = try removeUnneeded(Set(read.map(\.event)).sorted())
    return removed
  }

  private func removeEmpty(_ webhooks: [Webhook.ID]) throws {
    let empty = try database.query(
      """
      SELECT w.id FROM webhooks AS w FORCE INDEX (PRIMARY)
       WHERE w.id IN (\(list: webhooks.padded))
         AND w.deleted_at < UTC_TIMESTAMP(6) - INTERVAL \(Self.tombstoneSeconds) SECOND
         AND NOT EXISTS (SELECT 1 FROM webhook_deliveries AS d FORCE INDEX (log)
                          WHERE d.webhook_id = w.id)
      """
    ) { row in try row.id(Webhook.self) }
    try database.execute(
      "DELETE FROM webhooks WHERE id = ?", rows: empty.map { [$0.boundValue] })
  }
}

// Of a deleted user. What has an index to the user goes by that; events have none, since each event
// would pay for it, and are found by a walk through all of them. It is made twice: at once, and when
// no host's transaction can be older than the deletion; then the user's row goes.
extension RetentionStore {
  /// - Parameter lease: Of the chore `deletedUsers`; keeps when the walk began.
  package func removeDeletedUsers(_ lease: inout ChoreLease, rows: Int) throws -> RemovalBatch {
    guard let begunAt = lease.begunAt, let cursor = lease.cursor else {
      guard try hasDeletedUsers(since: lease.begunAt) else { return .done() }
      lease.begunAt = lease.now
      return .more(after: .zero, count: 0)
    }
    if cursor == .zero {
      let count =
        try removeKeysOfDeletedUsers(rows: rows) + removeMailOfDeletedUsers(rows: rows)
        + removeJobsOfDeletedUsers(rows: rows) + forgetDeletedUsers(rows: rows)
      guard count == 0 else { return .more(after: .zero, count: count) }
    }
    let batch = try removeEventsOfDeletedUsers(after: cursor, before: begunAt, rows: rows)
    if batch.isDone { try removeUsers(deletedBefore: begunAt) }
    return batch
  }

  /// Whether a user was deleted since the last walk began, or can be removed after another one.
  private func hasDeletedUsers(since begunAt: Timestamp?) throws -> Bool {
    try database.first(
      """
      SELECT 1 FROM users AS u FORCE INDEX (by_deletion)
       WHERE u.deleted_at >= \(begunAt ?? Timestamp(microseconds: 0))
          OR (u.deleted_at < UTC_TIMESTAMP(6) - INTERVAL \(Self.tombstoneSeconds) SECOND
              AND \(Self.hasNothingLeft))
       LIMIT 1
      """
    ) { row in try row.int() } != nil
  }

  /// What is found by way of the user's row, each part by a chore of its own. A connection or a grant may
  /// wait for its provider, or for a key.
  private static let hasNothingLeft: SQL = """
    NOT EXISTS (SELECT 1 FROM webhooks AS w WHERE w.user_id = u.id)
    AND NOT EXISTS (SELECT 1 FROM user_integrations AS c WHERE c.user_id = u.id)
    AND NOT EXISTS (SELECT 1 FROM revocations AS r WHERE r.user_id = u.id)
    """

  /// Keys of deleted users, and what was answered to them.
  /// - Returns: How many rows went; fewer than `rows` when no more is there.
  private func removeKeysOfDeletedUsers(rows: Int) throws -> Int {
    let answers = try database.query(
      """
      SELECT i.api_key_id, i.key_hash
        FROM users AS u FORCE INDEX (by_deletion)
        JOIN api_keys AS k ON k.user_id = u.id JOIN idempotency_keys AS i ON i.api_key_id = k.id
       WHERE u.deleted_at IS NOT NULL LIMIT \(rows)
      """
    ) { row in [Value.text(try row.text()), .bytes(try row.bytes())] }
    try database.execute(
      "DELETE FROM idempotency_keys WHERE api_key_id = ? AND key_hash = ?", rows: answers)
    guard answers.count < rows else { return rows }
    let keys = try database.query(
      """
      SELECT k.id FROM users AS u FORCE INDEX (by_deletion) JOIN api_keys AS k ON k.user_id = u.id
       WHERE u.deleted_at IS NOT NULL LIMIT \(rows)
      """
    ) { row in [Value.text(try row.text())] }
    try database.execute("DELETE FROM api_keys WHERE id = ?", rows: keys)
    return keys.count
  }

  /// What was mailed to deleted users, and how often they had us call other servers.
  private func removeMailOfDeletedUsers(rows: Int) throws -> Int {
    let mails = try database.query(
      """
      SELECT m.id FROM users AS u FORCE INDEX (by_deletion) JOIN mails AS m ON m.user_id = u.id
       WHERE u.deleted_at IS NOT NULL LIMIT \(rows)
      """
    ) { row in [Value.text(try row.text())] }
    try database.execute("DELETE FROM mails WHERE id = ?", rows: mails)
    let users = try database.query(
      """
      SELECT DISTINCT l.user_id
        FROM users AS u FORCE INDEX (by_deletion) JOIN use_limits AS l ON l.user_id = u.id
       WHERE u.deleted_at IS NOT NULL LIMIT \(rows)
      """
    ) { row in [Value.text(try row.text())] }
    try database.execute("DELETE FROM use_limits WHERE user_id = ?", rows: users)
    return mails.count + users.count
  }

  /// Ended jobs over many webhooks that a deleted user began, or that were for what was theirs. A
  /// webhook's own go with it.
  private func removeJobsOfDeletedUsers(rows: Int) throws -> Int {
    let jobs = try database.query(
      """
      SELECT j.id FROM retry_jobs AS j FORCE INDEX (by_webhook)
       WHERE j.webhook_id IS NULL AND j.finished_at IS NOT NULL
         AND (NOT EXISTS (SELECT 1 FROM users AS u WHERE u.id = j.user_id AND u.deleted_at IS NULL)
              OR j.for_user_id IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM users AS u
                                  WHERE u.id = j.for_user_id AND u.deleted_at IS NULL)
              OR j.for_webhook_id IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM webhooks AS w JOIN users AS u ON u.id = w.user_id
                                  WHERE w.id = j.for_webhook_id AND u.deleted_at IS NULL))
       LIMIT \(rows)
      """
    ) { row in [try row.id(RetryJob.self).boundValue] }
    try database.execute("DELETE FROM retry_jobs WHERE id = ?", rows: jobs)
    return jobs.count
  }

  /// Blanks what the audit log says of deleted users.
  /// - Returns: How many rows; 0 when no more is there.
  private func forgetDeletedUsers(rows: Int) throws -> Int {
    let users = try database.query(
      "SELECT id FROM users FORCE INDEX (by_deletion) WHERE deleted_at IS NOT NULL"
    ) { row in try row.id(User.self) }
    var blanked = 0
    for user in users where blanked < rows {
      blanked += try database.execute("CALL audit_forget(\(user), \(rows))")
    }
    return blanked
  }

  /// The events of deleted users with their deliveries, those pending left out.
  private func removeEventsOfDeletedUsers(after cursor: UUID, before end: Timestamp, rows: Int)
    throws -> RemovalBatch
  {
    let read = try database.query(
      """
      SELECT e.id,
             COALESCE((SELECT u.deleted_at IS NOT NULL FROM users AS u WHERE u.id = e.user_id), TRUE)
        FROM events AS e FORCE INDEX (PRIMARY)
       WHERE e.id > \(cursor) AND e.id < \(UUID.first(at: end)) ORDER BY e.id
       LIMIT \(rows)
      """
    ) { row in (id: try row.id(Event.self), isOfNobody: try row.bool()) }
    let events = read.filter(\.isOfNobody).map(\.id)
    let removed = try removeDeliveries(of: events, rows: rows)
    guard removed < rows else { return .more(after: cursor, count: removed) }
    let count = try removed + removeUnneeded(events)
    guard let last = read.last, read.count == rows else { return .done(count: count) }
    return .more(after: last.id.rawValue, count: count)
  }

  private func removeDeliveries(of events: [Event.ID], rows: Int) throws -> Int {
    guard !events.isEmpty else { return 0 }
    let ids = try database.query(
      """
      SELECT id FROM webhook_deliveries FORCE INDEX (by_event)
       WHERE event_id IN (\(list: events.padded)) AND status <> 'pending' LIMIT \(rows)
      """
    ) { row in try row.id(Delivery.self) }
    return try remove(ids, where: "status <> 'pending'")
  }

  /// The rows of users that were deleted long enough before the walk began; sessions and keys go with
  /// them.
  private func removeUsers(deletedBefore walk: Timestamp) throws {
    let users = try database.query(
      """
      SELECT u.id FROM users AS u FORCE INDEX (by_deletion)
       WHERE u.deleted_at < \(walk) - INTERVAL \(Self.tombstoneSeconds) SECOND
         AND \(Self.hasNothingLeft)
       LIMIT 250
      """
    ) { row in try row.id(User.self) }
    for user in users {
      try database.transaction {
        let gone = try database.execute("DELETE FROM users WHERE id = \(user)")
        guard gone == 1 else { return }
        try database.audit(
          AuditEntry(
            action: "user.removed", actor: .worker, user: user, subject: user.rawValue))
      }
    }
  }
}
