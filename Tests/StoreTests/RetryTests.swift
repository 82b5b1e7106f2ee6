import Domain
import MariaDB
import Testing

@testable import Store

/// What becomes of a delivery that a person sends again.
@Suite struct RetryTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user)
    try fixture.emit(for: user)
  }

  private func retry() throws {
    let row = try #require(try fixture.delivery())
    try fixture.stores.deliveries.retry(row.id, of: user.id, by: .command)
  }

  /// Claims the one delivery and records this.
  private func attempt(_ outcome: Outcome, rules: RecordingRules = Fixture.rules) throws {
    let claimed = try fixture.claim(webhook)
    #expect(claimed.count == 1)
    try fixture.record(claimed.map { Fixture.report($0, outcome) }, rules: rules)
  }

  private func number(_ column: SQL) throws -> Int {
    try fixture.number("SELECT \(column) FROM webhook_deliveries")
  }

  @Test func `a pending one is due now, and goes on in the schedule`() throws {
    try attempt(.failure(.timeout))
    #expect(try fixture.delivery()?.dueIn == 5)

    try retry()

    #expect(try fixture.delivery()?.dueIn == 0)
    try attempt(.failure(.timeout))
    let row = try #require(try fixture.delivery())
    #expect(row.status == .pending && row.scheduleStep == 2 && row.dueIn == 300)
  }

  @Test func `one that is being sent is sent once`() throws {
    let claimed = try fixture.claim(webhook)

    try retry()

    #expect(try fixture.claim(webhook).isEmpty)
    try fixture.record(claimed.map { Fixture.report($0, .success(status: 200)) })
    let row = try #require(try fixture.delivery())
    #expect(row.status == .delivered && row.attemptNumber == 1)
  }

  @Test func `a failed one gets one attempt outside the schedule`() throws {
    let rules = Fixture.rules(waits: [])
    try attempt(.failure(.status, status: 500), rules: rules)

    try retry()
    #expect(try fixture.delivery()?.status == .pending)
    try attempt(.failure(.status, status: 500))

    let row = try #require(try fixture.delivery())
    #expect(row.status == .failed && row.attemptNumber == 2 && row.scheduleStep == 1)
    let attempts = try fixture.attempts(of: row.id, user: user)
    #expect(attempts.map(\.isManual) == [false, true])
  }

  @Test func `one delivered before ends as delivered in any case`() throws {
    try attempt(.success(status: 200))

    try retry()
    try attempt(.failure(.status, status: 500))

    #expect(try fixture.delivery()?.status == .delivered)
  }

  @Test func `a held one gets its attempt after its webhook was resumed`() throws {
    try fixture.change(webhook, of: user) { $0.isActive = false }
    _ = try fixture.stores.queue.clear(webhook, leaseSeconds: 60)
    #expect(throws: StoreError.webhookPaused) { try retry() }
    try fixture.change(webhook, of: user) { $0.isActive = true }

    try retry()
    try attempt(.failure(.timeout))

    #expect(try fixture.delivery()?.status == .failed)
  }

  @Test func `nothing is sent without a payload`() throws {
    try attempt(.success(status: 200))
    try fixture.database.execute("UPDATE events SET body = NULL")

    #expect(throws: StoreError.payloadPurged) { try retry() }
    #expect(try fixture.delivery()?.status == .delivered)
  }

  @Test func `a claim whose payload went meanwhile has none`() throws {
    try fixture.database.execute("UPDATE events SET body = NULL")

    #expect(try fixture.claim(webhook).map(\.body) == [nil])
  }

  @Test func `attempts that could not be counted are refused`() throws {
    try attempt(.success(status: 200))
    try fixture.database.execute("UPDATE webhook_deliveries SET attempt_number = 1000")

    #expect(throws: StoreError.tooManyAttempts) { try retry() }
  }

  @Test func `another user's delivery is not there`() throws {
    let other = try fixture.user("eve@example.com")
    let row = try #require(try fixture.delivery())

    #expect(throws: StoreError.notFound) {
      try fixture.stores.deliveries.retry(row.id, of: other.id, by: .command)
    }
  }

  @Test func `it is in the audit log`() throws {
    try retry()

    #expect(
      try fixture.text("SELECT action FROM audit_log ORDER BY at DESC LIMIT 1")
        == "delivery.retried")
  }
}

/// Tests are sent by whoever asks, while they wait.
@Suite struct TestSendTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user)
  }

  private func begin(leaseSeconds: Int = 60) throws -> ClaimedDelivery {
    try fixture.stores.deliveries.beginTest(
      of: webhook, user: user.id, type: "lead.created", timestamp: currentTime(),
      body: Array("{}".utf8), leaseSeconds: leaseSeconds, by: .command)
  }

  @Test func `it is claimed from the start, so that no worker sends it too`() throws {
    _ = try begin()

    #expect(try fixture.claim(webhook).isEmpty)
    #expect(try fixture.delivery()?.isInFlight == true)
  }

  @Test func `its result ends it, whatever it is, and counts nowhere`() throws {
    let claimed = try begin()

    try fixture.record([Fixture.report(claimed, .failure(.timeout))])

    let row = try #require(try fixture.delivery())
    #expect(row.status == .failed && row.attemptNumber == 1)
    #expect(try fixture.number("SELECT COUNT(*) FROM delivery_counts") == 0)
    #expect(try fixture.number("SELECT COUNT(*) FROM webhook_health") == 0)
  }

  @Test(arguments: [true, false])
  func `one whose responder died is put on record as interrupted`(isActive: Bool) throws {
    _ = try begin()
    try fixture.change(webhook, of: user) { $0.isActive = isActive }
    try fixture.endLeases()

    if isActive {
      #expect(try fixture.claim(webhook).isEmpty)
    } else {
      _ = try fixture.stores.queue.clear(webhook, leaseSeconds: 60)
    }

    let row = try #require(try fixture.delivery())
    #expect(row.status == .failed && row.error == .interrupted && row.attemptNumber == 1)
  }

  @Test func `a paused webhook has a target for it`() throws {
    try fixture.change(webhook, of: user) { $0.isActive = false }

    #expect(try fixture.stores.queue.targets(of: [webhook]).ready.isEmpty)
    #expect(try fixture.stores.queue.testTargets(of: webhook)[webhook]?.secrets.count == 1)
  }

  @Test func `the last ones are found among others`() throws {
    let first = try begin()
    try fixture.emit(3, for: user)
    let second = try begin()

    let found = try fixture.stores.deliveries.lastTests(of: webhook, user: user.id)

    #expect(found.map(\.id) == [second.id, first.id])
  }
}
