import CCurl
import Glibc

/// Ends the wait of an `ExchangePool` from any thread. Outlives the pool without harm.
package final class PoolWaker: Sendable {
  let descriptor: Int32

  init() throws(CurlError) {
    descriptor = try check(ccurl_eventfd(), "eventfd")
  }

  deinit {
    close(descriptor)
  }

  /// The wait under way ends, or else the next one. Many calls may count as one.
  package func wake() {
    var one: UInt64 = 1
    // It can fail only when the counter is full; then a wake-up is under way already.
    _ = write(descriptor, &one, 8)
  }

  /// Takes back the wake-ups so far.
  func reset() {
    var count: UInt64 = 0
    _ = read(descriptor, &count, 8)
  }
}
