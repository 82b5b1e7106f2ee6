import Crypto
package import Domain
import MariaDB

/// Failed sign-ins, counted per account and per network, in the database so that all hosts share
/// the count. Only failures are throttled: five are free, then each waits twice as long as the one
/// before, up to 15 minutes.
package struct SignInThrottle {
  package enum Subject {
    case account(email: String)
    case network(String)
    /// Mails that reset this account's password; every request counts.
    case resetAccount(email: String)
    case resetNetwork(String)

    /// What the audit log calls the beginning of a block.
    fileprivate var blockedAction: String {
      switch self {
      case .account: "sign_in.blocked"
      case .network: "sign_in.network_blocked"
      case .resetAccount: "sign_in.reset_blocked"
      case .resetNetwork: "sign_in.reset_network_blocked"
      }
    }

    fileprivate var kind: String {
      switch self {
      case .account: "account"
      case .network: "network"
      case .resetAccount: "reset_account"
      case .resetNetwork: "reset_network"
      }
    }

    fileprivate var hash: [UInt8] {
      switch self {
      case .account(let email), .resetAccount(let email):
        SHA256.hash(Array(email.lowercased().utf8))
      case .network(let network), .resetNetwork(let network): SHA256.hash(Array(network.utf8))
      }
    }

    /// A network may hold many people behind one address.
    fileprivate var freeFailures: Int {
      switch self {
      case .account: 5
      case .network: 50
      case .resetAccount: 3
      case .resetNetwork: 20
      }
    }
  }

  let database: Database

  /// Seconds until the next try is looked at; nil when now.
  package func secondsBlocked(_ subject: Subject) throws -> Int? {
    try database.first(
      """
      SELECT CEIL(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), blocked_until) / 1000000)
        FROM sign_in_failures
       WHERE kind = \(subject.kind) AND subject = \(subject.hash)
         AND blocked_until > UTC_TIMESTAMP(6)
      """
    ) { row in try row.int() }
  }

  /// - Parameter actor: Whoever tries, as far as it is known.
  package func recordFailure(_ subject: Subject, by actor: Actor) throws {
    try database.transaction { try count(subject, by: actor) }
  }

  /// In the caller's transaction. The failure that begins a block is told in the audit log; those that
  /// make it longer are not, or whoever tries could fill it.
  func count(_ subject: Subject, by actor: Actor) throws {
    // Assignments go from left to right, so blocked_until sees the new count.
    try database.execute(
      """
      INSERT INTO sign_in_failures (kind, subject, failures, last_at, blocked_until)
      VALUES (\(subject.kind), \(subject.hash), 1, UTC_TIMESTAMP(6), NULL)
      ON DUPLICATE KEY UPDATE
        failures = IF(last_at < UTC_TIMESTAMP(6) - INTERVAL 1 HOUR, 1, failures + 1),
        last_at = UTC_TIMESTAMP(6),
        blocked_until = IF(failures > \(subject.freeFailures),
          UTC_TIMESTAMP(6) + INTERVAL LEAST(900,
            POW(2, LEAST(failures - \(subject.freeFailures), 10))) SECOND,
          NULL)
      """)
    let failures = try database.first(
      """
      SELECT failures FROM sign_in_failures
       WHERE kind = \(subject.kind) AND subject = \(subject.hash)
      """
    ) { row in try row.int() }
    if failures == subject.freeFailures + 1 { try tellOfBlock(subject, by: actor) }
  }

  /// What was typed as an address is not kept: some type their password there.
  private func tellOfBlock(_ subject: Subject, by actor: Actor) throws {
    switch subject {
    case .account(let email), .resetAccount(let email):
      let user = try UserStore(database: database).find(email: email)?.id
      try database.audit(
        AuditEntry(
          action: subject.blockedAction, actor: actor, user: user, subject: user?.rawValue))
    case .network(let network), .resetNetwork(let network):
      try database.audit(
        AuditEntry(
          action: subject.blockedAction, actor: actor,
          after: JSONWriter.object { $0.member("network", network) }))
    }
  }

  package func forget(_ subject: Subject) throws {
    try database.execute(
      "DELETE FROM sign_in_failures WHERE kind = \(subject.kind) AND subject = \(subject.hash)")
  }
}
