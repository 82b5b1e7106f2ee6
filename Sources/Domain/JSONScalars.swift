extension JSONCutter {
  /// The UTF-8 of the string whose quotes stand at both ends of `range`.
  static func unescape(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
    let text = bytes.span
    let end = range.upperBound - 1
    var position = range.lowerBound + 1
    var plain: [UInt8] = []
    plain.reserveCapacity(range.count)
    while position < end {
      guard text[position] == UInt8(ascii: "\\") else {
        plain.append(text[position])
        position += 1
        continue
      }
      switch text[position + 1] {
      case UInt8(ascii: "b"): plain.append(0x08)
      case UInt8(ascii: "f"): plain.append(0x0C)
      case UInt8(ascii: "n"): plain.append(0x0A)
      case UInt8(ascii: "r"): plain.append(0x0D)
      case UInt8(ascii: "t"): plain.append(0x09)
      case UInt8(ascii: "u"):
        position += append(escapedAt: position, of: text, to: &plain)
        continue
      case let itself: plain.append(itself)
      }
      position += 2
    }
    return plain
  }

  /// Appends the character of `\uXXXX` or of a pair of them; gives the length of what it read.
  private static func append(
    escapedAt start: Int, of text: Span<UInt8>, to plain: inout [UInt8]
  ) -> Int {
    guard let unit = JSONScanner.codeUnit(in: text, from: start) else { return 6 }
    var scalar = UInt32(unit)
    var length = 6
    if UTF16.isLeadSurrogate(unit), let low = JSONScanner.codeUnit(in: text, from: start + 6) {
      scalar = 0x10000 + (scalar - 0xD800) << 10 + (UInt32(low) - 0xDC00)
      length = 12
    }
    if let character = Unicode.Scalar(scalar) { plain.append(contentsOf: character.utf8) }
    return length
  }

  /// The value of a JSON number when it is whole and fits into `Int`.
  static func integer(_ number: ArraySlice<UInt8>) -> Int? {
    let isNegative = number.first == UInt8(ascii: "-")
    var digits: [UInt8] = []
    var exponent = 0
    var isAfterPoint = false
    var rest = isNegative ? number.dropFirst() : number
    while let byte = rest.first, byte | 0x20 != UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if byte == UInt8(ascii: ".") {
        isAfterPoint = true
      } else {
        digits.append(byte - 0x30)
        if isAfterPoint { exponent -= 1 }
      }
    }
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    guard !digits.isEmpty else { return 0 }
    if !rest.isEmpty {
      guard let written = Int(String(decoding: rest.dropFirst(), as: UTF8.self)) else { return nil }
      let (sum, overflow) = exponent.addingReportingOverflow(written)
      guard !overflow else { return nil }
      exponent = sum
    }
    // 19 digits are the longest Int; a larger exponent cannot fit and must not be looped over.
    guard exponent >= 0, exponent <= 19 else { return nil }
    var value = 0
    for digit in digits + Array(repeating: 0, count: exponent) {
      let (shifted, first) = value.multipliedReportingOverflow(by: 10)
      // Downwards for a negative number: the smallest Int has no positive counterpart.
      let step = isNegative ? -Int(digit) : Int(digit)
      let (sum, second) = shifted.addingReportingOverflow(step)
      guard !first, !second else { return nil }
      value = sum
    }
    return value
  }
}
