/// What has one spelling in our JSON.
package protocol JSONWritable {
  /// Appends exactly one JSON value.
  func write(to bytes: inout [UInt8])
}

extension String: JSONWritable {
  package func write(to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x0A: bytes.append(contentsOf: "\\n".utf8)
      case 0x0D: bytes.append(contentsOf: "\\r".utf8)
      case 0x09: bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(Hex.digit(byte >> 4))
        bytes.append(Hex.digit(byte))
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
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
