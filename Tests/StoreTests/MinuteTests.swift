import Domain
import MariaDB
import Testing

@testable import Store

/// What is counted by the minute, and what a worker makes of it.
@Suite struct MinuteTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user)
  }

  @Test func `a batch of results adds one row for its minute`() throws {
    try send(3, .success(status: 200))
    try send(1, .success(status: 200))

    #expect(try fixture.number("SELECT SUM(delivered) FROM minute_counts") == 4)
    #expect(try fixture.number("SELECT SUM(failed) FROM minute_counts") == 0)
    #expect(try fixture.number("SELECT SUM(within_10) FROM minute_counts") == 4)
    #expect(try fixture.number("SELECT SUM(answer_us) FROM minute_counts") == 6_000)
    #expect(try fixture.number("SELECT COUNT(*) FROM minute_counts") <= 2)
  }

  @Test func `a failure that will be tried again has not ended`() throws {
    try send(1, .failure(.connect))

    #expect(try fixture.number("SELECT COUNT(*) FROM minute_counts") == 0)
  }

  @Test func `a delivery that fails for good counts as failed`() throws {
    try send(1, .failure(.connect), waits: [])

    #expect(try fixture.number("SELECT SUM(failed) FROM minute_counts") == 1)
  }

  @Test func `sums take in each minute once and outlive it`() throws {
    try minute(ago: 9 * 1_440, delivered: 5, failed: 1)
    try minute(ago: 10, delivered: 7)
    try minute(ago: 0, delivered: 11)
    let before = try totals()

    for _ in 1...3 { _ = try fixture.stores.minutes.note(rows: 1_000) }

    #expect(before.delivered == 23 && before.failed == 1)
    #expect(try totals() == before)
    #expect(try fixture.number("SELECT delivered FROM noted_totals") == 12)
    #expect(
      try fixture.number(
        "SELECT COUNT(*) FROM minute_counts WHERE minute < UTC_TIMESTAMP() - INTERVAL 8 DAY") == 0)
    #expect(try fixture.number("SELECT SUM(delivered) FROM minute_counts") == 18)
  }

  @Test func `a minute that is not in the sums yet is not removed`() throws {
    try minute(ago: 9 * 1_440, delivered: 5)
    _ = try fixture.stores.minutes.note(rows: 1_000)
    // As a worker that was away for days would leave it.
    try minute(ago: 9 * 1_440, delivered: 3)
    try fixture.database.execute(
      "UPDATE noted_totals SET summed_to = UTC_TIMESTAMP() - INTERVAL 10 DAY, delivered = 0")

    _ = try fixture.stores.minutes.note(rows: 1_000)

    #expect(try totals().delivered == 3)
  }

  @Test func `what waits is counted by what it waits for`() throws {
    try fixture.emit(5, for: user)
    let claimed = try fixture.claim(webhook, upTo: 2)
    try fixture.record([Fixture.report(claimed[0], .failure(.connect))])

    let counted = try fixture.stores.overview.queue()
    _ = try fixture.stores.minutes.note(rows: 1_000)

    #expect(counted.waiting == 5 && counted.due == 3 && counted.inFlight == 1 && counted.isAll)
    let oldest = try #require(counted.oldestDueAt)
    #expect(abs(currentTime().seconds - oldest.seconds) < 60)
    #expect(try fixture.number("SELECT waiting FROM noted_totals") == 5)
    #expect(try fixture.number("SELECT due FROM noted_totals") == 3)
    #expect(try fixture.number("SELECT in_flight FROM noted_totals") == 1)
    #expect(try fixture.number("SELECT MAX(waiting) FROM minute_counts") == 5)
  }

  @Test func `what a dead worker had claimed is due again`() throws {
    try fixture.emit(1, for: user)
    _ = try fixture.claim(webhook)
    try fixture.endLeases()

    let standing = try fixture.stores.overview.queue()

    #expect(standing.waiting == 1 && standing.due == 1 && standing.inFlight == 0)
  }

  @Test func `of more than a page counts the worker's count is told, while it is fresh`() throws {
    let limit = QueueStanding.countLimit
    for _ in 1...(limit / 500) { try fixture.emit(500, for: user) }
    try fixture.emit(2, for: user)
    let overview = fixture.stores.overview
    #expect(try overview.queue().isAll == false)

    _ = try fixture.stores.minutes.note(rows: 1_000)

    let noted = try overview.queue()
    #expect(noted.waiting == limit + 2 && noted.isAll && noted.notedAt != nil)
    try fixture.database.execute(
      "UPDATE noted_totals SET noted_at = noted_at - INTERVAL 1 HOUR")
    #expect(try overview.queue().notedAt == nil)
  }

  @Test func `two that record at once both get through`() throws {
    let other = try fixture.webhook(of: user, name: "ERP")
    try fixture.emit(200, for: user)
    let first = try fixture.claim(webhook)
    let second = try fixture.claim(other)
    let options = fixture.options

    _ = try inParallel(2) { number, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      gate.wait()
      for claimed in number == 0 ? first : second {
        try stores.queue.record(
          [Fixture.report(claimed, .success(status: 200))], rules: Fixture.rules,
          random: { 0.5 })
      }
    }

    #expect(try fixture.number("SELECT SUM(delivered) FROM minute_counts") == 200)
  }

  private func totals() throws -> DeliveryTotals {
    try #require(try fixture.stores.overview.totals())
  }

  private func minute(ago: Int, delivered: Int, failed: Int = 0) throws {
    try fixture.database.execute(
      """
      INSERT INTO minute_counts (minute, delivered, failed, answer_us, within_50)
      VALUES (DATE_FORMAT(UTC_TIMESTAMP() - INTERVAL \(ago) MINUTE, '%Y-%m-%d %H:%i:00'),
              \(delivered), \(failed), 40000, 1)
      ON DUPLICATE KEY UPDATE delivered = \(delivered)
      """)
  }

  private func send(_ count: Int, _ outcome: Outcome, waits: [Int64] = [5]) throws {
    try fixture.emit(count, for: user)
    let reports = try fixture.claim(webhook).map { Fixture.report($0, outcome) }
    try fixture.record(reports, rules: Fixture.rules(waits: waits))
  }
}

/// What administrators see of it.
@Suite struct OverviewStoreTests {
  let fixture: Fixture
  let user: User

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
  }

  @Test func `the history has each step's sums and the most that waited`() throws {
    let now = Timestamp(rfc3339: "2026-11-24T14:05:10Z")!
    for (minute, delivered, waiting) in [("13:50", 3, 8), ("13:59", 4, 20), ("14:01", 5, 6)] {
      try fixture.database.execute(
        """
        INSERT INTO minute_counts (minute, delivered, failed, waiting)
        VALUES (\("2026-11-24 \(minute):00"), \(delivered), 1, \(waiting))
        """)
    }

    let day = try fixture.stores.overview.history(.day, now: now)
    let hour = try fixture.stores.overview.history(.hour, now: now)

    #expect(day.steps.suffix(2).map(\.delivered) == [7, 5])
    #expect(day.steps.suffix(2).map(\.failed) == [2, 1])
    #expect(day.steps.suffix(2).map(\.waiting) == [20, 6])
    #expect(hour.delivered == 12 && hour.steps.count == 60)
  }

  @Test func `those that fail for longest come first, and what no longer sends is not there`()
    throws
  {
    let names = ["long", "short", "paused", "deleted", "fine"]
    let hooks = try names.map { try fixture.webhook(of: user, name: $0) }
    for (age, id) in hooks.dropLast().enumerated() {
      try fixture.database.execute(
        """
        INSERT INTO webhook_health (webhook_id, failing_since)
        VALUES (\(id), UTC_TIMESTAMP(6) - INTERVAL \(10 - age) HOUR)
        """)
    }
    try fixture.change(hooks[2], of: user) { $0.isActive = false }
    try fixture.stores.webhooks.delete(hooks[3], of: user.id, by: .command)

    let failing = try fixture.stores.overview.failing(disableAfter: Interval("5d")!)

    #expect(failing.map(\.name) == ["long", "short"])
    #expect(failing.first?.owner == user.email)
  }

  @Test func `connections to be made again are counted by app`() throws {
    for (index, app) in [Fixture.github, Fixture.github, Fixture.drive].enumerated() {
      try fixture.connect(fixture.user("u\(index)@example.com"), Fixture.grant(app))
    }
    #expect(try fixture.stores.overview.brokenConnections().isEmpty)
    try fixture.database.execute(
      """
      UPDATE user_integrations SET status = 'needs_reconnect', reconnect_reason = 'revoked',
             reconnect_since = UTC_TIMESTAMP(6) WHERE provider = 'github'
      """)

    _ = try fixture.stores.minutes.note(rows: 10)

    #expect(
      try fixture.stores.overview.brokenConnections()
        == [BrokenConnections(app: Fixture.github, count: 2)])
    let counted = try #require(try fixture.stores.overview.connections())
    #expect(counted.connected == 1 && counted.needsReconnect == 2)
  }

  @Test func `an app's connections are counted up to a thousand and one`() throws {
    try fixture.connect(user)
    let connections = fixture.stores.connections
    #expect(try connections.count(of: Fixture.github) == BoundedCount(1))

    try fixture.database.execute(
      """
      INSERT INTO user_integrations
        (id, user_id, provider, account_id, account_name, status, connected_at)
      SELECT UUID(), UUID(), 'github', seq, 'Ada', 'connected', UTC_TIMESTAMP(6)
        FROM seq_1_to_1200
      """)

    #expect(try connections.count(of: Fixture.github) == BoundedCount(1_001, isAll: false))
    #expect(try connections.count(of: Fixture.drive) == BoundedCount(0))
  }

  @Test func `a worker is alive while it is seen and has not ended`() throws {
    let run = try fixture.stores.workers.begin(host: "a", processID: 7, version: "0.1.0")

    #expect(try fixture.stores.overview.workers().first?.isAlive(now: currentTime()) == true)

    try fixture.stores.workers.end(run)
    #expect(try fixture.stores.overview.workers().first?.isAlive(now: currentTime()) == false)
  }

  @Test func `the database says what it is`() throws {
    let state = try fixture.stores.overview.databaseState(now: currentTime())

    #expect(state.version.contains("MariaDB") && state.schemaVersion == SchemaStore.version)
    #expect(state.upSince <= currentTime())
  }
}
