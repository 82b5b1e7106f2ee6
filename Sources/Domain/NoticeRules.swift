/// When people are told about a webhook that fails.
package struct NoticeRules: Sendable, Equatable {
  /// One that has failed for less is not told about: an endpoint that was started anew is no news.
  package let graceSeconds: Int
  /// One that has failed for as long is stopped.
  package let stopAfterSeconds: Int
  /// So long before that its user is warned.
  package let warnBeforeSeconds: Int

  /// A minute of grace, or a tenth of what there is; a warning a day before, or in the last quarter.
  package init(disableAfter: Interval) {
    let seconds = Int(disableAfter.seconds)
    graceSeconds = min(60, seconds / 10)
    stopAfterSeconds = seconds
    warnBeforeSeconds = min(86_400, seconds / 4)
  }

  /// When one that fails since then is stopped, if it goes on.
  package func stop(failingSince since: Timestamp) -> Timestamp {
    since.advanced(bySeconds: Int64(stopAfterSeconds))
  }
}
