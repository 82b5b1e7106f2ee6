package import Domain
import MariaDB

/// What a person should know, for every page: two statements that read a few rows of that person's.
package struct AttentionStore {
  let database: Database

  package func find(of user: User.ID, rules: NoticeRules) throws -> Attention {
    let rows = try database.query(
      """
      SELECT 'stopped', id, name, paused_at, paused_reason, NULL FROM webhooks
       WHERE user_id = \(user) AND deleted_at IS NULL AND paused_reason IN ('failing', 'gone', 'damaged')
      UNION ALL
      SELECT IF(c.reconnect_reason = 'damaged', 'damaged', 'needs_reconnect'), c.id, COALESCE(a.name, ''), c.reconnect_since, c.provider, NULL
        FROM user_integrations AS c LEFT JOIN apps AS a ON a.id = c.provider
       WHERE c.user_id = \(user) AND c.status = 'needs_reconnect'
      UNION ALL
      SELECT 'needs_site', c.id, '', c.connected_at, c.provider, NULL
        FROM user_integrations AS c
       WHERE c.user_id = \(user) AND c.status = 'connected' AND c.api_origin IS NULL
         AND c.provider IN (\(list: AppCatalog.withSites.map(\.rawValue)))
         AND \(ConnectionStore.isKept)
      UNION ALL
      SELECT 'failing', w.id, w.name, h.failing_since, NULL, NULL
        FROM webhooks AS w JOIN webhook_health AS h ON h.webhook_id = w.id
       WHERE w.user_id = \(user) AND w.deleted_at IS NULL AND w.status = 'active'
         AND h.failing_since <= UTC_TIMESTAMP(6) - INTERVAL \(rules.graceSeconds) SECOND
      UNION ALL
      SELECT 'secret_ends', w.id, w.name, s.expires_at, NULL, NULL
        FROM webhooks AS w JOIN webhook_secrets AS s ON s.webhook_id = w.id
       WHERE w.user_id = \(user) AND w.deleted_at IS NULL AND s.expires_at > UTC_TIMESTAMP(6)
         AND s.expires_at < UTC_TIMESTAMP(6) + INTERVAL 24 HOUR
      UNION ALL
      SELECT 'key_ends', id, name, expires_at, NULL, NULL FROM api_keys
       WHERE user_id = \(user) AND revoked_at IS NULL AND expires_at > UTC_TIMESTAMP(6)
         AND expires_at < UTC_TIMESTAMP(6) + INTERVAL 14 DAY
      UNION ALL
      SELECT 'service_key_ends', k.id, k.name, k.expires_at, NULL, NULL
        FROM users AS u JOIN api_keys AS k ON k.user_id IS NULL
       WHERE u.id = \(user) AND u.role = 'administrator' AND k.revoked_at IS NULL
         AND k.expires_at > UTC_TIMESTAMP(6)
         AND k.expires_at < UTC_TIMESTAMP(6) + INTERVAL 14 DAY
      UNION ALL
      SELECT n.kind, w.id, w.name, n.created_at, n.deliveries, n.id
        FROM notices AS n JOIN webhooks AS w ON w.id = n.webhook_id
       WHERE n.user_id = \(user) AND n.kind IN ('recovered', 'sent_again', 'dropped')
         AND n.hidden_at IS NULL
         AND n.created_at > UTC_TIMESTAMP(6) - INTERVAL 7 DAY AND w.deleted_at IS NULL
      UNION ALL
      SELECT 'worker', NULL, '', MAX(last_seen_at), NULL, NULL FROM workers
      """
    ) { row in
      (
        kind: AttentionItem.Kind(rawValue: try row.text()),
        subject: try row.optionalText().flatMap { UUID($0) }, name: try row.text(),
        at: try row.optionalTimestamp(),
        detail: try row.optionalText(),
        notice: try row.optionalText().flatMap { UUID($0) }
      )
    }
    let standing = rows.compactMap { row -> AttentionItem? in
      guard let kind = row.kind, let subject = row.subject, let at = row.at else { return nil }
      let isOfApp = [.needsReconnect, .damaged, .needsSite].contains(kind)
      let app = isOfApp ? row.detail.flatMap(AppID.init(rawValue:)) : nil
      return AttentionItem(
        kind: kind, subject: subject, name: app.flatMap(AppCatalog.app)?.name ?? row.name, at: at,
        reason: row.detail.flatMap(Webhook.PauseReason.init(rawValue:)), app: app,
        notice: row.notice, count: row.notice == nil ? nil : row.detail.flatMap { Int($0) })
    }
    let order = AttentionItem.Kind.allCases
    let items = try standing + endedJobs(of: user)
    return Attention(
      items: items.sorted {
        let (left, right) = (order.firstIndex(of: $0.kind) ?? 0, order.firstIndex(of: $1.kind) ?? 0)
        return left == right ? $0.at < $1.at : left < right
      },
      workerSeenAt: rows.first { $0.kind == nil }?.at)
  }

  /// Takes something that is over out of sight. Nothing changes where it is hidden already.
  /// - Throws: `StoreError.notFound` when the user has no such notice.
  package func hide(_ notice: UUID, of user: User.ID, by actor: Actor) throws {
    try database.transaction {
      let isHidden = try database.first(
        """
        SELECT hidden_at IS NOT NULL FROM notices
         WHERE id = \(notice) AND user_id = \(user)
           AND kind IN ('recovered', 'sent_again', 'dropped')
        """
      ) { row in try row.bool() }
      guard let isHidden else { throw StoreError.notFound }
      if isHidden { return }
      try database.execute(
        """
        UPDATE notices SET hidden_at = UTC_TIMESTAMP(6) WHERE id = \(notice) AND user_id = \(user)
        """)
      try database.audit(
        AuditEntry(action: "notice.hidden", actor: actor, user: user, subject: notice))
    }
  }
}
