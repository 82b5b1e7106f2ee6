/// Where a browser is sent to ask for a grant. RFC 6749 section 4.1.1.
package struct AuthorizationRequest: Sendable {
  package let provider: Provider
  package let clientID: String
  package let redirectURI: String
  package let state: OAuthState
  /// nil where the provider refuses it.
  package let pkce: PKCE?
  /// Names of the provider's scopes.
  package let scopes: [String]

  package init(
    provider: Provider, clientID: String, redirectURI: String, state: OAuthState, pkce: PKCE?,
    scopes: [String]
  ) {
    self.provider = provider
    self.clientID = clientID
    self.redirectURI = redirectURI
    self.state = state
    self.pkce = pkce
    self.scopes = scopes
  }

  /// A query that the address has already stays.
  package var address: String {
    var pairs: [(name: String, value: String)] = [
      ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirectURI),
      ("state", state.text),
    ]
    pairs += scopeParameters
    if let pkce {
      pairs += [("code_challenge", pkce.challenge), ("code_challenge_method", "S256")]
    }
    pairs += provider.parameters
    let base = provider.addresses.authorization
    return base + (base.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + FormText.encode(pairs)
  }

  private var scopeParameters: [(name: String, value: String)] {
    let separator = String(provider.scopeSeparator)
    let all = scopes.joined(separator: separator)
    switch provider.scopeParameter {
    case .none: return []
    case .scope: return [("scope", all)]
    case .userScope: return [("user_scope", all)]
    case .scopeAndOptionalScope:
      let needed = scopes.filter { provider.scope(named: $0)?.isRequired ?? false }
      let optional = scopes.filter { !needed.contains($0) }
      let first = ("scope", needed.joined(separator: separator))
      return optional.isEmpty
        ? [first] : [first, ("optional_scope", optional.joined(separator: separator))]
    }
  }
}

/// `application/x-www-form-urlencoded`.
package enum FormText {
  package static func encode(_ pairs: [(name: String, value: String)]) -> String {
    pairs.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
      .joined(separator: "&")
  }

  /// nil where an escape is broken.
  package static func decode(_ text: some Collection<UInt8>) -> [(name: String, value: String)]? {
    var pairs: [(name: String, value: String)] = []
    for pair in text.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentEncoding.decode(parts[0], plusIsSpace: true),
        let value = PercentEncoding.decode(
          parts.count == 2 ? parts[1] : parts[0].suffix(0), plusIsSpace: true)
      else { return nil }
      pairs.append((name, value))
    }
    return pairs
  }
}
