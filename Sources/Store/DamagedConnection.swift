package import Domain
import MariaDB

/// What a connection keeps does not open with the key that sealed it: it was changed, or copied from
/// another row, column or user. A key that the ring lacks is no damage: what it sealed opens when the
/// key is back.
package struct DamagedConnection: Error, CustomStringConvertible {
  package let connection: Connection.ID
  package let user: User.ID
  package let app: AppID
  let column: String
  /// As it was read, so that what has been replaced since is left alone.
  let sealed: [UInt8]

  /// For the log: where, and nothing of what.
  package var description: String {
    "\(column) of connection \(connection) (\(app)) was changed or moved, and does not open"
  }
}

extension ConnectionStore {
  func open(
    _ sealed: [UInt8], _ column: String, of id: Connection.ID, _ app: AppID, user: User.ID
  ) throws -> [UInt8] {
    do {
      return try seal.open(sealed, at: .connection(id, column, of: user))
    } catch SealError.changedOrMoved {
      throw DamagedConnection(
        connection: id, user: user, app: app, column: column, sealed: sealed)
    }
  }

  /// Only its person can mend it, by connecting again. Tokens go, as whenever access has ended; keys
  /// stay where they are, so that it is still known as connected by keys.
  /// - Returns: Whether it stood as it was read.
  @discardableResult
  package func mark(_ damage: DamagedConnection, by actor: Actor) throws -> Bool {
    try database.transaction {
      let changed = try database.execute(
        """
        UPDATE user_integrations
           SET status = 'needs_reconnect',
               reconnect_reason = \(ReconnectReason.damaged.rawValue),
               reconnect_since = UTC_TIMESTAMP(6), access_token_encrypted = NULL,
               refresh_token_encrypted = NULL, access_expires_at = NULL, refresh_at = NULL,
               refreshing_until = NULL, refresh_number = refresh_number + 1
         WHERE id = \(damage.connection) AND user_id = \(damage.user) AND status = 'connected'
           AND \(damage.sealed) IN (access_token_encrypted, refresh_token_encrypted,
                                    credentials_encrypted)
        """)
      guard changed == 1 else { return false }
      try database.audit(
        AuditEntry(
          action: "connection.broke", actor: actor, user: damage.user,
          subject: damage.connection.rawValue,
          after: JSONWriter.object {
            $0.member("app", damage.app.rawValue)
            $0.member("reason", ReconnectReason.damaged.rawValue)
          }))
      return true
    }
  }
}
