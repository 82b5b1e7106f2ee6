/// An address of IPv4 or IPv6, without port or zone.
package struct IPAddress: Hashable, Sendable {
  package enum Family: Sendable { case v4, v6 }

  package let family: Family
  /// The first 64 bits of an IPv6 address; 0 for IPv4.
  let high: UInt64
  /// The last 64 bits, or the 32 of an IPv4 address.
  let low: UInt64

  init(_ family: Family, high: UInt64 = 0, low: UInt64) {
    self.family = family
    self.high = high
    self.low = low
  }

  /// From the bytes of a socket address: 4 or 16 in network order, else nil.
  package init?(_ bytes: some Collection<UInt8>) {
    let words = bytes.reduce((UInt64(0), UInt64(0))) { words, byte in
      (words.0 << 8 | words.1 >> 56, words.1 << 8 | UInt64(byte))
    }
    switch bytes.count {
    case 4: self.init(.v4, low: words.1)
    case 16: self.init(.v6, high: words.0, low: words.1)
    default: return nil
    }
  }

  /// Reads `203.0.113.7`, four numbers without leading zeros, or the forms of RFC 4291 section 2.2
  /// without brackets and zone; anything else is nil.
  package init?(_ text: some StringProtocol) {
    if let number = Self.dottedQuad(text) {
      self.init(.v4, low: UInt64(number))
    } else if let groups = Self.groups(text) {
      let words = groups.map { UInt64($0) }
      self.init(
        .v6, high: words[0..<4].reduce(0) { $0 << 16 | $1 },
        low: words[4..<8].reduce(0) { $0 << 16 | $1 })
    } else {
      return nil
    }
  }

  private static func dottedQuad(_ text: some StringProtocol) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var number: UInt32 = 0
    for part in parts {
      let digits = part.utf8
      guard (1...3).contains(digits.count), digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
        digits.count == 1 || digits.first != 0x30, let byte = UInt8(part)
      else { return nil }
      number = number << 8 | UInt32(byte)
    }
    return number
  }

  /// The eight groups of an IPv6 address.
  private static func groups(_ text: some StringProtocol) -> [UInt16]? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (3...9).contains(parts.count) else { return nil }
    // `::` leaves an empty part, two at the beginning or the end, and may stand once.
    var before: [UInt16] = []
    var after: [UInt16]?
    for (index, part) in parts.enumerated() {
      var groups: [UInt16] = []
      if part.isEmpty {
        let isOuter =
          index == 0 && parts[1].isEmpty
          || index == parts.count - 1 && parts[index - 1].isEmpty
        guard isOuter || after == nil && index > 0 && index < parts.count - 1 else { return nil }
        if index > 0, index < parts.count - 1 { after = [] }
      } else if index == parts.count - 1, let quad = dottedQuad(part) {
        groups = [UInt16(quad >> 16), UInt16(quad & 0xFFFF)]
      } else {
        guard part.utf8.count <= 4, part.utf8.allSatisfy({ Hex.value(of: $0) != nil }),
          let group = UInt16(part, radix: 16)
        else { return nil }
        groups = [group]
      }
      if after == nil { before += groups } else { after? += groups }
    }
    guard let after else { return before.count == 8 ? before : nil }
    let zeros = 8 - before.count - after.count
    return zeros >= 1 ? before + Array(repeating: 0, count: zeros) + after : nil
  }
}

extension IPAddress: CustomStringConvertible {
  /// `203.0.113.7`, or the one spelling of RFC 5952: lower case, the longest run of zeros as `::`.
  package var description: String {
    switch family {
    case .v4:
      return (0..<4).map { String(UInt8(truncatingIfNeeded: low >> UInt64(24 - 8 * $0))) }
        .joined(separator: ".")
    case .v6:
      let groups = [high, low].flatMap { word in
        (0..<4).map { UInt16(truncatingIfNeeded: word >> UInt64(48 - 16 * $0)) }
      }
      let zeros = Self.longestZeros(groups)
      let texts = groups.map { String($0, radix: 16) }
      guard zeros.count >= 2 else { return texts.joined(separator: ":") }
      return texts[..<zeros.lowerBound].joined(separator: ":") + "::"
        + texts[zeros.upperBound...].joined(separator: ":")
    }
  }

  private static func longestZeros(_ groups: [UInt16]) -> Range<Int> {
    var longest = 0..<0
    var start = 0
    for (index, group) in groups.enumerated() {
      if group != 0 {
        start = index + 1
      } else if index + 1 - start > longest.count {
        longest = start..<index + 1
      }
    }
    return longest
  }
}
