extension Timestamp {
  /// `2026-11-24T14:05:07.123456Z`. Source: RFC 3339 section 5.6.
  package var rfc3339: String {
    let time = calendar
    // One is written for each line of the log: no text is made of each number.
    return String(unsafeUninitializedCapacity: 27) { text in
      var end = 0
      func append(_ number: Int, _ width: Int, _ separator: Unicode.Scalar) {
        var rest = number
        for place in stride(from: end + width - 1, through: end, by: -1) {
          text[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
          rest /= 10
        }
        text[end + width] = UInt8(ascii: separator)
        end += width + 1
      }
      append(time.year, 4, "-")
      append(time.month, 2, "-")
      append(time.day, 2, "T")
      append(time.hour, 2, ":")
      append(time.minute, 2, ":")
      append(time.second, 2, ".")
      append(time.microsecond, 6, "Z")
      return end
    }
  }

  /// Reads a date-time of RFC 3339 with any offset. A fraction is cut after microseconds; a leap
  /// second counts as the second after it. Anything else, a year before 1970 or after 9999
  /// included, is nil.
  package init?(rfc3339 text: some StringProtocol) {
    var scanner = DigitScanner(text)
    guard let year = scanner.number(4), scanner.skip("-"),
      let month = scanner.number(2), scanner.skip("-"),
      let day = scanner.number(2), scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
      let hour = scanner.number(2), scanner.skip(":"),
      let minute = scanner.number(2), scanner.skip(":"),
      let second = scanner.number(2)
    else { return nil }
    guard (1970...9999).contains(year), (1...12).contains(month),
      (1...CalendarTime.daysInMonth(month, of: year)).contains(day),
      hour <= 23, minute <= 59, second <= 60
    else { return nil }

    var microsecond = 0
    if scanner.skip(".") {
      guard let fraction = scanner.fraction() else { return nil }
      microsecond = fraction
    }
    guard let offsetMinutes = scanner.offset(), scanner.isAtEnd else { return nil }

    let local = Timestamp(
      CalendarTime(
        year: year, month: month, day: day, hour: hour, minute: minute, second: second,
        microsecond: microsecond))
    let utc = local.advanced(bySeconds: Int64(-offsetMinutes * 60))
    // An offset may lead out of these years, too.
    guard utc.microseconds >= 0, utc.calendar.year <= 9999 else { return nil }
    self = utc
  }
}

/// `number` in decimal, with zeros in front up to `width`.
package func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

private struct DigitScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: some StringProtocol) {
    bytes = Array(text.utf8)
  }

  var isAtEnd: Bool { position == bytes.count }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func number(_ digits: Int) -> Int? {
    guard position + digits <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[position..<position + digits] {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    position += digits
    return value
  }

  /// The digits after the point, as microseconds; nil when there is none.
  mutating func fraction() -> Int? {
    var value = 0
    var digits = 0
    while position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39 {
      if digits < 6 { value = value * 10 + Int(bytes[position] - 0x30) }
      digits += 1
      position += 1
    }
    guard digits > 0 else { return nil }
    for _ in 0..<max(0, 6 - digits) { value *= 10 }
    return value
  }

  /// Minutes east of UTC.
  mutating func offset() -> Int? {
    if skip("Z") || skip("z") { return 0 }
    let sign: Int
    if skip("+") {
      sign = 1
    } else if skip("-") {
      sign = -1
    } else {
      return nil
    }
    guard let hours = number(2), skip(":"), let minutes = number(2), hours <= 23, minutes <= 59
    else { return nil }
    return sign * (hours * 60 + minutes)
  }
}
