/// Numbers in digits that a double click selects whole: `0` to `9`, `A` to `Z`, `a` to `z`.
enum Base62 {
  private static let alphabet = Array(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

  static func isDigit(_ byte: UInt8) -> Bool { alphabet.contains(byte) }

  /// The lowest `count` digits of the number that `bytes` are, highest byte first.
  static func digits(_ count: Int, of bytes: [UInt8]) -> [UInt8] {
    var number = bytes
    var digits: [UInt8] = []
    for _ in 0..<count {
      var remainder = 0
      for position in number.indices {
        let part = remainder << 8 | Int(number[position])
        number[position] = UInt8(part / 62)
        remainder = part % 62
      }
      digits.append(alphabet[remainder])
    }
    return digits.reversed()
  }
}
