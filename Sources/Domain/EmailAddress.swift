/// An e-mail address as people sign in with it: visible ASCII, lower case throughout.
///
/// The form is that of the browser's own e-mail field: HTML Living Standard, "valid email address".
/// It is narrower than RFC 5322, and free of all that could end a header or begin a second address.
package struct EmailAddress: Sendable, Hashable {
  package let text: String

  /// nil for what is no address, or longer than 254 characters (RFC 5321 section 4.5.3.1.3).
  package init?(_ text: some StringProtocol) {
    let bytes = text.utf8.map { byte in
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
    let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard bytes.count <= 254, parts.count == 2, (1...64).contains(parts[0].count),
      parts[0].allSatisfy(Self.isLocalCharacter),
      parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        .allSatisfy(Self.isLabel)
    else { return nil }
    self.text = String(decoding: bytes, as: UTF8.self)
  }

  package static let mend = "Enter an email address, like you@example.com"

  private static func isLocalCharacter(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || ".!#$%&'*+/=?^_`{|}~-".utf8.contains(byte)
  }

  private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
    let hyphen = UInt8(ascii: "-")
    return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
      && label.allSatisfy { isLetterOrDigit($0) || $0 == hyphen }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
  }
}
