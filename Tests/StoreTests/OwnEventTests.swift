import Domain
import MariaDB
import Testing

@testable import Store

/// Events that Patchbay emits itself: with the change, or not at all.
@Suite struct OwnEventTests {
  let fixture: Fixture
  let user: User
  let actor: Actor

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    actor = Actor(kind: .user, id: user.id.rawValue, address: "203.0.113.9", requestID: "r")
  }

  @Test func `signing in is told to whoever listens to it`() throws {
    let webhook = try fixture.webhook(of: user, events: .chosen(["user.login"]))
    try signIn()

    #expect(try heard(by: webhook) == ["user.login"])
    let body = try #require(try fixture.text("SELECT body FROM events"))
    #expect(
      body.hasSuffix(
        #""data":{"user":"ada@example.com","user_id":"\#(user.id)","method":"password"}}"#))
  }

  @Test func `who listens to something else hears nothing, and nothing is kept`() throws {
    let webhook = try fixture.webhook(of: user, events: .chosen(["lead.created"]))
    let other = try fixture.user("other@example.com")
    _ = try fixture.webhook(of: other)
    try signIn()

    #expect(try heard(by: webhook) == [])
    #expect(try fixture.number("SELECT COUNT(*) FROM events") == 0)
  }

  @Test func `a change is told to the others, never to the webhook itself`() throws {
    let first = try make("first")
    let second = try make("second")
    #expect(try heard(by: first) == ["user.settings_changed"])
    #expect(try heard(by: second) == [])

    var change = WebhookChange()
    change.name = "third"
    try fixture.stores.webhooks.change(second, of: user.id, to: change, by: actor)
    try fixture.stores.webhooks.delete(second, of: user.id, by: actor)

    #expect(try heard(by: first).count == 3)
    #expect(try heard(by: second) == [])
    let bodies = try fixture.database.query("SELECT body FROM events ORDER BY id") { row in
      try row.text()
    }
    #expect(
      bodies[0].hasSuffix(
        #"""
        "data":{"user":"ada@example.com","user_id":"\#(user.id)","changed":["webhooks"],\#
        "action":"webhook.created","id":"\#(second)"}}
        """#))
    #expect(bodies[1].contains(#""action":"webhook.changed""#))
    #expect(bodies[2].contains(#""action":"webhook.deleted""#))
  }

  @Test func `a key that is made or revoked is told, without itself`() throws {
    let webhook = try fixture.webhook(of: user)
    let made = try fixture.stores.apiKeys.create(
      APIKeyDraft(name: "CI", scopes: [.webhooksRead], lifetimeDays: nil), for: user.id, limit: 9,
      form: nil, by: actor)
    try fixture.stores.apiKeys.revoke(made.id, of: user.id, by: actor)

    #expect(try heard(by: webhook).count == 2)
    #expect(
      try fixture.number(
        "SELECT COUNT(*) FROM events WHERE LOCATE(\(made.key.prefix), body) > 0") == 0)
  }

  @Test func `what the operator and the worker do is no change of the user's`() throws {
    let webhook = try fixture.webhook(of: user)
    try fixture.change(webhook, of: user) { $0.name = "Other" }
    _ = try fixture.webhook(of: user)

    #expect(try heard(by: webhook) == [])
  }

  @Test func `a change that does not take place is not told`() throws {
    let webhook = try fixture.webhook(of: user)
    #expect(throws: StoreError.limitReached(1)) {
      _ = try fixture.stores.webhooks.create(
        Fixture.draft(name: "second"), for: user.id, limit: 1, by: actor)
    }

    #expect(try heard(by: webhook) == [])
    #expect(try fixture.number("SELECT COUNT(*) FROM events") == 0)
  }

  @Test func `a paused webhook gets it held`() throws {
    let webhook = try fixture.webhook(of: user, startsPaused: true)
    try signIn()

    #expect(
      try fixture.text("SELECT status FROM webhook_deliveries WHERE webhook_id = \(webhook)")
        == "held")
  }

  private func make(_ name: String) throws -> Webhook.ID {
    try fixture.stores.webhooks.create(
      Fixture.draft(name: name), for: user.id, limit: 9, by: actor)
  }

  private func signIn() throws {
    _ = try fixture.stores.sessions.open(
      for: user, address: "203.0.113.9", userAgent: "test", by: actor)
  }

  private func heard(by webhook: Webhook.ID) throws -> [String] {
    try fixture.database.query(
      "SELECT event_type FROM webhook_deliveries WHERE webhook_id = \(webhook) ORDER BY id"
    ) { row in try row.text() }
  }
}
