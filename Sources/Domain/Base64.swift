/// Base64 with one spelling for each sequence of bytes: what it reads, it would write the same.
///
/// Source: RFC 4648 sections 3.5, 4 and 5.
package struct Base64: Sendable {
  /// With `+`, `/` and padding.
  package static let standard = Base64("+", "/", isPadded: true)
  /// With `-`, `_` and no padding, for addresses and cookies.
  package static let url = Base64("-", "_", isPadded: false)

  private let alphabet: [UInt8]
  /// The value of each character; 0xFF for those outside the alphabet.
  private let values: [UInt8]
  private let isPadded: Bool

  private init(_ character62: Unicode.Scalar, _ character63: Unicode.Scalar, isPadded: Bool) {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    alphabet = Array(letters.utf8) + [UInt8(ascii: character62), UInt8(ascii: character63)]
    var values = [UInt8](repeating: 0xFF, count: 256)
    for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
    self.values = values
    self.isPadded = isPadded
  }

  package func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      bits <<= UInt32(8 * (3 - group.count))
      for place in 0...group.count {
        text.append(alphabet[Int(bits >> UInt32(18 - 6 * place)) & 0x3F])
      }
      if isPadded {
        for _ in group.count..<3 { text.append(UInt8(ascii: "=")) }
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// nil for a character outside the alphabet, padding that is wrong or not wanted, and unused bits
  /// that are not zero.
  package func decode(_ text: some StringProtocol) -> [UInt8]? {
    var characters = Array(text.utf8)[...]
    if isPadded {
      guard characters.count.isMultiple(of: 4) else { return nil }
      if characters.last == UInt8(ascii: "=") { characters.removeLast() }
      if characters.last == UInt8(ascii: "=") { characters.removeLast() }
    }
    // One character alone holds less than a byte.
    guard characters.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(characters.count / 4 * 3 + 2)
    var bits: UInt32 = 0
    var bitCount = 0
    for character in characters {
      let value = values[Int(character)]
      guard value != 0xFF else { return nil }
      bits = bits << 6 | UInt32(value)
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
        bits &= (1 << UInt32(bitCount)) - 1
      }
    }
    return bits == 0 ? bytes : nil
  }
}
