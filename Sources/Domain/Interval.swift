/// A length of time in whole milliseconds, written as in the configuration: `90s`, `5m`, `2h`, `5d`.
package struct Interval: Hashable, Comparable, Sendable {
  package let milliseconds: Int64

  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  package init(seconds: Int64) {
    milliseconds = seconds * 1_000
  }

  package static let zero = Interval(milliseconds: 0)

  /// Reads digits and one of `s`, `m`, `h`, `d`, or `0` alone. Anything else, or more than a hundred
  /// years, is nil.
  package init?(_ text: some StringProtocol) {
    let characters = Array(text.utf8)
    if characters == Array("0".utf8) {
      self = .zero
      return
    }
    guard let unit = characters.last, let seconds = Self.seconds(of: unit) else { return nil }
    let digits = characters.dropLast()
    // Eleven digits are more than a hundred years of seconds and far from an overflow.
    guard !digits.isEmpty, digits.count <= 11, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
    else { return nil }
    let count = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
    guard count <= 100 * 366 * 86_400 / seconds else { return nil }
    self.init(seconds: count * seconds)
  }

  /// Whole seconds, rounded down.
  package var seconds: Int64 { milliseconds / 1_000 }

  package static func < (left: Interval, right: Interval) -> Bool {
    left.milliseconds < right.milliseconds
  }

  private static func seconds(of unit: UInt8) -> Int64? {
    switch unit {
    case UInt8(ascii: "s"): 1
    case UInt8(ascii: "m"): 60
    case UInt8(ascii: "h"): 3_600
    case UInt8(ascii: "d"): 86_400
    default: nil
    }
  }
}

extension Interval: CustomStringConvertible {
  /// In the largest unit that leaves no rest: `90s`, `2h`; `1500ms` where seconds do not do.
  package var description: String {
    guard milliseconds.isMultiple(of: 1_000) else { return "\(milliseconds)ms" }
    guard milliseconds != 0 else { return "0s" }
    for unit in "dhm".utf8 {
      if let length = Self.seconds(of: unit), seconds.isMultiple(of: length) {
        return "\(seconds / length)\(Unicode.Scalar(unit))"
      }
    }
    return "\(seconds)s"
  }
}

extension Timestamp {
  package func advanced(by interval: Interval) -> Timestamp {
    advanced(byMicroseconds: interval.milliseconds * 1_000)
  }
}
