package import Domain
import MariaDB

extension WebhookStore {
  /// How fast the endpoint answered in the last 24 hours. The webhook has been found for its user
  /// before.
  package func answerTimes(of id: Webhook.ID) throws -> AnswerTimes {
    let counts = try database.first(
      """
      SELECT COALESCE(SUM(within_10), 0), COALESCE(SUM(within_25), 0), COALESCE(SUM(within_50), 0),
             COALESCE(SUM(within_100), 0), COALESCE(SUM(within_250), 0),
             COALESCE(SUM(within_500), 0), COALESCE(SUM(within_1000), 0),
             COALESCE(SUM(within_2500), 0), COALESCE(SUM(within_5000), 0),
             COALESCE(SUM(within_10000), 0), COALESCE(SUM(within_30000), 0),
             COALESCE(SUM(within_300000), 0)
        FROM delivery_counts
       WHERE webhook_id = \(id) AND hour > UTC_TIMESTAMP() - INTERVAL 24 HOUR
      """
    ) { row in try AnswerTimes.limits.map { _ in try row.int() } }
    return counts.map(AnswerTimes.init(counts:)) ?? AnswerTimes()
  }

  /// The last seven days in spans of six hours, oldest first: 28 of them.
  package func week(of id: Webhook.ID) throws -> [WebhookHealth.Hour] {
    let spans = try database.query(
      """
      SELECT TIMESTAMPDIFF(HOUR, hour, UTC_TIMESTAMP()) DIV 6 AS age, SUM(delivered), SUM(failed)
        FROM delivery_counts
       WHERE webhook_id = \(id) AND hour > UTC_TIMESTAMP() - INTERVAL 168 HOUR
       GROUP BY age
      """
    ) { row in (age: try row.int(), delivered: try row.int(), failed: try row.int()) }
    var week = [WebhookHealth.Hour](repeating: .init(delivered: 0, failed: 0), count: 28)
    for span in spans where (0..<28).contains(span.age) {
      week[27 - span.age] = .init(delivered: span.delivered, failed: span.failed)
    }
    return week
  }
}

extension WebhookStore {
  /// Deliveries that are kept while they are paused, of several webhooks, among the newest of each: all
  /// of them in one statement, and no log is read through. Those of a user alone.
  package func heldCounts(of ids: [Webhook.ID], user: User.ID) throws -> [Webhook.ID: BoundedCount]
  {
    guard !ids.isEmpty else { return [:] }
    let limit = BoundedCount.limit + 1
    var parts: SQL = ""
    for (position, id) in ids.enumerated() {
      parts += position == 0 ? "" : " UNION ALL "
      parts += """
        SELECT webhook_id, COUNT(*), SUM(status = 'held') FROM
          (SELECT webhook_id, status FROM webhook_deliveries FORCE INDEX (log)
            WHERE webhook_id = \(id) AND user_id = \(user)
            ORDER BY created_at DESC LIMIT \(limit)) AS newest GROUP BY webhook_id
        """
    }
    let rows = try database.query(parts) { row in
      (id: try row.id(Webhook.self), read: try row.int(), held: try row.int())
    }
    let pairs = rows.map { row in
      (row.id, BoundedCount(row.held, isAll: row.read < limit || row.held == 0))
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }
}
