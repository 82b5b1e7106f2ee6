/// So many in so long, written `600/m`: a count, and `s`, `m`, `h` or `d`.
package struct Rate: Hashable, Sendable, CustomStringConvertible {
  package let count: Int
  package let unit: Interval

  package init(count: Int, per unit: Interval) {
    self.count = count
    self.unit = unit
  }

  /// nil for anything else, for none at all and for more than a million.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...7).contains(parts[0].utf8.count),
      parts[0].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let count = Int(parts[0]),
      (1...1_000_000).contains(count), parts[1].utf8.count == 1, let unit = Interval("1\(parts[1])")
    else { return nil }
    self.init(count: count, per: unit)
  }

  package var description: String { "\(count)/\(unit.description.dropFirst())" }
}
