import Glibc

/// Time that only goes forward, whatever happens to the wall clock.
enum MonotonicClock {
  static var microseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }

  static var milliseconds: Int64 { microseconds / 1_000 }

  static func sleep(milliseconds: Int64) {
    var time = timespec(tv_sec: 0, tv_nsec: Int(milliseconds) * 1_000_000)
    nanosleep(&time, nil)
  }
}
