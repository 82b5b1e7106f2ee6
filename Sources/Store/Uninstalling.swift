package import Domain
import MariaDB

extension RevocationStore {
  /// Ends the connections of an account that has removed us at its provider: there is nothing left to
  /// take back.
  /// - Returns: How many there were.
  package func endUninstalled(
    _ app: AppID, account: String, clientID: String, by actor: Actor
  ) throws -> Int {
    try database.transaction {
      let found = try database.query(
        """
        SELECT id, user_id, account_name FROM user_integrations
         WHERE account_id = \(account) AND client_id = \(clientID) AND provider = \(app.rawValue)
        """
      ) { row in
        (id: try row.id(Connection.self), user: try row.id(User.self), name: try row.text())
      }
      var count = 0
      for one in found {
        let gone = try database.execute(
          "DELETE FROM user_integrations WHERE id = \(one.id) AND user_id = \(one.user)")
        guard gone == 1 else { continue }
        count += 1
        _ = try add(
          app, of: one.user, account: one.name, tokens: TokenPair(access: nil, refresh: nil),
          outcome: .alreadyGone)
        try database.audit(
          AuditEntry(
            action: "connection.uninstalled", actor: actor, user: one.user,
            subject: one.id.rawValue,
            before: JSONWriter.object {
              $0.member("app", app.rawValue)
              $0.member("account", one.name)
            }))
      }
      return count
    }
  }
}
