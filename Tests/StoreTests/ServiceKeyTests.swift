import Domain
import MariaDB
import Testing

@testable import Store

/// Service keys as administrators make, list and revoke them.
@Suite struct ServiceKeyTests {
  let fixture: Fixture
  let user: User

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
  }

  private var store: APIKeyStore { fixture.stores.apiKeys }
  private var actor: Actor { Actor(kind: .user, id: user.id.rawValue) }

  private func live(of user: User.ID?) throws -> [APIKeyFacts] {
    try store.live(of: user, from: .first, limit: 100).items
  }

  @Test func `a service key acts for anybody, and says who made it`() throws {
    let made = try create("Product", by: actor)

    let holder = try #require(try store.find(made.key))
    #expect(holder.user == nil && holder.scopes == [.eventsWrite, .metrics])
    let facts = try #require(try live(of: nil).first)
    #expect(facts.id == made.id && facts.maker == .user(email: user.email))
    #expect(
      try fixture.number(
        """
        SELECT COUNT(*) FROM audit_log
         WHERE action = 'api_key.created' AND user_id IS NULL AND after_change LIKE '%Product%'
        """) == 1)
  }

  @Test func `one of the command says so`() throws {
    _ = try create("Cron", by: .command)

    #expect(try live(of: nil).first?.maker == .command)
  }

  @Test func `service keys and people's keys are apart`() throws {
    let service = try create("Product", by: actor)
    let own = try store.create(
      APIKeyDraft(name: "Mine", scopes: [.webhooksRead], lifetimeDays: 90), for: user.id, limit: 9,
      form: nil, by: actor)

    #expect(try live(of: nil).map(\.id) == [service.id])
    #expect(try live(of: user.id).map(\.id) == [own.id])
    #expect(throws: StoreError.notFound) { try store.find(own.id, of: nil) }
    #expect(throws: StoreError.notFound) { try store.find(service.id, of: user.id) }
    #expect(throws: StoreError.notFound) { try store.revoke(own.id, of: nil, by: actor) }
    #expect(throws: StoreError.notFound) { try store.revoke(service.id, of: user.id, by: actor) }
  }

  @Test func `a revoked one opens nothing`() throws {
    let made = try create("Old", by: actor)

    try store.revoke(made.id, of: nil, by: actor)

    #expect(try store.find(made.key) == nil)
    #expect(try live(of: nil).isEmpty && store.ended(of: nil, limit: 1).first?.revokedAt != nil)
  }

  @Test func `that one ends soon is told to administrators alone`() throws {
    let made = try create("Ending", by: actor)
    try fixture.database.execute(
      "UPDATE api_keys SET expires_at = UTC_TIMESTAMP(6) + INTERVAL 13 DAY")
    #expect(try told().isEmpty)

    try fixture.database.execute("UPDATE users SET role = 'administrator'")

    let item = try #require(try told().first)
    #expect(item.kind == .serviceKeyEnds && item.subject == made.id && item.name == "Ending")
  }

  private func told() throws -> [AttentionItem] {
    try fixture.stores.attention.find(
      of: user.id, rules: NoticeRules(disableAfter: Interval(seconds: 432_000))
    ).items
  }

  private func create(_ name: String, by actor: Actor) throws -> (id: UUID, key: APIKey) {
    try store.create(
      APIKeyDraft(name: name, scopes: [.eventsWrite, .metrics], lifetimeDays: 90), for: nil,
      limit: nil, form: nil, by: actor)
  }
}
