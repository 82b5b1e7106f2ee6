import Domain
import MariaDB

@testable import Store

/// A delivery's row as it stands.
struct DeliveryRow: Equatable {
  let id: Delivery.ID
  let status: Delivery.Status
  /// Seconds until it is due, rounded; nil when it is not live.
  let dueIn: Int?
  let isInFlight: Bool
  let leaseNumber: Int
  let attemptNumber: Int
  let scheduleStep: Int
  let interruptedInRow: Int
  let responseStatus: Int?
  let error: AttemptError?
}

extension Fixture {
  static let rules = rules(waits: [5, 300])

  static func rules(waits: [Int64], disableAfterSeconds: Int = 5 * 86_400) -> RecordingRules {
    RecordingRules(
      schedule: RetrySchedule(waits: waits.map { Interval(seconds: $0) }, jitter: 0),
      disableAfterSeconds: disableAfterSeconds)
  }

  /// Oldest first.
  func deliveries() throws -> [DeliveryRow] {
    try database.query(
      """
      SELECT id, status, ROUND(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), due_at) / 1000000),
             in_flight, lease_number, attempt_number, schedule_step, interrupted_in_row,
             response_status, error
        FROM webhook_deliveries ORDER BY id
      """
    ) { row in
      DeliveryRow(
        id: try row.id(), status: try row.word(), dueIn: try row.optionalInt(),
        isInFlight: try row.bool(), leaseNumber: try row.int(), attemptNumber: try row.int(),
        scheduleStep: try row.int(), interruptedInRow: try row.int(),
        responseStatus: try row.optionalInt(), error: try row.optionalWord())
    }
  }

  /// The only one, or the first.
  func delivery() throws -> DeliveryRow? { try deliveries().first }

  func attempts(of id: Delivery.ID, user: User) throws -> [Attempt] {
    try stores.deliveries.attempts(of: stores.deliveries.find(id, of: user.id))
  }

  func claim(_ webhooks: Webhook.ID..., upTo count: Int = 100, leaseSeconds: Int = 60) throws
    -> [ClaimedDelivery]
  {
    try Self.claim(webhooks, upTo: count, leaseSeconds: leaseSeconds, by: stores)
  }

  static func claim(
    _ webhooks: [Webhook.ID], upTo count: Int = 100, leaseSeconds: Int = 60, by stores: Stores
  ) throws -> [ClaimedDelivery] {
    let targets = try stores.queue.targets(of: webhooks)
    let wishes = webhooks.compactMap { targets[$0] }.map {
      ClaimWish(target: $0, count: count, hasLost: true)
    }
    guard !wishes.isEmpty else { return [] }
    return try stores.queue.claim(wishes, leaseSeconds: leaseSeconds).deliveries
  }

  /// All leases end, as if their worker had died long ago.
  func endLeases() throws {
    try database.execute(
      """
      UPDATE webhook_deliveries SET due_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE in_flight
      """)
  }

  /// Everything that waits is due now.
  func makeAllDue() throws {
    try database.execute(
      "UPDATE webhook_deliveries SET due_at = UTC_TIMESTAMP(6) WHERE status = 'pending'")
  }

  func record(
    _ reports: [AttemptReport], rules: RecordingRules = Fixture.rules, by other: Stores? = nil
  ) throws {
    try (other ?? stores).queue.record(reports, rules: rules, random: { 0.5 })
  }

  static func report(
    _ claimed: ClaimedDelivery, _ outcome: Outcome, timings: Attempt.Timings = .init(total: 1_500),
    headers: [Attempt.Header] = [], body: [UInt8] = []
  ) -> AttemptReport {
    AttemptReport(
      delivery: claimed.id, webhook: claimed.webhookID, leaseNumber: claimed.leaseNumber,
      startedAt: currentTime(), timings: timings, remoteAddress: "203.0.113.7:443",
      endpointURL: "https://hooks.example.com/in", requestHeaders: [.init("webhook-id", "1")],
      responseHeaders: headers, responseBody: body, outcome: outcome)
  }
}
