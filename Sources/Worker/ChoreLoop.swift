package import Logging
package import Store

/// The thread for what need not be done at once: what stands in the queue of paused and deleted
/// webhooks, and what is over.
package struct ChoreLoop {
  static let clearMilliseconds: Int64 = 1_000
  static let removeMilliseconds: Int64 = 60_000

  private let stores: Stores
  private let leaseSeconds: Int
  private let host: String
  private let processID: Int
  private let version: String
  private let isStopping: () -> Bool
  private let wait: (Int64) -> Void
  private let logger: Logger

  /// - Parameter wait: Returns after so many milliseconds, or sooner when the worker stops.
  package init(
    stores: Stores, leaseSeconds: Int, host: String, processID: Int, version: String,
    isStopping: @escaping () -> Bool, wait: @escaping (Int64) -> Void, logger: Logger
  ) {
    self.stores = stores
    self.leaseSeconds = leaseSeconds
    self.host = host
    self.processID = processID
    self.version = version
    self.isStopping = isStopping
    self.wait = wait
    self.logger = logger
  }

  /// Runs until the worker stops. A chore that fails is logged and tried again at its next turn.
  package func run() {
    let run = attempt("begin") {
      try stores.workers.begin(host: host, processID: processID, version: version)
    }
    var removeAt = MonotonicClock.milliseconds
    while !isStopping() {
      _ = attempt("clear") { try clearStopped() }
      if MonotonicClock.milliseconds >= removeAt {
        _ = attempt("remove") { try stores.sessions.removeEnded() }
        removeAt = MonotonicClock.milliseconds + Self.removeMilliseconds
      }
      if let run { _ = attempt("seen") { try stores.workers.seen(run) } }
      wait(Self.clearMilliseconds)
    }
    if let run { _ = attempt("end") { try stores.workers.end(run) } }
  }

  private func clearStopped() throws {
    for webhook in try stores.queue.stoppedWebhooks() {
      while !isStopping(),
        try stores.queue.clear(webhook, leaseSeconds: leaseSeconds) == 1_000
      {}
    }
  }

  private func attempt<Result>(_ chore: String, _ body: () throws -> Result) -> Result? {
    do {
      return try body()
    } catch {
      logger.error("a chore failed", metadata: ["chore": "\(chore)", "error": "\(error)"])
      return nil
    }
  }
}
