/// What a provider knows us by.
package struct ProviderClient: Sendable {
  package let id: String
  package let secret: String

  package init(id: String, secret: String) {
    self.id = id
    self.secret = secret
  }

  /// HTTP Basic. RFC 6749 section 2.3.1: both halves are form-encoded first.
  var basic: String {
    Self.basic(PercentEncoding.encode(id), PercentEncoding.encode(secret))
  }

  package static func basic(_ user: String, _ password: String) -> String {
    "Basic " + Base64.standard.encode(Array("\(user):\(password)".utf8))
  }
}

/// A request to a provider, before its address has been judged.
package struct ProviderRequest: Sendable {
  package enum Method: Sendable { case get, post, delete }

  package let method: Method
  package let address: String
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]

  package init(
    method: Method, address: String, headers: [(name: String, value: String)], body: [UInt8] = []
  ) {
    self.method = method
    self.address = address
    self.headers = headers
    self.body = body
  }
}

extension ProviderRequest {
  /// The fields as the provider wants them, with the client shown as it wants it.
  init(
    to address: String, _ fields: [(name: String, value: String)], _ provider: Provider,
    _ client: ProviderClient
  ) {
    var fields = fields
    var headers = [("Accept", "application/json")] + provider.headers.map { ($0.name, $0.value) }
    switch provider.clientAuthentication {
    case .basic: headers.append(("Authorization", client.basic))
    case .post: fields += [("client_id", client.id), ("client_secret", client.secret)]
    }
    let body: [UInt8]
    switch provider.bodyFormat {
    case .form:
      headers.append(("Content-Type", "application/x-www-form-urlencoded"))
      body = Array(FormText.encode(fields).utf8)
    case .json:
      headers.append(("Content-Type", "application/json"))
      body = JSONWriter.object { json in
        for field in fields { json.member(field.name, field.value) }
      }
    }
    self.init(
      method: .post, address: address, headers: headers.map { (name: $0.0, value: $0.1) },
      body: body)
  }
}

extension Provider {
  /// RFC 6749 section 4.1.3. The verifier is sent if a challenge was.
  package func exchange(
    code: String, redirectURI: String, pkce: PKCE?, client: ProviderClient
  ) -> ProviderRequest {
    var fields: [(name: String, value: String)] = [
      ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectURI),
    ]
    if let pkce { fields.append(("code_verifier", pkce.verifier)) }
    return ProviderRequest(to: addresses.token, fields, self, client)
  }

  /// RFC 6749 section 6.
  /// - Parameter scopes: Sent where the provider then gives less; nil for all.
  package func refresh(
    _ refreshToken: String, scopes: [String]?, redirectURI: String, client: ProviderClient
  ) -> ProviderRequest {
    var fields: [(name: String, value: String)] = [
      ("grant_type", "refresh_token"), ("refresh_token", refreshToken),
    ]
    if case .refreshToken(let sendsRedirectURI, let narrowsAccess) = renewal {
      if sendsRedirectURI { fields.append(("redirect_uri", redirectURI)) }
      if narrowsAccess, let scopes {
        fields.append(("scope", scopes.joined(separator: String(scopeSeparator))))
      }
    }
    return ProviderRequest(to: addresses.token, fields, self, client)
  }

  /// Whose grant it is; nil where the token's answer says it, or nothing can be asked.
  package func identityRequest(
    _ grant: TokenGrant, tokenAnswer: JSONObject, client: ProviderClient
  ) throws(ProviderFailure) -> ProviderRequest? {
    let bearer =
      [
        (name: "Authorization", value: "Bearer \(grant.accessToken)"),
        (name: "Accept", value: "application/json"),
      ] + headers
    switch identity.source {
    case .tokenAnswer: return nil
    case .get:
      guard let address = addresses.identity else { return nil }
      return ProviderRequest(method: .get, address: address, headers: bearer)
    case .post:
      guard let address = addresses.identity else { return nil }
      return ProviderRequest(method: .post, address: address, headers: bearer)
    case .introspection:
      guard let address = addresses.identity else { return nil }
      return ProviderRequest(
        to: address,
        [("token", grant.accessToken), ("token_type_hint", "access_token")], self, client)
    case .getAtOrigin(let path):
      if let address = addresses.identity {
        return ProviderRequest(method: .get, address: address, headers: bearer)
      }
      guard let origin = grant.apiOrigin, identity.allows(origin) else { throw .badAddress }
      return ProviderRequest(method: .get, address: origin + path, headers: bearer)
    case .getAddress(let member):
      if let address = addresses.identity {
        return ProviderRequest(method: .get, address: address, headers: bearer)
      }
      guard let address = tokenAnswer.text(at: [member]), identity.allows(address) else {
        throw .badAddress
      }
      return ProviderRequest(method: .get, address: address, headers: bearer)
    }
  }
}
