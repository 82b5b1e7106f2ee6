import Domain
package import Logging
package import Store

/// The thread for what need not be done at once: what stands in the queue of paused and deleted
/// webhooks, and what is over.
package struct ChoreLoop {
  static let clearMilliseconds: Int64 = 1_000
  /// While a job that sends many again has not ended: its deliveries wait for the next few.
  static let jobMilliseconds: Int64 = 100
  /// After this the queue is asked for all of its webhooks again: some may have nothing in it by now.
  static let sendingMilliseconds: Int64 = 60_000
  /// With more of them it is asked each time.
  static let mostSending = 512
  /// Between two batches, as a multiple of what the first took: a drain hardly notices then.
  static let restFactor: Int64 = 10
  /// But not longer: where everything takes long, what is over must still go faster than it comes.
  static let longestRestMilliseconds: Int64 = 250

  private let stores: Stores
  private let leaseSeconds: Int
  private let host: String
  private let processID: Int
  private let version: String
  private let isStopping: () -> Bool
  private let wait: (Int64) -> Void
  private let logger: Logger
  private var chores: LeasedChores
  private var clearing = BatchSize()
  /// Webhooks of which it is known that they have live deliveries and sent when last looked at.
  private var sending: [Webhook.ID] = []
  private var sendingUntil: Int64 = 0

  /// - Parameter wait: Returns after so many milliseconds, or sooner when the worker stops.
  package init(
    stores: Stores, leaseSeconds: Int, retention: Retention, telling: Telling, host: String,
    processID: Int,
    version: String, isStopping: @escaping () -> Bool, wait: @escaping (Int64) -> Void,
    logger: Logger
  ) {
    self.stores = stores
    self.leaseSeconds = leaseSeconds
    self.host = host
    self.processID = processID
    self.version = version
    self.isStopping = isStopping
    self.wait = wait
    self.logger = logger
    chores = LeasedChores(stores: stores, retention: retention, telling: telling, logger: logger)
  }

  /// Runs until the worker stops, but does something of everything: one that does not linger may be
  /// told to stop before it has begun. What fails is logged and tried again at its next turn.
  package mutating func run() {
    let run = attempt("begin") {
      try $0.stores.workers.begin(host: $0.host, processID: $0.processID, version: $0.version)
    }
    var clearAt = MonotonicClock.milliseconds
    var hasJobs = false
    repeat {
      if hasJobs || MonotonicClock.milliseconds >= clearAt {
        hasJobs = attempt("retry jobs") { try $0.stepJobs() } ?? false
      }
      if MonotonicClock.milliseconds >= clearAt {
        _ = attempt("clear") { try $0.clearStopped() }
        _ = attempt("take") { try $0.chores.take() }
        if let run { _ = attempt("seen") { try $0.stores.workers.seen(run) } }
        clearAt = MonotonicClock.milliseconds + Self.clearMilliseconds
      }
      let took = attempt("remove") { try $0.chores.doBatch() } ?? nil
      let next = clearAt - MonotonicClock.milliseconds
      let untilClear = max(hasJobs ? min(next, Self.jobMilliseconds) : next, 0)
      wait(
        took.map { min($0 * Self.restFactor + 5, Self.longestRestMilliseconds, untilClear) }
          ?? untilClear)
    } while !isStopping()
    _ = attempt("give back") { try $0.chores.giveBack() }
    if let run { _ = attempt("end") { try $0.stores.workers.end(run) } }
  }

  /// Every worker does it, without a lease: who does not get a job's row leaves it to who has it.
  /// - Returns: Whether one of them has not ended.
  private mutating func stepJobs() throws -> Bool {
    let jobs = try stores.retryJobs.live()
    for job in jobs {
      // One that cannot go on keeps no other from it.
      _ = attempt("retry job \(job)") { try $0.stores.retryJobs.step(job) }
    }
    let bulkJobs = try stores.bulkJobs.live()
    for job in bulkJobs {
      _ = attempt("bulk job \(job)") { try $0.stores.bulkJobs.step(job) }
    }
    return !jobs.isEmpty || !bulkJobs.isEmpty
  }

  /// Every worker does it, without a lease: what is paused should stop at once, whoever has died, and
  /// two that meet pass each other's rows over.
  private mutating func clearStopped() throws {
    let now = MonotonicClock.milliseconds
    if now >= sendingUntil || sending.count > Self.mostSending {
      sending = []
      sendingUntil = now + Self.sendingMilliseconds
    }
    let live = try stores.queue.liveWebhooks(besides: sending)
    sending = live.sending
    for webhook in live.stopped {
      // One that cannot be cleared keeps no other from it.
      _ = attempt("clear \(webhook)") { try $0.clear(webhook) }
    }
  }

  private mutating func clear(_ webhook: Webhook.ID) throws {
    while !isStopping() {
      let start = MonotonicClock.milliseconds
      let rows = clearing.rows
      let count = try stores.queue.clear(webhook, leaseSeconds: leaseSeconds, rows: rows)
      clearing.note(tookMilliseconds: MonotonicClock.milliseconds - start)
      if count < rows { break }
    }
  }

  private mutating func attempt<Result>(
    _ chore: String, _ body: (inout Self) throws -> Result
  ) -> Result? {
    do {
      return try body(&self)
    } catch {
      logger.error("a chore failed", metadata: ["chore": "\(chore)", "error": "\(error)"])
      return nil
    }
  }
}
