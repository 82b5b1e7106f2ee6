package import Domain
import MariaDB

extension WebhookStore {
  /// Its deliveries that wait to be sent, at most a thousand and one of them.
  package func waitingCount(of id: Webhook.ID, user: User.ID) throws -> BoundedCount {
    let found = try database.first(
      """
      SELECT COUNT(*) FROM
        (SELECT 1 FROM webhook_deliveries FORCE INDEX (queue)
          WHERE live_webhook_id = \(id) AND user_id = \(user)
          LIMIT \(BoundedCount.limit + 1)) AS waiting
      """
    ) { row in try row.int() }
    return BoundedCount(found ?? 0, isAll: found ?? 0 <= BoundedCount.limit)
  }

  /// Its deliveries that are kept while it is paused, among its newest.
  ///
  /// No index tells them from the others, so only so many are looked at: while it is paused, nothing
  /// but held ones comes on top.
  package func heldCount(
    of id: Webhook.ID, user: User.ID, lookingAt rows: Int = LogFilter.readLimit
  ) throws -> BoundedCount {
    let found = try database.first(
      """
      SELECT COUNT(*), COALESCE(SUM(status = 'held'), 0) FROM
        (SELECT status FROM webhook_deliveries FORCE INDEX (log)
          WHERE webhook_id = \(id) AND user_id = \(user)
          ORDER BY created_at DESC LIMIT \(rows)) AS newest
      """
    ) { row in (read: try row.int(), held: try row.int()) }
    guard let found else { return BoundedCount(0) }
    return BoundedCount(found.held, isAll: found.read < rows)
  }
}
