package import Domain
import MariaDB

/// What people do with keys of their own, and administrators with service keys. Every call carries the
/// user; nil is none of them: service keys alone.
extension APIKeyStore {
  /// Newest first; those that ended more than 30 days ago are left out.
  package func list(of user: User.ID?) throws -> [APIKeyFacts] {
    try database.query(
      """
      SELECT \(APIKeyFacts.columns) FROM api_keys
       WHERE user_id <=> \(user)
         AND COALESCE(revoked_at, expires_at, UTC_TIMESTAMP(6)) > UTC_TIMESTAMP(6) - INTERVAL 30 DAY
       ORDER BY created_at DESC, id DESC
      """, APIKeyFacts.init(row:))
  }

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
      SELECT COUNT(*) FROM api_keys
       WHERE user_id <=> \(user) AND revoked_at IS NULL
         AND (expires_at IS NULL OR expires_at > UTC_TIMESTAMP(6))
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
