package import Domain
import MariaDB

/// What a provider gave to one user, ready to be kept.
package struct NewGrant: Sendable {
  package let app: AppID
  package let clientID: String
  package let account: AccountIdentity
  package let tokens: TokenGrant
  /// When the access token is taken to end; nil: it does not.
  package let lifetimeSeconds: Int?
  /// When the worker renews it; nil: never.
  package let refreshInSeconds: Int?
  package let granted: [String]
  package let missing: [String]
  /// Which of the sites that it reaches is worked with, as people know it; its API is where `tokens`
  /// says.
  package let site: String?
  /// It reaches several, and the person has yet to choose one.
  package let asksForSite: Bool

  package init(
    app: AppID, clientID: String, account: AccountIdentity, tokens: TokenGrant,
    lifetimeSeconds: Int?, refreshInSeconds: Int?, granted: [String], missing: [String],
    site: String? = nil, asksForSite: Bool = false
  ) {
    self.app = app
    self.clientID = clientID
    self.account = account
    self.tokens = tokens
    self.lifetimeSeconds = lifetimeSeconds
    self.refreshInSeconds = refreshInSeconds
    self.granted = granted
    self.missing = missing
    self.site = site
    self.asksForSite = asksForSite
  }
}

extension ConnectionStore {
  /// Keeps a grant in the caller's transaction: as a new connection, or in place of what the user's
  /// connection to the app had. What the person had taken back stays taken back unless it was granted
  /// anew.
  func save(_ grant: NewGrant, of user: User.ID, by actor: Actor) throws {
    let owner = try database.first(
      "SELECT id FROM users WHERE id = \(user) AND deleted_at IS NULL FOR UPDATE"
    ) { row in try row.text() }
    guard owner != nil else { throw StoreError.notFound }
    let existing = try database.first(
      """
      SELECT id, account_id, account_name FROM user_integrations
       WHERE user_id = \(user) AND provider = \(grant.app.rawValue) FOR UPDATE
      """
    ) { row in
      (
        id: try row.id(Connection.self),
        account: AccountIdentity(id: try row.text(), name: try row.text())
      )
    }
    let id = try existing?.id ?? .new()
    if let existing { try giveBack(existing.account, replacedBy: grant, of: user, existing.id) }
    if existing == nil {
      try database.execute(
        """
        INSERT INTO user_integrations (id, user_id, provider, account_id, account_name, status,
                                       connected_at)
        VALUES (\(id), \(user), \(grant.app.rawValue), '', '', 'connected', UTC_TIMESTAMP(6))
        """)
    }
    let access = try seal.seal(
      Array(grant.tokens.accessToken.utf8),
      at: .connection(id, "access_token_encrypted", of: user))
    let refresh = try grant.tokens.refreshToken.map {
      try seal.seal(Array($0.utf8), at: .connection(id, "refresh_token_encrypted", of: user))
    }
    // Before its time of connecting is set: a permission missing since later was lost later.
    try write(grant.granted, as: .granted, to: id)
    try write(grant.missing, as: .missing, to: id)
    try database.execute(
      """
      DELETE FROM connection_scopes
       WHERE connection_id = \(id) AND state <> 'denied'
         AND scope NOT IN (\(list: (grant.granted + grant.missing + [""]).padded))
      """)
    try database.execute(
      """
      UPDATE user_integrations
         SET client_id = \(grant.clientID), account_id = \(grant.account.id),
             account_name = \(grant.account.name), api_origin = \(grant.tokens.apiOrigin),
             site = \(grant.site),
             access_token_encrypted = \(access), refresh_token_encrypted = \(refresh),
             credentials_encrypted = NULL, is_unchecked = FALSE, status = 'connected', reconnect_reason = NULL,
             reconnect_since = NULL, refreshing_until = NULL, refresh_failures = 0,
             refresh_number = refresh_number + 1, connected_at = UTC_TIMESTAMP(6),
             access_expires_at =
               UTC_TIMESTAMP(6) + INTERVAL \(grant.lifetimeSeconds) SECOND,
             refresh_at = UTC_TIMESTAMP(6) + INTERVAL \(grant.refreshInSeconds) SECOND
       WHERE id = \(id) AND user_id = \(user)
      """)
    try database.audit(
      AuditEntry(
        action: existing == nil ? "connection.made" : "connection.renewed", actor: actor,
        user: user, subject: id.rawValue,
        after: JSONWriter.object {
          $0.member("app", grant.app.rawValue)
          $0.member("account", grant.account.name)
          if let site = grant.site { $0.member("site", site) }
          $0.member("scopes", grant.granted)
          $0.member("missing", grant.missing)
        }))
  }

  /// A grant whose place another takes would live on at its provider, and nobody could end it from
  /// here. Where an account has one grant for all, the new one is the old one.
  private func giveBack(
    _ account: AccountIdentity, replacedBy grant: NewGrant, of user: User.ID, _ id: Connection.ID
  ) throws {
    let isOther = account.id != grant.account.id
    guard isOther || AppCatalog.sharingGrant(with: grant.app).isEmpty,
      AppCatalog.app(grant.app)?.provider?.revocation != RevocationKind.none,
      let old = try tokensToGiveBack(of: grant.app, user: user),
      old.pair.access != grant.tokens.accessToken,
      old.pair.refresh == nil || old.pair.refresh != grant.tokens.refreshToken
    else { return }
    let revocations = RevocationStore(database: database, seal: seal)
    let isShared = try isOther && revocations.isShared(account.id, grant.app, but: id)
    _ = try revocations.add(
      grant.app, of: user, account: account.name, tokens: old.pair,
      outcome: isShared ? .sharedKept : nil)
  }

  func write(_ scopes: [String], as state: Connection.Scope.State, to id: Connection.ID) throws {
    for scope in scopes {
      try database.execute(
        """
        INSERT INTO connection_scopes (connection_id, scope, state, since)
        VALUES (\(id), \(scope), \(state.rawValue), UTC_TIMESTAMP(6))
        ON DUPLICATE KEY UPDATE since = IF(state = VALUES(state), since, VALUES(since)),
                                state = VALUES(state)
        """)
    }
  }

  /// That a provider has accepted keys which were kept without having been tried.
  package func noteChecked(_ id: Connection.ID, of user: User.ID, by actor: Actor) throws {
    try database.transaction {
      let changed = try database.execute(
        """
        UPDATE user_integrations SET is_unchecked = FALSE
         WHERE id = \(id) AND user_id = \(user) AND is_unchecked
        """)
      guard changed == 1 else { return }
      try database.audit(
        AuditEntry(
          action: "connection.checked", actor: actor, user: user, subject: id.rawValue))
    }
  }

  /// Keeps keys.
  /// - Parameters:
  ///   - credentials: A JSON object.
  ///   - isUnchecked: Their provider did not answer when they were to be tried.
  package func save(
    credentials: [UInt8], account: AccountIdentity, app: AppID, of user: User.ID,
    isUnchecked: Bool = false, by actor: Actor
  ) throws {
    try database.transaction {
      let owner = try database.first(
        "SELECT id FROM users WHERE id = \(user) AND deleted_at IS NULL FOR UPDATE"
      ) { row in try row.text() }
      guard owner != nil else { throw StoreError.notFound }
      let existing = try database.first(
        """
        SELECT id FROM user_integrations
         WHERE user_id = \(user) AND provider = \(app.rawValue) FOR UPDATE
        """
      ) { row in try row.id(Connection.self) }
      let id = try existing ?? .new()
      let sealed = try seal.seal(
        credentials, at: .connection(id, "credentials_encrypted", of: user))
      if existing == nil {
        try database.execute(
          """
          INSERT INTO user_integrations (id, user_id, provider, credentials_encrypted, account_id,
                                         account_name, status, is_unchecked, connected_at)
          VALUES (\(id), \(user), \(app.rawValue), \(sealed), \(account.id), \(account.name),
                  'connected', \(isUnchecked), UTC_TIMESTAMP(6))
          """)
      } else {
        try database.execute(
          """
          UPDATE user_integrations
             SET credentials_encrypted = \(sealed), account_id = \(account.id),
                 account_name = \(account.name), status = 'connected', reconnect_reason = NULL,
                 reconnect_since = NULL, is_unchecked = \(isUnchecked),
                 connected_at = UTC_TIMESTAMP(6)
           WHERE id = \(id) AND user_id = \(user)
          """)
      }
      try database.audit(
        AuditEntry(
          action: existing == nil ? "connection.made" : "connection.renewed", actor: actor,
          user: user, subject: id.rawValue,
          after: JSONWriter.object {
            $0.member("app", app.rawValue)
            $0.member("account", account.name)
          }))
    }
  }
}
