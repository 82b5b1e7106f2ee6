import Domain
import MariaDB

/// All sealed columns, for a change of keys. Values that are shown once live ten minutes and are
/// left alone.
package struct SealedStore {
  let database: Database
  let seal: Seal

  private static let batch = 500

  /// What a run came to.
  package struct Tally: Sendable, Equatable {
    /// Values sealed again.
    package fileprivate(set) var sealed = 0
    /// Where something was changed or moved, and opens with no key: left as it is.
    package fileprivate(set) var damaged: [String] = []
  }

  /// Seals again with the primary key whatever another key sealed, in key order and in batches. A
  /// value that its user changes meanwhile is left to the next run.
  ///
  /// The run is told in the audit log once, with the first values that it changes.
  /// - Throws: `SealError.noSuchKey` where the ring lacks what sealed one.
  package func reEncryptAll() throws -> Tally {
    var tally = Tally()
    try reEncrypt(
      &tally,
      select: { after in
        """
        SELECT s.id, w.user_id, s.secret_sealed
          FROM webhook_secrets AS s JOIN webhooks AS w ON w.id = s.webhook_id
         WHERE s.id > \(after) ORDER BY s.id LIMIT \(Self.batch)
        """
      },
      update: "UPDATE webhook_secrets SET secret_sealed = ? WHERE id = ? AND secret_sealed = ?",
      place: { .webhookSecret($0, of: $1) })
    try reEncrypt(
      &tally,
      select: { after in
        """
        SELECT h.id, w.user_id, h.value_sealed
          FROM webhook_headers AS h JOIN webhooks AS w ON w.id = h.webhook_id
         WHERE h.id > \(after) ORDER BY h.id LIMIT \(Self.batch)
        """
      },
      update: "UPDATE webhook_headers SET value_sealed = ? WHERE id = ? AND value_sealed = ?",
      place: { .webhookHeader($0, of: $1) })
    try reEncrypt(
      &tally,
      select: { after in
        """
        SELECT id, user_id, body_sealed FROM mails
         WHERE id > \(after) AND body_sealed IS NOT NULL ORDER BY id LIMIT \(Self.batch)
        """
      },
      update: "UPDATE mails SET body_sealed = ? WHERE id = ? AND body_sealed = ?",
      place: { .mail($0, of: $1) })
    try reEncryptApps(&tally)
    return tally
  }

  /// Client secrets, tokens and keys of connections, tokens that wait for their revocation, and
  /// authorizations under way: one whose grant waits for a choice is there for an hour and longer.
  private func reEncryptApps(_ tally: inout Tally) throws {
    try reEncrypt(
      &tally,
      select: { after in
        """
        SELECT seal_id, CAST('00000000-0000-0000-0000-000000000000' AS UUID), client_secret_sealed
          FROM apps WHERE seal_id > \(after) AND client_secret_sealed IS NOT NULL
         ORDER BY seal_id LIMIT \(Self.batch)
        """
      },
      update: """
        UPDATE apps SET client_secret_sealed = ? WHERE seal_id = ? AND client_secret_sealed = ?
        """,
      place: { row, _ in .appSecret(row) })
    try reEncrypt(
      &tally,
      select: { after in
        """
        SELECT id, user_id, access_token_encrypted FROM user_integrations
         WHERE id > \(after) AND access_token_encrypted IS NOT NULL
         ORDER BY id LIMIT \(Self.batch)
        """
      },
      update: """
        UPDATE user_integrations SET access_token_encrypted = ?
         WHERE id = ? AND access_token_encrypted = ?
        """,
      place: { .connection(Connection.ID($0), "access_token_encrypted", of: $1) })
    try reEncrypt(
      &tally,
      select: { after in
        """
        SELECT id, user_id, refresh_token_encrypted FROM user_integrations
         WHERE id > \(after) AND refresh_token_encrypted IS NOT NULL
         ORDER BY id LIMIT \(Self.batch)
        """
      },
      update: """
        UPDATE user_integrations SET refresh_token_encrypted = ?
         WHERE id = ? AND refresh_token_encrypted = ?
        """,
      place: { .connection(Connection.ID($0), "refresh_token_encrypted", of: $1) })
    try reEncrypt(
      &tally,
      select: { after in
        """
        SELECT id, user_id, credentials_encrypted FROM user_integrations
         WHERE id > \(after) AND credentials_encrypted IS NOT NULL
         ORDER BY id LIMIT \(Self.batch)
        """
      },
      update: """
        UPDATE user_integrations SET credentials_encrypted = ?
         WHERE id = ? AND credentials_encrypted = ?
        """,
      place: { .connection(Connection.ID($0), "credentials_encrypted", of: $1) })
    try reEncrypt(
      &tally,
      select: { after in
        """
        SELECT id, user_id, access_token_encrypted FROM revocations
         WHERE id > \(after) AND access_token_encrypted IS NOT NULL
         ORDER BY id LIMIT \(Self.batch)
        """
      },
      update: """
        UPDATE revocations SET access_token_encrypted = ?
         WHERE id = ? AND access_token_encrypted = ?
        """,
      place: { .revocation(Revocation.ID($0), "access_token_encrypted", of: $1) })
    try reEncrypt(
      &tally,
      select: { after in
        """
        SELECT id, user_id, refresh_token_encrypted FROM revocations
         WHERE id > \(after) AND refresh_token_encrypted IS NOT NULL
         ORDER BY id LIMIT \(Self.batch)
        """
      },
      update: """
        UPDATE revocations SET refresh_token_encrypted = ?
         WHERE id = ? AND refresh_token_encrypted = ?
        """,
      place: { .revocation(Revocation.ID($0), "refresh_token_encrypted", of: $1) })
    try reEncrypt(
      &tally,
      select: { after in
        """
        SELECT id, user_id, secrets_encrypted FROM oauth_requests
         WHERE id > \(after) AND secrets_encrypted IS NOT NULL ORDER BY id LIMIT \(Self.batch)
        """
      },
      update: """
        UPDATE oauth_requests SET secrets_encrypted = ? WHERE id = ? AND secrets_encrypted = ?
        """,
      place: { .connectRequest(ConnectRequest.ID($0), "secrets_encrypted", of: $1) })
    try reEncrypt(
      &tally,
      select: { after in
        """
        SELECT id, user_id, code_encrypted FROM oauth_requests
         WHERE id > \(after) AND code_encrypted IS NOT NULL ORDER BY id LIMIT \(Self.batch)
        """
      },
      update: "UPDATE oauth_requests SET code_encrypted = ? WHERE id = ? AND code_encrypted = ?",
      place: { .connectRequest(ConnectRequest.ID($0), "code_encrypted", of: $1) })
    try reEncrypt(
      &tally,
      select: { after in
        """
        SELECT id, user_id, grant_encrypted FROM oauth_requests
         WHERE id > \(after) AND grant_encrypted IS NOT NULL ORDER BY id LIMIT \(Self.batch)
        """
      },
      update: "UPDATE oauth_requests SET grant_encrypted = ? WHERE id = ? AND grant_encrypted = ?",
      place: { .connectRequest(ConnectRequest.ID($0), "grant_encrypted", of: $1) })
  }

  private func reEncrypt(
    _ tally: inout Tally, select: (UUID) -> SQL, update: String,
    place: (UUID, User.ID) -> SealedPlace
  ) throws {
    var after = UUID(high: 0, low: 0)
    while true {
      let rows = try database.query(select(after)) { row in
        (id: try row.uuid(), user: try row.id(User.self), sealed: try row.bytes())
      }
      guard let last = rows.last else { return }
      var changed: [[Value]] = []
      for row in rows where !seal.isByPrimary(row.sealed) {
        let place = place(row.id, row.user)
        do {
          let fresh = try seal.seal(seal.open(row.sealed, at: place), at: place)
          changed.append([.bytes(fresh), row.id.boundValue, .bytes(row.sealed)])
        } catch SealError.changedOrMoved {
          tally.damaged.append("\(place.table).\(place.column) of \(row.id)")
        }
      }
      if !changed.isEmpty {
        let tells = tally.sealed == 0
        let sealed = try database.transaction {
          let sealed = try database.execute(update, rows: changed)
          if sealed > 0, tells { try tell() }
          return sealed
        }
        tally.sealed += sealed
      }
      after = last.id
    }
  }

  private func tell() throws {
    try database.audit(
      AuditEntry(
        action: "keys.re_encrypted", actor: .command,
        after: JSONWriter.object { $0.member("key", seal.primaryID) }))
  }
}
