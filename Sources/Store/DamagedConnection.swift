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

  /// Only its person can mend it, by connecting again.
  /// - Returns: Whether it stood as it was read.
  @discardableResult
  package func mark(_ damage: DamagedConnection, by actor: Actor) throws -> Bool {
    try database.transaction {
      try database.endAccess(
        of: damage.connection, to: damage.app, user: damage.user,
        if: """
          status = 'connected'
          AND \(damage.sealed) IN (access_token_encrypted, refresh_token_encrypted,
                                   credentials_encrypted)
          """, reason: ReconnectReason.damaged.rawValue, by: actor)
    }
  }
}
