import Domain
import MariaDB

// What a filter of those that failed for good means in SQL.

extension DeadFilter {
  var index: SQL { selection == nil ? "FORCE INDEX (dead)" : "FORCE INDEX (PRIMARY)" }
}

extension Database {
  /// A host's webhooks are named one by one where they are not too many: looked up for each delivery,
  /// they took five times as long.
  private static var namedWebhooks: Int { 1_000 }

  /// What a filter means, on `webhook_deliveries AS d`.
  func condition(of filter: DeadFilter) throws -> SQL {
    var sql: SQL = "d.dead_at IS NOT NULL"
    if let selection = filter.selection {
      // A list is never empty in SQL; nothing has this id.
      sql += " AND d.id IN (\(list: selection.isEmpty ? [Delivery.ID(.zero)] : selection.padded))"
    }
    if let cause = filter.cause {
      sql += " AND d.error = \(cause.error.rawValue) AND d.response_status <=> \(cause.status)"
    }
    if let user = filter.user { sql += " AND d.user_id = \(user)" }
    if let webhook = filter.webhook { sql += " AND d.webhook_id = \(webhook)" }
    if let eventType = filter.eventType { sql += " AND d.event_type = \(eventType)" }
    if let host = filter.host {
      sql += " AND \(try isOfWebhook(where: "w.endpoint_host = \(host)"))"
    }
    return sql
  }

  /// That a delivery is of one of the webhooks, on `webhook_deliveries AS d`.
  /// - Parameter condition: On `webhooks AS w`.
  func isOfWebhook(where condition: SQL) throws -> SQL {
    let ids = try query(
      "SELECT w.id FROM webhooks AS w WHERE \(condition) LIMIT \(Self.namedWebhooks + 1)"
    ) { row in try row.id(Webhook.self) }
    if ids.isEmpty { return "FALSE" }
    return ids.count <= Self.namedWebhooks
      ? "d.webhook_id IN (\(list: ids.padded))"
      : "EXISTS (SELECT 1 FROM webhooks AS w WHERE w.id = d.webhook_id AND \(condition))"
  }
}
