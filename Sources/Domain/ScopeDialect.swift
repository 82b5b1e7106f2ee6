/// How a provider spells the permissions it has granted, compared with how they were asked for.
package enum ScopeDialect: String, Sendable {
  case plain
  /// Answers short OpenID names with addresses.
  case google
  /// Answers in any case, with or without the resource in front, and leaves OpenID's out.
  case microsoft
  /// Leaves out what a wider one includes.
  case gitHub = "github"

  private static let googlePrefix = "https://www.googleapis.com/auth/"

  /// The one spelling that two names of the same permission share.
  package func canonical(_ scope: String) -> String {
    switch self {
    case .plain, .gitHub: return scope
    case .google:
      switch scope {
      case "email": return Self.googlePrefix + "userinfo.email"
      case "profile": return Self.googlePrefix + "userinfo.profile"
      default: return scope
      }
    case .microsoft:
      return String(scope.split(separator: "/").last ?? "").lowercased()
    }
  }

  /// Which of `wanted` were granted, in their order.
  /// - Parameter answer: As the provider spelt them; nil where it said nothing, which means as asked
  ///   (RFC 6749 section 5.1).
  package func granted(of wanted: [String], answer: [String]?) -> [String] {
    guard let answer else { return wanted }
    let given = Set(answer.map(canonical))
    return wanted.filter { scope in
      let name = canonical(scope)
      return given.contains(name) || isNeverListed(name) || included(name, in: given)
    }
  }

  /// What came beyond `known`, as the provider spelt it.
  package func beyond(_ known: [String], answer: [String]?) -> [String] {
    let names = Set(known.map(canonical))
    return (answer ?? []).filter { !names.contains(canonical($0)) && !isNeverListed(canonical($0)) }
  }

  private func isNeverListed(_ name: String) -> Bool {
    self == .microsoft && ["openid", "profile", "email", "offline_access"].contains(name)
  }

  /// Source: GitHub's list of scopes for OAuth apps.
  private func included(_ name: String, in given: Set<String>) -> Bool {
    guard self == .gitHub else { return false }
    return switch name {
    case "public_repo": given.contains("repo")
    case "read:user", "user:email": given.contains("user")
    case "read:org": given.contains("write:org") || given.contains("admin:org")
    default: false
    }
  }
}
