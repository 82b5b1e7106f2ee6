/// JSON with a member a line, for reading. Strings and numbers stay byte for byte as they are.
enum JSONText {
  /// Text that is no JSON comes out in some shape, too: nothing here is believed, only shown.
  static func indented(_ text: String) -> String {
    indented(Array(text.utf8))
  }

  static func indented(_ bytes: [UInt8]) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count * 2)
    var depth = 0
    var isInString = false
    var position = 0

    func lineBreak() {
      out.append(UInt8(ascii: "\n"))
      // Deeper than any event can be; the limit keeps hostile brackets from growing without end.
      out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * min(depth, 32)))
    }

    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if isInString {
        out.append(byte)
        if byte == UInt8(ascii: "\\"), position < bytes.count {
          out.append(bytes[position])
          position += 1
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""):
        isInString = true
        out.append(byte)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        out.append(byte)
        if let close = bytes[position...].first(where: { !isSpace($0) }), close == byte + 2 {
          // Empty: both brackets in one line.
          position = bytes[position...].firstIndex(of: close)! + 1
          out.append(close)
        } else {
          depth += 1
          lineBreak()
        }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth = max(0, depth - 1)
        lineBreak()
        out.append(byte)
      case UInt8(ascii: ","):
        out.append(byte)
        lineBreak()
      case UInt8(ascii: ":"):
        out.append(byte)
        out.append(UInt8(ascii: " "))
      case _ where isSpace(byte):
        break
      default:
        out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }
}
