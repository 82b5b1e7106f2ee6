/// The header fields of a response, in the order in which they came.
///
/// Kept as the bytes they came in and split when asked: most answers are never looked at.
package struct ResponseFields: Sendable, Sequence {
  package typealias Element = (name: [UInt8], value: [UInt8])

  /// `name:value` and a line feed for each field; white space around the value may be there still.
  package private(set) var lines: [UInt8] = []

  /// Takes one line with its end. One that begins with white space continues the last (RFC 9112
  /// section 5.2).
  mutating func append(_ line: UnsafeRawBufferPointer) {
    if lines.isEmpty {
      lines.reserveCapacity(512)  // most heads fit, and are not moved as they grow
    }
    var end = line.count
    while end > 0, line[end - 1] == UInt8(ascii: "\n") || line[end - 1] == UInt8(ascii: "\r") {
      end -= 1
    }
    if let first = line.first, isWhiteSpace(first), lines.last == UInt8(ascii: "\n") {
      lines[lines.count - 1] = UInt8(ascii: " ")
    }
    lines.append(contentsOf: UnsafeRawBufferPointer(rebasing: line[..<end]))
    lines.append(UInt8(ascii: "\n"))
  }

  /// The value of the first field of that name, in whatever case it came.
  /// - Parameter name: In lower case.
  package func value(of name: String) -> [UInt8]? {
    first { field in
      field.name.lazy.map { (65...90).contains($0) ? $0 | 0x20 : $0 }.elementsEqual(name.utf8)
    }?.value
  }

  package func makeIterator() -> AnyIterator<Element> {
    var rest = lines[...]
    return AnyIterator {
      Self.takeField(&rest).map { (Array($0.name), Array($0.value)) }
    }
  }

  /// All of them as text; U+FFFD where they are not UTF-8.
  package var texts: [(name: String, value: String)] {
    var texts: [(name: String, value: String)] = []
    texts.reserveCapacity(16)
    var rest = lines[...]
    while let field = Self.takeField(&rest) {
      texts.append(
        (String(decoding: field.name, as: UTF8.self), String(decoding: field.value, as: UTF8.self)))
    }
    return texts
  }

  private static func takeField(_ rest: inout ArraySlice<UInt8>) -> (
    name: ArraySlice<UInt8>, value: ArraySlice<UInt8>
  )? {
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = rest[..<end]
      rest = rest[(end + 1)...]
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      return (line[..<colon], trimmed(line[(colon + 1)...]))
    }
    return nil
  }
}

private func trimmed(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  guard let first = value.firstIndex(where: { !isWhiteSpace($0) }),
    let last = value.lastIndex(where: { !isWhiteSpace($0) })
  else { return [] }
  return value[first...last]
}

private func isWhiteSpace(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
}
