import Domain
import HTTPTypes
import Store
import Testing

@testable import Web

/// The administration where the host signs people in: there are no passwords, and no links to set one.
struct AdminHostTests {
  private let fixture: WebFixture
  private let administrator: WebFixture.Browser
  private let person: User

  init() throws {
    fixture = try WebFixture(authentication: .host)
    administrator = try fixture.signIn("root@example.com", role: .administrator)
    person = try fixture.stores.users.add(
      email: "ada@example.com", role: .user, passwordHash: nil, by: .command)
  }

  @Test func `for a user there is nothing, and for nobody no page`() throws {
    let user = try fixture.signIn("eve@example.com")

    for route in AdminGateTests.routes {
      for method in [HTTPRequest.Method.get, .post, .head, .delete] {
        let found = try fixture.ask(method, .admin(route), by: user)
        let refused = try fixture.ask(method, .admin(route))

        #expect(found.status == .notFound, "\(method) \(route.path)")
        #expect(refused.status == .forbidden, "\(method) \(route.path)")
      }
    }
  }

  @Test func `an administrator gets an answer from every address`() throws {
    for route in AdminGateTests.routes {
      for method in [HTTPRequest.Method.get, .post] {
        let answer = try fixture.ask(method, .admin(route), by: administrator)

        #expect(answer.status.code < 500, "\(method) \(route.path)")
        #expect(answer.status != .forbidden, "\(method) \(route.path)")
      }
    }
  }

  @Test func `nobody is offered a password or a link to set one`() throws {
    let added = try fixture.stores.users.add(
      email: "bob@example.com", role: .user, passwordHash: nil, by: .command)
    let pages: [UserRoute] = [
      .list(), .invite, .user(person.id), .user(added.id), .step(.disable, person.id),
      .step(.delete, person.id), .step(.signOut, person.id),
    ]
    for route in pages {
      let page = try fixture.ask(.get, .admin(.users(route)), by: administrator)
      let text = String(decoding: page.body, as: UTF8.self)

      #expect(page.status == .ok, "\(route.path)")
      let home = WebFixture.prefix
      for word in [
        "reset-password", "/link\"", "assword", "nvitation", "\(home)/sign-in", "\(home)/sign-out",
      ] {
        #expect(!text.contains(word), "\(word) in \(route.path)")
      }
    }
  }

  @Test func `links are neither made nor shown`() throws {
    for step in [UserRoute.Step.resetPassword, .link] {
      let route = Route.admin(.users(.step(step, person.id)))

      #expect(try fixture.ask(.get, route, by: administrator).status == .notFound, "\(step)")
    }
    let post = Route.admin(.users(.step(.resetPassword, person.id)))
    #expect(try fixture.ask(.post, post, by: administrator).status == .notFound)
  }

  @Test func `somebody is added, made administrator, disabled and deleted`() throws {
    func post(_ route: UserRoute, _ fields: [(String, String)] = []) throws
      -> HTTPResponse.Status
    {
      try fixture.ask(.post, .admin(.users(route)), by: administrator, fields: fields).status
    }

    #expect(try post(.invite, [("email", "new@example.com"), ("role", "user")]) == .seeOther)
    #expect(
      try post(.step(.role, person.id), [("role", "administrator"), ("was", "user")]) == .seeOther)
    #expect(try post(.step(.disable, person.id)) == .seeOther)
    #expect(try post(.step(.enable, person.id)) == .seeOther)
    #expect(try post(.step(.signOut, person.id)) == .seeOther)
    #expect(try post(.step(.delete, person.id), [("email", "ada@example.com")]) == .seeOther)
  }
}
