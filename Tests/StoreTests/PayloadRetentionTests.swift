import Domain
import MariaDB
import Testing

@testable import Store

/// Payloads and answers, which may go before the rest of the log.
@Suite struct PayloadRetentionTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user)
  }

  private var retention: RetentionStore { fixture.stores.retention }

  @Test func `an ended delivery loses payload and answer, and keeps the rest`() throws {
    try fixture.emit(for: user)
    try answer()
    let cutoff = try fixture.stores.queue.databaseTime()
    try fixture.emit(for: user)
    try answer()

    let batch = try retention.removePayloads(after: nil, before: cutoff, rows: 100)

    #expect(batch.count == 1 && batch.isDone)
    let found = try fixture.deliveries().map {
      try fixture.stores.deliveries.find($0.id, of: user.id)
    }
    let (old, young) = (found[0], found[1])
    #expect(try fixture.stores.deliveries.body(of: old, user: user.id) == nil)
    #expect(try fixture.stores.deliveries.body(of: young, user: user.id) != nil)
    let attempt = try #require(try fixture.stores.deliveries.attempts(of: old).first)
    #expect(attempt.responseBody == [] && attempt.responseStatus == 200)
    #expect(attempt.responseHeaders.count == 1)
    #expect(try fixture.stores.deliveries.attempts(of: young).first?.responseBody == [1, 2, 3])
  }

  @Test(arguments: [false, true])
  func `an event keeps its payload while one of its deliveries is not over`(isHeld: Bool) throws {
    let other = try fixture.webhook(of: user, name: "other")
    try fixture.emit(for: user)
    try answer()
    if isHeld {
      try fixture.change(other, of: user) { $0.isActive = false }
      _ = try fixture.stores.queue.clear(other, leaseSeconds: 60)
    }
    let cutoff = try fixture.stores.queue.databaseTime()

    let walk = try retention.removePayloads(after: nil, before: cutoff, rows: 100)
    let again = try retention.removeKeptPayloads(after: nil, before: cutoff, rows: 100)

    #expect(walk.count == 0 && again.count == 0)
    #expect(try fixture.number("SELECT COUNT(*) FROM events WHERE body IS NULL") == 0)
    #expect(try fixture.number("SELECT COUNT(*) FROM kept_payloads") == 1)
    #expect(try answersLeft() == 1)

    try fixture.database.execute(
      """
      UPDATE webhook_deliveries SET status = 'failed', due_at = NULL, live_webhook_id = NULL,
             finished_at = UTC_TIMESTAMP(6) WHERE webhook_id = \(other)
      """)
    // The walk is past it.
    #expect(
      try retention.removePayloads(after: .first(at: cutoff), before: cutoff, rows: 100).count == 0)
    #expect(try retention.removeKeptPayloads(after: nil, before: cutoff, rows: 100).count == 1)

    #expect(try fixture.number("SELECT COUNT(*) FROM events WHERE body IS NULL") == 1)
    #expect(try fixture.number("SELECT COUNT(*) FROM kept_payloads") == 0)
    #expect(try answersLeft() == 0)
  }

  @Test func `a delivery that somebody is asking for once more keeps its payload`() throws {
    try fixture.emit(for: user)
    try answer()
    let cutoff = try fixture.stores.queue.databaseTime()
    let other = Database(fixture.options)

    try other.transaction {
      try other.execute("SELECT id FROM webhook_deliveries FOR UPDATE")
      let batch = try retention.removePayloads(after: nil, before: cutoff, rows: 100)
      #expect(batch.count == 0)
    }

    #expect(try fixture.number("SELECT COUNT(*) FROM events WHERE body IS NULL") == 0)
    #expect(try retention.removeKeptPayloads(after: nil, before: cutoff, rows: 100).count == 1)
  }

  @Test func `an event without deliveries loses its payload`() throws {
    let nobody = try fixture.user("nobody@example.com")
    try fixture.emit(for: nobody)
    let cutoff = try fixture.stores.queue.databaseTime()

    #expect(try retention.removePayloads(after: nil, before: cutoff, rows: 100).count == 1)
  }

  @Test func `events with more deliveries than a batch has rows are emptied too`() throws {
    for number in 2...7 { _ = try fixture.webhook(of: user, name: "\(number)") }
    try fixture.emit(3, for: user)
    try fixture.database.execute(
      """
      UPDATE webhook_deliveries SET status = 'failed', due_at = NULL, live_webhook_id = NULL,
             finished_at = UTC_TIMESTAMP(6)
      """)
    let cutoff = try fixture.stores.queue.databaseTime()

    let batch = try retention.removePayloads(after: nil, before: cutoff, rows: 4)

    #expect(batch.count == 3)
    #expect(try fixture.number("SELECT COUNT(*) FROM kept_payloads") == 0)
  }

  @Test func `a kept payload is forgotten with its event`() throws {
    try fixture.emit(for: user)
    let cutoff = try fixture.stores.queue.databaseTime()
    _ = try retention.removePayloads(after: nil, before: cutoff, rows: 100)
    try fixture.database.execute("DELETE FROM webhook_deliveries")

    #expect(try retention.removeEvents(after: nil, before: cutoff, rows: 100).count == 1)

    #expect(try fixture.number("SELECT COUNT(*) FROM kept_payloads") == 0)
  }

  private func answersLeft() throws -> Int {
    try fixture.number("SELECT COUNT(*) FROM webhook_attempts WHERE response_body <> ''")
  }

  /// 200, with a body, to what waits for the first webhook.
  private func answer() throws {
    let claimed = try fixture.claim(webhook)
    try fixture.record(
      claimed.map {
        Fixture.report(
          $0, .success(status: 200), headers: [.init("content-type", "x")], body: [1, 2, 3])
      })
  }
}
