import Domain
import Glibc
import Synchronization

/// The calls of each API key, counted over all threads of this process. A row of the database for
/// each would cost what the call itself costs.
final class CallCounter: Sendable {
  private let limit: Rate
  private let windows = Mutex<[UUID: RateWindow]>([:])
  /// With so many keys in hand, those whose window has ended are forgotten.
  private static let tidyAbove = 10_000

  init(_ limit: Rate) {
    self.limit = limit
  }

  func count(_ key: UUID) -> RateStanding {
    let now = Self.milliseconds()
    return windows.withLock { windows in
      if windows.count > Self.tidyAbove {
        windows = windows.filter { !$0.value.hasEnded(nowMilliseconds: now) }
      }
      return windows[key, default: RateWindow(limit, nowMilliseconds: now)]
        .count(limit, nowMilliseconds: now)
    }
  }

  private static func milliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}
