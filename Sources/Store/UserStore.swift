package import Domain
import MariaDB

/// People and their password hashes.
package struct UserStore {
  let database: Database

  /// - Parameter email: In any case.
  package func find(email: String) throws -> User? {
    try database.first(
      """
      SELECT id, email, role, status FROM users WHERE email = \(email.lowercased())
      """, User.init(row:))
  }

  package func find(_ id: User.ID) throws -> User? {
    try database.first(
      """
      SELECT id, email, role, status FROM users WHERE id = \(id) AND deleted_at IS NULL
      """, User.init(row:))
  }

  /// The stored hash of a user who signs in by password; nil where there is none.
  package func passwordHash(of id: User.ID) throws -> String? {
    try database.first("SELECT password_hash FROM users WHERE id = \(id)") { row in
      try row.optionalText()
    } ?? nil
  }

  /// - Throws: `StoreError.duplicate` when the address or the id is taken.
  @discardableResult
  package func add(
    id: User.ID? = nil, email: String, role: User.Role, passwordHash: String?, by actor: Actor
  ) throws -> User {
    let user = User(
      id: try id ?? .new(), email: email.lowercased(), role: role, status: .active)
    do {
      try database.transaction {
        try database.execute(
          """
          INSERT INTO users (id, email, password_hash, role, status, created_at)
          VALUES (\(user.id), \(user.email), \(passwordHash), \(role.rawValue), 'active',
                  UTC_TIMESTAMP(6))
          """)
        try database.audit(
          AuditEntry(
            action: "user.added", actor: actor, user: user.id, subject: user.id.rawValue,
            after: JSONWriter.object { $0.member("role", role.rawValue) }))
      }
    } catch let error as DatabaseError where error.code == .duplicate {
      throw StoreError.duplicate
    }
    return user
  }

  /// The user with this address, made on first sight with the role `user`.
  package func findOrAdd(email: String, by actor: Actor) throws -> User {
    if let user = try find(email: email) { return user }
    do {
      return try add(email: email, role: .user, passwordHash: nil, by: actor)
    } catch StoreError.duplicate {
      guard let user = try find(email: email) else { throw StoreError.notFound }
      return user
    }
  }

  /// Disabling ends every session and every link at once.
  /// - Throws: `StoreError.notFound`; `.lastAdministrator`.
  package func setStatus(_ status: User.Status, of id: User.ID, by actor: Actor) throws {
    try database.transaction {
      if status == .disabled { try database.keepAnAdministrator(besides: id) }
      let old: User.Status? = try database.first(
        "SELECT status FROM users WHERE id = \(id) AND deleted_at IS NULL FOR UPDATE"
      ) { row in try row.word() }
      guard let old else { throw StoreError.notFound }
      guard old != status else { return }
      try database.execute("UPDATE users SET status = \(status.rawValue) WHERE id = \(id)")
      if status == .disabled {
        try database.execute("DELETE FROM sessions WHERE user_id = \(id)")
        try database.endLinks(of: id)
      }
      try database.audit(
        AuditEntry(
          action: status == .disabled ? "user.disabled" : "user.enabled", actor: actor, user: id,
          subject: id.rawValue))
    }
  }

  /// Deletes a user: from now on nobody signs in or calls with it, nothing is sent for it, and the
  /// address is free. The worker removes what is left.
  /// - Throws: `StoreError.notFound`; `.lastAdministrator`.
  package func delete(_ id: User.ID, by actor: Actor) throws {
    try database.transaction {
      try database.keepAnAdministrator(besides: id)
      try remove(id, where: "TRUE")
      try database.audit(
        AuditEntry(action: "user.deleted", actor: actor, user: id, subject: id.rawValue))
    }
  }

  /// Takes an invitation back that nobody has accepted: the address is free again.
  /// - Throws: `StoreError.notFound` when the user has set a password meanwhile.
  package func cancelInvitation(of id: User.ID, by actor: Actor) throws {
    try database.transaction {
      try remove(id, where: "invited_at IS NOT NULL")
      try database.audit(
        AuditEntry(
          action: "user.invitation_cancelled", actor: actor, user: id, subject: id.rawValue))
    }
  }

  /// In the caller's transaction.
  private func remove(_ id: User.ID, where condition: SQL) throws {
    let email = try database.first(
      "SELECT email FROM users WHERE id = \(id) AND deleted_at IS NULL AND \(condition) FOR UPDATE"
    ) { row in try row.text() }
    guard let email else { throw StoreError.notFound }
    try database.execute(
      """
      UPDATE users SET email = NULL, password_hash = NULL, deleted_at = UTC_TIMESTAMP(6)
       WHERE id = \(id)
      """)
    try database.execute("DELETE FROM sessions WHERE user_id = \(id)")
    try database.endLinks(of: id)
    try SignInThrottle(database: database).forget(.account(email: email))
    try database.execute(
      """
      UPDATE api_keys SET revoked_at = UTC_TIMESTAMP(6) WHERE user_id = \(id) AND revoked_at IS NULL
      """)
    let webhooks = try database.query(
      "SELECT id FROM webhooks WHERE user_id = \(id) AND deleted_at IS NULL"
    ) { row in try row.id(Webhook.self) }
    for webhook in webhooks { _ = try database.deleteWebhook(webhook, of: id) }
  }

  /// Replaces a hash by one of the same password with today's parameters.
  package func upgradePasswordHash(_ hash: String, of id: User.ID) throws {
    try database.execute("UPDATE users SET password_hash = \(hash) WHERE id = \(id)")
  }
}

extension User {
  init(row: inout Row) throws {
    self.init(
      id: try row.id(), email: try row.text(), role: try row.word(), status: try row.word())
  }

  /// Of a table that may have no such row.
  static func joined(_ row: inout Row) throws -> User? {
    let id = try row.optionalText().flatMap { User.ID($0) }
    let email = try row.optionalText()
    let role = try row.optionalWord(Role.self)
    let status = try row.optionalWord(Status.self)
    guard let id, let email, let role, let status else { return nil }
    return User(id: id, email: email, role: role, status: status)
  }
}
