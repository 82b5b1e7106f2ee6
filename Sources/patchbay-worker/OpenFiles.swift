import Configuration
import Glibc
import Logging

/// How many files the process may have open, sockets among them, and what that is enough for.
enum OpenFiles {
  /// Connections to the database and the mail server, what threads wake each other by, the log.
  private static let reserve = 64
  /// Of a transfer at most: two connections kept, one more while a second address is tried, and three
  /// by its name look-up.
  private static let perTransfer = 6

  /// Raises the limit as far as is needed and allowed.
  /// - Returns: Transfers in flight: as many as are set, or as the limit is enough for.
  static func concurrency(_ settings: Settings, _ logger: Logger) -> Int {
    let wanted = settings.workerConcurrency
    let limit = raiseLimit(to: reserve + perTransfer * wanted)
    let possible = max(1, (limit - reserve) / perTransfer)
    guard possible < wanted else { return wanted }
    logger.warning(
      "fewer transfers than are set: too few files may be open",
      metadata: [
        "PATCHBAY_WORKER_CONCURRENCY": "\(wanted)", "transfers": "\(possible)",
        "limit": "\(limit)", "needed": "\(reserve + perTransfer * wanted)",
      ])
    return possible
  }

  private static func raiseLimit(to needed: Int) -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return needed }
    if limit.rlim_cur < rlim_t(needed) {
      var raised = limit
      raised.rlim_cur = min(rlim_t(needed), limit.rlim_max)
      if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
    }
    return Int(clamping: limit.rlim_cur)
  }
}
