import Domain
import MariaDB
import Testing

@testable import Store

/// What becomes of an event, whichever way it came.
@Suite struct EmitTests {
  enum Way: CaseIterable { case batch, call, sql }

  let fixture: Fixture
  let serviceKey: APIKey

  init() throws {
    fixture = try Fixture()
    serviceKey = try fixture.stores.apiKeys.create(
      for: nil, name: "host", scopes: [.eventsWrite], expiresAt: nil, by: .command)
  }

  @Test(arguments: Way.allCases)
  func `an event goes to the user's webhooks that listen to its type`(way: Way) throws {
    let user = try fixture.user()
    let other = try fixture.user("other@example.com")
    let all = try fixture.webhook(of: user)
    let chosen = try fixture.webhook(of: user, events: .chosen(["lead.created", "lead.updated"]))
    _ = try fixture.webhook(of: user, events: .chosen(["lead.updated"]))
    _ = try fixture.webhook(of: user, events: .chosen([]))
    let deleted = try fixture.webhook(of: user)
    _ = try fixture.webhook(of: other)
    try fixture.stores.webhooks.delete(deleted, of: user.id, by: .command)

    try emit("lead.created", for: user, way)

    #expect(try receivers() == [all, chosen])
    let rows = try fixture.deliveries()
    #expect(rows.allSatisfy { $0.status == .pending && $0.dueIn == 0 && !$0.isInFlight })
  }

  @Test(arguments: Way.allCases)
  func `an event for a paused webhook is held`(way: Way) throws {
    let user = try fixture.user()
    _ = try fixture.webhook(of: user, startsPaused: true)
    _ = try fixture.webhook(of: user)

    try emit("lead.created", for: user, way)

    #expect(
      try fixture.deliveries().map(\.status).sorted { $0.rawValue < $1.rawValue }
        == [.held, .pending])
  }

  @Test(arguments: Way.allCases)
  func `an event of a disabled user is held`(way: Way) throws {
    let active = try fixture.user()
    _ = try fixture.webhook(of: active)
    try fixture.stores.users.setStatus(.disabled, of: active.id, by: .command)
    let user = try #require(try fixture.stores.users.find(active.id))

    try emit("lead.created", for: user, way)

    #expect(try fixture.deliveries().map(\.status) == [.held])
  }

  @Test(arguments: Way.allCases)
  func `a retired type still goes out`(way: Way) throws {
    let user = try fixture.user()
    _ = try fixture.webhook(of: user, events: .chosen(["lead.created"]))
    try fixture.database.execute(
      "UPDATE event_types SET retired_at = NOW(6) WHERE name = 'lead.created'")

    try emit("lead.created", for: user, way)

    #expect(try fixture.deliveries().map(\.status) == [.pending])
  }

  @Test(arguments: Way.allCases)
  func `an event that nobody listens to is kept`(way: Way) throws {
    let user = try fixture.user()

    try emit("lead.created", for: user, way)

    #expect(try fixture.number("SELECT COUNT(*) FROM events") == 1)
    #expect(try fixture.deliveries() == [])
  }

  @Test(arguments: Way.allCases)
  func `identifiers sort in the order of the events`(way: Way) throws {
    let user = try fixture.user()
    _ = try fixture.webhook(of: user)
    for _ in 1...20 { try emit("lead.created", for: user, way) }

    let byID = try fixture.database.query("SELECT id FROM events ORDER BY id") { row in
      try row.text()
    }
    let byTime = try fixture.database.query("SELECT id FROM events ORDER BY created_at") { row in
      try row.text()
    }
    #expect(byID == byTime)
    // Version 7 and the variant of RFC 9562.
    #expect(byID.allSatisfy { Array($0)[14] == "7" && "89ab".contains(Array($0)[19]) })
    let ofDeliveries = try fixture.database.query(
      "SELECT event_id FROM webhook_deliveries ORDER BY id"
    ) { row in try row.text() }
    #expect(ofDeliveries == byTime)
  }

  private func emit(_ type: String, for user: User, _ way: Way) throws {
    switch way {
    case .batch: try fixture.emit(1, type, for: user)
    case .call:
      let found = try fixture.stores.apiKeys.find(
        serviceKey, for: EventHint(type: type, user: user.email))
      let (_, context) = try #require(found)
      try fixture.stores.events.emit([Fixture.event(type, for: user)], in: context)
    case .sql: try fixture.database.execute("CALL emit_event(\(user.id), \(type), '{}')")
    }
  }

  private func receivers() throws -> Set<Webhook.ID> {
    Set(
      try fixture.database.query("SELECT webhook_id FROM webhook_deliveries") { row in
        try row.id()
      })
  }
}
