import Domain
import MariaDB

/// All sealed columns, for a change of keys. Values that are shown once live ten minutes and are
/// left alone.
package struct SealedStore {
  let database: Database
  let seal: Seal

  private static let batch = 500

  /// Seals again with the primary key whatever another key sealed, in key order and in batches. A
  /// value that its user changes meanwhile is left to the next run.
  /// - Returns: How many values it sealed.
  package func reEncryptAll() throws -> Int {
    try reEncrypt(
      select: { after in
        """
        SELECT s.id, w.user_id, s.secret_sealed
          FROM webhook_secrets AS s JOIN webhooks AS w ON w.id = s.webhook_id
         WHERE s.id > \(after) ORDER BY s.id LIMIT \(Self.batch)
        """
      },
      update: "UPDATE webhook_secrets SET secret_sealed = ? WHERE id = ? AND secret_sealed = ?",
      place: { .webhookSecret($0, of: $1) })
      + reEncrypt(
        select: { after in
          """
          SELECT h.id, w.user_id, h.value_sealed
            FROM webhook_headers AS h JOIN webhooks AS w ON w.id = h.webhook_id
           WHERE h.id > \(after) ORDER BY h.id LIMIT \(Self.batch)
          """
        },
        update: "UPDATE webhook_headers SET value_sealed = ? WHERE id = ? AND value_sealed = ?",
        place: { .webhookHeader($0, of: $1) })
  }

  private func reEncrypt(
    select: (UUID) -> SQL, update: String, place: (UUID, User.ID) -> SealedPlace
  ) throws -> Int {
    var after = UUID(high: 0, low: 0)
    var count = 0
    while true {
      let rows = try database.query(select(after)) { row in
        (id: try row.uuid(), user: try row.id(User.self), sealed: try row.bytes())
      }
      guard let last = rows.last else { return count }
      let changed: [[Value]] = try rows.filter { !seal.isByPrimary($0.sealed) }.map { row in
        let place = place(row.id, row.user)
        let fresh = try seal.seal(seal.open(row.sealed, at: place), at: place)
        return [.bytes(fresh), row.id.boundValue, .bytes(row.sealed)]
      }
      count += try database.execute(update, rows: changed)
      after = last.id
    }
  }
}
