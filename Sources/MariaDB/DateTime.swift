import CMariaDB

/// Between microseconds since 1970-01-01 UTC and the calendar time of the protocol.
///
/// Source of the arithmetic: Howard Hinnant, "chrono-compatible low-level date algorithms",
/// `civil_from_days` and `days_from_civil`; a year there begins in March.
enum DateTime {
  private static let microsecondsPerDay: Int64 = 86_400_000_000
  /// Days from 0000-03-01 to 1970-01-01.
  private static let epoch: Int64 = 719_468
  /// 0000-01-01 to 9999-12-31, what a DATETIME can hold.
  private static let range: ClosedRange<Int64> =
    -62_167_219_200_000_000...253_402_300_799_999_999

  /// nil for a moment outside the years 0 to 9999.
  static func calendar(microseconds: Int64) -> MYSQL_TIME? {
    guard range.contains(microseconds) else { return nil }
    let sinceMidnight =
      (microseconds % microsecondsPerDay + microsecondsPerDay) % microsecondsPerDay
    // The range begins 60 days before the shifted epoch: one era, of 400 years, is added.
    let days = (microseconds - sinceMidnight) / microsecondsPerDay + epoch + 146_097
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let seconds = sinceMidnight / 1_000_000
    var time = MYSQL_TIME()
    time.year = UInt32(yearOfEra + (era - 1) * 400 + (month <= 2 ? 1 : 0))
    time.month = UInt32(month)
    time.day = UInt32(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    time.hour = UInt32(seconds / 3_600)
    time.minute = UInt32(seconds / 60 % 60)
    time.second = UInt32(seconds % 60)
    time.second_part = UInt(sinceMidnight % 1_000_000)
    time.time_type = MYSQL_TIMESTAMP_DATETIME
    return time
  }

  /// nil for what is no day, such as `0000-00-00`.
  static func microseconds(_ time: MYSQL_TIME) -> Int64? {
    guard time.month != 0, time.day != 0 else { return nil }
    let month = Int64(time.month)
    // One era is added, since January of the year 0 lies before the shifted epoch.
    let year = Int64(time.year) - (month <= 2 ? 1 : 0) + 400
    let yearOfEra = year % 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + Int64(time.day) - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = (year / 400 - 1) * 146_097 + dayOfEra - epoch
    let seconds = Int64(time.hour) * 3_600 + Int64(time.minute) * 60 + Int64(time.second)
    return days * microsecondsPerDay + seconds * 1_000_000 + Int64(time.second_part)
  }
}
