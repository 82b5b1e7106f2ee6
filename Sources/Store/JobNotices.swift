import Domain
import MariaDB

extension BulkJobStore {
  /// Tells the users of these webhooks what an administrator's job has done with their deliveries: one
  /// notice for each webhook, whose number grows with the job. In the caller's transaction, which
  /// holds the job's row. Who began the job knows.
  /// - Parameter counts: Deliveries of each webhook that were moved just now.
  func tell(_ counts: [Webhook.ID: Int], of job: RetryJob.ID, _ kind: RetryJob.Kind) throws {
    let notice = kind == .drop ? "dropped" : "sent_again"
    // In key order, as whoever else writes several rows.
    for (webhook, count) in counts.sorted(by: { $0.key < $1.key }) {
      let grown = try database.execute(
        """
        UPDATE notices SET deliveries = deliveries + \(count)
         WHERE webhook_id = \(webhook) AND kind = \(notice)
           AND since = (SELECT created_at FROM retry_jobs WHERE id = \(job))
        """)
      if grown > 0 { continue }
      try database.execute(
        """
        INSERT INTO notices (id, user_id, webhook_id, kind, since, created_at, ended_at, deliveries)
        SELECT \(try UUID.new()), w.user_id, w.id, \(notice), j.created_at, UTC_TIMESTAMP(6),
               UTC_TIMESTAMP(6), \(count)
          FROM webhooks AS w JOIN retry_jobs AS j ON j.id = \(job)
         WHERE w.id = \(webhook) AND w.deleted_at IS NULL AND w.user_id <> j.user_id
        """)
    }
  }
}
