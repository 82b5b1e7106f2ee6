/// A place at a provider that a grant reaches, where one grant may reach several: a Jira site.
package struct ProviderSite: Sendable, Equatable {
  /// Never changes there; Atlassian's *cloud id*.
  package let id: String
  /// What people know it by, and the address that they open: foreign text, to be shown and never
  /// called.
  package let name: String
  package let address: String
  /// Where its API is.
  package let apiOrigin: String

  package init(id: String, name: String, address: String, apiOrigin: String) {
    self.id = id
    self.name = name
    self.address = address
    self.apiOrigin = apiOrigin
  }

  /// Both in one line: `engine (https://engine.atlassian.net)`.
  package var label: String { address.isEmpty || address == name ? name : "\(name) (\(address))" }
}

/// How a provider lists the sites of a grant. Their list and their APIs lie beside the identity
/// address, wherever an administrator has said that is.
package struct SiteCall: Sendable, Equatable {
  /// `oauth/token/accessible-resources`
  package let listPath: String
  /// The site's id follows.
  package let apiPath: String

  /// A list says nothing of more than these; there are rarely five.
  private static let limit = 200

  /// Which sites a grant reaches.
  /// - Throws: `.badAddress` where there is no identity address.
  package func request(
    _ accessToken: String, _ provider: Provider
  ) throws(ProviderFailure) -> ProviderRequest {
    ProviderRequest(
      method: .get, address: try folder(provider) + listPath,
      headers: [("Authorization", "Bearer \(accessToken)"), ("Accept", "application/json")])
  }

  /// The sites on which something that we offer can be done, each once: another product's are in the
  /// list too, and one site may be there for each of its products.
  package func read(
    _ answer: ProviderAnswer, _ provider: Provider
  ) throws(ProviderFailure) -> [ProviderSite] {
    try answer.check()
    guard answer.isSuccess else { throw .unreadable(.status) }
    guard answer.contentType == "application/json" else { throw .unreadable(.contentType) }
    guard let value = try? JSONValue(answer.body), value.nesting <= 30,
      let elements = value.elements
    else { throw .unreadable(.notJSON) }
    let folder = try folder(provider)
    let offered = Set(provider.scopes.map(\.name))
    var sites: [ProviderSite] = []
    for element in elements.prefix(Self.limit) {
      guard let members = try? element.object(), let id = members.text(at: ["id"]),
        Self.isID(id)
      else { throw .unreadable(.noAccount) }
      let scopes = members["scopes"]?.elements?.compactMap(\.string)
      guard scopes.map({ !offered.isDisjoint(with: $0) }) ?? true,
        !sites.contains(where: { $0.id == id })
      else { continue }
      sites.append(
        ProviderSite(
          id: id, name: Self.shown(members.text(at: ["name"])) ?? id,
          address: Self.shown(members.text(at: ["url"])) ?? "",
          apiOrigin: folder + apiPath + id))
    }
    guard sites.allSatisfy({ $0.apiOrigin.utf8.count <= 255 }) else { throw .badAddress }
    return sites
  }

  /// The identity address without what follows its last slash.
  private func folder(_ provider: Provider) throws(ProviderFailure) -> String {
    guard let address = provider.addresses.identity, let slash = address.lastIndex(of: "/") else {
      throw .badAddress
    }
    return String(address[...slash])
  }

  /// It becomes a part of an address.
  private static func isID(_ text: String) -> Bool {
    text.utf8.count <= 64
      && text.utf8.allSatisfy {
        ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x30 && $0 <= 0x39)
          || $0 == 0x2D
      }
  }

  /// One line of at most 120 characters.
  private static func shown(_ text: String?) -> String? {
    guard let text else { return nil }
    let kept = String.UnicodeScalarView(OneLine.tamed(text).unicodeScalars.prefix(120))
    return kept.isEmpty ? nil : String(kept)
  }
}
