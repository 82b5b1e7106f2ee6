import Domain
import HTTPTypes
import Store
import Testing

@testable import Web

/// Headers of the user's own: their values are never shown, so a form cannot say what it was made from.
struct HeaderChangeTests {
  /// The fields of the page that edits a webhook, as they come.
  private static func editForm(
    _ fixture: WebFixture, _ hook: Webhook.ID, _ browser: WebFixture.Browser
  ) throws -> [(String, String)] {
    let page = try Markup(fixture.ask(.get, .editWebhook(hook), by: browser).body)
    return page.elements("input").compactMap { input in
      guard let name = input.attributes["name"], name != "csrf", name != "form_id",
        input.attributes["type"] != "checkbox"
      else { return nil }
      return (name, input.attributes["value"] ?? "")
    }
  }

  private static func send(
    _ fields: [(String, String)], _ fixture: WebFixture, _ hook: Webhook.ID,
    _ browser: WebFixture.Browser
  ) throws -> (status: HTTPResponse.Status, text: String) {
    let answer = try fixture.ask(.post, .editWebhook(hook), by: browser, fields: fields)
    return (answer.status, String(decoding: answer.body, as: UTF8.self))
  }

  /// With a value for the one header that there is.
  private static func setting(_ value: String, in fields: [(String, String)]) -> [(String, String)]
  {
    fields.map { $0.0 == "kept_value" ? ("kept_value", value) : $0 }
  }

  @Test func `a value of a header that another tab has set is not overwritten`() throws {
    let fixture = try WebFixture()
    let browser = try fixture.signIn("ada@example.com")
    let hook = try fixture.addHook(of: "ada@example.com")
    let (first, second) = (
      try Self.editForm(fixture, hook, browser), try Self.editForm(fixture, hook, browser)
    )

    let saved = try Self.send(Self.setting("two", in: first), fixture, hook, browser)
    let late = try Self.send(Self.setting("three", in: second), fixture, hook, browser)

    #expect(saved.status == .seeOther)
    #expect(late.status == .conflict)
    #expect(late.text.contains("Values of headers"))
    #expect(late.text.contains("Enter it again: values are not sent back."))
    #expect(!late.text.contains("three") && !late.text.contains("Use mine"))
  }

  @Test func `a pause meanwhile hinders nobody who sets a value of a header`() throws {
    let fixture = try WebFixture()
    let browser = try fixture.signIn("ada@example.com")
    let hook = try fixture.addHook(of: "ada@example.com")
    let user = try #require(try fixture.stores.users.find(email: "ada@example.com"))
    let fields = try Self.editForm(fixture, hook, browser)
    var pause = WebhookChange()
    pause.isActive = false
    try fixture.stores.webhooks.change(hook, of: user.id, to: pause, by: .command)

    let answer = try Self.send(Self.setting("two", in: fields), fixture, hook, browser)

    #expect(answer.status == .seeOther)
  }

  @Test func `a value typed for a header is asked for again where the form comes back`() throws {
    let fixture = try WebFixture()
    let browser = try fixture.signIn("ada@example.com")
    let hook = try fixture.addHook(of: "ada@example.com")
    let fields = Self.setting("two", in: try Self.editForm(fixture, hook, browser))
      .map { $0.0 == "name" ? ("name", "") : $0 }

    let answer = try Self.send(fields, fixture, hook, browser)

    #expect(answer.status == .unprocessableContent)
    #expect(answer.text.contains("Enter it again: values are not sent back."))
  }

  @Test func `rows as no page has them are not read`() throws {
    let fixture = try WebFixture()
    let browser = try fixture.signIn("ada@example.com")
    let rows = (1...101).flatMap { _ in [("header_name", "a b"), ("header_value", "1")] }

    let answer = try fixture.ask(.post, .webhooks, by: browser, fields: rows)

    #expect(answer.status == .badRequest)
  }

  @Test func `changes of headers do not add up to more than the limit`() throws {
    let fixture = try WebFixture()
    _ = try fixture.signIn("ada@example.com")
    let hook = try fixture.addHook(of: "ada@example.com")
    let user = try #require(try fixture.stores.users.find(email: "ada@example.com"))
    let key = try fixture.stores.apiKeys.create(
      for: user.id, name: "host", scopes: [.webhooksWrite], expiresAt: nil, by: .command)
    let value = String(repeating: "v", count: 4_000)

    let answers = try (1...5).map { number in
      try fixture.call(
        "/webhooks/\(hook)", #"{"headers": {"X-\#(number)": "\#(value)"}}"#, key: key, "PATCH")
    }

    #expect(answers.map(\.status) == [.ok, .ok, .ok, .ok, .unprocessableContent])
    let webhook = try fixture.stores.webhooks.find(hook, of: user.id)
    #expect(webhook.headerNames.sorted() == ["X-1", "X-2", "X-3", "X-4", "X-Key"])
  }

  @Test func `a header that is set and taken away at once is refused`() throws {
    let fixture = try WebFixture()
    _ = try fixture.signIn("ada@example.com")
    let hook = try fixture.addHook(of: "ada@example.com")
    let user = try #require(try fixture.stores.users.find(email: "ada@example.com"))
    let key = try fixture.stores.apiKeys.create(
      for: user.id, name: "host", scopes: [.webhooksWrite], expiresAt: nil, by: .command)

    let answer = try fixture.call(
      "/webhooks/\(hook)", #"{"headers": {"X-Key": "two", "x-key": null}}"#, key: key, "PATCH")

    #expect(answer.status == .unprocessableContent)
    #expect(String(decoding: answer.body, as: UTF8.self).contains("x-key stands twice"))
  }
}
