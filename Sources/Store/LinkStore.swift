import Crypto
package import Domain
import MariaDB

/// Invitations and resets of passwords. Of a link only the hash is kept; where it is mailed, the mail
/// holds it sealed until it is handed over.
package struct LinkStore {
  /// The address of a link, where the mail server is to bring it.
  package typealias Mailing = (OneTimeLink.Token) -> String

  let database: Database
  let seal: Seal

  package enum Finding {
    case open(User, OneTimeLink)
    /// Used, replaced, taken back, too old, or its user is disabled or gone.
    case ended
    case unknown
  }

  /// Makes a user who has no password yet, and the link to set one.
  /// - Throws: `StoreError.duplicate` when the address is taken.
  package func invite(
    _ email: EmailAddress, role: User.Role, mailing: Mailing?, by actor: Actor
  ) throws -> (user: User, token: OneTimeLink.Token) {
    let user = User(id: try .new(), email: email.text, role: role, status: .active)
    do {
      let token = try database.transaction {
        try database.execute(
          """
          INSERT INTO users (id, email, role, status, created_at, invited_at)
          VALUES (\(user.id), \(user.email), \(role.rawValue), 'active', UTC_TIMESTAMP(6),
                  UTC_TIMESTAMP(6))
          """)
        try database.audit(
          AuditEntry(
            action: "user.invited", actor: actor, user: user.id, subject: user.id.rawValue,
            after: JSONWriter.object { $0.member("role", role.rawValue) }))
        return try add(.invitation, for: user.id, mailing: mailing)
      }
      return (user, token)
    } catch let error as DatabaseError where error.code == .duplicate {
      throw StoreError.duplicate
    }
  }

  /// A new link, which ends those before it: an invitation for who has not accepted one, else a reset.
  /// - Throws: `StoreError.notFound` when the user is disabled or gone.
  package func renew(for id: User.ID, mailing: Mailing?, by actor: Actor) throws
    -> OneTimeLink.Token
  {
    try database.transaction {
      guard let kind = try kind(for: "id = \(id)")?.kind else { throw StoreError.notFound }
      try database.audit(
        AuditEntry(
          action: kind == .invitation ? "user.invited_again" : "user.reset_link_made", actor: actor,
          user: id, subject: id.rawValue))
      return try add(kind, for: id, mailing: mailing)
    }
  }

  /// Somebody says that they have forgotten a password. Nothing tells whether the address is known:
  /// the one write is there in either case.
  package func request(
    _ email: EmailAddress, countedAs subjects: [SignInThrottle.Subject],
    mailing: @escaping Mailing,
    by actor: Actor
  ) throws {
    try database.transaction {
      let throttle = SignInThrottle(database: database)
      for subject in subjects { try throttle.count(subject, by: actor) }
      guard let (id, kind) = try kind(for: "email = \(email.text)") else { return }
      try database.audit(
        AuditEntry(
          action: "user.reset_requested", actor: actor, user: id, subject: id.rawValue))
      _ = try add(kind, for: id, mailing: mailing)
    }
  }

  /// Looks, and changes nothing: mail scanners fetch links.
  package func find(_ token: OneTimeLink.Token) throws -> Finding {
    let found = try database.first(
      """
      SELECT u.id, COALESCE(u.email, ''), u.role, u.status, l.kind, l.expires_at,
             l.ended_at IS NULL AND l.expires_at > UTC_TIMESTAMP(6) AND u.status = 'active'
               AND u.deleted_at IS NULL
        FROM one_time_links AS l JOIN users AS u ON u.id = l.user_id
       WHERE l.token_hash = \(SHA256.hash(token.bytes))
      """
    ) { row in
      (
        user: try User(row: &row),
        link: OneTimeLink(kind: try row.word(), expiresAt: try row.timestamp()),
        isOpen: try row.bool()
      )
    }
    guard let found else { return .unknown }
    return found.isOpen ? .open(found.user, found.link) : .ended
  }

  /// Sets the password, once. All sessions and other links of the user end, and failed sign-ins are
  /// forgotten.
  /// - Throws: `StoreError.notFound` when the link is not open any more.
  package func use(
    _ token: OneTimeLink.Token, passwordHash: String, from address: String,
    requestID: String? = nil
  ) throws {
    try database.transaction {
      let id = try database.first(
        """
        SELECT user_id FROM one_time_links
         WHERE token_hash = \(SHA256.hash(token.bytes)) AND ended_at IS NULL
           AND expires_at > UTC_TIMESTAMP(6) FOR UPDATE
        """
      ) { row in try row.id(User.self) }
      guard let id else { throw StoreError.notFound }
      let actor = Actor(kind: .user, id: id.rawValue, address: address, requestID: requestID)
      try database.setPassword(passwordHash, of: id, keeping: nil)
      try database.audit(
        AuditEntry(action: "user.password_set", actor: actor, user: id, subject: id.rawValue))
    }
  }

  /// The link of a user that can still be used.
  package func open(of id: User.ID) throws -> OneTimeLink? {
    try database.first(
      """
      SELECT kind, expires_at FROM one_time_links
       WHERE user_id = \(id) AND ended_at IS NULL AND expires_at > UTC_TIMESTAMP(6)
       ORDER BY created_at DESC LIMIT 1
      """
    ) { row in OneTimeLink(kind: try row.word(), expiresAt: try row.timestamp()) }
  }

  private func kind(for condition: SQL) throws -> (id: User.ID, kind: OneTimeLink.Kind)? {
    try database.first(
      """
      SELECT id, invited_at IS NOT NULL FROM users
       WHERE \(condition) AND deleted_at IS NULL AND status = 'active' FOR UPDATE
      """
    ) { row in (id: try row.id(), kind: try row.bool() ? .invitation : .reset) }
  }

  /// In the caller's transaction.
  private func add(_ kind: OneTimeLink.Kind, for user: User.ID, mailing: Mailing?) throws
    -> OneTimeLink.Token
  {
    let token = OneTimeLink.Token(random: try Random.bytes(32))
    try database.endLinks(of: user)
    try database.execute(
      """
      INSERT INTO one_time_links (id, token_hash, user_id, kind, created_at, expires_at)
      VALUES (\(try UUID.new()), \(SHA256.hash(token.bytes)), \(user), \(kind.rawValue),
              UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL \(kind.lifetimeSeconds) SECOND)
      """)
    if let mailing { try mail(LinkMail(kind: kind, address: mailing(token)), to: user) }
    return token
  }

  private func mail(_ mail: LinkMail, to user: User.ID) throws {
    let id = try UUID.new()
    try database.execute(
      """
      INSERT INTO mails (id, user_id, subject, body, body_sealed, created_at, due_at)
      VALUES (\(id), \(user), \(mail.subject), '',
              \(try seal.seal(Array(mail.body.utf8), at: .mail(id, of: user))), UTC_TIMESTAMP(6),
              UTC_TIMESTAMP(6))
      """)
  }
}

extension Database {
  /// In the caller's transaction.
  func endLinks(of user: User.ID) throws {
    try execute(
      """
      UPDATE one_time_links SET ended_at = UTC_TIMESTAMP(6)
       WHERE user_id = \(user) AND ended_at IS NULL
      """)
  }
}
