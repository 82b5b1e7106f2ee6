import Domain
import MariaDB

/// What happened minute by minute, and the sums of it.
package struct MinuteStore {
  let database: Database

  /// What a worker does when a minute begins: adds the minutes that are over to the sums, counts what
  /// waits, and removes what is too old, up to so many rows.
  package func note(rows: Int) throws -> RemovalBatch {
    try database.execute(
      "INSERT IGNORE INTO noted_totals (id, summed_to) VALUES (1, '1970-01-01 00:00:00')")
    try sumUp()
    try countWaiting()
    // By whole hours, so that most of the time there is nothing to do.
    let removed = try database.execute(
      """
      DELETE FROM minute_counts
       WHERE minute < DATE_FORMAT(UTC_TIMESTAMP() - INTERVAL 8 DAY, '%Y-%m-%d %H:00:00')
         AND minute < (SELECT summed_to FROM noted_totals WHERE id = 1)
       ORDER BY minute LIMIT \(rows)
      """)
    return RemovalBatch(count: removed, of: rows)
  }

  /// Of a minute that is over for two, nothing more is written that is not under way: who writes takes
  /// the minute of that moment and holds its row until the commit, which is waited for here.
  private func sumUp() throws {
    try database.transaction {
      let range = try database.first(
        """
        SELECT summed_to, DATE_FORMAT(UTC_TIMESTAMP() - INTERVAL 2 MINUTE, '%Y-%m-%d %H:%i:00')
          FROM noted_totals WHERE id = 1 FOR UPDATE
        """
      ) { row in (from: try row.timestamp(), to: try row.text()) }
      guard let range else { return }
      let sums = try database.first(
        """
        SELECT COALESCE(SUM(delivered), 0), COALESCE(SUM(failed), 0), COALESCE(SUM(answer_us), 0),
               \(Self.sumsOfBuckets)
          FROM minute_counts WHERE minute >= \(range.from) AND minute < \(range.to) FOR UPDATE
        """, DeliveryTotals.init(row:))
      guard let sums else { return }
      let buckets = sums.answerTimes.counts
      try database.execute(
        """
        UPDATE noted_totals
           SET summed_to = \(range.to), delivered = delivered + \(sums.delivered),
               failed = failed + \(sums.failed), answer_us = answer_us + \(sums.answerMicroseconds),
               within_10 = within_10 + \(buckets[0]), within_25 = within_25 + \(buckets[1]),
               within_50 = within_50 + \(buckets[2]), within_100 = within_100 + \(buckets[3]),
               within_250 = within_250 + \(buckets[4]), within_500 = within_500 + \(buckets[5]),
               within_1000 = within_1000 + \(buckets[6]),
               within_2500 = within_2500 + \(buckets[7]),
               within_5000 = within_5000 + \(buckets[8]),
               within_10000 = within_10000 + \(buckets[9]),
               within_30000 = within_30000 + \(buckets[10]),
               within_300000 = within_300000 + \(buckets[11])
         WHERE id = 1 AND summed_to < \(range.to)
        """)
    }
  }

  /// Reads the queue's index from end to end, without a lock, for two seconds at most: 1,000,000
  /// waiting take about a third of one.
  private func countWaiting() throws {
    guard let standing = try standing(), let connections = try connections() else { return }
    try database.execute(
      """
      UPDATE noted_totals
         SET noted_at = UTC_TIMESTAMP(6), waiting = \(standing.waiting), due = \(standing.due),
             in_flight = \(standing.inFlight), oldest_due_at = \(standing.oldestDueAt),
             connected = \(connections.connected), needs_reconnect = \(connections.broken)
       WHERE id = 1
      """)
    try database.execute(
      """
      INSERT INTO minute_counts (minute, waiting)
      VALUES (DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%d %H:%i:00'), \(standing.waiting))
      ON DUPLICATE KEY UPDATE waiting = VALUES(waiting)
      """)
  }

  private func standing() throws -> QueueStanding? {
    try unlessTooSlow {
      try database.first(
        """
        SET STATEMENT max_statement_time = 2 FOR
        SELECT COUNT(*), \(QueueStanding.parts) FROM webhook_deliveries FORCE INDEX (queue)
         WHERE live_webhook_id IS NOT NULL
        """
      ) { row in try QueueStanding(row: &row) }
    }
  }

  private func connections() throws -> (connected: Int, broken: Int)? {
    try unlessTooSlow {
      try database.first(
        """
        SET STATEMENT max_statement_time = 2 FOR
        SELECT COALESCE(SUM(status = 'connected'), 0), COALESCE(SUM(status = 'needs_reconnect'), 0)
          FROM user_integrations FORCE INDEX (by_status)
        """
      ) { row in (try row.int(), try row.int()) }
    }
  }

  /// Nothing where the server broke it off for the time it took.
  private func unlessTooSlow<Result>(_ read: () throws -> Result?) throws -> Result? {
    do {
      return try read()
    } catch let error as DatabaseError where error.code == .statementTimeout {
      return nil
    }
  }

  static let sumsOfBuckets: SQL = """
    COALESCE(SUM(within_10), 0), COALESCE(SUM(within_25), 0), COALESCE(SUM(within_50), 0),
    COALESCE(SUM(within_100), 0), COALESCE(SUM(within_250), 0), COALESCE(SUM(within_500), 0),
    COALESCE(SUM(within_1000), 0), COALESCE(SUM(within_2500), 0), COALESCE(SUM(within_5000), 0),
    COALESCE(SUM(within_10000), 0), COALESCE(SUM(within_30000), 0),
    COALESCE(SUM(within_300000), 0)
    """
}

extension QueueStore {
  /// Adds a batch of results to the minute: one row, the last of its transaction. All workers write the
  /// same one, so nobody may wait for anything else while holding it, and nobody holds it for longer than
  /// the commit.
  func writeMinute(_ tally: Tally) throws {
    var (delivered, failed, microseconds) = (0, 0, Int64(0))
    var times = AnswerTimes()
    for webhook in tally.webhooks.values {
      delivered += webhook.delivered
      failed += webhook.failed
      microseconds += webhook.answerMicroseconds
      times.add(webhook.answerTimes)
    }
    guard delivered + failed > 0 || !times.isEmpty else { return }
    try database.execute(
      """
      INSERT INTO minute_counts
        (minute, delivered, failed, answer_us, within_10, within_25, within_50, within_100,
         within_250, within_500, within_1000, within_2500, within_5000, within_10000, within_30000,
         within_300000)
      VALUES (DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%d %H:%i:00'),
              \(list: [delivered, failed, Int(microseconds)] + times.counts))
      ON DUPLICATE KEY UPDATE
        delivered = delivered + VALUES(delivered), failed = failed + VALUES(failed),
        answer_us = answer_us + VALUES(answer_us),
        within_10 = within_10 + VALUES(within_10), within_25 = within_25 + VALUES(within_25),
        within_50 = within_50 + VALUES(within_50), within_100 = within_100 + VALUES(within_100),
        within_250 = within_250 + VALUES(within_250), within_500 = within_500 + VALUES(within_500),
        within_1000 = within_1000 + VALUES(within_1000),
        within_2500 = within_2500 + VALUES(within_2500),
        within_5000 = within_5000 + VALUES(within_5000),
        within_10000 = within_10000 + VALUES(within_10000),
        within_30000 = within_30000 + VALUES(within_30000),
        within_300000 = within_300000 + VALUES(within_300000)
      """)
  }
}

extension QueueStanding {
  /// Of rows of the queue: being sent, due, and the oldest of those. What a dead worker claimed is due
  /// again.
  static let parts: SQL = """
    COALESCE(SUM(in_flight AND due_at > UTC_TIMESTAMP(6)), 0),
    COALESCE(SUM(due_at <= UTC_TIMESTAMP(6)), 0),
    MIN(IF(due_at <= UTC_TIMESTAMP(6), due_at, NULL))
    """

  /// A count, then `parts`.
  init(row: inout Row) throws {
    let (waiting, inFlight, due) = (try row.int(), try row.int(), try row.int())
    self.init(
      waiting: waiting, due: due, inFlight: inFlight, oldestDueAt: try row.optionalTimestamp())
  }
}

extension DeliveryTotals {
  init(row: inout Row) throws {
    let (delivered, failed, microseconds) = (try row.int(), try row.int(), try row.int())
    self.init(
      delivered: delivered, failed: failed,
      answerTimes: AnswerTimes(counts: try AnswerTimes.limits.map { _ in try row.int() }),
      answerMicroseconds: microseconds)
  }
}
