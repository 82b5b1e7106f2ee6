package import Domain
import MariaDB

/// Authorizations under way. Each is of one session of one user and takes one answer.
package struct ConnectRequestStore {
  let database: Database
  let seal: Seal
  let connections: ConnectionStore

  /// What the browser takes along to the provider.
  package struct Departure: Sendable {
    package let state: OAuthState
    package let pkce: PKCE?

    package init(state: OAuthState, pkce: PKCE?) {
      self.state = state
      self.pkce = pkce
    }
  }

  /// What the provider sent back.
  package enum Returned: Sendable {
    case code(String)
    /// Ended without a code.
    case outcome(ConnectOutcome, detail: String?)
  }

  package enum Taking: Sendable, Equatable {
    case taken(ConnectRequest.ID)
    /// It was answered before.
    case again(ConnectRequest.ID)
    case expired
    /// Another session's, another user's or another app's.
    case ofAnother
    case unknown
  }

  /// A code that this caller exchanges.
  package struct Exchange: Sendable {
    package let code: String
    package let pkce: PKCE?
  }

  package func begin(
    _ app: AppID, for user: User.ID, session: Session.ID, redirectURI: String,
    departure: Departure, scopes: [String]
  ) throws -> ConnectRequest.ID {
    let id = try ConnectRequest.ID.new()
    let secrets = JSONWriter.object {
      $0.member("state", departure.state.text)
      $0.member("verifier", departure.pkce?.verifier)
    }
    try database.execute(
      """
      INSERT INTO oauth_requests (id, state_hash, user_id, session_id, provider, redirect_uri,
                                  secrets_encrypted, scopes, created_at, expires_at)
      VALUES (\(id), \(departure.state.hash), \(user), \(session), \(app.rawValue),
              \(redirectURI), \(try seal.seal(secrets, at: .connectRequest(id, "secrets_encrypted", of: user))),
              \(scopes.joined(separator: " ")), UTC_TIMESTAMP(6),
              UTC_TIMESTAMP(6) + INTERVAL \(ConnectRequest.lifetimeSeconds) SECOND)
      """)
    return id
  }

  /// - Throws: `StoreError.notFound` when the session of this user has no such request.
  package func find(
    _ id: ConnectRequest.ID, of user: User.ID, in session: Session.ID
  ) throws -> ConnectRequest {
    let found = try database.first(
      """
      SELECT provider, redirect_uri, scopes, created_at, expires_at, returned_at IS NOT NULL,
             outcome, detail
        FROM oauth_requests
       WHERE id = \(id) AND user_id = \(user) AND session_id = \(session)
      """
    ) { row in
      let app = try row.text()
      let (redirectURI, scopes) = (try row.text(), try row.text())
      let (createdAt, expiresAt) = (try row.timestamp(), try row.timestamp())
      let hasReturned = try row.bool()
      let outcome: ConnectOutcome? = try row.optionalWord()
      let detail = try row.optionalText()
      guard let app = AppID(rawValue: app) else { throw StoreError.notFound }
      let state: ConnectRequest.State =
        if let outcome {
          .ended(outcome, detail: detail)
        } else {
          hasReturned ? .returned : .waiting
        }
      return ConnectRequest(
        id: id, app: app, userID: user, redirectURI: redirectURI,
        scopes: scopes.split(separator: " ").map(String.init), createdAt: createdAt,
        expiresAt: expiresAt, state: state)
    }
    guard let found else { throw StoreError.notFound }
    return found
  }

  /// nil once it is over or was answered.
  package func departure(of request: ConnectRequest) throws -> Departure? {
    let sealed =
      try database.first(
        """
        SELECT secrets_encrypted FROM oauth_requests
         WHERE id = \(request.id) AND user_id = \(request.userID) AND returned_at IS NULL
           AND expires_at > UTC_TIMESTAMP(6)
        """
      ) { row in try row.optionalBytes() } ?? nil
    return try sealed.map { try openSecrets($0, request.id, request.userID) }
  }

  /// Takes the provider's answer, once, before anything is done with it.
  package func take(
    state: OAuthState, app: AppID, of user: User.ID, in session: Session.ID, _ returned: Returned,
    by actor: Actor
  ) throws -> Taking {
    try database.transaction {
      let found = try database.first(
        """
        SELECT id, user_id, session_id, provider, returned_at IS NOT NULL,
               expires_at <= UTC_TIMESTAMP(6)
          FROM oauth_requests WHERE state_hash = \(state.hash) FOR UPDATE
        """
      ) { row in
        (
          id: try row.id(ConnectRequest.self), user: try row.id(User.self),
          session: try row.id(Session.self), app: try row.text(), isTaken: try row.bool(),
          isOver: try row.bool()
        )
      }
      guard let found else { return .unknown }
      guard found.user == user, found.session == session, found.app == app.rawValue else {
        try database.audit(
          AuditEntry(
            action: "connect.refused", actor: actor, user: user, subject: found.id.rawValue,
            after: JSONWriter.object { $0.member("app", app.rawValue) }))
        return .ofAnother
      }
      if found.isTaken { return .again(found.id) }
      if found.isOver { return .expired }
      var code: [UInt8]?
      if case .code(let text) = returned {
        code = try seal.seal(
          Array(text.utf8), at: .connectRequest(found.id, "code_encrypted", of: user))
      }
      try database.execute(
        """
        UPDATE oauth_requests
           SET returned_at = UTC_TIMESTAMP(6), code_encrypted = \(code)
         WHERE id = \(found.id) AND returned_at IS NULL
        """)
      if case .outcome(let outcome, let detail) = returned {
        if try finish(found.id, of: user, outcome, detail: detail) {
          try tell(of: found.id, app, user, outcome, detail: detail, by: actor)
        }
      }
      return .taken(found.id)
    }
  }

  /// The code, for this caller alone for so long.
  /// - Returns: nil when there is none, or somebody exchanges it already.
  package func claimExchange(of request: ConnectRequest, seconds: Int) throws -> Exchange? {
    let claimed = try database.execute(
      """
      UPDATE oauth_requests SET exchanging_until = UTC_TIMESTAMP(6) + INTERVAL \(seconds) SECOND
       WHERE id = \(request.id) AND user_id = \(request.userID) AND outcome IS NULL
         AND code_encrypted IS NOT NULL AND exchanging_until IS NULL
      """)
    guard claimed == 1 else { return nil }
    let found = try database.first(
      """
      SELECT code_encrypted, secrets_encrypted FROM oauth_requests WHERE id = \(request.id)
      """
    ) { row in (code: try row.bytes(), secrets: try row.bytes()) }
    guard let found else { return nil }
    let code = try seal.open(
      found.code, at: .connectRequest(request.id, "code_encrypted", of: request.userID))
    return Exchange(
      code: String(decoding: code, as: UTF8.self),
      pkce: try openSecrets(found.secrets, request.id, request.userID).pkce)
  }

  /// Whoever exchanged the code has not come back: nobody knows what became of it.
  package func endLost(_ request: ConnectRequest, by actor: Actor) throws {
    try database.transaction {
      let changed = try database.execute(
        """
        UPDATE oauth_requests
           SET code_encrypted = NULL, secrets_encrypted = NULL,
               outcome = \(ConnectOutcome.providerTrouble.rawValue), detail = 'interrupted',
               finished_at = UTC_TIMESTAMP(6)
         WHERE id = \(request.id) AND outcome IS NULL AND exchanging_until <= UTC_TIMESTAMP(6)
        """)
      guard changed == 1 else { return }
      try tell(
        of: request.id, request.app, request.userID, .providerTrouble, detail: "interrupted",
        by: actor)
    }
  }

  /// Keeps the grant as a connection and ends the request, in one transaction.
  /// - Parameter outcome: How the request stands; nil: it is open.
  /// - Returns: Whether the grant was still wanted. Where not, nothing was kept: the person has
  ///   disconnected meanwhile, signed out or gone, or was told that it failed; or an administrator has
  ///   disconnected everybody since it was begun.
  package func finish(
    _ request: ConnectRequest, after outcome: ConnectOutcome? = nil, with grant: NewGrant,
    by actor: Actor
  ) throws -> Bool {
    do {
      try database.transaction {
        if try isGivenUp(request) { throw StoreError.notFound }
        try connections.save(grant, of: request.userID, by: actor)
        // After the connection, as a disconnect goes: in the other order the two could lock each other.
        let isOurs = try finish(
          request.id, of: request.userID, after: outcome,
          grant.asksForSite ? .chooseSite : grant.missing.isEmpty ? .connected : .limited,
          detail: grant.account.name)
        guard isOurs else { throw StoreError.notFound }
      }
      return true
    } catch StoreError.notFound {
      return false
    }
  }

  /// Whether everybody was disconnected since it was begun. Until the caller's transaction ends nobody
  /// is: who is disconnected after it is kept by then, and ends as all others do.
  private func isGivenUp(_ request: ConnectRequest) throws -> Bool {
    try database.first(
      """
      SELECT COALESCE(ended_all_at >= \(request.createdAt), FALSE) FROM apps
       WHERE id = \(request.app.rawValue) LOCK IN SHARE MODE
      """
    ) { row in try row.bool() } ?? false
  }

  /// Ends the request with nothing kept, if it still stands as `old` says; nil: it is open.
  package func finish(
    _ request: ConnectRequest, after old: ConnectOutcome? = nil, _ outcome: ConnectOutcome,
    detail: String?, by actor: Actor
  ) throws {
    try database.transaction {
      guard try finish(request.id, of: request.userID, after: old, outcome, detail: detail)
      else { return }
      try tell(
        of: request.id, request.app, request.userID, outcome, detail: detail, by: actor)
    }
  }

  private func tell(
    of id: ConnectRequest.ID, _ app: AppID, _ user: User.ID, _ outcome: ConnectOutcome,
    detail: String?, by actor: Actor
  ) throws {
    try database.audit(
      AuditEntry(
        action: "connect.failed", actor: actor, user: user, subject: id.rawValue,
        after: JSONWriter.object {
          $0.member("app", app.rawValue)
          $0.member("outcome", outcome.rawValue)
          $0.member("detail", detail)
        }))
  }

  /// - Returns: Whether it stood as `old` says.
  func finish(
    _ id: ConnectRequest.ID, of user: User.ID, after old: ConnectOutcome? = nil,
    _ outcome: ConnectOutcome, detail: String?
  ) throws -> Bool {
    try database.execute(
      """
      UPDATE oauth_requests
         SET code_encrypted = NULL, secrets_encrypted = NULL, grant_encrypted = NULL,
             outcome = \(outcome.rawValue), detail = \(detail), finished_at = UTC_TIMESTAMP(6)
       WHERE id = \(id) AND user_id = \(user) AND outcome <=> \(old?.rawValue)
      """) == 1
  }

  private func openSecrets(
    _ sealed: [UInt8], _ id: ConnectRequest.ID, _ user: User.ID
  ) throws -> Departure {
    let json = try seal.open(sealed, at: .connectRequest(id, "secrets_encrypted", of: user))
    guard let members = try JSONValue(json).object(), let state = members.text(at: ["state"]) else {
      throw StoreError.unreadable("secrets of a connect request")
    }
    return Departure(
      state: OAuthState(state),
      pkce: members.text(at: ["verifier"]).map { PKCE(verifier: $0) })
  }

  /// Old ones, but those with a grant that nobody chose: it is to be revoked first.
  package func removeOld(rows: Int) throws {
    try database.execute(
      """
      DELETE FROM oauth_requests
       WHERE expires_at < UTC_TIMESTAMP(6) - INTERVAL 1 HOUR AND grant_encrypted IS NULL
       LIMIT \(rows)
      """)
  }
}

extension Database {
  /// Ends what a user has under way with an app, in the caller's transaction: who disconnects does not
  /// wish to be connected by an answer that comes late.
  func endOpenRequests(_ app: AppID, of user: User.ID) throws {
    try execute(
      """
      UPDATE oauth_requests
         SET code_encrypted = NULL, secrets_encrypted = NULL,
             outcome = \(ConnectOutcome.overtaken.rawValue), finished_at = UTC_TIMESTAMP(6)
       WHERE user_id = \(user) AND provider = \(app.rawValue)
         AND (outcome IS NULL OR outcome = \(ConnectOutcome.chooseSite.rawValue))
      """)
  }
}

extension SealedPlace {
  static func connectRequest(
    _ id: ConnectRequest.ID, _ column: String, of user: User.ID
  ) -> SealedPlace {
    SealedPlace(table: "oauth_requests", column: column, row: id.rawValue, user: user.rawValue)
  }
}
