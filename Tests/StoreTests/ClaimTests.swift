import Domain
import MariaDB
import Testing

@testable import Store

/// Who gets which delivery, and how many.
@Suite struct ClaimTests {
  let fixture: Fixture
  let user: User

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
  }

  @Test func `a claim gives what is due, with the body as it was emitted`() throws {
    let webhook = try fixture.webhook(of: user)
    let event = Fixture.event(for: user, data: #"{"é":1.50}"#)
    try fixture.stores.events.emit([event])

    let claimed = try fixture.claim(webhook)

    #expect(claimed.map(\.body) == [event.body])
    #expect(claimed.map(\.leaseNumber) == [1])
    let row = try #require(try fixture.delivery())
    #expect(row.id == claimed[0].id)
    #expect(row.status == .pending && row.isInFlight && row.leaseNumber == 1)
    #expect(row.dueIn == 60)
    #expect(row.attemptNumber == 0)
  }

  @Test func `what is claimed is not claimed again while its lease lasts`() throws {
    let webhook = try fixture.webhook(of: user)
    try fixture.emit(3, for: user)
    _ = try fixture.claim(webhook)

    #expect(try fixture.claim(webhook).isEmpty)
    #expect(try fixture.stores.queue.dueWebhooks().isEmpty)
  }

  @Test func `a claim gives no more than was wished for, the longest waiting first`() throws {
    let webhook = try fixture.webhook(of: user)
    let other = try fixture.webhook(of: user)
    try fixture.emit(10, for: user)
    try fixture.database.execute(
      "UPDATE webhook_deliveries SET due_at = due_at - INTERVAL RAND() * 1000 SECOND")
    let longest = try fixture.database.query(
      """
      SELECT id FROM webhook_deliveries WHERE webhook_id = \(webhook) ORDER BY due_at LIMIT 3
      """
    ) { row in try row.id(Delivery.self) }

    let claimed = try fixture.claim(webhook, other, upTo: 3)

    #expect(Set(claimed.filter { $0.webhookID == webhook }.map(\.id)) == Set(longest))
    #expect(claimed.filter { $0.webhookID == other }.count == 3)
  }

  @Test func `many webhooks at once each get their share`() throws {
    let webhooks = try (0..<70).map { _ in try fixture.webhook(of: user) }
    try fixture.emit(2, for: user)

    let claimed = try Fixture.claim(webhooks, upTo: 1, by: fixture.stores)

    #expect(Set(claimed.map(\.webhookID)) == Set(webhooks))
    #expect(claimed.count == 70)
  }

  @Test func `what is due later is not claimed`() throws {
    let webhook = try fixture.webhook(of: user)
    try fixture.emit(for: user)
    try fixture.database.execute(
      "UPDATE webhook_deliveries SET due_at = UTC_TIMESTAMP(6) + INTERVAL 1 MINUTE")

    #expect(try fixture.claim(webhook).isEmpty)
    #expect(try fixture.stores.queue.dueWebhooks().isEmpty)
  }

  @Test func `webhooks with something due are told with since when`() throws {
    let webhook = try fixture.webhook(of: user)
    _ = try fixture.webhook(of: user, events: .chosen(["lead.updated"]))
    try fixture.emit(2, for: user)
    try fixture.database.execute(
      "UPDATE webhook_deliveries SET due_at = '2020-01-01 00:00:00.5' LIMIT 1")

    let due = try fixture.stores.queue.dueWebhooks()

    #expect(due.map(\.id) == [webhook])
    #expect(due.map(\.since) == [Timestamp(rfc3339: "2020-01-01T00:00:00.5Z")])
  }

  @Test func `of webhooks that are known only those with something lost are told again`() throws {
    let known = try fixture.webhook(of: user)
    try fixture.emit(for: user)
    let new = try fixture.webhook(of: user)
    try fixture.emit(for: user)

    #expect(try fixture.stores.queue.dueWebhooks(besides: [known]).map(\.id) == [new])

    _ = try fixture.claim(known, upTo: 1)
    try fixture.endLeases()
    let due = try fixture.stores.queue.dueWebhooks(besides: [known, new])

    #expect(due.map(\.id) == [known])
    #expect(due.map(\.hasLost) == [true])
  }

  @Test func `two workers at once get a thousand deliveries, each one once`() throws {
    let webhook = try fixture.webhook(of: user)
    try fixture.emit(1_000, for: user)
    let options = fixture.options

    let claimed = try inParallel(2) { _, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      _ = try stores.queue.databaseTime()
      gate.wait()
      return try Fixture.claim([webhook], upTo: 1_000, by: stores)
    }

    let ids = claimed.flatMap { $0.map(\.id) }
    #expect(ids.count == 1_000)
    #expect(Set(ids).count == 1_000)
    #expect(try fixture.deliveries().allSatisfy { $0.leaseNumber == 1 })
  }

  @Test func `four workers drain the queue by small claims, each delivery once`() throws {
    let webhooks = try (0..<5).map { _ in try fixture.webhook(of: user) }
    try fixture.emit(200, for: user)
    let options = fixture.options

    let claimed = try inParallel(4) { _, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      _ = try stores.queue.databaseTime()
      gate.wait()
      var ids: [Delivery.ID] = []
      while case let more = try Fixture.claim(webhooks, upTo: 7, by: stores), !more.isEmpty {
        ids += more.map(\.id)
        try stores.queue.record(
          more.map { Fixture.report($0, .success(status: 200)) }, rules: Fixture.rules,
          random: { 0 })
      }
      return ids
    }

    // A worker whose rows were all locked by others ends early; the last one leaves nothing.
    let ids = claimed.flatMap { $0 }
    #expect(ids.count == Set(ids).count)
    #expect(try fixture.deliveries().allSatisfy { $0.leaseNumber <= 1 })
    let rest = try Fixture.claim(webhooks, upTo: 1_000, by: fixture.stores)
    #expect(ids.count + rest.count == 1_000)
  }

  @Test func `a row that another worker holds is passed over without waiting`() throws {
    let webhook = try fixture.webhook(of: user)
    try fixture.emit(2, for: user)
    let held = try #require(try fixture.delivery())
    let other = Database(fixture.options)

    try other.transaction {
      try other.execute("SELECT id FROM webhook_deliveries WHERE id = \(held.id) FOR UPDATE")

      let claimed = try fixture.claim(webhook)
      #expect(claimed.count == 1 && claimed[0].id != held.id)
    }
  }
}
