/// A 128-bit identifier, written as 36 lower-case characters.
///
/// Ours are of version 7, so they sort by the time they were made, in memory and in MariaDB's
/// `UUID` columns alike. Source: RFC 9562 sections 4 and 5.7.
package struct UUID: Hashable, Sendable {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads the 36-character form, in either case; anything else is nil.
  ///
  /// Not generic: a claim reads thousands a second, and over `StringProtocol` one took 20 µs.
  package init?(_ text: String) {
    var text = text
    guard let uuid = text.withUTF8(Self.init(utf8:)) else { return nil }
    self = uuid
  }

  private init?(utf8 bytes: UnsafeBufferPointer<UInt8>) {
    guard bytes.count == 36 else { return nil }
    var words: (UInt64, UInt64) = (0, 0)
    var digits = 0
    for position in 0..<36 {
      let byte = bytes[position]
      switch position {
      case 8, 13, 18, 23:
        guard byte == UInt8(ascii: "-") else { return nil }
      default:
        guard let value = Hex.value(of: byte) else { return nil }
        if digits < 16 {
          words.0 = words.0 << 4 | UInt64(value)
        } else {
          words.1 = words.1 << 4 | UInt64(value)
        }
        digits += 1
      }
    }
    self.init(high: words.0, low: words.1)
  }

  /// A new identifier of version 7.
  ///
  /// 48 bits of milliseconds, 12 bits for the fraction of the millisecond (RFC 9562 section 6.2,
  /// method 3), so that identifiers made within one millisecond sort too, then 62 random bits.
  /// - Parameter random: 64 bits from a cryptographic source.
  package static func version7(at time: Timestamp, random: UInt64) -> UUID {
    let microseconds = UInt64(clamping: time.microseconds)
    let milliseconds = microseconds / 1_000
    let fraction = (microseconds % 1_000) * 4_096 / 1_000
    return UUID(
      high: milliseconds << 16 | 0x7000 | fraction,
      low: 0x8000_0000_0000_0000 | random & 0x3FFF_FFFF_FFFF_FFFF)
  }
}

extension UUID: Comparable {
  package static func < (left: UUID, right: UUID) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }
}

extension UUID: CustomStringConvertible {
  package var description: String {
    String(unsafeUninitializedCapacity: 36) { buffer in
      var position = 0
      for digit in 0..<32 {
        if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
          buffer[position] = UInt8(ascii: "-")
          position += 1
        }
        let word = digit < 16 ? high : low
        buffer[position] = Hex.digit(UInt8(truncatingIfNeeded: word >> (60 - 4 * (digit % 16))))
        position += 1
      }
      return position
    }
  }
}

/// A `UUID` that says what it identifies, so that a delivery's can never be taken for a webhook's.
package struct Identifier<Subject>: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let rawValue: UUID

  package init(_ rawValue: UUID) {
    self.rawValue = rawValue
  }

  package init?(_ text: String) {
    guard let rawValue = UUID(text) else { return nil }
    self.rawValue = rawValue
  }

  package var description: String { rawValue.description }

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
