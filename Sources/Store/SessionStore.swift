import Crypto
package import Domain
import MariaDB

/// Signed-in browsers, and the throttling of failed sign-ins.
package struct SessionStore {
  let database: Database

  /// Opens a session.
  /// - Returns: The session and the token for its cookie, 32 random bytes; only its hash is kept.
  package func open(for user: User, address: String, userAgent: String, by actor: Actor) throws
    -> (session: Session, token: [UInt8])
  {
    let token = try Random.bytes(32)
    let id = try Session.ID.new()
    try database.transaction {
      try database.execute(
        """
        INSERT INTO sessions (id, token_hash, user_id, created_at, last_seen_at, expires_at,
                              address, user_agent)
        VALUES (\(id), \(SHA256.hash(token)), \(user.id), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6),
                UTC_TIMESTAMP(6) + INTERVAL \(Session.lifetimeSeconds) SECOND, \(address),
                \(String(String.UnicodeScalarView(userAgent.unicodeScalars.prefix(255)))))
        """)
      try database.execute(
        "UPDATE users SET last_seen_at = UTC_TIMESTAMP(6) WHERE id = \(user.id)")
      try database.audit(
        AuditEntry(
          action: "session.opened", actor: actor, user: user.id, subject: id.rawValue))
    }
    return (Session(id: id, user: user), token)
  }

  package enum Lookup {
    case open(Session)
    /// It was open, but for too long or too long idle.
    case ended
    case unknown
  }

  /// The session with this token, if it is open and its user is active. Notes the visit, to the
  /// minute.
  package func find(token: [UInt8]) throws -> Lookup {
    let hash = SHA256.hash(token)
    let found = try database.first(
      """
      SELECT s.id, u.id, u.email, u.role, u.status,
             s.expires_at > UTC_TIMESTAMP(6)
               AND s.last_seen_at > UTC_TIMESTAMP(6) - INTERVAL \(Session.idleLimitSeconds) SECOND,
             s.last_seen_at < UTC_TIMESTAMP(6) - INTERVAL 60 SECOND
        FROM sessions AS s JOIN users AS u ON u.id = s.user_id
       WHERE s.token_hash = \(hash) AND u.deleted_at IS NULL AND u.status = 'active'
      """
    ) { row in
      (
        session: Session(id: try row.id(), user: try User(row: &row)), isOpen: try row.bool(),
        isStale: try row.bool()
      )
    }
    guard let found else { return .unknown }
    guard found.isOpen else { return .ended }
    if found.isStale {
      try database.execute(
        "UPDATE sessions SET last_seen_at = UTC_TIMESTAMP(6) WHERE id = \(found.session.id)")
      try database.execute(
        "UPDATE users SET last_seen_at = UTC_TIMESTAMP(6) WHERE id = \(found.session.user.id)")
    }
    return .open(found.session)
  }

  package func end(_ session: Session, by actor: Actor) throws {
    try database.transaction {
      let ended = try database.execute("DELETE FROM sessions WHERE id = \(session.id)")
      guard ended == 1 else { return }
      try database.audit(
        AuditEntry(
          action: "session.ended", actor: actor, user: session.user.id,
          subject: session.id.rawValue))
    }
  }

  /// Removes sessions, links, forms, throttling, answered requests, secrets and undos that are over, up to so
  /// many of each.
  package func removeEnded(rows: Int) throws -> RemovalBatch {
    let removed = [
      try database.execute(
        """
        DELETE FROM sessions WHERE expires_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY LIMIT \(rows)
        """),
      try database.execute(
        """
        DELETE FROM form_submissions WHERE created_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY
         LIMIT \(rows)
        """),
      try database.execute(
        """
        DELETE FROM one_time_links WHERE expires_at < UTC_TIMESTAMP(6) - INTERVAL 7 DAY
         LIMIT \(rows)
        """),
      try database.execute(
        "DELETE FROM shown_once WHERE expires_at < UTC_TIMESTAMP(6) LIMIT \(rows)"),
      try database.execute(
        "DELETE FROM webhook_secrets WHERE expires_at < UTC_TIMESTAMP(6) LIMIT \(rows)"),
      try database.execute(
        """
        DELETE FROM webhook_undo WHERE created_at < UTC_TIMESTAMP(6) - INTERVAL 1 HOUR
         LIMIT \(rows)
        """),
      try database.execute(
        """
        DELETE FROM sign_in_failures WHERE last_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY
         LIMIT \(rows)
        """),
      try database.execute(
        """
        DELETE FROM idempotency_keys WHERE created_at < UTC_TIMESTAMP(6) - INTERVAL 24 HOUR
         LIMIT \(rows)
        """),
    ]
    return RemovalBatch(count: removed.max() ?? 0, of: rows)
  }
}
