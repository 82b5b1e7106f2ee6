package import Domain
import MariaDB

extension DeliveryStore {
  /// Whether a newer event of the same type was delivered to the same webhook, as far as its last
  /// deliveries say: sent now, this one arrives after it.
  package func isOvertaken(_ delivery: Delivery, user: User.ID) throws -> Bool {
    try database.first(
      """
      SELECT 1
        FROM (SELECT d.event_type, d.status, d.test FROM webhook_deliveries AS d FORCE INDEX (log)
               WHERE d.webhook_id = \(delivery.webhookID) AND d.user_id = \(user)
                 AND d.created_at > \(delivery.createdAt)
               ORDER BY d.created_at DESC, d.id DESC LIMIT \(Self.overtakersRead)) AS d
       WHERE d.event_type = \(delivery.eventType) AND d.status = 'delivered' AND NOT d.test LIMIT 1
      """
    ) { row in try row.int() } != nil
  }

  private static let overtakersRead = 1_000
}
