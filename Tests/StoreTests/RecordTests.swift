import Domain
import MariaDB
import Testing

@testable import Store

/// What a result makes of a delivery, its webhook and their numbers.
@Suite struct RecordTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user)
  }

  @Test func `a success delivers, with all that was seen on record`() throws {
    try fixture.emit(for: user)
    let claimed = try #require(try fixture.claim(webhook).first)
    let timings = Attempt.Timings(total: 5_000_000, dns: 0, connect: 1, tls: 2, firstByte: 3)
    let report = Fixture.report(
      claimed, .success(status: 204), timings: timings,
      headers: [.init("Server", "x"), .init("set-cookie", "é\"")], body: Array("ok".utf8))

    try fixture.record([report])

    let row = try #require(try fixture.delivery())
    #expect(row.status == .delivered && row.responseStatus == 204 && row.error == nil)
    #expect(!row.isInFlight && row.dueIn == nil && row.attemptNumber == 1)
    let attempt = try #require(try fixture.attempts(of: row.id, user: user).first)
    #expect(attempt.timings == timings)
    #expect(attempt.startedAt == report.startedAt)
    #expect(attempt.remoteAddress == "203.0.113.7:443")
    #expect(attempt.requestHeaders == [.init("webhook-id", "1")])
    #expect(attempt.responseHeaders == report.responseHeaders)
    #expect(attempt.responseBody == Array("ok".utf8))
    #expect(attempt.responseStatus == 204 && attempt.error == nil && !attempt.isManual)
  }

  @Test func `a failure waits as the schedule says, the last one fails`() throws {
    try fixture.emit(for: user)

    try record(.init(status: 500))
    #expect(try fixture.delivery()?.dueIn == 5)
    try fixture.makeAllDue()
    try record(.failure(.timeout))
    #expect(try fixture.delivery()?.dueIn == 300)
    try fixture.makeAllDue()
    try record(.init(status: 500))

    let row = try #require(try fixture.delivery())
    #expect(row.status == .failed && row.error == .status && row.responseStatus == 500)
    #expect(row.attemptNumber == 3 && row.scheduleStep == 3)
  }

  @Test func `Retry-After moves the next attempt to no earlier`() throws {
    try fixture.emit(for: user)

    try record(.init(status: 503, retryAfter: Interval(seconds: 60)))
    #expect(try fixture.delivery()?.dueIn == 60)
    try fixture.makeAllDue()
    try record(.init(status: 429, retryAfter: Interval(seconds: 60)))
    #expect(try fixture.delivery()?.dueIn == 300)
  }

  @Test func `410 ends the delivery and pauses the webhook, which the audit log tells`() throws {
    try fixture.emit(2, for: user)
    let claimed = try fixture.claim(webhook, upTo: 1)

    try fixture.record(claimed.map { Fixture.report($0, .init(status: 410)) })

    #expect(try fixture.deliveries().map(\.status).filter { $0 == .failed }.count == 1)
    let paused = try fixture.stores.webhooks.find(webhook, of: user.id)
    #expect(paused.status == .paused(.gone))
    let entries = try fixture.database.query(
      """
      SELECT actor_kind, subject_id, user_id, after_change FROM audit_log
       WHERE action = 'webhook.paused'
      """
    ) { row in [try row.text(), try row.text(), try row.text(), try row.text()] }
    #expect(
      entries == [
        ["worker", webhook.description, user.id.description, #"{"paused_reason":"gone"}"#]
      ])
  }

  @Test func `a second 410 changes nothing about a paused webhook`() throws {
    try fixture.emit(2, for: user)
    let claimed = try fixture.claim(webhook)
    try fixture.record([Fixture.report(claimed[0], .init(status: 410))])
    let version = try fixture.stores.webhooks.find(webhook, of: user.id).version

    try fixture.record([Fixture.report(claimed[1], .init(status: 410))])

    #expect(try fixture.stores.webhooks.find(webhook, of: user.id).version == version)
    #expect(
      try fixture.number("SELECT COUNT(*) FROM audit_log WHERE action = 'webhook.paused'") == 1)
  }

  @Test func `paused meanwhile, a success delivers, a failure is held, the last one fails`() throws
  {
    try fixture.emit(3, for: user)
    try fixture.database.execute(
      "UPDATE webhook_deliveries SET schedule_step = 2 ORDER BY id DESC LIMIT 1")
    let claimed = try fixture.claim(webhook).sorted { $0.id < $1.id }
    try fixture.change(webhook, of: user) { $0.isActive = false }

    try fixture.record([
      Fixture.report(claimed[0], .success(status: 200)),
      Fixture.report(claimed[1], .failure(.reset)), Fixture.report(claimed[2], .failure(.reset)),
    ])

    let rows = try fixture.deliveries()
    #expect(rows.map(\.status) == [.delivered, .held, .failed])
    #expect(rows[1].scheduleStep == 1 && rows[1].error == .reset)
  }

  @Test func `deleted meanwhile, a success delivers and a failure is dropped`() throws {
    try fixture.emit(2, for: user)
    let claimed = try fixture.claim(webhook).sorted { $0.id < $1.id }
    try fixture.stores.webhooks.delete(webhook, of: user.id, by: .command)

    try fixture.record([
      Fixture.report(claimed[0], .success(status: 200)), Fixture.report(claimed[1], .failure(.tls)),
    ])

    let rows = try fixture.deliveries()
    #expect(rows.map(\.status) == [.delivered, .failed])
    #expect(rows[1].error == .dropped)
    let attempts = try fixture.attempts(of: rows[1].id, user: user)
    #expect(attempts.map(\.error) == [.tls])
  }

  @Test(arguments: [TLSFault?.none] + TLSFault.allCases.map { $0 })
  func `which fault of TLS it was is kept with the attempt`(fault: TLSFault?) throws {
    try fixture.emit(for: user)
    var report = Fixture.report(try #require(try fixture.claim(webhook).first), .failure(.tls))
    report.connection.tlsFault = fault

    try fixture.record([report])

    let row = try #require(try fixture.delivery())
    let attempts = try fixture.attempts(of: row.id, user: user)
    #expect(attempts.map(\.error) == [.tls] && attempts.map(\.connection.tlsFault) == [fault])
  }

  @Test func `a single attempt asked for by a person ends either way and is marked so`() throws {
    try fixture.emit(4, for: user)
    try fixture.database.run(
      script: """
        UPDATE webhook_deliveries SET single_attempt = TRUE;
        UPDATE webhook_deliveries SET was_delivered = TRUE ORDER BY id DESC LIMIT 2
        """)
    let claimed = try fixture.claim(webhook).sorted { $0.id < $1.id }

    try fixture.record([
      Fixture.report(claimed[0], .success(status: 200)),
      Fixture.report(claimed[1], .failure(.timeout)),
      Fixture.report(claimed[2], .failure(.timeout)),
      Fixture.report(claimed[3], .success(status: 200)),
    ])

    let rows = try fixture.deliveries()
    #expect(rows.map(\.status) == [.delivered, .failed, .delivered, .delivered])
    #expect(rows.map(\.error) == [nil, .timeout, .timeout, nil])
    #expect(try fixture.number("SELECT SUM(manual) FROM webhook_attempts") == 4)
    #expect(try fixture.number("SELECT SUM(single_attempt) FROM webhook_deliveries") == 0)
    // Those that were delivered before have been counted before.
    let health = try #require(try fixture.stores.webhooks.health(of: [webhook])[webhook])
    #expect(health.delivered == 1 && health.failed == 1)
  }

  @Test func `a delivery that is no more is passed over`() throws {
    try fixture.emit(2, for: user)
    let claimed = try fixture.claim(webhook)
    try fixture.database.execute("DELETE FROM webhook_deliveries WHERE id = \(claimed[0].id)")

    try fixture.record(claimed.map { Fixture.report($0, .success(status: 200)) })

    #expect(try fixture.deliveries().map(\.status) == [.delivered])
    #expect(try fixture.number("SELECT COUNT(*) FROM webhook_attempts") == 1)
  }

  private func record(_ outcome: Outcome) throws {
    let claimed = try #require(try fixture.claim(webhook).first)
    try fixture.record([Fixture.report(claimed, outcome)])
  }
}
