import Domain
import Engine
import HTTPTypes
import Store

extension APIResponder {
  /// `GET /connections`
  func listConnections(_ request: APIRequest) throws -> Response {
    let user = try request.user(named: request.userInQuery())
    let page = try PageRequest(request.query)
    // At most one of each app: all fit one page, unless less is asked for.
    let after = page.after?.id
    let all = try stores.connections.list(of: user.id).sorted { $0.id < $1.id }
      .filter { connection in after.map { connection.id.rawValue > $0 } ?? true }
    let shown = all.prefix(page.limit)
    let next = all.count > shown.count ? shown.last : nil
    return .json(
      JSONWriter.object {
        $0.member("data", array: shown) { json, connection in
          json.object { $0.members(of: connection) }
        }
        $0.member(
          "next", next.map { Cursor(time: $0.connectedAt, id: $0.id.rawValue).text })
      })
  }

  /// `GET /connections/{app}`
  func showConnection(_ app: AppID, _ request: APIRequest) throws -> Response {
    let (_, connection) = try connection(app, request)
    return .json(JSONWriter.object { $0.members(of: connection) })
  }

  /// `DELETE /connections/{app}`
  func endConnection(_ app: AppID, _ request: APIRequest) throws -> Response {
    let (user, _) = try connection(app, request)
    let mayCall = settings.outgoingPermits.take()
    defer { if mayCall { settings.outgoingPermits.giveBack() } }
    _ = try providers.disconnect(
      app, of: user.id, mayCall: mayCall, by: request.actor(for: user))
    return Response(.noContent)
  }

  /// `GET /connections/{app}/token`
  func showToken(_ app: AppID, _ request: APIRequest) throws -> Response {
    let (user, connection) = try connection(app, request)
    try check(user, connection)
    guard !connection.isByCredentials else {
      throw Problem.named(
        "not_oauth", "This app is connected by keys: they are at …/\(app)/credentials.")
    }
    guard connection.status == .connected,
      let held = try providers.tokens(of: app, user: user.id, by: request.actor(for: user))
    else { throw Problem.needsReconnect }
    if let token = providers.fresh(held) { return try answer(token, connection) }
    guard settings.outgoingPermits.take() else { throw Problem.providerUnavailable(1) }
    defer { settings.outgoingPermits.giveBack() }
    switch try providers.renew(held, by: request.actor(for: user)) {
    case .token(let token): return try answer(token, connection)
    case .needsReconnect: throw Problem.needsReconnect
    case .unavailable(let seconds): throw Problem.providerUnavailable(seconds)
    }
  }

  /// `GET /connections/{app}/credentials`
  func showCredentials(_ app: AppID, _ request: APIRequest) throws -> Response {
    let (user, connection) = try connection(app, request)
    try check(user, connection)
    guard connection.isByCredentials else {
      throw Problem.named("not_credentials", "This app is connected by OAuth: ask for its token.")
    }
    guard
      let json = try providers.credentials(of: connection, by: request.actor(for: user))
    else { throw Problem.needsReconnect }
    try stores.connections.noteUse(of: connection.id, user: user.id)
    return .json(JSONWriter.object { $0.member("credentials", RawJSON(json)) })
  }

  private func connection(
    _ app: AppID, _ request: APIRequest
  ) throws -> (user: User, connection: Connection) {
    let user = try request.user(named: request.userInQuery())
    guard let connection = try stores.connections.find(app, of: user.id) else {
      throw StoreError.notFound
    }
    return (user, connection)
  }

  private func check(_ user: User, _ connection: Connection) throws {
    guard user.status == .active else {
      throw Problem.named("user_disabled", "This user is disabled; no access is handed out.")
    }
  }

  private func answer(_ token: AccessToken, _ connection: Connection) throws -> Response {
    try stores.connections.noteUse(of: connection.id, user: connection.userID)
    return .json(
      JSONWriter.object {
        $0.member("access_token", token.token)
        $0.member("expires_at", token.expiresAt)
        $0.member("scopes", token.scopes)
        if let origin = connection.apiOrigin { $0.member("api_origin", origin) }
      })
  }
}

extension Problem {
  /// A conflict that a program can tell by its type.
  fileprivate static func named(_ word: String, _ detail: String) -> Problem {
    Problem(status: .conflict, title: word, detail: detail, type: word)
  }

  fileprivate static let needsReconnect = named(
    "needs_reconnect", "Our access is good no longer; the user has to reconnect.")

  fileprivate static func providerUnavailable(_ seconds: Int) -> Problem {
    Problem(
      status: .serviceUnavailable, title: "provider_unavailable",
      detail: "Access is being renewed, or its provider does not answer. Ask again.",
      retryAfterSeconds: seconds, type: "provider_unavailable")
  }
}

extension JSONWriter {
  fileprivate mutating func members(of connection: Connection) {
    member("app", connection.app.rawValue)
    member("account", connection.account.name)
    member("status", connection.status.word)
    member("scopes", connection.grantedScopes)
    member("connected_at", connection.connectedAt)
    member("last_used_at", connection.lastUsedAt)
  }
}
