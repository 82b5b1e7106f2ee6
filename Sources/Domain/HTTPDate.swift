extension Timestamp {
  /// Reads a date of HTTP in any of its three forms; the day's name must be one, but is not held
  /// against the date. Source: RFC 9110 section 5.6.7.
  ///
  ///     Sun, 06 Nov 1994 08:49:37 GMT     (the form of today)
  ///     Sunday, 06-Nov-94 08:49:37 GMT    (RFC 850)
  ///     Sun Nov  6 08:49:37 1994          (C's asctime)
  /// - Parameter now: A year of two digits is at most fifty years after it.
  package init?(httpDate text: some StringProtocol, now: Timestamp) {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map { String($0) }
    guard let first = words.first else { return nil }
    let fields: HTTPDateFields?
    if words.count == 6, first.hasSuffix(","), Self.dayNames.contains("\(first.dropLast())") {
      fields = .init(day: words[1], month: words[2], year: words[3], time: words[4], zone: words[5])
    } else if words.count == 4, first.hasSuffix(","),
      Self.longDayNames.contains("\(first.dropLast())")
    {
      let date = words[1].split(separator: "-", omittingEmptySubsequences: false).map { String($0) }
      guard date.count == 3, date[2].utf8.count == 2, let short = decimal(date[2], digits: 2)
      else { return nil }
      fields = .init(
        day: date[0], month: date[1], year: String(Self.fullYear(short, now: now)), time: words[2],
        zone: words[3])
    } else if Self.dayNames.contains(first),
      words.count == 5 || words.count == 6 && words[2].isEmpty
    {
      // A day of one digit has a second space before it.
      let day = words.count == 6 ? "0\(words[3])" : words[2]
      fields = .init(
        day: day, month: words[1], year: words[words.count - 1], time: words[words.count - 2],
        zone: "GMT")
    } else {
      fields = nil
    }
    guard let time = fields?.calendarTime else { return nil }
    self.init(time)
  }

  private static let dayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  private static let longDayNames = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ]

  private static func fullYear(_ short: Int, now: Timestamp) -> Int {
    let thisYear = now.calendar.year
    let year = thisYear / 100 * 100 + short
    return year > thisYear + 50 ? year - 100 : year
  }
}

/// The words of a date, before they are numbers.
private struct HTTPDateFields {
  let day: String
  let month: String
  let year: String
  let time: String
  let zone: String

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  var calendarTime: CalendarTime? {
    let clock = time.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
    guard zone == "GMT", clock.count == 3, let index = Self.months.firstIndex(of: month),
      let day = decimal(day, digits: 2), let year = decimal(year, digits: 4),
      let hour = decimal(clock[0], digits: 2), let minute = decimal(clock[1], digits: 2),
      let second = decimal(clock[2], digits: 2),
      (1970...9999).contains(year), day >= 1,
      day <= CalendarTime.daysInMonth(index + 1, of: year), hour <= 23, minute <= 59, second <= 60
    else { return nil }
    return CalendarTime(
      year: year, month: index + 1, day: day, hour: hour, minute: minute, second: second)
  }
}

/// A number of exactly so many digits.
private func decimal(_ text: String, digits: Int) -> Int? {
  guard text.utf8.count == digits, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
    return nil
  }
  return Int(text)
}
