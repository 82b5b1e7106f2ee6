package import Domain
import MariaDB

/// Jobs that send many deliveries again, and what they are for.
package struct RetryJobStore {
  let database: Database
  let queue: QueueStore

  /// Begins a job. Nothing is begun where there is nothing to be done.
  /// - Parameter limit: Of a page's job, which takes no more than were counted; nil: all there are.
  /// - Throws: `StoreError.notFound`, `.webhookPaused` (not for a drop), `.jobRunning`, each before
  ///   anything is read of the log.
  /// - Returns: How many it is for, and the job.
  package func start(
    _ scope: RetryScope, of webhook: Webhook.ID, user: User.ID, limit: Int? = RetryJob.pageLimit,
    form: FormTicket? = nil, by actor: Actor
  ) throws -> (counted: RetryCount, job: RetryJob.ID?) {
    try check(webhook, of: user, for: scope.kind)
    if let running = try live(of: webhook) {
      _ = try step(running)
      // Of a form that was taken already, `.duplicate` is told below, whatever runs.
      guard try form != nil || live(of: webhook) == nil else { throw StoreError.jobRunning }
    }
    let counted = try count(scope, of: webhook, user: user, limit: limit)
    guard let last = counted.last, counted.count > 0 else { return (counted, nil) }
    return try database.transaction {
      try check(webhook, of: user, for: scope.kind)
      let id = try RetryJob.ID.new()
      if let form { try database.take(form, leadingTo: id.rawValue) }
      let selection = scope.selection.map { list in
        String(decoding: JSONWriter.object { $0.member("ids", list) }, as: UTF8.self)
      }
      do throws(DatabaseError) {
        try database.execute(
          """
          INSERT INTO retry_jobs
            (id, webhook_id, user_id, kind, state, live_webhook_id, from_at, through_at,
             through_id, event_type, selection, total, created_at, moved_at)
          VALUES (\(id), \(webhook), \(user), \(scope.kind.rawValue), 'running', \(webhook),
                  \(scope.since), \(last.time), \(last.id), \(scope.eventType), \(selection),
                  \(counted.count), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
          """)
      } catch {
        throw error.code == .duplicate ? StoreError.jobRunning : error
      }
      try database.audit(
        AuditEntry(
          action: "webhook.\(scope.kind.auditWord)", actor: actor, user: user,
          subject: webhook.rawValue,
          after: JSONWriter.object {
            $0.member("job", id)
            $0.member("count", counted.count)
            $0.member("since", scope.since)
          }))
      return (counted, id)
    }
  }

  private func check(_ webhook: Webhook.ID, of user: User.ID, for kind: RetryJob.Kind) throws {
    let isThere = try database.first(
      """
      SELECT 1 FROM webhooks WHERE id = \(webhook) AND user_id = \(user) AND deleted_at IS NULL
      """
    ) { row in try row.int() }
    guard isThere != nil else { throw StoreError.notFound }
    if kind != .drop {
      let sending = try queue.sendingWebhooks(among: [webhook])[webhook]
      guard sending == .active else { throw StoreError.webhookPaused }
    }
  }

  /// - Throws: `StoreError.notFound` when the user's webhook has no such job.
  package func find(_ id: RetryJob.ID, of webhook: Webhook.ID, user: User.ID) throws -> RetryJob {
    let found = try database.first(
      """
      SELECT \(RetryJob.columns) FROM retry_jobs AS j
       WHERE j.id = \(id) AND j.webhook_id = \(webhook) AND j.user_id = \(user)
      """, RetryJob.init(row:))
    guard let found else { throw StoreError.notFound }
    return found
  }

  /// The one that has not ended. The webhook has been found for its user before.
  package func live(of webhook: Webhook.ID) throws -> RetryJob.ID? {
    try database.first("SELECT id FROM retry_jobs WHERE live_webhook_id = \(webhook)") { row in
      try row.id()
    }
  }

  /// All that have not ended.
  package func live() throws -> [RetryJob.ID] {
    try database.query("SELECT id FROM retry_jobs WHERE live_webhook_id IS NOT NULL") { row in
      try row.id()
    }
  }

  /// Takes back what waits, and ends the job then; nothing where it has ended.
  /// - Throws: `StoreError.notFound`.
  package func stop(_ id: RetryJob.ID, of webhook: Webhook.ID, user: User.ID, by actor: Actor)
    throws
  {
    _ = try find(id, of: webhook, user: user)
    try database.transaction {
      let changed = try database.execute(
        """
        UPDATE retry_jobs SET state = 'stopping'
         WHERE id = \(id) AND user_id = \(user) AND state = 'running'
        """)
      guard changed == 1 else { return }
      try database.audit(
        AuditEntry(
          action: "retry_job.stopped", actor: actor, user: user, subject: webhook.rawValue,
          after: JSONWriter.object { $0.member("job", id) }))
    }
  }
}

extension RetryJob {
  static let columns: SQL = """
    j.id, j.webhook_id, j.kind, j.state, j.from_at, j.total, j.queued, j.delivered, j.failed,
    j.failed_in_row, j.created_at, j.finished_at
    """

  init(row: inout Row) throws {
    self.init(
      id: try row.id(), webhookID: try row.id(), kind: try row.word(), state: try row.word(),
      since: try row.timestamp(), total: try row.int(), queued: try row.int(),
      delivered: try row.int(), failed: try row.int(), failedInRow: try row.int(),
      createdAt: try row.timestamp(), finishedAt: try row.optionalTimestamp())
  }
}

extension RetryJob.Kind {
  fileprivate var auditWord: String {
    switch self {
    case .retry: "retry_started"
    case .recover: "recover_started"
    case .drop: "drop_started"
    }
  }
}
