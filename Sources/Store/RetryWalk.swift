import Domain
import MariaDB

/// A walk through a webhook's log, oldest first, for the deliveries that a job is for; so many rows at
/// a time, whether they match or not.
struct RetryWalk {
  /// Rows of the log in one piece.
  static let readLimit = 5_000

  let webhook: Webhook.ID
  let user: User.ID
  let scope: RetryScope
  /// Behind this one.
  let cursor: Cursor?
  /// Up to this one.
  let through: Cursor?
  /// Failed before then: what a job has sent and has failed again is not sent once more.
  let before: Timestamp?

  /// `created_at, id, event_type, was_delivered` of those that match, in a piece.
  func rows(limit: Int) -> SQL {
    """
    SELECT d.created_at, d.id, d.event_type,
           d.status = 'delivered' OR d.was_delivered AS was_delivered
      FROM (SELECT d.created_at, d.id, d.event_type, d.status, d.was_delivered, d.test,
                   d.finished_at, d.attempt_number
              FROM webhook_deliveries AS d \(index)
             WHERE d.user_id = \(user) AND \(range)
             ORDER BY d.created_at, d.id LIMIT \(Self.readLimit)) AS d
     WHERE \(condition) ORDER BY d.created_at, d.id LIMIT \(limit)
    """
  }

  /// The last row of the piece; nil where there is none behind it. The webhook's row says whose they
  /// are, so that the index of the log is all that is read of them.
  func end(in database: Database) throws -> Cursor? {
    let lastAndNext = try database.query(
      """
      SELECT d.created_at, d.id
        FROM webhooks AS w STRAIGHT_JOIN webhook_deliveries AS d \(index)
       WHERE w.id = \(webhook) AND w.user_id = \(user) AND \(range)
       ORDER BY d.created_at, d.id LIMIT 2 OFFSET \(Self.readLimit - 1)
      """
    ) { row in Cursor(time: try row.timestamp(), id: try row.uuid()) }
    return lastAndNext.count == 2 ? lastAndNext[0] : nil
  }

  private var index: SQL { scope.selection == nil ? "FORCE INDEX (log)" : "FORCE INDEX (PRIMARY)" }

  private var range: SQL {
    var sql: SQL = "d.webhook_id = \(webhook)"
    if let selection = scope.selection {
      // A list is never empty in SQL; nothing has this id.
      sql += " AND d.id IN (\(list: selection.isEmpty ? [Delivery.ID(.zero)] : selection.padded))"
    } else {
      sql += " AND d.created_at >= \(scope.since)"
      if let until = scope.until { sql += " AND d.created_at < \(until)" }
    }
    if let cursor {
      sql += """
         AND d.created_at >= \(cursor.time)
         AND (d.created_at > \(cursor.time) OR (d.created_at = \(cursor.time) AND d.id > \(cursor.id)))
        """
    }
    if let through {
      sql += """
         AND (d.created_at < \(through.time)
              OR (d.created_at = \(through.time) AND d.id <= \(through.id)))
        """
    }
    return sql
  }

  private var condition: SQL {
    var sql: SQL =
      switch (scope.kind, scope.selection) {
      case (.retry, nil): "d.status = 'failed'"
      case (.retry, _): "d.status IN ('failed', 'delivered')"
      case (.recover, _), (.drop, _): "d.status = 'held'"
      }
    sql += " AND NOT d.test AND d.attempt_number < \(DeliveryStore.attemptLimit)"
    if let before, scope.kind == .retry { sql += " AND d.finished_at <= \(before)" }
    if let eventType = scope.eventType { sql += " AND d.event_type = \(eventType)" }
    return sql
  }
}
