package import Domain
import MariaDB

/// A grant that is to be taken back at its provider.
package struct Revocation: Sendable {
  package typealias ID = Identifier<Revocation>

  package let id: ID
  package let user: User.ID
  package let app: AppID
  package let tokens: TokenPair
  /// They do not open, nor ever will.
  package let isDamaged: Bool
  package let attempts: Int
  /// Longer ago than we keep a token for this.
  package let isTooOld: Bool
}

/// How the last grant of a user's app was taken back.
package struct RevocationReport: Sendable {
  package let accountName: String
  package let at: Timestamp
  /// nil while it is still tried.
  package let outcome: RevocationOutcome?

  package init(accountName: String, at: Timestamp, outcome: RevocationOutcome?) {
    self.accountName = accountName
    self.at = at
    self.outcome = outcome
  }
}

/// What becomes of the grant when a connection ends.
package enum GrantEnd: Sendable {
  /// To be taken back at the provider.
  case revoke
  /// There is nothing to call.
  case unsupported
}

/// Connections that end, and the grants behind them.
package struct RevocationStore {
  let database: Database
  let seal: Seal

  /// A token is kept for its revocation no longer than this.
  private static let keptHours = 24
  /// Who ended the connection tries first.
  private static let headStartSeconds = 30

  /// Ends a connection: its tokens are handed out no more from here on, and are kept, if at all, for
  /// their revocation alone.
  /// - Parameters:
  ///   - keepsRow: It stays, to be connected again, with what the person had taken back.
  ///   - end: What is to become of the grant, if no other connection lives by it.
  /// - Returns: The revocation to be done; nil where there is none.
  /// - Throws: `StoreError.notFound`.
  package func end(
    _ app: AppID, of user: User.ID, keepsRow: Bool, end: GrantEnd, by actor: Actor
  ) throws -> Revocation.ID? {
    try database.transaction {
      let found = try database.first(
        """
        SELECT id, account_id, account_name, access_token_encrypted, refresh_token_encrypted,
               reconnect_reason,
               EXISTS (SELECT 1 FROM users AS u WHERE u.id = user_id
                          AND u.deleted_at < UTC_TIMESTAMP(6) - INTERVAL \(Self.keptHours) HOUR)
          FROM user_integrations
         WHERE user_id = \(user) AND provider = \(app.rawValue) FOR UPDATE
        """
      ) { row in
        (
          id: try row.id(Connection.self), account: try row.text(), name: try row.text(),
          access: try row.optionalBytes(), refresh: try row.optionalBytes(),
          reason: try row.optionalText(), isOverdue: try row.bool()
        )
      }
      guard let found else { throw StoreError.notFound }
      try database.endOpenRequests(app, of: user)
      var tokens: TokenPair?
      do {
        tokens = try openPair(found.access, found.refresh) { column in
          .connection(found.id, column, of: user)
        }
      } catch {
        // For what a deleted user leaves, a key that is missing is waited for no longer than that.
        guard found.isOverdue, error is SealError else { throw error }
      }
      let isDamaged = tokens == nil || found.reason == ReconnectReason.damaged.rawValue
      var id: Revocation.ID?
      if found.access != nil || found.refresh != nil || isDamaged || end == .unsupported {
        let isShared = try isShared(found.account, app, but: found.id)
        id = try add(
          app, of: user, account: found.name, tokens: tokens ?? .init(access: nil, refresh: nil),
          outcome: isShared
            ? .sharedKept : end == .unsupported ? .unsupported : isDamaged ? .unreadable : nil)
      }
      if keepsRow {
        _ = try database.endAccess(
          of: found.id, to: app, user: user, if: "TRUE",
          reason: ReconnectReason.permissionRevoked.rawValue, by: actor)
      } else {
        try database.execute("DELETE FROM user_integrations WHERE id = \(found.id)")
        try database.audit(
          AuditEntry(
            action: "connection.ended", actor: actor, user: user, subject: found.id.rawValue,
            before: JSONWriter.object {
              $0.member("app", app.rawValue)
              $0.member("account", found.name)
            }))
      }
      return id
    }
  }

  /// Has a grant taken back that came and is not kept; unless a connection lives by it.
  package func giveBack(
    _ tokens: TokenPair, of app: AppID, account: AccountIdentity, user: User.ID
  ) throws {
    let isShared = try isShared(account.id, app, but: nil)
    _ = try add(
      app, of: user, account: account.name, tokens: tokens, outcome: isShared ? .sharedKept : nil)
  }

  /// A grant that is to be taken back, or, with an outcome, is not.
  func add(
    _ app: AppID, of user: User.ID, account: String, tokens: TokenPair,
    outcome: RevocationOutcome? = nil
  ) throws -> Revocation.ID? {
    let id = try Revocation.ID.new()
    func sealed(_ token: String?, _ column: String) throws -> [UInt8]? {
      guard outcome == nil else { return nil }
      return try token.map {
        try seal.seal(Array($0.utf8), at: .revocation(id, column, of: user))
      }
    }
    try database.execute(
      """
      INSERT INTO revocations (id, user_id, provider, account_name, access_token_encrypted,
                               refresh_token_encrypted, created_at, due_at, outcome)
      VALUES (\(id), \(user), \(app.rawValue), \(account),
              \(try sealed(tokens.access, "access_token_encrypted")),
              \(try sealed(tokens.refresh, "refresh_token_encrypted")), UTC_TIMESTAMP(6),
              IF(\(outcome == nil),
                 UTC_TIMESTAMP(6) + INTERVAL \(Self.headStartSeconds) SECOND, NULL),
              \(outcome?.rawValue))
      """)
    return outcome == nil ? id : nil
  }

  /// Whether another connection, whosever, lives by the grant of this account.
  func isShared(_ account: String, _ app: AppID, but id: Connection.ID?) throws -> Bool {
    let group = AppCatalog.sharingGrant(with: app)
    guard !group.isEmpty else { return false }
    return try database.first(
      """
      SELECT 1 FROM user_integrations
       WHERE account_id = \(account) AND NOT id <=> \(id) AND access_token_encrypted IS NOT NULL
         AND provider IN (\(list: group.map(\.rawValue))) LIMIT 1
      """
    ) { row in try row.int() } != nil
  }

  /// nil once it has ended.
  package func find(_ id: Revocation.ID) throws -> Revocation? {
    let row = try database.first(
      """
      SELECT user_id, provider, access_token_encrypted, refresh_token_encrypted, attempts,
             created_at < UTC_TIMESTAMP(6) - INTERVAL \(Self.keptHours) HOUR
        FROM revocations WHERE id = \(id) AND outcome IS NULL
      """
    ) { row in
      (
        user: try row.id(User.self), app: try row.text(), access: try row.optionalBytes(),
        refresh: try row.optionalBytes(), attempts: try row.int(), isTooOld: try row.bool()
      )
    }
    guard let row, let app = AppID(rawValue: row.app) else { return nil }
    // What is given up needs no key.
    let (access, refresh) = row.isTooOld ? (nil, nil) : (row.access, row.refresh)
    let tokens = try openPair(access, refresh) { column in .revocation(id, column, of: row.user) }
    return Revocation(
      id: id, user: row.user, app: app, tokens: tokens ?? .init(access: nil, refresh: nil),
      isDamaged: tokens == nil, attempts: row.attempts, isTooOld: row.isTooOld)
  }

  /// What opens of the two; one is enough to give a grant back.
  /// - Returns: nil where there was something, and nothing of it opens.
  private func openPair(
    _ access: [UInt8]?, _ refresh: [UInt8]?, at place: (String) -> SealedPlace
  ) throws -> TokenPair? {
    func open(_ sealed: [UInt8]?, _ column: String) throws -> String? {
      guard let sealed else { return nil }
      do {
        return String(decoding: try seal.open(sealed, at: place(column)), as: UTF8.self)
      } catch SealError.changedOrMoved {
        return nil
      }
    }
    let pair = TokenPair(
      access: try open(access, "access_token_encrypted"),
      refresh: try open(refresh, "refresh_token_encrypted"))
    let isDamaged =
      (access != nil || refresh != nil) && pair.access == nil && pair.refresh == nil
    return isDamaged ? nil : pair
  }

  /// Takes those that are due for this worker alone, for a minute.
  package func takeDue(limit: Int) throws -> [Revocation.ID] {
    let due = try database.query(
      """
      SELECT id, attempts FROM revocations
       WHERE due_at <= UTC_TIMESTAMP(6) ORDER BY due_at LIMIT \(limit)
      """
    ) { row in (id: try row.id(Revocation.self), attempts: try row.int()) }
    return try due.filter { row in
      try database.execute(
        """
        UPDATE revocations
           SET due_at = UTC_TIMESTAMP(6) + INTERVAL 60 SECOND, attempts = attempts + 1
         WHERE id = \(row.id) AND attempts = \(row.attempts) AND due_at <= UTC_TIMESTAMP(6)
        """) == 1
    }.map(\.id)
  }

  /// It has ended; its tokens are gone.
  package func finish(_ revocation: Revocation, _ outcome: RevocationOutcome, by actor: Actor)
    throws
  {
    try database.transaction {
      let changed = try database.execute(
        """
        UPDATE revocations
           SET access_token_encrypted = NULL, refresh_token_encrypted = NULL, due_at = NULL,
               outcome = \(outcome.rawValue)
         WHERE id = \(revocation.id) AND outcome IS NULL
        """)
      guard changed == 1 else { return }
      try database.audit(
        AuditEntry(
          action: "grant.revoked", actor: actor, user: revocation.user,
          subject: revocation.id.rawValue,
          after: JSONWriter.object {
            $0.member("app", revocation.app.rawValue)
            $0.member("outcome", outcome.rawValue)
          }))
    }
  }

  /// To be tried again after so long.
  package func postpone(_ id: Revocation.ID, seconds: Int) throws {
    try database.execute(
      """
      UPDATE revocations SET due_at = UTC_TIMESTAMP(6) + INTERVAL \(seconds) SECOND
       WHERE id = \(id) AND outcome IS NULL
      """)
  }

  /// The last one of a user's app within a month.
  package func last(of app: AppID, user: User.ID) throws -> RevocationReport? {
    try database.first(
      """
      SELECT account_name, created_at, outcome FROM revocations
       WHERE user_id = \(user) AND provider = \(app.rawValue)
         AND created_at > UTC_TIMESTAMP(6) - INTERVAL 30 DAY
       ORDER BY created_at DESC LIMIT 1
      """
    ) { row in
      RevocationReport(
        accountName: try row.text(), at: try row.timestamp(), outcome: try row.optionalWord())
    }
  }

  /// Connections of users who are deleted.
  package func abandoned(limit: Int) throws -> [(user: User.ID, app: AppID)] {
    try database.query(
      """
      SELECT c.user_id, c.provider
        FROM users AS u FORCE INDEX (by_deletion)
        JOIN user_integrations AS c ON c.user_id = u.id
       WHERE u.deleted_at IS NOT NULL LIMIT \(limit)
      """
    ) { row in (user: try row.id(User.self), app: try row.text()) }
    .compactMap { row in AppID(rawValue: row.app).map { (row.user, $0) } }
  }

  /// Reports that nobody is shown any more: they name the account at the provider.
  package func removeOld(rows: Int) throws {
    let ofDeleted = try database.query(
      """
      SELECT r.id FROM users AS u FORCE INDEX (by_deletion) JOIN revocations AS r ON r.user_id = u.id
       WHERE u.deleted_at IS NOT NULL AND r.outcome IS NOT NULL LIMIT \(rows)
      """
    ) { row in [try row.id(Revocation.self).boundValue] }
    try database.execute("DELETE FROM revocations WHERE id = ?", rows: ofDeleted)
    try database.execute(
      """
      DELETE FROM revocations
       WHERE outcome IS NOT NULL AND created_at < UTC_TIMESTAMP(6) - INTERVAL 31 DAY LIMIT \(rows)
      """)
  }
}

extension SealedPlace {
  static func revocation(_ id: Revocation.ID, _ column: String, of user: User.ID) -> SealedPlace {
    SealedPlace(table: "revocations", column: column, row: id.rawValue, user: user.rawValue)
  }
}
