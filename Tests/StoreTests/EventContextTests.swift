import Domain
import MariaDB
import Testing

@testable import Store

/// What is read along with the key of a call that emits one event.
@Suite struct EventContextTests {
  let fixture: Fixture
  let user: User

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
  }

  @Test func `a user's own key brings its user and who listens`() throws {
    let webhook = try fixture.webhook(of: user, events: .chosen(["lead.created"]))
    _ = try fixture.webhook(of: user, events: .chosen(["lead.updated"]))
    _ = try fixture.webhook(of: try fixture.user("other@example.com"))

    let (holder, context) = try #require(try find(key(), type: "lead.created"))

    #expect(holder.user?.id == user.id && holder.scopes == [.eventsWrite])
    #expect(listeners(of: context) == [webhook])
  }

  @Test func `nobody listens, and the key is good all the same`() throws {
    let (holder, context) = try #require(try find(key(), type: "lead.created"))

    #expect(holder.user?.id == user.id)
    #expect(listeners(of: context) == [])
  }

  @Test func `a service key brings the user that is named`() throws {
    let webhook = try fixture.webhook(of: user)
    let service = try key(of: nil)

    for name in [user.id.description, user.email, user.email.uppercased()] {
      let (holder, context) = try #require(try find(service, type: "lead.created", user: name))
      #expect(holder.user == nil)
      #expect(context.isOf(user: name) && context.user?.id == user.id)
      #expect(listeners(of: context) == [webhook])
    }
  }

  @Test func `a name that nobody has brings nobody`() throws {
    _ = try fixture.webhook(of: user)
    let service = try key(of: nil)

    for name in ["nobody@example.com", "01934f7e-0000-7000-8000-000000000000", "", "\u{0}", "🦊"] {
      let (_, context) = try #require(try find(service, type: "lead.created", user: name))
      #expect(context.isOf(user: name) && context.user == nil)
      #expect(listeners(of: context) == nil)
    }
  }

  @Test func `a name that was not asked for is not answered`() throws {
    let (_, context) = try #require(try find(key(), type: "lead.created", user: user.email))

    #expect(!context.isOf(user: "other@example.com"))
  }

  @Test func `whoever was deleted is nobody`() throws {
    let service = try key(of: nil)
    try fixture.stores.users.delete(user.id, by: .command)

    let (_, context) = try #require(
      try find(service, type: "lead.created", user: user.id.description))

    #expect(context.user == nil)
  }

  @Test func `a key that is not good brings nothing`() throws {
    let revoked = try key()
    try fixture.stores.apiKeys.revoke(prefix: revoked.prefix, by: .command)
    let own = try key()

    #expect(try find(revoked, type: "lead.created") == nil)
    #expect(try find(APIKey(random: [UInt8](repeating: 1, count: 32)), type: "lead.created") == nil)
    try fixture.stores.users.setStatus(.disabled, of: user.id, by: .command)
    #expect(try find(own, type: "lead.created") == nil)
  }

  @Test func `its use is noted`() throws {
    _ = try find(key(), type: "lead.created")

    #expect(
      try fixture.number("SELECT COUNT(*) FROM api_keys WHERE last_used_at IS NOT NULL") == 1)
  }

  @Test func `what was read for one event says nothing of another`() throws {
    let webhook = try fixture.webhook(of: user, events: .chosen(["lead.updated"]))
    let (_, context) = try #require(try find(key(), type: "lead.created"))

    try fixture.stores.events.emit([Fixture.event("lead.updated", for: user)], in: context)

    let receivers = try fixture.database.query("SELECT webhook_id FROM webhook_deliveries") { row in
      try row.id(Webhook.self)
    }
    #expect(receivers == [webhook])
    let other = try fixture.user("other@example.com")
    #expect(context.listeners(to: Fixture.event("lead.created", for: other)) == nil)
  }

  private func key(of owner: User?) throws -> APIKey {
    try fixture.stores.apiKeys.create(
      for: owner?.id, name: "key", scopes: [.eventsWrite], expiresAt: nil, by: .command)
  }

  private func key() throws -> APIKey { try key(of: user) }

  private func find(
    _ key: APIKey, type: String, user: String? = nil
  ) throws -> (APIKeyHolder, EventContext)? {
    try fixture.stores.apiKeys.find(key, for: EventHint(type: type, user: user))
  }

  private func listeners(of context: EventContext) -> [Webhook.ID]? {
    context.listeners(to: Fixture.event(for: user))?.map(\.webhook)
  }
}
