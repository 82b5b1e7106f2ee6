/// All addresses that begin with the same bits: `10.0.0.0/8`, `fc00::/7`.
package struct AddressRange: Hashable, Sendable {
  package let first: IPAddress
  package let prefixLength: Int

  /// Reads an address, a slash and a length; nil for anything else, also where bits after the
  /// length are set, which is mostly a slip of the pen.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = IPAddress(parts[0]), (1...3).contains(parts[1].utf8.count),
      parts[1].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let length = Int(parts[1]),
      length <= first.bitCount, first.masked(to: length) == first
    else { return nil }
    self.first = first
    prefixLength = length
  }

  package func contains(_ address: IPAddress) -> Bool {
    address.family == first.family && address.masked(to: prefixLength) == first
  }

  package func contains(_ range: AddressRange) -> Bool {
    range.prefixLength >= prefixLength && contains(range.first)
  }
}

extension IPAddress {
  fileprivate var bitCount: Int { family == .v4 ? 32 : 128 }

  /// The same with all bits after the first `length` cleared.
  fileprivate func masked(to length: Int) -> IPAddress {
    // Shifting by 64 and more gives zero: Swift's `<<` is not C's.
    let cleared = bitCount - length
    let highMask = UInt64.max << max(0, cleared - 64)
    let lowMask = UInt64.max << cleared
    return IPAddress(family, high: high & highMask, low: low & lowMask)
  }
}
