import Domain
import HTTPTypes
import Store
import Testing

@testable import Web

/// What an administrator is told when things changed since the page was read.
struct PersonActionTests {
  @Test func `a link for somebody disabled meanwhile is refused in words`() throws {
    let fixture = try WebFixture()
    let administrator = try fixture.signIn("root@example.com", role: .administrator)
    let ada = try fixture.stores.users.add(
      email: "ada@example.com", role: .user, passwordHash: nil, by: .command)
    let route = Route.admin(.users(.step(.resetPassword, ada.id)))
    #expect(try fixture.ask(.get, route, by: administrator).status == .ok)

    try fixture.stores.users.setStatus(.disabled, of: ada.id, by: .command)

    for method in [HTTPRequest.Method.get, .post] {
      let answer = try fixture.ask(method, route, by: administrator)
      #expect(answer.status == .conflict, "\(method)")
      #expect(String(decoding: answer.body, as: UTF8.self).contains("Enable the user first."))
    }
    try fixture.stores.users.delete(ada.id, by: .command)
    #expect(try fixture.ask(.post, route, by: administrator).status == .notFound)
  }
}
