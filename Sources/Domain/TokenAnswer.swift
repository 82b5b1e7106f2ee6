/// The tokens that a provider gave.
package struct TokenGrant: Sendable, Equatable {
  package let accessToken: String
  /// nil where none came: the one that is there stays good.
  package let refreshToken: String?
  /// Of the access token; nil where the provider does not say.
  package let lifetimeSeconds: Int?
  /// As the provider spelt them; nil where it does not say.
  package let scopes: [String]?
  /// Where the account's own API is, for providers that have one for each account.
  package let apiOrigin: String?

  package init(
    accessToken: String, refreshToken: String?, lifetimeSeconds: Int?, scopes: [String]?,
    apiOrigin: String? = nil
  ) {
    self.accessToken = accessToken
    self.refreshToken = refreshToken
    self.lifetimeSeconds = lifetimeSeconds
    self.scopes = scopes
    self.apiOrigin = apiOrigin
  }
}

/// Reading the answer of a token endpoint. RFC 6749 sections 5.1 and 5.2.
package enum TokenAnswer {
  /// Where an answer differs from the RFC.
  package enum Shape: Sendable, Equatable {
    case standard
    /// Errors come with status 200; without `Accept` the answer is form-encoded.
    case gitHub
    /// `ok: false` with status 200; the person's token is in `authed_user`.
    case slack
    /// `instance_url` says where the account's API is.
    case salesforce
    /// `api_domain` does.
    case pipedrive
    /// Scopes come as an array, errors in `status`.
    case hubSpot
  }

  /// No honest token is longer.
  package static let tokenLimitBytes = 16 * 1_024
  private static let longestLifetimeSeconds = 10 * 366 * 86_400

  package static func read(
    _ answer: ProviderAnswer, shape: Shape
  ) throws(ProviderFailure) -> (grant: TokenGrant, members: JSONObject) {
    try answer.check()
    let members = try object(answer, shape)
    if let word = error(members, shape) { throw .refused(ProviderFailure.tame(word)) }
    guard answer.isSuccess else { throw .unreadable(.status) }
    let source = shape == .slack ? try slackUser(members) : members
    guard let token = source.text(at: ["access_token"]) else { throw .unreadable(.noToken) }
    let refresh = source.text(at: ["refresh_token"])
    try check(token)
    if let refresh { try check(refresh) }
    try checkType(source.text(at: ["token_type"]), shape)
    let grant = TokenGrant(
      accessToken: token, refreshToken: refresh, lifetimeSeconds: lifetime(source),
      scopes: scopes(source), apiOrigin: try origin(members, shape))
    return (grant, members)
  }

  private static func object(
    _ answer: ProviderAnswer, _ shape: Shape
  ) throws(ProviderFailure) -> JSONObject {
    guard shape == .gitHub, answer.contentType == "application/x-www-form-urlencoded" else {
      return try answer.object()
    }
    guard let pairs = FormText.decode(answer.body) else { throw .unreadable(.notJSON) }
    let json = JSONWriter.object { json in
      for pair in pairs { json.member(pair.name, pair.value) }
    }
    guard let object = try? JSONValue(json).object() else { throw .unreadable(.notJSON) }
    return object
  }

  private static func error(_ members: JSONObject, _ shape: Shape) -> String? {
    if let word = members.text(at: ["error"]) { return word }
    if shape == .slack, members["ok"]?.bool == false { return "unknown_error" }
    if shape == .hubSpot, let status = members.text(at: ["status"]) { return status.lowercased() }
    return nil
  }

  /// A token of the person; of the bot where the app asks for bot permissions.
  private static func slackUser(_ members: JSONObject) throws(ProviderFailure) -> JSONObject {
    if let user = try? members["authed_user"]?.object(), user["access_token"]?.string != nil {
      return user
    }
    return members
  }

  /// Visible ASCII alone: it goes into a header.
  private static func check(_ token: String) throws(ProviderFailure) {
    guard token.utf8.count <= tokenLimitBytes else { throw .unreadable(.tokenTooLong) }
    guard token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .unreadable(.noToken) }
  }

  private static func checkType(_ type: String?, _ shape: Shape) throws(ProviderFailure) {
    guard let type = type?.lowercased(), type != "bearer" else { return }
    guard shape == .slack, type == "bot" || type == "user" else { throw .unreadable(.tokenType) }
  }

  /// Some send it as text. Nothing below zero, and nothing longer than ten years.
  private static func lifetime(_ members: JSONObject) -> Int? {
    members.text(at: ["expires_in"]).flatMap { Int($0) }
      .map { min(max($0, 0), longestLifetimeSeconds) }
  }

  /// Separated by spaces or commas, or an array.
  private static func scopes(_ members: JSONObject) -> [String]? {
    if let list = members["scopes"]?.elements { return list.compactMap(\.string) }
    guard let text = members["scope"]?.string else { return nil }
    return split(text)
  }

  package static func split(_ scopes: String) -> [String] {
    scopes.split { $0 == " " || $0 == "," }.map(String.init)
  }

  private static func origin(
    _ members: JSONObject, _ shape: Shape
  ) throws(ProviderFailure) -> String? {
    switch shape {
    case .salesforce: members.text(at: ["instance_url"])
    case .pipedrive: members.text(at: ["api_domain"])
    case .standard, .gitHub, .slack, .hubSpot: nil
    }
  }
}
