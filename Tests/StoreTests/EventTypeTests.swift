import Domain
import MariaDB
import Testing

@testable import Store

/// The catalog of event types as administrators change it.
@Suite struct EventTypeTests {
  let fixture: Fixture

  init() throws {
    fixture = try Fixture()
  }

  private var store: EventTypeStore { fixture.stores.eventTypes }

  @Test func `a new type is taken at once, where its name was refused before`() throws {
    #expect(try !store.has("invoice.paid"))

    try store.add("invoice.paid", draft("An invoice is paid"), by: .command)

    #expect(try store.has("invoice.paid"))
    let entry = try store.entry("invoice.paid")
    #expect(entry.type.description == "An invoice is paid" && entry.type.group == "Invoices")
    #expect(entry.position == 90 && entry.webhooks == BoundedCount(0))
    #expect(try audited("event_type.added") == 1)
  }

  @Test func `a name is there once, retired or not`() throws {
    try store.setRetired(true, "lead.created", by: .command)

    #expect(throws: StoreError.duplicate) {
      try store.add("lead.created", draft("Again"), by: .command)
    }
  }

  @Test func `types are listed by pages, in their order in a picker`() throws {
    let all = try store.all().map(\.name)
    try #require(all.count == 8)
    func page(_ place: ListPlace<String>) throws -> ListPage<CatalogEntry> {
      try store.catalog(from: place, limit: 3)
    }

    let first = try page(.first)
    let second = try page(.after(all[2]))
    let last = try page(.after(all[5]))

    #expect([first, second, last].flatMap(\.items).map(\.type.name) == all)
    #expect([first, second, last].map(\.hasEarlier) == [false, true, true])
    #expect([first, second, last].map(\.hasLater) == [true, true, false])
    #expect(try page(.before(all[3])).items.map(\.type.name) == Array(all[0..<3]))
    #expect(try page(.before(all[6])).items.map(\.type.name) == Array(all[3..<6]))
    #expect(try page(.after("no.such")).items.isEmpty)
  }

  @Test func `there are no more types than a picker can show`() throws {
    try fixture.database.execute(
      """
      INSERT INTO event_types (name, description, group_name, example, position)
      SELECT CONCAT('invoice.t', seq), 'Made', 'Made', '{}', 100
        FROM seq_1_to_1000 WHERE seq <= \(EventType.countLimit - 9)
      """)
    try store.add("invoice.paid", draft("The last one"), by: .command)

    #expect(throws: StoreError.limitReached(EventType.countLimit)) {
      try store.add("invoice.sent", draft("One too many"), by: .command)
    }
    #expect(try store.lastPosition() == 100)
  }

  @Test func `of several who add one name at once, one does and the others are told`() throws {
    let options = fixture.options
    let draft = draft("At once")

    let added = try inParallel(4) { _, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      _ = try stores.queue.databaseTime()
      gate.wait()
      do {
        try stores.eventTypes.add("invoice.paid", draft, by: .command)
        return true
      } catch StoreError.duplicate {
        return false
      }
    }

    #expect(added.count { $0 } == 1)
    #expect(try audited("event_type.added") == 1)
  }

  @Test func `who changes what somebody else has changed is told`() throws {
    let version = try store.entry("lead.created").version
    try store.change("lead.created", to: draft("First"), version: version, by: .command)

    #expect(throws: StoreError.versionConflict) {
      try store.change("lead.created", to: draft("Second"), version: version, by: .command)
    }
    #expect(try store.entry("lead.created").type.description == "First")
    #expect(try audited("event_type.changed") == 1)
  }

  @Test func `a retired type is still known, and can be brought back`() throws {
    try store.setRetired(true, "lead.created", by: .command)
    try store.setRetired(true, "lead.created", by: .command)

    #expect(try store.entry("lead.created").type.isRetired)
    #expect(try store.has("lead.created"))
    #expect(try audited("event_type.retired") == 1)

    try store.setRetired(false, "lead.created", by: .command)
    #expect(try !store.entry("lead.created").type.isRetired)
    #expect(try audited("event_type.restored") == 1)
  }

  @Test func `what is not there cannot be changed`() throws {
    #expect(throws: StoreError.notFound) { try store.entry("nothing") }
    #expect(throws: StoreError.notFound) {
      try store.change("nothing", to: draft("X"), version: 1, by: .command)
    }
    #expect(throws: StoreError.notFound) { try store.setRetired(true, "nothing", by: .command) }
  }

  @Test func `the diagnosis says that no worker ever ran`() throws {
    let before = try fixture.stores.diagnose()
    #expect(before.version == SchemaStore.version && before.cipher == nil)
    #expect(before.findings == ["No worker ever ran: nothing is sent."])

    _ = try fixture.stores.workers.begin(host: "a", processID: 1, version: "1")
    #expect(try fixture.stores.diagnose().findings.isEmpty)
  }

  private func draft(_ description: String) -> EventTypeDraft {
    EventTypeDraft(
      description: description, group: "Invoices", example: #"{"id":"inv_1"}"#, position: 90)
  }

  private func audited(_ action: String) throws -> Int? {
    try fixture.number("SELECT COUNT(*) FROM audit_log WHERE action = \(action)")
  }
}
