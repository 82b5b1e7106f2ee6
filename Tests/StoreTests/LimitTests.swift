import Domain
import MariaDB
import Testing

@testable import Store

/// The limits of a webhook, which hold for all workers together.
@Suite struct LimitTests {
  let fixture: Fixture
  let user: User

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
  }

  private func other() -> Stores {
    Stores(Database(fixture.options), seal: Seal(Fixture.keys))
  }

  @Test func `no more are in flight than the webhook allows, whoever claims`() throws {
    let webhook = try fixture.webhook(of: user, maxInFlight: 3)
    try fixture.emit(9, for: user)

    let first = try fixture.claim(webhook, upTo: 2)
    let second = try Fixture.claim([webhook], by: other())
    #expect(first.count == 2)
    #expect(second.count == 1)
    #expect(try fixture.claim(webhook).isEmpty)

    try fixture.record(first.map { Fixture.report($0, .success(status: 200)) })
    #expect(try Fixture.claim([webhook], by: other()).count == 2)
  }

  @Test func `what a dead worker had in flight takes no room`() throws {
    let webhook = try fixture.webhook(of: user, maxInFlight: 3)
    try fixture.emit(9, for: user)
    let lost = try fixture.claim(webhook)
    try fixture.endLeases()

    let claimed = try fixture.claim(webhook)

    #expect(Set(claimed.map(\.id)) == Set(lost.map(\.id)))
  }

  @Test func `eight workers at once keep within it`() throws {
    let webhook = try fixture.webhook(of: user, maxInFlight: 5)
    try fixture.emit(200, for: user)
    let options = fixture.options

    let claimed = try inParallel(8) { _, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      _ = try stores.queue.databaseTime()
      gate.wait()
      return try Fixture.claim([webhook], upTo: 2, by: stores)
    }

    #expect((2...5).contains(claimed.flatMap { $0 }.count))
  }

  @Test func `no more are claimed in a second than the webhook allows, whoever claims`() throws {
    let webhook = try fixture.webhook(of: user, maxPerSecond: 4)
    try fixture.emit(9, for: user)

    #expect(try fixture.claim(webhook).count == 1)
    #expect(try Fixture.claim([webhook], by: other()).isEmpty)
    let target = try #require(try fixture.stores.queue.targets(of: [webhook])[webhook])
    let wait = try fixture.stores.queue.claim(
      [ClaimWish(target: target, count: 5)], leaseSeconds: 60
    ).waits[webhook]
    #expect((1...250).contains(try #require(wait)))

    try fixture.database.execute(
      "UPDATE webhook_limits SET next_at = next_at - INTERVAL 250000 MICROSECOND")
    #expect(try Fixture.claim([webhook], by: other()).count == 1)
  }

  @Test func `the turn of an ordered one passes when its first one has ended`() throws {
    let webhook = try fixture.webhook(of: user, isOrdered: true)
    try fixture.emit(3, for: user)
    let order = try fixture.deliveries().map(\.id)

    let first = try fixture.claim(webhook)
    try fixture.record(first.map { Fixture.report($0, .failure(.timeout)) })
    // Due again, but behind those that have waited since the start.
    try fixture.database.execute(
      "UPDATE webhook_deliveries SET due_at = UTC_TIMESTAMP(6) WHERE id = \(order[0])")
    let again = try Fixture.claim([webhook], by: other())
    try fixture.record(again.map { Fixture.report($0, .success(status: 200)) })
    let next = try fixture.claim(webhook)

    #expect(first.map(\.id) == [order[0]])
    #expect(again.map(\.id) == [order[0]])
    #expect(next.map(\.id) == [order[1]])
  }

  @Test func `a place in the queue is where the look begins`() throws {
    let webhook = try fixture.webhook(of: user)
    try fixture.emit(2, for: user)
    let target = try #require(try fixture.stores.queue.targets(of: [webhook])[webhook])
    let later = currentTime().advanced(bySeconds: 3_600)

    let none = try fixture.stores.queue.claim(
      [ClaimWish(target: target, count: 5, from: later)], leaseSeconds: 60)
    let all = try fixture.stores.queue.claim(
      [ClaimWish(target: target, count: 5)], leaseSeconds: 60)

    #expect(none.deliveries.isEmpty)
    #expect(all.deliveries.count == 2)
    #expect(all.lastDue[webhook] != nil)
  }
}
