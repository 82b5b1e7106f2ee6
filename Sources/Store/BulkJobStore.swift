package import Domain
import MariaDB

/// Jobs of administrators, for what failed for good of whatever webhook. They stand in `retry_jobs`
/// without a webhook, so that results are counted for them as for a webhook's own.
package struct BulkJobStore {
  let database: Database
  let queue: QueueStore

  /// Begins a job. Nothing is begun where there is nothing to be done.
  /// - Parameter kind: `.retry` or `.drop`.
  /// - Throws: `StoreError.limitReached` when so many of all administrators run already, `.duplicate`
  ///   when the form was taken.
  /// - Returns: How many it is for, and the job.
  package func start(
    _ kind: RetryJob.Kind, _ filter: DeadFilter, form: FormTicket? = nil,
    by administrator: User.ID, actor: Actor
  ) throws -> (count: Int, job: RetryJob.ID?) {
    precondition(kind != .recover, "what failed for good was not held")
    let counted = try DeadLetterStore(database: database).count(filter)
    guard counted.count.number > 0 else { return (0, nil) }
    return try database.transaction {
      guard try live().count < BulkJob.liveLimit else {
        throw StoreError.limitReached(BulkJob.liveLimit)
      }
      let id = try RetryJob.ID.new()
      if let form { try database.take(form, leadingTo: id.rawValue) }
      let selection = filter.selection.map { list in
        String(decoding: JSONWriter.object { $0.member("ids", list) }, as: UTF8.self)
      }
      try database.execute(
        """
        INSERT INTO retry_jobs
          (id, user_id, kind, state, from_at, from_id, through_at, through_id, selection, host,
           error, response_status, for_user_id, for_webhook_id, event_type, total, created_at,
           moved_at)
        VALUES (\(id), \(administrator), \(kind.rawValue), 'running', \(counted.from.time),
                \(counted.from.id), \(counted.through.time), \(counted.through.id), \(selection),
                \(filter.host), \(filter.cause?.error.rawValue), \(filter.cause?.status),
                \(filter.user), \(filter.webhook), \(filter.eventType), \(counted.count.number),
                UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
        """)
      try database.audit(
        AuditEntry(
          action: kind == .drop ? "deliveries.dropped" : "deliveries.retried", actor: actor,
          user: try filter.user ?? filter.webhook.flatMap(owner), subject: id.rawValue,
          after: JSONWriter.object {
            $0.member("count", counted.count.number)
            if let host = filter.host { $0.member("host", host) }
            if let cause = filter.cause { $0.member("cause", cause.text) }
            if let user = filter.user { $0.member("user_id", user) }
            if let webhook = filter.webhook { $0.member("webhook_id", webhook) }
            if let type = filter.eventType { $0.member("event_type", type) }
            if let selection = filter.selection { $0.member("deliveries", selection) }
          }))
      return (counted.count.number, id)
    }
  }

  /// So that what the log says goes with the user. `WebhookStore.owner` knows none of a deleted webhook.
  private func owner(of webhook: Webhook.ID) throws -> User.ID? {
    try database.first("SELECT user_id FROM webhooks WHERE id = \(webhook)") { row in
      try row.id()
    }
  }

  /// - Throws: `StoreError.notFound`, for a webhook's own job too.
  package func find(_ id: RetryJob.ID) throws -> BulkJob {
    let found = try database.first(
      """
      SELECT j.id, j.kind, j.state, j.host, j.error, j.response_status, j.for_user_id,
             j.for_webhook_id, j.event_type, j.selection, j.total, j.queued, j.delivered,
             j.failed, j.failed_in_row, j.skipped, j.created_at, j.finished_at, u.email
        FROM retry_jobs AS j LEFT JOIN users AS u ON u.id = j.user_id
       WHERE j.id = \(id) AND j.webhook_id IS NULL
      """
    ) { row in
      BulkJob(
        id: try row.id(), kind: try row.word(), state: try row.word(),
        filter: try DeadFilter(row: &row), total: try row.int(), queued: try row.int(),
        delivered: try row.int(), failed: try row.int(), failedInRow: try row.int(),
        skipped: try row.int(),
        createdAt: try row.timestamp(), finishedAt: try row.optionalTimestamp(),
        startedBy: try row.optionalText())
    }
    guard let found else { throw StoreError.notFound }
    return found
  }

  /// All that have not ended, the oldest first.
  package func live() throws -> [RetryJob.ID] {
    try database.query(
      "SELECT id FROM retry_jobs WHERE finished_at IS NULL AND webhook_id IS NULL ORDER BY id"
    ) { row in try row.id() }
  }

  /// Nothing more is put into the queue; what is there ends by its result, and the job then. Nothing
  /// happens where it has ended.
  /// - Throws: `StoreError.notFound`.
  package func stop(_ id: RetryJob.ID, by actor: Actor) throws {
    _ = try find(id)
    try database.transaction {
      let changed = try database.execute(
        """
        UPDATE retry_jobs SET state = 'stopping'
         WHERE id = \(id) AND webhook_id IS NULL AND state = 'running'
        """)
      guard changed == 1 else { return }
      try database.audit(
        AuditEntry(action: "bulk_job.stopped", actor: actor, subject: id.rawValue))
    }
  }
}

extension DeadFilter {
  /// `host, error, response_status, for_user_id, for_webhook_id, event_type, selection`.
  init(row: inout Row) throws {
    let host = try row.optionalText()
    let error: AttemptError? = try row.optionalWord()
    let status = try row.optionalInt()
    let user = try row.optionalText().flatMap(User.ID.init)
    let webhook = try row.optionalText().flatMap(Webhook.ID.init)
    let type = try row.optionalText()
    let selection = try row.optionalText().map { text in
      (try JSONValue(Array(text.utf8)).object()?["ids"]?.elements ?? [])
        .compactMap { $0.string.flatMap(Delivery.ID.init) }
    }
    self.init(
      host: host, cause: error.map { DeadCause(error: $0, status: status) }, user: user,
      webhook: webhook, eventType: type, selection: selection)
  }
}
