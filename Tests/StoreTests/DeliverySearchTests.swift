import Domain
import MariaDB
import Testing

@testable import Store

/// The log over all webhooks.
@Suite struct DeliverySearchTests {
  let fixture: Fixture
  let people: [User]
  let webhooks: [Webhook.ID]

  init() throws {
    let fixture = try Fixture()
    self.fixture = fixture
    people = try ["ada@example.com", "bob@example.com"].map { try fixture.user($0) }
    webhooks = try [
      fixture.webhook(of: people[0]), fixture.webhook(of: people[0], name: "Second"),
      fixture.webhook(of: people[1], name: "Theirs"),
    ]
    try fixture.database.execute(
      "UPDATE webhooks SET endpoint_url = 'https://b.example/x' WHERE id = \(webhooks[2])")
    // 2 × 7 and 7, one after the other.
    for _ in 1...7 { for person in people { try fixture.emit(for: person) } }
  }

  private var store: DeliverySearchStore { fixture.stores.deliverySearch }

  private func search(
    _ filter: LogFilter = LogFilter(), user: User? = nil,
    webhook: DeliverySearch.WebhookMatch? = nil, host: String? = nil
  ) -> DeliverySearch {
    DeliverySearch(filter: filter, user: user?.id, webhook: webhook, host: host)
  }

  /// All pages to the end, then back to the newest.
  private func walk(
    _ search: DeliverySearch, limit: Int = 4, reading: Int = LogFilter.readLimit
  ) throws -> (there: [Delivery.ID], back: [Delivery.ID]) {
    var (there, back): ([Delivery.ID], [Delivery.ID]) = ([], [])
    var place = LogPlace.newest
    for _ in 1...50 {
      let page = try store.page(search, from: place, limit: limit, reading: reading)
      there += page.deliveries.map(\.id)
      guard let older = page.older else { break }
      place = .after(older)
    }
    place = .before(Cursor(time: Timestamp(seconds: 0), id: .zero))
    for _ in 1...50 {
      let page = try store.page(search, from: place, limit: limit, reading: reading)
      back = page.deliveries.map(\.id) + back
      guard let newer = page.newer else { break }
      place = .before(newer)
    }
    return (there, back)
  }

  private func ids(_ condition: SQL, by order: SQL = "created_at DESC, id DESC") throws
    -> [Delivery.ID]
  {
    try fixture.database.query(
      "SELECT id FROM webhook_deliveries WHERE \(condition) ORDER BY \(order)"
    ) { row in try row.id() }
  }

  @Test func `all of everybody's, newest first, there and back`() throws {
    let all = try ids("TRUE", by: "id DESC")

    let found = try walk(search())

    #expect(all.count == 21 && found.there == all && found.back == all)
  }

  @Test func `those of a person, a webhook or a host are read as one log`() throws {
    let adas = try ids("user_id = \(people[0].id)")
    let bobs = try ids("user_id = \(people[1].id)")
    let seconds = try ids("webhook_id = \(webhooks[1])")

    for (search, expected) in [
      (search(user: people[0]), adas), (search(user: people[1]), bobs),
      (search(host: "b.example"), bobs), (search(host: "hooks.example.com"), adas),
      (search(webhook: .id(webhooks[1])), seconds), (search(webhook: .name("Second")), seconds),
      (search(user: people[1], webhook: .id(webhooks[1])), []),
      (search(host: "example"), []),
    ] {
      let found = try walk(search)
      #expect(found.there == expected && found.back == expected, "\(search)")
    }
  }

  @Test func `a search of several logs that gives up early finds all, each once, in order`() throws
  {
    // The second webhook has most of them, so that its log is left off sooner in time.
    try fixture.change(webhooks[0], of: people[0]) { $0.events = .chosen(["lead.updated"]) }
    try fixture.emit(30, for: people[0])
    try fixture.change(webhooks[0], of: people[0]) { $0.events = .all }
    try fixture.emit(5, for: people[0])
    let adas = try ids("user_id = \(people[0].id)")
    for (number, id) in adas.enumerated() where number.isMultiple(of: 3) {
      try fixture.database.execute(
        "UPDATE webhook_deliveries SET event_type = 'user.login' WHERE id = \(id)")
    }
    let expected = adas.enumerated().filter { $0.offset.isMultiple(of: 3) }.map(\.element)
    let wanted = search(LogFilter(eventType: "user.login"), user: people[0])

    for (limit, reading) in [(4, 8), (4, 20), (100, 10), (3, 1_000)] {
      let found = try walk(wanted, limit: limit, reading: reading)
      #expect(found.there == expected && found.back == expected, "\(limit) \(reading)")
    }
    let all = try walk(search(LogFilter(eventType: "user.login")), reading: 6)
    #expect(Set(all.there) == Set(expected) && all.there.count == expected.count)
    let first = try store.page(wanted, from: .newest, limit: 100, reading: 10)
    #expect(first.searchedTo != nil)
  }

  @Test func `status, answer, event and time narrow it`() throws {
    let claimed = try fixture.claim(webhooks[0], upTo: 3)
    try fixture.record(
      claimed.map { Fixture.report($0, .failure(.status, status: 503)) },
      rules: Fixture.rules(waits: []))
    let failed = try ids("status = 'failed'", by: "id DESC")
    let event = try #require(
      try fixture.database.first("SELECT MIN(event_id) FROM webhook_deliveries") { row in
        try row.id(Event.self)
      })
    // The moment that the id was made at: a fraction of the second that came before its row.
    let (milliseconds, fraction) = (failed[1].rawValue.high >> 16, failed[1].rawValue.high & 0xFFF)
    let middle = Timestamp(
      microseconds: Int64(milliseconds * 1_000 + (fraction * 1_000 + 4_095) / 4_096))

    #expect(try walk(search(LogFilter(state: .status(.failed)))).there == failed)
    #expect(try walk(search(LogFilter(answer: .code(503)))).there == failed)
    #expect(try walk(search(LogFilter(answer: .hundreds(5)))).there == failed)
    #expect(try walk(search(LogFilter(answer: .code(500)))).there == [])
    #expect(try walk(search(LogFilter(eventID: event))).there.count == 2)
    #expect(try walk(search(LogFilter(eventID: event), user: people[1])).there == [])
    let before = try walk(search(LogFilter(to: middle))).there
    let since = try walk(search(LogFilter(from: middle))).there
    #expect(before.count + since.count == 21 && !before.contains(failed[1]))
    #expect(since.contains(failed[1]) && !before.isEmpty)
  }

  @Test func `where many webhooks match the way is the primary key`() throws {
    for number in 1...DeliverySearchStore.webhookLimit {
      _ = try fixture.webhook(of: people[0], name: "Further \(number)", startsPaused: true)
    }
    try fixture.emit(2, for: people[0])

    let found = try walk(search(user: people[0]), limit: 25)

    #expect(found.there == (try ids("user_id = \(people[0].id)", by: "id DESC")))
    #expect(found.there.count == 14 + 2 * (2 + DeliverySearchStore.webhookLimit))
  }

  @Test func `one is found with its owner, and names come with their webhooks`() throws {
    let delivery = try #require(try ids("webhook_id = \(webhooks[2])").first)

    let found = try store.find(delivery)
    let owner = try #require(try store.owners(of: webhooks)[webhooks[2]])

    #expect(found.owner == people[1].id && found.delivery.id == delivery)
    #expect(owner.name == "Theirs" && owner.host == "b.example" && !owner.isDeleted)
    #expect(owner.email == "bob@example.com")
    #expect(throws: StoreError.notFound) { try store.find(Delivery.ID(.zero)) }
  }

  @Test func `who reads a payload is on record with the reason`() throws {
    let delivery = try #require(try ids("webhook_id = \(webhooks[2])").first)
    let root = Actor(kind: .user, id: UUID(high: 1, low: 1))

    try fixture.stores.deliveries.recordReading(
      of: delivery, owner: people[1].id, reason: "Support case 12", attempt: nil, by: root)

    #expect(
      try fixture.text(
        """
        SELECT CONCAT_WS(' ', actor_id, user_id, JSON_VALUE(after_change, '$.reason'))
          FROM audit_log WHERE action = 'payload.read' AND subject_id = \(delivery)
        """) == "\(UUID(high: 1, low: 1)) \(people[1].id) Support case 12")
    #expect(throws: StoreError.notFound) {
      try fixture.stores.deliveries.recordReading(
        of: delivery, owner: people[0].id, reason: "x", attempt: nil, by: root)
    }
  }
}
