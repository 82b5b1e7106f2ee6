package import Domain
import MariaDB

extension RetryJobStore {
  /// Moves a job on by one step: puts some more of its deliveries into the queue, or takes them back,
  /// or ends it. Several may try at once: who does not get the job's row does nothing.
  ///
  /// Ids are read plainly, then locked by primary key, and the conditions are looked at again. One
  /// that somebody else has locked ends the step, so that none is left out.
  /// - Returns: Whether it did something.
  package func step(_ id: RetryJob.ID) throws -> Bool {
    guard let seen = try row(id, lock: "") else { return false }
    let candidates = try seen.state == .running ? self.candidates(of: seen) : nil
    return try database.transaction {
      guard let job = try row(id, lock: "FOR UPDATE SKIP LOCKED"), job.state == seen.state,
        job.cursor == seen.cursor, job.queued == seen.queued
      else { return false }
      let sending = try queue.sendingWebhooks(among: [job.webhook])[job.webhook] ?? .deleted
      if sending == .deleted || (job.kind != .drop && sending == .paused) {
        // What waits is held or dropped by the chore that clears the queue.
        try end(job, as: .paused)
        return true
      }
      switch job.state {
      case .running: return try advance(job, candidates ?? Candidates())
      case .stopping: return try takeBack(job, endingAs: .stopped)
      case .givingUp: return try takeBack(job, endingAs: .gaveUp)
      case .done, .stopped, .gaveUp, .paused: return false
      }
    }
  }

  /// The first steps, so that a small job is under way, or over, at once.
  /// - Returns: Whether something is due by them.
  package func takeFirstSteps(of id: RetryJob.ID) throws -> Bool {
    var steps = 0
    while steps < 3, try step(id) { steps += 1 }
    return steps > 0
  }

  private struct JobRow {
    let id: RetryJob.ID
    let webhook: Webhook.ID
    let user: User.ID
    let kind: RetryJob.Kind
    let state: RetryJob.State
    let scope: RetryScope
    /// The last that was counted; nothing behind is sent.
    let through: Cursor
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
      if kind == .drop { return 250 }
      let isSlow = kind == .retry && failedInRow >= RetryJob.failureLimit
      let window = isSlow ? 1 : delivered > 0 ? RetryJob.window : RetryJob.cautiousWindow
      return max(0, window - outstanding)
    }
  }

  /// nil where it has ended, or another session is at it.
  private func row(_ id: RetryJob.ID, lock: SQL) throws -> JobRow? {
    try database.first(
      """
      SELECT webhook_id, user_id, kind, state, from_at, event_type, selection, through_at,
             through_id, cursor_at, cursor_id, walked, queued, delivered, failed, failed_in_row,
             created_at, moved_at < UTC_TIMESTAMP(6) - INTERVAL 60 SECOND
        FROM retry_jobs WHERE id = \(id) AND live_webhook_id IS NOT NULL \(lock)
      """
    ) { row in
      let webhook = try row.id(Webhook.self)
      let user = try row.id(User.self)
      let kind = try row.word(RetryJob.Kind.self)
      let state = try row.word(RetryJob.State.self)
      let since = try row.timestamp()
      let type = try row.optionalText()
      let selection = try row.optionalText().map { text in
        (try JSONValue(Array(text.utf8)).object()?["ids"]?.elements ?? [])
          .compactMap { $0.string.flatMap(Delivery.ID.init) }
      }
      let through = Cursor(time: try row.timestamp(), id: try row.uuid())
      let time = try row.optionalTimestamp()
      let cursorID = try row.optionalText().flatMap { UUID($0) }
      let cursor: Cursor? =
        if let time, let cursorID { Cursor(time: time, id: cursorID) } else { nil }
      return JobRow(
        id: id, webhook: webhook, user: user, kind: kind, state: state,
        scope: RetryScope(kind: kind, since: since, eventType: type, selection: selection),
        through: through, cursor: cursor, hasWalked: try row.bool(), queued: try row.int(),
        delivered: try row.int(), failed: try row.int(), failedInRow: try row.int(),
        createdAt: try row.timestamp(), isStuck: try row.bool())
    }
  }

  private struct Candidates {
    var keys: [Cursor] = []
    /// Where to go on when all of them have been dealt with; nil at the end of the walk.
    var next: Cursor?
    var isEnd = false
  }

  private func candidates(of job: JobRow) throws -> Candidates {
    guard !job.hasWalked, job.room > 0 else { return Candidates(next: job.cursor) }
    let walk = RetryWalk(
      webhook: job.webhook, user: job.user, scope: job.scope, cursor: job.cursor,
      through: job.scope.selection == nil ? job.through : nil, before: job.createdAt)
    let keys = try database.query(walk.rows(limit: job.room)) { row in
      Cursor(time: try row.timestamp(), id: try row.uuid())
    }
    // A full hand: the walk goes on behind the last one.
    if keys.count >= job.room { return Candidates(keys: keys, next: keys.last) }
    let end = try walk.end(in: database)
    return Candidates(keys: keys, next: end ?? keys.last, isEnd: end == nil)
  }

  private func advance(_ job: JobRow, _ candidates: Candidates) throws -> Bool {
    var (moved, place, isEnd) = (0, candidates.next, candidates.isEnd)
    if !candidates.keys.isEmpty {
      let locked = try lock(candidates.keys.map { Delivery.ID($0.id) }, job)
      let held = Set(locked.map(\.id.rawValue))
      let reached = candidates.keys.prefix { held.contains($0.id) }
      if reached.count < candidates.keys.count {
        (place, isEnd) = (reached.last ?? job.cursor, false)
      }
      moved = try move(locked.filter { row in reached.contains { $0.id == row.id.rawValue } }, job)
    }
    let hasWalked = job.hasWalked || isEnd
    try database.execute(
      """
      UPDATE retry_jobs
         SET cursor_at = \(place?.time ?? job.cursor?.time),
             cursor_id = \(place?.id ?? job.cursor?.id), walked = \(hasWalked),
             queued = queued + \(moved),
             moved_at = IF(\(moved > 0), UTC_TIMESTAMP(6), moved_at)
       WHERE id = \(job.id)
      """)
    if hasWalked, moved == 0 {
      if job.outstanding == 0 {
        try end(job, as: .done)
        return true
      }
      if job.isStuck { try recount(job) }
    }
    return moved > 0 || place != job.cursor
  }

  private func lock(_ ids: [Delivery.ID], _ job: JobRow) throws -> [(
    id: Delivery.ID, event: Event.ID
  )] {
    let condition: SQL =
      switch (job.kind, job.scope.selection) {
      case (.retry, nil): "status = 'failed'"
      case (.retry, _): "status IN ('failed', 'delivered')"
      case (.recover, _), (.drop, _): "status = 'held'"
      }
    return try database.query(
      """
      SELECT id, event_id FROM webhook_deliveries FORCE INDEX (PRIMARY)
       WHERE id IN (\(list: ids.padded)) AND webhook_id = \(job.webhook) AND \(condition)
       ORDER BY id FOR UPDATE SKIP LOCKED
      """
    ) { row in (id: try row.id(), event: try row.id()) }
  }

  /// - Returns: How many; those whose payload is gone stay as they are.
  private func move(_ rows: [(id: Delivery.ID, event: Event.ID)], _ job: JobRow) throws -> Int {
    guard !rows.isEmpty else { return 0 }
    if job.kind == .drop {
      return try database.execute(
        """
        UPDATE webhook_deliveries FORCE INDEX (PRIMARY)
           SET status = IF(was_delivered, 'delivered', 'failed'), error = 'dropped',
               finished_at = UTC_TIMESTAMP(6)
         WHERE id IN (\(list: rows.map(\.id).padded))
        """)
    }
    let whole = Set(
      try database.query(
        """
        SELECT id FROM events
         WHERE id IN (\(list: Set(rows.map(\.event)).sorted().padded)) AND body IS NOT NULL
        """
      ) { row in try row.id(Event.self) })
    let ids = rows.filter { whole.contains($0.event) }.map(\.id)
    guard !ids.isEmpty else { return 0 }
    return try database.execute(
      """
      UPDATE webhook_deliveries FORCE INDEX (PRIMARY)
         SET was_delivered = was_delivered OR status = 'delivered', status = 'pending',
             due_at = UTC_TIMESTAMP(6), live_webhook_id = webhook_id,
             single_attempt = \(job.kind == .retry), interrupted_in_row = 0,
             error = IF(error = 'dropped', NULL, error), finished_at = NULL,
             retry_job_id = \(job.id), \(DeadLetter.mark)
       WHERE id IN (\(list: ids.padded))
      """)
  }

  /// Takes some of what waits out of the queue, as it was; ends the job when nothing is left in it.
  private func takeBack(_ job: JobRow, endingAs state: RetryJob.State) throws -> Bool {
    let live = try database.query(
      """
      SELECT id, in_flight FROM webhook_deliveries FORCE INDEX (queue)
       WHERE live_webhook_id = \(job.webhook) AND retry_job_id = \(job.id) LIMIT 1000
      """
    ) { row in (id: try row.id(Delivery.self), isInFlight: try row.bool()) }
    guard !live.isEmpty else {
      try end(job, as: state)
      return true
    }
    let waiting = live.filter { !$0.isInFlight }.map(\.id)
    guard !waiting.isEmpty else { return false }
    let locked = try database.query(
      """
      SELECT id FROM webhook_deliveries FORCE INDEX (PRIMARY)
       WHERE id IN (\(list: waiting.padded)) AND status = 'pending' AND NOT in_flight
         AND retry_job_id = \(job.id)
       ORDER BY id FOR UPDATE SKIP LOCKED
      """
    ) { row in try row.id(Delivery.self) }
    guard !locked.isEmpty else { return false }
    let isHeld = job.kind == .recover
    try database.execute(
      """
      UPDATE webhook_deliveries FORCE INDEX (PRIMARY)
         SET status = IF(\(isHeld), 'held', IF(was_delivered, 'delivered', 'failed')),
             due_at = NULL, live_webhook_id = NULL, single_attempt = FALSE, retry_job_id = NULL,
             finished_at = IF(\(isHeld), NULL, UTC_TIMESTAMP(6)), \(DeadLetter.mark)
       WHERE id IN (\(list: locked.padded))
      """)
    try database.execute(
      """
      UPDATE retry_jobs SET queued = queued - \(locked.count), moved_at = UTC_TIMESTAMP(6)
       WHERE id = \(job.id)
      """)
    return true
  }

  /// Nothing has come back for long: counts what is really in the queue, so that the job ends.
  private func recount(_ job: JobRow) throws {
    let live = try database.first(
      """
      SELECT COUNT(*) FROM webhook_deliveries FORCE INDEX (queue)
       WHERE live_webhook_id = \(job.webhook) AND retry_job_id = \(job.id)
      """
    ) { row in try row.int() }
    try database.execute(
      """
      UPDATE retry_jobs
         SET queued = LEAST(queued, delivered + failed + \(live ?? 0)), moved_at = UTC_TIMESTAMP(6)
       WHERE id = \(job.id)
      """)
  }

  private func end(_ job: JobRow, as state: RetryJob.State) throws {
    try database.execute(
      """
      UPDATE retry_jobs
         SET state = \(state.rawValue), live_webhook_id = NULL, finished_at = UTC_TIMESTAMP(6)
       WHERE id = \(job.id)
      """)
  }
}
