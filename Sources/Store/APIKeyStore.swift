import Crypto
package import Domain
import MariaDB

/// Whom an API key acts for, and what it may do.
package struct APIKeyHolder: Sendable {
  package let id: UUID
  /// nil: a service key, which acts for any user.
  package let user: User?
  package let scopes: Set<APIScope>
  /// Whether its last use was put on record longer than a minute ago.
  let isNotedLongAgo: Bool

  /// Of `APIKeyStore.columns`.
  init(row: inout Row) throws {
    id = try row.uuid()
    let words = try row.text().split(separator: ",")
    scopes = Set(words.compactMap { APIScope(rawValue: String($0)) })
    isNotedLongAgo = try row.bool()
    user = try User.joined(&row)
  }
}

/// API keys. Only their hashes are kept.
package struct APIKeyStore {
  let database: Database

  /// Makes a key.
  /// - Parameter user: nil for a service key.
  /// - Returns: The key itself, which is shown once and not kept.
  package func create(
    for user: User.ID?, name: String, scopes: Set<APIScope>, expiresAt: Timestamp?,
    by actor: Actor
  ) throws -> APIKey {
    let key = try APIKey(random: Random.bytes(32))
    let id = try UUID.new()
    let words = scopes.map(\.rawValue).sorted().joined(separator: ",")
    try database.transaction {
      try database.execute(
        """
        INSERT INTO api_keys (id, user_id, name, token_hash, prefix, scopes, created_at, expires_at)
        VALUES (\(id), \(user), \(name), \(key.hash), \(key.prefix), \(words),
                UTC_TIMESTAMP(6), \(expiresAt))
        """)
      try database.audit(
        AuditEntry(
          action: "api_key.created", actor: actor, user: user, subject: id,
          after: JSONWriter.object {
            $0.member("name", name)
            $0.member("scopes", words)
          }))
    }
    return key
  }

  /// The holder of a key that is neither revoked nor expired, whose user is active. Notes its use,
  /// to the minute.
  package func find(_ key: APIKey) throws -> APIKeyHolder? {
    let holder = try database.first(
      "SELECT \(Self.columns) FROM \(Self.tables) WHERE \(Self.isGood(key))",
      APIKeyHolder.init(row:))
    if let holder { try noteUse(of: holder) }
    return holder
  }

  static let columns: SQL = """
    k.id, k.scopes,
    k.last_used_at IS NULL OR k.last_used_at < UTC_TIMESTAMP(6) - INTERVAL 60 SECOND,
    u.id, u.email, u.role, u.status
    """

  static let tables: SQL = "api_keys AS k LEFT JOIN users AS u ON u.id = k.user_id"

  static func isGood(_ key: APIKey) -> SQL {
    """
    k.token_hash = \(key.hash) AND k.revoked_at IS NULL
    AND (k.expires_at IS NULL OR k.expires_at > UTC_TIMESTAMP(6))
    AND (k.user_id IS NULL OR (u.deleted_at IS NULL AND u.status = 'active'))
    """
  }

  func noteUse(of holder: APIKeyHolder) throws {
    guard holder.isNotedLongAgo else { return }
    try database.execute(
      "UPDATE api_keys SET last_used_at = UTC_TIMESTAMP(6) WHERE id = \(holder.id)")
  }

  /// - Parameter prefix: The first characters of the key, as it is listed.
  /// - Throws: `StoreError.notFound` when no live key begins so, `.duplicate` when several do.
  package func revoke(prefix: String, by actor: Actor) throws {
    try database.transaction {
      let found = try database.query(
        """
        SELECT id, user_id FROM api_keys WHERE prefix = \(prefix) AND revoked_at IS NULL FOR UPDATE
        """
      ) { row in (id: try row.uuid(), user: try row.optionalText().flatMap { User.ID($0) }) }
      guard let key = found.first else { throw StoreError.notFound }
      guard found.count == 1 else { throw StoreError.duplicate }
      try database.execute(
        "UPDATE api_keys SET revoked_at = UTC_TIMESTAMP(6) WHERE id = \(key.id)")
      try database.audit(
        AuditEntry(action: "api_key.revoked", actor: actor, user: key.user, subject: key.id))
    }
  }
}
