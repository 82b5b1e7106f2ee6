package import Domain
import MariaDB

/// What administrators and their monitoring see of the whole. None of it reads more than 10,000 rows:
/// where there are more, a worker has counted.
package struct OverviewStore {
  let database: Database

  package func queue() throws -> QueueStanding {
    let found = try database.first(
      """
      SELECT COUNT(*), \(QueueStanding.parts) FROM
        (SELECT in_flight, due_at FROM webhook_deliveries FORCE INDEX (queue)
          WHERE live_webhook_id IS NOT NULL LIMIT \(QueueStanding.countLimit + 1)) AS waiting
      """
    ) { row in try QueueStanding(row: &row) }
    let counted = found ?? QueueStanding(waiting: 0, due: 0, inFlight: 0, oldestDueAt: nil)
    guard counted.waiting > QueueStanding.countLimit else { return counted }
    return try noted()
      ?? QueueStanding(
        waiting: counted.waiting, due: counted.due, inFlight: counted.inFlight,
        oldestDueAt: counted.oldestDueAt, isAll: false)
  }

  /// What a worker has counted; nil where that was too long ago.
  private func noted() throws -> QueueStanding? {
    try database.first(
      """
      SELECT waiting, in_flight, due, oldest_due_at, noted_at FROM noted_totals
       WHERE id = 1
         AND noted_at > UTC_TIMESTAMP(6) - INTERVAL \(QueueStanding.noteSeconds) SECOND
      """
    ) { row in
      let counted = try QueueStanding(row: &row)
      return QueueStanding(
        waiting: counted.waiting, due: counted.due, inFlight: counted.inFlight,
        oldestDueAt: counted.oldestDueAt, notedAt: try row.timestamp())
    }
  }

  package func history(_ span: DeliveryHistory.Span, now: Timestamp) throws -> DeliveryHistory {
    let found = try database.query(
      """
      SELECT UNIX_TIMESTAMP(minute) DIV \(span.stepSeconds) AS step, SUM(delivered), SUM(failed),
             MAX(waiting)
        FROM minute_counts WHERE minute >= \(DeliveryHistory.begin(of: span, until: now))
       GROUP BY step
      """
    ) { row in
      let begin = Timestamp(seconds: try row.int64() * Int64(span.stepSeconds))
      return DeliveryHistory.Step(
        begin: begin, delivered: try row.int(), failed: try row.int(),
        waiting: try row.optionalInt())
    }
    return DeliveryHistory(span, until: now, found: found)
  }

  /// Deliveries that ended as failed in the last 24 hours.
  package func failedInDay() throws -> Int {
    try database.first(
      """
      SELECT COALESCE(SUM(failed), 0) FROM minute_counts
       WHERE minute > UTC_TIMESTAMP() - INTERVAL 24 HOUR
      """
    ) { row in try row.int() } ?? 0
  }

  /// Webhooks that are still sent to and fail, those that do so for longest first.
  /// - Parameter disableAfter: After this they are stopped, so what has failed for longer no longer
  ///   sends and is not looked at.
  package func failing(disableAfter: Interval, limit: Int = 10) throws -> [FailingWebhook] {
    try database.query(
      """
      SELECT w.id, w.name, w.endpoint_url, u.email, h.failing_since
        FROM (SELECT webhook_id, failing_since FROM webhook_health FORCE INDEX (by_failure)
               WHERE failing_since
                     > UTC_TIMESTAMP(6) - INTERVAL \(disableAfter.seconds + 86_400) SECOND
               ORDER BY failing_since LIMIT 1000) AS h
        STRAIGHT_JOIN webhooks AS w ON w.id = h.webhook_id
        STRAIGHT_JOIN users AS u ON u.id = w.user_id
       WHERE w.status = 'active' AND w.deleted_at IS NULL AND u.status = 'active'
         AND u.deleted_at IS NULL
       ORDER BY h.failing_since LIMIT \(limit)
      """
    ) { row in
      FailingWebhook(
        id: try row.id(), name: try row.text(), endpointURL: try row.text(), owner: try row.text(),
        since: try row.timestamp())
    }
  }

  /// Of each app, most first, among the first 10,000.
  package func brokenConnections() throws -> [BrokenConnections] {
    try database.query(
      """
      SELECT provider, COUNT(*) AS number FROM
        (SELECT provider FROM user_integrations FORCE INDEX (by_status)
          WHERE status = 'needs_reconnect' LIMIT 10000) AS broken
       GROUP BY provider ORDER BY number DESC, provider
      """
    ) { row in (name: try row.text(), count: try row.int()) }
    .compactMap { found in
      AppID(rawValue: found.name).map { BrokenConnections(app: $0, count: found.count) }
    }
  }

  /// Runs of the worker, the last one seen first.
  package func workers(limit: Int = 10) throws -> [WorkerRun] {
    try database.query(
      """
      SELECT host, process_id, version, started_at, last_seen_at, stopped_at
        FROM workers ORDER BY last_seen_at DESC LIMIT \(limit)
      """
    ) { row in
      WorkerRun(
        host: try row.text(), processID: try row.int(), version: try row.text(),
        startedAt: try row.timestamp(), lastSeenAt: try row.timestamp(),
        stoppedAt: try row.optionalTimestamp())
    }
  }

  package func databaseState(now: Timestamp) throws -> DatabaseState {
    let version = try database.first("SELECT VERSION()") { row in try row.text() } ?? ""
    let uptime = try database.first("SHOW GLOBAL STATUS LIKE 'Uptime'") { row in
      _ = try row.text()
      return try row.text()
    }
    return DatabaseState(
      version: version, upSince: now.advanced(bySeconds: -(uptime.flatMap { Int64($0) } ?? 0)),
      schemaVersion: try SchemaStore(database: database).appliedVersion())
  }
}

// For monitoring.
extension OverviewStore {
  /// In one statement, so that a minute is seen in the sums or by itself and never in both.
  package func totals() throws -> DeliveryTotals? {
    try database.first(
      """
      SELECT COALESCE(SUM(delivered), 0), COALESCE(SUM(failed), 0), COALESCE(SUM(answer_us), 0),
             \(MinuteStore.sumsOfBuckets)
        FROM (SELECT \(Self.summed) FROM noted_totals WHERE id = 1
              UNION ALL
              SELECT \(Self.summed) FROM minute_counts
               WHERE minute >= COALESCE((SELECT summed_to FROM noted_totals WHERE id = 1),
                                        TIMESTAMP '1970-01-01 00:00:00')
             ) AS parts
      """, DeliveryTotals.init(row:))
  }

  private static let summed: SQL = """
    delivered, failed, answer_us, within_10, within_25, within_50, within_100, within_250,
    within_500, within_1000, within_2500, within_5000, within_10000, within_30000, within_300000
    """

  /// Connections by status, as a worker has counted them; nil where none has.
  package func connections() throws -> (connected: Int, needsReconnect: Int)? {
    try database.first(
      """
      SELECT connected, needs_reconnect FROM noted_totals WHERE id = 1 AND noted_at IS NOT NULL
      """
    ) { row in (try row.int(), try row.int()) }
  }

  /// Grants that are still to be taken back at their providers, 10,000 at most.
  package func pendingRevocations() throws -> Int {
    try database.first(
      """
      SELECT COUNT(*) FROM (SELECT 1 FROM revocations FORCE INDEX (by_due)
                             WHERE due_at IS NOT NULL LIMIT 10000) AS pending
      """
    ) { row in try row.int() } ?? 0
  }
}
