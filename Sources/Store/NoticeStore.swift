package import Domain
import MariaDB

/// What people were told about their webhooks and connections. Everything follows from how these stand, looked at
/// now and then, so that no delivery pays for it.
package struct NoticeStore {
  let database: Database

  /// How a notice is told by e-mail; where there is none it is not.
  package struct Mailing: Sendable {
    /// The public URL with the prefix, where it is known.
    let base: String?

    package init(base: String?) {
      self.base = base
    }
  }

  /// Most mails that a user gets in an hour.
  static let mailsPerHour = 10
  static let rows = 250

  /// Puts on record what has come and what is over.
  package func review(_ rules: NoticeRules, mailing: Mailing?) throws {
    for edge in try endedEdges() { try end(edge, rules, mailing) }
    for edge in try newEdges(rules) { try add(edge, rules, mailing) }
    try reviewConnections(mailing: mailing)
    try database.execute(
      """
      DELETE FROM notices WHERE created_at < UTC_TIMESTAMP(6) - INTERVAL 30 DAY
         AND ended_at IS NOT NULL LIMIT 250
      """)
    try database.execute(
      "DELETE FROM mails WHERE created_at < UTC_TIMESTAMP(6) - INTERVAL 7 DAY LIMIT 250")
  }

  private struct Edge {
    let kind: NoticeMail.Kind
    let webhook: Webhook.ID
    let user: User.ID
    let name: String
    let endpointURL: String
    let since: Timestamp
    var reason: Webhook.PauseReason?
    /// The open notice, of one that is over.
    var notice: UUID?
    /// It delivers again.
    var hasRecovered = false
  }

  /// What nobody was told yet. Those that were stopped long ago, before there were notices, are left out.
  private func newEdges(_ rules: NoticeRules) throws -> [Edge] {
    let warnAfter = rules.stopAfterSeconds - rules.warnBeforeSeconds
    return try failing(.failing, forSeconds: rules.graceSeconds)
      + failing(.stopping, forSeconds: warnAfter)
      + database.query(
        """
        SELECT w.id, w.user_id, w.name, w.endpoint_url, w.paused_at, w.paused_reason
          FROM webhooks AS w FORCE INDEX (by_pause)
         WHERE w.paused_reason IN ('failing', 'gone', 'damaged') AND w.deleted_at IS NULL
           AND w.paused_at > UTC_TIMESTAMP(6) - INTERVAL 1 DAY
           AND NOT EXISTS (SELECT 1 FROM notices AS n WHERE n.webhook_id = w.id
                              AND n.kind = 'stopped' AND n.since = w.paused_at)
         LIMIT \(Self.rows)
        """
      ) { row in
        Edge(
          kind: .stopped, webhook: try row.id(), user: try row.id(), name: try row.text(),
          endpointURL: try row.text(), since: try row.timestamp(),
          reason: try row.optionalWord())
      }
  }

  private func failing(_ kind: NoticeMail.Kind, forSeconds seconds: Int) throws -> [Edge] {
    try database.query(
      """
      SELECT w.id, w.user_id, w.name, w.endpoint_url, h.failing_since
        FROM webhook_health AS h FORCE INDEX (by_failure) JOIN webhooks AS w ON w.id = h.webhook_id
       WHERE h.failing_since <= UTC_TIMESTAMP(6) - INTERVAL \(seconds) SECOND
         AND w.status = 'active' AND w.deleted_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM notices AS n WHERE n.webhook_id = w.id
                            AND n.kind = \(kind.rawValue) AND n.since = h.failing_since)
       LIMIT \(Self.rows)
      """
    ) { row in
      Edge(
        kind: kind, webhook: try row.id(), user: try row.id(), name: try row.text(),
        endpointURL: try row.text(), since: try row.timestamp())
    }
  }

  /// Open notices whose cause is gone.
  private func endedEdges() throws -> [Edge] {
    try database.query(
      """
      SELECT n.kind, w.id, n.user_id, w.name, w.endpoint_url, n.since, n.id,
             n.kind = 'failing' AND w.status = 'active' AND w.deleted_at IS NULL
               AND COALESCE(h.last_success_at >= n.since, FALSE)
        FROM notices AS n FORCE INDEX (by_end) JOIN webhooks AS w ON w.id = n.webhook_id
        LEFT JOIN webhook_health AS h ON h.webhook_id = w.id
       WHERE n.ended_at IS NULL
         AND (w.deleted_at IS NOT NULL
              OR IF(n.kind = 'stopped', NOT w.paused_at <=> n.since,
                    w.status <> 'active' OR NOT h.failing_since <=> n.since))
       LIMIT \(Self.rows)
      """
    ) { row in
      Edge(
        kind: try row.word(), webhook: try row.id(), user: try row.id(), name: try row.text(),
        endpointURL: try row.text(), since: try row.timestamp(), notice: try row.uuid(),
        hasRecovered: try row.bool())
    }
  }

  private func add(_ edge: Edge, _ rules: NoticeRules, _ mailing: Mailing?) throws {
    try database.transaction { try insert(edge, rules, mailing) }
  }

  private func end(_ edge: Edge, _ rules: NoticeRules, _ mailing: Mailing?) throws {
    try database.transaction {
      let changed = try database.execute(
        "UPDATE notices SET ended_at = UTC_TIMESTAMP(6) WHERE id = \(edge.notice) AND ended_at IS NULL"
      )
      guard changed == 1, edge.hasRecovered else { return }
      try insert(
        Edge(
          kind: .recovered, webhook: edge.webhook, user: edge.user, name: edge.name,
          endpointURL: edge.endpointURL, since: edge.since), rules, mailing)
    }
  }

  /// In the caller's transaction: a notice and its mail are there together or not at all, and once.
  private func insert(_ edge: Edge, _ rules: NoticeRules, _ mailing: Mailing?) throws {
    let isOver = edge.kind == .recovered
    let added = try database.execute(
      """
      INSERT IGNORE INTO notices (id, user_id, webhook_id, kind, since, created_at, ended_at)
      VALUES (\(try UUID.new()), \(edge.user), \(edge.webhook), \(edge.kind.rawValue), \(edge.since),
              UTC_TIMESTAMP(6), IF(\(isOver), UTC_TIMESTAMP(6), NULL))
      """)
    guard added == 1, let mailing else { return }
    let mail = NoticeMail(
      kind: edge.kind, webhook: edge.webhook, name: edge.name, endpointURL: edge.endpointURL,
      since: edge.since, reason: edge.reason, rules: rules, base: mailing.base)
    try write(mail.subject, mail.body, to: edge.user)
  }

  /// One mail, unless its user got many within the hour.
  func write(_ subject: String, _ body: String, to user: User.ID) throws {
    let lately = try database.first(
      """
      SELECT COUNT(*) FROM mails
       WHERE user_id = \(user) AND created_at > UTC_TIMESTAMP(6) - INTERVAL 1 HOUR
      """
    ) { row in try row.int() }
    guard lately ?? 0 < Self.mailsPerHour else { return }
    try database.execute(
      """
      INSERT INTO mails (id, user_id, subject, body, created_at, due_at)
      VALUES (\(try UUID.new()), \(user), \(String(subject.prefix(200))), \(body),
              UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
      """)
  }
}
