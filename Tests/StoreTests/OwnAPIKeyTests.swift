import Domain
import MariaDB
import Testing

@testable import Store

/// API keys as their owner makes, lists and revokes them.
@Suite struct OwnAPIKeyTests {
  let fixture: Fixture
  let user: User

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
  }

  private func live(of user: User.ID? = nil) throws -> [APIKeyFacts] {
    try store.live(of: user ?? self.user.id, from: .first, limit: 100).items
  }

  @Test func `a key opens what it was made for, and is listed without itself`() throws {
    let made = try create("Deploy", [.webhooksRead, .eventsWrite], days: 90)

    let holder = try #require(try store.find(made.key))
    #expect(holder.user?.id == user.id && holder.scopes == [.webhooksRead, .eventsWrite])
    let facts = try #require(try live().first)
    #expect(facts.id == made.id && facts.name == "Deploy" && facts.scopes == holder.scopes)
    #expect(made.key.text.hasPrefix(facts.prefix) && facts.prefix.count < made.key.text.count)
    #expect(
      try fixture.number(
        """
        SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6) + INTERVAL 90 DAY, expires_at) BETWEEN -60 AND 0
          FROM api_keys
        """) == 1)
  }

  @Test func `one that never ends has no end`() throws {
    _ = try create("Forever", [.webhooksRead], days: nil)

    #expect(try live().first?.expiresAt == nil)
  }

  @Test func `a revoked key opens nothing, and stays in the list for 30 days`() throws {
    let made = try create("Old laptop")
    try store.revoke(made.id, of: user.id, by: .command)
    try store.revoke(made.id, of: user.id, by: .command)

    #expect(try store.find(made.key) == nil)
    #expect(try live().isEmpty && store.ended(of: user.id, limit: 9).first?.revokedAt != nil)
    #expect(
      try fixture.number("SELECT COUNT(*) FROM audit_log WHERE action = 'api_key.revoked'") == 1)
    for (days, isListed) in [(29, true), (31, false)] {
      try fixture.database.execute(
        "UPDATE api_keys SET revoked_at = UTC_TIMESTAMP(6) - INTERVAL \(days) DAY")
      #expect(try store.ended(of: user.id, limit: 9).isEmpty != isListed)
    }
  }

  @Test func `another user's key is not found`() throws {
    let other = try fixture.user("other@example.com")
    let made = try create("Mine")

    #expect(throws: StoreError.notFound) { try store.find(made.id, of: other.id) }
    #expect(throws: StoreError.notFound) { try store.revoke(made.id, of: other.id, by: .command) }
    #expect(try live(of: other.id).isEmpty)
    #expect(try store.find(made.key) != nil)
  }

  @Test func `keys are listed by pages, the newest first, without those that have ended`() throws {
    for name in ["1", "2", "3", "4", "5", "gone", "over"] { _ = try create(name, limit: 9) }
    let gone = try #require(try live().first { $0.name == "gone" })
    try store.revoke(gone.id, of: user.id, by: .command)
    try fixture.database.execute(
      "UPDATE api_keys SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 DAY WHERE name = 'over'")
    func page(_ place: ListPlace<UUID>) throws -> (names: [String], page: ListPage<APIKeyFacts>) {
      let page = try store.live(of: user.id, from: place, limit: 2)
      return (page.items.map(\.name), page)
    }

    let first = try page(.first)
    #expect(first.names == ["5", "4"] && !first.page.hasEarlier && first.page.hasLater)
    let second = try page(.after(first.page.items[1].id))
    #expect(second.names == ["3", "2"] && second.page.hasEarlier && second.page.hasLater)
    let last = try page(.after(second.page.items[1].id))
    #expect(last.names == ["1"] && last.page.hasEarlier && !last.page.hasLater)
    #expect(try page(.before(last.page.items[0].id)).names == ["3", "2"])
    let back = try page(.before(second.page.items[0].id))
    #expect(back.names == ["5", "4"] && !back.page.hasEarlier && back.page.hasLater)
    #expect(try store.ended(of: user.id, limit: 9).map(\.name) == ["gone", "over"])
    #expect(try store.ended(of: user.id, limit: 1).map(\.name) == ["gone"])
  }

  @Test func `a name is taken while its key opens something`() throws {
    let made = try create("Deploy")
    #expect(try store.isTaken("Deploy", of: user.id) && !store.isTaken("Deploy", of: nil))

    try store.revoke(made.id, of: user.id, by: .command)

    #expect(try !store.isTaken("Deploy", of: user.id))
  }

  @Test func `revoked and expired keys leave room for others`() throws {
    let first = try create("1", limit: 2)
    _ = try create("2", limit: 2)
    #expect(throws: StoreError.limitReached(2)) { try create("3", limit: 2) }

    try store.revoke(first.id, of: user.id, by: .command)
    _ = try create("3", limit: 2)
    try fixture.database.execute(
      "UPDATE api_keys SET expires_at = UTC_TIMESTAMP(6) WHERE name = '2'")

    _ = try create("4", limit: 2)
    #expect(try store.count(of: user.id) == 2)
  }

  @Test func `a form sent twice makes one key`() throws {
    let (session, _) = try fixture.stores.sessions.open(
      for: user, address: "203.0.113.9", userAgent: "test", by: .command)
    let form = FormTicket(session: session.id, form: try UUID.new()) { "/api-keys/\($0)" }
    let made = try create("Once", form: form)

    #expect(throws: StoreError.duplicate) { try create("Once", form: form) }
    #expect(
      try fixture.stores.forms.location(of: form.form, in: session.id) == "/api-keys/\(made.id)")
    #expect(try store.count(of: user.id) == 1)
  }

  @Test func `the limit holds when two are made at once`() throws {
    let (options, id) = (fixture.options, user.id)

    let made = try inParallel(4) { number, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      gate.wait()
      let draft = APIKeyDraft(name: "\(number)", scopes: [.webhooksRead], lifetimeDays: 30)
      do {
        _ = try stores.apiKeys.create(draft, for: id, limit: 2, form: nil, by: .command)
        return true
      } catch StoreError.limitReached {
        return false
      }
    }

    #expect(made.count(where: { $0 }) == 2)
  }

  private var store: APIKeyStore { fixture.stores.apiKeys }

  @discardableResult
  private func create(
    _ name: String, _ scopes: Set<APIScope> = [.webhooksRead], days: Int? = 30, limit: Int = 20,
    form: FormTicket? = nil
  ) throws -> (id: UUID, key: APIKey) {
    try store.create(
      APIKeyDraft(name: name, scopes: scopes, lifetimeDays: days), for: user.id, limit: limit,
      form: form, by: .command)
  }
}
