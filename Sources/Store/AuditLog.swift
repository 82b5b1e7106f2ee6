import Domain
import MariaDB

/// One change, to be written in the transaction that makes it.
struct AuditEntry {
  /// Subject and verb: `webhook.created`.
  let action: String
  let actor: Actor
  /// Whom it concerns.
  var user: User.ID?
  var subject: UUID?
  /// JSON objects with the members that changed, secrets left out.
  var before: [UInt8]?
  var after: [UInt8]?
}

extension Database {
  /// Adds a row to the audit log, and tells the user's webhooks what they listen to. Call it inside the
  /// change's own transaction. What is told and what is not: SweepTests, which try every change.
  func audit(_ entry: AuditEntry) throws {
    let now = currentTime()
    try execute(
      """
      INSERT INTO audit_log (id, at, actor_kind, actor_id, user_id, action, subject_id,
                             before_change, after_change, address, request_id)
      VALUES (\(try UUID.new(at: now)), UTC_TIMESTAMP(6), \(entry.actor.kind.rawValue),
              \(entry.actor.id), \(entry.user), \(entry.action), \(entry.subject),
              \(entry.before.map { String(decoding: $0, as: UTF8.self) }),
              \(entry.after.map { String(decoding: $0, as: UTF8.self) }),
              \(entry.actor.address), \(entry.actor.requestID))
      """)
    try EventStore(database: self).announce(entry, at: now)
  }
}
