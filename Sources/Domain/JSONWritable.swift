/// What has one spelling in our JSON.
package protocol JSONWritable {
  /// Appends exactly one JSON value.
  func write(to bytes: inout [UInt8])
}

extension String: JSONWritable {
  package func write(to bytes: inout [UInt8]) {
    var text = self
    bytes.append(UInt8(ascii: "\""))
    text.withUTF8 { utf8 in
      // What needs no escape is copied in one piece.
      var start = 0
      for position in utf8.indices where Self.isEscaped(utf8[position]) {
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<position]))
        Self.appendEscaped(utf8[position], to: &bytes)
        start = position + 1
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start...]))
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private static func appendEscaped(_ byte: UInt8, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0..<0x20:
      bytes.append(contentsOf: "u00".utf8)
      bytes.append(Hex.digit(byte >> 4))
      bytes.append(Hex.digit(byte))
    default: bytes.append(byte)
    }
  }
}

extension Int: JSONWritable {
  package func write(to bytes: inout [UInt8]) { bytes.append(contentsOf: String(self).utf8) }
}

extension Double: JSONWritable {
  /// `null` where JSON has no such number.
  package func write(to bytes: inout [UInt8]) {
    bytes.append(contentsOf: (isFinite ? String(self) : "null").utf8)
  }
}

extension Bool: JSONWritable {
  package func write(to bytes: inout [UInt8]) {
    bytes.append(contentsOf: (self ? "true" : "false").utf8)
  }
}

extension Timestamp: JSONWritable {
  package func write(to bytes: inout [UInt8]) { rfc3339.write(to: &bytes) }
}

extension Identifier: JSONWritable {
  package func write(to bytes: inout [UInt8]) { description.write(to: &bytes) }
}

extension Optional: JSONWritable where Wrapped: JSONWritable {
  package func write(to bytes: inout [UInt8]) {
    switch self {
    case .some(let value): value.write(to: &bytes)
    case .none: bytes.append(contentsOf: "null".utf8)
    }
  }
}

extension Array: JSONWritable where Element: JSONWritable {
  package func write(to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "["))
    for (position, element) in enumerated() {
      if position > 0 { bytes.append(UInt8(ascii: ",")) }
      element.write(to: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }
}

/// JSON that stands already as bytes, written as it is.
package struct RawJSON: JSONWritable {
  private let json: [UInt8]

  /// - Parameter json: One whole JSON value, which is not checked again.
  package init(_ json: [UInt8]) {
    self.json = json
  }

  package func write(to bytes: inout [UInt8]) { bytes.append(contentsOf: json) }
}

/// Bytes from somebody else, written as a string; U+FFFD where they are not UTF-8.
package struct LossyText: JSONWritable {
  private let text: [UInt8]

  package init(_ text: [UInt8]) {
    self.text = text
  }

  package func write(to bytes: inout [UInt8]) {
    String(decoding: text, as: UTF8.self).write(to: &bytes)
  }
}
