import Domain
import MariaDB
import Testing

@testable import Store

/// The log of a webhook, page by page.
@Suite struct DeliveryPageTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user)
  }

  @Test func `pages go from the newest to the oldest and back`() throws {
    try fixture.emit(4, for: user)
    try fixture.emit(6, "lead.updated", for: user)
    let newestFirst = Array(try fixture.deliveries().map(\.id).reversed())

    let first = try page()
    let second = try page(from: .after(#require(first.older)))
    let third = try page(from: .after(#require(second.older)))
    let back = try page(from: .before(#require(third.newer)))
    let start = try page(from: .before(#require(back.newer)))

    #expect(first.deliveries.map(\.id) == Array(newestFirst[..<4]))
    #expect(second.deliveries.map(\.id) == Array(newestFirst[4..<8]))
    #expect(third.deliveries.map(\.id) == Array(newestFirst[8...]))
    #expect(back.deliveries.map(\.id) == second.deliveries.map(\.id))
    #expect(start.deliveries.map(\.id) == first.deliveries.map(\.id))
    #expect(first.newer == nil && third.older == nil && start.newer == nil)
    #expect(back.older == second.older)
  }

  @Test func `a page that is just full has no older one`() throws {
    try fixture.emit(4, for: user)

    #expect(try page().older == nil)
    #expect(try page(.init(eventType: "lead.created")).older == nil)
  }

  @Test func `what came after the first page was shown moves no row`() throws {
    try fixture.emit(6, for: user)
    let first = try page()
    try fixture.emit(3, for: user)

    let second = try page(from: .after(#require(first.older)))

    #expect(Set(first.deliveries.map(\.id)).isDisjoint(with: second.deliveries.map(\.id)))
    #expect(second.deliveries.count == 2)
  }

  @Test func `only the user's own webhook shows anything`() throws {
    let other = try fixture.user("other@example.com")
    let theirs = try fixture.webhook(of: other)
    try fixture.emit(2, for: user)
    try fixture.emit(2, for: other)
    let mine = try #require(try page().deliveries.first)

    #expect(try page(of: theirs).deliveries.isEmpty)
    #expect(throws: StoreError.notFound) {
      try fixture.stores.deliveries.find(mine.id, of: other.id)
    }
    #expect(try fixture.stores.deliveries.body(of: mine, user: other.id) == nil)
    #expect(try fixture.stores.deliveries.body(of: mine, user: user.id) != nil)
    #expect(try fixture.stores.deliveries.owner(of: mine.id) == user.id)
  }

  @Test func `a filter shows each state and type and no other`() throws {
    try fixture.emit(5, for: user)
    try fixture.emit(1, "lead.updated", for: user)
    try fixture.database.run(
      script: """
        SET @row = 0;
        UPDATE webhook_deliveries
           SET status = ELT(@row := @row + 1, 'delivered', 'failed', 'held', 'pending', 'pending',
                            'pending'),
               live_webhook_id = IF(status = 'pending', webhook_id, NULL),
               due_at = IF(status = 'pending', NOW(6), NULL),
               finished_at = IF(status IN ('delivered', 'failed'), NOW(6), NULL),
               attempt_number = IF(@row = 5, 1, 0)
         ORDER BY id
        """)
    let ids = try fixture.deliveries().map(\.id)
    let filters: [(LogFilter, [Delivery.ID])] = [
      (.init(state: .status(.delivered)), [ids[0]]), (.init(state: .status(.failed)), [ids[1]]),
      (.init(state: .status(.held)), [ids[2]]),
      (.init(state: .status(.pending)), [ids[5], ids[4], ids[3]]),
      (.init(state: .waiting), [ids[5], ids[3]]), (.init(state: .retrying), [ids[4]]),
      (.init(eventType: "lead.updated"), [ids[5]]), (.init(eventType: "user.login"), []),
      (.init(state: .waiting, eventType: "lead.created"), [ids[3]]),
    ]

    for (filter, expected) in filters {
      #expect(try page(filter).deliveries.map(\.id) == expected, "\(filter)")
    }
  }

  @Test func `a range of time holds its beginning and not its end`() throws {
    try fixture.emit(3, for: user)
    try fixture.database.run(
      script: """
        SET @row = 0;
        UPDATE webhook_deliveries SET created_at = '2026-01-01' + INTERVAL (@row := @row + 1) HOUR
         ORDER BY id
        """)
    let ids = try fixture.deliveries().map(\.id)
    let one = Timestamp(rfc3339: "2026-01-01T01:00:00Z")
    let three = Timestamp(rfc3339: "2026-01-01T03:00:00Z")

    #expect(try page(.init(from: one, to: three)).deliveries.map(\.id) == [ids[1], ids[0]])
    #expect(try page(.init(from: three)).deliveries.map(\.id) == [ids[2]])
    #expect(try page(.init(to: one)).deliveries.isEmpty)
    let typed = LogFilter(eventType: "lead.created", from: one, to: three)
    #expect(try page(typed).deliveries.map(\.id) == [ids[1], ids[0]])
  }

  @Test func `a search reads five thousand rows, says so, and goes on from there`() throws {
    try fixture.emit(1, "lead.updated", for: user)
    for _ in 1...5 { try fixture.emit(1_000, for: user) }
    let rare = LogFilter(eventType: "lead.updated")

    let first = try page(rare)
    #expect(first.deliveries.isEmpty)
    #expect(first.searchedTo != nil && first.searchedTo == first.older?.time)
    let second = try page(rare, from: .after(#require(first.older)))

    #expect(second.deliveries.count == 1)
    #expect(second.searchedTo == nil && second.older == nil)
  }

  @Test func `a search that came to the end of the log says nothing more is there`() throws {
    for _ in 1...5 { try fixture.emit(1_000, for: user) }

    let page = try page(.init(eventType: "lead.updated"))

    #expect(page.deliveries.isEmpty && page.older == nil && page.searchedTo == nil)
  }

  @Test func `no page reads much more than it shows, however deep it lies`() throws {
    for _ in 1...3 { try fixture.emit(1_000, for: user) }
    let middle = Cursor(
      after: try fixture.stores.deliveries.find(
        fixture.deliveries()[1_500].id, of: user.id))

    for place in [LogPlace.newest, .after(middle), .before(middle)] {
      let before = try rowsRead()
      _ = try page(from: place)
      #expect(try rowsRead() - before < 50, "\(place)")
    }
  }

  @Test func `a search reads no more than its bound, twice`() throws {
    for _ in 1...12 { try fixture.emit(1_000, for: user) }

    let before = try rowsRead()
    _ = try page(.init(state: .status(.failed)))

    #expect(try rowsRead() - before < 20_500)
  }

  @Test func `a log of one moment is paged without gap or repetition`() throws {
    try fixture.emit(10, for: user)
    try fixture.database.execute("UPDATE webhook_deliveries SET created_at = '2026-01-01'")

    var seen: [Delivery.ID] = []
    var place: LogPlace? = .newest
    while let from = place {
      let page = try page(from: from)
      seen += page.deliveries.map(\.id)
      place = page.older.map(LogPlace.after)
    }

    #expect(seen == Array(try fixture.deliveries().map(\.id).reversed()))
  }

  @Test func `durations are those of the last attempts`() throws {
    try fixture.emit(2, for: user)
    let claimed = try fixture.claim(webhook, upTo: 1)
    try fixture.record([
      Fixture.report(claimed[0], .failure(.dns), timings: .init(total: 1_000)),
      Fixture.report(claimed[0], .failure(.dns), timings: .init(total: 2_000)),
    ])

    let durations = try fixture.stores.deliveries.durations(of: page().deliveries)

    #expect(durations == [claimed[0].id: 2_000])
  }

  private func page(
    _ filter: LogFilter = .init(), from place: LogPlace = .newest, of other: Webhook.ID? = nil
  ) throws -> DeliveryPage {
    try fixture.stores.deliveries.page(
      of: other ?? webhook, user: user.id, filter: filter, from: place, limit: 4)
  }

  /// By the stores' connection.
  private func rowsRead() throws -> Int {
    try fixture.stores.database.first(
      """
      SELECT SUM(variable_value) FROM information_schema.session_status
       WHERE variable_name IN ('HANDLER_READ_NEXT', 'HANDLER_READ_PREV', 'HANDLER_READ_KEY',
                               'HANDLER_READ_RND_NEXT', 'HANDLER_READ_FIRST', 'HANDLER_READ_LAST')
      """
    ) { row in Int(try row.double()) } ?? 0
  }
}
