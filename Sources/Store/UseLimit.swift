package import Domain
import MariaDB

/// How often a person may have us call other people's servers while they wait: so many at once, then
/// one whenever its share of the unit has passed. Kept in the database, so that all threads and hosts
/// share it.
package struct UseLimit {
  package enum Kind: String, Sendable {
    case testSend = "test_send"
    case addressCheck = "address_check"
    /// Beginning to connect an app, trying credentials, taking a permission back.
    case connect
  }

  package enum Answer: Equatable, Sendable {
    case taken
    /// For `Retry-After`; at least 1.
    case full(secondsToWait: Int)
  }

  let database: Database

  /// Takes one use, if the rate still allows it.
  package func take(_ kind: Kind, of user: User.ID, rate: Rate) throws -> Answer {
    let unit = rate.unit.milliseconds * 1_000
    let share = unit / Int64(rate.count)
    return try database.transaction {
      // Makes the row, or locks the one there is.
      try database.execute(
        """
        INSERT INTO use_limits (user_id, kind, free_at)
        VALUES (\(user), \(kind.rawValue), UTC_TIMESTAMP(6))
        ON DUPLICATE KEY UPDATE free_at = GREATEST(free_at, UTC_TIMESTAMP(6))
        """)
      let ahead = try database.first(
        """
        SELECT TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), free_at) FROM use_limits
         WHERE user_id = \(user) AND kind = \(kind.rawValue)
        """
      ) { row in Int64(try row.int()) }
      let excess = (ahead ?? 0) + share - unit
      guard excess <= 0 else { return .full(secondsToWait: Int((excess + 999_999) / 1_000_000)) }
      try database.execute(
        """
        UPDATE use_limits SET free_at = free_at + INTERVAL \(share) MICROSECOND
         WHERE user_id = \(user) AND kind = \(kind.rawValue)
        """)
      return .taken
    }
  }
}
