import Domain
import MariaDB

// What people were told about connections that broke: once for each time, however long it lasts.
extension NoticeStore {
  private struct Break {
    let connection: Connection.ID
    let user: User.ID
    let app: AppID
    let appName: String
    let accountName: String
    let since: Timestamp
    let reason: ReconnectReason?
  }

  func reviewConnections(mailing: Mailing?) throws {
    for notice in try mended() {
      try database.execute(
        "UPDATE notices SET ended_at = UTC_TIMESTAMP(6) WHERE id = \(notice) AND ended_at IS NULL")
    }
    for found in try newBreaks() { try add(found, mailing) }
  }

  /// Open notices whose connection was made again, or has gone.
  private func mended() throws -> [UUID] {
    try database.query(
      """
      SELECT n.id FROM notices AS n FORCE INDEX (by_end)
        LEFT JOIN user_integrations AS c ON c.id = n.connection_id
       WHERE n.ended_at IS NULL AND n.kind = 'reconnect'
         AND NOT COALESCE(c.reconnect_since = n.since, FALSE)
       LIMIT \(Self.rows)
      """
    ) { row in try row.uuid() }
  }

  /// What broke within a day and nobody was told of; what a person took back is no news.
  private func newBreaks() throws -> [Break] {
    try database.query(
      """
      SELECT c.id, c.user_id, c.provider, COALESCE(a.name, ''), c.account_name, c.reconnect_since,
             c.reconnect_reason
        FROM user_integrations AS c FORCE INDEX (by_break) LEFT JOIN apps AS a ON a.id = c.provider
       WHERE c.reconnect_since > UTC_TIMESTAMP(6) - INTERVAL 1 DAY
         AND c.reconnect_reason <> \(ReconnectReason.permissionRevoked.rawValue)
         AND NOT EXISTS (SELECT 1 FROM notices AS n WHERE n.connection_id = c.id
                            AND n.kind = 'reconnect' AND n.since = c.reconnect_since)
       LIMIT \(Self.rows)
      """
    ) { row in
      let (id, user, app) = (
        try row.id(Connection.self), try row.id(User.self), try row.text()
      )
      let (name, account) = (try row.text(), try row.text())
      let since = try row.timestamp()
      let reason = ReconnectReason(rawValue: try row.text())
      return AppID(rawValue: app).map { app in
        Break(
          connection: id, user: user, app: app, appName: AppCatalog.app(app)?.name ?? name,
          accountName: account, since: since, reason: reason)
      }
    }.compactMap { $0 }
  }

  /// A notice and its mail are there together or not at all, and once.
  private func add(_ found: Break, _ mailing: Mailing?) throws {
    try database.transaction {
      let added = try database.execute(
        """
        INSERT IGNORE INTO notices (id, user_id, connection_id, kind, since, created_at)
        VALUES (\(try UUID.new()), \(found.user), \(found.connection), 'reconnect',
                \(found.since), UTC_TIMESTAMP(6))
        """)
      guard added == 1, let mailing else { return }
      let mail = ReconnectMail(
        app: found.app, appName: found.appName, accountName: found.accountName,
        since: found.since, reason: found.reason, base: mailing.base)
      try write(mail.subject, mail.body, to: found.user)
    }
  }
}
