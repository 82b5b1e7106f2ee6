import Domain
import MariaDB

/// All sealed columns, for a change of keys. Values that are shown once live ten minutes and are
/// left alone.
package struct SealedStore {
  let database: Database
  let seal: Seal

  private static let batch = 500

  /// What a run came to.
  package struct Tally: Sendable, Equatable {
    /// Values sealed again.
    package fileprivate(set) var sealed = 0
    /// Where something was changed or moved, and opens with no key: left as it is.
    package fileprivate(set) var damaged: [String] = []
  }

  private static let ofWebhook: SQL = "(SELECT user_id FROM webhooks WHERE id = s.webhook_id)"
  private static let ofNobody: SQL = "CAST('00000000-0000-0000-0000-000000000000' AS UUID)"

  /// A request whose grant waits for a choice is there for an hour and longer.
  static let columns: [SealedColumn] = [
    SealedColumn("webhook_secrets", "secret_sealed", owner: ofWebhook),
    SealedColumn("webhook_headers", "value_sealed", owner: ofWebhook),
    SealedColumn("mails", "body_sealed"),
    SealedColumn("apps", "client_secret_sealed", key: "seal_id", owner: ofNobody),
    SealedColumn("user_integrations", "access_token_encrypted"),
    SealedColumn("user_integrations", "refresh_token_encrypted"),
    SealedColumn("user_integrations", "credentials_encrypted"),
    SealedColumn("revocations", "access_token_encrypted"),
    SealedColumn("revocations", "refresh_token_encrypted"),
    SealedColumn("oauth_requests", "secrets_encrypted"),
    SealedColumn("oauth_requests", "code_encrypted"),
    SealedColumn("oauth_requests", "grant_encrypted"),
  ]

  /// Seals again with the primary key whatever another key sealed, in key order and in batches. A
  /// value that its user changes meanwhile is left to the next run.
  ///
  /// The run is told in the audit log once, with the first values that it changes.
  /// - Throws: `SealError.noSuchKey` where the ring lacks what sealed one.
  package func reEncryptAll() throws -> Tally {
    var tally = Tally()
    for column in Self.columns { try reEncrypt(column, &tally) }
    return tally
  }

  private func reEncrypt(_ column: SealedColumn, _ tally: inout Tally) throws {
    var after = UUID(high: 0, low: 0)
    while true {
      let rows = try database.query(column.rows(after: after, limit: Self.batch)) { row in
        (id: try row.uuid(), user: try row.uuid(), sealed: try row.bytes())
      }
      guard let last = rows.last else { return }
      var changed: [[Value]] = []
      for row in rows where !seal.isByPrimary(row.sealed) {
        let place = column.place(of: row.id, user: row.user)
        do {
          let fresh = try seal.seal(seal.open(row.sealed, at: place), at: place)
          changed.append([.bytes(fresh), row.id.boundValue, .bytes(row.sealed)])
        } catch SealError.changedOrMoved {
          tally.damaged.append("\(place.table).\(place.column) of \(row.id)")
        }
      }
      if !changed.isEmpty {
        let tells = tally.sealed == 0
        let sealed = try database.transaction {
          let sealed = try database.execute(column.update, rows: changed)
          if sealed > 0, tells { try tell() }
          return sealed
        }
        tally.sealed += sealed
      }
      after = last.id
    }
  }

  private func tell() throws {
    try database.audit(
      AuditEntry(
        action: "keys.re_encrypted", actor: .command,
        after: JSONWriter.object { $0.member("key", seal.primaryID) }))
  }
}

/// A sealed column: what its rows are known to the seal by, and whose they are.
struct SealedColumn {
  let table: SQL
  let column: SQL
  private let key: SQL
  private let owner: SQL

  init(_ table: SQL, _ column: SQL, key: SQL = "id", owner: SQL = "s.user_id") {
    (self.table, self.column, self.key, self.owner) = (table, column, key, owner)
  }

  /// Row, user and sealed value.
  func rows(after: UUID, limit: Int) -> SQL {
    """
    SELECT s.\(key), \(owner), s.\(column) FROM \(table) AS s
     WHERE s.\(key) > \(after) AND s.\(column) IS NOT NULL ORDER BY s.\(key) LIMIT \(limit)
    """
  }

  /// For the value sealed anew, the row, and the value as it was read.
  var update: String {
    "UPDATE \(table.text) SET \(column.text) = ? WHERE \(key.text) = ? AND \(column.text) = ?"
  }

  func place(of row: UUID, user: UUID) -> SealedPlace {
    SealedPlace(table: table.text, column: column.text, row: row, user: user)
  }
}
