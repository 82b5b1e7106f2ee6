package import Domain
import MariaDB

/// Work that is done now and then, by one worker at a time.
package enum Chore: String, CaseIterable, Sendable {
  /// Sessions, forms and keys of requests that are over.
  case visits
  /// Old deliveries with their attempts.
  case deliveries
  /// Old events, once their deliveries are gone.
  case events
  /// Payloads of old events.
  case payloads
  /// Those that had to stay for a delivery.
  case keptPayloads = "kept_payloads"
  case counts
  case audit
  case deletedWebhooks = "deleted_webhooks"
  case deletedUsers = "deleted_users"
  /// What people are to be told about their webhooks.
  case notices
  /// What the administrators' overview and the metrics do not count themselves.
  case minutes
}

/// A chore that this worker alone does until the lease ends.
package struct ChoreLease: Sendable {
  package let chore: Chore
  /// The fence: who holds an older one writes nothing.
  let number: Int
  /// The last row dealt with; nil before the first.
  package var cursor: UUID?
  /// When the walk began that the cursor belongs to, or the last one where there is none.
  package var begunAt: Timestamp?
  /// The database's clock when the lease was taken.
  package let now: Timestamp
}

/// Who does which chore, and how far it has come.
package struct ChoreStore {
  let database: Database

  /// Those that are due and nobody has, in no order. Chores not known yet are made, and due.
  package func due() throws -> [Chore] {
    let known = try database.query(
      """
      SELECT name, due_at <= UTC_TIMESTAMP(6)
                   AND (leased_until IS NULL OR leased_until <= UTC_TIMESTAMP(6))
        FROM chores
      """
    ) { row in (name: try row.text(), isFree: try row.bool()) }
    let names = Set(known.map(\.name))
    let new = Chore.allCases.filter { !names.contains($0.rawValue) }
    try database.execute(
      "INSERT IGNORE INTO chores (name, due_at) VALUES (?, UTC_TIMESTAMP(6))",
      rows: new.map { [.text($0.rawValue)] })
    return new + known.filter(\.isFree).compactMap { Chore(rawValue: $0.name) }
  }

  /// Takes a chore for so long.
  /// - Returns: nil when it is not due any more or another worker was first.
  package func take(_ chore: Chore, leaseSeconds: Int) throws -> ChoreLease? {
    let found = try database.first(
      """
      SELECT lease_number, cursor_id, begun_at, UTC_TIMESTAMP(6) FROM chores
       WHERE name = \(chore.rawValue) AND due_at <= UTC_TIMESTAMP(6)
         AND (leased_until IS NULL OR leased_until <= UTC_TIMESTAMP(6))
      """
    ) { row in
      ChoreLease(
        chore: chore, number: try row.int() + 1,
        cursor: try row.optionalText().flatMap { UUID($0) },
        begunAt: try row.optionalTimestamp(), now: try row.timestamp())
    }
    guard let found else { return nil }
    let taken = try database.execute(
      """
      UPDATE chores
         SET lease_number = \(found.number),
             leased_until = UTC_TIMESTAMP(6) + INTERVAL \(leaseSeconds) SECOND
       WHERE name = \(chore.rawValue) AND lease_number = \(found.number - 1)
      """)
    return taken == 1 ? found : nil
  }

  /// Puts on record how far it has come, and has it for so long from now.
  /// - Returns: Whether the lease was still ours.
  package func advance(_ lease: ChoreLease, leaseSeconds: Int) throws -> Bool {
    try database.execute(
      """
      UPDATE chores
         SET cursor_id = \(lease.cursor), begun_at = \(lease.begunAt),
             leased_until = UTC_TIMESTAMP(6) + INTERVAL \(leaseSeconds) SECOND
       WHERE name = \(lease.chore.rawValue) AND lease_number = \(lease.number)
      """) == 1
  }

  /// Gives the chore back, to be done again after this.
  package func end(_ lease: ChoreLease, dueAfter interval: Interval) throws {
    try database.execute(
      """
      UPDATE chores
         SET cursor_id = \(lease.cursor), begun_at = \(lease.begunAt), leased_until = NULL,
             due_at = UTC_TIMESTAMP(6) + INTERVAL \(interval.milliseconds * 1_000) MICROSECOND
       WHERE name = \(lease.chore.rawValue) AND lease_number = \(lease.number)
      """)
  }
}
