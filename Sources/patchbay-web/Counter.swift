import Synchronization
import Web

/// So many permits, counted over all threads.
final class Counter: Sendable {
  private let free: Atomic<Int>

  init(_ permits: Int) {
    free = Atomic(permits)
  }

  var permits: Permits {
    Permits(
      take: { [self] in
        var seen = free.load(ordering: .relaxed)
        while seen > 0 {
          let (exchanged, current) = free.weakCompareExchange(
            expected: seen, desired: seen - 1, ordering: .acquiringAndReleasing)
          if exchanged { return true }
          seen = current
        }
        return false
      },
      giveBack: { [self] in _ = free.add(1, ordering: .releasing) })
  }
}
