package import Domain
import MariaDB

/// What a call that is to emit one event says of it, none of it checked.
package struct EventHint: Sendable {
  let type: String
  /// An id or an e-mail address; nil where the key's own user is meant.
  let user: String?

  package init(type: String, user: String?) {
    self.type = type
    self.user = user
  }
}

/// What is to be known for one event, as it was read along with the key of who calls.
package struct EventContext: Sendable {
  fileprivate let hint: EventHint
  /// Whom the hint means; nil where there is no such user.
  package let user: User?
  fileprivate var listeners: [Listener] = []

  /// Whether `user` is the answer to this name.
  package func isOf(user name: String) -> Bool { hint.user == name }

  /// Those that listen to the event, if it is the hint's.
  func listeners(to event: NewEvent) -> [Listener]? {
    hint.type == event.type && user?.id == event.user.id ? listeners : nil
  }
}

extension APIKeyStore {
  /// As `find`, with what an event that is hinted at needs to know: each read by itself would cost as
  /// much as writing the event does.
  package func find(_ key: APIKey, for hint: EventHint) throws -> (APIKeyHolder, EventContext)? {
    let rows = try database.query(
      """
      SELECT \(Self.columns), e.id, e.email, e.role, e.status, w.id, w.status = 'active'
        FROM \(Self.tables)
        LEFT JOIN users AS e ON \(isMeant(hint)) AND e.deleted_at IS NULL
        LEFT JOIN (webhooks AS w
                   LEFT JOIN webhook_subscriptions AS s
                          ON s.webhook_id = w.id AND s.event_type = \(hint.type))
               ON w.user_id = e.id AND w.deleted_at IS NULL
                  AND (w.listens_to_all OR s.webhook_id IS NOT NULL)
       WHERE \(Self.isGood(key))
      """
    ) { row in
      (
        holder: try APIKeyHolder(row: &row), user: try User.joined(&row),
        webhook: try row.optionalText().flatMap { Webhook.ID($0) }, sends: try row.optionalBool()
      )
    }
    guard let first = rows.first else { return nil }
    try noteUse(of: first.holder)
    var context = EventContext(hint: hint, user: first.user)
    context.listeners = rows.compactMap { row in
      guard let webhook = row.webhook else { return nil }
      return Listener(webhook: webhook, sends: row.sends == true, types: [hint.type])
    }.sorted { $0.webhook < $1.webhook }
    return (first.holder, context)
  }

  private func isMeant(_ hint: EventHint) -> SQL {
    guard let name = hint.user else { return "e.id = k.user_id" }
    if let id = User.ID(name) { return "e.id = \(id)" }
    return "e.email = \(name.lowercased())"
  }
}
