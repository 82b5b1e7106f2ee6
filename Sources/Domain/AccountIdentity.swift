/// Whose account at the provider was connected.
package struct AccountIdentity: Sendable, Equatable {
  /// Never changes there: what a second connection is compared by.
  package let id: String
  /// What a person knows it by.
  package let name: String

  package init(id: String, name: String) {
    self.id = String(id.prefix(200))
    self.name = Self.shown(name, else: self.id)
  }

  /// One line of at most 120 characters: it is foreign text.
  private static func shown(_ name: String, else id: String) -> String {
    let text = String(String.UnicodeScalarView(OneLine.tamed(name).unicodeScalars.prefix(120)))
    return text.isEmpty ? id : text
  }
}

/// How a provider is asked whose grant it is, and where the answer says it.
package struct IdentityCall: Sendable {
  package enum Source: Sendable, Equatable {
    /// Of the provider's identity address, with the access token as Bearer.
    case get
    /// The same with an empty body.
    case post
    /// RFC 7662: a form with the token, the client's id and its secret.
    case introspection
    /// The answer of the token endpoint has it already.
    case tokenAnswer
    /// Below the account's own origin.
    case getAtOrigin(path: String)
    /// At an address that the token answer names in this member.
    case getAddress(member: String)
  }

  package let source: Source
  /// Members whose values together are the id.
  package let id: [[String]]
  /// The first that is there is the name …
  package let name: [[String]]
  /// … and the first of these stands in parentheses behind it.
  package var detail: [[String]] = []
  /// Host names that an address from the token answer may end in.
  package var hosts: [String] = []
  /// The answer is an array, and its first element counts.
  package var isList = false
  /// The scopes are told here and not in the token answer.
  package var tellsScopes: [String]?

  /// OpenID Connect's.
  package static let userInfo = IdentityCall(
    source: .get, id: [["sub"]], name: [["name"], ["email"], ["preferred_username"]],
    detail: [["email"]])

  package func read(_ members: JSONObject) throws(ProviderFailure) -> AccountIdentity {
    let parts = id.compactMap { members.text(at: $0) }
    guard parts.count == id.count, !parts.isEmpty else { throw .unreadable(.noAccount) }
    let first = name.lazy.compactMap { members.text(at: $0) }.first
    let second = detail.lazy.compactMap { members.text(at: $0) }.first
    let text =
      switch (first, second) {
      case (let first?, let second?) where first != second: "\(first) (\(second))"
      case (let first?, _): first
      case (nil, let second): second ?? ""
      }
    return AccountIdentity(id: parts.joined(separator: ":"), name: text)
  }

  package func read(_ answer: ProviderAnswer) throws(ProviderFailure) -> (
    identity: AccountIdentity, scopes: [String]?
  ) {
    try answer.check()
    guard answer.isSuccess else { throw .unreadable(.status) }
    var members: JSONObject
    if isList {
      guard answer.contentType == "application/json" else { throw .unreadable(.contentType) }
      guard let value = try? JSONValue(answer.body), let first = value.elements?.first,
        let object = try? first.object()
      else { throw .unreadable(.noAccount) }
      members = object
    } else {
      members = try answer.object()
      if members["ok"]?.bool == false {
        throw .refused(ProviderFailure.tame(members.text(at: ["error"]) ?? "unknown_error"))
      }
    }
    let scopes = tellsScopes.flatMap { path -> [String]? in
      path.count == 1 ? members[path[0]]?.elements?.compactMap(\.string) : nil
    }
    return (try read(members), scopes)
  }

  /// Whether an address that the provider sent may be called: https and one of its own hosts.
  package func allows(_ address: String) -> Bool {
    guard let host = Self.host(of: address) else { return false }
    return hosts.contains { host.hasSuffix("." + $0) }
  }

  private static func host(of address: String) -> String? {
    let start = "https://"
    guard address.hasPrefix(start) else { return nil }
    let rest = address.dropFirst(start.count)
    let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !host.isEmpty,
      host.utf8.allSatisfy({
        ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x2E
      })
    else { return nil }
    return String(host)
  }
}
