package import Domain
import MariaDB

/// Marks of what failed for good.
enum DeadLetter {
  /// Sets `dead_at` by what the assignments before it have set. It stands last in every UPDATE that
  /// may take a delivery out of `failed`, or into it.
  static let mark: SQL = """
    dead_at = IF(status = 'failed' AND NOT test AND NOT error <=> 'dropped', finished_at, NULL)
    """
}

/// Deliveries that failed for good, of all users; for administrators alone. Found by `dead_at`, newest
/// first, 30 days back.
package struct DeadLetterStore {
  let database: Database

  /// How many failed for good in the last hours, counted up to `limit`.
  package func deadCount(sinceHours hours: Int, limit: Int = 10_000) throws -> BoundedCount {
    let count = try database.first(
      """
      SELECT COUNT(*) FROM (
        SELECT 1 FROM webhook_deliveries FORCE INDEX (dead)
         WHERE dead_at > UTC_TIMESTAMP(6) - INTERVAL \(hours) HOUR LIMIT \(limit)) AS k
      """
    ) { row in try row.int() }
    return BoundedCount(count ?? 0, isAll: count ?? 0 < limit)
  }

  /// Rows that a page reads, to group them or to search: each is a look at the table itself.
  package static let readLimit = 2_000

  /// By host and cause, of the newest `readLimit`.
  package func groups(most: Int = 8) throws -> DeadGroups {
    let rows = try database.query(
      """
      SELECT w.endpoint_host, d.error, d.response_status, COUNT(*)
        FROM (SELECT d.webhook_id, d.error, d.response_status
                FROM webhook_deliveries AS d FORCE INDEX (dead)
               WHERE \(Self.recent) ORDER BY d.dead_at DESC, d.id DESC
               LIMIT \(Self.readLimit)) AS d
        JOIN webhooks AS w ON w.id = d.webhook_id
       GROUP BY w.endpoint_host, d.error, d.response_status
       ORDER BY COUNT(*) DESC, w.endpoint_host, d.error, d.response_status
      """
    ) { row in
      DeadGroup(
        host: try row.text(),
        cause: DeadCause(
          error: try row.optionalWord() ?? .internal, status: try row.optionalInt()),
        count: try row.int())
    }
    let read = rows.reduce(0) { $0 + $1.count }
    return DeadGroups(
      groups: Array(rows.prefix(most)),
      read: BoundedCount(read, isAll: read < Self.readLimit))
  }

  package func page(_ filter: DeadFilter, from place: LogPlace, limit: Int) throws -> DeadPage {
    let isBackwards = if case .before = place { true } else { false }
    let order: SQL = isBackwards ? "ORDER BY d.dead_at, d.id" : "ORDER BY d.dead_at DESC, d.id DESC"
    let range: SQL = "\(Self.recent) \(Self.condition(place))"
    let end = filter.narrows ? try lastRead(range, order) : nil
    let condition = try database.condition(of: filter)
    let found = try database.query(
      """
      SELECT d.dead_at, \(Delivery.columns) FROM webhook_deliveries AS d FORCE INDEX (dead)
       WHERE \(range) \(Self.upTo(end, isBackwards: isBackwards)) AND \(condition)
       \(order) LIMIT \(limit + 1)
      """
    ) { row in
      let at = try row.timestamp()
      return DeadDelivery(delivery: try Delivery(row: &row), at: at)
    }
    let shown = Array(found.prefix(limit))
    let last = found.count > limit ? shown.last.map(Cursor.init(after:)) : nil
    let searched = last == nil ? end : nil
    let onwards = last ?? searched
    let back = place == .newest ? nil : shown.first.map(Cursor.init(after:))
    return DeadPage(
      deliveries: isBackwards ? shown.reversed() : shown, newer: isBackwards ? onwards : back,
      older: isBackwards ? back : onwards, searchedTo: searched?.time)
  }

  /// How many match, among the newest `filter.countedRows` that failed for good.
  package func count(_ filter: DeadFilter) throws -> DeadCount {
    let newest = try keys(limit: 1, offset: 0).first
    guard let newest else { return DeadCount(count: BoundedCount(0), from: .zero, through: .zero) }
    // The oldest that is read, and whether there is another one behind it.
    let end = filter.selection == nil ? try keys(limit: 2, offset: filter.countedRows - 1) : []
    let from = end.count == 2 ? end[0] : .zero
    let condition = try database.condition(of: filter)
    let count = try database.first(
      """
      SELECT COUNT(*) FROM webhook_deliveries AS d \(filter.index)
       WHERE \(Self.recent) AND \(Self.between(from, newest)) AND \(condition)
      """
    ) { row in try row.int() }
    return DeadCount(
      count: BoundedCount(count ?? 0, isAll: end.count < 2), from: from, through: newest)
  }

  private func keys(limit: Int, offset: Int) throws -> [Cursor] {
    try database.query(
      """
      SELECT d.dead_at, d.id FROM webhook_deliveries AS d FORCE INDEX (dead)
       WHERE \(Self.recent) ORDER BY d.dead_at DESC, d.id DESC LIMIT \(limit) OFFSET \(offset)
      """
    ) { row in Cursor(time: try row.timestamp(), id: try row.uuid()) }
  }

  /// Both included.
  static func between(_ from: Cursor, _ through: Cursor) -> SQL {
    """
    d.dead_at BETWEEN \(from.time) AND \(through.time)
    AND (d.dead_at > \(from.time) OR d.id >= \(from.id))
    AND (d.dead_at < \(through.time) OR d.id <= \(through.id))
    """
  }

  private func lastRead(_ range: SQL, _ order: SQL) throws -> Cursor? {
    let lastAndNext = try database.query(
      """
      SELECT d.dead_at, d.id FROM webhook_deliveries AS d FORCE INDEX (dead)
       WHERE \(range) \(order) LIMIT 2 OFFSET \(Self.readLimit - 1)
      """
    ) { row in Cursor(time: try row.timestamp(), id: try row.uuid()) }
    return lastAndNext.count == 2 ? lastAndNext[0] : nil
  }

  static let recent: SQL =
    "d.dead_at > UTC_TIMESTAMP(6) - INTERVAL \(DeadFilter.days) DAY"

  /// Written out: see `LogPlace.condition`.
  private static func condition(_ place: LogPlace) -> SQL {
    switch place {
    case .newest: ""
    case .after(let key):
      """
      AND d.dead_at <= \(key.time) AND (d.dead_at < \(key.time) OR d.id < \(key.id))
      """
    case .before(let key):
      """
      AND d.dead_at >= \(key.time) AND (d.dead_at > \(key.time) OR d.id > \(key.id))
      """
    }
  }

  private static func upTo(_ end: Cursor?, isBackwards: Bool) -> SQL {
    guard let end else { return "" }
    return isBackwards
      ? "AND d.dead_at <= \(end.time) AND (d.dead_at < \(end.time) OR d.id <= \(end.id))"
      : "AND d.dead_at >= \(end.time) AND (d.dead_at > \(end.time) OR d.id >= \(end.id))"
  }
}
