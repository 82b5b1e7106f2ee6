import Domain
import MariaDB
import Testing

@testable import Store

/// What becomes of a claim whose worker dies, gives back, or comes too late.
@Suite struct LeaseTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user)
    try fixture.emit(for: user)
  }

  @Test func `a dead worker's delivery is claimed again, its attempt on record as interrupted`()
    throws
  {
    let first = try #require(try fixture.claim(webhook).first)
    try fixture.endLeases()

    let second = try #require(try fixture.claim(webhook).first)

    #expect(second.id == first.id && second.leaseNumber == 2)
    let row = try #require(try fixture.delivery())
    #expect(row.isInFlight && row.dueIn == 60)
    #expect(row.attemptNumber == 1 && row.scheduleStep == 0 && row.interruptedInRow == 1)
    let attempts = try fixture.attempts(of: row.id, user: user)
    #expect(attempts.map(\.number) == [1])
    #expect(attempts.map(\.error) == [.interrupted])
    #expect(attempts[0].endpointURL == "https://hooks.example.com/in")
    #expect(attempts[0].timings == .init() && attempts[0].responseStatus == nil)
  }

  @Test func `an interrupted attempt began when the lost lease began`() throws {
    let claimedAt = try fixture.stores.queue.databaseTime()
    _ = try fixture.claim(webhook, leaseSeconds: 1_000)
    try fixture.database.execute(
      "UPDATE webhook_deliveries SET due_at = due_at - INTERVAL 1000 SECOND")

    _ = try fixture.claim(webhook, leaseSeconds: 60)

    let row = try #require(try fixture.delivery())
    let attempt = try #require(try fixture.attempts(of: row.id, user: user).first)
    // The row does not keep how long its lease was: it is taken to have been as long as ours.
    let early = claimedAt.advanced(bySeconds: -60).microseconds - attempt.startedAt.microseconds
    #expect(abs(early) < 30_000_000)
  }

  @Test func `twenty interruptions in a row end a delivery as failed`() throws {
    for _ in 1...20 {
      #expect(try fixture.claim(webhook).count == 1)
      try fixture.endLeases()
    }
    #expect(try fixture.claim(webhook).isEmpty)

    let row = try #require(try fixture.delivery())
    #expect(row.status == .failed && row.error == .interrupted && !row.isInFlight)
    #expect(row.attemptNumber == 20)
    let health = try #require(try fixture.stores.webhooks.health(of: [webhook])[webhook])
    #expect(health.failed == 1)
  }

  @Test func `a result between interruptions starts their count anew`() throws {
    for _ in 1...19 {
      _ = try fixture.claim(webhook)
      try fixture.endLeases()
    }
    let claimed = try fixture.claim(webhook)
    try fixture.record(claimed.map { Fixture.report($0, .failure(.timeout)) })

    let row = try #require(try fixture.delivery())
    #expect(row.status == .pending && row.interruptedInRow == 0 && row.scheduleStep == 1)
    #expect(row.attemptNumber == 20)
  }

  @Test func `a test whose worker died has failed, and is not claimed again`() throws {
    try fixture.database.execute(
      """
      UPDATE webhook_deliveries SET test = TRUE, in_flight = TRUE, lease_number = 1,
             due_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND
      """)

    #expect(try fixture.claim(webhook).isEmpty)

    let row = try #require(try fixture.delivery())
    #expect(row.status == .failed && row.error == .interrupted && row.attemptNumber == 1)
    #expect(try fixture.number("SELECT COUNT(*) FROM delivery_counts") == 0)
  }

  @Test func `what is given back is due at once, with nothing on record`() throws {
    let claimed = try fixture.claim(webhook)
    try fixture.stores.queue.giveBack(claimed.map { ($0.id, $0.leaseNumber) })

    let row = try #require(try fixture.delivery())
    #expect(row.status == .pending && !row.isInFlight && row.dueIn == 0)
    #expect(row.attemptNumber == 0)
    let again = try #require(try fixture.claim(webhook).first)
    #expect(again.leaseNumber == 2)
    #expect(try fixture.delivery()?.attemptNumber == 0)
  }

  @Test func `a late worker gives nothing back`() throws {
    let late = try fixture.claim(webhook)
    try fixture.endLeases()
    _ = try fixture.claim(webhook)

    try fixture.stores.queue.giveBack(late.map { ($0.id, $0.leaseNumber) })

    #expect(try fixture.delivery()?.isInFlight == true)
  }

  @Test func `a late failure becomes an attempt and moves nothing`() throws {
    let late = try #require(try fixture.claim(webhook).first)
    try fixture.endLeases()
    let current = try #require(try fixture.claim(webhook).first)

    try fixture.record([Fixture.report(late, .init(status: 500))])

    let row = try #require(try fixture.delivery())
    #expect(row.isInFlight && row.leaseNumber == 2 && row.scheduleStep == 0)
    #expect(row.attemptNumber == 2)
    try fixture.record([Fixture.report(current, .success(status: 200))])
    let end = try #require(try fixture.delivery())
    #expect(end.status == .delivered && end.attemptNumber == 3)
    let attempts = try fixture.attempts(of: row.id, user: user)
    #expect(attempts.map(\.error) == [.interrupted, .status, nil])
    #expect(attempts.map(\.number) == [1, 2, 3])
  }

  @Test func `a late success of a pending delivery delivers it`() throws {
    let late = try #require(try fixture.claim(webhook).first)
    try fixture.endLeases()
    let current = try #require(try fixture.claim(webhook).first)

    try fixture.record([Fixture.report(late, .success(status: 202))])
    #expect(try fixture.delivery()?.status == .delivered)
    try fixture.record([Fixture.report(current, .init(status: 500))])

    let row = try #require(try fixture.delivery())
    #expect(row.status == .delivered && row.responseStatus == 202 && row.error == nil)
    #expect(row.attemptNumber == 3)
    let health = try #require(try fixture.stores.webhooks.health(of: [webhook])[webhook])
    #expect(health.delivered == 1 && health.failed == 0)
  }

  @Test func `a late success of a held delivery leaves it held`() throws {
    let late = try #require(try fixture.claim(webhook).first)
    try fixture.change(webhook, of: user) { $0.isActive = false }
    try fixture.endLeases()
    _ = try fixture.stores.queue.clear(webhook, leaseSeconds: 60)
    #expect(try fixture.delivery()?.status == .held)

    try fixture.record([Fixture.report(late, .success(status: 200))])

    let row = try #require(try fixture.delivery())
    #expect(row.status == .held && row.attemptNumber == 2)
  }

  @Test func `two reports of one delivery in one batch are both on record`() throws {
    let late = try #require(try fixture.claim(webhook).first)
    try fixture.endLeases()
    let current = try #require(try fixture.claim(webhook).first)

    try fixture.record([
      Fixture.report(current, .success(status: 200)), Fixture.report(late, .failure(.reset)),
    ])

    let row = try #require(try fixture.delivery())
    #expect(row.status == .delivered && row.responseStatus == 200 && row.attemptNumber == 3)
  }
}
