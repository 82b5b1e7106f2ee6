package import Domain
import MariaDB

extension BulkJobStore {
  /// Moves a job on by one step: sends or drops some more of its deliveries, or ends it. Several may
  /// try at once: who does not get the job's row does nothing.
  ///
  /// Ids are read plainly, then locked by primary key, and the conditions are looked at again. One
  /// that somebody else has locked ends the step, so that none is left out.
  /// - Returns: Whether it did something.
  package func step(_ id: RetryJob.ID) throws -> Bool {
    guard let seen = try row(id, lock: "") else { return false }
    let keys = seen.state == .running ? try candidates(of: seen) : []
    return try database.transaction {
      guard let job = try row(id, lock: "FOR UPDATE SKIP LOCKED"), job.state == seen.state,
        job.cursor == seen.cursor
      else { return false }
      switch job.state {
      case .running: return try advance(job, keys, room: seen.room)
      case .stopping: return try finish(job, as: .stopped)
      case .givingUp: return try finish(job, as: .gaveUp)
      case .done, .stopped, .gaveUp, .paused: return false
      }
    }
  }

  /// The first steps, so that a small job is under way, or over, at once.
  package func takeFirstSteps(of id: RetryJob.ID) throws {
    var steps = 0
    while steps < 3, try step(id) { steps += 1 }
  }

  private struct JobRow {
    let id: RetryJob.ID
    let kind: RetryJob.Kind
    let state: RetryJob.State
    let filter: DeadFilter
    let from: Cursor
    let through: Cursor
    /// The last one looked at.
    let cursor: Cursor?
    let hasWalked: Bool
    let queued: Int
    let delivered: Int
    let failed: Int
    let failedInRow: Int
    let createdAt: Timestamp
    /// Nothing has moved for a minute.
    let isStuck: Bool

    /// In the queue, as far as it was counted.
    var outstanding: Int { kind == .drop ? 0 : max(0, queued - delivered - failed) }

    var room: Int {
      if kind == .drop { return BulkJob.window }
      let isSlow = failedInRow >= BulkJob.failureLimit
      let window = isSlow ? 1 : delivered > 0 ? BulkJob.window : BulkJob.cautiousWindow
      return max(0, window - outstanding)
    }
  }

  /// nil where it has ended, or another session is at it.
  private func row(_ id: RetryJob.ID, lock: SQL) throws -> JobRow? {
    try database.first(
      """
      SELECT kind, state, host, error, response_status, for_user_id, for_webhook_id, event_type,
             selection, from_at, from_id, through_at, through_id, cursor_at, cursor_id, walked,
             queued, delivered, failed, failed_in_row, created_at,
             moved_at < UTC_TIMESTAMP(6) - INTERVAL 60 SECOND
        FROM retry_jobs WHERE id = \(id) AND webhook_id IS NULL AND finished_at IS NULL \(lock)
      """
    ) { row in
      let kind: RetryJob.Kind = try row.word()
      let state: RetryJob.State = try row.word()
      let filter = try DeadFilter(row: &row)
      let from = Cursor(time: try row.timestamp(), id: try row.uuid())
      let through = Cursor(time: try row.timestamp(), id: try row.uuid())
      let time = try row.optionalTimestamp()
      let cursorID = try row.optionalText().flatMap { UUID($0) }
      let cursor: Cursor? =
        if let time, let cursorID { Cursor(time: time, id: cursorID) } else { nil }
      return JobRow(
        id: id, kind: kind, state: state, filter: filter, from: from, through: through,
        cursor: cursor, hasWalked: try row.bool(), queued: try row.int(),
        delivered: try row.int(), failed: try row.int(), failedInRow: try row.int(),
        createdAt: try row.timestamp(), isStuck: try row.bool())
    }
  }

  /// The next ones, oldest first, as many as there is room for. At most `BulkJob.limit` rows lie
  /// between the job's ends, so nothing more bounds the read. What the job has sent and has failed
  /// again lies behind `through`.
  private func candidates(of job: JobRow) throws -> [Cursor] {
    guard !job.hasWalked, job.room > 0 else { return [] }
    let from = job.cursor ?? job.from
    let behind: SQL = job.cursor == nil ? "" : "AND d.id <> \(from.id)"
    let condition = try database.condition(of: job.filter)
    return try database.query(
      """
      SELECT d.dead_at, d.id FROM webhook_deliveries AS d \(job.filter.index)
       WHERE \(DeadLetterStore.between(from, job.through)) \(behind) AND \(condition)
       ORDER BY d.dead_at, d.id LIMIT \(job.room)
      """
    ) { row in Cursor(time: try row.timestamp(), id: try row.uuid()) }
  }

  private func advance(_ job: JobRow, _ keys: [Cursor], room: Int) throws -> Bool {
    let locked = try lock(keys.map { Delivery.ID($0.id) }, job)
    let ids = Set(locked.map(\.id.rawValue))
    let reached = keys.prefix { ids.contains($0.id) }
    let rows = locked.filter { row in reached.contains { $0.id == row.id.rawValue } }
    let moved = try move(rows, job)
    let hasWalked = job.hasWalked || (room > 0 && keys.count < room && reached.count == keys.count)
    try database.execute(
      """
      UPDATE retry_jobs
         SET cursor_at = \(reached.last?.time ?? job.cursor?.time),
             cursor_id = \(reached.last?.id ?? job.cursor?.id), walked = \(hasWalked),
             queued = queued + \(moved), skipped = skipped + \(rows.count - moved),
             moved_at = IF(\(moved > 0), UTC_TIMESTAMP(6), moved_at)
       WHERE id = \(job.id)
      """)
    if hasWalked, moved == 0 { return try finish(job, as: .done) || !reached.isEmpty }
    return !reached.isEmpty
  }

  private typealias Found = (id: Delivery.ID, webhook: Webhook.ID, event: Event.ID, attempts: Int)

  private func lock(_ ids: [Delivery.ID], _ job: JobRow) throws -> [Found] {
    guard !ids.isEmpty else { return [] }
    return try database.query(
      """
      SELECT id, webhook_id, event_id, attempt_number
        FROM webhook_deliveries FORCE INDEX (PRIMARY)
       WHERE id IN (\(list: ids.padded)) AND dead_at IS NOT NULL
       ORDER BY id FOR UPDATE SKIP LOCKED
      """
    ) { row in
      (id: try row.id(), webhook: try row.id(), event: try row.id(), attempts: try row.int())
    }
  }

  /// - Returns: How many; those that cannot be sent stay as they are.
  private func move(_ rows: [Found], _ job: JobRow) throws -> Int {
    guard !rows.isEmpty else { return 0 }
    if job.kind == .drop {
      let count = try database.execute(
        """
        UPDATE webhook_deliveries FORCE INDEX (PRIMARY) SET error = 'dropped', \(DeadLetter.mark)
         WHERE id IN (\(list: rows.map(\.id).padded))
        """)
      try tell(counts(rows), of: job.id, job.kind)
      return count
    }
    let sending = try queue.sendingWebhooks(among: Set(rows.map(\.webhook)))
    let whole = Set(
      try database.query(
        """
        SELECT id FROM events
         WHERE id IN (\(list: Set(rows.map(\.event)).sorted().padded)) AND body IS NOT NULL
        """
      ) { row in try row.id(Event.self) })
    let sent = rows.filter {
      sending[$0.webhook] == .active && whole.contains($0.event)
        && $0.attempts < DeliveryStore.attemptLimit
    }
    guard !sent.isEmpty else { return 0 }
    let count = try database.execute(
      """
      UPDATE webhook_deliveries FORCE INDEX (PRIMARY)
         SET status = 'pending', due_at = UTC_TIMESTAMP(6), live_webhook_id = webhook_id,
             single_attempt = TRUE, interrupted_in_row = 0, finished_at = NULL,
             retry_job_id = \(job.id), \(DeadLetter.mark)
       WHERE id IN (\(list: sent.map(\.id).padded))
      """)
    try tell(counts(sent), of: job.id, job.kind)
    return count
  }

  private func counts(_ rows: [Found]) -> [Webhook.ID: Int] {
    Dictionary(grouping: rows, by: \.webhook).mapValues(\.count)
  }

  /// Ends the job once nothing of it is in the queue.
  /// - Returns: Whether it ended.
  private func finish(_ job: JobRow, as state: RetryJob.State) throws -> Bool {
    if job.outstanding > 0 {
      if job.isStuck { try recount(job) }
      return false
    }
    try database.execute(
      """
      UPDATE retry_jobs SET state = \(state.rawValue), finished_at = UTC_TIMESTAMP(6)
       WHERE id = \(job.id)
      """)
    try database.audit(
      AuditEntry(
        action: "bulk_job.ended", actor: .worker, subject: job.id.rawValue,
        after: JSONWriter.object {
          $0.member("state", state.rawValue)
          $0.member(job.kind == .drop ? "dropped" : "sent", job.queued)
          if job.kind == .retry {
            $0.member("delivered", job.delivered)
            $0.member("failed", job.failed)
          }
        }))
    return true
  }

  /// Nothing has come back for long: a webhook may have been paused with some of it in the queue. Counts
  /// what is really there, so that the job ends. A plain read of the queue, once a minute at most.
  private func recount(_ job: JobRow) throws {
    let live = try database.first(
      """
      SELECT COUNT(*) FROM webhook_deliveries FORCE INDEX (queue)
       WHERE live_webhook_id IS NOT NULL AND retry_job_id = \(job.id)
      """
    ) { row in try row.int() }
    try database.execute(
      """
      UPDATE retry_jobs
         SET queued = LEAST(queued, delivered + failed + \(live ?? 0)), moved_at = UTC_TIMESTAMP(6)
       WHERE id = \(job.id)
      """)
  }
}
