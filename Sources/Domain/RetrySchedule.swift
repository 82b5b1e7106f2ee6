/// How long to wait after the first, second … failed attempt of a delivery. The first attempt is at
/// once; when the waits are used up, the delivery has failed.
package struct RetrySchedule: Sendable, Equatable {
  package let waits: [Interval]
  /// Each wait is multiplied by 1 ± this, at random, so that what failed together does not come
  /// back together. 0 to 1.
  package let jitter: Double

  package init(waits: [Interval], jitter: Double) {
    self.waits = waits
    self.jitter = jitter
  }

  /// Reads a comma list such as `5s,5m,30m`; nil when one of its parts is no interval.
  package static func waits(_ text: some StringProtocol) -> [Interval]? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let waits = parts.compactMap { Interval($0) }
    return waits.count == parts.count ? waits : nil
  }

  /// Attempts of a delivery that never succeeds.
  package var attempts: Int { waits.count + 1 }

  /// The wait after so many failed attempts that count; nil when it was the last.
  /// - Parameter random: 0 up to, not including, 1.
  package func wait(afterFailures failures: Int, random: Double) -> Interval? {
    guard failures >= 1, failures <= waits.count else { return nil }
    let factor = 1 + jitter * (2 * random - 1)
    let milliseconds = Double(waits[failures - 1].milliseconds) * factor
    return Interval(milliseconds: Int64(milliseconds.rounded()))
  }
}
