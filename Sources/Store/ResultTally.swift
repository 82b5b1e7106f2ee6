import Domain
import MariaDB

/// What a batch of results adds to counts and health, gathered so that each webhook's rows are
/// written once, in key order: two workers deadlock otherwise.
struct Tally {
  struct OfWebhook {
    var delivered = 0
    var failed = 0
    /// Of attempts that were answered.
    var answerTimes = AnswerTimes()
    /// What those took together.
    var answerMicroseconds: Int64 = 0
    /// By the last attempt of the batch; nil when only tests were made.
    var isSuccess: Bool?
    var hadSuccess = false
    var isGone = false
  }

  private(set) var webhooks: [Webhook.ID: OfWebhook] = [:]

  /// Tests count neither as deliveries nor as health.
  mutating func count(_ report: AttemptReport, _ delivery: LockedDelivery, hasMoved: Bool) {
    var entry = webhooks[report.webhook] ?? OfWebhook()
    if report.outcome.isGone, hasMoved { entry.isGone = true }
    if !delivery.progress.isTest {
      entry.isSuccess = report.outcome.isSuccess
      if report.outcome.isSuccess { entry.hadSuccess = true }
      if report.outcome.status != nil, let total = report.timings.total {
        entry.answerTimes.count(microseconds: total)
        entry.answerMicroseconds += max(0, total)
      }
    }
    webhooks[report.webhook] = entry
    if hasMoved { countEnd(of: delivery) }
  }

  /// The delivery has moved; that may have been its end.
  mutating func countEnd(of delivery: LockedDelivery) {
    guard delivery.hasJustFinished, !delivery.progress.isTest else { return }
    if delivery.status == .delivered {
      webhooks[delivery.webhookID, default: OfWebhook()].delivered += 1
    } else {
      webhooks[delivery.webhookID, default: OfWebhook()].failed += 1
    }
  }
}

extension QueueStore {
  func writeCounts(_ tally: Tally) throws {
    let sorted = tally.webhooks.sorted { $0.key < $1.key }
    try database.execute(
      """
      INSERT INTO delivery_counts
        (webhook_id, hour, delivered, failed, within_10, within_25, within_50, within_100, within_250,
         within_500, within_1000, within_2500, within_5000, within_10000, within_30000, within_300000)
      VALUES (?, DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%d %H:00:00'),
              ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON DUPLICATE KEY UPDATE
        delivered = delivered + VALUES(delivered), failed = failed + VALUES(failed),
        within_10 = within_10 + VALUES(within_10), within_25 = within_25 + VALUES(within_25),
        within_50 = within_50 + VALUES(within_50), within_100 = within_100 + VALUES(within_100),
        within_250 = within_250 + VALUES(within_250), within_500 = within_500 + VALUES(within_500),
        within_1000 = within_1000 + VALUES(within_1000),
        within_2500 = within_2500 + VALUES(within_2500),
        within_5000 = within_5000 + VALUES(within_5000),
        within_10000 = within_10000 + VALUES(within_10000),
        within_30000 = within_30000 + VALUES(within_30000),
        within_300000 = within_300000 + VALUES(within_300000)
      """,
      rows: sorted.filter {
        $0.value.delivered + $0.value.failed > 0 || !$0.value.answerTimes.isEmpty
      }.map {
        [$0.key.boundValue, $0.value.delivered.boundValue, $0.value.failed.boundValue]
          + $0.value.answerTimes.counts.map(\.boundValue)
      })
  }

  func write(_ tally: Tally, rules: RecordingRules) throws {
    try writeCounts(tally)
    let sorted = tally.webhooks.sorted { $0.key < $1.key }
    try database.execute(
      """
      INSERT INTO webhook_health (webhook_id, last_success_at, failing_since)
      VALUES (?, IF(?, UTC_TIMESTAMP(6), NULL), IF(?, NULL, UTC_TIMESTAMP(6)))
      ON DUPLICATE KEY UPDATE
        last_success_at = COALESCE(VALUES(last_success_at), last_success_at),
        failing_since = IF(VALUES(failing_since) IS NULL, NULL,
          IF(VALUES(last_success_at) IS NULL, COALESCE(failing_since, VALUES(failing_since)),
             VALUES(failing_since)))
      """,
      rows: sorted.compactMap { id, entry in
        entry.isSuccess.map { [id.boundValue, entry.hadSuccess.boundValue, $0.boundValue] }
      })
    for (id, entry) in sorted where entry.isGone {
      try pause(id, because: .gone, by: .worker)
    }
    let failing = sorted.filter { $0.value.isSuccess == false }.map(\.key)
    guard !failing.isEmpty else { return }
    let forTooLong = try database.query(
      """
      SELECT webhook_id FROM webhook_health
       WHERE webhook_id IN (\(list: failing.padded))
         AND failing_since < UTC_TIMESTAMP(6) - INTERVAL \(rules.disableAfterSeconds) SECOND
       ORDER BY webhook_id
      """
    ) { row in try row.id(Webhook.self) }
    for id in forTooLong { try pause(id, because: .failing, by: .worker) }
  }

  /// Changes nothing where the webhook is paused already.
  func pause(_ id: Webhook.ID, because reason: Webhook.PauseReason, by actor: Actor) throws {
    let changed = try database.execute(
      """
      UPDATE webhooks SET status = 'paused', paused_reason = \(reason.rawValue),
             paused_at = UTC_TIMESTAMP(6), version = version + 1, updated_at = UTC_TIMESTAMP(6)
       WHERE id = \(id) AND status = 'active' AND deleted_at IS NULL
      """)
    guard changed == 1 else { return }
    let owner = try database.first("SELECT user_id FROM webhooks WHERE id = \(id)") { row in
      try row.id(User.self)
    }
    try database.audit(
      AuditEntry(
        action: "webhook.paused", actor: actor, user: owner, subject: id.rawValue,
        after: JSONWriter.object { $0.member("paused_reason", reason.rawValue) }))
  }
}
