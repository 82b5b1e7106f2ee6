import Domain

/// Fields of a form or of a query: `application/x-www-form-urlencoded`.
///
/// Source: WHATWG URL, section 5.1; stricter in that a broken escape or text that is not UTF-8 is
/// an error.
package struct FormBody: Sendable {
  package struct Malformed: Error, Sendable {}

  private let fields: [(name: String, value: String)]

  package init(_ bytes: some Sequence<UInt8>) throws(Malformed) {
    var fields: [(name: String, value: String)] = []
    for pair in Array(bytes).split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let name = try Self.decode(parts[0])
      let value = parts.count > 1 ? try Self.decode(parts[1]) : ""
      fields.append((name, value))
    }
    self.fields = fields
  }

  private init(fields: [(name: String, value: String)]) {
    self.fields = fields
  }

  package static let empty = FormBody(fields: [])

  /// The one value of a field; nil where it is missing.
  /// - Throws: `Malformed` when it is there twice.
  package func value(_ name: String) throws(Malformed) -> String? {
    var found: String?
    for field in fields where field.name == name {
      guard found == nil else { throw Malformed() }
      found = field.value
    }
    return found
  }

  /// All values of a field that may be there more than once, such as boxes.
  package func values(_ name: String) -> [String] {
    fields.filter { $0.name == name }.map(\.value)
  }

  package func contains(_ name: String) -> Bool {
    fields.contains { $0.name == name }
  }

  private static func decode(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> String {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var position = bytes.startIndex
    while position < bytes.endIndex {
      let byte = bytes[position]
      if byte == UInt8(ascii: "+") {
        decoded.append(0x20)
      } else if byte == UInt8(ascii: "%") {
        guard position + 2 < bytes.endIndex, let high = digit(bytes[position + 1]),
          let low = digit(bytes[position + 2])
        else { throw Malformed() }
        decoded.append(high << 4 | low)
        position += 2
      } else {
        decoded.append(byte)
      }
      position += 1
    }
    guard let text = String(validating: decoded, as: UTF8.self) else { throw Malformed() }
    return text
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    Hex.value(of: byte)
  }
}
