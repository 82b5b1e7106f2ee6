package import Domain
import MariaDB

/// Connections as pages and the API show them. Every call carries the user.
package struct ConnectionStore {
  let database: Database
  let seal: Seal

  /// False from the moment when an administrator disconnected everybody, however long the worker takes
  /// to reach the row. Of `user_integrations AS c`.
  static let isKept: SQL = """
    NOT EXISTS (SELECT 1 FROM apps AS a
                 WHERE a.id = c.provider AND a.ended_all_at >= c.connected_at)
    """

  package func list(of user: User.ID) throws -> [Connection] {
    try load("c.user_id = \(user)")
  }

  /// nil when the user has not connected it.
  package func find(_ app: AppID, of user: User.ID) throws -> Connection? {
    try load("c.user_id = \(user) AND c.provider = \(app.rawValue)").first
  }

  /// Other apps of this user that live by the same grant: what ends it ends them too.
  package func sharing(_ connection: Connection) throws -> [AppID] {
    let group = AppCatalog.sharingGrant(with: connection.app)
    guard !group.isEmpty else { return [] }
    return try database.query(
      """
      SELECT provider FROM user_integrations
       WHERE user_id = \(connection.userID) AND account_id = \(connection.account.id)
         AND id <> \(connection.id) AND access_token_encrypted IS NOT NULL
         AND provider IN (\(list: group.map(\.rawValue)))
      """
    ) { row in try row.text() }.compactMap(AppID.init(rawValue:))
  }

  /// How many have connected it, at most a thousand and one.
  package func count(of app: AppID) throws -> BoundedCount {
    let found = try database.first(
      """
      SELECT COUNT(*) FROM
        (SELECT 1 FROM user_integrations FORCE INDEX (by_status)
          WHERE status IN ('connected', 'needs_reconnect') AND provider = \(app.rawValue)
          LIMIT \(BoundedCount.limit + 1)) AS connected
      """
    ) { row in try row.int() }
    return BoundedCount(found ?? 0, isAll: found ?? 0 <= BoundedCount.limit)
  }

  /// That its token was asked for.
  package func noteUse(of id: Connection.ID, user: User.ID) throws {
    try database.execute(
      """
      UPDATE user_integrations SET last_used_at = UTC_TIMESTAMP(6)
       WHERE id = \(id) AND user_id = \(user)
         AND (last_used_at IS NULL OR last_used_at < UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE)
      """)
  }

  /// The keys of a connection that was made by keys.
  /// - Throws: `DamagedConnection`.
  package func credentials(of connection: Connection) throws -> [UInt8]? {
    let sealed =
      try database.first(
        """
        SELECT c.credentials_encrypted FROM user_integrations AS c
         WHERE c.id = \(connection.id) AND c.user_id = \(connection.userID)
           AND c.status = 'connected' AND \(Self.isKept)
        """
      ) { row in try row.optionalBytes() } ?? nil
    return try sealed.map {
      try open(
        $0, "credentials_encrypted", of: connection.id, connection.app, user: connection.userID)
    }
  }

  func load(_ condition: SQL) throws -> [Connection] {
    let rows = try database.query(
      """
      SELECT c.id, c.user_id, c.provider, c.client_id, c.account_id, c.account_name, c.api_origin,
             c.reconnect_since, c.reconnect_reason, c.access_expires_at, c.connected_at,
             c.last_used_at, c.credentials_encrypted IS NOT NULL, c.is_unchecked, c.site
        FROM user_integrations AS c WHERE \(condition) AND \(Self.isKept) ORDER BY c.provider
      """, ConnectionRow.init(row:))
    guard !rows.isEmpty else { return [] }
    let scopes = try database.query(
      """
      SELECT connection_id, scope, state, since FROM connection_scopes
       WHERE connection_id IN (\(list: rows.map(\.id).padded)) ORDER BY connection_id, scope
      """
    ) { row in
      (
        id: try row.id(Connection.self),
        scope: Connection.Scope(
          name: try row.text(), state: try row.word(), since: try row.timestamp())
      )
    }
    return rows.compactMap { row in
      row.connection(scopes: scopes.filter { $0.id == row.id }.map(\.scope))
    }
  }
}

private struct ConnectionRow {
  let id: Connection.ID
  let user: User.ID
  let app: String
  let clientID: String?
  let accountID: String
  let accountName: String
  let apiOrigin: String?
  let reconnectSince: Timestamp?
  let reconnectReason: String?
  let accessExpiresAt: Timestamp?
  let connectedAt: Timestamp
  let lastUsedAt: Timestamp?
  let isByCredentials: Bool
  let isUnchecked: Bool
  let site: String?

  init(row: inout Row) throws {
    id = try row.id()
    user = try row.id()
    app = try row.text()
    clientID = try row.optionalText()
    accountID = try row.text()
    accountName = try row.text()
    apiOrigin = try row.optionalText()
    reconnectSince = try row.optionalTimestamp()
    reconnectReason = try row.optionalText()
    accessExpiresAt = try row.optionalTimestamp()
    connectedAt = try row.timestamp()
    lastUsedAt = try row.optionalTimestamp()
    isByCredentials = try row.bool()
    isUnchecked = try row.bool()
    site = try row.optionalText()
  }

  func connection(scopes: [Connection.Scope]) -> Connection? {
    guard let app = AppID(rawValue: app) else { return nil }
    let status: Connection.Status =
      if let reconnectSince {
        .needsReconnect(since: reconnectSince, reason: reconnectReason ?? "")
      } else {
        .connected
      }
    return Connection(
      id: id, userID: user, app: app, clientID: clientID,
      account: AccountIdentity(id: accountID, name: accountName), apiOrigin: apiOrigin,
      status: status, scopes: scopes, accessExpiresAt: accessExpiresAt, connectedAt: connectedAt,
      lastUsedAt: lastUsedAt, isByCredentials: isByCredentials, isUnchecked: isUnchecked,
      site: site)
  }
}

extension SealedPlace {
  static func connection(
    _ id: Connection.ID, _ column: String, of user: User.ID
  ) -> SealedPlace {
    SealedPlace(
      table: "user_integrations", column: column, row: id.rawValue, user: user.rawValue)
  }
}
