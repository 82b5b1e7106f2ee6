import Domain

/// Whose API keys a page is about.
enum KeyHolder {
  /// The keys of the person who is signed in.
  case person
  /// Service keys, which act for any user: the administrators' business.
  case site

  var section: Section { self == .person ? .apiKeys : .adminKeys }
  var heading: String { self == .person ? "API keys" : "Service keys" }

  /// Those that a key of theirs may have.
  var scopes: [APIScope] { self == .person ? APIScope.ofUsers : APIScope.allCases }

  func list(_ choice: KeyListChoice = KeyListChoice()) -> Route {
    self == .person ? .apiKeys(choice) : .admin(.keys(.list(choice)))
  }

  var new: Route { self == .person ? .newAPIKey : .admin(.keys(.new)) }
  func key(_ id: UUID) -> Route { self == .person ? .apiKey(id) : .admin(.keys(.key(id))) }

  func revocation(of id: UUID) -> Route {
    self == .person ? .revokeAPIKey(id) : .admin(.keys(.revoke(id)))
  }
}
