import Domain
import MariaDB

/// A webhook that listens to some types of events.
struct Listener: Sendable {
  let webhook: Webhook.ID
  let sends: Bool
  /// nil: every type.
  private(set) var types: Set<String>?

  func hears(_ type: String) -> Bool { types?.contains(type) ?? true }

  /// Listens to this type as well.
  mutating func add(_ type: String) {
    types?.insert(type)
  }
}

extension EventStore {
  /// The webhooks of the events' users that listen to any of their types, in one plain read.
  func listeners(to events: [NewEvent]) throws -> [User.ID: [Listener]] {
    let users = Set(events.map(\.user.id)).sorted()
    let types = Set(events.map(\.type)).sorted()
    let rows = try database.query(
      """
      SELECT w.user_id, w.id, w.status = 'active', w.listens_to_all, s.event_type
        FROM webhooks AS w
        LEFT JOIN webhook_subscriptions AS s
               ON s.webhook_id = w.id AND s.event_type IN (\(list: types.padded))
       WHERE w.user_id IN (\(list: users.padded)) AND w.deleted_at IS NULL
         AND (w.listens_to_all OR s.webhook_id IS NOT NULL)
       ORDER BY w.id
      """
    ) { row in
      (
        user: try row.id(User.self), webhook: try row.id(Webhook.self), sends: try row.bool(),
        hearsAll: try row.bool(), type: try row.optionalText()
      )
    }
    var listeners: [User.ID: [Listener]] = [:]
    for row in rows {
      let ofUser = listeners[row.user, default: []]
      if !row.hearsAll, let type = row.type, ofUser.last?.webhook == row.webhook {
        listeners[row.user]?[ofUser.count - 1].add(type)
      } else {
        listeners[row.user, default: []].append(
          Listener(
            webhook: row.webhook, sends: row.sends,
            types: row.hearsAll ? nil : row.type.map { [$0] } ?? []))
      }
    }
    return listeners
  }
}
