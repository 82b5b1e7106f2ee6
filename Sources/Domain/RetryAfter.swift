/// The header by which a receiver says when to come back.
///
/// Source: RFC 9110 section 10.2.3.
package enum RetryAfter {
  /// A receiver may hold a delivery back for so long and no longer.
  package static let limit = Interval(seconds: 24 * 3_600)

  /// How long to wait, from `now`: never less than asked, but for the limit of 24 hours.
  /// - Parameter value: Seconds, or a date in one of the three forms of HTTP.
  /// - Returns: nil for anything else; zero for a date that has passed.
  package static func interval(_ value: some StringProtocol, now: Timestamp) -> Interval? {
    let digits = value.utf8
    if !digits.isEmpty, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
      // What is no Int64 is far over the limit.
      let seconds = Int64(value) ?? limit.seconds
      return Interval(seconds: min(seconds, limit.seconds))
    }
    guard let date = Timestamp(httpDate: value, now: now) else { return nil }
    let milliseconds = (date.microseconds - now.microseconds + 999) / 1_000
    return min(max(.zero, Interval(milliseconds: milliseconds)), limit)
  }
}
