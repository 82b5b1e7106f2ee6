package import Domain
import MariaDB

/// How it stands with an app's connections, for administrators.
package struct AppTally: Sendable {
  package var connections = 0
  /// Their people have to connect again.
  package var broken = 0
  /// Renewals that fail and are tried again.
  package var failing = 0

  package init(connections: Int = 0, broken: Int = 0, failing: Int = 0) {
    self.connections = connections
    self.broken = broken
    self.failing = failing
  }
}

/// The last time that everybody was disconnected from an app.
package struct EndedAll: Sendable {
  package let at: Timestamp
  /// Connections that are still to end.
  package let left: Int
  /// Grants given back since then, by how that ended; nil: still tried.
  package let outcomes: [(outcome: RevocationOutcome?, count: Int)]

  package init(at: Timestamp, left: Int, outcomes: [(outcome: RevocationOutcome?, count: Int)]) {
    self.at = at
    self.left = left
    self.outcomes = outcomes
  }
}

// An administrator ends all connections of an app: the wish is one row, and the worker does it, some
// at a time.
extension AppStore {
  package func tally(of app: AppID) throws -> AppTally {
    try database.first(
      """
      SELECT COUNT(*), COUNT(reconnect_since), CAST(COALESCE(SUM(refresh_failures > 0), 0) AS SIGNED)
        FROM user_integrations WHERE provider = \(app.rawValue)
      """
    ) { row in
      AppTally(connections: try row.int(), broken: try row.int(), failing: try row.int())
    } ?? AppTally()
  }

  /// Has all connections ended that there are now; later ones stay.
  /// - Throws: `StoreError.notFound` when there is no such app.
  package func endAll(of app: AppID, by actor: Actor) throws {
    try database.transaction {
      let sealID = try lockedRow(of: app)
      let count = try tally(of: app).connections
      try database.execute(
        """
        UPDATE apps SET ended_all_at = UTC_TIMESTAMP(6), is_ending_all = TRUE
         WHERE id = \(app.rawValue)
        """)
      try database.audit(
        AuditEntry(
          action: "app.everyone_disconnected", actor: actor, subject: sealID,
          after: JSONWriter.object {
            $0.member("app", app.rawValue)
            $0.member("connections", count)
          }))
    }
  }

  /// nil when that was never done, or is a month ago.
  package func endedAll(of app: AppID) throws -> EndedAll? {
    let at =
      try database.first(
        """
        SELECT ended_all_at FROM apps
         WHERE id = \(app.rawValue) AND ended_all_at > UTC_TIMESTAMP(6) - INTERVAL 30 DAY
        """
      ) { row in try row.optionalTimestamp() } ?? nil
    guard let at else { return nil }
    let left = try database.first(
      """
      SELECT COUNT(*) FROM user_integrations
       WHERE provider = \(app.rawValue) AND connected_at <= \(at)
      """
    ) { row in try row.int() }
    let outcomes = try database.query(
      """
      SELECT outcome, COUNT(*) FROM revocations
       WHERE provider = \(app.rawValue) AND created_at >= \(at) GROUP BY outcome ORDER BY outcome
      """
    ) { row in (outcome: try row.optionalWord(RevocationOutcome.self), count: try row.int()) }
    return EndedAll(at: at, left: left ?? 0, outcomes: outcomes)
  }

  /// Connections that an administrator has given up, for the worker. What has none left is done with.
  package func givenUp(limit: Int) throws -> [(user: User.ID, app: AppID)] {
    let apps = try database.query("SELECT id FROM apps WHERE is_ending_all") { row in
      try row.text()
    }
    var found: [(user: User.ID, app: AppID)] = []
    for app in apps.compactMap(AppID.init(rawValue:)) {
      let users = try database.query(
        """
        SELECT c.user_id
          FROM apps AS a JOIN user_integrations AS c
            ON c.provider = a.id AND c.connected_at <= a.ended_all_at
         WHERE a.id = \(app.rawValue) LIMIT \(limit)
        """
      ) { row in try row.id(User.self) }
      if users.isEmpty {
        try database.execute(
          "UPDATE apps SET is_ending_all = FALSE WHERE id = \(app.rawValue)")
      }
      found += users.map { ($0, app) }
    }
    return found
  }
}
