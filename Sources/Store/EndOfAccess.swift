import Domain
import MariaDB

extension Database {
  /// Ends the access that a connection gives, in the caller's transaction: only its person can give it
  /// anew. Its tokens go, and its number rises, so that who is renewing them just now keeps nothing of
  /// what comes. Keys stay where they are, so that it is still known as connected by keys.
  /// - Parameter condition: On which alone it ends.
  /// - Returns: Whether the condition held.
  func endAccess(
    of id: Connection.ID, to app: AppID, user: User.ID, if condition: SQL, reason: String,
    by actor: Actor
  ) throws -> Bool {
    let changed = try execute(
      """
      UPDATE user_integrations
         SET status = 'needs_reconnect', reconnect_reason = \(reason),
             reconnect_since = UTC_TIMESTAMP(6), access_token_encrypted = NULL,
             refresh_token_encrypted = NULL, access_expires_at = NULL, refresh_at = NULL,
             refreshing_until = NULL, refresh_number = refresh_number + 1
       WHERE id = \(id) AND user_id = \(user) AND \(condition)
      """)
    guard changed == 1 else { return false }
    try audit(
      AuditEntry(
        action: "connection.broke", actor: actor, user: user, subject: id.rawValue,
        after: JSONWriter.object {
          $0.member("app", app.rawValue)
          $0.member("reason", reason)
        }))
    return true
  }
}
