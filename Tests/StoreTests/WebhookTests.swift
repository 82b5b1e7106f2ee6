import Domain
import MariaDB
import Testing

@testable import Store

/// Webhooks as their user makes and reads them.
@Suite struct WebhookTests {
  let fixture: Fixture
  let user: User

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
  }

  @Test func `a webhook comes back as it was made`() throws {
    var draft = try Fixture.draft(
      name: "CRM \u{10FFFF}", events: .chosen(["lead.created", "user.login"]),
      headers: [.init("x-b", "1"), .init("X-A", "2")], isOrdered: true)
    draft.maxInFlight = 64
    draft.maxPerSecond = 1_000

    let id = try fixture.stores.webhooks.create(draft, for: user.id, limit: 1, by: .command)

    let webhook = try fixture.stores.webhooks.find(id, of: user.id)
    #expect(webhook.name == draft.name && webhook.endpointURL == draft.endpointURL)
    #expect(webhook.events == draft.events && webhook.status == .active)
    #expect(webhook.headerNames == ["X-A", "x-b"])
    #expect(webhook.maxInFlight == 64 && webhook.maxPerSecond == 1_000 && webhook.isOrdered)
    #expect(webhook.signature == .v1 && webhook.version == 1)
    #expect(webhook.createdAt == webhook.updatedAt && webhook.userID == user.id)
  }

  @Test func `one made paused says that its user paused it`() throws {
    let id = try fixture.webhook(of: user, startsPaused: true)

    #expect(try fixture.stores.webhooks.find(id, of: user.id).status == .paused(.user))
  }

  @Test func `a key pair keeps its public half readable`() throws {
    var draft = try Fixture.draft()
    draft.secret = try Secret(.v1a, bytes: [UInt8](repeating: 9, count: 32))

    let id = try fixture.stores.webhooks.create(draft, for: user.id, limit: 1, by: .command)

    #expect(try fixture.stores.webhooks.find(id, of: user.id).signature == .v1a)
    #expect(try fixture.stores.webhooks.publicKeys(of: [id]) == [id: draft.secret.publicKey])
    let facts = try #require(try fixture.stores.webhooks.secretFacts(of: id).first)
    #expect(facts.publicKey == draft.secret.publicKey && facts.lastFour == draft.secret.lastFour)
    let target = try #require(try fixture.stores.queue.targets(of: [id])[id])
    #expect(target.secrets.map(\.text) == [draft.secret.text])
  }

  @Test func `another user's webhook is not found, in every call`() throws {
    let other = try fixture.user("other@example.com")
    let id = try fixture.webhook(of: other)
    let store = fixture.stores.webhooks

    #expect(throws: StoreError.notFound) { try store.find(id, of: user.id) }
    #expect(throws: StoreError.notFound) { try fixture.change(id, of: user) { $0.name = "mine" } }
    #expect(throws: StoreError.notFound) { try store.delete(id, of: user.id, by: .command) }
    #expect(try store.list(of: user.id, limit: 10).isEmpty)
    #expect(try store.count(of: user.id) == 0)
    #expect(try store.hasWebhook(named: "CRM", of: user.id) == false)
    #expect(try store.find(id, of: other.id).name == "CRM")
    #expect(try store.owner(of: id) == other.id)
  }

  @Test func `a deleted webhook is not found, in every call`() throws {
    let id = try fixture.webhook(of: user, headers: [.init("x-key", "value")])
    let store = fixture.stores.webhooks

    try store.delete(id, of: user.id, by: .command)

    #expect(throws: StoreError.notFound) { try store.find(id, of: user.id) }
    #expect(throws: StoreError.notFound) { try fixture.change(id, of: user) { $0.name = "x" } }
    #expect(throws: StoreError.notFound) { try store.delete(id, of: user.id, by: .command) }
    #expect(try store.list(of: user.id, limit: 10).isEmpty && store.owner(of: id) == nil)
    #expect(try store.hasWebhook(named: "CRM", of: user.id) == false)
    #expect(try fixture.number("SELECT COUNT(*) FROM webhook_secrets") == 0)
    #expect(try fixture.number("SELECT COUNT(*) FROM webhook_headers") == 0)
  }

  @Test func `a list goes by pages, oldest first`() throws {
    let ids = try (0..<7).map { try fixture.webhook(of: user, name: "\($0)") }
    // Made in the same moment, they go by their identifiers.
    try fixture.database.execute("UPDATE webhooks SET created_at = '2026-01-01' LIMIT 4")

    var seen: [Webhook.ID] = []
    var cursor: Cursor?
    repeat {
      let page = try fixture.stores.webhooks.list(of: user.id, after: cursor, limit: 3)
      seen += page.map(\.id)
      cursor = page.count == 3 ? page.last.map(Cursor.init(after:)) : nil
    } while cursor != nil

    #expect(seen == ids)
  }

  @Test func `a user has no more webhooks than the limit`() throws {
    let first = try fixture.webhook(of: user, limit: 2)
    _ = try fixture.webhook(of: user, limit: 2)
    #expect(throws: StoreError.limitReached(2)) { try fixture.webhook(of: user, limit: 2) }

    try fixture.stores.webhooks.delete(first, of: user.id, by: .command)
    _ = try fixture.webhook(of: user, limit: 2)
    #expect(try fixture.stores.webhooks.count(of: user.id) == 2)
  }

  @Test func `the limit holds when several are made at once`() throws {
    let (options, user) = (fixture.options, user)

    let made = try inParallel(4) { _, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      let draft = try Fixture.draft()
      gate.wait()
      do {
        _ = try stores.webhooks.create(draft, for: user.id, limit: 2, by: .command)
        return true
      } catch StoreError.limitReached {
        return false
      }
    }

    #expect(made.filter { $0 }.count == 2)
    #expect(try fixture.stores.webhooks.count(of: user.id) == 2)
  }

  @Test func `a form sent twice makes one webhook and leads to it`() throws {
    let session = Session.ID(UUID(high: 1, low: 1))
    let form = UUID(high: 2, low: 2)
    let ticket = FormTicket(session: session, form: form) { "/webhooks/\($0)" }
    #expect(try fixture.stores.forms.location(of: form, in: session) == nil)

    let id = try fixture.webhook(of: user, form: ticket)

    #expect(throws: StoreError.duplicate) { try fixture.webhook(of: user, form: ticket) }
    #expect(try fixture.stores.forms.location(of: form, in: session) == "/webhooks/\(id)")
    #expect(try fixture.stores.webhooks.count(of: user.id) == 1)
    let elsewhere = Session.ID(UUID(high: 1, low: 2))
    #expect(try fixture.stores.forms.location(of: form, in: elsewhere) == nil)
  }

  @Test func `a form whose webhook was refused is still free`() throws {
    let ticket = FormTicket(session: .init(UUID(high: 1, low: 1)), form: UUID(high: 2, low: 2)) {
      "/\($0)"
    }
    #expect(throws: StoreError.limitReached(0)) {
      try fixture.webhook(of: user, limit: 0, form: ticket)
    }

    #expect(throws: Never.self) { try fixture.webhook(of: user, form: ticket) }
  }
}
