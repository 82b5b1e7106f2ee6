import Domain
import MariaDB

/// Whether a webhook's deliveries may be sent.
enum WebhookSending {
  case active
  /// Also while its user is disabled.
  case paused
  /// Also with its user.
  case deleted
}

/// A delivery's row while a transaction holds it locked.
struct LockedDelivery {
  let id: Delivery.ID
  let webhookID: Webhook.ID
  let eventID: Event.ID
  /// nil: one that only a newer version knows, whose affair the row then is.
  private(set) var status: Delivery.Status?
  private(set) var isInFlight: Bool
  let leaseNumber: Int
  private(set) var attemptNumber: Int
  private(set) var progress: DeliveryProgress
  /// The job that put it into the queue.
  let jobID: RetryJob.ID?
  /// The end of the lease while in flight.
  let dueAt: Timestamp?
  /// The database's clock.
  let now: Timestamp

  private var responseStatus: Int?
  private var error: AttemptError?
  private var wait: Interval?
  /// It became delivered or failed by the last outcome.
  private(set) var hasJustFinished = false
  private(set) var hasMoved = false

  static let columns: SQL = """
    id, webhook_id, event_id, status, in_flight, lease_number, attempt_number, schedule_step,
    interrupted_in_row, single_attempt, was_delivered, test, retry_job_id, due_at,
    UTC_TIMESTAMP(6)
    """

  init(row: inout Row) throws {
    id = try row.id()
    webhookID = try row.id()
    eventID = try row.id()
    status = Delivery.Status(rawValue: try row.text())
    isInFlight = try row.bool()
    leaseNumber = try row.int()
    attemptNumber = try row.int()
    progress = DeliveryProgress(
      scheduleStep: try row.int(), interruptedInRow: try row.int(),
      isSingleAttempt: try row.bool(), wasDelivered: try row.bool(), isTest: try row.bool())
    jobID = try row.optionalText().flatMap(RetryJob.ID.init)
    dueAt = try row.optionalTimestamp()
    now = try row.timestamp()
  }

  /// One more attempt on record, its outcome of no consequence.
  mutating func countAttempt() {
    attemptNumber += 1
  }

  /// Moves on by an outcome that counts.
  mutating func move(
    by outcome: Outcome, webhook: WebhookSending, retries: RetrySchedule, random: Double
  ) {
    let transition = progress.after(
      outcome, isWebhookPaused: webhook == .paused, retries: retries, random: random)
    hasMoved = true
    isInFlight = false
    wait = nil
    responseStatus = outcome.status
    error = outcome.error
    switch transition.next {
    case .delivered:
      status = .delivered
      hasJustFinished = !progress.wasDelivered
    case .failed:
      status = .failed
      hasJustFinished = true
    case .held where webhook != .deleted:
      status = .held
    case .retry(let after) where webhook != .deleted:
      status = .pending
      wait = after
    case .held, .retry:
      status = progress.wasDelivered ? .delivered : .failed
      error = .dropped
      hasJustFinished = !progress.wasDelivered
    }
    progress.scheduleStep = transition.scheduleStep
    progress.interruptedInRow = transition.interruptedInRow
    if outcome.isSuccess { progress.wasDelivered = true }
    if status != .pending { progress.isSingleAttempt = false }
  }

  /// What `move` made of the row.
  var moved: Moved {
    Moved(
      status: status, wait: wait, attemptNumber: attemptNumber, progress: progress,
      responseStatus: responseStatus, error: error)
  }

  /// The columns that an outcome changes; most rows of a batch end alike.
  struct Moved: Hashable {
    let status: Delivery.Status?
    let wait: Interval?
    let attemptNumber: Int
    let progress: DeliveryProgress
    let responseStatus: Int?
    let error: AttemptError?

    /// An UPDATE up to the condition on `id`.
    var update: SQL {
      """
      UPDATE webhook_deliveries FORCE INDEX (PRIMARY)
         SET status = \(status?.rawValue),
             due_at = UTC_TIMESTAMP(6) + INTERVAL \(wait.map { $0.milliseconds * 1_000 }) MICROSECOND,
             live_webhook_id = IF(status = 'pending', webhook_id, NULL), in_flight = FALSE,
             attempt_number = \(attemptNumber), schedule_step = \(progress.scheduleStep),
             interrupted_in_row = \(progress.interruptedInRow),
             single_attempt = \(progress.isSingleAttempt), was_delivered = \(progress.wasDelivered),
             response_status = \(responseStatus), error = \(error?.rawValue),
             finished_at = IF(status IN ('delivered', 'failed'), UTC_TIMESTAMP(6), NULL),
             \(DeadLetter.mark)
       WHERE id
      """
    }
  }
}

extension QueueStore {
  /// Writes back deliveries that attempts were recorded for. Those that ended alike take one
  /// statement: the server runs a statement for many rows once for each of them, at five times the
  /// cost.
  func write(_ deliveries: some Sequence<LockedDelivery>) throws {
    let sorted = deliveries.sorted { $0.id < $1.id }
    let groups = Dictionary(grouping: sorted.filter(\.hasMoved), by: \.moved)
    for (moved, alike) in groups where alike.count > 2 {
      try database.execute(moved.update + " IN (\(list: alike.map(\.id).padded))")
    }
    let others = groups.filter { $0.value.count <= 2 }.flatMap { moved, alike in
      alike.map { (update: moved.update, id: $0.id) }
    }
    if let first = others.first {
      try database.execute(
        first.update.text + " = ?", rows: others.map { $0.update.values + [$0.id.boundValue] })
    }
    try database.execute(
      "UPDATE webhook_deliveries SET attempt_number = ? WHERE id = ?",
      rows: sorted.filter { !$0.hasMoved }.map {
        [$0.attemptNumber.boundValue, $0.id.boundValue]
      })
  }

  /// Puts on record that a worker died with these in flight, or lost its lease.
  /// - Returns: All of them as they stand now; some have ended by it.
  func recordInterruptions(
    _ deliveries: [LockedDelivery], endpoints: [Webhook.ID: String], leaseSeconds: Int,
    webhook: WebhookSending
  ) throws -> [LockedDelivery] {
    var moved: [LockedDelivery] = []
    var attempts: [[Value]] = []
    var tally = Tally()
    var jobs = JobTally()
    for var delivery in deliveries {
      let isManual = delivery.progress.isSingleAttempt
      delivery.countAttempt()
      delivery.move(
        by: .failure(.interrupted), webhook: webhook,
        retries: RetrySchedule(waits: [], jitter: 0), random: 0)
      let started = (delivery.dueAt ?? delivery.now).advanced(bySeconds: Int64(-leaseSeconds))
      attempts.append([
        delivery.id.boundValue, delivery.attemptNumber.boundValue, started.boundValue,
        .null, .null, .null, .null, .null, .null,
        .text(endpoints[delivery.webhookID] ?? ""), .null,
        .text(AttemptError.interrupted.rawValue), .bytes([]), .bytes([]), .bytes([]),
        isManual.boundValue, (delivery.jobID).boundValue, .null, .null, .null, .null,
      ])
      tally.countEnd(of: delivery)
      if delivery.status != .pending { jobs.count(delivery, isSuccess: false) }
      moved.append(delivery)
    }
    try insertAttempts(attempts)
    try write(moved)
    try writeCounts(tally)
    try write(jobs)
    try writeMinute(tally)
    return moved
  }
}
