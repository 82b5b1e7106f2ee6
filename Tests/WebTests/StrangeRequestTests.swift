import Domain
import HTTPTypes
import Store
import Testing

@testable import Web

/// Requests as no page of ours sends them, or sends them any more.
struct StrangeRequestTests {
  @Test func `a HEAD takes nothing away that is shown once`() throws {
    let fixture = try WebFixture()
    let browser = try fixture.signIn("ada@example.com")
    _ = try fixture.ask(
      .post, .apiKeys(), by: browser,
      fields: [("name", "CI"), ("scopes", "webhooks:read"), ("expires", "90d")])
    let user = try #require(try fixture.stores.users.find(email: "ada@example.com"))
    let keys = try fixture.stores.apiKeys.live(of: user.id, from: .first, limit: 1)
    let key = try #require(keys.items.first)

    let head = try fixture.ask(.head, .apiKey(key.id), by: browser)
    let first = try fixture.ask(.get, .apiKey(key.id), by: browser)
    let second = try fixture.ask(.get, .apiKey(key.id), by: browser)

    #expect(head.status == .ok)
    let mark = "value=\"pb_"
    #expect(String(decoding: first.body, as: UTF8.self).contains(mark))
    #expect(!String(decoding: second.body, as: UTF8.self).contains(mark))
  }

  @Test func `a form of a webhook that was deleted meanwhile says so`() throws {
    let fixture = try WebFixture()
    let (browser, other) = (
      try fixture.signIn("ada@example.com"), try fixture.signIn("bob@example.com")
    )
    let hook = try fixture.addHook(of: "ada@example.com")
    let user = try #require(try fixture.stores.users.find(email: "ada@example.com"))
    try fixture.stores.webhooks.delete(hook, of: user.id, by: .command)

    let answers = [
      try fixture.ask(.post, .webhookActive(hook), by: browser, fields: [("active", "0")]),
      try fixture.ask(.get, .webhook(hook), by: browser),
      try fixture.ask(.get, .webhook(hook), by: other),
    ]

    #expect(answers.map(\.status) == [.notFound, .notFound, .notFound])
    let texts = answers.map { String(decoding: $0.body, as: UTF8.self) }
    #expect(texts[0].contains("“CRM” was deleted") && texts[0].contains("Nothing was saved"))
    #expect(texts[1].contains("“CRM” was deleted"))
    #expect(!texts[2].contains("CRM"))
  }

  @Test func `a test of an event type that is none sends nothing`() throws {
    let fixture = try WebFixture()
    let browser = try fixture.signIn("ada@example.com")
    let hook = try fixture.addHook(of: "ada@example.com")

    let answer = try fixture.ask(
      .post, .test(hook), by: browser, fields: [("event", "lead.gone"), ("data", "{}")])

    #expect(answer.status == .unprocessableContent)
    #expect(
      String(decoding: answer.body, as: UTF8.self).contains("There is no such event any more"))
  }
}
