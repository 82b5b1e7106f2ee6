/// What an app is called in addresses and tables: `google-drive`.
package struct AppID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  package let rawValue: String

  /// nil unless it is 1 to 50 lower-case letters, digits and dashes, with none at an end.
  package init?(rawValue: String) {
    let bytes = Array(rawValue.utf8)
    guard (1...50).contains(bytes.count), bytes.first != UInt8(ascii: "-"),
      bytes.last != UInt8(ascii: "-"), bytes.allSatisfy(Self.isAllowed)
    else { return nil }
    self.rawValue = rawValue
  }

  /// For the catalog's own.
  init(_ literal: StaticString) {
    rawValue = "\(literal)"
  }

  /// The id of an app of one's own: its name in lower case, everything else a dash. nil where no
  /// letter or digit is left.
  package init?(name: String) {
    var id: [UInt8] = []
    for byte in name.lowercased().utf8 {
      if Self.isAllowed(byte), byte != UInt8(ascii: "-") {
        id.append(byte)
      } else if let last = id.last, last != UInt8(ascii: "-") {
        id.append(UInt8(ascii: "-"))
      }
    }
    while id.last == UInt8(ascii: "-") { id.removeLast() }
    self.init(rawValue: String(decoding: id, as: UTF8.self))
  }

  package var description: String { rawValue }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x30 && byte <= 0x39) || byte == UInt8(ascii: "-")
  }
}
