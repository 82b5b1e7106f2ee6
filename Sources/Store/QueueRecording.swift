package import Domain
import MariaDB

/// One attempt that was made, on its way to the record.
package struct AttemptReport: Sendable {
  package let delivery: Delivery.ID
  package let webhook: Webhook.ID
  package let leaseNumber: Int
  package let startedAt: Timestamp
  package let timings: Attempt.Timings
  package let remoteAddress: String?
  package let endpointURL: String
  package let requestHeaders: [Attempt.Header]
  package let responseHeaders: [Attempt.Header]
  package let responseBody: [UInt8]
  package let outcome: Outcome
  package var connection = Attempt.Connection()

  package init(
    delivery: Delivery.ID, webhook: Webhook.ID, leaseNumber: Int, startedAt: Timestamp,
    timings: Attempt.Timings, remoteAddress: String?, endpointURL: String,
    requestHeaders: [Attempt.Header], responseHeaders: [Attempt.Header], responseBody: [UInt8],
    outcome: Outcome
  ) {
    self.delivery = delivery
    self.webhook = webhook
    self.leaseNumber = leaseNumber
    self.startedAt = startedAt
    self.timings = timings
    self.remoteAddress = remoteAddress
    self.endpointURL = endpointURL
    self.requestHeaders = requestHeaders
    self.responseHeaders = responseHeaders
    self.responseBody = responseBody
    self.outcome = outcome
  }
}

/// What the recording of results needs to know of the configuration.
package struct RecordingRules: Sendable {
  package let schedule: RetrySchedule
  /// Every attempt failed for this long: the webhook is paused.
  package let disableAfterSeconds: Int

  package init(schedule: RetrySchedule, disableAfterSeconds: Int) {
    self.schedule = schedule
    self.disableAfterSeconds = disableAfterSeconds
  }
}

extension QueueStore {
  /// Puts attempts and the deliveries' next states on record, many in one transaction.
  ///
  /// A report whose lease was lost still becomes an attempt; it moves the delivery only where it
  /// was a success and the delivery is still pending.
  /// - Parameters:
  ///   - isRepeated: Whether they may be on record already, since a COMMIT was not answered. Those that
  ///     are there are left alone.
  ///   - random: For the jitter, 0 ..< 1.
  /// - Returns: Those of which nothing was written, since another session has their deliveries locked.
  @discardableResult package func record(
    _ reports: [AttemptReport], isRepeated: Bool = false, rules: RecordingRules,
    random: () -> Double
  ) throws -> [AttemptReport] {
    guard !reports.isEmpty else { return [] }
    return try database.transaction {
      var deliveries = try lock(reports.map(\.delivery))
      let blocked = try existing(reports.filter { deliveries[$0.delivery] == nil })
      let reports = isRepeated ? try withoutRecorded(reports) : reports
      guard !reports.isEmpty else { return blocked }
      let sending = try sendingWebhooks(among: Set(reports.map(\.webhook)))
      var attempts: [[Value]] = []
      var tally = Tally()
      var jobs = JobTally()
      for report in reports {
        guard var delivery = deliveries[report.delivery] else { continue }
        let isManual = delivery.progress.isSingleAttempt
        delivery.countAttempt()
        attempts.append(
          row(
            of: report, number: delivery.attemptNumber, isManual: isManual, job: delivery.jobID))
        let holdsLease = delivery.isInFlight && delivery.leaseNumber == report.leaseNumber
        let counts = delivery.status == .pending && (holdsLease || report.outcome.isSuccess)
        if counts {
          delivery.move(
            by: report.outcome, webhook: sending[report.webhook] ?? .deleted,
            retries: rules.schedule, random: random())
        }
        deliveries[report.delivery] = delivery
        tally.count(report, delivery, hasMoved: counts)
        if counts { jobs.count(delivery, isSuccess: report.outcome.isSuccess) }
      }
      try insertAttempts(attempts)
      try write(deliveries.values)
      try write(tally, rules: rules)
      try write(jobs)
      try writeMinute(tally)
      return blocked
    }
  }

  /// Those whose deliveries are there, locked or not.
  private func existing(_ reports: [AttemptReport]) throws -> [AttemptReport] {
    guard !reports.isEmpty else { return [] }
    let ids = Set(
      try database.query(
        "SELECT id FROM webhook_deliveries WHERE id IN (\(list: reports.map(\.delivery).padded))"
      ) { row in try row.id(Delivery.self) })
    return reports.filter { ids.contains($0.delivery) }
  }

  /// Those that have no attempt yet. Only while their deliveries are locked: the lost COMMIT may still
  /// be at work.
  private func withoutRecorded(_ reports: [AttemptReport]) throws -> [AttemptReport] {
    let recorded = try database.query(
      """
      SELECT delivery_id, started_at FROM webhook_attempts
       WHERE delivery_id IN (\(list: reports.map(\.delivery).padded))
      """
    ) { row in (try row.id(Delivery.self), try row.timestamp()) }
    let times = Dictionary(grouping: recorded, by: \.0).mapValues { $0.map(\.1) }
    return reports.filter { times[$0.delivery]?.contains($0.startedAt) != true }
  }

  /// Locks those of the deliveries that nobody holds, in key order. By primary key: on any other way we
  /// would meet rows that a host has not committed.
  private func lock(_ ids: [Delivery.ID]) throws -> [Delivery.ID: LockedDelivery] {
    let rows = try database.query(
      """
      SELECT \(LockedDelivery.columns) FROM webhook_deliveries FORCE INDEX (PRIMARY)
       WHERE id IN (\(list: ids.padded)) ORDER BY id FOR UPDATE SKIP LOCKED
      """, LockedDelivery.init(row:))
    return Dictionary(rows.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Whether each webhook sends, is paused or is gone; a plain read.
  func sendingWebhooks(among ids: Set<Webhook.ID>) throws -> [Webhook.ID: WebhookSending] {
    let rows = try database.query(
      """
      SELECT w.id, w.deleted_at IS NOT NULL OR u.deleted_at IS NOT NULL,
             w.status = 'active' AND u.status = 'active'
        FROM webhooks AS w JOIN users AS u ON u.id = w.user_id
       WHERE w.id IN (\(list: ids.sorted().padded))
      """
    ) { row in
      let id = try row.id(Webhook.self)
      let isDeleted = try row.bool()
      let isActive = try row.bool()
      return (id, isDeleted ? WebhookSending.deleted : isActive ? .active : .paused)
    }
    let known = Dictionary(rows, uniquingKeysWith: { first, _ in first })
    return Dictionary(uniqueKeysWithValues: ids.map { ($0, known[$0] ?? .deleted) })
  }

  func insertAttempts(_ rows: [[Value]]) throws {
    var rest = rows[...]
    while !rest.isEmpty {
      var bytes = 0
      let fitting = rest.prefix { row in
        bytes += row.reduce(0) { $0 + $1.sizeBytes }
        return bytes <= Self.insertLimitBytes
      }
      let batch = fitting.isEmpty ? rest.prefix(1) : fitting
      try database.execute(
        """
        INSERT INTO webhook_attempts
          (delivery_id, number, started_at, total_us, dns_us, connect_us, tls_us, first_byte_us,
           remote_address, endpoint_url, response_status, error, request_headers,
           response_headers, response_body, manual, retry_job_id, http_version, tls_version,
           certificate_ends_at, tls_fault)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """, rows: Array(batch))
      rest = rest[batch.endIndex...]
    }
  }

  /// Of values in one INSERT, far below the server's `max_allowed_packet` of 16 MiB.
  private static let insertLimitBytes = 4 << 20
  /// What the columns hold, or less.
  private static let requestHeadersLimitBytes = 65_535
  private static let responseHeadersLimitBytes = 128 * 1_024

  /// Whatever the receiver sent fits into the columns; what does not is cut.
  private func row(
    of report: AttemptReport, number: Int, isManual: Bool, job: RetryJob.ID?
  ) -> [Value] {
    let timings = report.timings
    return [
      report.delivery.boundValue, number.boundValue, report.startedAt.boundValue,
      microseconds(timings.total), microseconds(timings.dns), microseconds(timings.connect),
      microseconds(timings.tls), microseconds(timings.firstByte), report.remoteAddress.boundValue,
      .text(report.endpointURL), report.outcome.status.boundValue,
      (report.outcome.error?.rawValue).boundValue,
      .bytes(
        HeaderList.encode(
          report.requestHeaders, limitBytes: Self.requestHeadersLimitBytes)),
      .bytes(
        HeaderList.encode(
          report.responseHeaders, limitBytes: Self.responseHeadersLimitBytes)),
      .bytes(Array(report.responseBody.prefix(Attempt.bodyLimitBytes))), isManual.boundValue,
      job.boundValue, report.connection.httpVersion.boundValue,
      report.connection.tlsVersion.boundValue, report.connection.certificateEndsAt.boundValue,
      (report.connection.tlsFault?.rawValue).boundValue,
    ]
  }

  private func microseconds(_ time: Int64?) -> Value {
    (time.map { min(max($0, 0), Int64(UInt32.max)) }).boundValue
  }
}

extension Value {
  /// About what it takes in a packet.
  fileprivate var sizeBytes: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .bytes(let bytes): bytes.count
    default: 16
    }
  }
}
