import Domain
import MariaDB

// Events that Patchbay emits itself, beside the audit log, so that every change passes here: in the
// change's transaction they are told if and only if it takes place.

extension EventStore {
  /// Emits `user.login` or `user.settings_changed` for the user whom a change concerns. Where nobody
  /// listens nothing is kept.
  ///
  /// A webhook is not told of its own change: it would hear of its making first, and a receiver that
  /// answers by a change would never end.
  func announce(_ entry: AuditEntry, at now: Timestamp) throws {
    guard let user = entry.user, let type = entry.ownEventType else { return }
    let changed = entry.action.hasPrefix("webhook.") ? entry.subject.map(Webhook.ID.init) : nil
    let isHeard = try database.first(
      """
      SELECT 1 FROM webhooks AS w
        LEFT JOIN webhook_subscriptions AS s ON s.webhook_id = w.id AND s.event_type = \(type)
       WHERE w.user_id = \(user) AND w.deleted_at IS NULL AND NOT w.id <=> \(changed)
         AND (w.listens_to_all OR s.webhook_id IS NOT NULL) LIMIT 1
      """
    ) { row in try row.int() }
    guard isHeard != nil,
      let holder = try database.first(
        "SELECT id, email, role, status FROM users WHERE id = \(user) AND deleted_at IS NULL",
        User.init(row:))
    else { return }
    let body = Event.body(type: type, timestamp: now, data: entry.ownEventData(of: holder))
    try add(NewEvent(user: holder, type: type, timestamp: now, body: body), besides: changed)
  }
}

extension AuditEntry {
  /// What is told of this; nil where nothing is. Only what people and their programs do: an operator's
  /// command and the worker are no setting of theirs.
  fileprivate var ownEventType: String? {
    switch actor.kind {
    case .user, .host, .serviceKey: break
    case .command, .worker: return nil
    }
    if action == "session.opened" { return "user.login" }
    // A test changes no setting.
    if action == "webhook.tested" { return nil }
    return changedSettings == nil ? nil : "user.settings_changed"
  }

  private var changedSettings: String? {
    if action.hasPrefix("webhook.") {
      "webhooks"
    } else if action.hasPrefix("api_key.") {
      "api_keys"
    } else {
      nil
    }
  }

  /// The members that the catalog shows, and what tells one change from another. No secret is in it.
  fileprivate func ownEventData(of user: User) -> [UInt8] {
    JSONWriter.object {
      $0.member("user", user.email)
      $0.member("user_id", user.id)
      if let changedSettings {
        $0.member("changed", [changedSettings])
        $0.member("action", action)
        $0.member("id", subject?.description)
      } else {
        $0.member("method", actor.kind == .host ? "host" : "password")
      }
    }
  }
}
