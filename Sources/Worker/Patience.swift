import Logging
import Store

/// How a loop on the queue ended.
package enum QueueLoopEnding: Sendable {
  /// As it should.
  case done
  /// The database has been away for too long; some results may be lost.
  case databaseLost
}

/// How long a loop on the queue waits for a database that is away.
struct Patience {
  static let milliseconds: Int64 = 60_000
  /// Once the worker has been told to stop: whoever did that will not wait for more.
  static let stoppingMilliseconds: Int64 = 5_000
  /// Between two tries.
  static let pauseMilliseconds: Int64 = 500

  private var since: Int64?

  mutating func worked() {
    since = nil
  }

  /// - Returns: Whether the database has been away for too long.
  mutating func isOver(after error: any Error, isStopping: Bool, _ logger: Logger) -> Bool {
    let now = MonotonicClock.milliseconds
    if since == nil {
      logger.error("the queue cannot be reached", metadata: ["error": "\(error)"])
    }
    let since = since ?? now
    self.since = since
    return now - since > (isStopping ? Self.stoppingMilliseconds : Self.milliseconds)
  }
}
