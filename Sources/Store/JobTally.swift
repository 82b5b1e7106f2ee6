import Domain
import MariaDB

/// What a batch of results adds to the jobs that its deliveries belong to, each job written once and
/// in key order.
struct JobTally {
  private struct OfJob {
    var delivered = 0
    var failed = 0
    /// Since the last success of the batch.
    var failedInRow = 0
  }

  private var jobs: [RetryJob.ID: OfJob] = [:]
  private var deliveries: [Delivery.ID] = []

  /// The first result of a delivery that a job has put into the queue; it then belongs to none.
  mutating func count(_ delivery: LockedDelivery, isSuccess: Bool) {
    guard let job = delivery.jobID else { return }
    deliveries.append(delivery.id)
    if isSuccess {
      jobs[job, default: OfJob()].delivered += 1
      jobs[job]?.failedInRow = 0
    } else {
      jobs[job, default: OfJob()].failed += 1
      jobs[job]?.failedInRow += 1
    }
  }

  /// Statements, in the transaction of the results. Most batches have none.
  fileprivate func write(to database: Database) throws {
    guard !deliveries.isEmpty else { return }
    try database.execute(
      "UPDATE webhook_deliveries SET retry_job_id = NULL WHERE id = ?",
      rows: deliveries.sorted().map { [$0.boundValue] })
    for (id, job) in jobs.sorted(by: { $0.key < $1.key }) {
      try database.execute(
        """
        UPDATE retry_jobs
           SET delivered = delivered + \(job.delivered), failed = failed + \(job.failed),
               failed_in_row = IF(\(job.delivered > 0), 0, failed_in_row) + \(job.failedInRow),
               moved_at = UTC_TIMESTAMP(6)
         WHERE id = \(id)
        """)
    }
  }
}

extension QueueStore {
  func write(_ jobs: JobTally) throws {
    try jobs.write(to: database)
  }
}
