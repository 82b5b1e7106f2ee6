package import Domain
import MariaDB

extension AttentionStore {
  /// Most that are told at once: a program may begin one after the other.
  private static let jobs = 5

  /// The last jobs that ended within a week, and that their user has not put out of sight.
  func endedJobs(of user: User.ID) throws -> [AttentionItem] {
    try database.query(
      """
      SELECT \(RetryJob.columns), w.name
        FROM retry_jobs AS j FORCE INDEX (by_user) JOIN webhooks AS w ON w.id = j.webhook_id
       WHERE j.user_id = \(user) AND j.finished_at > UTC_TIMESTAMP(6) - INTERVAL 7 DAY
         AND j.hidden_at IS NULL AND w.deleted_at IS NULL
       ORDER BY j.finished_at DESC LIMIT \(Self.jobs)
      """
    ) { row in
      let job = try RetryJob(row: &row)
      return AttentionItem(
        kind: .jobEnded, subject: job.id.rawValue, name: try row.text(),
        at: job.finishedAt ?? job.createdAt, notice: job.id.rawValue, job: job)
    }
  }

  /// Takes the end of a job out of sight. Nothing changes where it is hidden already.
  /// - Throws: `StoreError.notFound` when the user has no such job, or it has not ended.
  package func hide(_ job: RetryJob.ID, of user: User.ID, by actor: Actor) throws {
    try database.transaction {
      let isHidden = try database.first(
        """
        SELECT hidden_at IS NOT NULL FROM retry_jobs
         WHERE id = \(job) AND user_id = \(user) AND finished_at IS NOT NULL
        """
      ) { row in try row.bool() }
      guard let isHidden else { throw StoreError.notFound }
      if isHidden { return }
      try database.execute(
        "UPDATE retry_jobs SET hidden_at = UTC_TIMESTAMP(6) WHERE id = \(job) AND user_id = \(user)"
      )
      try database.audit(
        AuditEntry(action: "retry_job.hidden", actor: actor, user: user, subject: job.rawValue))
    }
  }
}
