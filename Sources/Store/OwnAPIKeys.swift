package import Domain
import MariaDB

/// What people do with keys of their own, and administrators with service keys. Every call carries the
/// user; nil is none of them: service keys alone.
extension APIKeyStore {
  /// Those that open something, newest first.
  package func live(
    of user: User.ID?, from place: ListPlace<UUID>, limit: Int
  ) throws -> ListPage<APIKeyFacts> {
    let bound: SQL =
      switch place {
      case .first: ""
      case .after(let id): "AND id < \(id)"
      case .before(let id): "AND id > \(id)"
      }
    let order: SQL = place.isBackwards ? "ORDER BY id" : "ORDER BY id DESC"
    let found = try database.query(
      """
      SELECT \(APIKeyFacts.columns) FROM api_keys FORCE INDEX (by_revocation)
       WHERE user_id <=> \(user) AND \(Self.isLive) \(bound) \(order) LIMIT \(limit + 1)
      """, APIKeyFacts.init(row:))
    return ListPage(found, limit: limit, from: place)
  }

  /// Those that ended within 30 days, the last one first.
  package func ended(of user: User.ID?, limit: Int) throws -> [APIKeyFacts] {
    let revoked = try database.query(
      """
      SELECT \(APIKeyFacts.columns) FROM api_keys FORCE INDEX (by_revocation)
       WHERE user_id <=> \(user) AND revoked_at > UTC_TIMESTAMP(6) - INTERVAL 30 DAY
       ORDER BY revoked_at DESC LIMIT \(limit)
      """, APIKeyFacts.init(row:))
    let expired = try database.query(
      """
      SELECT \(APIKeyFacts.columns) FROM api_keys FORCE INDEX (by_expiry)
       WHERE user_id <=> \(user) AND revoked_at IS NULL AND expires_at <= UTC_TIMESTAMP(6)
         AND expires_at > UTC_TIMESTAMP(6) - INTERVAL 30 DAY
       ORDER BY expires_at DESC LIMIT \(limit)
      """, APIKeyFacts.init(row:))
    return Array((revoked + expired).sorted { $0.endedAt > $1.endedAt }.prefix(limit))
  }

  /// Whether a key of this name opens something.
  package func isTaken(_ name: String, of user: User.ID?) throws -> Bool {
    try database.first(
      """
      SELECT 1 FROM api_keys FORCE INDEX (by_revocation)
       WHERE user_id <=> \(user) AND \(Self.isLive) AND name = \(name) LIMIT 1
      """
    ) { row in try row.int() } != nil
  }

  private static let isLive: SQL = """
    revoked_at IS NULL AND (expires_at IS NULL OR expires_at > UTC_TIMESTAMP(6))
    """

  /// - Throws: `StoreError.notFound` when the user has no such key.
  package func find(_ id: UUID, of user: User.ID?) throws -> APIKeyFacts {
    let found = try database.first(
      "SELECT \(APIKeyFacts.columns) FROM api_keys WHERE id = \(id) AND user_id <=> \(user)",
      APIKeyFacts.init(row:))
    guard let found else { throw StoreError.notFound }
    return found
  }

  /// How many keys count against the limit: those that still open something.
  package func count(of user: User.ID?) throws -> Int {
    try database.first(
      """
      SELECT COUNT(*) FROM api_keys WHERE user_id <=> \(user) AND \(Self.isLive)
      """
    ) { row in try row.int() } ?? 0
  }

  /// Makes a key.
  /// - Parameters:
  ///   - limit: Most keys a user may have; nil for any number.
  ///   - form: Taken in the same transaction, so that a form sent twice makes one key.
  /// - Returns: The key itself, which is shown once and not kept.
  /// - Throws: `StoreError.limitReached`; `.duplicate` when the form was taken already; `.notFound`
  ///   when the user has just been deleted.
  package func create(
    _ draft: APIKeyDraft, for user: User.ID?, limit: Int?, form: FormTicket?, by actor: Actor
  ) throws -> (id: UUID, key: APIKey) {
    let id = try UUID.new()
    let key = try APIKey(random: randomBytes(32))
    let words = draft.scopes.map(\.rawValue).sorted().joined(separator: ",")
    try database.transaction {
      // The user's row is the lock that makes the limit hold when two are made at once.
      if let user {
        let owner = try database.first(
          "SELECT id FROM users WHERE id = \(user) AND deleted_at IS NULL FOR UPDATE"
        ) { row in try row.text() }
        guard owner != nil else { throw StoreError.notFound }
      }
      if let limit, try count(of: user) >= limit { throw StoreError.limitReached(limit) }
      if let form { try database.take(form, leadingTo: id) }
      try database.execute(
        """
        INSERT INTO api_keys (id, user_id, name, token_hash, prefix, scopes, created_at, created_by,
                              expires_at)
        VALUES (\(id), \(user), \(draft.name), \(key.hash), \(key.prefix), \(words),
                UTC_TIMESTAMP(6), \(actor.kind == .user ? actor.id : nil),
                UTC_TIMESTAMP(6) + INTERVAL \(draft.lifetimeDays) DAY)
        """)
      try database.audit(
        AuditEntry(
          action: "api_key.created", actor: actor, user: user, subject: id,
          after: JSONWriter.object {
            $0.member("name", draft.name)
            $0.member("scopes", words)
            $0.member("lifetime_days", draft.lifetimeDays)
          }))
    }
    return (id, key)
  }

  /// From now on the key opens nothing. Of one that was revoked before, nothing changes.
  /// - Throws: `StoreError.notFound` when the user has no such key.
  package func revoke(_ id: UUID, of user: User.ID?, by actor: Actor) throws {
    try database.transaction {
      let changed = try database.execute(
        """
        UPDATE api_keys SET revoked_at = UTC_TIMESTAMP(6)
         WHERE id = \(id) AND user_id <=> \(user) AND revoked_at IS NULL
        """)
      guard changed == 1 else {
        _ = try find(id, of: user)
        return
      }
      try database.audit(
        AuditEntry(action: "api_key.revoked", actor: actor, user: user, subject: id))
    }
  }
}

extension APIKeyFacts {
  /// Of one that has ended.
  fileprivate var endedAt: Timestamp { revokedAt ?? expiresAt ?? createdAt }

  fileprivate static let columns: SQL = """
    id, name, prefix, scopes, created_at, expires_at, last_used_at, revoked_at, created_by IS NOT NULL,
    (SELECT u.email FROM users AS u WHERE u.id = api_keys.created_by AND u.deleted_at IS NULL)
    """

  fileprivate init(row: inout Row) throws {
    let maker = { (row: inout Row) throws -> Maker in
      let (isUser, email) = (try row.bool(), try row.optionalText())
      return isUser ? .user(email: email) : .command
    }
    self.init(
      id: try row.uuid(), name: try row.text(), prefix: try row.text(),
      scopes: Set(
        try row.text().split(separator: ",").compactMap { APIScope(rawValue: String($0)) }),
      createdAt: try row.timestamp(), expiresAt: try row.optionalTimestamp(),
      lastUsedAt: try row.optionalTimestamp(), revokedAt: try row.optionalTimestamp(),
      maker: try maker(&row))
  }
}
