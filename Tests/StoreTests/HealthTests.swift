import Domain
import MariaDB
import Testing

@testable import Store

/// The numbers a webhook is judged by, and the pause that follows from them.
@Suite struct HealthTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user)
  }

  @Test func `ends are counted in their hour, attempts are not`() throws {
    try record([.success(status: 200), .success(status: 204), .failure(.dns)])
    try record([.init(status: 404)], rules: Fixture.rules(waits: []))

    let health = try health()

    #expect(health.delivered == 2 && health.failed == 1)
    #expect(health.hours.count == 24 && health.hours[23] == .init(delivered: 2, failed: 1))
    let rate = try #require(health.successRate)
    #expect(abs(rate - 2.0 / 3.0) < 0.000_001)
  }

  @Test func `hours stand in their order, and older ones are left out`() throws {
    for (hoursAgo, delivered) in [(0, 1), (1, 2), (23, 3), (24, 4), (48, 5)] {
      try fixture.database.execute(
        """
        INSERT INTO delivery_counts (webhook_id, hour, delivered)
        VALUES (\(webhook), DATE_FORMAT(UTC_TIMESTAMP() - INTERVAL \(hoursAgo) HOUR,
                                        '%Y-%m-%d %H:00:00'), \(delivered))
        """)
    }

    let hours = try health().hours.map(\.delivered)

    #expect(hours[23] == 1 && hours[22] == 2 && hours[0] == 3)
    #expect(hours.reduce(0, +) == 6)
  }

  @Test func `a webhook without any result has no rate and no history`() throws {
    let health = try health()

    #expect(health.successRate == nil)
    #expect(health.lastSuccessAt == nil && health.failingSince == nil)
  }

  @Test func `failing begins with the first failure and ends with a success`() throws {
    try record([.failure(.dns)])
    let since = try #require(try health().failingSince)
    try record([.failure(.tls)])
    #expect(try health().failingSince == since)

    try record([.success(status: 200)])

    let after = try health()
    #expect(after.failingSince == nil)
    #expect(try #require(after.lastSuccessAt) > since)
  }

  @Test func `in one batch the last attempt decides`() throws {
    try record([.failure(.dns), .success(status: 200)])
    #expect(try health().failingSince == nil)

    try record([.success(status: 200), .failure(.dns)])
    let health = try health()
    #expect(health.failingSince != nil && health.lastSuccessAt != nil)
  }

  @Test func `a success and then a failure in one batch begin failing anew`() throws {
    try record([.failure(.dns)])
    try fixture.database.execute("UPDATE webhook_health SET failing_since = '2020-01-01'")

    try record([.success(status: 200), .failure(.dns)])

    #expect(try fixture.stores.webhooks.find(webhook, of: user.id).status == .active)
    let since = try #require(try health().failingSince)
    #expect(since > Timestamp(seconds: 1_700_000_000))
  }

  @Test func `tests count neither as deliveries nor as health`() throws {
    try fixture.emit(2, for: user)
    try fixture.database.execute("UPDATE webhook_deliveries SET test = TRUE")
    let claimed = try fixture.claim(webhook)

    try fixture.record([
      Fixture.report(claimed[0], .success(status: 200)),
      Fixture.report(claimed[1], .failure(.dns)),
    ])

    #expect(try fixture.deliveries().map(\.status).contains(.failed))
    let health = try health()
    #expect(health.delivered == 0 && health.failed == 0)
    #expect(health.lastSuccessAt == nil && health.failingSince == nil)
  }

  @Test func `a webhook that fails for too long is paused, one that fails for less is not`() throws
  {
    let rules = Fixture.rules(waits: [5], disableAfterSeconds: 3_600)
    try record([.failure(.dns)], rules: rules)
    try fixture.database.execute(
      "UPDATE webhook_health SET failing_since = UTC_TIMESTAMP(6) - INTERVAL 3590 SECOND")
    try record([.failure(.dns)], rules: rules)
    #expect(try fixture.stores.webhooks.find(webhook, of: user.id).status == .active)

    try fixture.database.execute(
      "UPDATE webhook_health SET failing_since = UTC_TIMESTAMP(6) - INTERVAL 3601 SECOND")
    try record([.failure(.dns)], rules: rules)

    #expect(try fixture.stores.webhooks.find(webhook, of: user.id).status == .paused(.failing))
    #expect(
      try fixture.number("SELECT COUNT(*) FROM audit_log WHERE action = 'webhook.paused'") == 1)
  }

  @Test func `resuming starts with a clean slate`() throws {
    let rules = Fixture.rules(waits: [5], disableAfterSeconds: 3_600)
    try record([.failure(.dns)], rules: rules)
    try fixture.database.execute("UPDATE webhook_health SET failing_since = '2020-01-01'")
    try record([.failure(.dns)], rules: rules)

    try fixture.change(webhook, of: user) { $0.isActive = true }

    #expect(try health().failingSince == nil)
    try record([.failure(.dns)], rules: rules)
    #expect(try fixture.stores.webhooks.find(webhook, of: user.id).status == .active)
  }

  @Test func `answered attempts are counted by how long they took`() throws {
    try fixture.emit(4, for: user)
    let claimed = try fixture.claim(webhook)
    let results: [(Outcome, Int64?)] = [
      (.success(status: 200), 9_000), (Outcome(status: 500), 80_000),
      (.failure(.timeout), 15_000_000),
      (.success(status: 200), 700_000),
    ]

    try fixture.record(
      zip(claimed, results).map { Fixture.report($0, $1.0, timings: .init(total: $1.1)) })

    let times = try fixture.stores.webhooks.answerTimes(of: webhook)
    #expect(times.counts == [1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0])
  }

  @Test func `tests are left out of answer times`() throws {
    try fixture.emit(1, for: user)
    try fixture.database.execute("UPDATE webhook_deliveries SET test = TRUE")
    let claimed = try fixture.claim(webhook)

    try fixture.record([Fixture.report(claimed[0], .success(status: 200))])

    #expect(try fixture.stores.webhooks.answerTimes(of: webhook).isEmpty)
  }

  @Test func `a week stands in spans of six hours`() throws {
    for (hoursAgo, delivered) in [(0, 1), (5, 2), (6, 4), (167, 8), (168, 16)] {
      try fixture.database.execute(
        """
        INSERT INTO delivery_counts (webhook_id, hour, delivered)
        VALUES (\(webhook), DATE_FORMAT(UTC_TIMESTAMP() - INTERVAL \(hoursAgo) HOUR,
                                        '%Y-%m-%d %H:00:00'), \(delivered))
        """)
    }

    let week = try fixture.stores.webhooks.week(of: webhook).map(\.delivered)

    #expect(week.count == 28 && week[27] == 3 && week[26] == 4 && week[0] == 8)
    #expect(week.reduce(0, +) == 15)
  }

  @Test func `held ones of several webhooks are counted at once, as far as that is cheap`() throws {
    let paused = try fixture.webhook(of: user, startsPaused: true)
    try fixture.emit(3, for: user)

    let counts = try fixture.stores.webhooks.heldCounts(of: [webhook, paused], user: user.id)

    #expect(counts[paused] == BoundedCount(3))
    #expect(counts[webhook]?.isNone == true)
    let other = try fixture.user("other@example.com")
    #expect(
      try fixture.stores.webhooks.heldCounts(of: [paused], user: other.id)[paused]?.isNone != false)
    try fixture.emit(1_000, for: user)
    let many = try fixture.stores.webhooks.heldCounts(of: [paused], user: user.id)
    #expect(many[paused] == BoundedCount(1_001, isAll: false))
  }

  @Test func `two workers that record for the same webhooks do not stand in each other's way`()
    throws
  {
    let webhooks = try [webhook] + (0..<5).map { _ in try fixture.webhook(of: user) }
    try fixture.emit(40, for: user)
    let claimed = try Fixture.claim(webhooks, by: fixture.stores)
    let options = fixture.options

    _ = try inParallel(2) { number, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      let mine = claimed.enumerated().filter { $0.offset % 2 == number }.map(\.element).shuffled()
      gate.wait()
      for start in stride(from: 0, to: mine.count, by: 10) {
        let batch = mine[start..<min(start + 10, mine.count)]
        try stores.queue.record(
          batch.map { Fixture.report($0, .success(status: 200)) }, rules: Fixture.rules,
          random: { 0 })
      }
    }

    let health = try fixture.stores.webhooks.health(of: webhooks)
    #expect(health.values.map(\.delivered) == [Int](repeating: 40, count: 6))
  }

  private func health() throws -> WebhookHealth {
    try #require(try fixture.stores.webhooks.health(of: [webhook])[webhook])
  }

  /// One batch of results, in this order, of events of their own.
  private func record(_ outcomes: [Outcome], rules: RecordingRules = Fixture.rules) throws {
    try fixture.emit(outcomes.count, for: user)
    let claimed = try fixture.claim(webhook, upTo: outcomes.count)
    try fixture.record(zip(claimed, outcomes).map { Fixture.report($0, $1) }, rules: rules)
  }
}
