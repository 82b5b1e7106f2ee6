import Domain
import MariaDB

extension Stores {
  /// What administrators are told of values that do not open, in sentences.
  package func sealedFindings() throws -> [String] {
    var findings: [String] = []
    let waiting = try overview.webhooksWithoutKey()
    if waiting > 0 {
      findings.append(
        "The key ring lacks a key: deliveries of \(Self.webhooks(waiting)) wait for it. "
          + "The worker’s log names it. Put it back into the ring and restart.")
    }
    let damaged = try overview.damagedWebhooks()
    if damaged > 0 {
      findings.append(
        "What is sealed for \(Self.webhooks(damaged)) was changed or moved and does not open, so "
          + "we stopped sending. Their users are told what to do. Find out who wrote to the database."
      )
    }
    return findings
  }

  private static func webhooks(_ count: Int) -> String {
    count == 1 ? "1 webhook" : "\(count) webhooks"
  }
}

extension OverviewStore {
  /// Webhooks with something due that the ring lacks a key for, 10,000 at most: a worker says so once an
  /// hour for as long as it is so.
  fileprivate func webhooksWithoutKey() throws -> Int {
    try database.first(
      """
      SELECT COUNT(*) FROM
        (SELECT 1 FROM webhook_health AS h FORCE INDEX (by_missing_key)
          STRAIGHT_JOIN webhooks AS w ON w.id = h.webhook_id
          WHERE h.key_missing_at > UTC_TIMESTAMP(6) - INTERVAL 2 HOUR AND w.status = 'active'
            AND w.deleted_at IS NULL LIMIT 10000) AS found
      """
    ) { row in try row.int() } ?? 0
  }

  /// Webhooks that are paused because of damage, 10,000 at most.
  fileprivate func damagedWebhooks() throws -> Int {
    try database.first(
      """
      SELECT COUNT(*) FROM
        (SELECT 1 FROM webhooks FORCE INDEX (by_pause)
          WHERE paused_reason = 'damaged' AND deleted_at IS NULL LIMIT 10000) AS found
      """
    ) { row in try row.int() } ?? 0
  }
}
