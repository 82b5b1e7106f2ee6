import Domain
import MariaDB
import Testing

@testable import Store

/// A webhook that wants one delivery at a time, in the order of the events.
@Suite struct OrderedTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user, isOrdered: true)
    try fixture.emit(4, for: user)
  }

  @Test func `one is claimed, and the next only when it has ended`() throws {
    let order = try fixture.deliveries().map(\.id)
    var claimed: [Delivery.ID] = []

    for outcome in [Outcome.success(status: 200), .init(status: 410), .success(status: 204)] {
      let now = try fixture.claim(webhook)
      #expect(now.count == 1)
      #expect(try fixture.claim(webhook).isEmpty)
      claimed += now.map(\.id)
      try fixture.record(now.map { Fixture.report($0, outcome) }, rules: Fixture.rules(waits: []))
      // 410 pauses it.
      try fixture.change(webhook, of: user) { $0.isActive = true }
    }

    #expect(claimed == Array(order[..<3]))
  }

  @Test func `nothing overtakes a first one that waits for its next attempt`() throws {
    let first = try fixture.claim(webhook)
    try fixture.record(first.map { Fixture.report($0, .failure(.timeout)) })
    #expect(try fixture.stores.queue.dueWebhooks().map(\.id) == [webhook])

    #expect(try fixture.claim(webhook).isEmpty)

    try fixture.makeAllDue()
    #expect(try fixture.claim(webhook).map(\.id) == first.map(\.id))
  }

  @Test func `a first one whose worker died comes first again`() throws {
    let first = try fixture.claim(webhook)
    try fixture.endLeases()

    let again = try fixture.claim(webhook)

    #expect(again.map(\.id) == first.map(\.id))
    #expect(again.map(\.leaseNumber) == [2])
  }

  @Test func `two workers at once get one between them`() throws {
    let options = fixture.options
    let webhook = webhook

    let claimed = try inParallel(2) { _, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      _ = try stores.queue.databaseTime()
      gate.wait()
      return try Fixture.claim([webhook], by: stores)
    }

    #expect(claimed.flatMap { $0 }.count == 1)
  }

  @Test func `what a host has not committed yet holds nothing up`() throws {
    let host = Database(fixture.options)
    let first = try fixture.deliveries().map(\.id)[0]

    try host.transaction {
      try host.execute("CALL emit_event(\(user.id), 'lead.created', '{}')")
      let claimed = try fixture.claim(webhook)
      #expect(claimed.map(\.id) == [first])
    }
  }
}
