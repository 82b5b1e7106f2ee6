package import Domain
import MariaDB

extension WebhookStore {
  /// Of the last change, while nothing else has been changed since, for an hour.
  package func undo(of webhook: Webhook) throws -> EventsUndo? {
    try database.first(
      """
      SELECT id, events FROM webhook_undo
       WHERE webhook_id = \(webhook.id) AND version = \(webhook.version)
         AND created_at > UTC_TIMESTAMP(6) - INTERVAL 1 HOUR
      """
    ) { row in EventsUndo(id: try row.uuid(), events: EventSelection(words: try row.text())) }
  }

  /// Keeps what is needed to take a change of events back, in the caller's transaction.
  func keepUndo(of webhook: Webhook) throws {
    try database.execute(
      """
      REPLACE INTO webhook_undo (webhook_id, id, version, events, created_at)
      VALUES (\(webhook.id), \(try UUID.new()), \(webhook.version + 1),
              \(webhook.events.words.joined(separator: " ")), UTC_TIMESTAMP(6))
      """)
  }
}

extension EventSelection {
  /// What `words` gives, with spaces between.
  fileprivate init(words: String) {
    let names = words.split(separator: " ").map(String.init)
    self = names == ["*"] ? .all : .chosen(names)
  }
}
