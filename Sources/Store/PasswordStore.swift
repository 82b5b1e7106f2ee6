package import Domain
import MariaDB

/// What a change of password, of role or of who is signed in takes with it.
extension UserStore {
  /// A person's own change. Every other session and every link ends.
  /// - Parameter session: The one that stays.
  package func changePassword(
    _ hash: String, of id: User.ID, keeping session: Session.ID, by actor: Actor
  ) throws {
    try database.transaction {
      try database.setPassword(hash, of: id, keeping: session)
      try database.audit(
        AuditEntry(action: "user.password_changed", actor: actor, user: id, subject: id.rawValue))
    }
  }

  /// - Parameter old: The role that was shown when this was decided.
  /// - Throws: `StoreError.notFound`; `.versionConflict` when it is another one by now;
  ///   `.lastAdministrator`.
  package func setRole(
    _ role: User.Role, was old: User.Role, of id: User.ID, by actor: Actor
  ) throws {
    try database.transaction {
      if role != .administrator { try database.keepAnAdministrator(besides: id) }
      let current: User.Role? = try database.first(
        "SELECT role FROM users WHERE id = \(id) AND deleted_at IS NULL FOR UPDATE"
      ) { row in try row.word() }
      guard let current else { throw StoreError.notFound }
      guard current != role else { return }
      guard current == old else { throw StoreError.versionConflict }
      try database.execute("UPDATE users SET role = \(role.rawValue) WHERE id = \(id)")
      try database.audit(
        AuditEntry(
          action: "user.role_changed", actor: actor, user: id, subject: id.rawValue,
          before: JSONWriter.object { $0.member("role", current.rawValue) },
          after: JSONWriter.object { $0.member("role", role.rawValue) }))
    }
  }
}

extension Database {
  /// In the caller's transaction.
  func setPassword(_ hash: String, of id: User.ID, keeping session: Session.ID?) throws {
    let email = try first(
      """
      SELECT email FROM users WHERE id = \(id) AND deleted_at IS NULL AND status = 'active' FOR UPDATE
      """
    ) { row in try row.text() }
    guard let email else { throw StoreError.notFound }
    try execute("UPDATE users SET password_hash = \(hash), invited_at = NULL WHERE id = \(id)")
    try execute("DELETE FROM sessions WHERE user_id = \(id) AND NOT id <=> \(session)")
    try endLinks(of: id)
    try SignInThrottle(database: self).forget(.account(email: email))
  }

  /// Locks all administrators who can sign in, always in the order of one index, so that two who take
  /// each other's place away at the same moment do it one after the other. In the caller's transaction,
  /// before any other lock.
  /// - Throws: `StoreError.lastAdministrator` when nobody is left besides this one.
  func keepAnAdministrator(besides id: User.ID) throws {
    let all = try query(
      """
      SELECT id FROM users FORCE INDEX (by_role)
       WHERE role = 'administrator' AND status = 'active' AND deleted_at IS NULL
         AND invited_at IS NULL ORDER BY email FOR UPDATE
      """
    ) { row in try row.id(User.self) }
    if all == [id] { throw StoreError.lastAdministrator }
  }
}
