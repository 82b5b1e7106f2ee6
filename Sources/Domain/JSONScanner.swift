/// The grammar of RFC 8259, byte by byte and without recursion, so that ten million brackets cost
/// ten megabytes of stack of our own and nothing of the thread's.
///
/// Stricter than the RFC where it leaves a choice: no byte order mark, UTF-8 only, and an escaped
/// surrogate must be one half of a pair, since a lone one stands for no character.
enum JSONScanner {
  /// Checks that `text` is one JSON value with nothing but white space around it.
  static func validate(_ text: Span<UInt8>) throws(JSONError) {
    // The closing bracket that each open container waits for, outermost first.
    var closers: [UInt8] = []
    var position = 0
    value: while true {
      position = skipWhiteSpace(in: text, from: position)
      guard position < text.count else {
        throw .unexpected(at: position, expected: "a value")
      }
      switch text[position] {
      case UInt8(ascii: "{"):
        position = skipWhiteSpace(in: text, from: position + 1)
        if position < text.count, text[position] == UInt8(ascii: "}") {
          position += 1
        } else {
          closers.append(UInt8(ascii: "}"))
          position = try endOfName(in: text, from: position)
          continue value
        }
      case UInt8(ascii: "["):
        position = skipWhiteSpace(in: text, from: position + 1)
        if position < text.count, text[position] == UInt8(ascii: "]") {
          position += 1
        } else {
          closers.append(UInt8(ascii: "]"))
          continue value
        }
      case UInt8(ascii: "\""):
        position = try endOfString(in: text, from: position)
      case UInt8(ascii: "t"):
        position = try endOfWord("true", in: text, from: position)
      case UInt8(ascii: "f"):
        position = try endOfWord("false", in: text, from: position)
      case UInt8(ascii: "n"):
        position = try endOfWord("null", in: text, from: position)
      default:
        position = try endOfNumber(in: text, from: position)
      }

      // A value has ended: so may the containers around it.
      while let closer = closers.last {
        position = skipWhiteSpace(in: text, from: position)
        guard position < text.count else { throw wanted(commaOr: closer, at: position) }
        let byte = text[position]
        if byte == closer {
          closers.removeLast()
          position += 1
        } else if byte == UInt8(ascii: ",") {
          position += 1
          if closer == UInt8(ascii: "}") {
            position = try endOfName(
              in: text, from: skipWhiteSpace(in: text, from: position))
          }
          continue value
        } else {
          throw wanted(commaOr: closer, at: position)
        }
      }
      position = skipWhiteSpace(in: text, from: position)
      guard position == text.count else {
        throw .unexpected(at: position, expected: "the end")
      }
      return
    }
  }

  /// The first position at or after `start` that is no white space of RFC 8259 section 2.
  static func skipWhiteSpace(in text: Span<UInt8>, from start: Int) -> Int {
    var position = start
    while position < text.count, isWhiteSpace(text[position]) { position += 1 }
    return position
  }

  static func isWhiteSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  /// A member's name and the colon after it.
  private static func endOfName(in text: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
    guard start < text.count, text[start] == UInt8(ascii: "\"") else {
      throw .unexpected(at: start, expected: "a name in quotes")
    }
    let end = skipWhiteSpace(in: text, from: try endOfString(in: text, from: start))
    guard end < text.count, text[end] == UInt8(ascii: ":") else {
      throw .unexpected(at: end, expected: "a colon")
    }
    return end + 1
  }

  private static func endOfWord(
    _ word: StaticString, in text: Span<UInt8>, from start: Int
  ) throws(JSONError) -> Int {
    let length = word.utf8CodeUnitCount
    let isThere =
      start + length <= text.count
      && word.withUTF8Buffer { letters in
        letters.indices.allSatisfy { text[start + $0] == letters[$0] }
      }
    guard isThere else { throw .unexpected(at: start, expected: "a value") }
    return start + length
  }

  /// `-`, digits without a zero in front, a fraction, an exponent. RFC 8259 section 6.
  private static func endOfNumber(in text: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
    var position = start
    if text[position] == UInt8(ascii: "-") { position += 1 }
    let whole = endOfDigits(in: text, from: position)
    guard whole > position else {
      throw .unexpected(at: position, expected: position == start ? "a value" : "a digit")
    }
    guard text[position] != UInt8(ascii: "0") || whole == position + 1 else {
      throw .unexpected(at: position + 1, expected: "no digit after a leading zero")
    }
    position = whole
    if position < text.count, text[position] == UInt8(ascii: ".") {
      let end = endOfDigits(in: text, from: position + 1)
      guard end > position + 1 else { throw .unexpected(at: end, expected: "a digit") }
      position = end
    }
    if position < text.count, text[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < text.count,
        text[position] == UInt8(ascii: "+") || text[position] == UInt8(ascii: "-")
      {
        position += 1
      }
      let end = endOfDigits(in: text, from: position)
      guard end > position else { throw .unexpected(at: end, expected: "a digit") }
      position = end
    }
    return position
  }

  private static func endOfDigits(in text: Span<UInt8>, from start: Int) -> Int {
    var position = start
    while position < text.count, text[position] &- 0x30 < 10 { position += 1 }
    return position
  }

  private static func wanted(commaOr closer: UInt8, at position: Int) -> JSONError {
    .unexpected(
      at: position, expected: closer == UInt8(ascii: "}") ? "a comma or }" : "a comma or ]")
  }
}
