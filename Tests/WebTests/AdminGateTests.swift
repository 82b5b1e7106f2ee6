import Domain
import HTTPTypes
import Store
import TestSupport
import Testing

@testable import Web

/// Below `/admin` there is nothing for anybody but administrators, whatever address is added.
struct AdminGateTests {
  static let routes: [AdminRoute] = RouteTests.routes.compactMap { route in
    if case .admin(let route) = route { route } else { nil }
  }

  /// Addresses come from `RouteTests.routes`; a case that is not among them fails here.
  @Test func `every address of the administration is among those that are tried`() throws {
    let declared = Declared.routes(below: "AdminRoute")
    var tried: Set<String> = []
    for route in Self.routes { Declared.collect(route, into: &tried) }

    #expect(!declared.isEmpty)
    #expect(declared.subtracting(tried) == [], "add them to RouteTests.routes")
  }

  @Test func `for a user there is nothing, and for nobody the way to sign in`() throws {
    let fixture = try WebFixture()
    let user = try fixture.signIn("ada@example.com")

    for route in Self.routes {
      for method in [HTTPRequest.Method.get, .post, .head, .delete] {
        let found = try fixture.ask(method, .admin(route), by: user)
        let refused = try fixture.ask(method, .admin(route))

        #expect(found.status == .notFound, "\(method) \(route.path)")
        #expect(refused.status == .seeOther, "\(method) \(route.path)")
        #expect(
          refused.fields[.location]?.hasPrefix(WebFixture.prefix + "/sign-in?next=") == true,
          "\(method) \(route.path)")
      }
    }
  }

  @Test func `an administrator is let in, and told which methods there are`() throws {
    let fixture = try WebFixture()
    let administrator = try fixture.signIn("root@example.com", role: .administrator)

    for route in [AdminRoute.overview(), .overview(.week), .apps, .newApp] {
      #expect(try fixture.ask(.get, .admin(route), by: administrator).status == .ok)
    }
    let refused = try fixture.ask(.post, .admin(.overview()), by: administrator)
    #expect(refused.status == .methodNotAllowed && refused.fields[.allow] == "GET")
  }
}

/// What enums of routes say in the sources, since a program cannot list cases that carry values.
private enum Declared {
  private static let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  /// `AdminRoute.apps`, …: the cases of this enum and of those that its cases carry.
  static func routes(below name: String) -> Set<String> {
    var found: Set<String> = []
    for line in body(of: name) {
      for (word, carried) in cases(in: line) {
        found.insert("\(name).\(word)")
        for type in carried where type.hasSuffix("Route") { found.formUnion(routes(below: type)) }
      }
    }
    return found
  }

  /// The same of a value.
  static func collect(_ value: Any, into found: inout Set<String>) {
    let type = String(describing: type(of: value))
    if type.hasSuffix("Route") {
      let text = String(describing: value)
      found.insert("\(type).\(text.prefix { $0 != "(" })")
    }
    for child in Mirror(reflecting: value).children { collect(child.value, into: &found) }
  }

  private static let sources: [[Substring]] = SQLFile.names(in: "/\(folder)/Sources/Web")
    .filter { $0.hasSuffix(".swift") }.map { name in
      String(decoding: SQLFile.bytes(at: "/\(folder)/Sources/Web/\(name)"), as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false)
    }

  /// Its lines, up to the brace that closes it.
  private static func body(of name: String) -> [Substring] {
    for lines in sources {
      guard let start = lines.firstIndex(where: { $0.contains("enum \(name):") }) else { continue }
      let indent = lines[start].prefix { $0 == " " }
      let rest = lines[(start + 1)...]
      // Not those of a type within it.
      return rest.prefix { $0 != indent + "}" }.filter { line in
        line.prefix { $0 == " " }.count == indent.count + 2
      }
    }
    Issue.record("no source has enum \(name)")
    return []
  }

  /// The names that a line declares, each with the types it carries. Lines of a `switch` end in colons
  /// or begin with a dot.
  private static func cases(in line: Substring) -> [(String, [String])] {
    let trimmed = line.drop { $0 == " " }
    guard trimmed.hasPrefix("case "), trimmed.dropFirst(5).first?.isLetter == true,
      !trimmed.hasSuffix(":"), !trimmed.contains(": return")
    else { return [] }
    var parts: [String] = []
    var depth = 0
    var part = ""
    for character in trimmed.dropFirst(5) {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == ",", depth == 0 {
        parts.append(part)
        part = ""
      } else {
        part.append(character)
      }
    }
    return (parts + [part]).map { part in
      let words = part.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
      return (words.first ?? "", Array(words.dropFirst()))
    }
  }
}
