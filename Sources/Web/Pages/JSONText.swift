/// JSON with a member a line, for reading. Strings and numbers stay byte for byte as they are.
///
/// Nothing is believed: text that is no JSON comes out in some shape, too.
struct JSONText {
  private var out: [UInt8] = []
  private var depth = 0

  static func indented(_ text: String) -> String {
    indented(Array(text.utf8))
  }

  static func indented(_ bytes: [UInt8]) -> String {
    var text = JSONText()
    text.out.reserveCapacity(bytes.count * 2)
    var rest = bytes[...]
    while let byte = rest.popFirst() { text.append(byte, &rest) }
    return String(decoding: text.out, as: UTF8.self)
  }

  private mutating func append(_ byte: UInt8, _ rest: inout ArraySlice<UInt8>) {
    switch byte {
    case UInt8(ascii: "\""):
      out.append(byte)
      appendString(&rest)
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      out.append(byte)
      Self.skipSpace(&rest)
      if let next = rest.first, Self.closes(next) {
        out.append(rest.removeFirst())
      } else {
        depth += 1
        breakLine()
      }
    case _ where Self.closes(byte):
      depth = max(0, depth - 1)
      breakLine()
      out.append(byte)
    case UInt8(ascii: ","):
      out.append(byte)
      breakLine()
    case UInt8(ascii: ":"):
      out.append(byte)
      out.append(UInt8(ascii: " "))
    case _ where Self.isSpace(byte): break
    default: out.append(byte)
    }
  }

  /// The rest of a string, its closing quote included.
  private mutating func appendString(_ rest: inout ArraySlice<UInt8>) {
    while let byte = rest.popFirst() {
      out.append(byte)
      if byte == UInt8(ascii: "\"") { return }
      if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() { out.append(escaped) }
    }
  }

  private mutating func breakLine() {
    out.append(UInt8(ascii: "\n"))
    // Deeper than any event can be; without a limit, hostile brackets would grow without end.
    out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * min(depth, 32)))
  }

  private static func skipSpace(_ rest: inout ArraySlice<UInt8>) {
    while let byte = rest.first, isSpace(byte) { rest.removeFirst() }
  }

  private static func closes(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }
}
