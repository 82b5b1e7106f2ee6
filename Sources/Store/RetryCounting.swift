package import Domain
import MariaDB

// How many a job is for. Nothing that a person or a program waits for reads more than a bounded part of
// the log; what lies behind is counted by the job, a piece a step.
extension RetryJobStore {
  /// Rows of the log that are read at once to count, match or not.
  package static let readLimit = 50_000

  /// How many there are, as far as they are counted. Reads the log in pieces, without a lock. The
  /// webhook has been found for its user before.
  /// - Parameters:
  ///   - limit: Counts no more than these.
  ///   - rows: Reads no more than these, in whole pieces.
  package func count(
    _ scope: RetryScope, of webhook: Webhook.ID, user: User.ID, limit: Int? = RetryJob.pageLimit,
    rows: Int = readLimit
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
        var isMore = next != nil
        if !isMore {
          isMore =
            try database.first(walk(result.last).rows(limit: 1)) { row in try row.timestamp() }
            != nil
        }
        if isMore { result.cut(after: nil) }
        return result
      }
      guard let next else { return result }
      if read >= rows {
        result.cut(after: next)
        return result
      }
      cursor = next
    }
  }

  /// What a job finds in the next piece of the log, behind what it has counted.
  struct Counted {
    let count: Int
    let through: Cursor
    let isEnd: Bool
  }

  /// - Parameter begun: When the job began: later ones are not for it.
  func countOn(
    _ scope: RetryScope, of webhook: Webhook.ID, user: User.ID, behind through: Cursor,
    begun: Timestamp
  ) throws -> Counted {
    var scope = scope
    scope.until = begun
    let walk = RetryWalk(
      webhook: webhook, user: user, scope: scope, cursor: through, through: nil, before: begun)
    var found = RetryCount()
    let next = try walk.add(to: &found, limit: .max, in: database)
    return Counted(
      count: found.count, through: next ?? found.last ?? through, isEnd: next == nil)
  }

  func note(_ counted: Counted, of job: RetryJob.ID) throws {
    try database.execute(
      """
      UPDATE retry_jobs
         SET total = total + \(counted.count), through_at = \(counted.through.time),
             through_id = \(counted.through.id), counting = \(!counted.isEnd)
       WHERE id = \(job)
      """)
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
