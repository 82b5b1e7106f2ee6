import Domain
import MariaDB

/// All sealed columns, for a change of keys. Values that are shown once live ten minutes and are
/// left alone.
package struct SealedStore {
  let database: Database
  let seal: Seal

  private static let batch = 500

  /// Seals again with the primary key whatever another key sealed, in key order and in batches. A
  /// value that its user changes meanwhile is left to the next run.
  ///
  /// The run is told in the audit log once, with the first values that it changes.
  /// - Returns: How many values it sealed.
  package func reEncryptAll() throws -> Int {
    var isTold = false
    return try reEncrypt(
      &isTold,
      select: { after in
        """
        SELECT s.id, w.user_id, s.secret_sealed
          FROM webhook_secrets AS s JOIN webhooks AS w ON w.id = s.webhook_id
         WHERE s.id > \(after) ORDER BY s.id LIMIT \(Self.batch)
        """
      },
      update: "UPDATE webhook_secrets SET secret_sealed = ? WHERE id = ? AND secret_sealed = ?",
      place: { .webhookSecret($0, of: $1) })
      + reEncrypt(
        &isTold,
        select: { after in
          """
          SELECT h.id, w.user_id, h.value_sealed
            FROM webhook_headers AS h JOIN webhooks AS w ON w.id = h.webhook_id
           WHERE h.id > \(after) ORDER BY h.id LIMIT \(Self.batch)
          """
        },
        update: "UPDATE webhook_headers SET value_sealed = ? WHERE id = ? AND value_sealed = ?",
        place: { .webhookHeader($0, of: $1) })
      + reEncrypt(
        &isTold,
        select: { after in
          """
          SELECT id, user_id, body_sealed FROM mails
           WHERE id > \(after) AND body_sealed IS NOT NULL ORDER BY id LIMIT \(Self.batch)
          """
        },
        update: "UPDATE mails SET body_sealed = ? WHERE id = ? AND body_sealed = ?",
        place: { .mail($0, of: $1) })
      + reEncryptApps(&isTold)
  }

  /// Client secrets, tokens and keys of connections, and tokens that wait for their revocation.
  /// Requests under way live ten minutes and are left alone.
  private func reEncryptApps(_ isTold: inout Bool) throws -> Int {
    try reEncrypt(
      &isTold,
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
      + reEncrypt(
        &isTold,
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
      + reEncrypt(
        &isTold,
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
      + reEncrypt(
        &isTold,
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
      + reEncrypt(
        &isTold,
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
      + reEncrypt(
        &isTold,
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
  }

  private func reEncrypt(
    _ isTold: inout Bool, select: (UUID) -> SQL, update: String,
    place: (UUID, User.ID) -> SealedPlace
  ) throws -> Int {
    var after = UUID(high: 0, low: 0)
    var count = 0
    while true {
      let rows = try database.query(select(after)) { row in
        (id: try row.uuid(), user: try row.id(User.self), sealed: try row.bytes())
      }
      guard let last = rows.last else { return count }
      let changed: [[Value]] = try rows.filter { !seal.isByPrimary($0.sealed) }.map { row in
        let place = place(row.id, row.user)
        let fresh = try seal.seal(seal.open(row.sealed, at: place), at: place)
        return [.bytes(fresh), row.id.boundValue, .bytes(row.sealed)]
      }
      if !changed.isEmpty {
        let tells = !isTold
        let sealed = try database.transaction {
          let sealed = try database.execute(update, rows: changed)
          if sealed > 0, tells { try tell() }
          return sealed
        }
        isTold = isTold || sealed > 0
        count += sealed
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
