package import Domain
import MariaDB

/// How it stands with an app's connections, for administrators; each as far as it is worth counting.
package struct AppTally: Sendable {
  package var connections: BoundedCount
  /// Their people have to connect again.
  package var broken: BoundedCount
  /// Renewals that fail and are tried again.
  package var failing: BoundedCount

  package init(
    connections: BoundedCount = .init(0), broken: BoundedCount = .init(0),
    failing: BoundedCount = .init(0)
  ) {
    self.connections = connections
    self.broken = broken
    self.failing = failing
  }
}

/// The last time that everybody was disconnected from an app.
package struct EndedAll: Sendable {
  package let at: Timestamp
  /// Connections that are still to end.
  package let left: BoundedCount
  /// Grants given back since then, by how that ended; nil: still tried.
  package let outcomes: [(outcome: RevocationOutcome?, count: BoundedCount)]

  package init(
    at: Timestamp, left: BoundedCount,
    outcomes: [(outcome: RevocationOutcome?, count: BoundedCount)]
  ) {
    self.at = at
    self.left = left
    self.outcomes = outcomes
  }
}

// An administrator ends all connections of an app: the wish is one row, and the worker does it, some
// at a time.
extension AppStore {
  package func tally(of app: AppID) throws -> AppTally {
    // Those given up go by the order in which they were made, so that none of them is walked over.
    let endedAt =
      try database.first("SELECT ended_all_at FROM apps WHERE id = \(app.rawValue)") { row in
        try row.optionalTimestamp()
      } ?? nil
    let connections = try count(
      """
      SELECT 1 FROM user_integrations FORCE INDEX (by_app)
       WHERE provider = \(app.rawValue)
         AND connected_at > COALESCE(\(endedAt), TIMESTAMP'1970-01-01 00:00:00')
      """)
    guard !connections.isNone else { return AppTally() }
    return AppTally(
      connections: connections,
      broken: try count(
        """
        SELECT 1 FROM user_integrations FORCE INDEX (by_status)
         WHERE provider = \(app.rawValue) AND status = 'needs_reconnect'
        """),
      failing: try count(
        """
        SELECT 1 FROM user_integrations FORCE INDEX (by_failures)
         WHERE provider = \(app.rawValue) AND refresh_failures > 0
        """))
  }

  /// How many rows a SELECT has, at most a thousand and one.
  private func count(_ select: SQL) throws -> BoundedCount {
    let found =
      try database.first(
        "SELECT COUNT(*) FROM (\(select) LIMIT \(BoundedCount.limit + 1)) AS found"
      ) { row in try row.int() } ?? 0
    return BoundedCount(found, isAll: found <= BoundedCount.limit)
  }

  /// Has all connections ended that there are now; later ones stay. None of them gives a token from here
  /// on (`ConnectionStore.isKept`); the worker takes the grants back one after the other.
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
            $0.member("connections", min(count.number, BoundedCount.limit))
            if !count.isAll { $0.member("and_more", true) }
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
    let left = try count(
      """
      SELECT 1 FROM user_integrations
       WHERE provider = \(app.rawValue) AND connected_at <= \(at)
      """)
    let ends: [RevocationOutcome?] = [nil] + RevocationOutcome.allCases
    let outcomes = try ends.map { outcome in
      (
        outcome: outcome,
        count: try count(
          """
          SELECT 1 FROM revocations
           WHERE provider = \(app.rawValue) AND outcome <=> \(outcome?.rawValue)
             AND created_at >= \(at)
          """)
      )
    }.filter { !$0.count.isNone }
    return EndedAll(at: at, left: left, outcomes: outcomes)
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
