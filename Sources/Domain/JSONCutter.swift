/// Cuts checked JSON text into its parts. Nothing here looks for mistakes again.
enum JSONCutter {
  /// The position after the value that begins at `start`.
  static func endOfValue(in text: Span<UInt8>, from start: Int) -> Int {
    var position = start
    var depth = 0
    repeat {
      switch text[position] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        position += 1
      case UInt8(ascii: "\""):
        position = endOfString(in: text, from: position)
      case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09:
        position += 1
      default:
        position = endOfScalar(in: text, from: position)
      }
    } while depth > 0
    return position
  }

  private static func endOfString(in text: Span<UInt8>, from start: Int) -> Int {
    var position = start + 1
    while text[position] != UInt8(ascii: "\"") {
      position += text[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    return position + 1
  }

  /// A number, `true`, `false` or `null`.
  private static func endOfScalar(in text: Span<UInt8>, from start: Int) -> Int {
    var position = start + 1
    while position < text.count {
      let byte = text[position]
      if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
        || JSONScanner.isWhiteSpace(byte)
      {
        break
      }
      position += 1
    }
    return position
  }

  static func elements(of array: JSONValue) -> [JSONValue] {
    let text = array.text.span
    var elements: [JSONValue] = []
    var position = JSONScanner.skipWhiteSpace(in: text, from: array.range.lowerBound + 1)
    while text[position] != UInt8(ascii: "]") {
      let end = endOfValue(in: text, from: position)
      elements.append(JSONValue(text: array.text, range: position..<end))
      position = next(in: text, from: end)
    }
    return elements
  }

  static func members(of object: JSONValue) throws(JSONError) -> [JSONObject.Member] {
    let text = object.text.span
    var members: [JSONObject.Member] = []
    var names: Set<[UInt8]> = []
    var position = JSONScanner.skipWhiteSpace(in: text, from: object.range.lowerBound + 1)
    while text[position] != UInt8(ascii: "}") {
      let nameEnd = endOfString(in: text, from: position)
      let nameBytes = unescape(object.text, position..<nameEnd)
      let name = String(decoding: nameBytes, as: UTF8.self)
      guard names.insert(nameBytes).inserted else { throw .duplicateName(name) }
      let colon = JSONScanner.skipWhiteSpace(in: text, from: nameEnd)
      let start = JSONScanner.skipWhiteSpace(in: text, from: colon + 1)
      let end = endOfValue(in: text, from: start)
      members.append(.init(name: name, value: JSONValue(text: object.text, range: start..<end)))
      position = next(in: text, from: end)
    }
    return members
  }

  /// The next element or name after a value that ended at `end`, or the closing bracket.
  private static func next(in text: Span<UInt8>, from end: Int) -> Int {
    let position = JSONScanner.skipWhiteSpace(in: text, from: end)
    guard text[position] == UInt8(ascii: ",") else { return position }
    return JSONScanner.skipWhiteSpace(in: text, from: position + 1)
  }

  static func compact(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
    let text = bytes.span
    var compact: [UInt8] = []
    compact.reserveCapacity(range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      let start = position
      // A run without white space outside strings is copied at once.
      while position < range.upperBound, !JSONScanner.isWhiteSpace(text[position]) {
        let isString = text[position] == UInt8(ascii: "\"")
        position = isString ? endOfString(in: text, from: position) : position + 1
      }
      compact.append(contentsOf: bytes[start..<position])
      while position < range.upperBound, JSONScanner.isWhiteSpace(text[position]) { position += 1 }
    }
    return compact
  }

  static func nesting(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
    let text = bytes.span
    var (depth, deepest) = (0, 0)
    var position = range.lowerBound
    while position < range.upperBound {
      switch text[position] {
      case UInt8(ascii: "\""):
        position = endOfString(in: text, from: position)
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        deepest = max(deepest, depth)
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
      default:
        break
      }
      position += 1
    }
    return deepest
  }
}
