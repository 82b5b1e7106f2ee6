/// The grammar of host names: letters, digits and hyphens in labels. RFC 952, RFC 1123 section 2.1.
enum HostName {
  /// At most 253 bytes of labels of 1 to 63, in lower case, without a dot at the end.
  static func isValid(_ host: some StringProtocol) -> Bool {
    let labels = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return host.utf8.count <= 253 && labels.allSatisfy { isLabel(Array($0)) }
  }

  private static func isLabel(_ label: [UInt8]) -> Bool {
    let hyphen = UInt8(ascii: "-")
    return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
      && label.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: byte == hyphen
        }
      }
  }

  /// Whether resolvers may take the host for an IPv4 address in one of its old spellings: the last
  /// label is a number, decimal, octal or hexadecimal. WHATWG URL, "ends in a number".
  static func endsInNumber(_ host: some StringProtocol) -> Bool {
    guard let last = host.split(separator: ".").last else { return false }
    if last.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) { return true }
    return last.utf8.starts(with: "0x".utf8)
      && last.utf8.dropFirst(2).allSatisfy { Hex.value(of: $0) != nil }
  }

  /// ASCII letters in lower case, everything else as it is.
  static func lowercased(_ bytes: some Sequence<UInt8>) -> String {
    String(
      decoding: bytes.map { byte in
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
      }, as: UTF8.self)
  }

  /// A port as it may be written: 1 to 65535 without a leading zero.
  static func port(_ text: some StringProtocol) -> Int? {
    guard (1...5).contains(text.utf8.count), text.utf8.first != UInt8(ascii: "0"),
      text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let port = Int(text), port <= 65_535
    else { return nil }
    return port
  }
}
