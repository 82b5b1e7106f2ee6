import Domain
import MariaDB
import Testing

@testable import Store

/// Several events in one call of the API.
@Suite struct BatchTests {
  let fixture: Fixture
  let user: User

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
  }

  @Test func `each event of a batch counts its own deliveries`() throws {
    let other = try fixture.user("other@example.com")
    _ = try fixture.webhook(of: user)
    _ = try fixture.webhook(of: user, events: .chosen(["lead.created"]), startsPaused: true)
    _ = try fixture.webhook(of: other, events: .chosen(["lead.updated"]))
    let events = [
      Fixture.event("lead.created", for: user), Fixture.event("lead.updated", for: user),
      Fixture.event("lead.created", for: other), Fixture.event("lead.updated", for: other),
    ]

    let emitted = try fixture.stores.events.emit(events)

    #expect(emitted.map(\.deliveries) == [2, 1, 0, 1])
    for one in emitted {
      let rows = try fixture.number(
        "SELECT COUNT(*) FROM webhook_deliveries WHERE event_id = \(one.event.id)")
      #expect(rows == one.deliveries)
    }
  }

  @Test func `all of a batch is kept, or nothing`() throws {
    _ = try fixture.webhook(of: user)
    let tooLong = String(repeating: "x", count: 51)
    let events = [Fixture.event(for: user), Fixture.event(tooLong, for: user)]

    #expect(throws: DatabaseError.self) {
      try fixture.stores.events.emit(events)
    }

    #expect(try fixture.number("SELECT COUNT(*) FROM events") == 0)
    #expect(try fixture.deliveries() == [])
  }

  @Test func `a thousand events go out in the order they stand in the batch`() throws {
    _ = try fixture.webhook(of: user)

    let emitted = try fixture.emit(1_000, for: user)

    let ids = emitted.map(\.event.id)
    #expect(ids == ids.sorted())
    let ofDeliveries = try fixture.database.query(
      "SELECT event_id FROM webhook_deliveries ORDER BY id"
    ) { row in try row.id(Event.self) }
    #expect(ofDeliveries == ids)
  }

  @Test func `a batch of eight MiB is kept`() throws {
    let data = #"{"a":""# + String(repeating: "x", count: 260_000) + #""}"#
    let events = (0..<32).map { _ in Fixture.event(for: user, data: data) }

    try fixture.stores.events.emit(events)

    #expect(try fixture.number("SELECT SUM(LENGTH(body)) DIV 1000000 FROM events") == 8)
  }

  @Test func `a webhook that hears all although it chose some gets an event once`() throws {
    let webhook = try fixture.webhook(of: user, events: .chosen(["lead.created"]))
    try fixture.change(webhook, of: user) { $0.events = .all }

    try fixture.emit(for: user)

    #expect(try fixture.deliveries().count == 1)
  }
}
