package import Domain
import MariaDB

extension ConnectionStore {
  /// Works with this site from here on, and ends the attempts that waited for it to be chosen.
  /// - Parameter connection: As the sites were asked for by it: of another account's the site may be
  ///   none.
  /// - Throws: `StoreError.notFound` when it has ended, broken or changed hands meanwhile.
  package func choose(_ site: ProviderSite, for connection: Connection, by actor: Actor) throws {
    try database.transaction {
      let found = try database.first(
        """
        SELECT c.api_origin, c.site FROM user_integrations AS c
         WHERE c.id = \(connection.id) AND c.user_id = \(connection.userID)
           AND c.account_id = \(connection.account.id) AND c.status = 'connected'
           AND \(Self.isKept) FOR UPDATE
        """
      ) { row in (origin: try row.optionalText(), label: try row.optionalText()) }
      guard let found else { throw StoreError.notFound }
      if found.origin != site.apiOrigin {
        try database.execute(
          """
          UPDATE user_integrations SET api_origin = \(site.apiOrigin), site = \(site.label)
           WHERE id = \(connection.id) AND user_id = \(connection.userID)
          """)
        try database.audit(
          AuditEntry(
            action: "connection.site_chosen", actor: actor, user: connection.userID,
            subject: connection.id.rawValue,
            before: found.label.map { label in
              JSONWriter.object { $0.member("site", label) }
            },
            after: JSONWriter.object {
              $0.member("app", connection.app.rawValue)
              $0.member("site", site.label)
            }))
      }
      // After the connection, as a disconnect goes.
      let outcome: ConnectOutcome = connection.missingScopes.isEmpty ? .connected : .limited
      try database.execute(
        """
        UPDATE oauth_requests SET outcome = \(outcome.rawValue)
         WHERE user_id = \(connection.userID) AND provider = \(connection.app.rawValue)
           AND outcome = \(ConnectOutcome.chooseSite.rawValue)
        """)
    }
  }
}
