package import Domain
import MariaDB

// The choice between two accounts.
extension ConnectRequestStore {
  /// Keeps a grant of another account than is connected, until the person has chosen.
  /// - Returns: Whether it was still wanted, as `finish` says.
  package func hold(_ grant: NewGrant, for request: ConnectRequest) throws -> Bool {
    let sealed = try seal.seal(
      grant.json, at: .connectRequest(request.id, "grant_encrypted", of: request.userID))
    return try database.transaction {
      guard
        try finish(request.id, of: request.userID, .otherAccount, detail: grant.account.name)
      else { return false }
      try database.execute(
        "UPDATE oauth_requests SET grant_encrypted = \(sealed) WHERE id = \(request.id)")
      return true
    }
  }

  /// Takes the held grant out, so that it is used once.
  /// - Throws: `SealError.changedOrMoved` once, where it is damaged: it is kept no longer.
  package func takeHeld(_ request: ConnectRequest) throws -> NewGrant? {
    let json: Result<[UInt8], SealError>? = try database.transaction {
      let sealed =
        try database.first(
          """
          SELECT grant_encrypted FROM oauth_requests
           WHERE id = \(request.id) AND user_id = \(request.userID) FOR UPDATE
          """
        ) { row in try row.optionalBytes() } ?? nil
      guard let sealed else { return nil }
      try database.execute(
        "UPDATE oauth_requests SET grant_encrypted = NULL WHERE id = \(request.id)")
      do {
        return .success(
          try seal.open(
            sealed, at: .connectRequest(request.id, "grant_encrypted", of: request.userID)))
      } catch SealError.changedOrMoved {
        return .failure(.changedOrMoved)
      }
    }
    return try json.map { try NewGrant(json: $0.get(), app: request.app) }
  }

  /// Requests with a grant that nobody chose within an hour.
  package func unchosen(limit: Int) throws -> [ConnectRequest] {
    try database.query(
      """
      SELECT id, user_id, provider, created_at, expires_at FROM oauth_requests
       WHERE expires_at < UTC_TIMESTAMP(6) - INTERVAL 1 HOUR AND grant_encrypted IS NOT NULL
       LIMIT \(limit)
      """
    ) { row in
      let (id, user, app) = (
        try row.id(ConnectRequest.self), try row.id(User.self), try row.text()
      )
      guard let app = AppID(rawValue: app) else { throw StoreError.notFound }
      return ConnectRequest(
        id: id, app: app, userID: user, redirectURI: "", scopes: [],
        createdAt: try row.timestamp(), expiresAt: try row.timestamp(),
        state: .ended(.otherAccount, detail: nil))
    }
  }
}

extension NewGrant {
  fileprivate var json: [UInt8] {
    JSONWriter.object {
      $0.member("client_id", clientID)
      $0.member("account_id", account.id)
      $0.member("account_name", account.name)
      $0.member("access_token", tokens.accessToken)
      $0.member("refresh_token", tokens.refreshToken)
      $0.member("lifetime", lifetimeSeconds)
      $0.member("refresh_in", refreshInSeconds)
      $0.member("api_origin", tokens.apiOrigin)
      $0.member("granted", granted)
      $0.member("missing", missing)
      $0.member("site", site)
      $0.member("asks_for_site", asksForSite)
    }
  }

  fileprivate init(json: [UInt8], app: AppID) throws {
    guard let members = try JSONValue(json).object(),
      let account = members.text(at: ["account_id"]),
      let access = members.text(at: ["access_token"])
    else { throw StoreError.unreadable("a held grant") }
    self.init(
      app: app, clientID: members.text(at: ["client_id"]) ?? "",
      account: AccountIdentity(id: account, name: members.text(at: ["account_name"]) ?? account),
      tokens: TokenGrant(
        accessToken: access, refreshToken: members.text(at: ["refresh_token"]),
        lifetimeSeconds: nil, scopes: nil, apiOrigin: members.text(at: ["api_origin"])),
      lifetimeSeconds: members["lifetime"]?.integer,
      refreshInSeconds: members["refresh_in"]?.integer,
      granted: members["granted"]?.elements?.compactMap(\.string) ?? [],
      missing: members["missing"]?.elements?.compactMap(\.string) ?? [],
      site: members.text(at: ["site"]), asksForSite: members["asks_for_site"]?.bool ?? false)
  }
}
