package import Domain
import MariaDB

extension RetryJobStore {
  /// Rows of the log that a page reads to count, match or not; the page says so where there are more.
  package static let readLimit = 50_000

  /// How many a job would be for. Reads the log in pieces, without a lock. The webhook has been found
  /// for its user before.
  /// - Parameter limit: Of a page's job: counts no more than these, and reads no more than `readLimit`
  ///   rows; nil: counts all, however long the log is.
  package func count(
    _ scope: RetryScope, of webhook: Webhook.ID, user: User.ID, limit: Int? = RetryJob.pageLimit
  ) throws -> RetryCount {
    func walk(_ cursor: Cursor?) -> RetryWalk {
      RetryWalk(
        webhook: webhook, user: user, scope: scope, cursor: cursor, through: nil, before: nil)
    }
    var result = RetryCount()
    var cursor: Cursor?
    var read = 0
    while true {
      let next = try walk(cursor).add(
        to: &result, limit: (limit ?? .max) - result.count, in: database)
      read += RetryWalk.readLimit
      if let limit, result.count >= limit {
        let behind = walk(result.last).rows(limit: 1)
        if try next != nil || database.first(behind, { row in try row.timestamp() }) != nil {
          result.cut(after: nil)
        }
        return result
      }
      guard let next else { return result }
      if limit != nil, read >= Self.readLimit {
        result.cut(after: next)
        return result
      }
      cursor = next
    }
  }
}

extension RetryWalk {
  /// Counts what matches in this piece, at most `limit`.
  /// - Returns: The last row of the piece; nil where there is none behind it.
  fileprivate func add(to count: inout RetryCount, limit: Int, in database: Database) throws
    -> Cursor?
  {
    let types = try database.query(
      """
      SELECT t.event_type, t.number, t.delivered_before, t.first,
             CAST(LEFT(t.last, 26) AS DATETIME(6)), RIGHT(t.last, 36)
        FROM (SELECT d.event_type, COUNT(*) AS number, SUM(d.was_delivered) AS delivered_before,
                     MIN(d.created_at) AS first, MAX(CONCAT(d.created_at, ' ', d.id)) AS last
                FROM (\(rows(limit: limit))) AS d GROUP BY d.event_type) AS t
      """
    ) { row in
      (
        type: try row.text(), number: try row.int(), deliveredBefore: try row.int(),
        first: try row.timestamp(), last: Cursor(time: try row.timestamp(), id: try row.uuid())
      )
    }
    for each in types {
      count.add(
        each.number, type: each.type, deliveredBefore: each.deliveredBefore, first: each.first,
        last: each.last)
    }
    return try end(in: database)
  }
}
