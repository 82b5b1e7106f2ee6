import Domain
package import Logging
package import Store

/// The thread that puts results on record, many in one transaction.
///
/// Beside the one that claims, since either waits for the disk most of its time: each COMMIT does.
package struct RecordLoop {
  /// Results wait so long for company while many come: a transaction for each costs several times as
  /// much.
  static let gatherMilliseconds: Int64 = 15
  /// So many results are company enough.
  static let gatherCount = 128
  /// So many at the last time are many.
  static let busyCount = 32
  /// What comes is heard; this is for a clock that jumped.
  static let idleMilliseconds: Int64 = 5_000
  /// How long results rest whose deliveries another session has locked.
  static let unblockMilliseconds: Int64 = 250

  private let queue: QueueStore
  private let rules: RecordingRules
  private let events: any Channel<SendingEvent>
  private let results: any Channel<ResultEvent>
  private let isStopping: () -> Bool
  private let wait: (Int64) -> Void
  private let logger: Logger

  private var unrecorded: [AttemptReport] = []
  /// How many of the first of them may be on record already: their COMMIT was not answered.
  private var uncertain = 0
  /// Results whose deliveries another session has locked, since when there are any, and when to try
  /// them again.
  private var blocked: [AttemptReport] = []
  private var blockedSince: Int64?
  private var unblockAt: Int64 = 0
  private var unreturned: [ClaimedDelivery] = []
  private var senderHasEnded = false
  private var lastRecordAt = MonotonicClock.milliseconds
  private var lastCount = 0
  private var patience = Patience()

  /// - Parameters:
  ///   - results: Tells the thread that claims what is on record.
  ///   - wait: Returns after so many milliseconds, or sooner when an event came.
  package init(
    queue: QueueStore, rules: RecordingRules, events: any Channel<SendingEvent>,
    results: any Channel<ResultEvent>, isStopping: @escaping () -> Bool,
    wait: @escaping (Int64) -> Void, logger: Logger
  ) {
    self.queue = queue
    self.rules = rules
    self.events = events
    self.results = results
    self.isStopping = isStopping
    self.wait = wait
    self.logger = logger
  }

  /// Runs until the sender has ended and all that it told is on record.
  package mutating func run() -> QueueLoopEnding {
    while true {
      gatherEvents()
      var pause = Self.idleMilliseconds
      do {
        try record()
        patience.worked()
        if !blocked.isEmpty { pause = Self.unblockMilliseconds }
      } catch {
        if patience.isOver(after: error, isStopping: isStopping(), logger) { return .databaseLost }
        pause = Patience.pauseMilliseconds
      }
      let isRecorded = unrecorded.isEmpty && unreturned.isEmpty
      if senderHasEnded, isRecorded,
        blocked.isEmpty || givesUpBlocked(at: MonotonicClock.milliseconds)
      {
        return .done
      }
      wait(pause)
    }
  }

  private mutating func gatherEvents() {
    takeEvents()
    guard lastCount >= Self.busyCount else { return }
    while !senderHasEnded, unrecorded.count < Self.gatherCount,
      MonotonicClock.milliseconds - lastRecordAt < Self.gatherMilliseconds
    {
      MonotonicClock.sleep(milliseconds: 1)
      takeEvents()
    }
  }

  private mutating func takeEvents() {
    for event in events.take() {
      switch event {
      case .attempted(let report):
        unrecorded.append(report)
      case .returned(let delivery):
        unreturned.append(delivery)
      case .ended:
        senderHasEnded = true
      }
    }
  }

  private mutating func record() throws {
    unblock(at: MonotonicClock.milliseconds)
    lastRecordAt = MonotonicClock.milliseconds
    lastCount = unrecorded.count
    while !unrecorded.isEmpty {
      let count = min(unrecorded.count, 500)
      do {
        try record(first: count)
      } catch  where Stores.isOfItself(error) {
        try recordOneByOne(count, after: error)
      }
    }
    blockedSince = blocked.isEmpty ? nil : blockedSince ?? MonotonicClock.milliseconds
    if !unreturned.isEmpty {
      try queue.giveBack(unreturned.map { ($0.id, $0.leaseNumber) })
      settle(unreturned.map { Lease($0) })
      unreturned = []
    }
  }

  private mutating func record(first count: Int) throws {
    let reports = Array(unrecorded.prefix(count))
    let left: [AttemptReport]
    do {
      left = try queue.record(
        reports, isRepeated: uncertain > 0, rules: rules, random: { Double.random(in: 0..<1) })
    } catch {
      if Stores.outcomeIsUnknown(error) { uncertain = max(uncertain, count) }
      throw error
    }
    blocked += left
    drop(first: count)
    settle(reports.map { Lease($0) }, but: left.map { Lease($0) })
    tell(of: reports)
  }

  private mutating func drop(first count: Int) {
    unrecorded.removeFirst(count)
    uncertain = max(0, uncertain - count)
  }

  /// Tries again those that were locked, now and then.
  private mutating func unblock(at now: Int64) {
    guard !blocked.isEmpty, now >= unblockAt else { return }
    unblockAt = now + Self.unblockMilliseconds
    unrecorded = blocked + unrecorded
    uncertain += blocked.count
    blocked = []
  }

  /// Whether a worker that is to stop has waited long enough for those. Their deliveries are due again
  /// when their leases end.
  private func givesUpBlocked(at now: Int64) -> Bool {
    now - (blockedSince ?? now) > Patience.stoppingMilliseconds
  }

  /// One result that the database will not take must not keep the others from the record. Its
  /// delivery is due again when its lease ends.
  private mutating func recordOneByOne(_ count: Int, after error: any Error) throws {
    logger.error("results are recorded one by one", metadata: ["error": "\(error)"])
    for _ in 0..<count {
      do {
        try record(first: 1)
      } catch  where Stores.isOfItself(error) {
        logger.error(
          "a result cannot be recorded",
          metadata: ["delivery": "\(unrecorded[0].delivery)", "error": "\(error)"])
        settle([Lease(unrecorded[0])])
        drop(first: 1)
      }
    }
  }

  /// A line for each failure, and one for all: what was delivered is in the delivery log.
  private func tell(of reports: [AttemptReport]) {
    let failed = reports.filter { !$0.outcome.isSuccess }
    for report in failed {
      logger.info(
        "attempt failed",
        metadata: [
          "delivery": "\(report.delivery)", "webhook": "\(report.webhook)",
          "status": "\(report.outcome.status.map(String.init) ?? "-")",
          "error": "\(report.outcome.error?.rawValue ?? "-")",
          "duration_us": "\(report.timings.total ?? 0)",
        ])
    }
    logger.info(
      "recorded", metadata: ["attempts": "\(reports.count)", "failed": "\(failed.count)"])
  }

  private func settle(_ leases: [Lease], but blocked: [Lease] = []) {
    results.put([.settled(blocked.isEmpty ? leases : leases.filter { !blocked.contains($0) })])
  }
}
