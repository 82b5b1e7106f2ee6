package import Domain
import Logging
package import Store

/// How long things are kept.
package struct Retention: Sendable {
  package let deliveries: Interval
  /// Not longer than `deliveries`.
  package let payloads: Interval
  package let audit: Interval

  package init(deliveries: Interval, payloads: Interval, audit: Interval) {
    self.deliveries = deliveries
    self.payloads = payloads
    self.audit = audit
  }
}

/// When people are told about their webhooks, and whether by e-mail too.
package struct Telling: Sendable {
  package let rules: NoticeRules
  package let mailing: NoticeStore.Mailing?

  package init(rules: NoticeRules, mailing: NoticeStore.Mailing?) {
    self.rules = rules
    self.mailing = mailing
  }
}

/// What a chore has done since it was taken.
private struct Account {
  private(set) var count = 0
  private(set) var longestMilliseconds: Int64 = 0
  /// Reading beforehand locks nothing.
  private(set) var longestChange = Duration.zero

  mutating func note(_ rows: Int, _ milliseconds: Int64, change: Duration) {
    guard rows > 0 else { return }
    count += rows
    longestMilliseconds = max(longestMilliseconds, milliseconds)
    longestChange = max(longestChange, change)
  }
}

/// The chores that this worker has taken, done a batch at a time in turn.
struct LeasedChores {
  /// Far longer than a batch of each. A chore whose worker died, or that failed, waits for its end.
  static let leaseSeconds = 60

  private let stores: Stores
  private let retention: Retention
  private let telling: Telling
  private let logger: Logger
  private var inHand: [ChoreLease] = []
  private var sizes: [Chore: BatchSize] = [:]
  private var accounts: [Chore: Account] = [:]

  init(stores: Stores, retention: Retention, telling: Telling, logger: Logger) {
    self.stores = stores
    self.retention = retention
    self.telling = telling
    self.logger = logger
  }

  /// Takes what is due and nobody has.
  mutating func take() throws {
    for chore in try stores.chores.due() {
      if let lease = try stores.chores.take(chore, leaseSeconds: Self.leaseSeconds) {
        inHand.append(lease)
      }
    }
  }

  /// One batch of the chore whose turn it is.
  /// - Returns: How long it took, in milliseconds; nil when there is nothing to do.
  mutating func doBatch() throws -> Int64? {
    guard !inHand.isEmpty else { return nil }
    var lease = inHand.removeFirst()
    var size = sizes[lease.chore] ?? BatchSize()
    let start = MonotonicClock.milliseconds
    _ = stores.takeLongestChange()
    let batch = try batch(of: &lease, rows: size.rows)
    let took = MonotonicClock.milliseconds - start
    size.note(tookMilliseconds: took)
    sizes[lease.chore] = size
    accounts[lease.chore, default: Account()].note(
      batch.count, took, change: stores.takeLongestChange())
    lease.cursor = batch.cursor
    if batch.isDone {
      report(lease.chore)
      try stores.chores.end(lease, dueAfter: interval(of: lease))
    } else if try stores.chores.advance(lease, leaseSeconds: Self.leaseSeconds) {
      inHand.append(lease)
    }
    return took
  }

  /// Leaves what is not done to the next worker.
  mutating func giveBack() throws {
    let leases = inHand
    inHand = []
    for lease in leases {
      report(lease.chore)
      try stores.chores.end(lease, dueAfter: .zero)
    }
  }

  private mutating func report(_ chore: Chore) {
    guard let account = accounts.removeValue(forKey: chore), account.count > 0 else { return }
    logger.info(
      "removed what is over",
      metadata: [
        "chore": "\(chore.rawValue)", "rows": "\(account.count)",
        "longest_batch_ms": "\(account.longestMilliseconds)",
        "longest_lock_ms": "\(Int((account.longestChange / .milliseconds(1)).rounded(.up)))",
      ])
  }

  private func batch(of lease: inout ChoreLease, rows: Int) throws -> RemovalBatch {
    let store = stores.retention
    let cursor = lease.cursor
    switch lease.chore {
    case .visits:
      return try stores.sessions.removeEnded(rows: rows)
    case .deliveries:
      return try store.removeDeliveries(
        after: cursor, before: lease.now.earlier(by: retention.deliveries), rows: rows)
    case .events:
      return try store.removeEvents(
        after: cursor, before: lease.now.earlier(by: retention.deliveries), rows: rows)
    case .payloads where retention.payloads < retention.deliveries:
      return try store.removePayloads(
        after: cursor, before: lease.now.earlier(by: retention.payloads), rows: rows)
    case .keptPayloads where retention.payloads < retention.deliveries:
      return try store.removeKeptPayloads(
        after: cursor, before: lease.now.earlier(by: retention.payloads), rows: rows)
    case .payloads, .keptPayloads:
      return .nothing
    case .counts:
      return try store.removeCounts(
        before: lease.now.earlier(by: retention.deliveries), rows: rows)
    case .audit:
      return try store.removeAudit(before: lease.now.earlier(by: retention.audit), rows: rows)
    case .deletedWebhooks:
      return try store.removeDeletedWebhooks(after: cursor, rows: rows)
    case .deletedUsers:
      return try store.removeDeletedUsers(&lease, rows: rows)
    case .notices:
      try stores.notices.review(telling.rules, mailing: telling.mailing)
      return .nothing
    case .minutes:
      return try stores.minutes.note(rows: rows)
    }
  }

  private func interval(of lease: ChoreLease) -> Interval {
    switch lease.chore {
    case .deliveries, .events, .payloads, .keptPayloads, .counts:
      // A tenth of what is kept shortest, so that nothing stays for much longer than it should.
      Interval(seconds: min(max(retention.payloads.seconds / 10, 1), 600))
    case .deletedWebhooks, .deletedUsers: Interval(seconds: 30)
    case .visits: Interval(seconds: 60)
    case .notices: Interval(seconds: 5)
    // When the next minute begins.
    case .minutes: Interval(seconds: 60 - lease.now.seconds % 60)
    case .audit: Interval(seconds: 600)
    }
  }
}

extension Timestamp {
  fileprivate func earlier(by interval: Interval) -> Timestamp {
    advanced(byMicroseconds: -interval.milliseconds * 1_000)
  }
}
