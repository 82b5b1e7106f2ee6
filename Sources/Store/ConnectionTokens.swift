package import Domain
import MariaDB

/// The tokens of a connection, in the clear, and how they stand by the database's clock.
package struct HeldTokens: Sendable {
  package let connection: Connection.ID
  package let user: User.ID
  package let app: AppID
  package let account: AccountIdentity
  package let pair: TokenPair
  package let expiresAt: Timestamp?
  /// The access token is good for another minute at least.
  package let isFresh: Bool
  /// Somebody is renewing it just now.
  package let isBeingRefreshed: Bool
  package let granted: [String]
  package let missing: [String]
  package let denied: [String]
  /// The fence of this claim.
  let number: Int
}

/// How a renewal failed.
package enum RefreshFailure: Sendable {
  /// Only the person can give access anew.
  case grantIsDead(reason: String)
  /// To be tried again after so long.
  case passing(waitSeconds: Int)
}

extension ConnectionStore {
  /// nil when there is no such connection, or it has no access token.
  /// - Throws: `DamagedConnection`.
  package func tokens(of app: AppID, user: User.ID) throws -> HeldTokens? {
    try tokens(where: "c.user_id = \(user) AND c.provider = \(app.rawValue) AND \(Self.isKept)")
  }

  /// What is to be given back, whoever may still use it; nil as well where it is damaged, and nobody
  /// can.
  func tokensToGiveBack(of app: AppID, user: User.ID) throws -> HeldTokens? {
    do {
      return try tokens(where: "c.user_id = \(user) AND c.provider = \(app.rawValue)")
    } catch is DamagedConnection {
      return nil
    }
  }

  /// The same by the connection, for the worker.
  package func tokens(of id: Connection.ID) throws -> HeldTokens? {
    try tokens(where: "c.id = \(id) AND \(Self.isKept)")
  }

  private func tokens(where condition: SQL) throws -> HeldTokens? {
    let row = try database.first(
      """
      SELECT id, user_id, provider, account_id, account_name, access_token_encrypted,
             refresh_token_encrypted, access_expires_at,
             access_expires_at IS NULL
               OR access_expires_at > UTC_TIMESTAMP(6) + INTERVAL 60 SECOND,
             COALESCE(refreshing_until > UTC_TIMESTAMP(6), FALSE), refresh_number
        FROM user_integrations AS c WHERE c.status = 'connected' AND \(condition)
      """
    ) { row in
      (
        id: try row.id(Connection.self), user: try row.id(User.self), app: try row.text(),
        account: AccountIdentity(id: try row.text(), name: try row.text()),
        access: try row.optionalBytes(), refresh: try row.optionalBytes(),
        expiresAt: try row.optionalTimestamp(), isFresh: try row.bool(), isBusy: try row.bool(),
        number: try row.int()
      )
    }
    guard let row, let app = AppID(rawValue: row.app), let access = row.access else { return nil }
    func open(_ sealed: [UInt8], _ column: String) throws -> String {
      String(
        decoding: try self.open(sealed, column, of: row.id, app, user: row.user), as: UTF8.self)
    }
    let scopes = try database.query(
      "SELECT scope, state FROM connection_scopes WHERE connection_id = \(row.id) ORDER BY scope"
    ) { scope in (name: try scope.text(), state: try scope.word(Connection.Scope.State.self)) }
    func names(_ state: Connection.Scope.State) -> [String] {
      scopes.filter { $0.state == state }.map(\.name)
    }
    return HeldTokens(
      connection: row.id, user: row.user, app: app, account: row.account,
      pair: TokenPair(
        access: try open(access, "access_token_encrypted"),
        refresh: try row.refresh.map { try open($0, "refresh_token_encrypted") }),
      expiresAt: row.expiresAt, isFresh: row.isFresh, isBeingRefreshed: row.isBusy,
      granted: names(.granted), missing: names(.missing), denied: names(.denied),
      number: row.number)
  }

  /// Makes this caller the one who renews, for so long at most: by compare-and-set, so that no row is
  /// locked while the provider is asked.
  /// - Returns: nil when somebody else was first, or what was read is not what stands.
  package func claimRefresh(of held: HeldTokens, seconds: Int) throws -> HeldTokens? {
    let claimed = try database.execute(
      """
      UPDATE user_integrations
         SET refreshing_until = UTC_TIMESTAMP(6) + INTERVAL \(seconds) SECOND,
             refresh_number = refresh_number + 1
       WHERE id = \(held.connection) AND user_id = \(held.user) AND status = 'connected'
         AND refresh_number = \(held.number)
         AND (refreshing_until IS NULL OR refreshing_until <= UTC_TIMESTAMP(6))
      """)
    guard claimed == 1, let fresh = try tokens(of: held.connection),
      fresh.number == held.number + 1
    else { return nil }
    return fresh
  }

  /// Keeps what a renewal gave, the new refresh token with the new access token, before either is
  /// used.
  /// - Returns: Whether the claim was still ours; false: the connection has gone or was made anew
  ///   meanwhile, and nothing was kept.
  package func save(
    _ grant: TokenGrant, for held: HeldTokens, lifetimeSeconds: Int?, refreshInSeconds: Int?,
    change: ScopeChange
  ) throws -> Bool {
    let access = try seal.seal(
      Array(grant.accessToken.utf8),
      at: .connection(held.connection, "access_token_encrypted", of: held.user))
    let refresh = try grant.refreshToken.map {
      try seal.seal(
        Array($0.utf8),
        at: .connection(held.connection, "refresh_token_encrypted", of: held.user))
    }
    return try database.transaction {
      let changed = try database.execute(
        """
        UPDATE user_integrations
           SET access_token_encrypted = \(access),
               refresh_token_encrypted = COALESCE(\(refresh), refresh_token_encrypted),
               access_expires_at = UTC_TIMESTAMP(6) + INTERVAL \(lifetimeSeconds) SECOND,
               refresh_at = UTC_TIMESTAMP(6) + INTERVAL \(refreshInSeconds) SECOND,
               refreshing_until = NULL, refresh_failures = 0
         WHERE id = \(held.connection) AND user_id = \(held.user)
           AND refresh_number = \(held.number)
        """)
      guard changed == 1 else { return false }
      try write(change, of: held, by: .worker)
      return true
    }
  }

  /// Keeps what somebody who asked was told, unless the connection has changed since it was read.
  package func note(_ change: ScopeChange, of held: HeldTokens, by actor: Actor) throws {
    guard !change.isEmpty else { return }
    try database.transaction {
      let stands = try database.first(
        """
        SELECT 1 FROM user_integrations
         WHERE id = \(held.connection) AND user_id = \(held.user) AND status = 'connected'
           AND refresh_number = \(held.number) FOR UPDATE
        """
      ) { row in try row.int() }
      if stands != nil { try write(change, of: held, by: actor) }
    }
  }

  /// In the caller's transaction, which holds the connection. What stands already is no news, and what its
  /// person has taken back meanwhile stays taken back.
  private func write(_ change: ScopeChange, of held: HeldTokens, by actor: Actor) throws {
    guard !change.isEmpty else { return }
    let standing = try database.query(
      "SELECT scope, state FROM connection_scopes WHERE connection_id = \(held.connection)"
    ) { row in (try row.text(), try row.word(Connection.Scope.State.self)) }
    let states = Dictionary(standing, uniquingKeysWith: { first, _ in first })
    let lost = change.lost.filter { states[$0] == .granted }
    if !lost.isEmpty {
      try write(lost, as: .missing, to: held.connection)
      try database.audit(
        AuditEntry(
          action: "connection.narrowed", actor: actor, user: held.user,
          subject: held.connection.rawValue,
          after: JSONWriter.object { $0.member("lost", lost) }))
    }
    let gained = change.gained.filter { states[$0] == nil || states[$0] == .missing }
    if !gained.isEmpty {
      try write(gained, as: .granted, to: held.connection)
      try database.audit(
        AuditEntry(
          action: "connection.widened", actor: actor, user: held.user,
          subject: held.connection.rawValue,
          after: JSONWriter.object { $0.member("gained", gained) }))
    }
  }

  /// - Returns: Whether the claim was still ours.
  @discardableResult
  package func fail(_ held: HeldTokens, _ failure: RefreshFailure, by actor: Actor) throws -> Bool {
    switch failure {
    case .passing(let seconds):
      return try database.execute(
        """
        UPDATE user_integrations
           SET refreshing_until = NULL, refresh_failures = refresh_failures + 1,
               refresh_at = UTC_TIMESTAMP(6)
                 + INTERVAL LEAST(3600, \(seconds) * POW(2, LEAST(refresh_failures, 10))) SECOND
         WHERE id = \(held.connection) AND user_id = \(held.user)
           AND refresh_number = \(held.number)
        """) == 1
    case .grantIsDead(let reason):
      return try database.transaction {
        try database.endAccess(
          of: held.connection, to: held.app, user: held.user,
          if: "refresh_number = \(held.number)", reason: reason, by: actor)
      }
    }
  }

  /// Connections that are to be renewed now, the longest due first.
  package func dueForRefresh(limit: Int) throws -> [Connection.ID] {
    try database.query(
      """
      SELECT c.id FROM user_integrations AS c
       WHERE c.refresh_at <= UTC_TIMESTAMP(6) AND c.status = 'connected'
         AND (c.refreshing_until IS NULL OR c.refreshing_until <= UTC_TIMESTAMP(6))
         AND \(Self.isKept)
       ORDER BY c.refresh_at LIMIT \(limit)
      """
    ) { row in try row.id() }
  }

  /// Has one that is due wait for so long, for what says nothing about it.
  package func postponeRefresh(of id: Connection.ID, seconds: Int) throws {
    try database.execute(
      """
      UPDATE user_integrations SET refresh_at = UTC_TIMESTAMP(6) + INTERVAL \(seconds) SECOND
       WHERE id = \(id) AND refresh_at <= UTC_TIMESTAMP(6)
      """)
  }

  /// Takes a permission back here, at once: it is used no longer, whatever the provider thinks.
  /// - Parameter expiresAccess: The access token at hand still has it and is not handed out again.
  /// - Throws: `StoreError.notFound` when the connection has no such permission.
  package func deny(
    _ scope: String, of connection: Connection, expiresAccess: Bool, by actor: Actor
  ) throws {
    try database.transaction {
      let changed = try database.execute(
        """
        UPDATE connection_scopes AS s JOIN user_integrations AS c ON c.id = s.connection_id
           SET s.state = 'denied', s.since = UTC_TIMESTAMP(6)
         WHERE s.connection_id = \(connection.id) AND s.scope = \(scope)
           AND s.state = 'granted' AND c.user_id = \(connection.userID)
        """)
      guard changed == 1 else { throw StoreError.notFound }
      if expiresAccess {
        try database.execute(
          """
          UPDATE user_integrations SET access_expires_at = UTC_TIMESTAMP(6)
           WHERE id = \(connection.id) AND user_id = \(connection.userID)
             AND refresh_token_encrypted IS NOT NULL
          """)
      }
      try database.audit(
        AuditEntry(
          action: "permission.revoked", actor: actor, user: connection.userID,
          subject: connection.id.rawValue,
          after: JSONWriter.object {
            $0.member("app", connection.app.rawValue)
            $0.member("scope", scope)
          }))
    }
  }
}
