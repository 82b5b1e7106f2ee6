import Domain
import MariaDB

/// What is written for events that were emitted.
struct EventRows {
  /// id, user_id, event_type, timestamp, body.
  var events: [[Value]] = []
  /// id, webhook_id, user_id, event_id, event_type, status, live_webhook_id.
  var deliveries: [[Value]] = []
  var emitted: [Emitted] = []

  /// With more deliveries, rows in bulk cost less than they save.
  private static let mostDeliveries = 8

  /// One event with its deliveries as one statement: the transaction in one exchange with the server
  /// instead of four. Nil where there is more.
  var asOneStatement: SQL? {
    guard events.count == 1, deliveries.count <= Self.mostDeliveries else { return nil }
    return """
      BEGIN NOT ATOMIC
        DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
        START TRANSACTION;
        INSERT INTO events (id, user_id, event_type, timestamp, body, created_at)
        VALUES (\(list: events[0]), UTC_TIMESTAMP(6));
        \(insertDeliveries)
        COMMIT;
      END
      """
  }

  private var insertDeliveries: SQL {
    guard !deliveries.isEmpty else { return "" }
    // live_webhook_id comes before due_at: it says whether the delivery is due at all.
    let rows: [SQL] = deliveries.map { row in
      "(\(list: row), IF(live_webhook_id IS NULL, NULL, UTC_TIMESTAMP(6)), UTC_TIMESTAMP(6))"
    }
    return """
      INSERT INTO webhook_deliveries
        (id, webhook_id, user_id, event_id, event_type, status, live_webhook_id, due_at, created_at)
      VALUES \(rows.joined(separator: ", "));
      """
  }
}
