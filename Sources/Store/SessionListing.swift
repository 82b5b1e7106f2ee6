package import Domain
import MariaDB

/// A signed-in browser as its user sees it.
package struct SessionFacts: Sendable {
  package let id: Session.ID
  package let createdAt: Timestamp
  package let lastSeenAt: Timestamp
  package let address: String
  package let userAgent: String

  package init(
    id: Session.ID, createdAt: Timestamp, lastSeenAt: Timestamp, address: String, userAgent: String
  ) {
    self.id = id
    self.createdAt = createdAt
    self.lastSeenAt = lastSeenAt
    self.address = address
    self.userAgent = userAgent
  }
}

/// What people and administrators do with the sessions of one user.
extension SessionStore {
  /// Those that are open, the one seen last first; at most fifty.
  package func list(of user: User.ID) throws -> [SessionFacts] {
    try database.query(
      """
      SELECT id, created_at, last_seen_at, address, user_agent FROM sessions
       WHERE user_id = \(user) AND expires_at > UTC_TIMESTAMP(6)
         AND last_seen_at > UTC_TIMESTAMP(6) - INTERVAL \(Session.idleLimitSeconds) SECOND
       ORDER BY last_seen_at DESC LIMIT 50
      """
    ) { row in
      SessionFacts(
        id: try row.id(), createdAt: try row.timestamp(), lastSeenAt: try row.timestamp(),
        address: try row.text(), userAgent: try row.text())
    }
  }

  /// Ends one. Of one that has ended before, nothing changes.
  package func end(_ id: Session.ID, of user: User.ID, by actor: Actor) throws {
    try database.transaction {
      let ended = try database.execute(
        "DELETE FROM sessions WHERE id = \(id) AND user_id = \(user)")
      guard ended == 1 else { return }
      try database.audit(
        AuditEntry(action: "session.ended", actor: actor, user: user, subject: id.rawValue))
    }
  }

  /// Ends all but one.
  /// - Parameter session: The one that stays; nil: none does.
  package func endAll(of user: User.ID, keeping session: Session.ID?, by actor: Actor) throws {
    try database.transaction {
      let ended = try database.execute(
        "DELETE FROM sessions WHERE user_id = \(user) AND NOT id <=> \(session)")
      guard ended > 0 else { return }
      try database.audit(
        AuditEntry(
          action: "user.signed_out", actor: actor, user: user, subject: user.rawValue,
          after: JSONWriter.object { $0.member("sessions", ended) }))
    }
  }
}
