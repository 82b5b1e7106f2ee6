/// What a caller is told of a limit.
package struct RateStanding: Sendable, Equatable {
  package let limit: Rate
  package let isAllowed: Bool
  /// Calls that are left until the reset.
  package let remaining: Int
  /// 1 at least.
  package let secondsToReset: Int

  package init(limit: Rate, isAllowed: Bool, remaining: Int, secondsToReset: Int) {
    self.limit = limit
    self.isAllowed = isAllowed
    self.remaining = remaining
    self.secondsToReset = secondsToReset
  }
}

/// The calls of one caller, counted in a window that begins with its first call.
///
/// A fixed window, since what it can say is exact and is what the header fields ask for: so many are
/// left, and all of them again in so many seconds. Like any limit with a burst of its full size it lets
/// through at most twice as much in the length of one window.
package struct RateWindow: Sendable {
  private var count = 0
  private let endsAtMilliseconds: Int64

  /// - Parameter now: Of a clock that never goes back.
  package init(_ limit: Rate, nowMilliseconds now: Int64) {
    endsAtMilliseconds = now + limit.unit.milliseconds
  }

  package func hasEnded(nowMilliseconds now: Int64) -> Bool { now >= endsAtMilliseconds }

  /// Counts one more call. One that is refused is not counted.
  package mutating func count(_ limit: Rate, nowMilliseconds now: Int64) -> RateStanding {
    if hasEnded(nowMilliseconds: now) { self = RateWindow(limit, nowMilliseconds: now) }
    let isAllowed = count < limit.count
    if isAllowed { count += 1 }
    return RateStanding(
      limit: limit, isAllowed: isAllowed, remaining: limit.count - count,
      secondsToReset: Int(max((endsAtMilliseconds - now + 999) / 1_000, 1)))
  }
}
