extension JSONScanner {
  /// The position after the closing quote of the string that opens at `start`: escapes by grammar,
  /// no control character, well-formed UTF-8. RFC 8259 section 7.
  static func endOfString(in text: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
    var position = start + 1
    while position < text.count {
      let byte = text[position]
      if byte == UInt8(ascii: "\"") {
        return position + 1
      } else if byte == UInt8(ascii: "\\") {
        position = try endOfEscape(in: text, from: position)
      } else if byte < 0x20 {
        throw .unexpected(at: position, expected: "no control character in a string")
      } else if byte < 0x80 {
        position += 1
      } else {
        position = try endOfCharacter(in: text, from: position)
      }
    }
    throw .unexpected(at: position, expected: "a closing quote")
  }

  private static func endOfEscape(in text: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
    guard start + 1 < text.count else {
      throw .unexpected(at: start + 1, expected: "a character after the backslash")
    }
    switch text[start + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return start + 2
    case UInt8(ascii: "u"):
      break
    default:
      throw .unexpected(at: start + 1, expected: "one of \"\\/bfnrtu after the backslash")
    }
    guard let unit = codeUnit(in: text, from: start) else {
      throw .unexpected(at: start + 2, expected: "four hexadecimal digits")
    }
    guard UTF16.isLeadSurrogate(unit) || UTF16.isTrailSurrogate(unit) else { return start + 6 }
    guard UTF16.isLeadSurrogate(unit), let next = codeUnit(in: text, from: start + 6),
      UTF16.isTrailSurrogate(next)
    else { throw .unexpected(at: start, expected: "a pair of surrogates") }
    return start + 12
  }

  /// The UTF-16 code unit of the `\uXXXX` that stands at `start`; nil when none does.
  static func codeUnit(in text: Span<UInt8>, from start: Int) -> UInt16? {
    guard start + 6 <= text.count, text[start] == UInt8(ascii: "\\"),
      text[start + 1] == UInt8(ascii: "u")
    else { return nil }
    var unit: UInt16 = 0
    for position in start + 2..<start + 6 {
      guard let digit = Hex.value(of: text[position]) else { return nil }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  /// The position after one character of two to four bytes: no overlong form, no surrogate, nothing
  /// over U+10FFFF. The Unicode Standard, table 3-7.
  private static func endOfCharacter(in text: Span<UInt8>, from start: Int) throws(JSONError) -> Int
  {
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch text[start] {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    case 0xF1...0xF3: length = 4
    default: throw .unexpected(at: start, expected: "UTF-8")
    }
    guard start + length <= text.count, second.contains(text[start + 1]) else {
      throw .unexpected(at: start, expected: "UTF-8")
    }
    for position in start + 2..<start + length {
      guard text[position] & 0xC0 == 0x80 else {
        throw .unexpected(at: start, expected: "UTF-8")
      }
    }
    return start + length
  }
}
